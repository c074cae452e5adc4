"""Authentication comes to a backend that was generated without it, changes, and goes again; rows stay."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from backwright.codegen.accounts import account_resources, with_accounts
from backwright.codegen.assemble import Generated
from backwright.errors import BadInput
from backwright.spec.model import AuthSpec, BackendSpec

from tests.auth.generating import EVERYTHING, NONE, STYLES, backend, write_change
from tests.services import postgres_server
from tests.skills_app.building import product, review

LAMP = (
    "INSERT INTO products (id, name, price, created_at, updated_at) "
    "VALUES (1, 'Lamp', 1990, '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
)


def python(folder: Path, *arguments: str, **env: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "DATABASE_URL": "sqlite:///./rows.db", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def tables(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "rows.db")) as database:
        found = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert database.execute("SELECT name FROM products").fetchall() == [("Lamp",)]
    return found - {"alembic_version", "products"}


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_authentication_comes_changes_and_goes(tmp_path: Path, style: str) -> None:
    owned = {"roles": ("admin",), "api_keys": True}
    ways: tuple[AuthSpec, ...] = (NONE, AuthSpec(kind="jwt"), AuthSpec(kind="jwt", **owned), NONE)
    expected = (
        set(),
        {"users", "refresh_tokens", "password_resets"},
        {"users", "refresh_tokens", "password_resets", "api_keys"},
        set(),
    )
    generated: Generated = {}
    before: BackendSpec | None = None
    for auth, accounts in zip(ways, expected, strict=True):
        after = backend(style, auth)
        generated = write_change(tmp_path, generated, before, after)
        python(tmp_path, "alembic", "upgrade", "head")
        if before is None:
            with closing(sqlite3.connect(tmp_path / "rows.db")) as database, database:
                database.execute(LAMP)
        assert tables(tmp_path) == accounts
        before = after
    for accounts in reversed(expected[:-1]):
        python(tmp_path, "alembic", "downgrade", "-1")
        assert tables(tmp_path) == accounts


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_each_step_leaves_a_whole_backend(tmp_path: Path, style: str, database: str) -> None:
    where = {"TEST_DATABASE_URL": postgres_server() if database == "postgresql" else ""}
    generated: Generated = {}
    before: BackendSpec | None = None
    for auth in (NONE, EVERYTHING, NONE):
        after = backend(style, auth, product(), review())
        generated = write_change(tmp_path, generated, before, after)
        python(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", **where)
        before = after


def test_tables_of_authentication_are_those_of_the_options() -> None:
    def names(auth: AuthSpec) -> list[str]:
        return [resource.name for resource in account_resources(backend("async by layer", auth).service)]

    assert names(NONE) == []
    assert names(AuthSpec(kind="jwt")) == ["password_resets", "refresh_tokens", "users"]
    assert names(AuthSpec(kind="api_key")) == ["api_keys", "password_resets", "refresh_tokens", "users"]


def test_accounts_are_added_once() -> None:
    owned = product().model_copy(update={"owner": "seller"})
    once = with_accounts(backend("async by layer", AuthSpec(kind="jwt"), owned))
    (relation,) = next(resource for resource in once.resources if resource.name == "products").relations
    assert (relation.name, relation.target, relation.on_delete) == ("seller", "users", "cascade")
    assert with_accounts(once) == once


def test_roles_are_held_by_the_database(tmp_path: Path) -> None:
    write_change(tmp_path, {}, None, backend("sync by feature", AuthSpec(kind="jwt", roles=("admin",))))
    python(tmp_path, "alembic", "upgrade", "head")
    insert = (
        "INSERT INTO users (email, password_hash, role, created_at, updated_at) "
        "VALUES ('a@b.de', 'x', '{}', '2026-01-01', '2026-01-01')"
    )
    with closing(sqlite3.connect(tmp_path / "rows.db")) as database:
        with pytest.raises(sqlite3.IntegrityError, match="role_allowed"):
            database.execute(insert.format("king"))
        database.execute(insert.format("admin"))


def test_profile_that_cannot_be_written_is_refused() -> None:
    auth = AuthSpec.model_validate({"kind": "jwt", "profile": [{"name": "nick", "minLength": 9, "maxLength": 3}]})
    with pytest.raises(BadInput, match="nick"):
        write_change(Path("nowhere"), {}, None, backend("async by layer", auth))
