"""The response of a record: what was built, and an example call that works as it stands."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.pipeline.running import build, record

PRODUCTS = "fields:\n  name: string(1..80) unique\n  price: decimal(10,2) >= 0\n"
REVIEWS = "fields:\n  rating: integer 1..5\n  text: text optional\n  product: -> products\n"
UUIDS = "key: uuid\n"
ADMINS = "operations:\n  list: public\n  get: public\n  create: {roles: [admin]}\n"
SHOPS = {
    "open": ("name: shop\nauth: none\n", PRODUCTS, REVIEWS),
    "tokens": ("name: shop\nauth: jwt\n", PRODUCTS, REVIEWS),
    "cookies": ("name: shop\nauth: {kind: jwt, cookie: true}\n", PRODUCTS, REVIEWS),
    "roles and keys": ("name: shop\nauth: {kind: jwt, roles: [admin]}\n", UUIDS + PRODUCTS + ADMINS, REVIEWS),
    "owners": ("name: shop\nauth: jwt\n", "owner: user\n" + PRODUCTS, "owner: user\n" + REVIEWS),
    "closed, with a profile": (
        "name: shop\nauth: {kind: jwt, registration: false, profile: {nickname: string(1..30)}}\n",
        PRODUCTS,
        REVIEWS,
    ),
    "profile": ("name: shop\nauth: {kind: jwt, profile: {nickname: string(1..30)}}\n", PRODUCTS, REVIEWS),
}


def built(folder: Path, kind: str) -> Path:
    """Return a repository with a shop of that kind."""
    names = ("service.yaml", "products.yaml", "reviews.yaml")
    specs = folder / "given"
    specs.mkdir()
    for name, text in zip(names, SHOPS[kind], strict=True):
        (specs / name).write_text(text)
    repo = folder / "shop"
    build(repo, "apply the spec", *(part for name in names for part in ("--spec", specs / name)))
    return repo


def example(text: str) -> str:
    """Return the shell script of a record's example call."""
    (script,) = re.findall(r"### Example call\n\n```sh\n(.*?)\n```", text, re.DOTALL)
    return str(script)


@contextmanager
def served(repo: Path) -> Iterator[dict[str, str]]:
    """Serve a backend on a database of its own; yield the environment of a shell beside it."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite+aiosqlite:///{repo.parent / 'served.db'}",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    migrate = [sys.executable, "-m", "alembic", "upgrade", "head"]
    done = subprocess.run(migrate, cwd=repo, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    serve = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--log-level", "warning"]
    with (repo.parent / "server.log").open("w") as log:
        server = subprocess.Popen(serve, cwd=repo, env=environment, stdout=log, stderr=log)
        try:
            _wait(port, server)
            yield environment
        finally:
            server.terminate()
            server.wait(20)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server did not come up")


@pytest.mark.parametrize("kind", SHOPS)
def test_the_example_call_works_as_it_stands(tmp_path: Path, kind: str) -> None:
    repo = built(tmp_path, kind)
    script = example(record(repo, "0001"))
    with served(repo) as environment:
        done = subprocess.run(
            ["bash", "-c", script], cwd=repo, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}{(tmp_path / 'server.log').read_text()}"
    assert '"rating":' in done.stdout
    assert '"product_id":' in done.stdout


def test_the_response_has_endpoints_schemas_data_access_tables_and_errors(tmp_path: Path) -> None:
    text = record(built(tmp_path, "roles and keys"), "0001").partition("## Outcome")[0]
    assert "| POST | `/api/v1/products` | admin, superusers | 201 | 400, 401, 403, 409, 413, 422 |" in text
    assert "| GET | `/api/v1/products` | everybody | 200 | 422 |" in text
    assert "| DELETE | `/api/v1/reviews/{review_id}` | whoever signed in | 204 | 401, 403, 404, 422 |" in text
    assert "| POST | `/api/v1/auth/login` | everybody | 200 |" in text
    assert "| GET | `/api/v1/users` | superusers | 200 |" in text
    assert "`ReviewCreate`: rating (int ge=1 le=5)" in text
    assert "async create_review(session: AsyncSession, data: ReviewCreate) -> Review`: Store a new review." in text
    assert "`reviews` (model `Review`): `id` (Integer())" in text
    assert "to products, on delete restrict" in text
    assert "- 401: `unauthorized`" in text
    assert "- 409: `conflict`, `duplicate`" in text


def test_owners_are_named_as_those_who_may_call(tmp_path: Path) -> None:
    text = record(built(tmp_path, "owners"), "0001")
    assert "| GET | `/api/v1/products/{product_id}` | the owner, superusers | 200 |" in text
    assert "to users, on delete cascade" in text


def test_a_change_of_one_resource_describes_that_one_alone(shop: Path) -> None:
    build(shop, "add customers CRUD")
    build(shop, "add an integer stock to products")
    text = record(shop, "0003")
    assert "### Products" in text
    assert "stock (int" in text
    assert "### Customers" not in text


def test_a_removed_resource_leaves_no_example(shop: Path) -> None:
    build(shop, "add customers CRUD")
    build(shop, "remove customers")
    assert "### Example call" not in record(shop, "0003")
