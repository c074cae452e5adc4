"""What a merged module must still be: every line of people in it, and no name without its import."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backwright.target.keyed import Refusal

_MODULE_NAMES = {"__file__", "__name__", "__doc__", "__path__", "__package__", "__spec__", "__class__", "__all__"}


def checked(base: str, ours: str, theirs: str, merged: str) -> str | Refusal:
    """Return the merged Python source, with imports that it lost and still needs, or why it cannot stand.

    It must compile, hold every line that one side added and the base has not (imports by name, not by line), repeat
    nothing, and leave no name undefined that was defined on a side that uses it.
    """
    reason = _broken(merged)
    if reason:
        return Refusal(reason, ours, theirs)
    sides = [_Names.of(source) for source in (ours, theirs, base)]
    merged = _with_imports(merged, sides)
    result = _Names.of(merged)
    for side, words in zip(sides[:2], ("your code uses", "generated code uses"), strict=True):
        lost = sorted((result.missing() & side.bound) - side.missing())
        if lost:
            return Refusal(f"{words} {', '.join(lost)}, which is gone on the other side", ours, theirs)
    return _complete(base, ours, theirs, merged) or merged


def _broken(source: str) -> str | None:
    """Return why a source does not compile, which finds repeated arguments that parsing does not."""
    try:
        compile(source, "merged", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"merged, it does not compile: {error}"
    return None


@dataclass(frozen=True)
class _Names:
    """The names of a module: used anywhere, bound anywhere, and the import statement for each imported one."""

    used: frozenset[str]
    bound: frozenset[str]
    imports: dict[str, str]
    deferred: frozenset[str]

    @classmethod
    def of(cls, source: str) -> _Names:
        used: set[str] = set()
        bound: set[str] = set()
        imports: dict[str, str] = {}
        deferred: set[str] = set()
        tree = ast.parse(source)
        checking = {id(node) for block in ast.walk(tree) if _is_type_checking(block) for node in ast.walk(block)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                statements = dict(_statements(node))
                imports.update(statements)
                deferred.update(statements if id(node) in checking else ())
            for name, is_use in _mentioned(node):
                (used if is_use else bound).add(name)
        return cls(frozenset(used), frozenset(bound | set(imports)), imports, frozenset(deferred))

    def missing(self) -> frozenset[str]:
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


def _statements(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in node.names:
        name = alias.asname or alias.name.split(".")[0]
        if isinstance(node, ast.Import):
            yield name, f"import {ast.unparse(alias)}"
        else:
            yield name, f"from {'.' * node.level}{node.module or ''} import {ast.unparse(alias)}"


def _with_imports(source: str, sides: Iterable[_Names]) -> str:
    """Bring back imports of names that are used and that one side's removal or the other's left unbound."""
    for side in sides:
        missing = sorted(_Names.of(source).missing() & set(side.imports))
        now = [side.imports[name] for name in missing if name not in side.deferred]
        later = [f"    {side.imports[name]}" for name in missing if name in side.deferred]
        if now:
            source = _insert(source, now)
        if later:
            source = _insert(source, ["from typing import TYPE_CHECKING", "", "if TYPE_CHECKING:", *later])
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


def _complete(base: str, ours: str, theirs: str, merged: str) -> Refusal | None:
    """Return a refusal if a line that one side added is not in the result, or something is said once too often."""
    was, mine, other, result = (_counted(source) for source in (base, ours, theirs, merged))
    for side in (mine, other):
        lost = [line for line, count in (side - was).items() if result[line] < count]
        if lost:
            return Refusal(f"merged, it would lose: {lost[0]}", ours, theirs)
    for line, count in result.items():
        if count > max(mine[line], other[line], mine[line] + other[line] - was[line]):
            return Refusal(f"merged, it would repeat: {line}", ours, theirs)
    return None


def _counted(source: str) -> Counter[str]:
    """Count the lines of a source, imports by name."""
    tree = ast.parse(source)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    skipped = {number for node in nodes for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    names = (statement for node in nodes for _, statement in _statements(node))
    lines = (line.strip() for number, line in enumerate(source.split("\n"), 1) if number not in skipped)
    return Counter([*(line for line in lines if line), *dict.fromkeys(names)])
