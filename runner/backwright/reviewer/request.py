"""What of a value a request controls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backwright.reviewer.flow import Frame, Leaf, Stops, Trace
from backwright.reviewer.modules import Module, arguments_of, origin_of
from backwright.reviewer.project import Class, Project
from backwright.reviewer.routes import entries_of
from backwright.reviewer.schemas import fields_of, is_model

NARROW = {
    "int", "float", "bool", "UUID", "UUID4", "Decimal", "date", "datetime", "time", "Literal", "PositiveInt",
    "NonNegativeInt", "conint", "Enum", "StrEnum", "IntEnum", "BackgroundTasks", "Response", "Session", "AsyncSession",
}  # fmt: skip
READ = {"query_params", "path_params", "headers", "cookies", "json", "form", "body"}
TEXT = {
    "str",
    "Any",
    "dict",
    "list",
    "bytes",
    "UploadFile",
    "HttpUrl",
    "AnyUrl",
    "AnyHttpUrl",
    "EmailStr",
    "constr",
    "object",
    "",
}


def requested(project: Project, node: ast.expr, frame: Frame, stops: Stops) -> Iterator[str]:
    """Yield the names of what a request holds and a value is made of, as a message shows them."""
    trace = Trace(project, entries_of(project), stops)
    for leaf in trace.leaves(node, frame):
        name = _controlled(project, leaf)
        if name:
            yield name


def _controlled(project: Project, leaf: Leaf) -> str | None:
    function = leaf.frame.function
    is_entry = function in entries_of(project)
    if not isinstance(leaf.node, ast.arg) or not is_entry or leaf.node.arg in {"self", "cls"}:
        return None
    module = leaf.frame.module
    argument = leaf.node
    if argument.annotation is None:
        default = dict(arguments_of(function.args)).get(argument) if function else None
        is_text = default is None or (isinstance(default, ast.Constant) and isinstance(default.value, str))
        return argument.arg if is_text or isinstance(default, ast.Call) else None
    declared = project.declared(module, argument.annotation)
    if any(_is_fixed(where, call) for where, call in declared.calls):
        return None
    if "Request" in declared.types:
        read = next((name for name in leaf.attributes if name in READ), None)
        return f"request.{read}" if read else None
    return _declared_as(project, leaf, argument, declared.types)


def _declared_as(project: Project, leaf: Leaf, argument: ast.arg, types: frozenset[str]) -> str | None:
    """Return what a parameter with a type hands over of a request, as a message shows it, or None."""
    cls = project.class_named(leaf.frame.module, argument.annotation) if argument.annotation else None
    if cls and project.base_names(cls) & NARROW:
        return None
    if cls and is_model(project, cls):
        return _field(project, cls, argument.arg, leaf)
    return argument.arg if types & TEXT and not types & NARROW else None


def _is_fixed(module: Module, call: ast.Call) -> bool:
    """Whether a pattern confines a text."""
    return (
        any(keyword.arg in {"pattern", "regex"} for keyword in call.keywords) and origin_of(module, call) != "Depends"
    )


def _field(project: Project, cls: Class, argument: str, leaf: Leaf) -> str | None:
    """Return what of a model a value is made of: a field, else all of it; None where the type confines it."""
    name = leaf.attributes[0] if leaf.attributes else None
    for one in fields_of(project, cls):
        if one.name == name:
            types = project.declared(one.module, one.node.annotation).types
            enum = project.class_named(one.module, one.node.annotation)
            return None if types & NARROW or enum else f"{argument}.{name}"
    return argument
