"""Alembic operations as source: a whole table, a column, a constraint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backwright.codegen.python_source import names_source, string_source
from backwright.codegen.tables import Check, Column, Table, Unique


def create_table(table: Table, name: str | None = None) -> list[str]:
    """Return the statement that creates a table, without its indexes; ``name`` overrides the table's own."""
    parts = [string_source(name or table.name), *(column_source(column) for column in table.columns)]
    parts += [f"sa.CheckConstraint({check.rule}, name=op.f({string_source(check.name)}))" for check in table.checks]
    parts += [_foreign_key(column) for column in table.columns if column.reference]
    parts.append(f"sa.PrimaryKeyConstraint({names_source(['id'])}, name=op.f({string_source(table.primary_key)}))")
    for unique in uniques_of(table):
        columns = names_source(unique.columns)
        parts.append(f"sa.UniqueConstraint({columns}, name=op.f({string_source(unique.name)}))")
    return [f"op.create_table({', '.join(parts)},)"]


def column_source(column: Column, *, nullable: bool | None = None) -> str:
    """Return a column as an expression; ``nullable`` overrides the column's own."""
    may_be_null = column.nullable if nullable is None else nullable
    default = f", server_default={column.server_default}" if column.server_default is not None else ""
    return f"sa.Column({string_source(column.name)}, {column.type}, nullable={may_be_null}{default})"


def _foreign_key(column: Column) -> str:
    reference = column.reference
    if reference is None:
        raise ValueError(f"{column.name} refers to nothing")
    return (
        f'sa.ForeignKeyConstraint(["{column.name}"], ["{reference.table}.id"], '
        f'name=op.f("{reference.name}"), ondelete="{reference.on_delete}")'
    )


def uniques_of(table: Table) -> tuple[Unique, ...]:
    """Return all unique constraints of a table, those of single columns first."""
    single = (Unique(column.unique, (column.name,)) for column in table.columns if column.unique)
    return (*single, *table.uniques)


def create_indexes(table: Table) -> Iterator[str]:
    """Yield the statements that create a table's indexes."""
    for column in table.columns:
        if column.index:
            yield create_index(table.name, column)


def create_index(table: str, column: Column) -> str:
    """Return the statement that creates the index of a column."""
    return f'op.create_index("{column.index}", "{table}", ["{column.name}"])'


def create_constraints(
    table: str, checks: Iterable[Check], uniques: Iterable[Unique], references: Iterable[Column]
) -> Iterator[str]:
    """Yield the statements that add constraints to a table that is there."""
    for unique in uniques:
        yield f'op.create_unique_constraint("{unique.name}", "{table}", [{names_source(unique.columns)}])'
    for check in checks:
        yield f'op.create_check_constraint(op.f("{check.name}"), "{table}", {check.rule})'
    for column in references:
        if column.reference:
            yield (
                f'op.create_foreign_key("{column.reference.name}", "{table}", "{column.reference.table}", '
                f'["{column.name}"], ["id"], ondelete="{column.reference.on_delete}")'
            )
