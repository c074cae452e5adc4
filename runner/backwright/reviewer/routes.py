"""FastAPI routes: path, methods, what they depend on, and which of it says who is calling."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from backwright.reviewer.modules import (
    DEPTH,
    Function,
    Module,
    argument_of,
    arguments_of,
    calls_in,
    elements_of,
    functions_in,
    keyword_of,
    origin_of,
    own_nodes,
    text_of,
)
from backwright.reviewer.project import FUNCTIONS, Definition, Project, remembered

ROUTE_METHODS = {"get", "post", "put", "patch", "delete", "api_route"}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
SCHEMES = {
    "OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer", "OAuth2", "HTTPBearer", "HTTPBasic", "HTTPDigest",
    "APIKeyHeader", "APIKeyCookie", "APIKeyQuery", "OpenIdConnect",
}  # fmt: skip
AUTH_NAME = re.compile(
    r"(^|_)(o?auth\w*|authenticat\w*|authoriz\w*|(current|active|logged_in|verified|require\w*)_\w*user\w*|current_user\w*|"
    r"user_?dep\w*|principal|identity|(require|is|only|current|admin)_\w*|admin\w*|superuser\w*|permissions?|"
    r"has_\w*(role|permission|scope)\w*|roles?|scopes?|bearer|api_?key\w*|verify_\w*|validate_\w*token|\w*token|jwt\w*|"
    r"login_required|session_user|ensure_\w*)($|_)",
    re.IGNORECASE,
)
AUTH_TYPES = re.compile(
    r"^(Current\w*|\w*User(Dep|Required)?|Auth\w*|\w*Admin\w*|Principal|\w*Token\w*|\w*Identity|Claims)$"
)


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
    routers = _included(project)
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


@dataclass(frozen=True)
class _Router:
    prefix: str
    dependencies: tuple[tuple[Module, ast.AST], ...]


Made = tuple[Module, ast.Call]


def _included(project: Project) -> Mapping[ast.AST, list[_Router]]:
    """Return what ``include_router`` says about each router, by the call that makes it."""
    found: dict[ast.AST, list[_Router]] = {}
    outer: dict[ast.AST, list[Made]] = {}
    for module, call in project.calls_of("include_router"):
        given = argument_of(call, "router", 0)
        made = router_made(project, module, given) if given is not None else None
        if made is None or not isinstance(call.func, ast.Attribute):
            continue
        found.setdefault(made[1], []).append(_Router(text_of(keyword_of(call, "prefix")), _listed(module, call)))
        around = router_made(project, module, call.func.value)
        if around is not None:
            outer.setdefault(made[1], []).append(around)

    def inherited(made: ast.AST, depth: int) -> Iterator[tuple[Module, ast.AST]]:
        for where, around in outer.get(made, ()) if depth else ():
            yield from _listed(where, around)
            for one in found.get(around, ()):
                yield from one.dependencies
            yield from inherited(around, depth - 1)

    return {
        made: [_Router(one.prefix, (*one.dependencies, *inherited(made, DEPTH))) for one in own]
        for made, own in found.items()
    }


def router_made(project: Project, module: Module, node: ast.AST, depth: int = DEPTH) -> Made | None:
    """Return the call that makes a router or an application, with its module."""
    if depth == 0:
        return None
    where, value = module, node
    function = module.function_around(node)
    bounds = project.locals_of(function).get(node.id, ()) if function and isinstance(node, ast.Name) else ()
    local = next((bound.node for bound in bounds if isinstance(bound.node, ast.Call)), None)
    if local is not None:
        value = local
    elif not bounds:
        where, value = project.code.value(module, node)
    if not isinstance(value, ast.Call):
        assigned = module.assigned.get(ast.unparse(node), ()) if isinstance(node, ast.Attribute) else ()
        return next(((module, one) for one in assigned if isinstance(one, ast.Call)), None)
    callee = project.function_called(where, value)
    if callee and callee[1].name != "__init__":
        for inner in own_nodes(callee[1]):
            if isinstance(inner, ast.Return) and inner.value is not None:
                return router_made(project, callee[0], inner.value, depth - 1)
    return where, value


def default_classes(project: Project, module: Module, made: ast.Call, depth: int = DEPTH) -> Iterator[str]:
    """Yield the response classes with which a router, or what includes it, answers unless told otherwise."""
    kind = keyword_of(made, "default_response_class")
    if kind is not None:
        yield origin_of(module, kind)
        return
    for where, call, around in _inclusions(project).get(made, ()) if depth else ():
        given = keyword_of(call, "default_response_class")
        if given is not None:
            yield origin_of(where, given)
        elif around is not None:
            yield from default_classes(project, *around, depth - 1)


@remembered
def _inclusions(project: Project) -> Mapping[ast.AST, list[tuple[Module, ast.Call, Made | None]]]:
    """Return the calls of ``include_router`` for each router, by the call that makes it, with what includes it."""
    found: dict[ast.AST, list[tuple[Module, ast.Call, Made | None]]] = {}
    for module, call in project.calls_of("include_router"):
        given = argument_of(call, "router", 0)
        made = router_made(project, module, given) if given is not None else None
        if made is not None and isinstance(call.func, ast.Attribute):
            found.setdefault(made[1], []).append((module, call, router_made(project, module, call.func.value)))
    return found


def _listed(module: Module, call: ast.Call) -> tuple[tuple[Module, ast.AST], ...]:
    """Return what is listed under ``dependencies=``."""
    found = []
    for one in elements_of(keyword_of(call, "dependencies")):
        if isinstance(one, ast.Call) and origin_of(module, one) in {"Depends", "Security"} and one.args:
            found.append((module, one.args[0]))
        elif isinstance(one, ast.Name | ast.Attribute):
            found.append((module, one))
    return tuple(found)


def _routes(project: Project, module: Module, routers: Mapping[ast.AST, list[_Router]]) -> Iterator[Route]:
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
    routers: Mapping[ast.AST, list[_Router]],
) -> Route:
    made = router_made(project, declared_in, call.func.value) if isinstance(call.func, ast.Attribute) else None
    prefix = text_of(keyword_of(made[1], "prefix")) if made else ""
    path = prefix + text_of(call.args[0] if call.args else keyword_of(call, "path"), "…")
    depended = list(_listed(declared_in, call))
    if made:
        depended += [*_listed(*made), *_of_own_router(project, *made)]
        including = routers.get(made[1], [])
        shared = (
            set.intersection(*({ast.dump(node) for _, node in one.dependencies} for one in including))
            if including
            else set()
        )
        depended += [(m, node) for one in including[:1] for m, node in one.dependencies if ast.dump(node) in shared]
    if isinstance(function, FUNCTIONS):
        depended += [*dependencies_of(project, module, function), *_of_view(project, module, function)]
    listed = elements_of(keyword_of(call, "methods"))
    methods = {text_of(element).upper() for element in listed} if method == "api_route" else {method.upper()}
    return Route(call, declared_in, path, frozenset(methods), module, function, tuple(depended))


def _of_own_router(project: Project, module: Module, call: ast.Call) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the dependencies that a router class of the project hands to ``APIRouter`` for all its routers."""
    made = project.function_called(module, call)
    if made and made[1].name == "__init__":
        for inner in own_nodes(made[1]):
            if isinstance(inner, ast.Call) and origin_of(made[0], inner) == "__init__":
                yield from _listed(made[0], inner)


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
    return call.func.attr if _is_router(project, module, call.func.value) else None


def _is_router(project: Project, module: Module, node: ast.expr) -> bool:
    values = module.assigned.get(ast.unparse(node))
    if values:
        return any(_makes_router(project, module, value) for value in values)
    resolved = project.code.resolve(module, node)
    if resolved:
        return _makes_router(project, *resolved)
    return b"fastapi" in module.source and re.search(r"(^|_)(router|app|api)$", origin_of(module, node)) is not None


def _makes_router(project: Project, module: Module, node: ast.AST, depth: int = DEPTH) -> bool:
    """Whether a class, annotation or call is or makes a router or an application."""
    if depth == 0:
        return False
    if isinstance(node, ast.Call):
        return _makes_router(project, module, node.func, depth - 1)
    if origin_of(module, node) in {"APIRouter", "FastAPI"}:
        return True
    where, found = project.code.value(module, node)
    if isinstance(found, ast.ClassDef):
        return any(_makes_router(project, where, base, depth - 1) for base in found.bases)
    if isinstance(found, ast.FunctionDef) and found.returns:
        return _makes_router(project, where, found.returns, depth - 1)
    return found is not node and _makes_router(project, where, found, depth - 1)


def says_who(project: Project, module: Module, node: ast.AST) -> bool:
    """Whether a dependency tells who is calling: by its name, its type, or because it is a security scheme."""
    where, value = project.code.value(module, node)
    if isinstance(value, ast.Call):
        callee = project.callee(where, value)
        names = {origin_of(where, value), callee[1].name if callee else ""}
        return bool(names & SCHEMES) or any(AUTH_NAME.search(name) for name in names)
    if isinstance(value, ast.ClassDef):
        return bool(AUTH_TYPES.match(value.name) or project.base_names((where, value)) & SCHEMES)
    if isinstance(value, FUNCTIONS):
        return bool(AUTH_NAME.search(value.name) or _decodes(value))
    return bool(AUTH_NAME.search(origin_of(where, node)))


def _decodes(function: Function) -> bool:
    """Whether a function reads a token or the header that carries one."""
    for node in own_nodes(function):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"decode", "verify_id_token"}
            and "jwt" in ast.unparse(node.value)
        ):
            return True
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.lower() in {"authorization", "x-api-key"}
        ):
            return True
    return False


@remembered
def is_authenticated(project: Project, route: Route) -> bool:
    """Whether a route knows who is calling, by a dependency, a router around it, or its own code."""
    if any(says_who(project, *depended) for depended in route.depended):
        return True
    if not isinstance(route.function, FUNCTIONS):
        return False
    for argument, _ in arguments_of(route.function.args):
        name = origin_of(route.module, argument.annotation)
        if name.startswith("Current"):
            return True
        if AUTH_TYPES.match(name):
            declared = project.declared(route.module, argument.annotation)
            if any(origin_of(where, call) in {"Depends", "Security"} for where, call in declared.calls):
                return True
    return _checks_itself(route.module, route.function)


def _checks_itself(module: Module, function: Function) -> bool:
    if _decodes(function):
        return True
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Name | ast.Call) and AUTH_NAME.search(origin_of(module, decorator)):
            return True
    for node in own_nodes(function):
        if isinstance(node, ast.Call) and AUTH_NAME.search(origin_of(module, node)):
            return True
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {
            "request.user",
            "request.state.user",
            "request.session",
        }:
            return True
    return False


@remembered
def is_guarded_before(project: Project) -> bool:
    """Whether a middleware looks at who is calling before any route does."""
    for function, module in project.functions.items():
        if not isinstance(function, FUNCTIONS):
            continue
        is_middleware = any("middleware" in ast.unparse(d) for d in function.decorator_list)
        around = module.class_around(function)
        is_middleware = is_middleware or (
            around is not None and "Middleware" in around.name and function.name in {"dispatch", "__call__"}
        )
        if is_middleware and (_decodes(function) or (around is not None and AUTH_NAME.search(around.name.lower()))):
            return True
    return False


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
