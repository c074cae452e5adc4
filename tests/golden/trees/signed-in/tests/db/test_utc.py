"""Points in time: aware and in UTC on SQLite and PostgreSQL alike."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, select
from sqlalchemy.ext.asyncio import create_async_engine

from app.config import Settings
from app.db.utc import UtcDateTime

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)
VALUES = Table("values", MetaData(), Column("value", UtcDateTime()))


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        NOON.astimezone(timezone(timedelta(hours=5))),
        datetime(1, 1, 2, tzinfo=UTC),
        None,
    ],
)
async def test_value_comes_back_as_it_was(
    empty_database: str, value: datetime | None
) -> None:
    engine = create_async_engine(Settings(database_url=empty_database).database_url)
    async with engine.begin() as connection:
        await connection.run_sync(VALUES.metadata.create_all)
        await connection.execute(VALUES.insert(), {"value": value})
        stored = await connection.scalar(select(VALUES.c.value))
    await engine.dispose()

    assert stored == value
    if stored is not None:
        assert stored.utcoffset() == timedelta(0)
