"""Imports the target's app with its engines led to a database of the probe's own."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .database import Database, Job, NotLent, postgresql_database, sqlite_file
from .foreign import Foreign

if TYPE_CHECKING:
    from sqlalchemy import MetaData

KEPT = {"pool_size", "max_overflow", "pool_timeout", "pool_recycle", "pool_pre_ping", "poolclass"}
MOST_TIMEOUT_SECONDS = 2.0
CATALOGUES = {"pg_catalog", "information_schema"}


@dataclass
class Engines:
    """The engines that the target makes: what it asked for, and what it got.

    ``file`` is the SQLite file that they are led to (None leaves them as they are). Those that ask for PostgreSQL are
    led to a database made for the probe where ``postgresql`` says that one can be; ``why_not`` tells where none can.
    """

    file: Path | None
    postgresql: Job | None = None
    used: list[Database] = field(default_factory=list)
    why_not: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    made: list[Any] = field(default_factory=list)

    def install(self) -> None:
        """Take the place of SQLAlchemy's makers of engines, before the target imports them."""
        import sqlalchemy
        import sqlalchemy.engine
        import sqlalchemy.ext.asyncio
        import sqlalchemy.ext.asyncio.engine

        plain = self._instead(sqlalchemy.create_engine, "sqlite")
        awaited = self._instead(sqlalchemy.ext.asyncio.create_async_engine, "sqlite+aiosqlite")
        for module in (sqlalchemy, sqlalchemy.engine):
            setattr(module, "create_engine", plain)  # noqa: B010 - a module's name is replaced on purpose
        for module in (sqlalchemy.ext.asyncio, sqlalchemy.ext.asyncio.engine):
            setattr(module, "create_async_engine", awaited)  # noqa: B010

    def _instead(self, original: Callable[..., Any], driver: str) -> Callable[..., Any]:
        @wraps(original)
        def create(url: Foreign, **options: Foreign) -> Foreign:
            self.asked.append({"url": _shown(url), "driver": driver, **_plain(options)})
            if self.file is not None:
                options = _local(options)
                url = self._own(url, driver, self.file)
            engine = original(url, **options)
            self.made.append(engine)
            return engine

        return create

    @property
    def databases(self) -> list[Database]:
        """The databases that the application is led to, the one that measurements are of first."""
        return self.used or ([sqlite_file(self.file)] if self.file else [])

    def _own(self, url: Foreign, driver: str, file: Path) -> Foreign:
        """Return the address of the probe's own database that stands in for the one asked for."""
        from sqlalchemy.engine import make_url

        asked = make_url(url)
        if asked.drivername.startswith("postgresql") and self.postgresql is not None and not self.why_not:
            made = next((one for one in self.used if one.is_postgresql), None)
            try:
                made = made or postgresql_database(asked, self.postgresql, is_async="+" in driver)
            except NotLent as error:
                self.why_not = str(error)
            else:
                self._use(made, first=True)
                return made.url.set(drivername=asked.drivername)
        self._use(sqlite_file(file), first=False)
        return f"{driver}:///{file}"

    def _use(self, database: Database, *, first: bool) -> None:
        if database not in self.used:
            self.used.insert(0 if first else len(self.used), database)


def _shown(url: Foreign) -> str:
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "__name__", value) for name, value in options.items() if name in KEPT}


def _local(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that suit a database of the probe; nobody waits longer than two seconds for a pool."""
    from sqlalchemy.pool import StaticPool

    kept = {name: value for name, value in options.items() if name in KEPT}
    if kept.get("poolclass") is StaticPool:
        del kept["poolclass"]
    if "poolclass" not in kept:
        kept["pool_timeout"] = min(MOST_TIMEOUT_SECONDS, kept.get("pool_timeout", MOST_TIMEOUT_SECONDS))
    return kept


def load_app(module: str, attribute: str) -> Foreign:
    """Return the application: an object, or what a factory without arguments returns."""
    found: Any = importlib.import_module(module)
    for name in attribute.split("."):
        found = getattr(found, name)
    return found if hasattr(found, "router") else found()


def metadata_of_the_app() -> list[MetaData]:
    """Return every collection of tables that the import has brought to life; SQLAlchemy has one of the catalogue."""
    from sqlalchemy import MetaData

    collections = [found for found in gc.get_objects() if isinstance(found, MetaData) and found.tables]
    return [found for found in collections if found.schema not in CATALOGUES]
