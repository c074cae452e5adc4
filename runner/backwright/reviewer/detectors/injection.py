"""Values of a request that reach an address, a path or a statement."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backwright.reviewer.flow import Frame, Trace, frame_of, value_nodes
from backwright.reviewer.found import Found, found_at
from backwright.reviewer.modules import Module, argument_of, dotted_of, origin_of, own_nodes, text_of
from backwright.reviewer.project import Project
from backwright.reviewer.request import requested
from backwright.reviewer.routes import entries_of

HTTP = {"httpx", "requests", "aiohttp", "urllib"}
VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "urlopen", "send")
CLIENTS = {"Client", "AsyncClient", "Session", "ClientSession", "session"}
CHECKS = re.compile(
    r"(^|_)(validate|check|verify|allow|allowed|ensure|is_safe|safe|secure|sanitize|sanitise|basename)", re.IGNORECASE
)
FILES = (
    "open",
    "FileResponse",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "unlink",
    "rmtree",
    "aopen",
    "remove",
)
SQL = re.compile(r"\b(select|insert\s+into|update|delete\s+from|drop|alter|where|from|order\s+by)\b", re.IGNORECASE)
EXECUTING = (
    "text",
    "execute",
    "exec_driver_sql",
    "fetch",
    "fetchrow",
    "fetchval",
    "executemany",
    "raw",
    "scalar",
    "scalars",
)
LOOKING_UP = re.compile(r"(get_one|get_by_\w+|scalars?|scalar_one\w*|first|one_or_none|execute)$")
"""What answers with a row: of the key it was given nothing is in it."""
CONFINING = {"is_relative_to", "relative_to", "fullmatch", "match", "isalnum", "isidentifier"}


def requests_to_anywhere(project: Project) -> Iterator[Found]:
    """Find calls of other servers at addresses that a request names."""
    for module, call in project.calls_of(*VERBS):
        if not _is_http(project, module, call):
            continue
        position = 1 if origin_of(module, call) in {"request", "stream"} else 0
        address = argument_of(call, "url", position)
        if address is None:
            continue
        frame = frame_of(module, call)
        for source in requested(project, address, frame, _is_checked):
            yield found_at("CR011", module, call, call=ast.unparse(call.func), source=source)
            break


def _is_http(project: Project, module: Module, call: ast.Call) -> bool:
    if dotted_of(module, call.func).partition(".")[0] in HTTP:
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    client = call.func.value
    trace = Trace(project)
    for value, where in value_nodes(trace, client, frame_of(module, call)):
        if isinstance(value, ast.Call) and _makes_client(where.module, value):
            return True
    if isinstance(client, ast.Name):
        function = module.function_around(call)
        for bound in project.locals_of(function).get(client.id, ()) if function else ():
            if isinstance(bound.node, ast.arg):
                types = project.declared(module, bound.node.annotation).types
                if types & {"AsyncClient", "Client", "ClientSession"}:
                    return True
            elif isinstance(bound.node, ast.Call) and _makes_client(module, bound.node):
                return True
    return isinstance(client, ast.Call) and _makes_client(module, client)


def _makes_client(module: Module, call: ast.Call) -> bool:
    return dotted_of(module, call.func).partition(".")[0] in HTTP and origin_of(module, call) in CLIENTS


def _is_checked(node: ast.AST, frame: Frame) -> bool:
    """Whether a value is confined here: its host is written down, it is compared with a list, or given to a check."""
    if isinstance(node, ast.JoinedStr):
        first = node.values[0] if node.values else None
        return re.match(r"https?://[^/{]+/", text_of(first)) is not None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return re.match(r"https?://[^/]+/", text_of(node.left)) is not None
    return _is_tested(node, frame) or (
        isinstance(node, ast.Call) and CHECKS.search(origin_of(frame.module, node)) is not None
    )


def _is_tested(node: ast.AST, frame: Frame) -> bool:
    """Whether a name is looked up in a list, or given to a function that checks it, in its function."""
    if not isinstance(node, ast.Name) or frame.function is None:
        return False
    names = {node.id, *_derived(frame, node.id)}
    for other in own_nodes(frame.function):
        if isinstance(other, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in other.ops):
            tested = {n.id for n in ast.walk(other.left) if isinstance(n, ast.Name)}
            if tested & names:
                return True
        if isinstance(other, ast.Call) and _confines(frame, other):
            given = {n.id for n in ast.walk(other) if isinstance(n, ast.Name)}
            if given & names:
                return True
    return False


def _confines(frame: Frame, call: ast.Call) -> bool:
    name = origin_of(frame.module, call)
    return name in CONFINING or CHECKS.search(name) is not None


def _derived(frame: Frame, name: str) -> Iterator[str]:
    """Yield the names that are assigned something made of a name."""
    for node in own_nodes(frame.function) if frame.function else ():
        if isinstance(node, ast.Assign) and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node.value)):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def paths_to_anywhere(project: Project) -> Iterator[Found]:
    """Find files that are opened at a path that a request names."""
    for module, call in project.calls_of(*FILES):
        is_method = isinstance(call.func, ast.Attribute) and not dotted_of(module, call.func)
        path: ast.expr | None
        if is_method and isinstance(call.func, ast.Attribute):
            path = call.func.value
        else:
            path = argument_of(call, "path" if origin_of(module, call) == "FileResponse" else "file", 0)
        if path is None:
            continue
        frame = frame_of(module, call)
        if is_method and not _is_path(project, path, frame):
            continue
        for source in requested(project, path, frame, _is_confined):
            yield found_at("CR015", module, call, call=ast.unparse(call.func), source=source)
            break


def _is_path(project: Project, node: ast.expr, frame: Frame) -> bool:
    """Whether a value is a path: made by ``Path``, or by joining with one."""
    for value, where in value_nodes(Trace(project), node, frame):
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
            return True
        if isinstance(value, ast.Call) and origin_of(where.module, value) in {
            "Path",
            "PurePath",
            "joinpath",
            "resolve",
        }:
            return True
    return False


def _is_confined(node: ast.AST, frame: Frame) -> bool:
    if isinstance(node, ast.Call) and LOOKING_UP.match(origin_of(frame.module, node)):
        return True
    if isinstance(node, ast.Attribute) and node.attr in {"name", "stem", "suffix", "file"}:
        return True
    if isinstance(node, ast.Call) and origin_of(frame.module, node) in {
        "secure_filename",
        "basename",
        "uuid4",
        "uuid5",
        "sha256",
    }:
        return True
    return _is_tested(node, frame) or (
        isinstance(node, ast.Call) and CHECKS.search(origin_of(frame.module, node)) is not None
    )


def sql_from_text(project: Project) -> Iterator[Found]:
    """Find statements that are put together from text."""
    trace = Trace(project, entries_of(project))
    for module, call in project.calls_of(*EXECUTING):
        statement = argument_of(call, "text" if origin_of(module, call) == "text" else "statement", 0)
        if statement is None or (origin_of(module, call) == "text" and _is_other_text(module, call)):
            continue
        for value, frame in value_nodes(trace, statement, frame_of(module, call)):
            part = _put_in(trace, value, frame)
            if part:
                yield found_at("CR017", module, call, source=part)
                break


def _is_other_text(module: Module, call: ast.Call) -> bool:
    dotted = dotted_of(module, call.func)
    is_known = isinstance(call.func, ast.Attribute) or bool(dotted)
    return is_known and not dotted.startswith(("sqlalchemy", "sqlmodel"))


def _put_in(trace: Trace, value: ast.expr, frame: Frame) -> str | None:
    """Return what is put into an SQL text and is not a constant, or None."""
    parts: list[ast.expr] = []
    if isinstance(value, ast.JoinedStr):
        words = "".join(text_of(part) for part in value.values)
        parts = [part.value for part in value.values if isinstance(part, ast.FormattedValue)]
    elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Mod):
        words = " ".join(text_of(node) for node in ast.walk(value))
        for inner, where in value_nodes(trace, value.left, frame):
            words += text_of(inner)
            nested = _put_in(trace, inner, where) if inner is not value else None
            if nested:
                return nested
        parts = [value.right, *([] if text_of(value.left) else [value.left])]
    elif (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in {"format", "join"}
    ):
        words = " ".join(text_of(inner) for inner, _ in value_nodes(trace, value.func.value, frame))
        parts = [*value.args, *(keyword.value for keyword in value.keywords)]
        if value.func.attr == "join":
            return None
    else:
        return None
    if not SQL.search(words):
        return None
    for part in parts:
        if not _is_written_out(trace, part, frame):
            return ast.unparse(part)
    return None


def _is_written_out(trace: Trace, node: ast.expr, frame: Frame) -> bool:
    """Whether a value is one of some constants, or looked up among them."""
    if _is_tested(node, frame):
        return True
    found = list(value_nodes(trace, node, frame))
    return all(
        isinstance(value, ast.Constant)
        or (isinstance(value, ast.Attribute) and value.attr in {"__tablename__", "name"})
        or (isinstance(value, ast.JoinedStr | ast.BinOp) and _put_in_nothing(trace, value, where))
        or (isinstance(value, ast.Subscript) and _is_constant_table(trace, value, where))
        for value, where in found
    )


def _put_in_nothing(trace: Trace, value: ast.expr, frame: Frame) -> bool:
    names = [node for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute | ast.Call)]
    return all(_is_written_out(trace, node, frame) for node in names)


def _is_constant_table(trace: Trace, value: ast.Subscript, frame: Frame) -> bool:
    return any(isinstance(node, ast.Dict) for node, _ in value_nodes(trace, value.value, frame))
