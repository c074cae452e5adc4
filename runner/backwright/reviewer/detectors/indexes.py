"""Columns that are searched without an index."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from backwright.reviewer.found import Edit, Found, found_at, with_argument
from backwright.reviewer.modules import Module, calls_in, origin_of, text_of
from backwright.reviewer.project import Project
from backwright.reviewer.tables import (
    Column,
    Table,
    column_of,
    columns_of,
    indexes_beside,
    leading_of,
    table_arguments,
    table_named,
)

FILTERS = {"where", "filter", "having"}
COMPARED = (ast.Eq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def bare_keys(project: Project) -> Iterator[Found]:
    """Find foreign keys without an index."""
    for module in project.modules:
        for cls in module.all(ast.ClassDef):
            arguments = list(table_arguments(project, module, cls))
            leading = leading_of(module, arguments) | leading_of(module, indexes_beside(module, cls.name))
            columns = [*columns_of(project, module, cls), *_constrained(module, arguments)]
            yield from _uncovered(module, columns, leading, cls.name)
        for call in calls_in(module):
            if origin_of(module, call) == "Table":
                columns = [*_table_columns(module, call), *_constrained(module, call.args)]
                name = text_of(call.args[0]) if call.args else ""
                yield from _uncovered(module, columns, leading_of(module, call.args), name)


def _uncovered(module: Module, columns: Sequence[Column], leading: set[str], table: str) -> Iterator[Found]:
    for column in columns:
        if column.target and not column.is_indexed and not column.names & leading:
            name = f"{table}.{min(column.names)}"
            yield found_at("CR003", module, column.node, name=name, edits=_indexed(module, column))


def _indexed(module: Module, column: Column) -> tuple[Edit, ...]:
    """Return the edit that gives a column an index, where one call of this file declares it."""
    if len(column.calls) == 1 and column.calls[0][0] is module:
        return with_argument(column.calls[0][1], "index", "True")
    return ()


def _table_columns(module: Module, table: ast.Call) -> Iterator[Column]:
    for call in table.args:
        if isinstance(call, ast.Call) and origin_of(module, call) == "Column" and call.args:
            column = column_of(text_of(call.args[0]), call, [(module, call)])
            if column:
                yield column


def _constrained(module: Module, arguments: Sequence[ast.expr]) -> Iterator[Column]:
    """Yield the first column of each composite foreign key: an index that begins with it serves the key."""
    for call in arguments:
        if isinstance(call, ast.Call) and origin_of(module, call) == "ForeignKeyConstraint" and call.args:
            names = call.args[0].elts if isinstance(call.args[0], ast.List | ast.Tuple) else []
            if names and text_of(names[0]):
                yield Column(frozenset({text_of(names[0])}), call, (), "?")


def unindexed_filters(project: Project) -> Iterator[Found]:
    """Find columns that a query filters by and that no index serves."""
    for module, call in project.calls_of(*FILTERS):
        # a second condition is served by the index of the first
        conditions = [table_column(project, module, argument) for argument in call.args]
        known = [one for one in conditions if one is not None]
        if known and not any(_is_served(table, column) for table, column in known):
            yield from _slow(module, call, *known[0])
    for module, call in project.calls_of("filter_by"):
        table = _queried(project, module, call)
        found = [table.column(keyword.arg) for keyword in call.keywords if keyword.arg] if table else []
        columns = [column for column in found if column is not None]
        if table and columns and not any(_is_served(table, column) for column in columns):
            yield from _slow(module, call, table, columns[0])


def _slow(module: Module, call: ast.Call, table: Table, column: Column) -> Iterator[Found]:
    if column.target is None:  # of a foreign key CR003 speaks
        yield found_at("CR020", module, call, name=f"{table.name}.{min(column.names, key=len)}")


def table_column(project: Project, module: Module, node: ast.AST) -> tuple[Table, Column] | None:
    """Return the table and the column that a condition compares with a value."""
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], COMPARED)):
        return None
    for side, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
        is_join = isinstance(other, ast.Attribute) and table_named(project, module, other.value) is not None
        if isinstance(side, ast.Attribute) and not is_join:
            table = table_named(project, module, side.value)
            column = table.column(side.attr) if table else None
            if table and column:
                return table, column
    return None


def _is_served(table: Table, column: Column) -> bool:
    """Whether an index serves a column, or would not: half the rows are true."""
    return _is_boolean(column) or column.is_indexed or bool(column.names & table.leading)


def _is_boolean(column: Column) -> bool:
    annotation = getattr(column.node, "annotation", None)
    words = set(re.findall(r"\w+", ast.unparse(annotation))) if annotation is not None else set()
    given = {ast.unparse(argument) for _, call in column.calls for argument in call.args}
    return "bool" in words or any(re.search(r"\bBoolean\b", one) for one in given)


def _queried(project: Project, module: Module, call: ast.Call) -> Table | None:
    """Return the table that ``select(Table)…`` or ``session.query(Table)…`` before a call reads."""
    node: ast.AST = call.func
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Call) and origin_of(module, node) in {"select", "query"}:
            return table_named(project, module, node.args[0]) if node.args else None
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return None
