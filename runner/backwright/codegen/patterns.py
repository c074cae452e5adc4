"""Texts that match a regular expression, the same ones every time."""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator, Sequence
from typing import Any

PREFERRED = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ .@/"
CLASSES = {
    op.CATEGORY_DIGIT: "0123456789",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_WORD: PREFERRED[:62],
    op.CATEGORY_NOT_DIGIT: PREFERRED[:26],
    op.CATEGORY_NOT_SPACE: PREFERRED[:62],
    op.CATEGORY_NOT_WORD: "- .@/",
}
MOST_REPEATS = 40
"""Repetitions without an upper bound are tried up to this many more than they need."""


def matching(pattern: str, least: int = 0, most: int | None = None) -> Iterator[str]:
    """Yield different texts that a pattern (searched, as in JSON Schema) finds something in, simplest first.

    Look-arounds are not solved, only checked: what does not match is left out, and there may be nothing to yield.

    Args:
        pattern: A regular expression.
        least: The least length of a text, in characters.
        most: The greatest length, or None.
    """
    tree = parser.parse(pattern)
    seen = set()
    for extra in range(MOST_REPEATS):
        sizes: list[int] = []
        _text(tree, extra, lambda size, sizes=sizes: sizes.append(size) or 0)
        total = 1
        for size in sizes:
            total = min(total * size, 64)
        for number in range(total):
            digits = iter(_digits(number, sizes))
            text = _text(tree, extra, lambda _size, digits=digits: next(digits))
            fits = least <= len(text) and (most is None or len(text) <= most)
            if fits and text not in seen and re.search(pattern, text):
                seen.add(text)
                yield text


def _digits(number: int, sizes: Sequence[int]) -> list[int]:
    """Return a number in a system whose places have these sizes, the last one counting fastest."""
    digits = []
    for size in reversed(sizes):
        number, digit = divmod(number, size)
        digits.append(digit)
    return digits[::-1]


def _text(tree: Any, extra: int, choose: Any) -> str:  # noqa: ANN401 - the parser has no types
    return "".join(_part(kind, value, extra, choose) for kind, value in tree)


def _part(kind: Any, value: Any, extra: int, choose: Any) -> str:  # noqa: ANN401 - as above
    if kind is op.LITERAL:
        return chr(value)
    if kind in (op.IN, op.ANY, op.NOT_LITERAL):
        letters = _letters(kind, value)
        return letters[choose(len(letters))] if letters else ""
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, inner = value
        count = min(least + extra, most if most is not op.MAXREPEAT else least + extra)
        return "".join(_text(inner, 0, choose) for _ in range(count))
    if kind is op.SUBPATTERN:
        return _text(value[-1], extra, choose)
    if kind is op.BRANCH:
        return _text(value[1][0], extra, choose)
    return ""


def _letters(kind: Any, value: Any) -> str:  # noqa: ANN401 - as above
    """Return what a character class may be, letters and digits first, at most ten of them."""
    if kind is op.ANY:
        return PREFERRED[:10]
    if kind is op.NOT_LITERAL:
        return "".join(c for c in PREFERRED if c != chr(value))[:10]
    negated = value[0][0] is op.NEGATE
    allowed = "".join(_members(item) for item in (value[1:] if negated else value))
    if negated:
        return "".join(c for c in PREFERRED if c not in allowed)[:10]
    alphanumeric = [c for c in dict.fromkeys(allowed) if c.isascii() and c.isalnum()]
    return "".join(alphanumeric or dict.fromkeys(allowed))[:10]


def _members(item: Any) -> str:  # noqa: ANN401 - as above
    kind, value = item
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.RANGE:
        return "".join(map(chr, range(value[0], min(value[1], value[0] + 127) + 1)))
    return CLASSES.get(value, "")
