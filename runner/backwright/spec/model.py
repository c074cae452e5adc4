"""BackendSpec: the typed model of a backend.

Everything that reads input ends here, everything that writes code starts here. Field constraints use JSON Schema's
words (draft 2020-12; ``minLength`` in files, ``min_length`` in Python). The model says more than the skills can write
today; ``backwright.spec.support`` names what is refused.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]
Scalar = str | int | float | bool | Decimal | None
RateLimit = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,5}/(second|minute|hour|day)$")]
"""How often, as in ``5/minute``."""
LimitedRoute = Literal["login", "register", "refresh", "account", "password_reset"]
"""The routes of authentication that are limited by themselves."""
MAX_DIGITS = 40
"""Numbers of more decimal digits than this are nobody's default."""


class Model(BaseModel):
    """Frozen, closed, with JSON Schema's camelCase words as aliases."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class FieldType(StrEnum):
    """JSON Schema's types that a field may have."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ARRAY = "array"
    OBJECT = "object"


class Format(StrEnum):
    """JSON Schema's formats, and ``decimal`` for exact numbers and ``text`` for long strings."""

    DATE = "date"
    DATE_TIME = "date-time"
    TIME = "time"
    UUID = "uuid"
    EMAIL = "email"
    URI = "uri"
    TEXT = "text"
    PASSWORD = "password"  # noqa: S105 - the format's name
    DECIMAL = "decimal"
    INT32 = "int32"
    INT64 = "int64"


def typed_scalar(value: Scalar, type_: FieldType | None, format_: Format | None) -> Scalar:
    """Return a value as the type has it in Python: Decimal for exact numbers, int, float, bool or str.

    A value that does not fit is returned as it is; ``backwright.spec.check`` says so.
    """
    if value is None:
        return None
    if type_ is FieldType.BOOLEAN:
        return {"true": True, "false": False}.get(str(value), value)
    if type_ is FieldType.STRING:
        return str(value).lower() if isinstance(value, bool) else str(value)
    if type_ in (FieldType.INTEGER, FieldType.NUMBER) and not isinstance(value, bool):
        return _typed_number(value, type_, format_)
    return value


def _typed_number(value: str | float | Decimal, type_: FieldType, format_: Format | None) -> Scalar:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return value
    if not number.is_finite():
        return value
    if type_ is FieldType.NUMBER and format_ is not Format.DECIMAL:
        return float(number)
    if abs(number.adjusted()) > MAX_DIGITS:
        return value
    if type_ is FieldType.NUMBER:
        return number
    return int(number) if number == number.to_integral_value() else value


class FieldSpec(Model):
    """One field of a resource.

    ``precision`` and ``scale`` count decimal digits and belong to ``format: decimal``. ``required`` is about requests;
    ``nullable`` about values. ``immutable`` may be set on creation only. ``renamed_from`` and ``backfill`` say what an
    edit meant and are removed once applied.
    """

    name: Identifier
    type: FieldType = FieldType.STRING
    format: Format | None = None
    description: str | None = None
    required: bool = True
    nullable: bool = False
    unique: bool = False
    index: bool = False
    immutable: bool = False
    read_only: bool = False
    write_only: bool = False
    default: Scalar = None
    min_length: int | None = Field(None, ge=0)
    max_length: int | None = Field(None, ge=1)
    pattern: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_minimum: Decimal | None = None
    exclusive_maximum: Decimal | None = None
    multiple_of: Decimal | None = None
    precision: int | None = Field(None, ge=1, le=38)
    scale: int | None = Field(None, ge=0, le=18)
    enum: tuple[str, ...] | None = None
    examples: tuple[Any, ...] = ()
    items: FieldSpec | None = None
    properties: tuple[FieldSpec, ...] = ()
    min_items: int | None = Field(None, ge=0)
    max_items: int | None = Field(None, ge=1)
    renamed_from: Identifier | None = None
    backfill: Scalar = None

    @field_validator("default", "backfill")
    @classmethod
    def _of_the_type(cls, value: Scalar, info: ValidationInfo) -> Scalar:
        """Give the value the Python type of the field, so that one meaning has one form, also after JSON."""
        return typed_scalar(value, info.data.get("type"), info.data.get("format"))


class RelationKind(StrEnum):
    """How one resource points at another."""

    BELONGS_TO = "belongs_to"
    HAS_MANY = "has_many"
    ONE_TO_ONE = "one_to_one"
    MANY_TO_MANY = "many_to_many"


class OnDelete(StrEnum):
    """What happens to this row when the row it points at is deleted."""

    RESTRICT = "restrict"
    CASCADE = "cascade"
    SET_NULL = "set_null"


class RelationSpec(Model):
    """A relation; ``target`` is the name of a resource (its own, for a self relation).

    ``name`` is the attribute, singular for belongs-to (``product``); its column is ``<name>_id``.
    """

    name: Identifier
    kind: RelationKind = RelationKind.BELONGS_TO
    target: Identifier
    required: bool = True
    on_delete: OnDelete = OnDelete.RESTRICT
    unique: bool = False
    immutable: bool = False
    back_populates: Identifier | None = None
    description: str | None = None
    renamed_from: Identifier | None = None
    backfill: Scalar = None


class OperationName(StrEnum):
    """The standard operations on a resource."""

    LIST = "list"
    GET = "get"
    CREATE = "create"
    REPLACE = "replace"
    UPDATE = "update"
    DELETE = "delete"
    BULK = "bulk"


class Access(StrEnum):
    """Who may call an operation."""

    PUBLIC = "public"
    AUTHENTICATED = "authenticated"
    OWNER = "owner"
    ROLE = "role"


class OperationSpec(Model):
    """One operation and who may call it; ``backwright.spec.access`` says what holds where ``access`` is None.

    ``roles`` beside ``access: owner`` are those who may do it as well as the owner.
    """

    name: OperationName
    access: Access | None = None
    roles: tuple[Identifier, ...] = ()


class FilterOperator(StrEnum):
    """Comparisons a list may be filtered by; ``eq`` is ``?field=``, the others ``?field__gt=`` and so on."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    CONTAINS = "contains"


class Pagination(StrEnum):
    """How a list is cut into pages."""

    OFFSET = "offset"
    CURSOR = "cursor"


class ListSpec(Model):
    """What a list offers; None means every field that allows it."""

    filters: dict[Identifier, tuple[FilterOperator, ...]] | None = None
    sort: tuple[Identifier, ...] | None = None
    search: tuple[Identifier, ...] | None = None
    pagination: Pagination = Pagination.OFFSET
    page_size: int = Field(100, ge=1, le=1000)
    max_page_size: int = Field(1000, ge=1, le=10_000)


class KeyType(StrEnum):
    """The primary key: an integer counted by the database, a random UUID, or the fields named by ``key_fields``."""

    INTEGER = "integer"
    UUID = "uuid"
    COMPOSITE = "composite"


class CheckSpec(Model):
    """A rule over several fields of one row, as an SQL expression over their names."""

    name: Identifier
    expression: str


class TransitionSpec(Model):
    """States a field may move between, as pairs from → to."""

    field: Identifier
    moves: tuple[tuple[str, str], ...]


class ActionSpec(Model):
    """A custom operation, ``POST /<resource>/{id}/<name>``; its body is written by people."""

    name: Identifier
    description: str | None = None
    access: Access | None = None
    roles: tuple[Identifier, ...] = ()
    input: tuple[FieldSpec, ...] = ()


DEFAULT_OPERATIONS = tuple(OperationSpec(name=name) for name in OperationName if name is not OperationName.BULK)


class ResourceSpec(Model):
    """One resource; ``name`` is its plural in snake_case (``order_items``), ``singular`` the singular of it.

    ``owner`` names what the owner of a row is to it (``user``, ``author``): its column ``<owner>_id`` holds the user
    who created the row.
    """

    name: Identifier
    singular: Identifier
    description: str | None = None
    key: KeyType = KeyType.INTEGER
    key_fields: tuple[Identifier, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    relations: tuple[RelationSpec, ...] = ()
    operations: tuple[OperationSpec, ...] = DEFAULT_OPERATIONS
    list: ListSpec = ListSpec()
    timestamps: bool = True
    soft_delete: bool = False
    optimistic_locking: bool = False
    owner: Identifier | None = None
    unique_together: tuple[tuple[Identifier, ...], ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    transitions: tuple[TransitionSpec, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    nested_under: Identifier | None = None
    renamed_from: Identifier | None = None

    def field(self, name: str) -> FieldSpec | None:
        """Return the field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)


class Layout(StrEnum):
    """Where a resource's modules lie: ``app/models/product.py`` or ``app/features/products/models.py``."""

    LAYER = "layer"
    FEATURE = "feature"


class SessionKind(StrEnum):
    """Whether the database session is awaited."""

    ASYNC = "async"
    SYNC = "sync"


class AuthSpec(Model):
    """Who may come in; ``none`` leaves authentication out entirely.

    ``api_keys`` are for programs, beside tokens; ``registration`` lets anybody make an account; ``profile`` are fields
    of users beside the usual ones; ``rate_limits`` says how often a route may be called, as ``login: 5/minute``.
    """

    kind: Literal["none", "jwt", "api_key"] = "none"
    cookie: bool = False
    api_keys: bool = False
    registration: bool = True
    roles: tuple[Identifier, ...] = ()
    profile: tuple[FieldSpec, ...] = ()
    rate_limits: dict[LimitedRoute, RateLimit] = {}


class ServiceSpec(Model):
    """The service as a whole."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
    title: str | None = None
    description: str | None = None
    version: str = "0.1.0"
    api_prefix: Annotated[str, StringConstraints(pattern=r"^(/[a-z0-9_-]+)*$")] = "/api/v1"
    layout: Layout = Layout.LAYER
    session: SessionKind = SessionKind.ASYNC
    orm: Literal["sqlalchemy", "sqlmodel", "tortoise"] = "sqlalchemy"
    database: Literal["sqlite", "postgresql"] = "sqlite"
    auth: AuthSpec = AuthSpec()
    cors_origins: tuple[str, ...] = ()
    https: bool = False
    rate_limit: str | None = None
    cache: bool = False


class BackendSpec(Model):
    """A whole backend: the service and its resources, in a stable order (by name)."""

    service: ServiceSpec
    resources: tuple[ResourceSpec, ...] = ()

    def resource(self, name: str) -> ResourceSpec | None:
        """Return the resource of that name (plural, else singular), or None."""
        exact = next((r for r in self.resources if r.name == name), None)
        return exact or next((r for r in self.resources if r.singular == name), None)

    def with_resource(self, resource: ResourceSpec) -> BackendSpec:
        """Return a spec in which the resource of that name is this one."""
        others = [r for r in self.resources if r.name != resource.name]
        return self.model_copy(update={"resources": tuple(sorted([*others, resource], key=lambda r: r.name))})
