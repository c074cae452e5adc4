"""The engine, set up for the database that the URL names."""

import logging
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExecutionContext
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.asyncio import create_async_engine as new_engine
from sqlalchemy.pool import ConnectionPoolEntry

from app.config import Settings

logger = logging.getLogger(__name__)


def create_engine(settings: Settings) -> AsyncEngine:
    """Make the engine; no connection is opened yet."""
    if settings.database_url.startswith("sqlite"):
        engine = new_engine(settings.database_url)
        event.listen(engine.sync_engine, "connect", enforce_foreign_keys)
    else:
        engine = new_engine(
            settings.database_url,
            pool_pre_ping=True,
            pool_size=settings.database_pool_size,
        )
    log_slow_queries(engine, settings.slow_query_ms)
    return engine


def enforce_foreign_keys(
    connection: DBAPIConnection, _entry: ConnectionPoolEntry
) -> None:
    """Switch foreign keys on, which SQLite leaves off on every new connection."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def log_slow_queries(engine: AsyncEngine, threshold_ms: int) -> None:
    """Log each statement that takes `threshold_ms` or longer, without its values."""

    def start(
        connection: Connection,
        _cursor: DBAPICursor,
        _statement: str,
        _parameters: object,
        _context: ExecutionContext | None,
        _many: object,
    ) -> None:
        connection.info["query_started"] = perf_counter()

    def finish(
        connection: Connection,
        _cursor: DBAPICursor,
        statement: str,
        _parameters: object,
        _context: ExecutionContext | None,
        _many: object,
    ) -> None:
        elapsed_ms = (perf_counter() - connection.info.pop("query_started")) * 1000
        if elapsed_ms >= threshold_ms:
            fields: dict[str, Any] = {
                "statement": statement,
                "duration_ms": round(elapsed_ms, 1),
            }
            logger.warning("slow query", extra={"fields": fields})

    event.listen(engine.sync_engine, "before_cursor_execute", start)
    event.listen(engine.sync_engine, "after_cursor_execute", finish)
