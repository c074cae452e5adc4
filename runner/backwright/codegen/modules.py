"""The Python modules of a tree, parsed, and what the names in them stand for; nothing is imported or run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

DEPTH = 12
"""How many aliases are followed: more are a circle."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One parsed file.

    ``imports`` leads from a local name to a dotted module and a name in it (None: the module itself); ``names`` to
    what is defined at the top; ``assigned`` from the text of any target to all values and annotations it has.
    """

    path: PurePosixPath
    source: bytes
    tree: ast.Module
    imports: Mapping[str, tuple[str, str | None]]
    names: Mapping[str, ast.AST]
    assigned: Mapping[str, Sequence[ast.expr]]


class Code:
    """The files of a tree, each parsed when somebody asks for it."""

    def __init__(self, tree: Mapping[PurePosixPath, bytes]) -> None:
        """Keep the tree."""
        self._tree = tree
        self._modules: dict[PurePosixPath, Module | None] = {}

    def module(self, path: PurePosixPath) -> Module | None:
        """Return a parsed file, or None where it is not Python."""
        if path not in self._modules:
            try:
                source = self._tree[path]
                self._modules[path] = _module(path, source, ast.parse(source))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._modules[path] = None
        return self._modules[path]

    def find(self, start: Module, dotted: str) -> Module | None:
        """Return the module of a dotted name, seen from a file: below it or one of the folders above."""
        parts = [part for part in dotted.split(".") if part]
        level = len(dotted) - len(dotted.lstrip("."))
        above = list(start.path.parents)
        for folder in above[level - 1 : level] if level else reversed(above):
            base = folder.joinpath(*parts)
            for path in (base.with_suffix(".py") if parts else base / "__init__.py", base / "__init__.py"):
                if path in self._tree:
                    return self.module(path)
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
            return None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in module.imports:
            dotted, name = module.imports[node.value.id]
            inner = f"{dotted}{'' if dotted.endswith('.') else '.'}{name}" if name else dotted
            return self._member(module, inner, node.attr, depth)
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


def _module(path: PurePosixPath, source: bytes, tree: ast.Module) -> Module:
    imports: dict[str, tuple[str, str | None]] = {}
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                imports[alias.asname or whole] = (whole, None)
        elif isinstance(node, ast.ImportFrom):
            dotted = "." * node.level + (node.module or "")
            imports.update({alias.asname or alias.name: (dotted, alias.name) for alias in node.names})
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                assigned.setdefault(ast.unparse(target), []).append(node.value)
        elif isinstance(node, ast.AnnAssign):
            values = [node.annotation, *([node.value] if node.value else [])]
            assigned.setdefault(ast.unparse(node.target), []).extend(values)
        elif isinstance(node, ast.arg) and node.annotation:
            assigned.setdefault(node.arg, []).append(node.annotation)
    return Module(path, source, tree, imports, dict(_definitions(tree.body)), assigned)


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


def keyword_of(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument, or None."""
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def has_unknown_options(call: ast.Call) -> bool:
    """Whether a call is given ``**options`` that cannot be read."""
    return any(keyword.arg is None for keyword in call.keywords)


def is_constant(node: ast.AST | None, *values: object) -> bool:
    """Whether a node is one of some constants (the very object: None, True, False)."""
    return isinstance(node, ast.Constant) and any(node.value is value for value in values)


def text_of(node: ast.AST | None, default: str = "") -> str:
    """Return the text of a string constant, else the default."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else default


def functions_in(module: Module) -> Iterator[Function]:
    """Yield every function of a module, methods and inner ones too."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls_in(module: Module) -> Iterator[ast.Call]:
    """Yield every call in a module."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
