"""Passwords on the wire: what a new one must be made of."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, WithJsonSchema
from pydantic_core import PydanticCustomError

SHORTEST, LONGEST = 8, 128
KINDS = ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]")


def refuse_broken(secret: SecretStr) -> SecretStr:
    """Refuse half a surrogate pair: JSON can say it, and no encoding can."""
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError as error:
        message = "Value should be text that UTF-8 can say"
        raise PydanticCustomError("string_unicode", message) from error
    return secret


def refuse_weak(password: SecretStr) -> SecretStr:
    """Refuse a password without a small letter, a capital, a digit and a symbol."""
    text = password.get_secret_value()
    if SHORTEST <= len(text) <= LONGEST and all(re.search(it, text) for it in KINDS):
        return password
    raise PydanticCustomError(
        "weak_password",
        "Password should have 8 to 128 characters, "
        "with a small letter, a capital, a digit and a symbol",
    )


NewPassword = Annotated[
    SecretStr,
    AfterValidator(refuse_broken),
    AfterValidator(refuse_weak),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "minLength": SHORTEST,
            "maxLength": LONGEST,
            "pattern": "^" + "".join(rf"(?=[\s\S]*{kind})" for kind in KINDS),
            "examples": ["Correct-horse-7"],
        }
    ),
]
GivenPassword = Annotated[
    SecretStr, Field(min_length=1, max_length=LONGEST), AfterValidator(refuse_broken)
]
