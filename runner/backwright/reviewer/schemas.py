"""Pydantic models: which classes are, what fields they have, and which of them are sent or received."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from backwright.reviewer.modules import Module, is_constant, keyword_of, origin_of
from backwright.reviewer.project import Class, Project, elements

MODELS = {"BaseModel", "SQLModel", "RootModel", "GenericModel", "TypedDict", "BaseSchema", "CamelModel", "ORMModel"}


@dataclass(frozen=True)
class FieldOf:
    """A field of a model, where it is declared, and what is assigned to it there."""

    name: str
    module: Module
    node: ast.AnnAssign
    model: str

    @property
    def is_excluded(self) -> bool:
        """Whether the field is never written into an answer."""
        value = self.node.value
        return isinstance(value, ast.Call) and is_constant(keyword_of(value, "exclude"), True)


def is_model(project: Project, cls: Class) -> bool:
    """Whether a class is a Pydantic model (an SQLModel that is a table is one as well, and is sent as one)."""
    return bool(project.base_names(cls) & MODELS)


def fields_of(project: Project, cls: Class) -> Iterator[FieldOf]:
    """Yield the fields of a model, inherited ones too, overridden ones aside."""
    seen: set[str] = set()
    for where, one in project.bases(cls):
        for node in one.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id not in seen:
                seen.add(node.target.id)
                if origin_of(where, node.annotation) != "ClassVar":
                    yield FieldOf(node.target.id, where, node, one.name)


def models_in(project: Project, module: Module, annotation: ast.AST | None, depth: int = 6) -> Iterator[Class]:
    """Yield the models that an annotation names: itself, in a list, an optional, a generic page."""
    if annotation is None or depth == 0:
        return
    where, node = project.code.value(module, annotation)
    if isinstance(node, ast.ClassDef):
        yield where, node
    elif isinstance(node, ast.BinOp):
        yield from models_in(project, where, node.left, depth - 1)
        yield from models_in(project, where, node.right, depth - 1)
    elif isinstance(node, ast.Subscript):
        yield from models_in(project, where, node.value, depth - 1)
        inner = elements(node)
        for part in inner[:1] if origin_of(where, node) == "Annotated" else inner:
            yield from models_in(project, where, part, depth - 1)


def nested_models(project: Project, cls: Class, depth: int = 4) -> Iterator[Class]:
    """Yield a model and those its fields hold."""
    yield cls
    for one in fields_of(project, cls) if depth else ():
        for inner in models_in(project, one.module, one.node.annotation):
            if inner[1] is not cls[1] and is_model(project, inner):
                yield from nested_models(project, inner, depth - 1)
