"""Routes that promise nothing about their answers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backwright.reviewer.found import Found, found_at
from backwright.reviewer.modules import (
    Function,
    Module,
    has_unknown_options,
    is_constant,
    keyword_of,
    origin_of,
    own_nodes,
)
from backwright.reviewer.project import Project
from backwright.reviewer.routers import default_classes, router_made
from backwright.reviewer.routes import Route, routes_of

NO_BODY = r"\b(204|205|304)\b|_(204|205|304)_|NO_CONTENT|RESET_CONTENT|NOT_MODIFIED"
HELPERS = 4
"""How many functions that return each other's answers are followed."""
JSON_CLASSES = {"JSONResponse", "ORJSONResponse", "UJSONResponse"}


def routes_without_model(project: Project) -> Iterator[Found]:
    """Find routes without a response model."""
    for route in routes_of(project):
        methods = route.methods
        is_bodiless = methods and methods <= {"HEAD", "OPTIONS"}
        if is_bodiless or has_unknown_options(route.call) or _has_model(project, route.declared_in, route):
            continue
        yield found_at("CR001", route.declared_in, route.call, route=route.name)


def _has_model(project: Project, module: Module, route: Route) -> bool:
    model = keyword_of(route.call, "response_model")
    if model is not None and not is_constant(model, None):
        return True
    if _answers_without_json(module, route.call) or route.function is None:
        return True
    returns = None if isinstance(route.function, ast.Lambda) else route.function.returns
    if returns is None:
        answers_nothing = _returns_nothing(route.function) or _made_without_json(project, route)
        return answers_nothing or _returns_responses(project, route.module, route.function)
    where, found = project.code.value(route.module, returns)
    if _made_without_json(project, route):
        return True
    if model is None:
        return origin_of(where, found) not in {"Any", "object"}
    names = {origin_of(where, returns), getattr(found, "name", ""), *_words(returns)}
    return any(name.endswith("Response") for name in names)


def _answers_without_json(module: Module, call: ast.Call) -> bool:
    """Whether a route's options say that there is no body, or none that a model describes."""
    status, kind = keyword_of(call, "status_code"), keyword_of(call, "response_class")
    if status is not None and re.search(NO_BODY, ast.unparse(status)):
        return True
    return kind is not None and origin_of(module, kind) not in JSON_CLASSES


def _made_without_json(project: Project, route: Route) -> bool:
    """Whether the router or application of a route, or what includes it, answers with something else than JSON."""
    if not isinstance(route.call.func, ast.Attribute):
        return False
    made = router_made(project, route.declared_in, route.call.func.value)
    classes = tuple(default_classes(project, *made)) if made else ()
    return bool(classes) and all(kind not in JSON_CLASSES for kind in classes)


def _returns_nothing(function: Function | ast.Lambda) -> bool:
    """Whether a function does something and hands nothing back: its answer is ``null``."""
    if isinstance(function, ast.Lambda):
        return False
    nodes = list(own_nodes(function))
    hands_back = any(
        isinstance(node, ast.Return) and not is_constant(node.value, None) and node.value for node in nodes
    )
    yields = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes)
    return not hands_back and not yields and any(isinstance(node, ast.Call | ast.Assign | ast.Delete) for node in nodes)


def _words(node: ast.AST) -> list[str]:
    return re.findall(r"\w+", ast.unparse(node))


def _returns_responses(project: Project, module: Module, function: Function | ast.Lambda, depth: int = HELPERS) -> bool:
    """Whether a function returns nothing but responses: made where it returns, assigned before, or by a helper."""
    if isinstance(function, ast.Lambda):
        return _is_response(project, module, function.body, depth)
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    for value in returned:
        made = [value, *module.assigned.get(ast.unparse(value), ())] if value else []
        if not any(_is_response(project, module, one, depth) for one in made):
            return False
    return bool(returned)


def _is_response(project: Project, module: Module, node: ast.expr, depth: int) -> bool:
    value = node.value if isinstance(node, ast.Await) else node
    if origin_of(module, value).endswith("Response"):
        return True
    callee = project.function_called(module, value) if isinstance(value, ast.Call) and depth else None
    if callee is None or callee[1].name == "__init__":
        return False
    if callee[1].returns is not None:
        return origin_of(callee[0], callee[1].returns).endswith("Response")
    return _returns_responses(project, *callee, depth - 1)
