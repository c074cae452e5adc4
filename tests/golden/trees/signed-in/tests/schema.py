"""A database's schema as plain data, to compare one with another."""

from typing import Any

from sqlalchemy import Connection, Inspector, inspect

Schema = dict[str, dict[str, Any]]


def read_schema(connection: Connection) -> Schema:
    """Return what the tables are made of, by table; Alembic's own is left out."""
    inspector = inspect(connection)
    return {
        table: _table(inspector, table)
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _table(inspector: Inspector, table: str) -> dict[str, Any]:
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], column["default"])
            for column in inspector.get_columns(table)
        },
        "primary key": inspector.get_pk_constraint(table),
        "foreign keys": _by_name(inspector.get_foreign_keys(table)),
        "unique": _by_name(inspector.get_unique_constraints(table)),
        "checks": {
            check["name"]: " ".join(check["sqltext"].split())
            for check in inspector.get_check_constraints(table)
        },
        "indexes": _by_name(inspector.get_indexes(table)),
    }


def _by_name(items: list[Any]) -> dict[str, Any]:
    return {item["name"]: item for item in items}
