"""Points in time on the wire: RFC 3339 with an offset, turned into UTC."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})"
)


def parse_moment(value: object) -> datetime:
    """Read a point in time, with its offset, into UTC."""
    if isinstance(value, str) and RFC3339.fullmatch(value):
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    raise PydanticCustomError(
        "moment_text", "Input should be a time such as 2026-01-31T09:30:00Z"
    )


UtcTime = Annotated[datetime, BeforeValidator(parse_moment)]
