"""The names of a module: what it uses, what it binds, and the imports that go with them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MODULE_NAMES = {"__file__", "__name__", "__doc__", "__path__", "__package__", "__spec__", "__class__", "__all__"}


@dataclass(frozen=True)
class Names:
    """The names of a module: used anywhere, bound anywhere, and the import statement for each imported one."""

    used: frozenset[str]
    bound: frozenset[str]
    imports: dict[str, str]
    deferred: frozenset[str]

    @classmethod
    def of(cls, source: str) -> Names:
        """Read them from a source; raises ``SyntaxError`` where it is no Python."""
        used: set[str] = set()
        bound: set[str] = set()
        imports: dict[str, str] = {}
        deferred: set[str] = set()
        tree = ast.parse(source)
        checking = {id(node) for block in ast.walk(tree) if _is_type_checking(block) for node in ast.walk(block)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                statements = dict(import_statements(node))
                imports.update(statements)
                deferred.update(statements if id(node) in checking else ())
            for name, is_use in _mentioned(node):
                (used if is_use else bound).add(name)
        return cls(frozenset(used), frozenset(bound | set(imports)), imports, frozenset(deferred))

    def missing(self) -> frozenset[str]:
        """Return the names that are used and nowhere bound, builtins aside."""
        return self.used - self.bound - set(dir(builtins)) - _MODULE_NAMES


def _mentioned(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield each name a node mentions, and whether it uses (else binds) it."""
    match node:
        case ast.Name(id=name, ctx=context):
            yield name, isinstance(context, ast.Load)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, False
        case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name, False
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name, False


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def import_statements(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield each name that a statement imports, with a statement of its own."""
    for alias in node.names:
        name = alias.asname or alias.name.split(".")[0]
        if isinstance(node, ast.Import):
            yield name, f"import {ast.unparse(alias)}"
        else:
            yield name, f"from {'.' * node.level}{node.module or ''} import {ast.unparse(alias)}"


def with_imports(source: str, sides: Iterable[Names]) -> str:
    """Bring back imports of names that are used and that one side's removal or the other's left unbound."""
    for side in sides:
        missing = sorted(Names.of(source).missing() & set(side.imports))
        now = [side.imports[name] for name in missing if name not in side.deferred]
        later = [f"    {side.imports[name]}" for name in missing if name in side.deferred]
        if now:
            source = _insert(source, now)
        if later:
            source = _insert_for_checking(source, later)
    return source


def _insert(source: str, statements: list[str]) -> str:
    """Put statements after the last import at the module's top, or after its docstring."""
    lines = source.split("\n")
    at = 0
    for number, node in enumerate(ast.parse(source).body):
        is_doc = number == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_doc or isinstance(node, ast.Import | ast.ImportFrom):
            at = node.end_lineno or node.lineno
        else:
            break
    lines[at:at] = statements
    return "\n".join(lines)


def _insert_for_checking(source: str, statements: list[str]) -> str:
    """Put statements into the block for type checkers, or into a new one after the imports."""
    block = next(
        (node for node in ast.parse(source).body if isinstance(node, ast.If) and _is_type_checking(node)), None
    )
    if block is None:
        known = "TYPE_CHECKING" in Names.of(source).bound
        head = [] if known else ["from typing import TYPE_CHECKING"]
        return _insert(source, [*head, "", "if TYPE_CHECKING:", *statements])
    lines = source.split("\n")
    at = block.body[0].lineno - 1
    lines[at:at] = statements
    return "\n".join(lines)
