"""What is quick with ten rows and one user: queries in loops, blocking calls, lists without pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backwright.reviewer.detectors.work import blocks, blocks_within, queries, queries_within
from backwright.reviewer.flow import Frame, Trace, value_nodes
from backwright.reviewer.found import Found, found_at
from backwright.reviewer.modules import Module, origin_of, own_nodes
from backwright.reviewer.project import FUNCTIONS, Project
from backwright.reviewer.routes import entries_of, reachable, routes_of
from backwright.reviewer.tables import Table, table_named, tables_in_annotation, tables_of

LOOPS = (ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
ROWS = {"all", "scalars", "fetchall", "execute", "query", "partitions", "exec"}
LOADERS = {"selectinload", "joinedload", "subqueryload", "contains_eager", "raiseload", "immediateload"}
BOUNDS = {
    "limit",
    "slice",
    "paginate",
    "fetch",
    "yield_per",
    "partitions",
    "first",
    "one",
    "one_or_none",
    "scalar_one",
    "scalar_one_or_none",
}
OFF_LOOP = {"to_thread", "run_in_threadpool", "run_in_executor", "run_sync", "Thread", "submit", "add_task"}


def queries_per_row(project: Project) -> Iterator[Found]:
    """Find queries, and relationships that load when read, inside loops over rows."""
    for module in project.modules:
        for loop in module.all(*LOOPS):
            rows = _rows(project, module, loop)
            if rows is None:
                continue
            name, table = rows
            for inner in _inside(loop):
                what = _query_in(project, module, inner, name, table)
                if what:
                    yield found_at("CR018", module, inner, what=what)


def _inside(loop: ast.AST) -> Iterator[ast.AST]:
    """Yield what a loop does each time round."""
    if isinstance(loop, ast.For | ast.AsyncFor):
        for statement in loop.body:
            yield from ast.walk(statement)
    elif isinstance(loop, ast.DictComp):
        yield from (*ast.walk(loop.key), *ast.walk(loop.value))
    elif isinstance(loop, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        yield from ast.walk(loop.elt)


def _rows(project: Project, module: Module, loop: ast.AST) -> tuple[str, Table | None] | None:
    """Return the name of the row in a loop over rows, and their table if it is known."""
    if isinstance(loop, ast.For | ast.AsyncFor):
        target, iterated = loop.target, loop.iter
    else:
        first = loop.generators[0]  # type: ignore[attr-defined]
        target, iterated = first.target, first.iter
    if not isinstance(target, ast.Name):
        return None
    function = module.function_around(loop)
    frame = Frame(module, function)
    trace = Trace(project, entries_of(project))
    for value, where in value_nodes(trace, iterated, frame):
        if _holds_rows(project, where, value):
            return target.id, _table_read(project, where, value)
        for inner in _annotated(project, where, value):
            return target.id, inner
    return None


def _annotated(project: Project, frame: Frame, value: ast.expr) -> Iterator[Table]:
    if isinstance(value, ast.Name) and frame.function:
        for bound in project.locals_of(frame.function).get(value.id, ()):
            if isinstance(bound.node, ast.arg) and bound.node.annotation:
                yield from tables_in_annotation(project, frame.module, bound.node.annotation)


def _holds_rows(project: Project, frame: Frame, value: ast.expr) -> bool:
    """Whether an expression holds rows whose relationships were not loaded with them."""
    names = {origin_of(frame.module, call) for call in _calls_in(value)}
    if not names & ROWS or not _touches_database(project, frame, value):
        return False
    whole = [value, *_statements(project, frame, _calls_in(value))]
    return not any(origin_of(frame.module, call) in LOADERS for one in whole for call in _calls_in(one))


def _calls_in(node: ast.AST) -> list[ast.Call]:
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def _table_read(project: Project, frame: Frame, value: ast.expr) -> Table | None:
    """Return the table whose rows an expression holds, if that is written."""
    for expression in (value, *_statements(project, frame, _calls_in(value))):
        for call in _calls_in(expression):
            if origin_of(frame.module, call) in {"select", "query"} and call.args:
                return table_named(project, frame.module, call.args[0])
    return None


def _touches_database(project: Project, frame: Frame, value: ast.expr) -> bool:
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and queries(project, frame.module, node):
            return True
        if isinstance(node, ast.Name) and frame.function:
            for bound in project.locals_of(frame.function).get(node.id, ()):
                if bound.how == "value" and any(
                    isinstance(c, ast.Call) and queries(project, frame.module, c) for c in ast.walk(bound.node)
                ):
                    return True
    return False


def _statements(project: Project, frame: Frame, chain: list[ast.Call]) -> Iterator[ast.expr]:
    """Yield what the statements are that a chain executes, where they are names."""
    names = {argument.id for call in chain for argument in call.args if isinstance(argument, ast.Name)}
    names |= {node.id for call in chain for node in ast.walk(call.func) if isinstance(node, ast.Name)}
    for name in sorted(names):
        for bound in project.locals_of(frame.function).get(name, ()) if frame.function else ():
            if bound.how == "value" and isinstance(bound.node, ast.expr):
                yield bound.node
                yield from (
                    a
                    for c in ast.walk(bound.node)
                    if isinstance(c, ast.Call)
                    for a in c.args
                    if isinstance(a, ast.expr)
                )
                inner = [c for c in ast.walk(bound.node) if isinstance(c, ast.Call)]
                further = {a.id for c in inner for a in c.args if isinstance(a, ast.Name)} - {name}
                for other in sorted(further):
                    for second in project.locals_of(frame.function).get(other, ()) if frame.function else ():
                        if second.how == "value" and isinstance(second.node, ast.expr):
                            yield second.node


def _query_in(project: Project, module: Module, node: ast.AST, row: str, table: Table | None) -> str | None:
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == row
        and isinstance(node.ctx, ast.Load)
    ):
        return (
            f"{row}.{node.attr} is loaded"
            if table and node.attr in table.lazy and not _is_called(module, node)
            else None
        )
    if not isinstance(node, ast.Call):
        return None
    if queries(project, module, node):
        return f"{ast.unparse(node.func)} is called"
    callee = project.function_called(module, node)
    if callee is None:
        return None
    if queries_within(project, callee[0], callee[1]):
        return f"{callee[1].name} queries"
    given = [argument for argument in node.args if isinstance(argument, ast.Name) and argument.id == row]
    lazy = _lazy_read(project, callee[1], node, row) if given and table else None
    return f"{callee[1].name} reads {lazy}, which is loaded" if lazy and table and lazy in table.lazy else None


def _is_called(module: Module, node: ast.Attribute) -> bool:
    parent = module.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _lazy_read(project: Project, function: ast.AST, call: ast.Call, row: str) -> str | None:
    """Return the relationship that a helper reads from the row it is given."""
    if not isinstance(function, FUNCTIONS):
        return None
    names = [argument.arg for argument in function.args.args]
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names
    wanted = {
        name for name, value in zip(names, call.args, strict=False) if isinstance(value, ast.Name) and value.id == row
    }
    lazy = {name for table in tables_of(project).values() for name in table.lazy}
    for node in own_nodes(function, nested=True):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in wanted
            and node.attr in lazy
        ):
            return node.attr
    return None


def blocking_calls(project: Project) -> Iterator[Found]:
    """Find calls in coroutines that wait without giving way, directly or in a function they call."""
    for module in project.modules:
        for function in module.all(ast.AsyncFunctionDef):
            if _is_started_once(function):
                continue
            for node in own_nodes(function):
                if isinstance(node, ast.Call) and not _is_handed_over(module, node):
                    name = blocks(project, module, node) or _blocks_through(project, module, node)
                    if name:
                        yield found_at("CR019", module, node, name=name)


def _is_started_once(function: ast.AsyncFunctionDef) -> bool:
    return function.name in {"lifespan", "startup", "shutdown", "on_startup", "main"}


def _blocks_through(project: Project, module: Module, call: ast.Call) -> str | None:
    callee = project.function_called(module, call)
    found = blocks_within(project, callee[0], callee[1]) if callee else None
    return f"{callee[1].name}, by {found}," if callee and found else None


def _is_handed_over(module: Module, node: ast.Call) -> bool:
    return any(
        isinstance(outer, ast.Lambda) or (isinstance(outer, ast.Call) and origin_of(module, outer) in OFF_LOOP)
        for outer in module.around(node)
    )


def lists_without_pages(project: Project) -> Iterator[Found]:
    """Find routes that read every row of a table."""
    for route in routes_of(project):
        if "GET" not in route.methods or route.definition is None:
            continue
        code = reachable(project, route.definition)
        for module, function in code:
            for call, table in _read_whole(project, module, function):
                if not _bounds_somewhere(function):
                    yield found_at("CR021", module, call, route=route.name, table=table.name)


def _read_whole(project: Project, module: Module, function: ast.AST) -> Iterator[tuple[ast.Call, Table]]:
    """Yield the calls that fetch all rows of a statement."""
    if not isinstance(function, FUNCTIONS):
        return
    frame = Frame(module, function)
    for node in own_nodes(function):
        if isinstance(node, ast.Call) and origin_of(module, node) == "all" and isinstance(node.func, ast.Attribute):
            whole = [
                node.func.value,
                *_statements(project, frame, [c for c in ast.walk(node) if isinstance(c, ast.Call)]),
            ]
            table = None
            narrow = False
            for expression in whole:
                for inner in ast.walk(expression):
                    if isinstance(inner, ast.Call):
                        name = origin_of(module, inner)
                        if name in {"select", "query"} and len(inner.args) == 1:
                            table = table or table_named(project, module, inner.args[0])
                        narrow = narrow or name in BOUNDS | {"where", "filter", "filter_by", "group_by", "distinct"}
                        narrow = narrow or re.search(r"pagina|limit|page", name) is not None
            if table and not narrow and _touches_database(project, frame, node):
                yield node, table


def _bounds_somewhere(function: ast.AST) -> bool:
    return isinstance(function, FUNCTIONS) and any(
        isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"limit", "slice"}
        for node in own_nodes(function)
    )
