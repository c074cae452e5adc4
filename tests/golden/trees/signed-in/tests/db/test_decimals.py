"""Decimals: exact on SQLite and PostgreSQL alike."""

from decimal import Decimal

import pytest
from sqlalchemy import Column, MetaData, Table, select
from sqlalchemy.ext.asyncio import create_async_engine

from app.config import Settings
from app.db import engine as app_engine
from app.db.decimals import ExactDecimal

pytestmark = pytest.mark.anyio

VALUES = Table("values", MetaData(), Column("value", ExactDecimal(18, 4)))


@pytest.mark.parametrize(
    "value",
    [
        Decimal("12345678901234.5678"),
        Decimal("-0.0001"),
        Decimal(0),
        None,
    ],
)
async def test_value_comes_back_as_it_was(
    empty_database: str, value: Decimal | None
) -> None:
    engine = create_async_engine(Settings(database_url=empty_database).database_url)
    async with engine.begin() as connection:
        await connection.run_sync(VALUES.metadata.create_all)
        await connection.execute(VALUES.insert(), {"value": value})
        stored = await connection.scalar(select(VALUES.c.value))
    await engine.dispose()

    assert stored == value


@pytest.mark.parametrize(
    ("database_url", "stored"),
    [("sqlite://", "999"), ("postgresql://host/name", "9.99")],
)
def test_decimal_in_ddl_is_what_is_stored(database_url: str, stored: str) -> None:
    dialect = app_engine.create_engine(Settings(database_url=database_url)).dialect

    assert ExactDecimal(10, 2).process_literal_param(Decimal("9.99"), dialect) == stored
