"""Alembic's environment: which database, and what its schema should be."""

from alembic import context
from sqlalchemy import Connection

from app.config import Settings
from app.db.engine import create_engine
from app.features import metadata


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


def run_online() -> None:
    """Connect and migrate."""
    engine = create_engine(Settings())
    with engine.connect() as connection:
        run(connection)
    engine.dispose()


if context.is_offline_mode():
    run(None)
else:
    run_online()
