"""What a coroutine or a loop does through the functions it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backwright.reviewer.modules import Function, Module, dotted_of, origin_of, own_nodes
from backwright.reviewer.project import Project, remembered
from backwright.reviewer.sessions import is_session

SLEEPS = {"time.sleep"}
HTTP_CALLS = {"get", "post", "put", "patch", "delete", "head", "options", "request", "urlopen", "stream"}
PROCESSES = {
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_output",
    "subprocess.check_call",
    "os.system",
    "os.popen",
}
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
    if dotted in SLEEPS | PROCESSES:
        return dotted
    if package == "requests" and name in HTTP_CALLS:
        return dotted
    if package == "httpx" and name in HTTP_CALLS and dotted.count(".") == 1:
        return dotted
    if dotted in {
        "urllib.request.urlopen",
        "smtplib.SMTP",
        "socket.create_connection",
        "psycopg2.connect",
        "sqlite3.connect",
        "boto3.client",
    }:
        return dotted
    if isinstance(call.func, ast.Name) and call.func.id == "open" and "open" not in module.imports:
        return "open"
    if isinstance(call.func, ast.Attribute) and name in FILES and not dotted and not _is_awaited(module, call):
        return f"{name}()"
    if isinstance(call.func, ast.Attribute) and name in EXECUTES and not _is_awaited(module, call):
        if is_session(project, module, call.func.value) == "Session":
            return ast.unparse(call.func)
    return None


def _is_awaited(module: Module, call: ast.Call) -> bool:
    return isinstance(module.parents.get(call), ast.Await)


@remembered
def blocks_within(project: Project, module: Module, function: Function, depth: int = 5) -> str | None:
    """Return what in a plain function blocks, also through what it calls, or None."""
    if isinstance(function, ast.AsyncFunctionDef) or depth == 0:
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


def calls_below(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls inside a node."""
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
