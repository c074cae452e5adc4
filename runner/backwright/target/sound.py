"""What a merged module must still be: every line of people in it, nothing said twice, no name without its import."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from backwright.target.definitions import Item, read_items
from backwright.target.keyed import Refusal
from backwright.target.names import Names, import_statements, with_imports


def checked(base: str, ours: str, theirs: str, merged: str) -> str | Refusal:
    """Return the merged Python source, with imports that it lost and still needs, or why it cannot stand.

    It must compile, hold every line that one side added and the base has not (imports by name, not by line), repeat
    nothing, reach every statement, and leave no name undefined that was defined on a side that uses it.
    """
    fault = _broken(merged)
    if fault is None:
        sides = [Names.of(source) for source in (ours, theirs, base)]
        merged = with_imports(merged, sides)
        fault = (
            _undefined(Names.of(merged), sides)
            or _incomplete(base, ours, theirs, merged)
            or _repeated(ours, theirs, merged)
            or _unreachable(ours, theirs, merged)
        )
    return merged if fault is None else Refusal(fault, ours, theirs)


def _broken(source: str) -> str | None:
    """Return why a source does not compile, which finds repeated arguments that parsing does not."""
    try:
        compile(source, "merged", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"merged, it does not compile: {error}"
    return None


def _undefined(result: Names, sides: list[Names]) -> str | None:
    """Return a name that one side uses, and that only the other side's removal left undefined."""
    for side, words in zip(sides[:2], ("your code uses", "generated code uses"), strict=True):
        lost = sorted((result.missing() & side.bound) - side.missing())
        if lost:
            return f"{words} {', '.join(lost)}, which is gone on the other side"
    return None


def _incomplete(base: str, ours: str, theirs: str, merged: str) -> str | None:
    """Return what one side added and is not in the result, or what is said once too often."""
    was, mine, other, result = (_counted(source) for source in (base, ours, theirs, merged))
    for side in (mine, other):
        lost = [line for line, count in (side - was).items() if result[line] < count]
        if lost:
            return f"merged, it would lose: {lost[0]}"
    for line, count in result.items():
        if count > max(mine[line], other[line], mine[line] + other[line] - was[line]):
            return f"merged, it would repeat: {line}"
    return None


def _counted(source: str) -> Counter[str]:
    """Count the lines of a source, imports by name."""
    tree = ast.parse(source)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    skipped = {number for node in nodes for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    names = {statement for node in nodes for _, statement in import_statements(node)}
    lines = (line.strip() for number, line in enumerate(source.split("\n"), 1) if number not in skipped)
    return Counter([*(line for line in lines if line), *names])


def _repeated(ours: str, theirs: str, merged: str) -> str | None:
    """Return what is defined or imported more often than on either side."""
    mine, other, result = (Counter(_defined(read_items(source))) for source in (ours, theirs, merged))
    # Once is never again: a method that one side added is under a new name where the other side renamed its class.
    again = [name for name, count in result.items() if count > max(1, mine[name], other[name])]
    return f"merged, it would have twice: {again[0]}" if again else None


def _defined(items: Iterable[Item], inside: str = "") -> Iterator[str]:
    for item in items:
        name = ".".join(str(part) for part in item.key[1:-1])
        if item.kind in ("from", "import"):
            tree = ast.parse("\n".join(line.strip() for line in item.lines))
            nodes = (node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
            yield from (f"{inside}{statement}" for node in nodes for _, statement in import_statements(node))
        elif item.kind in ("def", "class", "name"):
            yield f"{inside}{name}"
        yield from _defined(item.children or (), f"{inside}{name}.")


def _unreachable(ours: str, theirs: str, merged: str) -> str | None:
    """Return what is said if more statements come after a return, or its like, than on either side."""
    mine, other, result = (_never_reached(ast.parse(source)) for source in (ours, theirs, merged))
    return "merged, a statement would never be reached" if result > max(mine, other) else None


def _never_reached(tree: ast.Module) -> int:
    blocks = (getattr(node, name, None) for node in ast.walk(tree) for name in ("body", "orelse", "finalbody"))
    return sum(_after_leaving(block) for block in blocks if isinstance(block, list))


def _after_leaving(block: list[ast.stmt]) -> int:
    leaving = (ast.Return, ast.Raise, ast.Break, ast.Continue)
    first = next((number for number, node in enumerate(block) if isinstance(node, leaving)), len(block))
    return len(block[first + 1 :])
