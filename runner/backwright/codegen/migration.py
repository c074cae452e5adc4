"""Migrations: the revision that brings a database from the tables of one spec to those of another, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from backwright.codegen.accounts import with_accounts
from backwright.codegen.backfill import assumed, fills_of, inverse, moves_of, said_values
from backwright.codegen.build import Revision
from backwright.codegen.python_source import docstring, string_source
from backwright.codegen.rebuild import GUARD, Body, Side, statements
from backwright.codegen.tables import Table, table_of
from backwright.errors import NotSupported
from backwright.naming import snake
from backwright.spec.change import SpecChange
from backwright.spec.model import BackendSpec

MAX_STATEMENTS = 40
"""Statements in one function, so that a linter does not call it too long."""


@dataclass(frozen=True)
class NewRevision:
    """A revision to be written; ``upgrade`` and ``downgrade`` are functions, as source."""

    id: str
    down: str
    message: str
    upgrade: str
    downgrade: str
    standard: tuple[str, ...]
    local: tuple[str, ...]
    uses_sa: bool
    uses_op: bool
    rebuilds: bool
    assumptions: tuple[str, ...]

    @property
    def path(self) -> PurePosixPath:
        """The file of the revision."""
        slug = snake(self.message)[:40].strip("_")
        return PurePosixPath("migrations", "versions", f"{self.id}_{slug}.py")


def revision_of(
    spec: BackendSpec, previous: BackendSpec | None, change: SpecChange, revisions: Sequence[Revision]
) -> NewRevision | None:
    """Return the revision that makes the tables of ``previous`` those of ``spec``; None where nothing differs.

    Raises:
        NotSupported: a change that keeps no rows, such as another type of key.
    """
    spec, previous = with_accounts(spec), with_accounts(previous) if previous else None
    old = tables_in_order(previous) if previous else ()
    new = tables_in_order(spec)
    moves = moves_of(change, {table.name: table for table in old})
    said = said_values(change, moves)
    fills = fills_of(spec, old, new, moves, said)
    restored = fills_of(previous, new, old, inverse(moves), {}) if previous else {}
    forward, backward = Side(old, new, moves, fills), Side(new, old, inverse(moves), restored)
    upgrade, downgrade = statements(forward), statements(backward)
    if not upgrade.all():
        return _join(revisions)
    down = _down(revisions)
    message = docstring(_message(forward))
    uses = (*upgrade.all(), *downgrade.all())
    rebuilds = _mentions(uses, GUARD)
    text = "\n".join((message, down, *uses))
    return NewRevision(
        id=hashlib.sha256(text.encode()).hexdigest()[:12],
        down=down,
        message=message,
        upgrade=_function("upgrade", "Bring the schema forward.", upgrade),
        downgrade=_function("downgrade", "Bring the schema back; what was dropped comes back empty.", downgrade),
        standard=("from decimal import Decimal",) if _mentions(uses, "Decimal") else (),
        local=tuple(_local(uses)),
        uses_sa=_mentions(uses, "sa") or rebuilds,
        uses_op=True,
        rebuilds=rebuilds,
        assumptions=tuple(assumed(new, fills, said)),
    )


def _join(revisions: Sequence[Revision]) -> NewRevision | None:
    """Return a revision that changes nothing and follows all heads, where there are several."""
    heads = heads_of(revisions)
    if len(heads) <= 1:
        return None
    return NewRevision(
        id=hashlib.sha256("\n".join(heads).encode()).hexdigest()[:12],
        down=_down(revisions),
        message="Merge " + _listed(list(heads)) + ".",
        upgrade=_function("upgrade", "Leave both sides as they are.", Body()),
        downgrade=_function("downgrade", "Leave both sides as they are.", Body()),
        standard=(),
        local=(),
        uses_sa=False,
        uses_op=False,
        rebuilds=False,
        assumptions=(),
    )


def _function(name: str, summary: str, body: Body) -> str:
    """Return one direction as a function, after those that it is made of where it is long."""
    helpers: list[str] = []

    def called(statements: Sequence[str]) -> list[str]:
        if len(body.all()) <= MAX_STATEMENTS:
            return list(statements)
        calls = []
        for start in range(0, len(statements), MAX_STATEMENTS):
            part = f"{name}_{len(helpers) + 1}"
            chunk = list(statements[start : start + MAX_STATEMENTS])
            helpers.append(_defined(part, f"Do part {len(helpers) + 1}.", chunk))
            calls.append(f"{part}()")
        return calls

    lines = called(body.first)
    if body.sqlite or body.postgresql:
        lines.append('if op.get_context().dialect.name == "sqlite":')
        lines += _indented(called(body.sqlite) or ["pass"])
        if body.postgresql:
            lines += ["else:", *_indented(called(body.postgresql))]
    lines += called(body.last)
    return "\n\n\n".join((*helpers, _defined(name, summary, lines)))


def _defined(name: str, summary: str, lines: Sequence[str]) -> str:
    return "\n".join((f"def {name}() -> None:", *_indented([f'"""{summary}"""', *lines])))


def _indented(lines: Sequence[str]) -> list[str]:
    return ["    " + line for text in lines for line in text.splitlines()]


def _mentions(lines: Iterable[str], word: str) -> bool:
    return any(re.search(rf"\b{word}\b", line) for line in lines)


def _local(lines: Sequence[str]) -> Iterable[str]:
    if _mentions(lines, "ExactDecimal"):
        yield "from app.db.decimals import ExactDecimal"
    if _mentions(lines, "UtcDateTime"):
        yield "from app.db.utc import UtcDateTime"


def tables_in_order(spec: BackendSpec) -> tuple[Table, ...]:
    """Return the tables of a spec, those of authentication too, each after those it refers to.

    Raises:
        NotSupported: two tables refer to each other.
    """
    spec = with_accounts(spec)
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


def heads_of(revisions: Sequence[Revision]) -> tuple[str, ...]:
    """Return the revisions that no other follows, sorted; each branch brings one of its own."""
    followed = {down for revision in revisions for down in revision.down}
    return tuple(sorted(revision.id for revision in revisions if revision.id not in followed))


def _down(revisions: Sequence[Revision]) -> str:
    heads = heads_of(revisions)
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
