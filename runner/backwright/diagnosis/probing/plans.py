"""How a database finds the rows of a statement: SQLite's plan in its words, PostgreSQL's where it reads them all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .database import Database
from .foreign import Foreign
from .watching import Statement

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

MOST_PLANS = 40
WHOLE = {"Seq Scan", "Index Scan"}


def selected(statements: Sequence[Statement]) -> list[Statement]:
    """Return every different SELECT, at most 40."""
    different = {one.sql: one for one in statements if one.sql.lstrip().upper().startswith("SELECT")}
    return list(different.values())[:MOST_PLANS]


def plans_of(database: Database, statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """Return a plan of each statement, with the line that sent it; one that has none is left out."""
    if not database.is_postgresql:
        return _of_sqlite(str(database.url.database), statements)
    return database.run(lambda connection: list(_of_postgresql(connection, statements)))


def indexed_in(database: Database, collections: Sequence[MetaData]) -> dict[str, list[str]]:
    """Return for each table the columns that an index, a key or a unique constraint begins with."""
    return database.run(lambda connection: _indexed(connection, collections))


def _indexed(connection: Connection, collections: Sequence[MetaData]) -> dict[str, list[str]]:
    from sqlalchemy import inspect
    from sqlalchemy.exc import NoSuchTableError

    looking = inspect(connection)
    found: dict[str, list[str]] = {}
    for table in (table for metadata in collections for table in metadata.tables.values()):
        try:
            several: list[Any] = [
                looking.get_pk_constraint(table.name, table.schema)["constrained_columns"],
                *(index["column_names"] for index in looking.get_indexes(table.name, table.schema)),
                *(unique["column_names"] for unique in looking.get_unique_constraints(table.name, table.schema)),
            ]
        except NoSuchTableError:
            continue
        found[table.name] = [columns[0] for columns in several if columns and columns[0] is not None]
    return found


def _of_sqlite(database: str, statements: Sequence[Statement]) -> list[dict[str, Any]]:
    import sqlite3

    plans = []
    connection = sqlite3.connect(database)
    try:
        for one in statements:
            try:
                rows = connection.execute(f"EXPLAIN QUERY PLAN {one.sql}", one.parameters or ()).fetchall()
            except sqlite3.Error:
                continue  # a function that only the app's own connection has: no plan to be had
            plans.append(_plan(one, [row[-1] for row in rows]))
    finally:
        connection.close()
    return plans


def _of_postgresql(connection: Connection, statements: Sequence[Statement]) -> Iterator[dict[str, Any]]:
    from sqlalchemy.exc import DBAPIError

    for one in statements:
        try:
            with connection.begin_nested():
                result = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {one.sql}", one.parameters or None)
                found: Foreign = result.scalar_one()
        except DBAPIError:
            continue  # nothing that can be explained: no plan to be had
        plan = (json.loads(found) if isinstance(found, str | bytes) else found)[0]["Plan"]
        yield _plan(
            one,
            [
                f"{kind} on {table} of {_rows(connection, table)} rows, filter {condition}"
                for kind, table, condition in _filtered(plan)
            ],
        )


def _plan(one: Statement, steps: list[str]) -> dict[str, Any]:
    return {"sql": one.sql, "place": one.place, "plan": steps}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _filtered(plan: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield how and which tables a plan reads from end to end to compare something, with the condition.

    An index without a condition only gives the order in which the whole table is read.
    """
    for node in _nodes(plan):
        if node["Node Type"] in WHOLE and "Filter" in node and "Index Cond" not in node:
            yield node["Node Type"], node["Relation Name"], node["Filter"]


def _rows(connection: Connection, table: str) -> int:
    """Return how many rows a table has, as the planner knows it."""
    from sqlalchemy import text

    statement = text("SELECT sum(reltuples) FROM pg_class WHERE relname = :name AND relkind = 'r'")
    return int(connection.scalar(statement, {"name": table}) or 0)
