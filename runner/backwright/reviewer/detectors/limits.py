"""Lists that a client can make as long as it likes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backwright.reviewer.found import Edit, Found, found_at, with_argument
from backwright.reviewer.modules import (
    DEPTH,
    Function,
    Module,
    arguments_of,
    calls_in,
    functions_in,
    has_unknown_options,
    is_constant,
    keyword_of,
    origin_of,
    text_of,
)
from backwright.reviewer.project import Declared, Project, elements
from backwright.reviewer.routes import routes_of

LIMITS = {"limit", "size", "per_page", "page_size"}
INTEGERS = {"int", "PositiveInt", "NonNegativeInt", "StrictInt", "conint"}
NOT_IN_QUERY = {"Path", "Header", "Cookie", "Body", "Form", "File", "Depends", "Security"}


def uncapped_limits(project: Project) -> Iterator[Found]:
    """Find limits that a request can set to anything."""
    for route in routes_of(project):
        if route.function is not None:
            path = text_of(route.call.args[0]) if route.call.args else ""
            yield from _parameters(project, route.module, route.function, path)
    for module in project.modules:
        for where, target in _query_sources(project, module):
            if isinstance(target, ast.ClassDef):
                yield from _fields(project, where, target)
            elif isinstance(target, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _parameters(project, where, target, "")


def _capped(annotation: ast.expr | None, default: ast.expr | None, module: Module) -> tuple[Edit, ...]:
    """Return the edit that gives the ``Query`` or ``Field`` written here an upper bound."""
    for node in (annotation, default):
        for call in ast.walk(node) if node is not None else ():
            if isinstance(call, ast.Call) and origin_of(module, call) in {"Query", "Field"}:
                return with_argument(call, "le", "100")
    return ()


def _query_sources(project: Project, module: Module) -> Iterator[tuple[Module, ast.AST]]:
    """Yield what is depended on, and the models that are read from the query."""
    for call in calls_in(module):
        if origin_of(module, call) in {"Depends", "Security"} and call.args:
            yield project.code.value(module, call.args[0])
    for annotation, default in _annotated(module):
        parts = elements(annotation) if origin_of(module, annotation) == "Annotated" else [annotation]
        marks = [*parts[1:], *([default] if default else [])]
        if any(origin_of(module, mark) in {"Query", "Depends"} for mark in marks if isinstance(mark, ast.Call)):
            yield project.code.value(module, parts[0])


def _annotated(module: Module) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield the annotations of all parameters with their defaults, and every other ``Annotated[…]``."""
    for function in functions_in(module):
        for argument, default in arguments_of(function.args):
            if argument.annotation:
                yield argument.annotation, default
    for node in module.all(ast.Subscript):
        if origin_of(module, node) == "Annotated":
            yield node, None


def _parameters(project: Project, module: Module, function: Function | ast.Lambda, path: str) -> Iterator[Found]:
    for argument, default in arguments_of(function.args):
        in_path = re.search(rf"\{{{argument.arg}[}}:]", path)
        if not in_path and _is_uncapped(project, module, argument.arg, argument.annotation, default):
            capped = any(
                origin_of(module, call) == "min" and any(ast.unparse(value) == argument.arg for value in call.args)
                for call in ast.walk(function)
                if isinstance(call, ast.Call)
            )
            if not capped:
                yield found_at(
                    "CR002", module, argument, name=argument.arg, edits=_capped(argument.annotation, default, module)
                )


def _fields(project: Project, module: Module, model: ast.ClassDef, depth: int = DEPTH) -> Iterator[Found]:
    """Yield the uncapped limits of a query model or dependency class and its bases, overridden ones aside."""
    settled = _validated(module, model)
    for node in model.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            yield from _parameters(project, module, node, "")
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)) or node.target.id in settled:
            continue
        name = node.target.id
        if "ClassVar" not in ast.unparse(node.annotation) and _is_uncapped(
            project, module, name, node.annotation, node.value
        ):
            yield found_at("CR002", module, node, name=name, edits=_capped(node.annotation, node.value, module))
        settled.add(name)
    for base in model.bases if depth else ():
        where, found = project.code.value(module, base)
        if isinstance(found, ast.ClassDef):
            inherited = _fields(project, where, found, depth - 1)
            yield from (one for one in inherited if one.values["name"] not in settled)


def _validated(module: Module, model: ast.ClassDef) -> set[str]:
    return {
        text_of(argument)
        for node in model.body
        if isinstance(node, ast.FunctionDef)
        for call in node.decorator_list
        if isinstance(call, ast.Call) and origin_of(module, call) in {"field_validator", "validator"}
        for argument in call.args
    }


def _is_uncapped(
    project: Project, module: Module, name: str, annotation: ast.expr | None, default: ast.expr | None
) -> bool:
    declared = project.declared(module, annotation) | _declared_by_default(project, module, default, annotation)
    aliases = {text_of(keyword_of(call, word)) for _, call in declared.calls for word in ("alias", "validation_alias")}
    if not LIMITS & {name, *aliases} or not declared.types & INTEGERS:
        return False
    origins = {origin_of(where, call) for where, call in declared.calls}
    return not origins & NOT_IN_QUERY and not any(_bounds(where, call) for where, call in declared.calls)


def _bounds(module: Module, call: ast.Call) -> bool:
    bound = any(not is_constant(keyword_of(call, word), None) for word in ("le", "lt") if keyword_of(call, word))
    origin = origin_of(module, call)
    return bound or origin in {"Le", "Lt"} or origin.endswith("Validator") or has_unknown_options(call)


def _declared_by_default(
    project: Project, module: Module, default: ast.expr | None, annotation: ast.expr | None
) -> Declared:
    """Read a default; a parameter without annotation has the type of its default."""
    where, value = (
        project.code.value(module, default) if isinstance(default, ast.Name | ast.Attribute) else (module, default)
    )
    calls = ((where, value),) if isinstance(value, ast.Call) else ()
    if isinstance(value, ast.Call):
        value = value.args[0] if value.args else keyword_of(value, "default")
    is_integer = annotation is None and isinstance(value, ast.Constant) and type(value.value) is int
    return Declared(frozenset({"int"} if is_integer else ()), calls)
