"""The backend under test, and the databases it is tested on."""

from __future__ import annotations

import os
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSTGRES_URL = "postgresql://root@127.0.0.1:5432/test"
"""Where databases are made when TEST_POSTGRES_URL names no other place."""


PARTS = ("static", "suite", "mutation", "served", "startup")


@dataclass(frozen=True)
class Subject:
    """A generated backend in a directory.

    Attributes:
        style: The label used in the table.
        root: The directory that holds `app/`.
        parts: What is measured of it.
        seeds: How many runs of a fuzzer are made, each with a seed of its own.
    """

    style: str
    root: Path
    parts: tuple[str, ...] = PARTS
    seeds: int = 3

    @property
    def is_async(self) -> bool:
        """Whether the backend uses SQLAlchemy's asynchronous sessions."""
        return any(
            "create_async_engine" in path.read_text(encoding="utf-8")
            for path in self.root.joinpath("app").rglob("*.py")
        )

    def python_roots(self) -> list[str]:
        """Return the source folders that exist, in a fixed order."""
        return [name for name in ("app", "migrations", "tests") if (self.root / name).is_dir()]


@contextmanager
def database(subject: Subject, kind: str, scratch: Path) -> Iterator[str]:
    """Yield the URL of a new, empty database for the backend, and remove it after.

    Args:
        subject: Decides which driver the URL names.
        kind: `sqlite` or `postgresql`.
        scratch: Where a SQLite file may be put.
    """
    if kind == "sqlite":
        driver = "sqlite+aiosqlite" if subject.is_async else "sqlite"
        yield f"{driver}:///{scratch / f'{uuid.uuid4().hex}.db'}"
        return
    import psycopg
    from psycopg import sql

    server = os.environ.get("TEST_POSTGRES_URL", POSTGRES_URL)
    name = f"quality_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        driver = "postgresql+asyncpg" if subject.is_async else "postgresql+psycopg"
        yield urlunsplit(urlsplit(server)._replace(scheme=driver, path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
