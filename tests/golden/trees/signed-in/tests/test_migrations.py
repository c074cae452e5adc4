"""Migrations: up, down, up again, and then the same schema as the models'."""

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from app.config import Settings
from app.models import metadata
from tests.databases import new_database
from tests.schema import Schema, read_schema

ALEMBIC = Path(__file__).parents[1] / "alembic.ini"


@pytest.fixture
def alembic(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Return the configuration that migrates an empty database."""
    monkeypatch.setenv("DATABASE_URL", empty_database)
    config = Config(ALEMBIC)
    config.set_main_option("script_location", str(ALEMBIC.parent / "migrations"))
    return config


def create_tables(connection: Connection) -> None:
    """Create the tables of all models."""
    metadata.create_all(connection)


def schema_of(database_url: str, *, create: bool = False) -> Schema:
    """Read a database's schema, after creating the models' tables if asked to."""
    return asyncio.run(_schema_of(database_url, create=create))


async def _schema_of(database_url: str, *, create: bool) -> Schema:
    engine = create_async_engine(Settings(database_url=database_url).database_url)
    async with engine.begin() as connection:
        if create:
            await connection.run_sync(create_tables)
        schema = await connection.run_sync(read_schema)
    await engine.dispose()
    return schema


def test_migrations_lead_to_the_schema_of_the_models(
    alembic: Config, empty_database: str, database_server: str, tmp_path: Path
) -> None:
    command.upgrade(alembic, "head")
    migrated = schema_of(empty_database)

    models = tmp_path / "models"
    models.mkdir()
    with new_database(database_server, models) as url:
        assert migrated == schema_of(url, create=True)


def test_migrations_go_down_and_up_again(alembic: Config, empty_database: str) -> None:
    command.upgrade(alembic, "head")
    first = schema_of(empty_database)

    command.downgrade(alembic, "base")
    assert schema_of(empty_database) == {}

    command.upgrade(alembic, "head")
    assert schema_of(empty_database) == first


def test_there_is_one_head(alembic: Config) -> None:
    assert len(ScriptDirectory.from_config(alembic).get_heads()) <= 1
