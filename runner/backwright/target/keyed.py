"""A three-way merge of Python keyed by definition.

Imports are merged as sets, classes and ``if`` blocks by the names defined in them, everything else by its lines. The
order is ours; what theirs adds comes after what it follows there. Where one side deleted what the other edited, or
both wrote the same line, it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backwright.target.definitions import Item, Key, read_items, write_items
from backwright.target.imports import merge_import
from backwright.target.lines import Clash, merge_lines

Items = tuple[Item, ...]


@dataclass(frozen=True)
class Refusal:
    """Why two versions cannot be merged, with what each side says there (None: deleted)."""

    reason: str
    ours: str | None = None
    theirs: str | None = None


class _Refused(Exception):
    def __init__(self, reason: str, ours: Sequence[str] | None, theirs: Sequence[str] | None) -> None:
        super().__init__(reason)
        self.refusal = Refusal(
            reason, None if ours is None else "\n".join(ours), None if theirs is None else "\n".join(theirs)
        )


def merge_keyed(base: str, ours: str, theirs: str) -> str | Refusal:
    """Return Python source (lines ending in LF) with the changes of both sides, or why there is none."""
    try:
        mine = read_items(ours)
    except (SyntaxError, ValueError) as error:
        return Refusal(f"changed on both sides, and yours is not readable as Python: {error}", ours, theirs)
    try:
        was, other = read_items(base), read_items(theirs)
        return write_items(_merge_items(was, mine, other, depth=0))
    except _Refused as refused:
        return refused.refusal
    except (SyntaxError, ValueError) as error:
        return Refusal(f"changed on both sides, and what is generated is not readable as Python: {error}", ours, theirs)


def _merge_items(base: Items, ours: Items, theirs: Items, depth: int) -> Items:
    was, mine, other = ({item.key: item for item in items} for items in (base, ours, theirs))
    result: list[Item] = []
    for item in ours:
        merged = _merge_item(was.get(item.key), item, other.get(item.key), depth)
        if merged is not None:
            result.append(replace(merged, blanks=item.blanks))
    for number, item in enumerate(theirs):
        if item.key in mine:
            continue
        merged = _merge_item(was.get(item.key), None, item, depth)
        if merged is not None:
            _insert(result, merged, [before.key for before in theirs[:number]], depth)
    return tuple(result)


def _merge_item(base: Item | None, ours: Item | None, theirs: Item | None, depth: int) -> Item | None:
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    present = ours or theirs
    if present is not None and present.kind == "from":
        return merge_import(base, ours, theirs)
    if ours is None:
        raise _Refused(f"{_said(theirs)} was deleted by hand and is changed by the generator", None, _source(theirs))
    if theirs is None:
        raise _Refused(f"{_said(ours)} was edited by hand and is no longer generated", _source(ours), None)
    if ours.children is not None and theirs.children is not None:
        inside = base.children if base and base.children is not None else ()
        head = _merge_head(base, ours, theirs)
        return replace(ours, lines=head, children=_merge_items(inside, ours.children, theirs.children, depth + 1))
    return _merge_leaf(base, ours, theirs)


def _merge_head(base: Item | None, ours: Item, theirs: Item) -> tuple[str, ...]:
    if base is None and ours.lines != theirs.lines:
        raise _Refused(f"{_said(ours)} was added on both sides", _source(ours), _source(theirs))
    merged = merge_lines(base.lines if base else ours.lines, ours.lines, theirs.lines, together=False)
    if isinstance(merged, Clash):
        raise _Refused(f"{_said(ours)} begins in two ways", merged.ours, merged.theirs)
    return merged


def _merge_leaf(base: Item | None, ours: Item, theirs: Item) -> Item:
    if base is None and ours.kind not in ("run", "tail"):
        raise _Refused(f"{_said(ours)} was added on both sides", _source(ours), _source(theirs))
    was = tuple(base.source()) if base else ()
    merged = merge_lines(was, tuple(ours.source()), tuple(theirs.source()), together=ours.kind != "doc")
    if isinstance(merged, Clash):
        raise _Refused(f"{_said(ours)} was changed on both sides", merged.ours, merged.theirs)
    return Item(ours.key, merged, blanks=ours.blanks)


def _insert(result: list[Item], item: Item, before: Sequence[Key], depth: int) -> None:
    """Put an item after the nearest of those before it that are there."""
    places = {other.key: number for number, other in enumerate(result)}
    at = next((places[key] + 1 for key in reversed(before) if key in places), 0)
    following = result[at : at + 1]
    result.insert(at, replace(item, blanks=_spacing(item, result[at - 1 : at] if at else [], depth)))
    if following:
        result[at + 1] = replace(following[0], blanks=_spacing(following[0], [item], depth))


def _spacing(item: Item, before: Sequence[Item], depth: int) -> int:
    """Return how many empty lines an item needs after another: as PEP 8 has it around classes and functions."""
    if not before:
        return item.blanks if depth else 0
    around = {"def", "class"} & {item.kind, before[0].kind}
    return max(item.blanks, (1 if depth else 2) if around else 0)


def _source(item: Item | None) -> tuple[str, ...] | None:
    return None if item is None else tuple(item.source())


def _said(item: Item | None) -> str:
    """Return the words for what an item defines."""
    if item is None:
        return "it"
    name = ".".join(str(part) for part in item.key[1:-1])
    words = {"def": "the function", "class": "the class", "name": "the name", "if": "the block if", "import": "import"}
    if item.kind in words:
        return f"{words[item.kind]} {name}"
    return {"doc": "the docstring", "tail": "what stands at the end"}.get(item.kind, "a statement")
