"""The names of field types in short forms and requests, and what they mean in the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backwright.spec.model import FieldType, Format

STRING_LENGTH = 255
TEXT_LENGTH = 10_000
EMAIL_LENGTH = 254
URI_LENGTH = 2048
PASSWORD_LENGTH = 128
LENGTHS: Mapping[Format | None, int] = {
    None: STRING_LENGTH,
    Format.TEXT: TEXT_LENGTH,
    Format.EMAIL: EMAIL_LENGTH,
    Format.URI: URI_LENGTH,
    Format.PASSWORD: PASSWORD_LENGTH,
}
"""The length, in characters, of strings that say none."""

MONEY = {"precision": 10, "scale": 2}
"""The digits of an amount of money: up to 99,999,999.99."""


def _type(type_: FieldType, format_: Format | None = None, **more: Any) -> Mapping[str, Any]:  # noqa: ANN401
    return {"type": type_, **({"format": format_} if format_ else {}), **more}


TYPES: Mapping[str, Mapping[str, Any]] = {
    "string": _type(FieldType.STRING),
    "text": _type(FieldType.STRING, Format.TEXT),
    "email": _type(FieldType.STRING, Format.EMAIL),
    "url": _type(FieldType.STRING, Format.URI),
    "password": _type(FieldType.STRING, Format.PASSWORD),
    "uuid": _type(FieldType.STRING, Format.UUID),
    "date": _type(FieldType.STRING, Format.DATE),
    "datetime": _type(FieldType.STRING, Format.DATE_TIME),
    "time": _type(FieldType.STRING, Format.TIME),
    "enum": _type(FieldType.STRING),
    "integer": _type(FieldType.INTEGER),
    "bigint": _type(FieldType.INTEGER, Format.INT64),
    "number": _type(FieldType.NUMBER),
    "decimal": _type(FieldType.NUMBER, Format.DECIMAL),
    "money": _type(FieldType.NUMBER, Format.DECIMAL, **MONEY),
    "boolean": _type(FieldType.BOOLEAN),
    "json": _type(FieldType.OBJECT),
}
"""The types by the name they are written with."""

ALIASES: Mapping[str, str] = {
    "str": "string",
    "varchar": "string",
    "char": "string",
    "int": "integer",
    "int32": "integer",
    "int64": "bigint",
    "long": "bigint",
    "float": "number",
    "double": "number",
    "real": "number",
    "numeric": "decimal",
    "currency": "money",
    "bool": "boolean",
    "flag": "boolean",
    "uri": "url",
    "link": "url",
    "guid": "uuid",
    "timestamp": "datetime",
    "date-time": "datetime",
    "date_time": "datetime",
    "object": "json",
    "jsonb": "json",
    "choice": "enum",
}
"""Other words people use for them."""


def type_named(word: str) -> str | None:
    """Return the type's own name for a word people use, or None."""
    lowered = word.lower()
    return lowered if lowered in TYPES else ALIASES.get(lowered)


def name_of_type(type_: FieldType, format_: Format | None) -> str | None:
    """Return the short name of a type and format, or None where only the long form can say it."""
    return next(
        (
            name
            for name, keys in TYPES.items()
            if name not in ("money", "enum") and keys["type"] is type_ and keys.get("format") is format_
        ),
        None,
    )


def completed(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field's keys with what follows from them: required, nullable, the length of a string.

    A field is required unless it has a default; one that is not required and has no default may be null.
    """
    whole = dict(keys)
    has_default = whole.get("default") is not None
    if whole.get("required") is None:
        whole["required"] = not has_default
    if whole.get("nullable") is None:
        whole["nullable"] = not whole["required"] and not has_default
    is_string = whole.get("type", FieldType.STRING) is FieldType.STRING
    if is_string and whole.get("enum") is None and whole.get("max_length") is None:
        length = LENGTHS.get(whole.get("format"))
        if length is not None:
            whole["max_length"] = max(length, whole.get("min_length") or 0)
    return whole
