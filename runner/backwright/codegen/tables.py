"""The tables of a spec: columns, constraints and indexes as generated models and migrations both spell them.

Expressions are Python source that needs ``import sqlalchemy as sa`` and the column types of the generated backend.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from backwright.codegen.listing import belongs_to, filters, sort_keys
from backwright.codegen.names import sql_name
from backwright.codegen.python_source import decimal_source, string_source
from backwright.errors import BadInput
from backwright.spec.model import BackendSpec, FieldSpec, FieldType, Format, KeyType, OnDelete, ResourceSpec

MAX_IDENTIFIER = 63
"""Bytes PostgreSQL keeps of a name."""
MAX_INDEXED = 640
"""Characters of a text that PostgreSQL's B-tree is sure to hold."""
STRING_LENGTH = 255
LENGTHS = {Format.EMAIL: 254, Format.URI: 2048}
PRECISION, SCALE = 12, 2
MAX_PRECISION = 18
"""Digits of a decimal that fit SQLite's integers."""

# The types that SQLAlchemy finds by the annotation alone.
IMPLIED = {"sa.Integer()", "sa.Boolean()", "sa.Date()", "sa.Time()", "sa.Uuid()", "sa.Double()"}
_PYTHON = {
    "sa.Integer()": "int",
    "sa.BigInteger()": "int",
    "sa.Boolean()": "bool",
    "sa.Date()": "date",
    "sa.Time()": "time",
    "sa.Uuid()": "UUID",
    "sa.Double()": "float",
    "UtcDateTime()": "datetime",
}


@dataclass(frozen=True)
class Reference:
    """A foreign key: the constraint's name, the table it points at, and what a deletion there does."""

    name: str
    table: str
    on_delete: str


@dataclass(frozen=True)
class Column:
    """One column; ``type`` and ``server_default`` are source, ``index`` and ``unique`` the names of what it has."""

    name: str
    type: str
    nullable: bool = False
    server_default: str | None = None
    index: str | None = None
    unique: str | None = None
    reference: Reference | None = None

    @property
    def python(self) -> str:
        """The type of a value in Python."""
        if self.type.startswith("ExactDecimal"):
            return "Decimal"
        return _PYTHON.get(self.type, "str")


@dataclass(frozen=True)
class Check:
    """A check: its whole name, the part of it that the naming convention leaves to us, and the rule as source."""

    name: str
    short: str
    rule: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Unique:
    """A unique set of several columns."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table; its first column is the primary key."""

    name: str
    columns: tuple[Column, ...]
    checks: tuple[Check, ...] = ()
    uniques: tuple[Unique, ...] = ()

    @property
    def primary_key(self) -> str:
        """The name of the primary key's constraint."""
        return identifier("pk", self.name)

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


def identifier(kind: str, *parts: str) -> str:
    """Return a constraint's name as the naming convention makes it, cut and marked by a hash where it is too long."""
    name = "_".join((kind, *parts))
    if len(name) <= MAX_IDENTIFIER:
        return name
    return f"{name[: MAX_IDENTIFIER - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def table_of(resource: ResourceSpec, spec: BackendSpec) -> Table:
    """Return the table of a resource.

    Raises:
        BadInput: a relation leads to nothing, or a field's precision is more than the databases hold.
    """
    indexed = _indexed(resource)
    columns = [Column("id", "sa.Uuid()" if resource.key is KeyType.UUID else "sa.Integer()")]
    columns += [_field_column(resource, field, indexed) for field in resource.fields]
    columns += _relation_columns(resource, spec)
    if resource.timestamps:
        columns += [
            Column(name, "UtcDateTime()", index=identifier("ix", resource.name, name))
            for name in ("created_at", "updated_at")
        ]
    uniques = tuple(
        Unique(identifier("uq", resource.name, *names), tuple(_column_name(resource, name) for name in names))
        for names in resource.unique_together
    )
    return Table(resource.name, tuple(columns), tuple(_checks(resource)), uniques)


def _indexed(resource: ResourceSpec) -> set[str]:
    return {*filters(resource), *sort_keys(resource), *(field.name for field in resource.fields if field.index)}


def _column_name(resource: ResourceSpec, name: str) -> str:
    return f"{name}_id" if any(relation.name == name for relation in resource.relations) else name


def is_nullable(field: FieldSpec) -> bool:
    """Whether the column may be null: it is said so, or a value may be missing and nothing takes its place."""
    return field.nullable or (field.default is None and (not field.required or field.read_only))


def max_length(field: FieldSpec) -> int | None:
    """Return how many characters a string may have, None for long text."""
    if field.enum:
        return max(len(value) for value in field.enum)
    if field.max_length is not None:
        return field.max_length
    return None if field.format is Format.TEXT else LENGTHS.get(field.format or Format.PASSWORD, STRING_LENGTH)


def precision_of(field: FieldSpec) -> tuple[int, int]:
    """Return all digits of a decimal and those after the point."""
    scale = SCALE if field.scale is None else field.scale
    return (field.precision or max(PRECISION, scale + 1)), scale


def sql_type(field: FieldSpec) -> str:
    """Return the column type of a field as source."""
    if field.type is FieldType.STRING:
        return _string_type(field)
    if field.type is FieldType.INTEGER:
        return "sa.BigInteger()" if field.format is Format.INT64 else "sa.Integer()"
    if field.type is FieldType.BOOLEAN:
        return "sa.Boolean()"
    if field.format is Format.DECIMAL:
        return "ExactDecimal({}, {})".format(*precision_of(field))
    return "sa.Double()"


def _string_type(field: FieldSpec) -> str:
    timed = {Format.DATE: "sa.Date()", Format.TIME: "sa.Time()", Format.DATE_TIME: "UtcDateTime()"}
    if field.format in timed:
        return timed[field.format]
    if field.format is Format.UUID:
        return "sa.Uuid()"
    length = max_length(field)
    return "sa.Text()" if length is None or field.format is Format.TEXT else f"sa.String({length})"


def _field_column(resource: ResourceSpec, field: FieldSpec, indexed: set[str]) -> Column:
    if field.format is Format.DECIMAL:
        precision, scale = precision_of(field)
        if not scale < precision <= MAX_PRECISION:
            raise BadInput(
                f"{resource.name}.{field.name}: decimal({precision},{scale}) does not fit every database",
                hint=f"at most {MAX_PRECISION} digits, at least one of them before the point",
            )
    type_ = sql_type(field)
    long = type_ == "sa.Text()" or (type_.startswith("sa.String") and (max_length(field) or 0) > MAX_INDEXED)
    index = field.name in indexed and not field.unique and not long and type_ != "sa.Boolean()"
    return Column(
        field.name,
        type_,
        nullable=is_nullable(field),
        server_default=default_source(field),
        index=identifier("ix", resource.name, field.name) if index else None,
        unique=identifier("uq", resource.name, field.name) if field.unique else None,
    )


def _relation_columns(resource: ResourceSpec, spec: BackendSpec) -> Iterator[Column]:
    for relation in belongs_to(resource):
        target = spec.resource(relation.target)
        if target is None:
            raise BadInput(f"{resource.name}.{relation.name}: there is no resource `{relation.target}`")
        name = f"{relation.name}_id"
        on_delete = relation.on_delete.value.upper().replace("_", " ")
        yield Column(
            name,
            "sa.Uuid()" if target.key is KeyType.UUID else "sa.Integer()",
            nullable=not relation.required or relation.on_delete is OnDelete.SET_NULL,
            index=None if relation.unique else identifier("ix", resource.name, name),
            unique=identifier("uq", resource.name, name) if relation.unique else None,
            reference=Reference(identifier("fk", resource.name, name, target.name), target.name, on_delete),
        )


def default_source(field: FieldSpec) -> str | None:
    """Return the default as the database knows it, as source; None where the application alone sets it."""
    value = field.default
    if value is None or field.format in (Format.DATE_TIME, Format.TIME, Format.UUID):
        return None
    if isinstance(value, bool):
        return f"sa.{str(value).lower()}()"
    if field.format is Format.DECIMAL:
        return decimal_literal(Decimal(str(value)), field)
    if field.type in (FieldType.INTEGER, FieldType.NUMBER):
        return f'sa.text("{value}")'
    return string_source(str(value))


def decimal_literal(value: Decimal, field: FieldSpec) -> str:
    """Return a decimal as an SQL literal in the stored form of each database, as source."""
    return f"sa.literal({decimal_source(value)}, {sql_type(field)})"


def _checks(resource: ResourceSpec) -> Iterator[Check]:
    for field in resource.fields:
        for rule, source in _field_rules(field):
            yield _check(resource, f"{field.name}_{rule}", source, (field.name,))
    for check in resource.checks:
        yield _check(resource, check.name, string_source(check.expression), ())


def _check(resource: ResourceSpec, short: str, rule: str, columns: tuple[str, ...]) -> Check:
    room = MAX_IDENTIFIER - len(f"ck_{resource.name}_")
    if len(short) > room:
        mark = hashlib.sha256(short.encode()).hexdigest()[:8]
        short = f"{short[: max(room - 9, 0)]}_{mark}".lstrip("_")
    return Check(f"ck_{resource.name}_{short}", short, rule, columns)


def _field_rules(field: FieldSpec) -> Iterator[tuple[str, str]]:
    name = sql_name(field.name)
    plain = field.format not in (Format.DATE, Format.TIME, Format.DATE_TIME, Format.UUID)
    if field.type is FieldType.STRING and plain:
        if field.enum:
            values = ", ".join("'" + value.replace("'", "''") + "'" for value in field.enum)
            yield "allowed", string_source(f"{name} IN ({values})")
        elif field.min_length:
            yield "min_length", string_source(f"length({name}) >= {field.min_length}")
    for rule, sign, bound in _bounds(field):
        yield rule, _comparison(field, sign, bound)
    if field.multiple_of and field.type is FieldType.INTEGER:
        yield "multiple", string_source(f"{name} % {int(field.multiple_of)} = 0")


def _bounds(field: FieldSpec) -> Iterator[tuple[str, str, Decimal]]:
    if field.type not in (FieldType.INTEGER, FieldType.NUMBER):
        return
    for rule, sign, bound in (
        ("minimum", ">=", field.minimum),
        ("above", ">", field.exclusive_minimum),
        ("maximum", "<=", field.maximum),
        ("below", "<", field.exclusive_maximum),
    ):
        if bound is not None:
            yield rule, sign, bound


def _comparison(field: FieldSpec, sign: str, bound: Decimal) -> str:
    if field.format is Format.DECIMAL and bound != 0:
        column = string_source(field.name)
        return f"sa.column({column}, {sql_type(field)}) {sign} {decimal_literal(bound, field)}"
    return string_source(f"{sql_name(field.name)} {sign} {_number(bound)}")


def _number(bound: Decimal) -> str:
    return format(bound.normalize(), "f")
