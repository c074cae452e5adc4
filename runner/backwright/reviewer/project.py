"""A project as the detectors see it: its modules, what is called by whom, and of which class a value is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from pathlib import PurePosixPath
from typing import Concatenate, Literal, ParamSpec, TypeVar, cast

from backwright.reviewer.modules import (
    DEPTH,
    Code,
    Function,
    Module,
    arguments_of,
    calls_in,
    children,
    functions_in,
    keyword_of,
    origin_of,
)

NOT_LOOKED_AT = {
    "tests", "test", "migrations", "alembic", "venv", "node_modules", "site-packages", "__pycache__", "scripts",
    "load_tests", "benchmarks",
}  # fmt: skip
WRAPPERS = {"Annotated", "Optional", "Union", "Mapped", "Required", "NotRequired", "Final", "Awaitable", "Coroutine"}
YIELDING = {"Iterator", "AsyncIterator", "Generator", "AsyncGenerator", "Iterable", "AsyncIterable"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Definition = tuple[Module, Function]
Class = tuple[Module, ast.ClassDef]
Given = ParamSpec("Given")
Answer = TypeVar("Answer")
How = Literal["value", "element", "context", "caught", "argument"]


@dataclass(frozen=True)
class Bound:
    """How a local name gets a value: the expression, and whether the name is it, an element, or what it opens.

    With ``caught`` the node is the handler, with ``argument`` the parameter.
    """

    how: How
    node: ast.AST


@dataclass(frozen=True)
class Declared:
    """What an annotation and a default say: the types named, and the calls that bound or place the value."""

    types: frozenset[str] = frozenset()
    calls: tuple[tuple[Module, ast.Call], ...] = ()

    def __or__(self, other: Declared) -> Declared:
        """Return what both say."""
        return Declared(self.types | other.types, self.calls + other.calls)


@dataclass(eq=False)
class Project:
    """The Python files of a tree, tests and migrations aside; every question is answered once and remembered."""

    tree: Mapping[PurePosixPath, bytes]
    _callees: dict[ast.Call, Definition | Class | None] = field(default_factory=dict)
    _locals: dict[ast.AST, Mapping[str, list[Bound]]] = field(default_factory=dict)
    answers: dict[tuple[object, ...], object] = field(default_factory=dict)

    @cached_property
    def code(self) -> Code:
        """The files of the tree."""
        return Code(self.tree)

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The modules that are looked at, in the order of their paths."""
        parsed = (self.code.module(path) for path in sorted(self.tree) if is_looked_at(path))
        return tuple(module for module in parsed if module is not None and not is_of_alembic(module))

    @cached_property
    def functions(self) -> Mapping[ast.AST, Module]:
        """Every function of the project, with its module."""
        return {function: module for module in self.modules for function in functions_in(module)}

    @cached_property
    def _sites(self) -> Mapping[str, list[tuple[Module, ast.Call]]]:
        sites: dict[str, list[tuple[Module, ast.Call]]] = {}
        for module in self.modules:
            for call in calls_in(module):
                sites.setdefault(origin_of(module, call.func), []).append((module, call))
        return sites

    def calls_of(self, *names: str) -> Iterator[tuple[Module, ast.Call]]:
        """Yield every call of something that was defined under one of some names."""
        for name in names:
            yield from self._sites.get(name, ())

    def callers(self, function: Function) -> list[tuple[Module, ast.Call]]:
        """Return the calls that lead to a function."""
        name = function.name
        if name == "__init__":
            around = self.functions[function].class_around(function)
            name = around.name if around else name
        found = []
        for module, call in self._sites.get(name, ()):
            callee = self.callee(module, call)
            if callee and (callee[1] is function or self._initialiser(callee) is function):
                found.append((module, call))
        return found

    def _initialiser(self, callee: Definition | Class) -> Function | None:
        if not isinstance(callee[1], ast.ClassDef):
            return None
        method = self.method((callee[0], callee[1]), "__init__")
        return method[1] if method else None

    def callee(self, module: Module, call: ast.Call) -> Definition | Class | None:
        """Return the function or class of the project that a call leads to."""
        if call not in self._callees:
            self._callees[call] = None
            self._callees[call] = self._called(module, call.func)
        return self._callees[call]

    def function_called(self, module: Module, call: ast.Call) -> Definition | None:
        """Return the function that a call leads to; of a class, what makes its objects."""
        found = self.callee(module, call)
        if found and isinstance(found[1], ast.ClassDef):
            return self.method((found[0], found[1]), "__init__")
        return (found[0], found[1]) if found and isinstance(found[1], FUNCTIONS) else None

    def referred(self, module: Module, node: ast.AST) -> Definition | Class | None:
        """Return the function or class that a name, an attribute or ``partial(…)`` stands for."""
        if isinstance(node, ast.Call):
            callee = self.callee(module, node)
            if callee and isinstance(callee[1], ast.ClassDef):
                return self.method((callee[0], callee[1]), "__call__")
            return self.callee(module, node)
        return self._called(module, node)

    def _called(self, module: Module, node: ast.AST) -> Definition | Class | None:
        if isinstance(node, ast.Name):
            inner = self._inner(module, node)
            if inner:
                return module, inner
        resolved = self.code.resolve(module, node)
        if resolved and isinstance(resolved[1], ast.ClassDef):
            return resolved[0], resolved[1]
        if resolved and isinstance(resolved[1], FUNCTIONS):
            return resolved[0], resolved[1]
        if isinstance(node, ast.Attribute):
            owner = self.class_of(module, node.value)
            return self.method(owner, node.attr) if owner else None
        return None

    def _inner(self, module: Module, name: ast.Name) -> Function | None:
        around = module.function_around(name)
        while around:
            for node in around.body:
                if isinstance(node, FUNCTIONS) and node.name == name.id:
                    return node
            around = module.function_around(around)
        return None

    def bases(self, cls: Class, depth: int = DEPTH) -> Iterator[Class]:
        """Yield a class of the project and those it inherits from, nearest first."""
        yield cls
        for base in cls[1].bases if depth else ():
            where, found = self.code.value(cls[0], base.value if isinstance(base, ast.Subscript) else base)
            if isinstance(found, ast.ClassDef) and found is not cls[1]:
                yield from self.bases((where, found), depth - 1)

    def base_names(self, cls: Class) -> set[str]:
        """Return the names of all classes that a class inherits from, also of those outside the project."""
        return {origin_of(where, base) for where, one in self.bases(cls) for base in one.bases}

    def method(self, cls: Class, name: str) -> Definition | None:
        """Return a method of a class, its own or an inherited one."""
        for where, one in self.bases(cls):
            for node in one.body:
                if isinstance(node, FUNCTIONS) and node.name == name:
                    return where, node
        return None

    def class_of(  # noqa: PLR0911 - one answer for each kind of expression
        self, module: Module, node: ast.AST, depth: int = DEPTH
    ) -> Class | None:
        """Return the class of the project that a value is of, as far as annotations and assignments tell."""
        if depth == 0:
            return None
        if isinstance(node, ast.Await):
            return self.class_of(module, node.value, depth - 1)
        if isinstance(node, ast.Call):
            return self._class_made(module, node, depth)
        if isinstance(node, ast.Name):
            return self._class_of_name(module, node, depth)
        if isinstance(node, ast.Attribute):
            for value in module.assigned.get(ast.unparse(node), ()):
                found = self.class_named(module, value) or self.class_of(module, value, depth - 1)
                if found:
                    return found
            resolved = self.code.resolve(module, node)
            return self._class_of_value(*resolved, depth) if resolved else None
        return None

    def _class_made(self, module: Module, call: ast.Call, depth: int) -> Class | None:
        callee = self.callee(module, call)
        if callee is None:
            return None
        where, found = callee
        if isinstance(found, ast.ClassDef):
            return where, found
        return self.class_named(where, found.returns, depth - 1) if found.returns else None

    def _class_of_name(self, module: Module, name: ast.Name, depth: int) -> Class | None:
        around = module.function_around(name)
        if name.id in {"self", "cls"}:
            owner = module.class_around(name)
            return (module, owner) if owner else None
        for bound in self.locals_of(around).get(name.id, ()) if around else ():
            found = self._class_bound(module, bound, depth)
            if found:
                return found
        resolved = self.code.resolve(module, name)
        return self._class_of_value(*resolved, depth) if resolved else None

    def _class_bound(self, module: Module, bound: Bound, depth: int) -> Class | None:
        if isinstance(bound.node, ast.arg):
            if bound.node.annotation:
                return self.class_named(module, bound.node.annotation, depth - 1)
            return None
        return self.class_of(module, bound.node, depth - 1) if bound.how == "value" else None

    def _class_of_value(self, module: Module, value: ast.AST, depth: int) -> Class | None:
        return self.class_of(module, value, depth - 1) if isinstance(value, ast.Call | ast.Await) else None

    def class_named(self, module: Module, annotation: ast.AST, depth: int = DEPTH) -> Class | None:
        """Return the class of the project that an annotation names, or whose optional or iterator it is."""
        where, node = self.code.value(module, annotation)
        if isinstance(node, ast.ClassDef):
            return where, node
        if depth == 0:
            return None
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Subscript) and origin_of(where, node) in WRAPPERS | YIELDING:
            parts = elements(node)[:1] if origin_of(where, node) in {"Annotated"} | YIELDING else elements(node)
        found = (self.class_named(where, part, depth - 1) for part in parts)
        return next((one for one in found if one), None)

    def declared(self, module: Module, annotation: ast.AST | None, depth: int = DEPTH) -> Declared:
        """Read an annotation through aliases, unions and ``Annotated``."""
        if annotation is None or depth == 0:
            return Declared()
        where, node = self.code.value(module, annotation)
        parts: list[ast.expr] = []
        calls: list[tuple[Module, ast.Call]] = []
        if isinstance(node, ast.BinOp):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Subscript) and origin_of(where, node) in WRAPPERS:
            parts = elements(node)
            if origin_of(where, node) == "Annotated":
                values = [self.code.value(where, mark) for mark in parts[1:]]
                calls = [(there, mark) for there, mark in values if isinstance(mark, ast.Call)]
                parts = parts[:1]
        elif isinstance(node, ast.Call):
            calls = [(where, node)]
        name = node.name if isinstance(node, ast.ClassDef) else origin_of(where, node)
        declared = Declared(frozenset({name}) if not parts else frozenset(), tuple(calls))
        for part in parts:
            declared |= self.declared(where, part, depth - 1)
        return declared

    def locals_of(self, function: Function) -> Mapping[str, list[Bound]]:
        """Return how each local name of a function gets its values."""
        if function not in self._locals:
            found: dict[str, list[Bound]] = {}
            for name, bound in _bindings(function):
                found.setdefault(name, []).append(bound)
            self._locals[function] = found
        return self._locals[function]

    def depends_on(self, module: Module, argument: ast.arg, default: ast.expr | None) -> tuple[Module, ast.AST] | None:
        """Return what a parameter depends on (the module and the expression inside ``Depends``), or None."""
        marks = [default] if default is not None else []
        calls = list(self.declared(module, argument.annotation).calls)
        for mark in marks:
            where, value = self.code.value(module, mark)
            calls += [(where, value)] if isinstance(value, ast.Call) else []
        for where, call in calls:
            if origin_of(where, call) in {"Depends", "Security"}:
                inner = call.args[0] if call.args else keyword_of(call, "dependency")
                if inner is not None:
                    return where, inner
                return (module, argument.annotation) if argument.annotation else None
        return None


def remembered(
    function: Callable[Concatenate[Project, Given], Answer],
) -> Callable[Concatenate[Project, Given], Answer]:
    """Make a function about a project answer each question once; the project keeps the answers."""

    @wraps(function)
    def remembering(project: Project, *args: Given.args, **kwargs: Given.kwargs) -> Answer:
        key = (function, *args, *kwargs.values())
        if key not in project.answers:
            project.answers[key] = function(project, *args, **kwargs)
        return cast("Answer", project.answers[key])

    return cast("Callable[Concatenate[Project, Given], Answer]", remembering)


def is_of_alembic(module: Module) -> bool:
    """Whether a file is a revision of Alembic or the environment its revisions run in, in whatever folder."""
    return "down_revision" in module.names or (module.path.name == "env.py" and "alembic" in _packages(module))


def _packages(module: Module) -> set[str]:
    return {dotted.partition(".")[0] for dotted, _ in module.imports.values()}


def is_looked_at(path: PurePosixPath) -> bool:
    """Whether a file is Python that belongs to the application itself."""
    if path.suffix != ".py" or path.name.startswith("test_") or path.name == "conftest.py":
        return False
    return not any(part in NOT_LOOKED_AT or part.startswith(".") for part in path.parts)


def elements(node: ast.expr) -> list[ast.expr]:
    """Return what is in the brackets of a subscript."""
    inner = node.slice if isinstance(node, ast.Subscript) else node
    return list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]


def _bindings(function: Function) -> Iterator[tuple[str, Bound]]:
    for argument, _ in arguments_of(function.args):
        yield argument.arg, Bound("argument", argument)
    for starred in (function.args.vararg, function.args.kwarg):
        if starred:
            yield starred.arg, Bound("argument", starred)
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        yield from _bound_by(node)
        todo.extend(children(node))


def _bound_by(node: ast.AST) -> Iterator[tuple[str, Bound]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, Bound("value", node.value))
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value:
        yield from _targets(node.target, Bound("value", node.value))
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield from _targets(node.target, Bound("element", node.iter))
    elif isinstance(node, ast.withitem) and node.optional_vars:
        yield from _targets(node.optional_vars, Bound("context", node.context_expr))
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name, Bound("caught", node)


def _targets(target: ast.expr, bound: Bound) -> Iterator[tuple[str, Bound]]:
    if isinstance(target, ast.Name):
        yield target.id, bound
    elif isinstance(target, ast.Tuple | ast.List):
        for inner in target.elts:
            yield from _targets(inner, bound)
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, bound)
