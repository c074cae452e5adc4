"""Limits in words: ``between 1 and 5``, ``at least 3 characters``, ``> 0``, ``not negative``, ``two decimals``."""

from __future__ import annotations

from decimal import Decimal

from backwright.spec.reading.said import Said
from backwright.spec.reading.tokens import Cursor, Misread, Phrases

_COUNTED = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100,
}  # fmt: skip
_OPERATORS = {">": "exclusive_minimum", ">=": "minimum", "=>": "minimum", "<": "exclusive_maximum", "<=": "maximum"}
_BOUNDS = {
    "minimum": (
        "at least", "not less than", "no less than", "minimum", "min", "minimum of", "from", "a minimum of",
        "greater than or equal to", "not below", "never below", "not under", "starting from", "no lower than",
        "not lower than", "not smaller than", "at the least", "must not go below", "not go below", "can not go below",
        "never go below", "never goes below", "never drops below", "not fall below", "never falls below",
        "not drop below",
        "not be less than", "not be below", "not be lower than", "greater or equal", "upwards of",
        "not be smaller than",
        "not be under", "more than or equal to", "greater than or equal", "larger than or equal to",
        "equal to or greater than",
        "equal or greater than", "no smaller than", "has a minimum of", "min value", "minimum value",
        "bigger than or equal to",
    ),
    "maximum": (
        "at most", "up to", "not more than", "no more than", "maximum", "max", "maximum of", "a maximum of",
        "less than or equal to", "not above", "never above", "not over", "no longer than", "not longer than",
        "not exceeding", "not exceed", "not go above", "no greater than", "not greater than", "not exceeds",
        "must not exceed", "no higher than", "can not exceed", "limited to", "capped at", "not be above", "max value",
        "not be longer than", "not be more than", "not be greater than", "not be over", "never more than",
        "never exceeds", "not be higher than",
        "never exceed", "not larger than", "no larger than", "as many as", "to at most", "maximum value",
        "lower than or equal to", "smaller than or equal to",
        "limit of", "to a maximum of", "not higher than", "not be larger than", "less than or equal",
    ),
    "exclusive_minimum": (
        "more than", "greater than", "over", "above", "larger than", "bigger than", "higher than", "exceeding",
        "strictly greater than",
        "strictly more than", "strictly above",
    ),
    "exclusive_maximum": (
        "less than", "under", "below", "smaller than", "lower than", "fewer than", "shorter than", "strictly less than",
        "strictly below",
    ),
}  # fmt: skip
_BOUND_WORDS = {phrase: key for key, every in _BOUNDS.items() for phrase in every}
_BOUND_PHRASES = Phrases(_BOUND_WORDS)
_RANGES = Phrases(
    ["between", "from", "in the range", "in range", "ranging from", "in", "within", "of", "range", "anywhere from",
     "range from", "ranges from", "go from", "goes from", "in the range of", "in a range of", "in the range from",
     "a range of", "within the range",
     "run from", "runs from", "anything from", "somewhere between", "any number from", "anywhere between",
     "anything between"]
)  # fmt: skip
LENGTH_UNITS = frozenset(
    {"characters", "character", "chars", "char", "letters", "letter", "long", "symbols", "length", "digits", "digit"}
    | {"signs", "in", "word", "words"}
)
_EXACT_UNITS = frozenset(
    {"character", "characters", "char", "chars", "letter", "letters", "digit", "digits", "symbol", "symbols"}
)
_SIGNS = {
    "exclusive_minimum": ("positive", "strictly positive", "not zero or negative", "always positive",
    "not be zero or negative"),
    "minimum": (
        "nonnegative", "non-negative", "not negative", "never negative", "not be negative", "zero or more",
        "positive or zero", "zero or positive", "no negatives", "not negative values", "not be a negative number",
        "not go negative", "never be negative", "never go negative", "no negative values", "non negative",
        "never less than zero",
        "not become negative", "no negative numbers", "not have negative values",
    ),
}  # fmt: skip
_SIGN_WORDS = {phrase: key for key, every in _SIGNS.items() for phrase in every}
_SIGN_PHRASES = Phrases(_SIGN_WORDS)
_EXACTLY = (
    "exactly",
    "of exactly",
    "precisely",
    "always",
    "fixed length of",
    "a length of",
    "length of",
    "of length",
    "length",
)
_MOST_DECIMALS = 18


def number_at(cursor: Cursor, ahead: int = 0) -> Decimal | None:
    """Return the number that stands at a place, in digits or as a word; None where there is none."""
    if cursor.kind(ahead) == "number":
        token = cursor.peek(ahead)
        return None if token is None else Decimal(token.value)
    word = cursor.word(ahead)
    return Decimal(_COUNTED[word]) if word in _COUNTED else None


def read_limits(cursor: Cursor, said: Said) -> bool:
    """Read one limit; return whether there was one."""
    before = cursor.position
    readers = (_read_sign, _read_range, _read_exact, _read_open_end, _read_operator, _read_bound, _read_decimals)
    for read in readers:
        if read(cursor, said):
            return True
        cursor.position = before
    return False


def _read_sign(cursor: Cursor, said: Said) -> bool:
    phrase = cursor.one_of(_SIGN_PHRASES)
    if not phrase:
        return False
    cursor.accept("number", "numbers", "amount", "integer") if phrase == "positive" and said.name else None
    if cursor.before() == "integer":
        said.type = "integer"
    said.bounds[_SIGN_WORDS[phrase]] = Decimal(0)
    return True


def _read_range(cursor: Cursor, said: Said) -> bool:
    opened = cursor.one_of(_RANGES)
    cursor.accept("of")
    if cursor.kind() == "range":
        low, _, high = cursor.take().lower.partition("..")
        _set(cursor, said, {"minimum": Decimal(low), "maximum": Decimal(high)})
        return True
    low_number = number_at(cursor)
    if low_number is None:
        return False
    cursor.take()
    cursor.accept("%")
    joins = (
        ("and", "to", "up")
        if opened in ("between", "somewhere between", "anything between", "anywhere between")
        else ("..", "...", "to", "through", "till", "until", "-")
    )
    joined = cursor.phrase("up to", "through to") or cursor.accept(*joins)
    high_number = number_at(cursor)
    if not joined or high_number is None:
        return False
    cursor.take()
    _set(cursor, said, {"minimum": low_number, "maximum": high_number})
    return True


def _read_exact(cursor: Cursor, said: Said) -> bool:
    """Read ``exactly 13 characters``, ``of length 2``, ``two-letter``, ``2 letters``."""
    if _read_hyphened(cursor, said):
        return True
    exactly = cursor.phrase(*_EXACTLY)
    number = number_at(cursor)
    if number is None:
        return False
    unit = cursor.word(1)
    if unit not in _EXACT_UNITS and not (exactly and "length" in exactly):
        return False
    cursor.take()
    cursor.skip(LENGTH_UNITS - {"in"}) if unit not in ("letter", "character", "digit", "char") else cursor.take()
    said.lengths.update(dict.fromkeys(_limited(cursor, unit, exactly), int(number)))
    return True


def _read_hyphened(cursor: Cursor, said: Said) -> bool:
    """Read ``two-letter`` and ``13-character``."""
    count, _, unit = cursor.word().partition("-")
    if unit not in _EXACT_UNITS or not (count.isdigit() or count in _COUNTED):
        return False
    cursor.take()
    exact = int(count) if count.isdigit() else _COUNTED[count]
    said.lengths.update(min_length=exact, max_length=exact)
    return True


def _limited(cursor: Cursor, unit: str, exactly: str) -> tuple[str, ...]:
    """Return which lengths a number of characters sets: both, where no ``or more``, ``max`` follows it."""
    if (
        not exactly
        and unit in ("characters", "chars", "character", "char")
        and cursor.accept("max", "maximum", "or less", "tops")
    ):
        return ("max_length",)
    if cursor.phrase("or more", "at least", "minimum", "and more", "or longer"):
        return ("min_length",)
    if cursor.phrase("or less", "at most", "maximum", "or fewer", "or shorter", "max"):
        return ("max_length",)
    return ("min_length", "max_length")


def _read_open_end(cursor: Cursor, said: Said) -> bool:
    """Read ``0 or more``, ``18 and over``, ``100 or less``, ``10 max``."""
    number = number_at(cursor)
    if number is None:
        return False
    cursor.take()
    up = (
        "or more",
        "or above",
        "or higher",
        "and up",
        "and above",
        "and over",
        "or greater",
        "minimum",
        "and more",
        "or over",
        "upwards",
        "or larger",
        "and higher",
        "or later",
        "onwards",
        "at least",
    )
    down = (
        "or less",
        "or below",
        "or lower",
        "or fewer",
        "and below",
        "max",
        "maximum",
        "or under",
        "at most",
        "and under",
        "or smaller",
        "tops",
    )
    if cursor.phrase(*up):
        _set(cursor, said, {"minimum": number})
        return True
    if cursor.phrase(*down):
        _set(cursor, said, {"maximum": number})
        return True
    return False


def _read_operator(cursor: Cursor, said: Said) -> bool:
    operator = cursor.word()
    if operator not in _OPERATORS:
        return False
    cursor.take()
    number = number_at(cursor)
    if number is None:
        raise Misread((operator, cursor.word()), "a number is missing")
    cursor.take()
    _set(cursor, said, {_OPERATORS[operator]: number})
    return True


def _read_bound(cursor: Cursor, said: Said) -> bool:
    cursor.accept("a", "of", "with", "to")
    is_length = bool(cursor.phrase("length of", "a length of", "of length", "length", "size of"))
    phrase = cursor.one_of(_BOUND_PHRASES)
    if not phrase:
        return False
    is_length = bool(cursor.phrase("length of", "length")) or is_length
    cursor.phrase("value of", "of", ":", "value", "is")
    cursor.accept("=")
    number = number_at(cursor)
    if number is None:
        return False
    cursor.take()
    _set(cursor, said, {_BOUND_WORDS[phrase]: number}, is_length=is_length)
    return True


def _set(cursor: Cursor, said: Said, bounds: dict[str, Decimal], *, is_length: bool = False) -> None:
    unit = cursor.word()
    if unit not in LENGTH_UNITS - {"in", "word", "words"} and not is_length:
        said.bounds.update(bounds)
        if bounds and cursor.accept("%"):
            said.note = "in percent"
        cursor.phrase("inclusive", "included", "both included", "both inclusive")
        return
    while cursor.accept(*LENGTH_UNITS - {"in", "word", "words"}) or cursor.phrase("in length"):
        pass
    for key, number in bounds.items():
        if number != number.to_integral_value():
            raise Misread((str(number),), "a length is a whole number")
        exact = int(number) + {"exclusive_minimum": 1, "exclusive_maximum": -1}.get(key, 0)
        said.lengths["min_length" if "minimum" in key else "max_length"] = exact


def _read_decimals(cursor: Cursor, said: Said) -> bool:
    """Read ``with two decimals``, ``2 decimal places``."""
    cursor.accept("with", "to", "of")
    cursor.phrase("up to", "at most", "exactly")
    number = number_at(cursor)
    if number is None or not cursor.sees(
        "decimals",
        "decimal places",
        "decimal digits",
        "digits after the point",
        "fraction digits",
        "places",
        "decimal",
        ahead=1,
    ):
        return False
    cursor.take()
    cursor.phrase(
        "decimals", "decimal places", "decimal digits", "digits after the point", "fraction digits", "places", "decimal"
    )
    if number > _MOST_DECIMALS:
        raise Misread((str(number), "decimals"), f"a number has at most {_MOST_DECIMALS} decimals")
    said.type = "decimal"
    said.arguments = {"precision": 10 + max(int(number) - 2, 0), "scale": int(number)}
    return True
