"""Whole numbers and keys on the wire, all of them bounded."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

MAX_INTEGER = 2**31 - 1


def refuse_lookalikes(value: object) -> object:
    """Refuse `true` and `"1"` where JSON should have a number."""
    if isinstance(value, (bool, str)):
        raise PydanticCustomError("number_type", "Input should be a number")
    return value


# Goes last in an annotation: constraints before it stay in the JSON schema.
JsonNumber = BeforeValidator(refuse_lookalikes)
Key = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Reference = Annotated[Key, JsonNumber]
