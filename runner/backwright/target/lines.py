"""A three-way merge of lines that lets neighbours be.

Git takes two changes that touch each other for a conflict. Here they only conflict where they overlap (diff3 as
described by Khanna, Kunal and Pierce, "A Formal Investigation of Diff3", 2007), and, where the caller allows it, two
insertions at one place are both kept, ours first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Clash:
    """The lines of both sides where they cannot both stand."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class _Change:
    """Lines ``start`` to ``stop`` (exclusive, counted from 0) of the base are replaced."""

    start: int
    stop: int
    lines: tuple[str, ...]

    def before(self, other: _Change) -> bool:
        both_insert = self.start == self.stop == other.start == other.stop
        return self.stop <= other.start and not both_insert


Lines = tuple[str, ...]


def merge_lines(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], *, together: bool) -> Lines | Clash:
    """Return the lines with the changes of both sides, or where they clash first.

    ``together`` allows two different insertions at one place.
    """
    left, right = _changes(base, ours), _changes(base, theirs)
    result: list[str] = []
    position = 0
    while left or right:
        if not right or (left and left[0].before(right[0])):
            start, stop, lines = _take(left)
        elif not left or right[0].before(left[0]):
            start, stop, lines = _take(right)
        else:
            settled = _settle(base, left, right, together=together)
            if isinstance(settled, Clash):
                return settled
            start, stop, lines = settled
        result.extend(base[position:start])
        result.extend(lines)
        position = stop
    result.extend(base[position:])
    return tuple(result)


def _changes(base: Sequence[str], side: Sequence[str]) -> list[_Change]:
    matcher = SequenceMatcher(None, base, side, autojunk=False)
    return [
        _Change(start, stop, tuple(side[first:last]))
        for tag, start, stop, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _take(changes: list[_Change]) -> tuple[int, int, Lines]:
    change = changes.pop(0)
    return change.start, change.stop, change.lines


def _settle(
    base: Sequence[str], left: list[_Change], right: list[_Change], *, together: bool
) -> tuple[int, int, Lines] | Clash:
    """Take all changes that overlap at the front of both lists and make one of them."""
    mine, other = [left.pop(0)], [right.pop(0)]
    while True:
        start, stop = min(mine[0].start, other[0].start), max(mine[-1].stop, other[-1].stop)
        if left and left[0].start < stop:
            mine.append(left.pop(0))
        elif right and right[0].start < stop:
            other.append(right.pop(0))
        else:
            break
    ours, theirs = _applied(base, mine, start, stop), _applied(base, other, start, stop)
    if ours == theirs:
        return start, stop, ours
    if together and start == stop and not _shared(ours, theirs):
        return start, stop, ours + theirs
    return Clash(ours, theirs)


def _applied(base: Sequence[str], changes: Sequence[_Change], start: int, stop: int) -> Lines:
    result: list[str] = []
    position = start
    for change in changes:
        result.extend(base[position : change.start])
        result.extend(change.lines)
        position = change.stop
    result.extend(base[position:stop])
    return tuple(result)


def _shared(ours: Lines, theirs: Lines) -> bool:
    """Whether both insert some of the same words, so that to keep both would say them twice."""

    def said(lines: Lines) -> set[str]:
        return {line.strip() for line in lines if any(character.isalnum() for character in line)}

    return bool(said(ours) & said(theirs))
