"""Values for the fields of a spec, as they stand in JSON: some it takes, some it does not.

All of it is a pure function of the field, so that generated examples and tests are the same every time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import islice

from backwright.codegen.tables import precision_of
from backwright.errors import NotSupported
from backwright.naming import words
from backwright.spec.model import FieldSpec, FieldType, Format, Scalar

Json = str | int | float | bool | None
MANY = 12
"""Different values a test can ever need of one field."""
ENOUGH = 3
"""Different values a test likes to have of a number, if smaller steps give them."""
LONG = 20_000
"""Texts longer than this, in characters, are not tried."""


@dataclass(frozen=True)
class Case:
    """A value to try for a field, and what is the matter with it, in words such as ``too long``."""

    label: str
    value: Json


def samples(field: FieldSpec, count: int = MANY) -> tuple[Json, ...]:
    """Return up to ``count`` different values the field takes, in increasing order.

    Raises:
        NotSupported: no value could be found; an example in the spec helps.
    """
    found = tuple(islice((value for value in _candidates(field) if is_taken(field, value)), count))
    examples = tuple(value for value in field.examples if is_taken(field, value))
    if not found and not examples:
        raise NotSupported(
            f"the constraints of the field {field.name} (no value was found that meets them; name one in examples)"
        )
    return found or tuple(dict.fromkeys(examples))


def is_taken(field: FieldSpec, value: object) -> bool:
    """Whether a value (not null) meets the constraints of a field."""
    if field.enum is not None:
        return value in field.enum
    if isinstance(value, bool) or field.type is FieldType.BOOLEAN:
        return isinstance(value, bool) and field.type is FieldType.BOOLEAN
    if field.type is FieldType.STRING:
        return isinstance(value, str) and _is_text_taken(field, value)
    try:
        return _is_number_taken(field, Decimal(str(value)))
    except ArithmeticError:
        return False


def as_json(field: FieldSpec, value: Scalar) -> Json:
    """Return a value of the spec, such as a default, as the API answers it: a decimal is a text with all its digits."""
    if value is None or field.format is not Format.DECIMAL:
        return None if value is None else float(value) if isinstance(value, Decimal) else value
    return _number(field, Decimal(str(value)))


def accepted(field: FieldSpec) -> Iterator[Case]:
    """Yield values at the bounds that a field still takes."""
    if field.type is FieldType.STRING and field.enum is None and _is_free(field):
        if field.min_length:
            yield Case("shortest", "x" * field.min_length)
        if field.max_length and field.max_length <= LONG:
            yield Case("longest", "x" * field.max_length)
    if _is_numeric(field):
        low, high = _bounds(field)
        for label, bound in (("least", low), ("greatest", high)):
            if bound is not None and is_taken(field, value := _number(field, bound)):
                yield Case(label, value)
    if field.enum is not None:
        yield from (Case(value, value) for value in field.enum)
    if field.type is FieldType.BOOLEAN:
        yield from (Case("false", False), Case("true", True))


def refused(field: FieldSpec) -> Iterator[Case]:
    """Yield values, null aside, that a field does not take, the nearest ones to its bounds among them."""
    if field.enum is not None:
        yield Case("no such value", "no such value")
        yield Case("number", 1)
    elif field.type is FieldType.BOOLEAN:
        yield Case("text", "true")
        yield Case("number", 1)
    elif _is_numeric(field):
        yield from _refused_numbers(field)
    elif field.type is FieldType.STRING:
        yield from _refused_texts(field)


def _is_numeric(field: FieldSpec) -> bool:
    return field.type in (FieldType.INTEGER, FieldType.NUMBER)


def _is_free(field: FieldSpec) -> bool:
    """Whether a field takes any text of the right length."""
    return field.format in (None, Format.TEXT, Format.PASSWORD) and field.pattern is None


# Texts

FORMATS: dict[Format, str] = {
    Format.DATE: r"\d{4}-\d{2}-\d{2}",
    Format.DATE_TIME: r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z",
    Format.TIME: r"\d{2}:\d{2}:\d{2}",
    Format.UUID: r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    Format.EMAIL: r"[^@\s]+@[^@\s]+\.[^@\s]+",
    Format.URI: r"[a-z][a-z0-9+.-]*://\S+",
}


def _is_text_taken(field: FieldSpec, value: str) -> bool:
    is_long_enough = len(value) >= (field.min_length or 0)
    is_short_enough = field.max_length is None or len(value) <= field.max_length
    form = FORMATS.get(field.format) if field.format else None
    return (
        is_long_enough
        and is_short_enough
        and "\0" not in value
        and (form is None or re.fullmatch(form, value) is not None)
        and (field.pattern is None or re.search(field.pattern, value) is not None)
    )


def _candidates(field: FieldSpec) -> Iterable[Json]:
    if field.enum is not None:
        return tuple(field.enum)
    if field.type is FieldType.BOOLEAN:
        return (False, True)
    if _is_numeric(field):
        return _numbers(field)
    return _texts(field)


def _texts(field: FieldSpec) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    match field.format:
        case Format.DATE:
            yield from (f"2026-01-{day:02}" for day in range(1, 29))
        case Format.DATE_TIME:
            yield from (f"2026-01-{day:02}T09:30:00Z" for day in range(1, 29))
        case Format.TIME:
            yield from (f"{hour:02}:30:00" for hour in range(8, 24))
        case Format.UUID:
            yield from (f"00000000-0000-4000-8000-{number:012x}" for number in range(1, 40))
        case Format.EMAIL | Format.URI if field.pattern is None:
            form = "{}@example.com" if field.format is Format.EMAIL else "https://example.com/{}"
            room = max((field.min_length or 0) - len(form) + 2, 1)
            yield from (form.format(letter * room) for letter in letters)
        case _ if field.pattern is not None:
            from backwright.codegen.patterns import matching

            yield from sorted(islice(matching(field.pattern, field.min_length or 0, field.max_length), 4 * MANY))
        case _:
            yield from (_padded(field, f"{words(field.name)} {letter}", letter) for letter in letters)


def _padded(field: FieldSpec, text: str, letter: str) -> str:
    """Return a text of a length the field takes; the letter alone where there is no room for the text."""
    least = field.min_length or 0
    if field.max_length is not None and len(text) > field.max_length:
        text = letter
    return text.ljust(least, letter)


def _refused_texts(field: FieldSpec) -> Iterator[Case]:
    yield Case("number", 1)
    if _is_free(field) or field.pattern is not None or field.format in (Format.EMAIL, Format.URI):
        if field.min_length:
            yield Case("too short", "x" * (field.min_length - 1))
        if field.max_length is not None and field.max_length < LONG:
            yield Case("too long", "x" * (field.max_length + 1))
    if field.pattern is not None:
        odd = (text for text in ("!", "a b", "\u2603", "0", "x") if not re.search(field.pattern, text))
        yield from (Case("not of the pattern", text * max(field.min_length or 1, 1)) for text in islice(odd, 1))
    elif field.format not in FORMATS:
        yield Case("with NUL", "x" * max((field.min_length or 0) - 1, 0) + "\0")
    match field.format:
        case Format.DATE:
            yield from (Case("no such day", "2026-02-30"), Case("no date", "tomorrow"))
        case Format.DATE_TIME:
            yield from (Case("without time zone", "2026-01-01T09:30:00"), Case("no time", "tomorrow"))
        case Format.TIME:
            yield from (Case("no such hour", "25:30:00"), Case("no time", "noon"))
        case Format.UUID | Format.EMAIL | Format.URI:
            yield Case("malformed", "not one")


# Numbers


def _unit(field: FieldSpec) -> Decimal:
    """Return the smallest step between two values."""
    if field.type is FieldType.INTEGER:
        return Decimal(1)
    if field.format is Format.DECIMAL:
        return Decimal(1).scaleb(-precision_of(field)[1])
    return Decimal("0.5")


def _bounds(field: FieldSpec) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and greatest value; a float's exclusive bounds themselves stand for what is next to them."""
    is_float = field.type is FieldType.NUMBER and field.format is not Format.DECIMAL
    unit = Decimal(0) if is_float else _unit(field)
    lows = [field.minimum, None if field.exclusive_minimum is None else field.exclusive_minimum + unit]
    highs = [field.maximum, None if field.exclusive_maximum is None else field.exclusive_maximum - unit]
    if field.format is Format.DECIMAL:
        precision, scale = precision_of(field)
        most = Decimal(10**precision - 1).scaleb(-scale)
        lows.append(-most)
        highs.append(most)
    low = max((bound for bound in lows if bound is not None), default=None)
    high = min((bound for bound in highs if bound is not None), default=None)
    return low, high


def _numbers(field: FieldSpec) -> Iterator[Json]:
    """Yield numbers upwards: whole ones from 1 where the bounds let them, else smaller steps from the bound."""
    fitting: list[Decimal] = []
    for step in _steps(field):
        fitting = _series(field, step)
        if len(fitting) >= ENOUGH:
            break
    yield from (_number(field, number) for number in fitting)


def _steps(field: FieldSpec) -> tuple[Decimal, ...]:
    """Return the distances to try between two values, the roundest first."""
    if field.multiple_of is not None:
        return (field.multiple_of * max(Decimal(1), (1 / field.multiple_of).to_integral_value()), field.multiple_of)
    if field.type is FieldType.INTEGER:
        return (Decimal(1),)
    return (Decimal(1), _unit(field) if field.format is Format.DECIMAL else Decimal("0.0625"))


def _series(field: FieldSpec, step: Decimal) -> list[Decimal]:
    low, high = _bounds(field)
    start = step if low is None or low <= step else _rounded_up(low, step)
    if high is not None and start + step * (ENOUGH - 1) > high:
        start = _rounded_up(low if low is not None else high - ENOUGH * step, step)
    series = (start + step * index for index in range(2 * MANY))
    return [number for number in series if _is_number_taken(field, number)]


def _rounded_up(number: Decimal, step: Decimal) -> Decimal:
    return (number / step).to_integral_value(ROUND_CEILING) * step


def _number(field: FieldSpec, number: Decimal) -> Json:
    if field.type is FieldType.INTEGER:
        return int(number)
    if field.format is Format.DECIMAL:
        return f"{number:.{precision_of(field)[1]}f}"
    return float(number)


def _is_number_taken(field: FieldSpec, number: Decimal) -> bool:
    low, high = _bounds(field)
    if field.type is FieldType.INTEGER and number != number.to_integral_value():
        return False
    return (
        (low is None or number >= low)
        and (high is None or number <= high)
        and (field.exclusive_minimum is None or number > field.exclusive_minimum)
        and (field.exclusive_maximum is None or number < field.exclusive_maximum)
        and (field.multiple_of is None or number % field.multiple_of == 0)
    )


def _refused_numbers(field: FieldSpec) -> Iterator[Case]:
    unit = _unit(field)
    is_decimal = field.format is Format.DECIMAL
    for label, bound, sign in (("too small", field.minimum, -1), ("too great", field.maximum, 1)):
        if bound is not None:
            yield Case(label, _number(field, bound + sign * (field.multiple_of or unit)))
    for label, bound in (
        ("at the lower bound", field.exclusive_minimum),
        ("at the upper bound", field.exclusive_maximum),
    ):
        if bound is not None:
            yield Case(label, _number(field, bound))
    taken = Decimal(str(samples(field, 1)[0]))
    if field.multiple_of is not None and field.multiple_of != unit and not is_decimal:
        yield Case("no multiple", _number(field, taken + min(unit, field.multiple_of / 2)))
    if is_decimal:
        precision, scale = precision_of(field)
        yield Case("too many decimals", f"{taken:.{scale}f}{'' if scale else '.'}1")
        if field.maximum is None and field.exclusive_maximum is None:
            yield Case("too many digits", f"{10 ** (precision - scale)}{'.' if scale else ''}{'0' * scale}")
        yield Case("a JSON number", float(taken))
    else:
        yield Case("text", str(samples(field, 1)[0]))
    if field.type is FieldType.INTEGER:
        yield Case("fraction", float(taken) + 0.5)
        yield Case("beyond 64 bits", 2**63)
    yield Case("boolean", True)
    yield Case("no number", "many")
