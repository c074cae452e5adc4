"""Fixtures: one application on a database of its own, emptied after each test."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.config import Settings
from app.main import create_app
from app.models import metadata
from tests.databases import new_database
from tests.serving import AsyncClient, serving


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run all asynchronous tests and fixtures on one event loop."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the surroundings out of the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
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


@pytest.fixture
async def client(
    engine: AsyncEngine, served: AsyncClient
) -> AsyncIterator[AsyncClient]:
    """Return a client of the application; what a test stores is removed after it."""
    yield served
    async with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
