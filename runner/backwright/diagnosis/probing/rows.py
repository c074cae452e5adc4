"""Fills tables with plausible rows, so that a request has something to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .foreign import Foreign

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, MetaData, Table

MOMENT = dt.datetime(2026, 1, 31, 9, 30, tzinfo=dt.UTC)
TRUE = ("active", "enabled", "verified", "super", "admin", "staff", "published", "public")


def fill(connection: Connection, collections: Sequence[MetaData], count: int) -> list[str]:
    """Put rows into every table, parents first; return a line for each table that takes none."""
    from sqlalchemy.exc import SQLAlchemyError

    refused = []
    for metadata in collections:
        for table in metadata.sorted_tables:
            try:
                with connection.begin_nested():
                    connection.execute(table.insert(), [_row(table, number) for number in range(1, count + 1)])
            except (SQLAlchemyError, TypeError, ValueError) as error:
                refused.append(f"{table.name}: {type(error).__name__}: {str(error).splitlines()[0]}")
    return refused


def count_on(connection: Connection, metadata: MetaData) -> None:
    """Let PostgreSQL's counters of keys go on behind the rows that were given theirs."""
    from sqlalchemy import func, select

    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            name = connection.dialect.identifier_preparer.format_table(table)
            counter = func.pg_get_serial_sequence(name, column.name)
            last = select(func.coalesce(func.max(column), 1)).scalar_subquery()
            connection.execute(select(func.setval(counter, last)).where(counter.is_not(None)))


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(column, number) for column in table.columns if column.computed is None}


def _value(column: Column[Any], number: int) -> Foreign:
    if column.foreign_keys and any(key.column.table is column.table for key in column.foreign_keys):
        return None if column.nullable else number
    return next(_values(column, number))


def _python_type(kind: Foreign) -> type:
    """Return the Python type of a column's values; a decorated type that does not say has that of what it decorates."""
    decorated: Foreign = getattr(kind, "impl", kind)
    for one in (kind, decorated):
        try:
            python: type = one.python_type
        except NotImplementedError:
            continue
        if python is not object:
            return python
    return str


def _values(column: Column[Any], number: int) -> Iterator[Any]:
    """Yield the value of a column in one row; keys that refer to another table count as its rows do."""
    referenced = next((key.column for key in column.foreign_keys), column)
    choices = getattr(referenced.type, "enums", None)
    if choices:
        yield choices[0]
    python = _python_type(referenced.type)
    name = referenced.name.lower()
    if python is bool:
        yield any(word in name for word in TRUE)
    if python is str:
        text = f"{name}{number}@mail.example" if "mail" in name else f"{name} {number}"
        longest = getattr(referenced.type, "length", None) or len(text)
        yield str(number)[-longest:] if len(text) > longest and _is_unique(referenced) else text[:longest]
    made = {
        int: number,
        float: float(number),
        Decimal: Decimal(number),
        dt.datetime: MOMENT.replace(tzinfo=None) if _is_without_zone(referenced.type) else MOMENT,
        dt.date: MOMENT.date(),
        dt.time: MOMENT.time().replace(tzinfo=None),
        dt.timedelta: dt.timedelta(seconds=number),
        UUID: UUID(int=number),
        bytes: str(number).encode(),
        dict: {},
        list: [],
    }
    yield made.get(python)


def _is_unique(column: Column[Any]) -> bool:
    return bool(column.unique or column.primary_key)


def _is_without_zone(kind: Foreign) -> bool:
    """Whether a column keeps datetimes without a zone itself; what decorates such a type says what it takes."""
    from sqlalchemy import DateTime

    return isinstance(kind, DateTime) and not kind.timezone
