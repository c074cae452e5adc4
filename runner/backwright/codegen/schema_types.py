"""How a field looks on the wire: its annotation in the schemas of a generated backend, and an example of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Any

from backwright.codegen.patterns import matching
from backwright.codegen.python_source import names_source, pattern_source, string_source
from backwright.codegen.ranges import decimal_pattern
from backwright.codegen.tables import max_length, precision_of
from backwright.errors import BadInput, NotSupported
from backwright.naming import words
from backwright.spec.model import FieldSpec, FieldType, Format

MAX_INT32 = 2**31 - 1
MAX_JSON_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact."""
MAX_TEXT = 10_000
EXAMPLE_MOMENT = "2026-01-31T09:30:00Z"


@dataclass(frozen=True)
class WireType:
    """A field on the wire, as source.

    ``body`` is its annotation in what is sent, ``query`` in the filters of a list, ``output`` in what is returned.
    """

    body: str
    query: str
    output: str


@lru_cache(maxsize=8192)
def wire_type(field: FieldSpec) -> WireType:
    """Return the annotations of a field; all names in them are what the generated backend's modules export.

    Raises:
        BadInput: constraints that no value meets, or a pattern that pydantic cannot compile.
        NotSupported: a type that the skills do not write yet.
    """
    if field.type in (FieldType.ARRAY, FieldType.OBJECT):
        raise NotSupported(f"field `{field.name}`: {field.type.value}s are not written yet")
    if field.format is Format.PASSWORD:
        raise NotSupported(f"field `{field.name}`: passwords need authentication, which is not written yet")
    if field.type is FieldType.STRING:
        return _string(field)
    if field.type is FieldType.BOOLEAN:
        return WireType(_annotated("bool", _arguments(field, strict=True)), "bool", "bool")
    if field.format is Format.DECIMAL:
        return _decimal(field)
    return _number(field)


def _string(field: FieldSpec) -> WireType:
    if field.enum:
        literal = f"Literal[{names_source(field.enum)}]"
        return WireType(_annotated(literal, _arguments(field)), literal, literal)
    fixed = {
        Format.DATE: ("JsonDate", "date"),
        Format.TIME: ("TimeOfDay", "TimeOfDay"),
        Format.DATE_TIME: ("UtcTime", "datetime"),
        Format.UUID: ("UUID", "UUID"),
    }
    if field.format in fixed:
        name, output = fixed[field.format]
        return WireType(_annotated(name, _arguments(field)), name, output)
    body = _text(field)
    return WireType(body, body, "str")


def _text(field: FieldSpec) -> str:
    longest = max_length(field) or MAX_TEXT
    least = field.min_length or 0
    if least > longest:
        raise BadInput(f"field `{field.name}`: minLength {least} is more than maxLength {longest}")
    lengths: dict[str, object] = {"min_length": least} if least else {}
    lengths["max_length"] = longest
    if field.pattern is not None:
        check_pattern(field)
        arguments = _arguments(field, **lengths, pattern=_Source(pattern_source(field.pattern)))
        return _annotated("str", arguments, "NoNul")
    if field.format is Format.EMAIL:
        return _annotated("str", _arguments(field, **lengths, pattern=_Source("EMAIL")), "LowerCased")
    if field.format is Format.URI:
        return _annotated("str", _arguments(field, **lengths, pattern=_Source("URI")))
    return _annotated("Text", _arguments(field, **lengths))


def check_pattern(field: FieldSpec) -> None:
    """Compile a field's pattern as pydantic will.

    Raises:
        BadInput: it is not a regular expression, or uses what pydantic does not know (look-around, back references).
    """
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        SchemaValidator(core_schema.str_schema(pattern=field.pattern or ""))
    except SchemaError as error:
        raise BadInput(f"field `{field.name}`: the pattern {field.pattern!r} cannot be used: {error}") from error


def integer_bounds(field: FieldSpec) -> tuple[int, int]:
    """Return the least and the largest integer a field takes.

    Raises:
        BadInput: there is none.
    """
    most = MAX_JSON_INTEGER if field.format is Format.INT64 else MAX_INT32
    low, high = _limits(field, Decimal(1))
    least, largest = max(-most, low if low is not None else -most), min(most, high if high is not None else most)
    if least > largest:
        raise BadInput(f"field `{field.name}`: no number is both at least {least} and at most {largest}")
    return least, largest


def _limits(field: FieldSpec, unit: Decimal) -> tuple[int | None, int | None]:
    """Return the bounds, inclusive, counted in units."""
    lows, highs = [], []
    if field.minimum is not None:
        lows.append((field.minimum / unit).to_integral_value(ROUND_CEILING))
    if field.exclusive_minimum is not None:
        lows.append((field.exclusive_minimum / unit).to_integral_value(ROUND_FLOOR) + 1)
    if field.maximum is not None:
        highs.append((field.maximum / unit).to_integral_value(ROUND_FLOOR))
    if field.exclusive_maximum is not None:
        highs.append((field.exclusive_maximum / unit).to_integral_value(ROUND_CEILING) - 1)
    return (int(max(lows)) if lows else None), (int(min(highs)) if highs else None)


def decimal_bounds(field: FieldSpec) -> tuple[int, int]:
    """Return the least and the largest decimal a field takes, counted in its smallest unit.

    Raises:
        BadInput: there is none.
    """
    precision, scale = precision_of(field)
    most = 10**precision - 1
    low, high = _limits(field, Decimal(1).scaleb(-scale))
    least, largest = max(-most, low if low is not None else -most), min(most, high if high is not None else most)
    if least > largest:
        raise BadInput(f"field `{field.name}`: no decimal meets its bounds")
    return least, largest


def _decimal(field: FieldSpec) -> WireType:
    scale = precision_of(field)[1]
    if field.multiple_of is not None and Decimal(1).scaleb(-scale) % field.multiple_of:
        raise NotSupported(
            f"field `{field.name}`: a decimal that is a multiple of {field.multiple_of:f}; `scale` sets digits"
        )
    pattern = pattern_source(decimal_pattern(*decimal_bounds(field), scale))
    exact = f"*decimal_text({pattern}, {scale})"
    described = _arguments(field)
    return WireType(_annotated("Decimal", described, exact), _annotated("Decimal", "", exact), "DecimalText")


def _number(field: FieldSpec) -> WireType:
    bounds: dict[str, object]
    if field.type is FieldType.INTEGER:
        least, largest = integer_bounds(field)
        bounds = {"ge": _bound_source(least), "le": _bound_source(largest)}
        python = "int"
    else:
        named = {
            "ge": field.minimum,
            "gt": field.exclusive_minimum,
            "le": field.maximum,
            "lt": field.exclusive_maximum,
        }
        bounds = {key: _Source(format(value, "f")) for key, value in named.items() if value is not None}
        bounds["allow_inf_nan"] = False
        python = "float"
    query = _annotated(python, _arguments(None, **bounds))
    if field.multiple_of is not None:
        bounds["multiple_of"] = _Source(format(field.multiple_of, "f"))
    return WireType(_annotated(python, _arguments(field, **bounds), "JsonNumber"), query, python)


def _bound_source(bound: int) -> _Source:
    names = {MAX_INT32: "MAX_INTEGER", -MAX_INT32: "-MAX_INTEGER"}
    return _Source(names.get(bound, str(bound)))


class _Source(str):
    """Text that is source already."""

    __slots__ = ()


def _arguments(field: FieldSpec | None, **arguments: object) -> str:
    """Return the arguments of pydantic's ``Field``, the field's description last."""
    parts = [f"{name}={value if isinstance(value, _Source) else repr(value)}" for name, value in arguments.items()]
    if field is not None and field.description:
        parts.append(f"description={string_source(field.description)}")
    return ", ".join(parts)


def _annotated(type_: str, arguments: str, *more: str) -> str:
    extra = [*([f"Field({arguments})"] if arguments else []), *more]
    return f"Annotated[{', '.join((type_, *extra))}]" if extra else type_


def example_value(field: FieldSpec) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON value that the field takes, or None where none can be made up (a pattern nobody explained)."""
    if field.examples:
        return field.examples[0]
    if field.default is not None:
        return _as_json(field, field.default)
    if field.enum:
        return field.enum[0]
    if field.type is FieldType.BOOLEAN:
        return True
    if field.type in (FieldType.INTEGER, FieldType.NUMBER):
        return _example_number(field)
    return _example_string(field)


def _as_json(field: FieldSpec, value: object) -> object:
    if field.format is not Format.DECIMAL:
        return value
    return f"{Decimal(str(value)):.{precision_of(field)[1]}f}"


def _example_number(field: FieldSpec) -> Any:  # noqa: ANN401 - JSON
    if field.format is Format.DECIMAL:
        scale = precision_of(field)[1]
        least, largest = decimal_bounds(field)
        usual = 19 * 10**scale + 9 * 10**scale // 10
        return f"{Decimal(min(max(usual, least), largest)).scaleb(-scale):f}"
    if field.type is FieldType.INTEGER:
        least, largest = integer_bounds(field)
        step = int(field.multiple_of or 1)
        return min(max(step, -(-least // step) * step), largest)
    low, high = _limits(field, Decimal("0.001"))
    units = min(max(1500, low if low is not None else 1500), high if high is not None else 1500)
    return units / 1000


def _example_string(field: FieldSpec) -> str | None:
    fixed = {
        Format.DATE: "2026-01-31",
        Format.TIME: "09:30:00",
        Format.DATE_TIME: EXAMPLE_MOMENT,
        Format.UUID: "7f9c24e5-b1d8-4c0f-8f6e-3a2d1c0b9a88",
        Format.EMAIL: "ada@example.com",
        Format.URI: "https://example.com/page",
    }
    if field.format in fixed and field.pattern is None:
        return fixed[field.format]
    least, most = field.min_length or 0, max_length(field) or MAX_TEXT
    if field.pattern is not None:
        return next(matching(field.pattern, least, most), None)
    return words(field.name).capitalize()[:most].strip().ljust(least, "x")


def neutral_value(field: FieldSpec) -> object:
    """Return what rows get in a required field when nobody says what: the plainest value that the field takes."""
    if field.default is not None:
        return field.default
    if field.enum:
        return field.enum[0]
    if field.type is not FieldType.STRING:
        return _nearest_to_zero(field)
    plain = {
        Format.DATE: "1970-01-01",
        Format.TIME: "00:00:00",
        Format.DATE_TIME: "1970-01-01T00:00:00Z",
        Format.UUID: "00000000-0000-0000-0000-000000000000",
    }
    if field.format in plain:
        return plain[field.format]
    return example_value(field) if field.pattern is not None or field.min_length else ""


def _nearest_to_zero(field: FieldSpec) -> object:
    if field.type is FieldType.BOOLEAN:
        return False
    if field.format is Format.DECIMAL:
        least, largest = decimal_bounds(field)
        return Decimal(min(max(0, least), largest)).scaleb(-precision_of(field)[1])
    if field.type is FieldType.INTEGER:
        least, largest = integer_bounds(field)
        step = int(field.multiple_of or 1)
        return min(-(-max(0, least) // step) * step, largest)
    low, high = _limits(field, Decimal("0.001"))
    at_least = max(0, low or 0)
    return (at_least if high is None else min(at_least, high)) / 1000
