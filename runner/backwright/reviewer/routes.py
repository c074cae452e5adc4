"""FastAPI routes: path, methods, and what they depend on."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from backwright.reviewer.modules import (
    Function,
    Module,
    argument_of,
    arguments_of,
    calls_in,
    elements_of,
    functions_in,
    keyword_of,
    own_nodes,
    text_of,
)
from backwright.reviewer.project import FUNCTIONS, Definition, Project, remembered
from backwright.reviewer.routers import Depended, depends_listed, is_router, mounted, of_own_class, router_made

ROUTE_METHODS = {"get", "post", "put", "patch", "delete", "api_route"}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, eq=False)
class Route:
    """A route: the call that declares it, and the function that answers, with the module each lies in.

    ``declared_in`` is where the call stands, ``module`` where the function does; ``depended`` are the expressions in
    all ``Depends`` of the function, the decorator, and the routers around it.
    """

    call: ast.Call
    declared_in: Module
    path: str
    methods: frozenset[str]
    module: Module
    function: Function | ast.Lambda | None
    depended: tuple[tuple[Module, ast.AST], ...] = field(default=())

    @property
    def is_writing(self) -> bool:
        """Whether one of its methods changes something."""
        return bool(self.methods & WRITING)

    @property
    def name(self) -> str:
        """Methods and path, as a message shows them."""
        return f"{' '.join(sorted(self.methods)) or 'API_ROUTE'} {self.path or chr(34) * 2}"

    @property
    def definition(self) -> Definition | None:
        """The function with its module."""
        return (self.module, self.function) if isinstance(self.function, FUNCTIONS) else None


@remembered
def routes_of(project: Project) -> tuple[Route, ...]:
    """Return all routes of a project."""
    routers = mounted(project)
    return tuple(route for module in project.modules for route in _routes(project, module, routers))


@remembered
def entries_of(project: Project) -> Mapping[ast.AST, Route | None]:
    """Return the functions that are called with what a request holds: those of routes, and dependencies."""
    found: dict[ast.AST, Route | None] = {}
    for route in routes_of(project):
        if route.function is not None:
            found[route.function] = route
        for where, node in route.depended:
            definition = project.referred(where, node)
            if definition and isinstance(definition[1], FUNCTIONS):
                found.setdefault(definition[1], None)
    for module, call in project.calls_of("Depends", "Security"):
        inner = argument_of(call, "dependency", 0)
        definition = project.referred(module, inner) if inner is not None else None
        if definition and isinstance(definition[1], FUNCTIONS):
            found.setdefault(definition[1], None)
    return found


def _routes(project: Project, module: Module, routers: Mapping[ast.AST, list[Depended]]) -> Iterator[Route]:
    for function in functions_in(module):
        for call in function.decorator_list:
            method = _route_method(project, module, call, ROUTE_METHODS)
            if method and isinstance(call, ast.Call):
                yield _route(project, call, method, module, module, function, routers)
    for call in calls_in(module):
        if not _route_method(project, module, call, {"add_api_route"}):
            continue
        endpoint = argument_of(call, "endpoint", 1)
        where, found = project.code.value(module, endpoint) if endpoint else (module, None)
        known = isinstance(found, (*FUNCTIONS, ast.Lambda))
        yield _route(project, call, "api_route", module, where, found if known else None, routers)  # type: ignore[arg-type]


def _route(  # noqa: PLR0917 - each is one thing known about a route
    project: Project,
    call: ast.Call,
    method: str,
    declared_in: Module,
    module: Module,
    function: Function | ast.Lambda | None,
    routers: Mapping[ast.AST, list[Depended]],
) -> Route:
    made = router_made(project, declared_in, call.func.value) if isinstance(call.func, ast.Attribute) else None
    prefix = text_of(keyword_of(made[1], "prefix")) if made else ""
    path = prefix + text_of(call.args[0] if call.args else keyword_of(call, "path"), "…")
    depended = list(depends_listed(declared_in, call))
    if made:
        depended += [*depends_listed(*made), *of_own_class(project, *made)]
        including = routers.get(made[1], [])
        shared = set.intersection(*({ast.dump(node) for _, node in one} for one in including)) if including else set()
        depended += [(m, node) for one in including[:1] for m, node in one if ast.dump(node) in shared]
    depended += [inner for one in depended for inner in _beneath(project, *one)]
    if isinstance(function, FUNCTIONS):
        depended += [*dependencies_of(project, module, function), *_of_view(project, module, function)]
    listed = elements_of(keyword_of(call, "methods"))
    methods = {text_of(element).upper() for element in listed} if method == "api_route" else {method.upper()}
    return Route(call, declared_in, path, frozenset(methods), module, function, tuple(depended))


def _beneath(project: Project, module: Module, node: ast.AST) -> Iterator[tuple[Module, ast.AST]]:
    """Yield what a dependency depends on in turn."""
    found = project.referred(module, node)
    if found and isinstance(found[1], FUNCTIONS):
        yield from dependencies_of(project, found[0], found[1])


def _of_view(project: Project, module: Module, function: Function) -> Iterator[tuple[Module, ast.AST]]:
    """Yield what the class around a route depends on, in a view that is a class, and what that depends on."""
    view = module.class_around(function)
    for where, cls in project.bases((module, view)) if view else ():
        for node in cls.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                argument = ast.copy_location(ast.arg(node.target.id, node.annotation), node)
                depended = project.depends_on(where, argument, node.value)
                if depended:
                    yield depended
                    found = project.referred(*depended)
                    if found and isinstance(found[1], FUNCTIONS):
                        yield from dependencies_of(project, found[0], found[1], 3)


def dependencies_of(
    project: Project, module: Module, function: Function, depth: int = 6
) -> Iterator[tuple[Module, ast.AST]]:
    """Yield what the parameters of a function depend on, and what those depend on in turn."""
    for argument, default in arguments_of(function.args):
        depended = project.depends_on(module, argument, default)
        if depended is None:
            continue
        yield depended
        found = project.referred(*depended)
        if depth and found:
            inner = found[1]
            if isinstance(inner, ast.ClassDef):
                made = project.method((found[0], inner), "__init__")
                if made:
                    yield from dependencies_of(project, *made, depth - 1)
            else:
                yield from dependencies_of(project, found[0], inner, depth - 1)


def _route_method(project: Project, module: Module, call: ast.AST, names: set[str]) -> str | None:
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in names):
        return None
    return call.func.attr if is_router(project, module, call.func.value) else None


def reachable(project: Project, start: Definition, depth: int = 6) -> tuple[Definition, ...]:
    """Return a function and what it calls or depends on, within the project, nearest first."""
    return _reachable(project, start[0], start[1], depth)


@remembered
def _reachable(project: Project, module: Module, function: Function, depth: int) -> tuple[Definition, ...]:
    found: dict[ast.AST, Definition] = {function: (module, function)}
    todo = [(module, function, depth)]
    while todo:
        where, current, left = todo.pop(0)
        if left == 0:
            continue
        following: list[Definition] = []
        for node in own_nodes(current, nested=True):
            if isinstance(node, ast.Call):
                callee = project.function_called(where, node)
                following += [callee] if callee else []
        for depended in dependencies_of(project, where, current, 0):
            definition = project.referred(*depended)
            if definition and isinstance(definition[1], FUNCTIONS):
                following.append((definition[0], definition[1]))
        for there, one in following:
            if one not in found:
                found[one] = (there, one)
                todo.append((there, one, left - 1))
    return tuple(found.values())
