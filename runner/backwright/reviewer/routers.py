"""How routers are made and included in each other: what mounts one, and what that says for all its routes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from backwright.reviewer.modules import DEPTH, Module, argument_of, elements_of, keyword_of, origin_of, own_nodes
from backwright.reviewer.project import Project, remembered

Made = tuple[Module, ast.Call]
"""The call that makes a router or an application, with its module."""
FACTORIES = 4
"""How many functions that return each other's routers are followed."""
Depended = tuple[tuple[Module, ast.AST], ...]


@remembered
def mounted(project: Project) -> Mapping[ast.AST, list[Depended]]:
    """Return for each router, by the call that makes it, what each ``include_router`` of it depends on."""
    own = {
        made: [(depends_listed(module, call), around) for module, call, around in inclusions]
        for made, inclusions in _inclusions(project).items()
    }

    def inherited(made: ast.AST, depth: int) -> Iterator[tuple[Module, ast.AST]]:
        for _, around in own.get(made, ()) if depth else ():
            if around is not None:
                yield from depends_listed(*around)
                for dependencies, _ in own.get(around[1], ()):
                    yield from dependencies
                yield from inherited(around[1], depth - 1)

    return {
        made: [(*dependencies, *inherited(made, DEPTH)) for dependencies, _ in several] for made, several in own.items()
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


def depends_listed(module: Module, call: ast.Call) -> Depended:
    """Return what is listed under ``dependencies=``."""
    found = []
    for one in elements_of(keyword_of(call, "dependencies")):
        if isinstance(one, ast.Call) and origin_of(module, one) in {"Depends", "Security"} and one.args:
            found.append((module, one.args[0]))
        elif isinstance(one, ast.Name | ast.Attribute):
            found.append((module, one))
    return tuple(found)


def of_own_class(project: Project, module: Module, call: ast.Call) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the dependencies that a router class of the project hands to ``APIRouter`` for all its routers."""
    made = project.function_called(module, call)
    if made and made[1].name == "__init__":
        for inner in own_nodes(made[1]):
            if isinstance(inner, ast.Call) and origin_of(made[0], inner) == "__init__":
                yield from depends_listed(made[0], inner)


def is_router(project: Project, module: Module, node: ast.expr) -> bool:
    """Whether a name or attribute is a router or an application."""
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
    if isinstance(found, ast.FunctionDef):
        return _hands_out_router(project, where, found, depth)
    return found is not node and _makes_router(project, where, found, depth - 1)


def _hands_out_router(project: Project, module: Module, function: ast.FunctionDef, depth: int) -> bool:
    """Whether a function is declared to return a router or an application, or returns one undeclared."""
    if function.returns:
        return _makes_router(project, module, function.returns, depth - 1)
    returned = (node.value for node in own_nodes(function) if isinstance(node, ast.Return) and node.value is not None)
    made = (router_made(project, module, value) for value in returned)
    return any(_makes_router(project, *one, min(depth, FACTORIES) - 1) for one in made if one)
