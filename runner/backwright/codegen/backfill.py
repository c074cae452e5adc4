"""What moves from one spec to the next, and what rows get in columns that they did not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backwright.codegen.rebuild import Moves
from backwright.codegen.schema_types import neutral_value
from backwright.codegen.tables import Column, Table
from backwright.spec.change import (
    AddField,
    AddRelation,
    ChangeField,
    ChangeRelation,
    RenameField,
    RenameResource,
    SpecChange,
)
from backwright.spec.model import BackendSpec

Fills = Mapping[tuple[str, str], object]
"""Values by table and column; None means that the database decides whether it can do without."""


def moves_of(change: SpecChange, old: Mapping[str, Table]) -> Moves:
    """Return the new names of tables and columns by their old ones, through all steps of a change."""
    tables: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    for step in change.steps:
        if isinstance(step, RenameResource):
            tables[_original(tables, step.resource)] = step.name
        elif isinstance(step, RenameField):
            table = _original(tables, step.resource)
            if table in old:
                _rename(columns.setdefault(table, {}), old[table], step)
    return Moves({before: after for before, after in tables.items() if before != after and before in old}, columns)


def _rename(columns: dict[str, str], table: Table, step: RenameField) -> None:
    for before, after in ((step.field, step.name), (f"{step.field}_id", f"{step.name}_id")):
        origin = _original(columns, before)
        if table.column(origin):
            columns[origin] = after
            return


def _original(names: Mapping[str, str], name: str) -> str:
    return next((old for old, new in names.items() if new == name), name)


def inverse(moves: Moves) -> Moves:
    """Return the moves that take everything back."""
    columns = {
        moves.tables.get(table, table): {after: before for before, after in names.items()}
        for table, names in moves.columns.items()
    }
    return Moves({after: before for before, after in moves.tables.items()}, columns)


def said_values(change: SpecChange, moves: Moves) -> Fills:
    """Return the values that a change names for existing rows: a back-fill, else a default."""
    said: dict[tuple[str, str], object] = {}
    for step in change.steps:
        if isinstance(step, AddField | ChangeField):
            table = moves.tables.get(step.resource, step.resource)
            given = step.field.default if step.field.backfill is None else step.field.backfill
            said[table, step.field.name] = given
        elif isinstance(step, AddRelation | ChangeRelation):
            table = moves.tables.get(step.resource, step.resource)
            said[table, f"{step.relation.name}_id"] = step.relation.backfill
    return {place: value for place, value in said.items() if value is not None}


def fills_of(
    spec: BackendSpec, before: Sequence[Table], after: Sequence[Table], moves: Moves, said: Fills
) -> dict[tuple[str, str], object]:
    """Return what rows get in columns of ``after`` that may not be null and were not there, or could be null."""
    fills: dict[tuple[str, str], object] = {}
    old = {moves.tables.get(table.name, table.name): table for table in before}
    for table in after:
        there = old.get(table.name)
        for column in _unfilled(there, table, moves) if there else ():
            place = table.name, column.name
            fills[place] = said[place] if place in said else _neutral(spec, table.name, column.name)
    return fills


def _unfilled(old: Table, new: Table, moves: Moves) -> Iterator[Column]:
    names = moves.columns.get(old.name, {})
    kept = {names.get(column.name, column.name): column for column in old.columns}
    for column in new.columns:
        origin = kept.get(column.name)
        if not column.nullable and (origin is None or origin.nullable):
            yield column


def _neutral(spec: BackendSpec, table: str, column: str) -> object:
    """Return the plainest value of a field's column, None where the column is not a field's."""
    resource = spec.resource(table)
    field = resource.field(column) if resource else None
    return neutral_value(field) if field else None


def assumed(after: Sequence[Table], fills: Fills, said: Fills) -> Iterator[str]:
    """Yield in words what was decided about rows without being said."""
    tables = {table.name: table for table in after}
    for (table, name), value in fills.items():
        column = tables[table].column(name)
        if (table, name) in said or column is None:
            continue
        if column.reference:
            yield f"{table}.{name}: the migration stops at rows that have none; `backfill` gives them one"
        elif value is not None:
            several = "; it is unique, so the migration stops at a second one" if column.unique else ""
            yield f"{table}.{name}: rows that have no value get {value if value != '' else 'an empty text'}{several}"
