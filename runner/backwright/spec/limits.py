"""Limits in words: ``between 1 and 5``, ``at least 3 characters``, ``> 0``, ``positive``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from backwright.spec.words import Cursor, Misread

if TYPE_CHECKING:
    from backwright.spec.phrase import Phrase

_OPERATORS = {">": "exclusive_minimum", ">=": "minimum", "=>": "minimum", "<": "exclusive_maximum", "<=": "maximum"}
_BOUND_WORDS = {
    "at least": "minimum",
    "not less than": "minimum",
    "no less than": "minimum",
    "minimum": "minimum",
    "min": "minimum",
    "from": "minimum",
    "at most": "maximum",
    "up to": "maximum",
    "not more than": "maximum",
    "no more than": "maximum",
    "maximum": "maximum",
    "max": "maximum",
    "more than": "exclusive_minimum",
    "greater than or equal to": "minimum",
    "greater than": "exclusive_minimum",
    "over": "exclusive_minimum",
    "above": "exclusive_minimum",
    "less than or equal to": "maximum",
    "less than": "exclusive_maximum",
    "under": "exclusive_maximum",
    "below": "exclusive_maximum",
}
_LENGTH_UNITS = frozenset({"characters", "character", "chars", "char", "letters", "letter", "long", "symbols"})
_SIGNS = {
    "positive": "exclusive_minimum",
    "nonnegative": "minimum",
    "non-negative": "minimum",
    "negative": "exclusive_maximum",
}


def read_range(cursor: Cursor, phrase: Phrase) -> bool:
    """Read ``1..5``, ``from 1 to 5`` or ``between 1 and 5``; return whether there was one."""
    before = cursor.position
    said = cursor.phrase("between", "from", "in the range", "in range", "ranging from", "in", "within")
    low = cursor.peek()
    if low is not None and low.kind == "number":
        cursor.take()
        joined = cursor.accept("..", "...", "to", "-") or (said == "between" and cursor.accept("and"))
        high = cursor.peek()
        if high is not None and high.kind == "number" and (joined or high.text.startswith("-")):
            cursor.take()
            top = Decimal(high.value) if joined else -Decimal(high.value)
            _set_bounds(cursor, phrase, {"minimum": Decimal(low.value), "maximum": top})
            return True
    cursor.position = before
    return False


def read_bound(cursor: Cursor, phrase: Phrase) -> bool:
    """Read ``> 0``, ``at least 3`` or ``up to 20 characters``; return whether there was one."""
    before = cursor.position
    token = cursor.peek()
    if token is not None and token.kind == "op" and token.text in _OPERATORS:
        cursor.take()
        phrase.bounds[_OPERATORS[token.text]] = _number(cursor, token.text)
        return True
    if token is not None and token.kind == "number" and cursor.word(1) in _LENGTH_UNITS:
        phrase.lengths["max_length"] = int(Decimal(cursor.take().value))
        while cursor.accept(*_LENGTH_UNITS):
            pass
        return True
    cursor.accept("a", "of", "with")
    said = cursor.phrase(*_BOUND_WORDS)
    cursor.phrase("length of", "length", "value of", "of", ":")
    following = cursor.peek()
    if not said or following is None or following.kind != "number":
        cursor.position = before
        return False
    unit = cursor.tokens[cursor.position - 1].lower == "length" or cursor.tokens[cursor.position - 2].lower == "length"
    _set_bounds(cursor, phrase, {_BOUND_WORDS[said]: _number(cursor, said)}, is_length=unit)
    return True


def _set_bounds(cursor: Cursor, phrase: Phrase, bounds: dict[str, Decimal], *, is_length: bool = False) -> None:
    if not is_length and cursor.word() not in _LENGTH_UNITS:
        phrase.bounds.update(bounds)
        return
    while cursor.accept(*_LENGTH_UNITS):
        pass
    for key, number in bounds.items():
        exact = int(number) + {"exclusive_minimum": 1, "exclusive_maximum": -1}.get(key, 0)
        phrase.lengths["min_length" if "minimum" in key else "max_length"] = exact


def _number(cursor: Cursor, said: str) -> Decimal:
    token = cursor.take()
    if token.kind != "number":
        raise Misread((said, token.text), "a number is missing")
    return Decimal(token.value)


def read_sign(cursor: Cursor, phrase: Phrase) -> bool:
    """Read ``positive`` and the like; return whether there was one."""
    word = cursor.accept(*_SIGNS)
    if word:
        phrase.bounds[_SIGNS[word]] = Decimal(0)
    return bool(word)
