"""Decimals on the wire: strings, so that no digit is lost."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError


def decimal_text(pattern: str, scale: int) -> tuple[BeforeValidator, WithJsonSchema]:
    """Accept a decimal only as a string of a pattern.

    Args:
        pattern: What the string looks like; its bounds are in it.
        scale: Digits after the point that the value gets.
    """
    compiled = re.compile(pattern)
    unit = Decimal(1).scaleb(-scale)

    def parse(value: object) -> Decimal:
        if isinstance(value, str) and compiled.fullmatch(value):
            return Decimal(value).quantize(unit)
        raise PydanticCustomError(
            "decimal_text",
            "Input should be a string that matches '{pattern}'",
            {"pattern": pattern},
        )

    return BeforeValidator(parse), WithJsonSchema(
        {"type": "string", "pattern": pattern}
    )


def plain(value: Decimal) -> str:
    """Write a decimal without an exponent."""
    return f"{value:f}"


DecimalText = Annotated[
    Decimal,
    PlainSerializer(plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}),
]
