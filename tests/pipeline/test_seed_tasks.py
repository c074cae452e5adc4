"""The example tasks of the agents that people wrote: each is built and verified, or answered with the fault's line.

Each is given to a fresh repository (a backend that one task has just made, where the task complains of one) and to a
backend that has been worked on before.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.conftest import ada_at_home
from tests.pipeline.running import agent, build
from tests.target.repositories import git

ACCOUNTS = (
    "I need to create a FastAPI backend for user registration, login, and profile management with JWT auth and "
    "PostgreSQL."
)
LISTING = "Add a GET endpoint to list products with pagination, filtering by category, and proper response validation."
POSTS = "I need a POST /posts endpoint that requires a JWT and saves to the database."
LOGIN = "I need to create a login endpoint that returns a JWT token"
PRODUCTS = "Add CRUD endpoints for the products resource"
REGISTRATION = "I need to create a FastAPI endpoint for user registration with email validation"
ADMIN = "How do I protect the admin endpoints?"
SLOW = "The /users endpoint is taking 5 seconds to respond"
TIMEOUT = (
    "My async database queries are timing out. How should I configure connection pooling and optimize the SQLAlchemy "
    "session management?"
)
CONNECTION = "My FastAPI app is having issues connecting to PostgreSQL, can you help?"

API = "/api/v1"
SHOP = {
    "service": "name: shop\nauth: none\n",
    "categories": "fields:\n  name: string(1..80) unique\n",
    "products": "fields:\n  name: string(1..80)\n  category: -> categories\noperations: [get, create]\n",
    "customers": "fields:\n  email: email unique\n",
}
COMMUNITY = {
    "service": "name: community\nauth: none\n",
    "users": "fields:\n  email: email unique\n",
    "posts": "fields:\n  title: string(1..80)\n  user: -> users\n",
}
MEMBERS = {
    "service": "name: members\nauth: {kind: jwt, roles: [admin]}\n",
    "products": "fields:\n  name: string(1..80)\n",
}


def made(folder: Path, specs: dict[str, str]) -> Path:
    """Return a repository with a backend made from these spec files."""
    given = folder / "given"
    given.mkdir()
    for name, text in specs.items():
        (given / f"{name}.yaml").write_text(text)
    build(folder / "repo", "apply the spec", *(part for name in specs for part in ("--spec", given / f"{name}.yaml")))
    return folder / "repo"


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Backends to work on, by name; nobody changes them."""
    kinds = {"shop": SHOP, "community": COMMUNITY, "members": MEMBERS}
    fresh = {"one user": COMMUNITY | {"posts": ""}, "one product": MEMBERS}
    with ada_at_home(tmp_path_factory.mktemp("builder")):
        every = {**kinds, **fresh}
        yield {
            name: made(tmp_path_factory.mktemp("backend"), {key: text for key, text in specs.items() if text})
            for name, specs in every.items()
        }


# Tasks that are built


@dataclass(frozen=True)
class Wanted:
    """What a task wants: operations (method and path), what holds of the contract, and a line of the service's spec."""

    task: str
    operations: tuple[tuple[str, str], ...]
    holds: Callable[[dict[str, Any]], object] = bool
    service: str = ""


def parameters(contract: dict[str, Any], path: str) -> set[str]:
    return {one["name"] for one in contract["paths"][API + path]["get"]["parameters"]}


WANTED = {
    "accounts": Wanted(
        ACCOUNTS,
        (("post", "/auth/register"), ("post", "/auth/login"), ("get", "/users/me")),
        service="database: postgresql",
    ),
    "a list": Wanted(
        LISTING,
        (("get", "/products"),),
        lambda contract: (
            {"skip", "limit"} <= parameters(contract, "/products")
            and {"category", "category_id"} & parameters(contract, "/products")
        ),
    ),
    "posts": Wanted(
        POSTS,
        (("post", "/posts"), ("post", "/auth/login")),
        lambda contract: contract["paths"][API + "/posts"]["post"]["security"],
    ),
    "login": Wanted(
        LOGIN,
        (("post", "/auth/login"),),
        lambda contract: "access_token" in json.dumps(contract["components"]["schemas"]["TokenResponse"]),
    ),
    "products": Wanted(
        PRODUCTS,
        (
            ("get", "/products"),
            ("post", "/products"),
            ("get", "/products/{product_id}"),
            ("put", "/products/{product_id}"),
            ("patch", "/products/{product_id}"),
            ("delete", "/products/{product_id}"),
        ),
    ),
    "registration": Wanted(
        REGISTRATION,
        (("post", "/auth/register"),),
        lambda contract: "pattern" in contract["components"]["schemas"]["UserCreate"]["properties"]["email"],
    ),
}


BUILT = tuple((name, where) for name in WANTED for where in ("fresh", "existing"))


@pytest.mark.parametrize(("name", "where"), BUILT)
def test_a_task_that_builds_is_built_and_verified(
    name: str, where: str, backends: dict[str, Path], tmp_path: Path
) -> None:
    wanted = WANTED[name]
    repo = tmp_path / "repo"
    if where == "existing":
        shutil.copytree(backends["shop"], repo, symlinks=True)

    ran = agent("run", "fastapi-backend", wanted.task, "--repo", repo, "--yes", "--json")

    assert ran.status == 0, ran.out + ran.err
    assert ran.document["commit"] == git(repo, "rev-parse", "HEAD")
    assert "pytest" in ran.document["checks"] or "tests" in ran.document["checks"], ran.document["checks"]
    contract = json.loads((repo / "specs/backend/openapi.json").read_text())
    assert [(m, path) for m, path in wanted.operations if m not in contract["paths"].get(API + path, {})] == []
    assert wanted.holds(contract)
    assert wanted.service in (repo / "specs/backend/service.yaml").read_text()
    if where == "existing":
        assert API + "/customers" in contract["paths"]


# Tasks that are answered


@dataclass(frozen=True)
class Fault:
    """A fault in a backend: ``new`` for ``old`` in a file (no ``old``: a new file); ``line`` and ``code`` are named."""

    task: str
    backend: str
    file: str
    old: str
    new: str
    line: str
    code: str


REPORT = '''"""Reports."""

from fastapi import APIRouter, Request
from sqlalchemy import func, select

from app.models.user import User

router = APIRouter(prefix="/reports", tags=["reports"])


@router.get("/users")
async def count_users(request: Request) -> dict[str, int]:
    """Count the users."""
    session = request.app.state.sessionmaker()
    count = await session.scalar(select(func.count()).select_from(User))
    return {"users": count}
'''
UNGUARDED = '''"""What only admins should reach."""

from fastapi import APIRouter

router = APIRouter(prefix="/admin", tags=["admin"])


@router.delete("/sessions")
async def end_sessions() -> dict[str, str]:
    """End every session."""
    return {"ended": "all"}
'''
ONE_BY_ONE = """    page = await paginate(session, statement, query)
    for user in page.items:
        await session.scalars(select(Post).where(Post.user_id == user.id))
    return page
"""
SQLITE = '"sqlite+aiosqlite:///./app.db"'
CLOSED = """    async with new_session() as session:
        yield session
        await session.commit()
"""
NEVER_CLOSED = """    session = new_session()
    yield session
    await session.commit()
"""
LIST_USERS = '    """List users, filtered, sorted and in pages."""\n'
FAULTS = {
    "admin, fresh": Fault(
        ADMIN, "one product", "app/api/v1/endpoints/admin.py", "", UNGUARDED, '@router.delete("/sessions")', "CR010"
    ),
    "admin, existing": Fault(
        ADMIN, "members", "app/api/v1/endpoints/admin.py", "", UNGUARDED, '@router.delete("/sessions")', "CR010"
    ),
    "slow, fresh": Fault(
        SLOW,
        "one user",
        "app/api/v1/endpoints/users.py",
        LIST_USERS,
        LIST_USERS + '    __import__("time").sleep(0.3)\n',
        "sleep(0.3)",
        "D102",
    ),
    "slow, existing": Fault(
        SLOW,
        "community",
        "app/crud/user.py",
        "    return await paginate(session, statement, query)\n",
        ONE_BY_ONE,
        "Post.user_id == user.id",
        "D101",
    ),
    "timeout, fresh": Fault(
        TIMEOUT, "one user", "app/db/session.py", CLOSED, NEVER_CLOSED, "session = new_session()", "CR024"
    ),
    "timeout, existing": Fault(
        TIMEOUT, "community", "app/api/v1/endpoints/reports.py", "", REPORT, "await session.scalar", "D106"
    ),
    "connection, fresh": Fault(
        CONNECTION,
        "one user",
        "app/config.py",
        SQLITE,
        '"postgresql+psycopg2://127.0.0.1/shop"',
        "database_url: str",
        "D203",
    ),
    "connection, existing": Fault(
        CONNECTION, "community", "app/config.py", SQLITE, '"postgresql://127.0.0.1:1/shop"', "database_url: str", "D207"
    ),
}


def planted(fault: Fault, backend: Path, folder: Path) -> Path:
    """Return a copy of a backend with the fault in it, committed."""
    repo = Path(shutil.copytree(backend, folder / "repo", symlinks=True))
    path = repo / fault.file
    before = path.read_text() if fault.old else ""
    assert fault.old in before
    after = before.replace(fault.old, fault.new, 1) if fault.old else fault.new
    if "select(Post)" in fault.new:
        user = "from app.models.user import User\n"
        after = after.replace(user, f"from app.models.post import Post\n{user}")
    path.write_text(after)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "work")
    return repo


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_complaint_is_answered_with_the_planted_fault_and_its_line(
    fault: Fault, backends: dict[str, Path], tmp_path: Path
) -> None:
    repo = planted(fault, backends[fault.backend], tmp_path)
    number = next(n for n, text in enumerate((repo / fault.file).read_text().splitlines(), 1) if fault.line in text)

    ran = agent("run", "fastapi-backend", fault.task, "--repo", repo, "--yes", "--json")

    assert ran.status == 0, ran.err
    findings = ran.document["findings"]
    named = [text for text in findings if fault.file in text and f" {fault.code} " in text]
    assert any(re.search(rf"\b{number}\b", text.partition(f" {fault.code} ")[0]) for text in named), findings
    assert len(git(repo, "show", "--name-only", "--format=", "HEAD").splitlines()) == 1  # the record


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_without_the_fault_it_is_not_named(fault: Fault, backends: dict[str, Path], tmp_path: Path) -> None:
    repo = Path(shutil.copytree(backends[fault.backend], tmp_path / "repo", symlinks=True))
    ran = agent("run", "fastapi-backend", fault.task, "--repo", repo, "--dry-run", "--json")
    assert ran.status == 0, ran.err
    assert [text for text in ran.document["findings"] if f" {fault.code} " in text] == []
