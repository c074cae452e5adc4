"""The Python modules of a tree, parsed once, and what the names in them stand for; nothing is imported or run."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeVar, cast

DEPTH = 12
"""How many aliases are followed: more are a circle."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True, eq=False)
class Module:
    """One parsed file.

    ``imports`` leads from a local name to a dotted module and a name in it (None: the module itself); ``names`` to
    what is defined at the top; ``assigned`` from the text of any target to all values and annotations it has;
    ``kinds`` from a type of node to all of that type, outer ones first; ``parents`` from a node to the one around it.
    """

    path: PurePosixPath
    source: bytes
    tree: ast.Module
    imports: Mapping[str, tuple[str, str | None]]
    names: Mapping[str, ast.AST]
    assigned: Mapping[str, Sequence[ast.expr]]
    kinds: Mapping[type[ast.AST], Sequence[ast.AST]]
    parents: Mapping[ast.AST, ast.AST]

    @cached_property
    def folder(self) -> str:
        """The folder that the file lies in."""
        return str(self.path.parent)

    @cached_property
    def starred(self) -> Sequence[str]:
        """The modules of which the file imports everything, the last first."""
        nodes = reversed(list(self.all(ast.ImportFrom)))
        return [
            "." * node.level + (node.module or "") for node in nodes if any(alias.name == "*" for alias in node.names)
        ]

    @cached_property
    def calls_in_functions(self) -> Mapping[Function | None, Sequence[ast.Call]]:
        """The calls that stand in each function itself (None: in none), in the order of the source."""
        found: dict[Function | None, list[ast.Call]] = {}
        for call in self.all(ast.Call):
            found.setdefault(self.function_around(call), []).append(call)
        return {one: sorted(calls, key=lambda call: (call.lineno, call.col_offset)) for one, calls in found.items()}

    def all(self, *kinds: type[Node]) -> Iterator[Node]:
        """Yield every node of some types."""
        for kind in kinds:
            yield from cast("Sequence[Node]", self.kinds.get(kind, ()))

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what is around a node, from the inside out."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function_around(self, node: ast.AST) -> Function | None:
        """Return the function that a node is in, or None at the top of the module or of a class there."""
        return next((n for n in self.around(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)), None)

    def class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the class that a node is in."""
        return next((outer for outer in self.around(node) if isinstance(outer, ast.ClassDef)), None)


class Code:
    """The files of a tree, each parsed when somebody asks for it."""

    def __init__(self, tree: Mapping[PurePosixPath, bytes]) -> None:
        """Keep the tree."""
        self.files = tree
        self.unread: dict[PurePosixPath, str] = {}
        self._modules: dict[PurePosixPath, Module | None] = {}
        self._found: dict[tuple[str, str], PurePosixPath | None] = {}

    def module(self, path: PurePosixPath) -> Module | None:
        """Return a parsed file, or None where it is not Python; ``unread`` says why then."""
        if path not in self._modules:
            try:
                source = self.files[path]
                self._modules[path] = parse_module(path, source)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self._modules[path] = None
                self.unread[path] = str(error) or type(error).__name__
        return self._modules[path]

    def find(self, start: Module, dotted: str) -> Module | None:
        """Return the module of a dotted name, seen from a file: below it or one of the folders above."""
        key = (start.folder, dotted)
        if key not in self._found:
            self._found[key] = self._path_of(start, dotted)
        path = self._found[key]
        return self.module(path) if path else None

    def _path_of(self, start: Module, dotted: str) -> PurePosixPath | None:
        parts = [part for part in dotted.split(".") if part]
        level = len(dotted) - len(dotted.lstrip("."))
        above = list(start.path.parents)
        for folder in above[level - 1 : level] if level else reversed(above):
            base = folder.joinpath(*parts)
            for path in (base.with_suffix(".py") if parts else base / "__init__.py", base / "__init__.py"):
                if path in self.files:
                    return path
        return None

    def resolve(self, module: Module, node: ast.AST, depth: int = DEPTH) -> tuple[Module, ast.AST] | None:
        """Follow a name to what it stands for: a definition or a value, within the tree."""
        if depth == 0:
            return None
        if isinstance(node, ast.Name):
            if node.id in module.names:
                value = module.names[node.id]
                is_alias = isinstance(value, ast.Name | ast.Attribute)
                return self.resolve(module, value, depth - 1) if is_alias else (module, value)
            if node.id in module.imports:
                dotted, name = module.imports[node.id]
                return self._member(module, dotted, name, depth) if name else None
            everything = (self._member(module, dotted, node.id, depth) for dotted in module.starred)
            return next((found for found in everything if found), None)
        if isinstance(node, ast.Attribute):
            dotted_value = dotted_of(module, node.value)
            return self._member(module, dotted_value, node.attr, depth) if dotted_value else None
        return None

    def _member(self, module: Module, dotted: str, name: str, depth: int) -> tuple[Module, ast.AST] | None:
        other = self.find(module, dotted)
        return self.resolve(other, ast.Name(name), depth - 1) if other else None

    def value(self, module: Module, node: ast.AST) -> tuple[Module, ast.AST]:
        """Return what a name stands for, or the node itself; text in an annotation is read."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.copy_location(ast.parse(node.value, mode="eval").body, node)
            except SyntaxError:
                return module, node
        return self.resolve(module, node) or (module, node)


def dotted_of(module: Module, node: ast.AST) -> str:
    """Return the dotted name that an imported name or an attribute of it stands for, or nothing."""
    if isinstance(node, ast.Attribute):
        value = dotted_of(module, node.value)
        return f"{value}{'' if value.endswith('.') else '.'}{node.attr}" if value else ""
    if isinstance(node, ast.Name) and node.id in module.imports and node.id not in module.names:
        dotted, name = module.imports[node.id]
        return f"{dotted}{'' if dotted.endswith('.') else '.'}{name}" if name else dotted
    return ""


def parse_module(path: PurePosixPath, source: bytes) -> Module:
    """Parse a file and note what is in it, in one walk.

    Raises:
        SyntaxError: it is not Python; also ValueError, RecursionError, MemoryError.
    """
    tree = ast.parse(source)
    kinds: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    parents: dict[ast.AST, ast.AST] = {}
    todo: deque[ast.AST] = deque([tree])
    while todo:
        node = todo.popleft()
        kinds[type(node)].append(node)
        inside = children(node)
        for child in inside:
            parents[child] = node
        todo.extend(inside)
    module = Module(path, source, tree, {}, dict(_definitions(tree.body)), {}, kinds, parents)
    cast("dict[str, tuple[str, str | None]]", module.imports).update(_imports(module))
    cast("dict[str, Sequence[ast.expr]]", module.assigned).update(_assigned(module))
    return module


def _imports(module: Module) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for plain in module.all(ast.Import):
        for alias in plain.names:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or whole, (whole, None)
    for node in module.all(ast.ImportFrom):
        dotted = "." * node.level + (node.module or "")
        yield from ((alias.asname or alias.name, (dotted, alias.name)) for alias in node.names)


def _assigned(module: Module) -> dict[str, list[ast.expr]]:
    assigned: dict[str, list[ast.expr]] = {}
    for node in module.all(ast.Assign):
        for target in node.targets:
            assigned.setdefault(name_of(target), []).append(node.value)
    for annotated in module.all(ast.AnnAssign):
        values = [annotated.annotation, *([annotated.value] if annotated.value else [])]
        assigned.setdefault(name_of(annotated.target), []).extend(values)
    for argument in module.all(ast.arg):
        if argument.annotation:
            assigned.setdefault(argument.arg, []).append(argument.annotation)
    return assigned


def name_of(node: ast.AST) -> str:
    """Return a name or an attribute of one as its text; anything else unparsed."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ast.unparse(node)


def _definitions(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value
        elif type(node).__name__ == "TypeAlias":  # Python 3.12: type Limit = Annotated[…]
            yield node.name.id, node.value  # type: ignore[attr-defined]
        elif isinstance(node, ast.If | ast.Try):
            yield from _definitions([*node.body, *node.orelse])


def origin_of(module: Module, node: ast.AST | None) -> str:
    """Return the last part of the name a thing was defined under, whatever it is called here."""
    if isinstance(node, ast.Call | ast.Subscript):
        return origin_of(module, node.func if isinstance(node, ast.Call) else node.value)
    if isinstance(node, ast.Name):
        return module.imports.get(node.id, ("", None))[1] or node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def package_of(module: Module, node: ast.AST) -> str:
    """Return the top package that a name was imported from, or nothing."""
    if isinstance(node, ast.Call):
        return package_of(module, node.func)
    return dotted_of(module, node).partition(".")[0]


def keyword_of(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument, or None."""
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def argument_of(call: ast.Call, name: str, position: int) -> ast.expr | None:
    """Return the value of an argument by its name or, from 0, its position, or None."""
    value = keyword_of(call, name)
    if value is None and position < len(call.args) and not isinstance(call.args[position], ast.Starred):
        return call.args[position]
    return value


def has_unknown_options(call: ast.Call) -> bool:
    """Whether a call is given ``**options`` that cannot be read."""
    return any(keyword.arg is None for keyword in call.keywords)


def is_constant(node: ast.AST | None, *values: object) -> bool:
    """Whether a node is one of some constants (the very object: None, True, False)."""
    return isinstance(node, ast.Constant) and any(node.value is value for value in values)


def text_of(node: ast.AST | None, default: str = "") -> str:
    """Return the text of a string constant, else the default."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else default


def elements_of(node: ast.AST | None) -> list[ast.expr]:
    """Return the elements of a list, tuple or set that is written out."""
    return list(node.elts) if isinstance(node, ast.List | ast.Tuple | ast.Set) else []


def arguments_of(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Yield the parameters of a function with their defaults."""
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = [None] * (len(positional) - len(arguments.defaults))
    yield from zip(positional, [*missing, *arguments.defaults], strict=True)
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)


def functions_in(module: Module) -> Iterator[Function]:
    """Yield every function of a module, methods and inner ones too."""
    yield from module.all(ast.FunctionDef)
    yield from module.all(ast.AsyncFunctionDef)


def calls_in(module: Module) -> Iterator[ast.Call]:
    """Yield every call in a module."""
    return module.all(ast.Call)


def own_nodes(function: Function | ast.Lambda, *, nested: bool = False) -> Sequence[ast.AST]:
    """Return the nodes of a function's body in the order of the source, those of inner functions only on demand.

    They are kept with the function: many rules go through the same ones.
    """
    kept: dict[str, Sequence[ast.AST]] = function.__dict__
    key = "_nested_nodes" if nested else "_own_nodes"
    if key not in kept:
        kept[key] = tuple(_nodes_below(function, nested=nested))
    return kept[key]


def _nodes_below(function: Function | ast.Lambda, *, nested: bool) -> Iterator[ast.AST]:
    body: Iterable[ast.AST] = function.body if isinstance(function.body, list) else [function.body]
    todo = list(body)[::-1]
    while todo:
        node = todo.pop()
        yield node
        if nested or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo.extend(children(node)[::-1])


_LEAVES = {"ctx", "id", "attr", "type_comment", "kind", "level", "conversion", "is_async", "simple"}
_OPERATIONS = (ast.BinOp, ast.AugAssign)
_fields: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: ()}
"""The fields of each type of node that may hold other nodes; filled as types are met."""


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes right inside one, as ``ast.iter_child_nodes``, without contexts and arithmetic operators."""
    kind = type(node)
    fields = _fields.get(kind)
    if fields is None:
        left_out = _LEAVES | {"op"} if kind in _OPERATIONS else _LEAVES
        fields = _fields[kind] = tuple(name for name in node._fields if name not in left_out)
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found
