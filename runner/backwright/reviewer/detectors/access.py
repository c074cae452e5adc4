"""Who may call a route, and whose rows it reaches."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backwright.reviewer.callers import is_authenticated, is_guarded_before
from backwright.reviewer.found import Found, found_at
from backwright.reviewer.modules import Module, arguments_of, dotted_of, origin_of, own_nodes
from backwright.reviewer.project import FUNCTIONS, Definition, Project
from backwright.reviewer.routes import Route, reachable, routes_of
from backwright.reviewer.schemas import fields_of, models_in
from backwright.reviewer.tables import Table, table_named

OPEN_TO_ALL = re.compile(
    r"log_?in|log_?out|register|sign_?(up|in|out)|token|refresh|password|webhook|callback|verify|verification|confirm|"
    r"activate|oauth|health|contact|search|query|graphql|csrf|auth|otp|recover",
    re.IGNORECASE,
)
PRIVILEGED = re.compile(
    r"admin|superuser|role|permission|scope|staff|moderator|privileg|policy|authorize", re.IGNORECASE
)
LOADING = {"get", "get_one", "filter", "where", "filter_by"}


def writing_without_caller(project: Project) -> Iterator[Found]:
    """Find writing routes that do not ask who is calling, in an application where others do."""
    routes = routes_of(project)
    if is_guarded_before(project) or not any(is_authenticated(project, route) for route in routes):
        return
    for route in routes:
        name = getattr(route.function, "name", "")
        is_open = OPEN_TO_ALL.search(route.path) or OPEN_TO_ALL.search(name) or _signs_up(project, route)
        if route.is_writing and not is_open and route.function is not None and not is_authenticated(project, route):
            yield found_at("CR010", route.declared_in, route.call, route=route.name)


def _signs_up(project: Project, route: Route) -> bool:
    """Whether a route makes a user out of a body with a password, as people do who have no account yet."""
    if route.methods != {"POST"} or not isinstance(route.function, FUNCTIONS):
        return False
    name = f"{route.path} {route.function.name}"
    if "{" in route.path or re.search(r"users?\b|account|member", name, re.IGNORECASE) is None:
        return False
    taken = [
        one.name
        for argument, default in arguments_of(route.function.args)
        if project.depends_on(route.module, argument, default) is None
        for cls in models_in(project, route.module, argument.annotation)
        for one in fields_of(project, cls)
    ]
    return any(re.match(r"password", one) for one in taken)


def without_owner_check(project: Project) -> Iterator[Found]:
    """Find routes that load a row of somebody by its key and do not ask whose it is."""
    reads_by_owner = {table.cls for route in routes_of(project) for table in _kept_apart(project, route)}
    for route in routes_of(project):
        if route.definition is None or "{" not in route.path or not is_authenticated(project, route):
            continue
        code = _code_of(project, route)
        if _is_privileged(route, code):
            continue
        for table in _loaded(project, code):
            owner = table.owner
            if owner is None or not (route.is_writing or table.cls in reads_by_owner):
                continue
            if not _mentions_owner(table, code):
                name = min(owner.names, key=len)
                yield found_at(
                    "CR004", route.module, route.definition[1], route=route.name, table=table.name, owner=name
                )


def _code_of(project: Project, route: Route) -> tuple[Definition, ...]:
    definition = route.definition
    found = list(reachable(project, definition)) if definition else []
    for where, node in route.depended:
        depended = project.referred(where, node)
        if depended and isinstance(depended[1], FUNCTIONS):
            found += reachable(project, (depended[0], depended[1]))
    return tuple(dict.fromkeys(found))


def _is_privileged(route: Route, code: tuple[Definition, ...]) -> bool:
    """Whether a route is for those who look after others: its dependencies or its code name such a right."""
    if any(PRIVILEGED.search(ast.unparse(node)) for _, node in route.depended if not isinstance(node, FUNCTIONS)):
        return True
    for _, function in code:
        for node in own_nodes(function):
            if isinstance(node, ast.If | ast.IfExp | ast.Assert) and PRIVILEGED.search(ast.unparse(node.test)):
                return True
            if isinstance(node, ast.Call) and PRIVILEGED.search(ast.unparse(node.func)):
                return True
    return False


def _loaded(project: Project, code: tuple[Definition, ...]) -> Iterator[Table]:
    """Yield the tables of which a row is loaded by its key."""
    seen = set()
    for module, function in code:
        for node in own_nodes(function):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            table = None
            if node.func.attr in {"get", "get_one"} and len(node.args) > 1:
                table = table_named(project, module, node.args[0])
            elif node.func.attr in LOADING:
                table = _by_key(project, module, node)
            if table and table.cls not in seen:
                seen.add(table.cls)
                yield table


def _by_key(project: Project, module: Module, call: ast.Call) -> Table | None:
    """Return the table whose row a condition on its ``id`` picks."""
    for condition in call.args:
        if (
            isinstance(condition, ast.Compare)
            and isinstance(condition.left, ast.Attribute)
            and condition.left.attr == "id"
        ):
            return table_named(project, module, condition.left.value)
    if any(keyword.arg == "id" for keyword in call.keywords):
        for inner in ast.walk(call.func):
            if isinstance(inner, ast.Call) and getattr(inner.func, "attr", getattr(inner.func, "id", "")) in {
                "query",
                "select",
            }:
                return table_named(project, module, inner.args[0]) if inner.args else None
    return None


def _mentions_owner(table: Table, code: tuple[Definition, ...]) -> bool:
    """Whether the owner of a row is compared, filtered by, or reached from the caller."""
    owner = table.owner
    names = set(owner.names) if owner else set()
    names |= {name.removesuffix("_id") for name in names}
    for module, function in code:
        for node in own_nodes(function, nested=True):
            if isinstance(node, ast.Compare):
                inner = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
                if inner & names:
                    return True
            elif isinstance(node, ast.Call):
                if (
                    origin_of(module, node) in {"filter_by", "get_by", "filter", "get"}
                    and {k.arg for k in node.keywords} & names
                ):
                    return True
                if origin_of(module, node) == "with_parent" or dotted_of(module, node.func).endswith("with_parent"):
                    return True
    return False


def _kept_apart(project: Project, route: Route) -> Iterator[Table]:
    """Yield the tables that a reading route filters by their owner."""
    if route.is_writing or route.definition is None:
        return
    code = _code_of(project, route)
    for module, function in code:
        for node in own_nodes(function):
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute):
                table = table_named(project, module, node.left.value)
                if table and table.owner and node.left.attr in table.owner.names:
                    yield table
