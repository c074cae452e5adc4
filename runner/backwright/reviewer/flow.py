"""Where a value comes from: followed backwards through names, helper functions and other modules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from backwright.reviewer.modules import Function, Module, arguments_of, own_nodes
from backwright.reviewer.project import FUNCTIONS, Project

MOST = 600
"""How many expressions are looked at for one value: more are given up on."""
DEEPEST = 24


@dataclass(frozen=True, eq=False)
class Frame:
    """Where an expression stands: its module, its function, and what the function was called with, if that is known."""

    module: Module
    function: Function | None
    given: Mapping[str, tuple[ast.expr, Frame]] | None = None


@dataclass(frozen=True)
class Leaf:
    """Something a value is made of and that is not followed further.

    ``attributes`` are those read from it on the way, outermost last.
    """

    node: ast.AST
    frame: Frame
    attributes: tuple[str, ...] = ()


Stops = Callable[[ast.AST, Frame], bool]


def frame_of(module: Module, node: ast.AST) -> Frame:
    """Return the frame of a node, nothing known about how its function was called."""
    return Frame(module, module.function_around(node))


@dataclass(eq=False)
class Trace:
    """Follows values of a project.

    ``stops`` says at which expressions to turn back: what comes out of them is of no interest; ``entries`` are the
    functions that are called from outside, so that their parameters are leaves.
    """

    project: Project
    entries: Mapping[ast.AST, object] = field(default_factory=dict)
    stops: Stops = lambda node, frame: False  # noqa: ARG005 - the default: everything is followed

    def leaves(self, node: ast.expr, frame: Frame) -> Iterator[Leaf]:
        """Yield what a value is made of."""
        seen: set[tuple[ast.AST, ast.AST | None]] = set()
        yield from self._leaves(node, frame, (), seen, DEEPEST)

    def _leaves(
        self,
        node: ast.AST,
        frame: Frame,
        attributes: tuple[str, ...],
        seen: set[tuple[ast.AST, ast.AST | None]],
        depth: int,
    ) -> Iterator[Leaf]:
        if depth == 0 or (node, frame.function) in seen or len(seen) > MOST or self.stops(node, frame):
            return
        seen.add((node, frame.function))
        if isinstance(node, ast.Name):
            yield from self._name(node, frame, attributes, seen, depth - 1)
        elif isinstance(node, ast.Attribute):
            yield from self._attribute(node, frame, attributes, seen, depth - 1)
        elif isinstance(node, ast.Call):
            yield from self._call(node, frame, attributes, seen, depth - 1)
        elif isinstance(node, ast.Constant):
            yield Leaf(node, frame, attributes)
        elif isinstance(node, ast.Lambda):
            return
        else:
            for child in _parts(node):
                yield from self._leaves(child, frame, attributes, seen, depth - 1)

    def _name(
        self,
        node: ast.Name,
        frame: Frame,
        attributes: tuple[str, ...],
        seen: set[tuple[ast.AST, ast.AST | None]],
        depth: int,
    ) -> Iterator[Leaf]:
        outer = frame
        while outer.function:
            bounds = self.project.locals_of(outer.function).get(node.id)
            if bounds:
                for bound in bounds:
                    if isinstance(bound.node, ast.arg):
                        yield from self._argument(bound.node, outer, attributes, seen, depth)
                    elif bound.how == "caught":
                        yield Leaf(bound.node, outer, attributes)
                    else:
                        yield from self._leaves(bound.node, outer, attributes, seen, depth)
                return
            outer = Frame(outer.module, outer.module.function_around(outer.function))
        resolved = self.project.code.resolve(frame.module, node)
        if resolved and isinstance(resolved[1], ast.expr):
            yield from self._leaves(resolved[1], Frame(resolved[0], None), attributes, seen, depth)
        else:
            yield Leaf(node, frame, attributes)

    def _argument(
        self,
        node: ast.arg,
        frame: Frame,
        attributes: tuple[str, ...],
        seen: set[tuple[ast.AST, ast.AST | None]],
        depth: int,
    ) -> Iterator[Leaf]:
        function = frame.function
        if function is None:
            return
        if frame.given is not None:
            if node.arg in frame.given:
                yield from self._leaves(*frame.given[node.arg], attributes, seen, depth)
            else:
                yield from self._default(node, frame, attributes, seen, depth)
            return
        if function in self.entries:
            yield from self._depended(node, frame, attributes, seen, depth)
            return
        callers = self.project.callers(function)
        for module, call in callers:
            around = frame_of(module, call)
            given = given_to(function, call, around)
            if node.arg in given:
                yield from self._leaves(*given[node.arg], attributes, seen, depth)
        if callers:
            yield from self._default(node, frame, attributes, seen, depth)
        else:
            yield Leaf(node, frame, attributes)

    def _default(
        self,
        node: ast.arg,
        frame: Frame,
        attributes: tuple[str, ...],
        seen: set[tuple[ast.AST, ast.AST | None]],
        depth: int,
    ) -> Iterator[Leaf]:
        if frame.function is None:
            return
        default = dict(arguments_of(frame.function.args)).get(node)
        if default is not None:
            yield from self._leaves(default, Frame(frame.module, None), attributes, seen, depth)

    def _depended(
        self,
        node: ast.arg,
        frame: Frame,
        attributes: tuple[str, ...],
        seen: set[tuple[ast.AST, ast.AST | None]],
        depth: int,
    ) -> Iterator[Leaf]:
        """Yield what a parameter of an entry is made of: of what it depends on, or itself."""
        assert frame.function is not None  # noqa: S101 - only entries come here
        default = dict(arguments_of(frame.function.args)).get(node)
        depended = self.project.depends_on(frame.module, node, default)
        if depended is None:
            yield Leaf(node, frame, attributes)
            return
        found = self.project.referred(*depended)
        if found and isinstance(found[1], FUNCTIONS):
            for value in returned(found[1]):
                yield from self._leaves(value, Frame(found[0], found[1]), attributes, seen, depth)

    def _attribute(
        self,
        node: ast.Attribute,
        frame: Frame,
        attributes: tuple[str, ...],
        seen: set[tuple[ast.AST, ast.AST | None]],
        depth: int,
    ) -> Iterator[Leaf]:
        resolved = self.project.code.resolve(frame.module, node)
        if resolved and isinstance(resolved[1], ast.expr):
            yield from self._leaves(resolved[1], Frame(resolved[0], None), attributes, seen, depth)
            return
        owner = self.project.class_of(frame.module, node.value)
        for where, cls in self.project.bases(owner) if owner else ():
            for value in class_values(cls, node.attr):
                yield from self._leaves(value, Frame(where, None), attributes, seen, depth)
        for value in frame.module.assigned.get(ast.unparse(node), ()):
            yield from self._leaves(value, frame_of(frame.module, value), attributes, seen, depth)
        yield from self._leaves(node.value, frame, (node.attr, *attributes), seen, depth)

    def _call(
        self,
        node: ast.Call,
        frame: Frame,
        attributes: tuple[str, ...],
        seen: set[tuple[ast.AST, ast.AST | None]],
        depth: int,
    ) -> Iterator[Leaf]:
        callee = self.project.function_called(frame.module, node)
        if callee and callee[1].name != "__init__":
            where, function = callee
            inner = Frame(where, function, given_to(function, node, frame))
            for value in returned(function):
                yield from self._leaves(value, inner, attributes, seen, depth)
            return
        yield Leaf(node, frame, attributes)
        if isinstance(node.func, ast.Attribute):
            yield from self._leaves(node.func.value, frame, (node.func.attr, *attributes), seen, depth)
        for value in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from self._leaves(value, frame, (), seen, depth)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of an expression that end up in its value."""
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.Compare):
        return
    elif isinstance(node, ast.Subscript):
        yield node.value
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        yield node.elt
    else:
        yield from (child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))


def returned(function: Function) -> list[ast.expr]:
    """Return the values that a function returns or yields."""
    found = (n.value for n in own_nodes(function) if isinstance(n, ast.Return | ast.Yield) and n.value is not None)
    return list(found)


def given_to(function: Function, call: ast.Call, frame: Frame) -> dict[str, tuple[ast.expr, Frame]]:
    """Return what a call gives to each parameter of a function."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    given = {name: (value, frame) for name, value in zip(names, call.args, strict=False)}
    given.update({keyword.arg: (keyword.value, frame) for keyword in call.keywords if keyword.arg})
    return given


def class_values(cls: ast.ClassDef, name: str) -> Iterator[ast.expr]:
    """Yield what an attribute is assigned in the body of a class."""
    for node in cls.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            if node.value is not None:
                yield node.value
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            yield node.value


def value_nodes(
    trace: Trace,
    node: ast.expr,
    frame: Frame,
    depth: int = DEEPEST,
    seen: set[tuple[ast.AST, ast.AST | None, int]] | None = None,
) -> Iterator[tuple[ast.expr, Frame]]:
    """Yield the expressions that a value may be, as they are written: names, helpers and modules seen through.

    Each is followed once; after ``MOST`` of them the rest is given up on.
    """
    seen = set() if seen is None else seen
    key = (node, frame.function, id(frame.given) if frame.given else 0)
    if depth == 0 or key in seen or len(seen) > MOST:
        return
    seen.add(key)
    project = trace.project
    if isinstance(node, ast.Await | ast.Starred):
        yield from value_nodes(trace, node.value, frame, depth - 1, seen)
    elif isinstance(node, ast.IfExp):
        yield from value_nodes(trace, node.body, frame, depth - 1, seen)
        yield from value_nodes(trace, node.orelse, frame, depth - 1, seen)
    elif isinstance(node, ast.Name | ast.Attribute):
        sources = list(_sources(trace, node, frame))
        for value, where in sources:
            yield from value_nodes(trace, value, where, depth - 1, seen)
        if not sources:
            yield node, frame
    elif isinstance(node, ast.Call):
        callee = project.function_called(frame.module, node)
        if callee and callee[1].name != "__init__":
            inner = Frame(callee[0], callee[1], given_to(callee[1], node, frame))
            for value in returned(callee[1]):
                yield from value_nodes(trace, value, inner, depth - 1, seen)
        else:
            yield node, frame
    else:
        yield node, frame


def _sources(trace: Trace, node: ast.Name | ast.Attribute, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
    project = trace.project
    if isinstance(node, ast.Name) and frame.function:
        bounds = project.locals_of(frame.function).get(node.id)
        for bound in bounds or ():
            if isinstance(bound.node, ast.arg):
                yield from _given(trace, bound.node, frame)
            elif bound.how == "value" and isinstance(bound.node, ast.expr):
                yield bound.node, frame
        if bounds:
            return
    resolved = project.code.resolve(frame.module, node)
    if resolved and isinstance(resolved[1], ast.expr):
        yield resolved[1], Frame(resolved[0], None)
    elif isinstance(node, ast.Attribute):
        owner = project.class_of(frame.module, node.value)
        for where, cls in project.bases(owner) if owner else ():
            yield from ((value, Frame(where, None)) for value in class_values(cls, node.attr))


def _given(trace: Trace, argument: ast.arg, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
    function = frame.function
    if function is None or function in trace.entries:
        return
    default = dict(arguments_of(function.args)).get(argument)
    if frame.given is not None:
        if argument.arg in frame.given:
            yield frame.given[argument.arg]
            return
    else:
        for module, call in trace.project.callers(function):
            given = given_to(function, call, frame_of(module, call))
            if argument.arg in given:
                yield given[argument.arg]
    if default is not None:
        yield default, Frame(frame.module, None)
