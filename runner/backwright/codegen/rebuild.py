"""The statements of a revision: new tables as they are, changed ones altered, on SQLite rebuilt where need be.

SQLite adds, renames and drops columns that nothing else refers to. For the rest the table is made anew and filled
from the old one, as its manual says (https://www.sqlite.org/lang_altertable.html, section 7): the result is exactly
the table of the models. A table with columns that the spec does not know is not rebuilt, so that none are lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from backwright.codegen.python_source import clauses_source, names_source, string_source
from backwright.codegen.retype import Database, converted, is_widening, literal
from backwright.codegen.table_source import (
    column_source,
    create_constraints,
    create_index,
    create_indexes,
    create_table,
    uniques_of,
)
from backwright.codegen.tables import Column, Table
from backwright.errors import NotSupported

Pair = tuple[Table, Table]
GUARD = "refuse_unknown_columns"
"""The function, in revisions that rebuild tables, that stops at columns of somebody else's."""


@dataclass(frozen=True)
class Moves:
    """New names by old ones: of tables, and of columns by the old name of their table."""

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One direction of a revision: the tables before and after, what moved, and what rows get where they have nothing.

    ``fills`` is keyed by table and column; None means that the database decides whether it can do without.
    """

    before: Sequence[Table]
    after: Sequence[Table]
    moves: Moves
    fills: Mapping[tuple[str, str], object]

    def pairs(self) -> list[Pair]:
        """Return the tables that stay, before and after."""
        after = {table.name: table for table in self.after}
        found = ((table, after.get(self.moves.tables.get(table.name, table.name))) for table in self.before)
        return [(old, new) for old, new in found if new is not None]

    def changed(self) -> list[Pair]:
        """Return the tables that stay and differ."""
        return [(old, new) for old, new in self.pairs() if not _is_same(old, new)]

    def created(self) -> list[Table]:
        """Return the tables that are new."""
        kept = {new.name for _, new in self.pairs()}
        return [table for table in self.after if table.name not in kept]

    def dropped(self) -> list[Table]:
        """Return the tables that go, those that refer to others first."""
        kept = {old.name for old, _ in self.pairs()}
        return [table for table in reversed(self.before) if table.name not in kept]

    def added(self) -> list[tuple[Table, list[Column]]]:
        """Return the tables that get new columns, with them."""
        found = [(new, self.new_columns(old, new)) for old, new in self.changed()]
        return [(table, columns) for table, columns in found if columns]

    def new_columns(self, old: Table, new: Table) -> list[Column]:
        """Return the columns of a table that it did not have."""
        kept = set(self.names(old).values())
        return [column for column in new.columns if column.name not in kept]

    def names(self, old: Table) -> dict[str, str]:
        """Return the new name of every old column, gone ones included."""
        moved = self.moves.columns.get(old.name, {})
        return {column.name: moved.get(column.name, column.name) for column in old.columns}


def _is_same(old: Table, new: Table) -> bool:
    """Whether two tables differ in nothing but the order of their columns and constraints."""
    return (old.name, set(old.columns), set(old.uniques), _rules(old)) == (
        new.name,
        set(new.columns),
        set(new.uniques),
        _rules(new),
    )


def _rules(table: Table) -> set[tuple[str, str]]:
    return {(check.name, check.rule) for check in table.checks}


@dataclass(frozen=True)
class Body:
    """The statements of one direction: on every database, then on one of them, then on every one again."""

    first: tuple[str, ...] = ()
    sqlite: tuple[str, ...] = ()
    postgresql: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Return every statement."""
        return (*self.first, *self.sqlite, *self.postgresql, *self.last)


def statements(side: Side) -> Body:
    """Return the statements of one direction; none where nothing is to be done.

    Raises:
        NotSupported: a change of key, or of a type into one that means something else.
    """
    for old, new in side.changed():
        if old.columns[0].type != new.columns[0].type:
            raise NotSupported(f"{new.name}: the type of the key cannot be changed where there are rows")
    creating = [line for table in side.created() for line in chain(create_table(table), create_indexes(table))]
    dropping = tuple(f'op.drop_table("{table.name}")' for table in side.dropped())
    changed = side.changed()
    if all(_is_simple(side, pair) for pair in changed):
        simple = (line for pair in changed for line in _simple(side, pair))
        return Body(first=(*creating, *simple), last=dropping)
    rebuilt = tuple(
        line for pair in changed for line in (_simple(side, pair) if _is_simple(side, pair) else _rebuilt(side, pair))
    )
    return Body(tuple(creating), rebuilt, tuple(_altered(side, changed)), dropping)


def _is_simple(side: Side, pair: Pair) -> bool:
    """Whether both databases can do it in the same words: indexes, and columns that nothing else refers to."""
    old, new = pair
    names = side.names(old)
    if old.name != new.name or _rules(old) != _rules(new) or set(uniques_of(old)) != set(uniques_of(new)):
        return False
    for column in old.columns:
        after = new.column(names[column.name])
        moves = after is None or after.name != column.name
        if moves and (column.reference or column.unique):
            return False
        if after and replace(column, name=after.name, index=None) != replace(after, index=None):
            return False
    return all(column.nullable and not column.reference for column in side.new_columns(old, new))


def _simple(side: Side, pair: Pair) -> Iterator[str]:
    old, new = pair
    yield from _dropped_indexes(pair)
    yield from _moved_columns(side, pair)
    for column in side.new_columns(old, new):
        yield f'op.add_column("{new.name}", {column_source(column)})'
    yield from _new_indexes(pair)


def _rebuilt(side: Side, pair: Pair) -> Iterator[str]:
    old, new = pair
    name = new.name if new.name != old.name else f"_new_{new.name}"
    yield f"{GUARD}({names_source([old.name, *(column.name for column in old.columns)])})"
    yield from create_table(new, name)
    origins = {after: before for before, after in side.names(old).items()}
    targets, sources = [], []
    for column in new.columns:
        value = _value(side, new, column, old.column(origins.get(column.name, "")), "sqlite")
        if value is not None:
            targets.append(_sql(column.name))
            sources.append(value)
    clauses = (
        f"INSERT INTO {_sql(name)} ({', '.join(targets)})",
        f"SELECT {', '.join(sources)}",
        f"FROM {_sql(old.name)}",
    )
    yield f"op.execute({clauses_source(clauses)})"
    yield f'op.drop_table("{old.name}")'
    if name != new.name:
        yield f'op.rename_table("{name}", "{new.name}")'
    yield from create_indexes(new)


def _value(side: Side, table: Table, column: Column, origin: Column | None, database: Database) -> str | None:
    fill = side.fills.get((table.name, column.name))
    filled = literal(fill, column.type, database) if fill is not None else None
    if origin is None:
        if filled is None and column.type == "UtcDateTime()" and not column.nullable:
            return "CURRENT_TIMESTAMP"
        return filled
    value = converted(_sql(origin.name), origin, column, database)
    return f"coalesce({value}, {filled})" if filled is not None and origin.nullable else value


def _sql(name: str) -> str:
    return f'"{name}"'


def _altered(side: Side, changed: list[Pair]) -> Iterator[str]:
    """Yield PostgreSQL's statements: what stands in the way goes, then columns, then constraints come back."""
    for pair in changed:
        yield from _dropped_constraints(pair)
    for pair in changed:
        yield from _renamed(pair)
    for pair in changed:
        yield from _altered_columns(side, pair)
    for pair in changed:
        yield from _new_constraints(pair)


def _dropped_constraints(pair: Pair) -> Iterator[str]:
    old, new = pair
    there = {column.reference for column in new.columns}
    for column in old.columns:
        if column.reference and column.reference not in there:
            yield f'op.drop_constraint("{column.reference.name}", "{old.name}", type_="foreignkey")'
    for name in sorted({check.name for check in old.checks if (check.name, check.rule) not in _rules(new)}):
        yield f'op.drop_constraint(op.f("{name}"), "{old.name}", type_="check")'
    for unique in uniques_of(old):
        if unique not in uniques_of(new):
            yield f'op.drop_constraint("{unique.name}", "{old.name}", type_="unique")'
    yield from _dropped_indexes(pair)


def _dropped_indexes(pair: Pair) -> Iterator[str]:
    old, new = pair
    indexes = {column.index for column in new.columns}
    for column in old.columns:
        if column.index and column.index not in indexes:
            yield f'op.drop_index("{column.index}", "{old.name}")'


def _renamed(pair: Pair) -> Iterator[str]:
    old, new = pair
    if old.name == new.name:
        return
    yield f'op.rename_table("{old.name}", "{new.name}")'
    rename = (f'ALTER TABLE "{new.name}"', f'RENAME CONSTRAINT "{old.primary_key}" TO "{new.primary_key}"')
    yield f"op.execute({clauses_source(rename)})"
    if old.columns[0].type == "sa.Integer()":
        sequence = (f'ALTER SEQUENCE "{old.name}_id_seq"', f'RENAME TO "{new.name}_id_seq"')
        yield f"op.execute({clauses_source(sequence)})"


def _altered_columns(side: Side, pair: Pair) -> Iterator[str]:
    old, new = pair
    names = side.names(old)
    yield from _moved_columns(side, pair)
    for column in old.columns:
        after = new.column(names[column.name])
        if after is not None:
            yield from _altered_column(side, new, column, after)
    for column in side.new_columns(old, new):
        yield from _added_column(side, new, column)


def _moved_columns(side: Side, pair: Pair) -> Iterator[str]:
    """Yield what drops and renames columns."""
    old, new = pair
    names = side.names(old)
    for column in old.columns:
        after = new.column(names[column.name])
        if after is None:
            yield f'op.drop_column("{new.name}", "{column.name}")'
        elif names[column.name] != column.name:
            yield f'op.alter_column("{new.name}", "{column.name}", new_column_name="{after.name}")'


def _altered_column(side: Side, table: Table, old: Column, new: Column) -> Iterator[str]:
    where = f'"{table.name}", "{new.name}"'
    retyped = old.type != new.type
    if old.server_default is not None and (retyped or new.server_default is None):
        yield f"op.alter_column({where}, server_default=None)"
    if retyped:
        using = "" if is_widening(old, new) else converted(_sql(new.name), old, new, "postgresql")
        argument = f", postgresql_using={string_source(using)}" if using else ""
        yield f"op.alter_column({where}, existing_type={old.type}, type_={new.type}{argument})"
    if new.server_default is not None and (retyped or old.server_default != new.server_default):
        yield f"op.alter_column({where}, server_default={new.server_default})"
    if old.nullable != new.nullable:
        yield from _filled(side, table, new)
        yield f"op.alter_column({where}, nullable={new.nullable})"


def _added_column(side: Side, table: Table, column: Column) -> Iterator[str]:
    fill = _value(side, table, column, None, "postgresql")
    if column.nullable or fill is None:
        yield f'op.add_column("{table.name}", {column_source(column)})'
        return
    yield f'op.add_column("{table.name}", {column_source(column, nullable=True)})'
    yield from _filled(side, table, column, fill)
    yield f'op.alter_column("{table.name}", "{column.name}", nullable=False)'


def _filled(side: Side, table: Table, column: Column, value: str | None = None) -> Iterator[str]:
    fill = value or _value(side, table, column, None, "postgresql")
    if fill is not None and not column.nullable:
        name = _sql(column.name)
        clauses = (f"UPDATE {_sql(table.name)}", f"SET {name} = {fill}", f"WHERE {name} IS NULL")
        yield f"op.execute({clauses_source(clauses)})"


def _new_constraints(pair: Pair) -> Iterator[str]:
    old, new = pair
    there = {column.reference for column in old.columns}
    yield from create_constraints(
        new.name,
        [check for check in new.checks if (check.name, check.rule) not in _rules(old)],
        [unique for unique in uniques_of(new) if unique not in uniques_of(old)],
        [column for column in new.columns if column.reference not in there],
    )
    yield from _new_indexes(pair)


def _new_indexes(pair: Pair) -> Iterator[str]:
    old, new = pair
    indexes = {column.index for column in old.columns}
    for column in new.columns:
        if column.index and column.index not in indexes:
            yield create_index(new.name, column)
