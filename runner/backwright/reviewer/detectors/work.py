"""What a coroutine or a loop does through the functions it calls."""

from __future__ import annotations

import ast

from backwright.reviewer.modules import Function, Module, dotted_of, origin_of, own_nodes
from backwright.reviewer.project import Project, remembered
from backwright.reviewer.sessions import is_session

HTTP_CALLS = {"get", "post", "put", "patch", "delete", "head", "options", "request", "urlopen", "stream"}
WAITING = {
    "time.sleep",
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_output",
    "subprocess.check_call",
    "os.system",
    "os.popen",
    "urllib.request.urlopen",
    "smtplib.SMTP",
    "socket.create_connection",
    "psycopg2.connect",
    "sqlite3.connect",
}
KEEPING = {"cache", "lru_cache", "cached_property"}
FILES = {"read_text", "read_bytes", "write_text", "write_bytes"}
EXECUTES = {
    "execute",
    "scalar",
    "scalars",
    "get",
    "get_one",
    "all",
    "first",
    "one",
    "one_or_none",
    "commit",
    "flush",
    "refresh",
    "query",
    "count",
}
QUERIES = {"execute", "scalar", "scalars", "get", "get_one", "query", "refresh", "exec", "stream", "stream_scalars"}


def blocks(project: Project, module: Module, call: ast.Call) -> str | None:
    """Return the name of a call that waits without giving way, or None."""
    dotted = dotted_of(module, call.func)
    package = dotted.partition(".")[0]
    name = origin_of(module, call)
    of_httpx = package == "httpx" and name in HTTP_CALLS and dotted.count(".") == 1
    if dotted in WAITING or of_httpx or (package == "requests" and name in HTTP_CALLS):
        return dotted
    if isinstance(call.func, ast.Name) and call.func.id == "open" and "open" not in module.imports:
        return "open"
    if not isinstance(call.func, ast.Attribute) or _is_awaited(module, call):
        return None
    if name in FILES and not dotted:
        return f"{name}()"
    of_session = name in EXECUTES and is_session(project, module, call.func.value) == "Session"
    return ast.unparse(call.func) if of_session else None


def _is_awaited(module: Module, call: ast.Call) -> bool:
    return isinstance(module.parents.get(call), ast.Await)


def _is_kept(module: Module, function: Function) -> bool:
    """Whether a function does its work once, and its answer is kept."""
    return any(origin_of(module, one) in KEEPING for one in function.decorator_list)


@remembered
def blocks_within(project: Project, module: Module, function: Function, depth: int = 5) -> str | None:
    """Return what in a plain function blocks, also through what it calls, or None."""
    if isinstance(function, ast.AsyncFunctionDef) or depth == 0 or _is_kept(module, function):
        return None
    for node in own_nodes(function):
        if isinstance(node, ast.Call):
            found = blocks(project, module, node)
            callee = None if found else project.function_called(module, node)
            if callee and callee[1] is not function:
                found = blocks_within(project, callee[0], callee[1], depth - 1)
            if found:
                return found
    return None


def queries(project: Project, module: Module, call: ast.Call) -> bool:
    """Whether a call sends a query to the database."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in QUERIES:
        return False
    return is_session(project, module, call.func.value) is not None


@remembered
def queries_within(project: Project, module: Module, function: Function, depth: int = 5) -> bool:
    """Whether a function sends a query, also through what it calls."""
    for node in own_nodes(function) if depth else ():
        if isinstance(node, ast.Call):
            if queries(project, module, node):
                return True
            callee = project.function_called(module, node)
            if callee and callee[1] is not function and queries_within(project, callee[0], callee[1], depth - 1):
                return True
    return False
