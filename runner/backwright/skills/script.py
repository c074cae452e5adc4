"""What a skill's script may hold: imports, constants, data classes and functions; nothing that happens at import."""

from __future__ import annotations

import ast
from collections.abc import Iterator

# The parts of Backwright that a script may take from: types to read and to return, not the program that runs it.
_OPEN = (
    "backwright.codegen",
    "backwright.spec",
    "backwright.finding",
    "backwright.errors",
    "backwright.naming",
    "backwright.target.tree",
    "backwright.reviewer",
)
_DECORATORS = frozenset({"dataclass", "cache", "lru_cache", "staticmethod", "classmethod", "property"})
_ACTIVE = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.GeneratorExp)


def complaints(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the reason of everything that a script may not do."""
    for statement in tree.body:
        yield from _statement(statement)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _imports(node)


def _statement(node: ast.stmt) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from _function(node)
    elif isinstance(node, ast.ClassDef):
        yield from _class(node)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        yield from _active(node.value, "a constant")
        if isinstance(node, ast.AnnAssign):
            yield from _active(node.annotation, "an annotation")
    elif _is_type_checking(node):
        return
    else:
        yield node.lineno, f"`{type(node).__name__}` at the top of the module; only functions and constants are allowed"


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, str]]:
    yield from _decorators(node.decorator_list)
    for default in (*node.args.defaults, *node.args.kw_defaults):
        yield from _active(default, "a default")
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg)
    for argument in arguments:
        yield from _active(argument.annotation if argument else None, "an annotation")
    yield from _active(node.returns, "an annotation")


def _class(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    yield from _decorators(node.decorator_list)
    for base in (*node.bases, *(keyword.value for keyword in node.keywords)):
        yield from _active(base, "a base class")
    for statement in node.body:
        yield from _statement(statement)


def _decorators(decorators: list[ast.expr]) -> Iterator[tuple[int, str]]:
    for decorator in decorators:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not isinstance(called, ast.Name) or called.id not in _DECORATORS:
            yield decorator.lineno, f"the decorator `{ast.unparse(called)}` runs at import"
        elif isinstance(decorator, ast.Call):
            for value in (*decorator.args, *(keyword.value for keyword in decorator.keywords)):
                yield from _active(value, "a decorator's argument")


def _active(value: ast.expr | None, what: str) -> Iterator[tuple[int, str]]:
    """Yield what a value would do at import; the body of a lambda does nothing then."""
    if value is None or isinstance(value, ast.Lambda):
        return
    if isinstance(value, _ACTIVE):
        yield value.lineno, f"{what} at the top of the module calls `{ast.unparse(value)[:60]}`"
        return
    for child in ast.iter_child_nodes(value):
        if isinstance(child, ast.expr):
            yield from _active(child, what)
        elif isinstance(child, ast.comprehension):
            yield from _active(child.iter, what)


def _is_type_checking(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        and not node.orelse
        and all(isinstance(inner, ast.Import | ast.ImportFrom) for inner in node.body)
    )


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.ImportFrom) and node.level:
        yield node.lineno, "an import from beside the script; a skill's script stands alone"
        return
    whole = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "backwright":
        whole = [f"backwright.{alias.name}" for alias in node.names]
    for name in whole:
        ours = name == "backwright" or name.startswith("backwright.")
        if ours and not any(name == part or name.startswith(f"{part}.") for part in _OPEN):
            yield node.lineno, f"it imports `{name}`; scripts may take from {', '.join(_OPEN)}"
