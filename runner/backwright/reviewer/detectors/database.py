"""Engines and sessions: pools, drivers, and when a session ends."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backwright.reviewer.flow import Trace, frame_of, value_nodes
from backwright.reviewer.found import Edit, Found, found_at, replaced, with_argument
from backwright.reviewer.modules import (
    Function,
    Module,
    argument_of,
    dotted_of,
    has_unknown_options,
    is_constant,
    keyword_of,
    origin_of,
    own_nodes,
    text_of,
)
from backwright.reviewer.project import Project
from backwright.reviewer.routes import reachable
from backwright.reviewer.sessions import is_session, session_made

ENGINES = ("create_engine", "create_async_engine", "async_engine_from_config")
ASYNC_DRIVERS = {"asyncpg", "aiosqlite", "psycopg", "psycopg_async", "aiomysql", "asyncmy", "aioodbc", "oracledb_async"}
DRIVERS = {
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+psycopg2": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+pysqlite": "sqlite+aiosqlite",
    "mysql": "mysql+aiomysql",
    "mysql+pymysql": "mysql+aiomysql",
}
CLOSING = {"enter_context", "enter_async_context", "closing", "push_async_callback", "callback"}


def engine_settings(project: Project) -> Iterator[Found]:
    """Find engines whose pool is left as it is, or that do not test their connections."""
    trace = Trace(project)
    for module, call in project.calls_of(*ENGINES):
        if _is_foreign(project, module, call) or has_unknown_options(call) or keyword_of(call, "poolclass") is not None:
            continue
        urls = [text for text, _ in _urls(trace, module, call)]
        if (urls and all(text.startswith("sqlite") for text in urls)) or _is_for_sqlite(module, call):
            continue
        if keyword_of(call, "pool_size") is None:
            yield found_at("CR022", module, call)
        option = keyword_of(call, "pool_pre_ping")
        if option is None or any(
            is_constant(value, False) for value, _ in value_nodes(trace, option, frame_of(module, call))
        ):
            yield found_at("CR025", module, call, edits=with_argument(call, "pool_pre_ping", "True"))


def _is_foreign(project: Project, module: Module, call: ast.Call) -> bool:
    """Whether the function that is called is not SQLAlchemy's: the project's own, also of a file that is not parsed."""
    dotted = dotted_of(module, call.func)
    package = dotted.lstrip(".").partition(".")[0]
    own = dotted.startswith(".") or (bool(package) and package not in {"sqlalchemy", "sqlmodel"})
    return own or project.callee(module, call) is not None


def _is_for_sqlite(module: Module, call: ast.Call) -> bool:
    """Whether the engine is made in a branch that a test for SQLite leads to."""
    inside: ast.AST = call
    for outer in module.around(call):
        if isinstance(outer, ast.If) and "sqlite" in ast.unparse(outer.test):
            negated = isinstance(outer.test, ast.UnaryOp) or any(
                isinstance(n, ast.NotIn | ast.NotEq) for n in ast.walk(outer.test)
            )
            in_body = any(inside is statement for statement in outer.body)
            if in_body != negated:
                return True
        inside = outer
    return False


def _urls(trace: Trace, module: Module, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    url = argument_of(call, "url", 0)
    for value, _ in value_nodes(trace, url, frame_of(module, call)) if url is not None else ():
        for node in ast.walk(value):
            if "://" in text_of(node) and isinstance(node, ast.expr):
                yield text_of(node), node
                break


def sync_drivers(project: Project) -> Iterator[Found]:
    """Find asynchronous engines for a URL that names a driver that blocks."""
    trace = Trace(project)
    for module, call in project.calls_of("create_async_engine"):
        for text, node in _urls(trace, module, call):
            scheme, _, rest = text.partition("://")
            if scheme.partition("+")[2] in ASYNC_DRIVERS or _is_renamed(trace, module, call):
                continue
            known = DRIVERS.get(scheme)
            where = next((m for m in project.modules if node in m.parents), module)
            edits: tuple[Edit, ...] = ()
            if known and isinstance(
                where.parents.get(node), ast.Assign | ast.AnnAssign | ast.Call | ast.keyword | ast.arguments
            ):
                edits = (replaced(node, repr(f"{known}://{rest}").replace("'", '"')),)
            yield found_at("CR023", where, node, url=scheme + "://", edits=edits)


def _is_renamed(trace: Trace, module: Module, call: ast.Call) -> bool:
    """Whether the URL is given its driver on the way: by ``replace`` or a validator of the settings."""
    url = argument_of(call, "url", 0)
    if url is None:
        return True
    text = ast.unparse(url)
    if "replace" in text or "set(" in text:
        return True
    if not isinstance(url, ast.Attribute):
        return False
    owner = trace.project.class_of(module, url.value)
    for _, cls in trace.project.bases(owner) if owner else ():
        for node in cls.body:
            if isinstance(node, ast.FunctionDef) and any(
                "validator" in ast.unparse(d) and url.attr in ast.unparse(d) for d in node.decorator_list
            ):
                return True
    return False


def unclosed_sessions(project: Project) -> Iterator[Found]:
    """Find sessions that are made and not closed on every way out."""
    for function, module in project.functions.items():
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in own_nodes(function):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and isinstance(node.value, ast.Call)
            ):
                name = node.targets[0].id
                if _opens(project, module, node.value) and not _is_closed(project, module, function, name):
                    yield found_at("CR024", module, node, name=name)


def _opens(project: Project, module: Module, call: ast.Call, entered: set[ast.AST] | None = None) -> bool:
    """Whether a call makes a session, itself or in the function it leads to; one of those ``entered`` is left alone."""
    entered = set() if entered is None else entered
    if origin_of(module, call) in {
        "sessionmaker",
        "async_sessionmaker",
        "begin",
        "scoped_session",
        "async_scoped_session",
    }:
        return False
    callee = project.function_called(module, call)
    if callee and callee[1].name != "__init__":
        if any(isinstance(node, ast.Yield) for node in own_nodes(callee[1])):
            return False
        made = [
            node.value
            for node in own_nodes(callee[1])
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Call)
        ]
        if callee[1] in entered:
            return False
        entered.add(callee[1])
        return any(_opens(project, callee[0], inner, entered) for inner in made)
    if "requests" in ast.unparse(call.func) or "aiohttp" in ast.unparse(call.func) or "boto" in ast.unparse(call.func):
        return False
    return (
        session_made(project, module, call) is not None
        and module.imports.get("Session", ("sqlalchemy", None))[0].partition(".")[0] != "requests"
    )


def _is_closed(project: Project, module: Module, function: Function, name: str) -> bool:
    for node in own_nodes(function):
        if isinstance(node, ast.Try) and any(_closes(project, module, statement, name) for statement in node.finalbody):
            return True
        if isinstance(node, ast.withitem) and name in {
            n.id for n in ast.walk(node.context_expr) if isinstance(n, ast.Name)
        }:
            return True
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name) and node.value.id == name:
            return True
        if isinstance(node, ast.Call) and origin_of(module, node) in CLOSING and _is_given(node, name):
            return True
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
            and isinstance(node.targets[0], ast.Attribute)
        ):
            return True
    return False


def _closes(project: Project, module: Module, statement: ast.AST, name: str) -> bool:
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call):
            continue
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in {"close", "remove"}
            and isinstance(node.func.value, ast.Name)
        ):
            return True
        callee = project.function_called(module, node)
        inner = own_nodes(callee[1]) if callee and _is_given(node, name) else ()
        if any(isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "close" for n in inner):
            return True
    return False


def _is_given(call: ast.Call, name: str) -> bool:
    """Whether a name is in the arguments of a call."""
    return any(isinstance(n, ast.Name) and n.id == name for argument in call.args for n in ast.walk(argument))


def shared_sessions(project: Project) -> Iterator[Found]:
    """Find tasks that run at the same time and share a session."""
    for module, call in project.calls_of("gather"):
        if module.function_around(call) is not None:
            repeated = any(isinstance(argument, ast.Starred) for argument in call.args)
            tasks = _tasks(project, module, call)
            yield from _shared(project, module, call, tasks, repeated=repeated and len(tasks) == 1)
    for module in project.modules:
        for block in module.all(ast.AsyncWith):
            started = list(_started(block))
            around = {outer for call in started for outer in module.around(call)}
            loops = {node for node in ast.walk(block) if isinstance(node, ast.For | ast.AsyncFor)}
            tasks = [argument for call in started for argument in call.args]
            yield from _shared(project, module, block, tasks, repeated=bool(around & loops))


def _shared(
    project: Project, module: Module, place: ast.AST, tasks: list[ast.expr], *, repeated: bool
) -> Iterator[Found]:
    used = [name for task in tasks for name in set(_sessions_in(project, module, task))]
    name = next((name for name in used if repeated or used.count(name) > 1), None)
    if name is not None:
        yield found_at("CR026", module, place, name=name)


def _started(block: ast.AsyncWith) -> Iterator[ast.Call]:
    """Yield the calls that start a task in the group that a block opens."""
    groups = {
        item.optional_vars.id
        for item in block.items
        if isinstance(item.optional_vars, ast.Name) and "TaskGroup" in ast.unparse(item.context_expr)
    }
    for node in ast.walk(block):
        function = node.func if isinstance(node, ast.Call) else None
        starts = isinstance(function, ast.Attribute) and function.attr in {"create_task", "start_soon"}
        if isinstance(node, ast.Call) and starts and ast.unparse(node.func).partition(".")[0] in groups:
            yield node


def _tasks(project: Project, module: Module, call: ast.Call) -> list[ast.expr]:
    """Return what is gathered; of a list that is unpacked, its elements or what makes them."""
    tasks: list[ast.expr] = []
    for argument in call.args:
        if not isinstance(argument, ast.Starred):
            tasks.append(argument)
            continue
        for value, _ in value_nodes(Trace(project), argument.value, frame_of(module, call)):
            if isinstance(value, ast.List | ast.Tuple):
                tasks += value.elts
            elif isinstance(value, ast.ListComp | ast.GeneratorExp):
                tasks.append(value.elt)
    return tasks


def _sessions_in(project: Project, module: Module, task: ast.AST) -> Iterator[str]:
    """Yield the names of the sessions that a coroutine uses."""
    for node in ast.walk(task):
        if isinstance(node, ast.Name) and is_session(project, module, node):
            yield node.id
        elif isinstance(node, ast.Attribute) and is_session(project, module, node):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call):
            callee = project.function_called(module, node)
            if callee and isinstance(node.func, ast.Attribute):
                for there, function in reachable(project, callee, 2):
                    for inner in own_nodes(function):
                        if (
                            isinstance(inner, ast.Attribute)
                            and ast.unparse(inner) in {"self.session", "self.db", "self._session", "self._db"}
                            and is_session(project, there, inner)
                        ):
                            yield f"{ast.unparse(node.func.value)}.{inner.attr}"


def commits_in_finally(project: Project) -> Iterator[Found]:
    """Find transactions that are committed whatever happened."""
    for module in project.modules:
        for block in module.all(ast.Try):
            for statement in block.finalbody:
                for node in ast.walk(statement):
                    if isinstance(node, ast.Call) and _commits(project, module, node, 4):
                        yield found_at("CR030", module, node)


def _commits(project: Project, module: Module, call: ast.Call, depth: int) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
        return re.search(r"repo\b|git", ast.unparse(call.func.value)) is None
    callee = project.function_called(module, call) if depth else None
    if callee is None:
        return False
    return any(
        isinstance(node, ast.Call) and _commits(project, callee[0], node, depth - 1) for node in own_nodes(callee[1])
    )
