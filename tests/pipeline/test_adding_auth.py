"""Authentication that is added to a backend by its spec, and taken out again, with what people wrote kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.running import build, run_suite
from tests.pipeline.test_spec_edits import edit
from tests.target.repositories import commit, git

ENDPOINTS = "app/api/v1/endpoints/products.py"
RULES = "operations: {list: public, get: public, create: null, replace: null, update: null, delete: [admin]}\n"
BY_HAND = '''

@router.get("/count", summary="Count products", tags=["by hand"])
async def count_products() -> int:
    """Count what the warehouse says."""
    return 3
'''


@pytest.fixture
def open_shop(tmp_path: Path) -> Path:
    """A repository with products that nobody has to sign in for, in which somebody wrote code."""
    repo = tmp_path / "shop"
    build(repo, "add products CRUD without auth")
    (repo / ENDPOINTS).write_text((repo / ENDPOINTS).read_text() + BY_HAND)
    edit(
        repo / "app/crud/product.py", '"""Store a new product."""', '"""Store a new product, and tell the warehouse."""'
    )
    commit(repo, "Write by hand")
    return repo


def text_of(repo: Path, *paths: str) -> str:
    return "\n".join((repo / path).read_text(encoding="utf-8") for path in paths)


def test_authentication_comes_by_the_spec_and_goes_again(open_shop: Path) -> None:
    shop, service = open_shop, open_shop / "specs/backend/service.yaml"
    products = shop / "specs/backend/products.yaml"
    before = git(shop, "ls-files", "app", "tests", "migrations").splitlines()

    edit(service, "auth: none", "auth: {kind: jwt, roles: [admin]}")
    edit(products, "fields:", f"{RULES}\nfields:")
    build(shop, "apply the spec")

    endpoints = text_of(shop, ENDPOINTS)
    assert 'dependencies=[Depends(require_role("admin"))]' in endpoints
    assert BY_HAND in endpoints
    assert "tell the warehouse" in text_of(shop, "app/crud/product.py")
    assert (shop / "app/models/user.py").exists()
    assert git(shop, "status", "--porcelain") == ""
    assert "nothing to do" in build(shop, "apply the spec").out
    run_suite(shop, "tests/api/test_products.py", "tests/test_migrations.py")

    edit(service, "auth: {kind: jwt, roles: [admin]}", "auth: none")
    edit(products, f"{RULES}\n", "")
    build(shop, "apply the spec")

    after = git(shop, "ls-files", "app", "tests").splitlines()
    assert set(after) <= set(before)
    assert "auth" not in text_of(shop, ENDPOINTS, "app/api/dependencies.py", "pyproject.toml")
    assert BY_HAND in text_of(shop, ENDPOINTS)
    assert "tell the warehouse" in text_of(shop, "app/crud/product.py")
    run_suite(shop, "tests/api/test_products.py", "tests/test_migrations.py")
