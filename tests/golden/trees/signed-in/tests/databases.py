"""Databases made for one run of the tests."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.config import Settings


@contextmanager
def new_database(server: str, folder: Path) -> Iterator[str]:
    """Make an empty database and remove it again.

    Args:
        server: URL of any database of a PostgreSQL server, whose user may make others;
            that database is left alone. Empty for SQLite.
        folder: Where the file of a SQLite database goes.
    """
    if not server:
        yield Settings(database_url=f"sqlite:///{folder / 'test.db'}").database_url
        return
    url = make_url(Settings(database_url=server).database_url)
    name = f"test_{uuid4().hex}"
    _administer(url, f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(url, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(url: URL, statement: str) -> None:
    asyncio.run(_execute(url, statement))


async def _execute(url: URL, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
