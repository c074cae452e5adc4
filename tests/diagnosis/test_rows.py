"""Tables are filled whatever types they are made of."""

from __future__ import annotations

from datetime import UTC, datetime

from backwright.diagnosis.probing.rows import fill
from sqlalchemy import Column, DateTime, Dialect, Integer, MetaData, Table, create_engine, func, select
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """An aware datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        assert dialect.name == "sqlite"
        return value.astimezone(UTC).replace(tzinfo=None) if value else None


def test_a_decorated_type_gets_values_of_what_it_decorates() -> None:
    metadata = MetaData()
    table = Table("notes", metadata, Column("id", Integer, primary_key=True), Column("at", Utc, nullable=False))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        assert fill(connection, [metadata], 50) == []
        assert connection.scalar(select(func.count()).select_from(table)) == 50
    engine.dispose()
