"""Imports as sets: what two sides added is there, what one side took out is not."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from backwright.target.definitions import Item

WIDTH = 88


def merge_import(base: Item | None, ours: Item | None, theirs: Item | None) -> Item | None:
    """Return one ``from … import`` with the changes of both sides, or None where no name is left.

    A statement that has comments is never rewritten; new names come in a statement after it.
    """
    present = [item for item in (ours, theirs) if item is not None]
    was, mine, other = _names(base), _names(ours), _names(theirs)
    removed = [name for name in was if name not in other]
    added = [name for name in other if name not in was and name not in mine]
    wanted = _inserted([name for name in mine if name not in removed], added, other)
    for item, names in ((ours, mine), (theirs, other)):
        if item is not None and wanted == names:
            return item
    if not wanted:
        return None
    first = present[0]
    if any("#" in line for line in first.lines):
        extra = _statement(first, added) if added else ()
        return Item(first.key, (*first.lines, *extra), blanks=first.blanks)
    return Item(first.key, _statement(first, wanted), blanks=first.blanks)


def imported(item: Item) -> tuple[str, ...]:
    """Return what a ``from`` item names, as written (``a``, ``b as c``)."""
    return tuple(_names(item))


def _names(item: Item | None) -> list[str]:
    if item is None:
        return []
    return [ast.unparse(alias) for node in _nodes(item) for alias in node.names]


def _nodes(item: Item) -> list[ast.ImportFrom]:
    indent = len(item.lines[-1]) - len(item.lines[-1].lstrip())
    nested = "if True:\n" if indent else ""
    tree = ast.parse(nested + "\n".join(item.lines) + "\n")
    return [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def _inserted(names: list[str], added: Sequence[str], order: Sequence[str]) -> list[str]:
    """Put each new name after the one it follows in ``order``."""
    result = list(names)
    for name in added:
        before = [other for other in order[: order.index(name)] if other in result]
        at = result.index(before[-1]) + 1 if before else 0
        result.insert(at, name)
    return result


def _statement(like: Item, names: Sequence[str]) -> tuple[str, ...]:
    first = next(line for line in like.lines if line.strip() and not line.lstrip().startswith("#"))
    indent = first[: len(first) - len(first.lstrip())]
    head = f"{indent}from {like.key[1]} import "
    one = head + ", ".join(names)
    if len(one) <= WIDTH:
        return (one,)
    return (f"{head}(", *(f"{indent}    {name}," for name in names), f"{indent})")
