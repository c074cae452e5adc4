"""Migrations: the revision that brings a database from the tables of one spec to those of another, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from backwright.codegen.build import Revision
from backwright.codegen.naming import snake
from backwright.codegen.python_source import docstring, string_source
from backwright.codegen.rebuild import Moves, Side, statements
from backwright.codegen.retype import empty_value
from backwright.codegen.tables import Table, table_of
from backwright.errors import NotSupported
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


@dataclass(frozen=True)
class NewRevision:
    """A revision to be written; ``upgrade`` and ``downgrade`` are source, one level deep."""

    id: str
    down: str
    message: str
    upgrade: str
    downgrade: str
    standard: tuple[str, ...]
    local: tuple[str, ...]
    uses_sa: bool
    assumptions: tuple[str, ...]

    @property
    def path(self) -> PurePosixPath:
        """The file of the revision."""
        slug = snake(self.message)[:40].strip("_")
        return PurePosixPath("migrations", "versions", f"{self.id}_{slug}.py")


@dataclass
class _Renames:
    """New names of tables and columns, by their old ones, gathered step by step."""

    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def original(self, name: str) -> str:
        return next((old for old, new in self.tables.items() if new == name), name)


def revision_of(
    spec: BackendSpec, previous: BackendSpec | None, change: SpecChange, revisions: Sequence[Revision]
) -> NewRevision | None:
    """Return the revision that makes the tables of ``previous`` those of ``spec``; None where nothing differs.

    Raises:
        NotSupported: a change that keeps no rows, such as another type of key.
    """
    old = tables_in_order(previous) if previous else ()
    new = tables_in_order(spec)
    renames = _renames(change, {table.name: table for table in old})
    assumptions: list[str] = []
    fills = _fills(change, assumptions, old, new, renames)
    forward = Side(old, new, Moves(renames.tables, renames.columns), fills)
    backward = Side(new, old, _inverse(renames), _restored(old, new, renames))
    upgrade, downgrade = statements(forward), statements(backward)
    if not upgrade:
        return None
    down = _down(revisions)
    message = docstring(_message(forward))
    text = "\n".join((message, down, *upgrade, *downgrade))
    uses = upgrade + downgrade
    return NewRevision(
        id=hashlib.sha256(text.encode()).hexdigest()[:12],
        down=down,
        message=message,
        upgrade="\n".join(upgrade),
        downgrade="\n".join(downgrade) or "    pass",
        standard=("from decimal import Decimal",) if _mentions(uses, 'Decimal("') else (),
        local=tuple(_local(uses)),
        uses_sa=_mentions(uses, "sa."),
        assumptions=tuple(assumptions),
    )


def _mentions(lines: Iterable[str], word: str) -> bool:
    return any(word in line for line in lines)


def _local(lines: list[str]) -> Iterable[str]:
    if _mentions(lines, "ExactDecimal("):
        yield "from app.db.decimals import ExactDecimal"
    if _mentions(lines, "UtcDateTime("):
        yield "from app.db.utc import UtcDateTime"


def tables_in_order(spec: BackendSpec) -> tuple[Table, ...]:
    """Return the tables of a spec, each after those it refers to.

    Raises:
        NotSupported: two tables refer to each other.
    """
    waiting = {resource.name: table_of(resource, spec) for resource in spec.resources}
    ordered: dict[str, Table] = {}
    while waiting:
        ready = [name for name, table in waiting.items() if not _targets(table) & (waiting.keys() - {name})]
        if not ready:
            raise NotSupported(f"these resources belong to each other in a circle: {', '.join(sorted(waiting))}")
        for name in ready:
            ordered[name] = waiting.pop(name)
    return tuple(ordered.values())


def _targets(table: Table) -> set[str]:
    return {column.reference.table for column in table.columns if column.reference}


def _renames(change: SpecChange, old: Mapping[str, Table]) -> _Renames:
    renames = _Renames()
    for step in change.steps:
        if isinstance(step, RenameResource):
            renames.tables[renames.original(step.resource)] = step.name
        elif isinstance(step, RenameField):
            table = renames.original(step.resource)
            columns = renames.columns.setdefault(table, {})
            known = old.get(table)
            for before, after in ((step.field, step.name), (f"{step.field}_id", f"{step.name}_id")):
                origin = next((first for first, last in columns.items() if last == before), before)
                if known and known.column(origin):
                    columns[origin] = after
                    break
    renames.tables = {before: after for before, after in renames.tables.items() if before != after and before in old}
    return renames


def _inverse(renames: _Renames) -> Moves:
    columns = {
        renames.tables.get(table, table): {after: before for before, after in names.items()}
        for table, names in renames.columns.items()
    }
    return Moves({after: before for before, after in renames.tables.items()}, columns)


def _fills(
    change: SpecChange, assumptions: list[str], old: Sequence[Table], new: Sequence[Table], renames: _Renames
) -> dict[tuple[str, str], object]:
    """Return what existing rows get in columns that may not be null, by table and column."""
    said: dict[tuple[str, str], object] = {}
    for step in change.steps:
        if isinstance(step, AddField | ChangeField):
            table = renames.tables.get(step.resource, step.resource)
            given = step.field.backfill if step.field.backfill is not None else step.field.default
            said[table, step.field.name] = given
        elif isinstance(step, AddRelation | ChangeRelation):
            table = renames.tables.get(step.resource, step.resource)
            said[table, f"{step.relation.name}_id"] = step.relation.backfill
    before = {renames.tables.get(table.name, table.name): table for table in old}
    fills: dict[tuple[str, str], object] = {}
    for table_ in new:
        there = before.get(table_.name)
        if there is None:
            continue
        names = renames.columns.get(there.name, {})
        kept = {names.get(column.name, column.name): column for column in there.columns}
        for column in table_.columns:
            origin = kept.get(column.name)
            if column.nullable or (origin and not origin.nullable):
                continue
            value = said.get((table_.name, column.name))
            if value is None and column.reference is None:
                value = empty_value(column.type)
                shown = value if value != "" else "an empty text"
                assumptions.append(f"{table_.name}.{column.name}: rows that have no value get {shown}")
            elif value is None:
                assumptions.append(
                    f"{table_.name}.{column.name}: the migration stops at rows without one; `backfill` gives one"
                )
            fills[table_.name, column.name] = value
    return fills


def _restored(old: Sequence[Table], new: Sequence[Table], renames: _Renames) -> dict[tuple[str, str], object]:
    """Return what rows get in columns that come back without their values when a revision is undone."""
    after = {table.name: table for table in new}
    fills: dict[tuple[str, str], object] = {}
    for table in old:
        there = after.get(renames.tables.get(table.name, table.name))
        names = renames.columns.get(table.name, {})
        for column in table.columns:
            kept = there.column(names.get(column.name, column.name)) if there else None
            if there and not column.nullable and column.reference is None and (kept is None or kept.nullable):
                fills[table.name, column.name] = empty_value(column.type)
    return fills


def _down(revisions: Sequence[Revision]) -> str:
    followed = {down for revision in revisions for down in revision.down}
    heads = sorted(revision.id for revision in revisions if revision.id not in followed)
    if not heads:
        return "None"
    sources = [string_source(head) for head in heads]
    return sources[0] if len(sources) == 1 else f"({', '.join(sources)})"


def _message(side: Side) -> str:
    created, dropped, changed = side.created(), side.dropped(), side.changed()
    parts = []
    if created:
        parts.append("create " + _listed([table.name for table in created]))
    if dropped:
        parts.append("drop " + _listed([table.name for table in dropped]))
    renamed = [f"{old} to {new}" for old, new in side.moves.tables.items()]
    if renamed:
        parts.append("rename " + _listed(renamed))
    added = [f"{column.name} to {table.name}" for table, columns in side.added() for column in columns]
    if added:
        parts.append("add " + _listed(added))
    rest = [pair[1].name for pair in changed if not any(table.name == pair[1].name for table, _ in side.added())]
    if rest and not renamed:
        parts.append("change " + _listed(rest))
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} more"]  # noqa: PLR2004 - as many as read well
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
