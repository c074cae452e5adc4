"""The fields of users that a spec adds to the usual ones, as source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from backwright.codegen.names import attribute
from backwright.codegen.python_source import decimal_source, string_source
from backwright.codegen.schema_types import neutral_value, wire_type
from backwright.codegen.tables import is_nullable, precision_of
from backwright.spec.model import AuthSpec, FieldSpec, FieldType, Format

WIRE_MODULES = {
    "DecimalText": "decimals",
    "EMAIL": "emails",
    "JsonDate": "dates",
    "JsonNumber": "numbers",
    "LowerCased": "emails",
    "MAX_INTEGER": "numbers",
    "NoNul": "patterns",
    "Text": "text",
    "TimeOfDay": "times",
    "URI": "uris",
    "UtcTime": "moments",
    "decimal_text": "decimals",
}
"""Modules of the backend's core by the names that annotations of fields use."""
_TIMES = {Format.DATE: "date", Format.TIME: "time", Format.DATE_TIME: "datetime"}


@dataclass(frozen=True)
class Profile:
    """Lines of schemas: what is sent at registration, what is changed later, what is returned.

    ``neutral`` has, by attribute, the value of each field that may not be null, for users who are made by a command;
    those that must differ are ``asked`` for (lines of a schema, by the field's name). ``counted`` has expressions over
    ``number`` that differ for each number. ``written`` names the attributes that registration sets.
    """

    created: tuple[str, ...]
    updated: tuple[str, ...]
    returned: tuple[str, ...]
    written: tuple[str, ...]
    neutral: Mapping[str, str]
    counted: Mapping[str, str]
    asked: Mapping[str, str]

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines of schemas."""
        return (*self.created, *self.updated, *self.returned)


def profile_source(auth: AuthSpec) -> Profile:
    """Return the profile of users as source.

    Raises:
        BadInput: constraints that no value meets.
        NotSupported: a type that is not written yet.
    """
    written = [field for field in auth.profile if not field.read_only]
    filled = [field for field in auth.profile if not is_nullable(field)]
    return Profile(
        created=tuple(_created(field) for field in written),
        updated=tuple(_updated(field) for field in written if not field.immutable),
        returned=tuple(_returned(field) for field in auth.profile if not field.write_only),
        written=tuple(attribute(field.name) for field in written),
        neutral={attribute(field.name): _neutral(field) for field in filled if not field.unique},
        counted={attribute(field.name): _counted(field) for field in filled if field.unique},
        asked={field.name: _line(field, wire_type(field).body) for field in filled if field.unique},
    )


def _created(field: FieldSpec) -> str:
    type_ = wire_type(field).body
    if is_nullable(field):
        type_ = f"{type_} | None"
    if field.required:
        return _line(field, type_)
    return _line(field, type_, _literal(field, field.default) if field.default is not None else "None")


def _updated(field: FieldSpec) -> str:
    nullable = " | None" if is_nullable(field) else ""
    return _line(field, f"{wire_type(field).body} | MISSING{nullable}", "MISSING")


def _returned(field: FieldSpec) -> str:
    type_ = wire_type(field).output + (" | None" if is_nullable(field) else "")
    return _line(field, type_, alias="serialization_alias")


def _line(field: FieldSpec, type_: str, default: str | None = None, *, alias: str = "alias") -> str:
    name = attribute(field.name)
    if name != field.name:
        type_ = f"Annotated[{type_}, Field({alias}={string_source(field.name)})]"
    return f"{name}: {type_}" + (f" = {default}" if default is not None else "")


def _neutral(field: FieldSpec) -> str:
    return _literal(field, neutral_value(field))


def _counted(field: FieldSpec) -> str:
    if field.format is Format.UUID:
        return "UUID(int=number)"
    if field.type is FieldType.STRING and field.format not in _TIMES:
        return f"str(number).zfill({max(field.min_length or 0, 4)})"
    if field.type is FieldType.INTEGER:
        return f"number + {int(field.minimum or 0)}"
    return _neutral(field)


def _literal(field: FieldSpec, value: object) -> str:
    if field.format is Format.DECIMAL:
        return decimal_source(round(Decimal(str(value)), precision_of(field)[1]))
    quoted = string_source(str(value))
    if field.format is Format.UUID:
        return f"UUID({quoted})"
    if field.format in _TIMES:
        return f"{_TIMES[field.format]}.fromisoformat({quoted})"
    return quoted if field.type is FieldType.STRING else repr(value)


def standard_imports(lines: Iterable[str]) -> list[str]:
    """Return the lines that import what source needs of the standard library."""
    names = used_names(lines)
    found = []
    times = sorted(names & {"date", "datetime", "time"})
    if times:
        found.append(f"from datetime import {', '.join(times)}")
    if "Decimal" in names:
        found.append("from decimal import Decimal")
    typing = sorted(names & {"Annotated", "Literal"})
    if typing:
        found.append(f"from typing import {', '.join(typing)}")
    if "UUID" in names:
        found.append("from uuid import UUID")
    return found


def used_names(lines: Iterable[str]) -> set[str]:
    """Return the names in source, those in its texts left out."""
    return set(re.findall(r"[A-Za-z_]\w*", re.sub(r'"(?:[^"\\]|\\.)*"', "", "\n".join(lines))))
