"""SQLAlchemy and SQLModel tables: columns, keys, indexes and relationships."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backwright.reviewer.modules import (
    Module,
    calls_in,
    has_unknown_options,
    is_constant,
    keyword_of,
    origin_of,
    text_of,
)
from backwright.reviewer.project import Project, elements, remembered

COLUMN_CALLS = {"mapped_column", "Column", "Field"}
LEADING = {"Index", "UniqueConstraint", "PrimaryKeyConstraint"}
OWNER = re.compile(r"^(owner|user|author|creator|created_by|account|customer|member)(_id|_uuid)?$")
USERS = re.compile(r"^(users?|accounts?|members?|auth_users?)$")
EAGER = {
    "selectin",
    "joined",
    "subquery",
    "immediate",
    "selectinload",
    "joinedload",
    "raise",
    "raise_on_sql",
    "write_only",
}


@dataclass(frozen=True)
class Column:
    """A column: the names it goes by, the node that declares it, and the calls that do."""

    names: frozenset[str]
    node: ast.stmt | ast.Call
    calls: tuple[tuple[Module, ast.Call], ...]
    target: str | None

    @property
    def is_indexed(self) -> bool:
        """Whether its own options give it an index, or cannot be read."""
        return any(_indexes(call) or has_unknown_options(call) for _, call in self.calls)


@dataclass(frozen=True, eq=False)
class Table:
    """A class that stands for a table.

    ``leading`` are the names that an index, a unique constraint or a primary key begins with; ``lazy`` are the
    relationships that load when they are read.
    """

    module: Module
    cls: ast.ClassDef
    columns: Sequence[Column]
    leading: frozenset[str]
    relationships: Mapping[str, ast.Call | None]
    lazy: frozenset[str]

    def column(self, name: str) -> Column | None:
        """Return the column of an attribute."""
        return next((column for column in self.columns if name in column.names), None)

    @property
    def owner(self) -> Column | None:
        """The column that says to which user a row belongs."""
        for column in self.columns:
            table = (column.target or "").rpartition(".")[0].rpartition(".")[2]
            if column.target and USERS.match(table.lower()) and any(OWNER.match(name) for name in column.names):
                return column
        return None

    @property
    def name(self) -> str:
        """The name of the class."""
        return self.cls.name


@remembered
def tables_of(project: Project) -> Mapping[ast.ClassDef, Table]:
    """Return the tables of a project by their classes."""
    found: dict[ast.ClassDef, Table] = {}
    for module in project.modules:
        for cls in module.all(ast.ClassDef):
            table = _table(project, module, cls)
            if table:
                found[cls] = table
    return found


def _table(project: Project, module: Module, cls: ast.ClassDef) -> Table | None:
    columns: list[Column] = []
    relationships: dict[str, ast.Call | None] = {}
    leading: set[str] = set()
    for where, one in project.bases((module, cls)):
        columns += columns_of(project, where, one)
        relationships.update(_relationships(where, one))
        leading |= leading_of(where, list(table_arguments(project, where, one)))
    leading |= leading_of(module, indexes_beside(module, cls.name))
    is_table = any("__tablename__" in _assigned_names(one) for _, one in project.bases((module, cls)))
    is_table = is_table or any(is_constant(k.value, True) for k in cls.keywords if k.arg == "table")
    if not (is_table or (columns and any(_is_key(column) for column in columns))):
        return None
    lazy = frozenset(name for name, call in relationships.items() if _is_lazy(call))
    return Table(module, cls, tuple(columns), frozenset(leading), relationships, lazy)


def _assigned_names(cls: ast.ClassDef) -> set[str]:
    names = {node.name for node in cls.body if isinstance(node, ast.FunctionDef)}
    for node in cls.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _is_key(column: Column) -> bool:
    return any(is_constant(keyword_of(call, "primary_key"), True) for _, call in column.calls)


def _is_lazy(call: ast.Call | None) -> bool:
    option = keyword_of(call, "lazy") if call else None
    return option is None or (isinstance(option, ast.Constant) and option.value not in EAGER)


def _relationships(module: Module, cls: ast.ClassDef) -> Iterator[tuple[str, ast.Call | None]]:
    for node in cls.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        is_made = origin_of(module, value) in {"relationship", "Relationship", "dynamic_loader"}
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and is_made:
            yield target.id, value


def _indexes(call: ast.Call) -> bool:
    options = [keyword_of(call, word) for word in ("index", "unique", "primary_key")]
    return any(option is not None and not is_constant(option, False, None) for option in options)


@remembered
def columns_of(project: Project, module: Module, model: ast.ClassDef) -> tuple[Column, ...]:
    """Return the columns that the body of a class declares."""
    return tuple(_columns(project, module, model))


def _columns(project: Project, module: Module, model: ast.ClassDef) -> Iterator[Column]:
    for node in model.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, annotation, value = node.target.id, node.annotation, node.value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, annotation, value = node.targets[0].id, None, node.value
        elif isinstance(node, ast.FunctionDef) and any("declared_attr" in ast.unparse(d) for d in node.decorator_list):
            returns = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
            name, annotation, value = node.name, None, returns[0] if returns else None
        else:
            continue
        where, made = (
            project.code.value(module, value) if isinstance(value, ast.Name | ast.Attribute) else (module, value)
        )
        calls = [
            *project.declared(module, annotation).calls,
            *([(where, made)] if isinstance(made, ast.Call) else []),
            *_made_by_function(project, where, made),
        ]
        column = column_of(name, node, calls)
        if column:
            yield column
        elif annotation is not None and origin_of(module, annotation) == "Mapped" and value is None:
            yield Column(frozenset({name}), node, (), None)


def _made_by_function(project: Project, module: Module, made: ast.AST | None) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls that a helper function returns where it is called for a column."""
    if not isinstance(made, ast.Call):
        return
    callee = project.function_called(module, made)
    for inner in ast.walk(callee[1]) if callee else ():
        if callee and isinstance(inner, ast.Return) and isinstance(inner.value, ast.Call):
            yield callee[0], inner.value


def column_of(name: str, node: ast.stmt | ast.Call, calls: Sequence[tuple[Module, ast.Call]]) -> Column | None:
    """Return a column from the calls that declare it, those inside them included."""
    nested = [(where, inner) for where, call in calls for inner in ast.walk(call) if isinstance(inner, ast.Call)]
    declaring = [(where, call) for where, call in nested if origin_of(where, call) in COLUMN_CALLS]
    if not declaring:
        return None
    target = None
    for where, call in nested:
        if origin_of(where, call) == "ForeignKey":
            target = text_of(call.args[0] if call.args else None) or (ast.unparse(call.args[0]) if call.args else "?")
        elif keyword_of(call, "foreign_key") is not None:
            target = text_of(keyword_of(call, "foreign_key"), "?")
    names = {name, *(text_of(call.args[0]) for _, call in declaring if call.args)} - {""}
    return Column(frozenset(names), node, tuple(declaring), target)


def table_arguments(project: Project, module: Module, model: ast.ClassDef) -> Iterator[ast.expr]:
    """Yield the constraints and indexes in ``__table_args__``."""
    for node in model.body:
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            is_it = any(isinstance(target, ast.Name) and target.id == "__table_args__" for target in targets)
            values = [node.value] if is_it else []
        elif isinstance(node, ast.FunctionDef) and node.name == "__table_args__":
            values = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
        for value in values:
            for inner in ast.walk(value) if value else ():
                found = project.code.value(module, inner)[1] if isinstance(inner, ast.Name) else inner
                if isinstance(found, ast.Call):
                    yield found


def indexes_beside(module: Module, model: str) -> list[ast.expr]:
    """Return the indexes that stand beside a class and name its attributes."""
    if b"Index" not in module.source:
        return []
    return [
        call
        for call in calls_in(module)
        if origin_of(module, call) == "Index"
        and any(f"{model}." in ast.unparse(argument) for argument in call.args[1:2])
    ]


def leading_of(module: Module, arguments: Sequence[ast.expr]) -> set[str]:
    """Return the first columns of indexes, unique constraints and primary keys."""
    leading = set()
    for call in arguments:
        if isinstance(call, ast.Call) and origin_of(module, call) in LEADING:
            columns = call.args[1:] if origin_of(module, call) == "Index" else call.args
            first = columns[0] if columns else None
            leading.add(text_of(first) or (ast.unparse(first).rpartition(".")[2] if first else ""))
    return leading


def table_named(project: Project, module: Module, node: ast.AST | None) -> Table | None:
    """Return the table whose class a name or attribute stands for."""
    if node is None:
        return None
    _, found = project.code.value(module, node)
    return tables_of(project).get(found) if isinstance(found, ast.ClassDef) else None


def tables_in_annotation(
    project: Project, module: Module, annotation: ast.AST | None, depth: int = 6
) -> Iterator[Table]:
    """Yield the tables that an annotation names, inside lists and the like too."""
    if annotation is None or depth == 0:
        return
    where, node = project.code.value(module, annotation)
    if isinstance(node, ast.ClassDef) and node in tables_of(project):
        yield tables_of(project)[node]
    elif isinstance(node, ast.Subscript):
        for part in elements(node):
            yield from tables_in_annotation(project, where, part, depth - 1)
    elif isinstance(node, ast.BinOp):
        yield from tables_in_annotation(project, where, node.left, depth - 1)
        yield from tables_in_annotation(project, where, node.right, depth - 1)
