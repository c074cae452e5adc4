"""The database that the probe measures on: a file of SQLite, or a PostgreSQL database made for it on a lent server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .foreign import Foreign
from .rows import count_on, fill

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

Answer = TypeVar("Answer")
HERE = {"localhost", "127.0.0.1", "::1"}
CONNECT_SECONDS = 3
TIMEOUTS = {"asyncpg": "timeout", "pg8000": "timeout", "psycopg": "connect_timeout", "psycopg2": "connect_timeout"}
LIBPQ = {"host", "hostaddr", "port", "sslmode"}


class NotLent(Exception):
    """There is no PostgreSQL server on which the probe may make a database of its own."""


@dataclass(frozen=True)
class Job:
    """What a job says of PostgreSQL.

    ``name`` is that of the probe's own database, ``server`` a server that a person lends (None: the application's own,
    if it is this machine's), ``note`` the file that says, before the database is made, where it has to be dropped.
    """

    name: str
    server: str | None
    note: Path


@dataclass(frozen=True)
class Database:
    """A database of the probe's own; ``url`` is SQLAlchemy's, ``version`` PostgreSQL's (of SQLite: nothing)."""

    url: Foreign
    is_async: bool
    version: str = ""

    @property
    def is_postgresql(self) -> bool:
        """Whether it is one of PostgreSQL."""
        return str(self.url.drivername).startswith("postgresql")

    def run(self, work: Callable[[Connection], Answer]) -> Answer:
        """Do something in a transaction of its own, in an event loop too."""
        return _run(self.url, work, is_async=self.is_async)

    def renew(self, collections: Sequence[MetaData], count: int) -> list[str]:
        """Make all tables anew with that many rows each; return a line for each that takes none."""
        if not self.is_postgresql:
            Path(self.url.database).unlink(missing_ok=True)
            return self.run(lambda connection: _filled(connection, collections, count))
        self.run(lambda connection: _cleared(connection, collections))
        return self.run(lambda connection: _filled(connection, collections, count) + _counted(connection, collections))


def sqlite_file(path: Path) -> Database:
    """Return a database in a file."""
    from sqlalchemy.engine import make_url

    return Database(make_url(f"sqlite:///{path}"), is_async=False)


def postgresql_database(url: Foreign, job: Job, *, is_async: bool) -> Database:
    """Make a database for the probe on the server that a person lends, else on the application's own.

    Nothing but a database of a new name is touched: the application's own is not even connected to.

    Raises:
        NotLent: no server is lent and the application's is not this machine's, or none can be made there.
    """
    from sqlalchemy import text

    server = _server(url, job)
    _write_note(job.note, server)

    def make(connection: Connection) -> str:
        connection.execute(text(f'CREATE DATABASE "{job.name}"'))
        return str(connection.scalar(text("SHOW server_version")))

    try:
        version = _run(server, make, is_async=is_async, options={"isolation_level": "AUTOCOMMIT"})
    except Exception as error:
        job.note.unlink()
        why = (str(error.__cause__ or error).splitlines() or [""])[0]
        at = server.render_as_string(hide_password=True)
        raise NotLent(f"no database could be made at {at}: {type(error).__name__}: {why}") from error
    return Database(server.set(database=job.name), is_async, version.split(" ")[0])


def _server(url: Foreign, job: Job) -> Foreign:
    from sqlalchemy.engine import make_url

    if job.server is not None:
        return make_url(job.server).set(drivername=url.drivername)
    named = [url.host, *(url.query.get(key) for key in ("host", "hostaddr"))]
    away = [host for host in named if host and not (host in HERE or str(host).startswith("/"))]
    if away or "service" in url.query:
        raise NotLent(f"the application's server, {away[0] if away else 'a service'}, is not this machine's")
    return url.set(database="postgres")


def _write_note(note: Path, server: Foreign) -> None:
    """Say where the database has to be dropped, in words of libpq, for whoever outlives this process."""
    query = {key: value for key, value in server.query.items() if key in LIBPQ}
    address = server.set(drivername="postgresql", query=query).render_as_string(hide_password=False)
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(address)


def _run(
    url: Foreign,
    work: Callable[[Connection], Answer],
    *,
    is_async: bool,
    options: dict[str, Any] | None = None,
) -> Answer:
    """Connect, do something, commit; by SQLAlchemy's own makers of engines, not by those put in their place."""
    import sqlalchemy
    import sqlalchemy.ext.asyncio
    from sqlalchemy.pool import NullPool

    timeout = TIMEOUTS.get(url.get_driver_name()) if url.drivername.startswith("postgresql") else None
    given = {"poolclass": NullPool, "connect_args": {timeout: CONNECT_SECONDS} if timeout else {}, **(options or {})}
    if not is_async:
        with _original(sqlalchemy.create_engine)(url, **given).begin() as connection:
            return work(connection)

    async def awaited() -> Answer:
        engine = _original(sqlalchemy.ext.asyncio.create_async_engine)(url, **given)
        async with engine.begin() as connection:
            answer: Answer = await connection.run_sync(work)
        await engine.dispose()
        return answer

    with ThreadPoolExecutor(1) as thread:  # whoever asks may be in an event loop already
        return thread.submit(asyncio.run, awaited()).result()


def _original(maker: Callable[..., Any]) -> Callable[..., Any]:
    return getattr(maker, "__wrapped__", maker)


def _cleared(connection: Connection, collections: Sequence[MetaData]) -> None:
    """Leave a database as empty as when it was made; what still holds a table of it is let go."""
    from sqlalchemy import text

    connection.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
    schemas = {table.schema for metadata in collections for table in metadata.tables.values()} - {None}
    for schema in sorted({"public", *(str(schema) for schema in schemas)}):
        quoted = connection.dialect.identifier_preparer.quote(schema)
        connection.execute(text(f"DROP SCHEMA IF EXISTS {quoted} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {quoted}"))


def _filled(connection: Connection, collections: Sequence[MetaData], count: int) -> list[str]:
    from sqlalchemy.exc import SQLAlchemyError

    refused = []
    for metadata in collections:
        try:
            with connection.begin_nested():
                metadata.create_all(connection)
        except SQLAlchemyError as error:
            refused.append(f"tables: {str(error).splitlines()[0]}")
    return refused + fill(connection, collections, count)


def _counted(connection: Connection, collections: Sequence[MetaData]) -> list[str]:
    """Let keys count on from the rows there are, and the planner know of them."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    for metadata in collections:
        with suppress(SQLAlchemyError), connection.begin_nested():
            count_on(connection, metadata)
    connection.execute(text("ANALYZE"))
    return []
