"""Fixtures: one application on a database of its own, emptied after each test."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.config import Settings
from app.main import create_app
from app.models import metadata
from app.models.user import User
from tests.accounts import client_of, signed_in, stored_user
from tests.databases import new_database
from tests.serving import AsyncClient, serving

KEY = "a key of the tests, which is long enough"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run all asynchronous tests and fixtures on one event loop."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the surroundings out of the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(scope="session")
def database_server() -> str:
    """Return the PostgreSQL URL to make databases at; empty for SQLite."""
    url = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@pytest.fixture(scope="session")
def settings(
    database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Return the settings of the application under test."""
    with new_database(database_server, tmp_path_factory.mktemp("database")) as url:
        yield Settings(
            environment="development",
            debug=False,
            https=False,
            database_url=url,
            slow_query_ms=60_000,
            allowed_origins=("https://shop.example",),
            max_body_bytes=100_000,
            secret_key=SecretStr(KEY),
            password_hash_rounds=1,
            password_hash_kib=8,
            rate_limit_login="100000/minute",
            rate_limit_register="100000/minute",
            rate_limit_refresh="100000/minute",
            rate_limit_account="100000/minute",
            rate_limit_recovery="100000/minute",
        )


@pytest.fixture
def empty_database(database_server: str, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database without tables."""
    with new_database(database_server, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Return an engine of the tests' own; on SQLite it checks no foreign keys."""
    engine = create_async_engine(settings.database_url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def served(settings: Settings) -> AsyncIterator[AsyncClient]:
    """Return a client of the running application."""
    async with serving(create_app(settings)) as client:
        yield client


@pytest.fixture(scope="session")
async def superuser(engine: AsyncEngine, served: AsyncClient) -> User:
    """Return a user who may do everything, and who stays."""
    assert engine
    return await stored_user(served, email="root@example.com", is_superuser=True)


@pytest.fixture
async def anonymous(
    engine: AsyncEngine, served: AsyncClient, superuser: User
) -> AsyncIterator[AsyncClient]:
    """Return a client of the application; what a test stores is removed after it."""
    yield served
    served.cookies.clear()
    async with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            rows = table.delete()
            if table is User.__table__:
                rows = rows.where(table.c.id != superuser.id)
            await connection.execute(rows)


@pytest.fixture
def client(anonymous: AsyncClient, superuser: User) -> AsyncClient:
    """Return a client that is signed in as somebody who may do everything."""
    return client_of(anonymous, superuser)


@pytest.fixture
async def member(anonymous: AsyncClient) -> AsyncClient:
    """Return a client that is signed in as an ordinary user."""
    return await signed_in(anonymous)


@pytest.fixture
async def stranger(anonymous: AsyncClient) -> AsyncClient:
    """Return a client that is signed in as another ordinary user."""
    return await signed_in(anonymous)
