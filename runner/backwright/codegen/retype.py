"""Values between column types: literals and conversions, per database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Literal
from uuid import UUID

from backwright.codegen.tables import Column
from backwright.errors import NotSupported

Database = Literal["sqlite", "postgresql"]
_NAMES = {
    "sa.Integer()": "integer",
    "sa.BigInteger()": "bigint",
    "sa.Boolean()": "boolean",
    "sa.Double()": "double precision",
    "sa.Text()": "text",
    "sa.Date()": "date",
    "sa.Time()": "time",
    "sa.Uuid()": "uuid",
    "UtcDateTime()": "timestamptz",
}


@dataclass(frozen=True)
class Kind:
    """What a column holds: a family of types and, for decimals, the digits after the point."""

    family: str
    scale: int = 0


def kind_of(type_: str) -> Kind:
    """Return what a column type holds."""
    if type_.startswith("ExactDecimal"):
        return Kind("decimal", int(re.findall(r"\d+", type_)[1]))
    if type_.startswith(("sa.String", "sa.Text")):
        return Kind("text")
    families = {
        "sa.BigInteger()": "integer",
        "sa.Integer()": "integer",
        "UtcDateTime()": "moment",
        "sa.Double()": "float",
    }
    return Kind(families.get(type_, type_.removeprefix("sa.").removesuffix("()").lower()))


def literal(value: object, type_: str, database: Database) -> str:
    """Return a value as an SQL literal in the form in which a database stores the type."""
    kind = kind_of(type_)
    sqlite = database == "sqlite"
    if kind.family == "boolean":
        truth = str(value).lower() == "true"
        return str(int(truth)) if sqlite else str(truth).lower()
    if kind.family == "decimal":
        number = Decimal(str(value))
        return str(int(number.scaleb(kind.scale))) if sqlite else f"{number:f}"
    if kind.family in ("integer", "float"):
        return str(value)
    return quoted(_stored_text(str(value), kind) if sqlite else str(value))


def _stored_text(text: str, kind: Kind) -> str:
    """Return a value as SQLAlchemy writes it into SQLite's texts."""
    if kind.family == "moment":
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if kind.family == "time":
        return time.fromisoformat(text).strftime("%H:%M:%S.%f")
    return UUID(text).hex if kind.family == "uuid" else text


def quoted(text: str) -> str:
    """Return a text as an SQL literal; colons are escaped, since SQLAlchemy reads them as parameters."""
    doubled = text.replace("'", "''").replace("\\", "\\\\").replace(":", "\\:")
    return f"'{doubled}'"


def is_widening(old: Column, new: Column) -> bool:
    """Whether PostgreSQL changes the type by itself, refusing what does not fit."""
    families = {kind_of(old.type).family, kind_of(new.type).family}
    return len(families) == 1 or families in ({"integer", "decimal"}, {"integer", "float"})


def converted(name: str, old: Column, new: Column, database: Database) -> str:
    """Return the expression that turns a column's old values into the new type.

    Raises:
        NotSupported: the values of one type mean nothing in the other.
    """
    before, after = kind_of(old.type), kind_of(new.type)
    if before == after:
        return name
    table = _SQLITE if database == "sqlite" else _POSTGRESQL
    template = table.get((before.family, after.family))
    if template is None:
        raise NotSupported(
            f"column `{new.name}`: values of type {before.family} cannot become {after.family}",
            hint="add a field of the new type and remove the old one later",
        )
    unit_before, unit_after = 10**before.scale, 10**after.scale
    shown = str(before.scale)
    return template.format(c=name, b=unit_before, a=unit_after, s=shown, type=_postgresql_type(new.type))


def _postgresql_type(type_: str) -> str:
    if type_.startswith("ExactDecimal"):
        return "numeric" + type_.removeprefix("ExactDecimal")
    if type_.startswith("sa.String"):
        return "varchar" + type_.removeprefix("sa.String")
    return _NAMES[type_]


_CAST = "CAST({c} AS {type})"
_POSTGRESQL = {
    **{
        (one, other): _CAST
        for one in ("integer", "float", "decimal", "text")
        for other in ("integer", "float", "decimal", "text")
    },
    ("boolean", "integer"): _CAST,
    ("boolean", "text"): _CAST,
    ("integer", "boolean"): _CAST,
    ("text", "boolean"): _CAST,
    ("text", "date"): _CAST,
    ("text", "time"): _CAST,
    ("text", "uuid"): _CAST,
    ("uuid", "text"): _CAST,
    ("date", "text"): _CAST,
    ("time", "text"): _CAST,
    ("date", "moment"): "CAST({c} AS timestamp) AT TIME ZONE 'UTC'",
    ("moment", "date"): "CAST({c} AT TIME ZONE 'UTC' AS date)",
    ("text", "moment"): _CAST,
}
_SQLITE = {
    ("integer", "float"): "CAST({c} AS REAL)",
    ("integer", "decimal"): "{c} * {a}",
    ("integer", "text"): "CAST({c} AS TEXT)",
    ("integer", "boolean"): "{c} <> 0",
    ("boolean", "integer"): "{c}",
    ("boolean", "text"): "CASE WHEN {c} THEN 'true' ELSE 'false' END",
    ("float", "integer"): "CAST(ROUND({c}) AS INTEGER)",
    ("float", "decimal"): "CAST(ROUND({c} * {a}) AS INTEGER)",
    ("float", "text"): "CAST({c} AS TEXT)",
    ("decimal", "decimal"): "CAST(ROUND({c} * {a}.0 / {b}) AS INTEGER)",
    ("decimal", "integer"): "CAST(ROUND({c} / {b}.0) AS INTEGER)",
    ("decimal", "float"): "{c} / {b}.0",
    ("decimal", "text"): "printf('%.{s}f', {c} / {b}.0)",
    ("text", "integer"): "CAST({c} AS INTEGER)",
    ("text", "float"): "CAST({c} AS REAL)",
    ("text", "decimal"): "CAST(ROUND(CAST({c} AS REAL) * {a}) AS INTEGER)",
    ("text", "boolean"): "lower({c}) IN ('true', 't', 'yes', 'on', '1')",
    ("text", "date"): "{c}",
    ("text", "time"): "{c}",
    ("text", "uuid"): "replace(lower({c}), '-', '')",
    ("text", "moment"): "strftime('%Y-%m-%d %H\\:%M\\:%f000', {c})",
    ("uuid", "text"): (
        "substr({c}, 1, 8) || '-' || substr({c}, 9, 4) || '-' || substr({c}, 13, 4) || '-' || "
        "substr({c}, 17, 4) || '-' || substr({c}, 21)"
    ),
    ("date", "text"): "{c}",
    ("time", "text"): "{c}",
    ("date", "moment"): "{c} || ' 00\\:00\\:00.000000'",
    ("moment", "date"): "substr({c}, 1, 10)",
}
