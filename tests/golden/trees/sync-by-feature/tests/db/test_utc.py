"""Points in time: aware and in UTC on SQLite and PostgreSQL alike."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, create_engine, select

from app.config import Settings
from app.db.utc import UtcDateTime

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
def test_value_comes_back_as_it_was(
    empty_database: str, value: datetime | None
) -> None:
    engine = create_engine(Settings(database_url=empty_database).database_url)
    with engine.begin() as connection:
        VALUES.metadata.create_all(connection)
        connection.execute(VALUES.insert(), {"value": value})
        stored = connection.scalar(select(VALUES.c.value))
    engine.dispose()

    assert stored == value
    if stored is not None:
        assert stored.utcoffset() == timedelta(0)
