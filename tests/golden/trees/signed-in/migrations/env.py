"""Alembic's environment: which database, and what its schema should be."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from app.config import Settings
from app.db.engine import create_engine
from app.models import metadata


def run(connection: Connection | None) -> None:
    """Run the migrations, on a connection or (without one) into a script."""
    if connection is not None and connection.dialect.name == "sqlite":
        # A table that is rebuilt must not take the rows that point at it along.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    context.configure(
        connection=connection,
        url=None if connection else Settings().database_url,
        target_metadata=metadata,
        render_as_batch=True,
        compare_server_default=True,
        literal_binds=connection is None,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    """Connect and migrate."""
    engine = create_engine(Settings())
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    run(None)
else:
    asyncio.run(run_online())
