"""What is wrong with a spec that reads well: names that clash, limits that contradict, defaults that do not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from backwright.errors import Place
from backwright.finding import Finding, Severity
from backwright.naming import is_python_word, pascal, words
from backwright.spec.access import owner_column
from backwright.spec.check_access import access_problems
from backwright.spec.find import SPEC_FOLDER
from backwright.spec.model import (
    BackendSpec,
    FieldSpec,
    FieldType,
    Format,
    OnDelete,
    RelationKind,
    RelationSpec,
    ResourceSpec,
)
from backwright.spec.problem import Problem, error

LONGEST_TABLE = 63
"""PostgreSQL's limit for names, in bytes."""
GENERATED = frozenset({"id", "created_at", "updated_at"})
"""Attributes that every model has."""
RESERVED = frozenset(
    {"metadata", "registry", "type_annotation_map"}
    | {
        "model_config",
        "model_fields",
        "model_computed_fields",
        "model_extra",
        "model_fields_set",
        "copy",
        "dict",
        "json",
    }
    | {"schema", "construct", "validate", "parse_obj", "parse_raw", "from_orm", "fields_set"}
)
"""Attributes of SQLAlchemy's and Pydantic's base classes, which a field would hide."""
LIST_PARAMETERS = frozenset({"skip", "limit", "sort", "search"})
"""Query parameters of every list, which a filter of that name would hide."""
RESERVED_RESOURCES = frozenset(
    {"health", "ready", "docs", "redoc", "openapi", "base", "conftest", "factories", "router"}
)
_INT32 = (Decimal(-(2**31)), Decimal(2**31 - 1))
_INT64 = (Decimal(-(2**63)), Decimal(2**63 - 1))
_NOT_IN_JSON_SCHEMA = re.compile(r"\(\?P[<=>]|\\[AZzGQE]|\(\?[aiLmsux-]+[):]|\(\?#|[*+?}]\+|\(\?>|\(\?\(")
_NUMBERS = (FieldType.INTEGER, FieldType.NUMBER)


def check(spec: BackendSpec, places: Mapping[str, Place] | None = None) -> tuple[Finding, ...]:
    """Return what is wrong; errors stop a run. ``places`` (from ``read_spec``) makes lines known."""
    found: list[Finding] = []
    for at, code, severity, message, fix in _problems(spec):
        file = f"{SPEC_FOLDER}/{at.split('.')[0]}.yaml"
        place = (places or {}).get(at) or Place(file)
        found.append(Finding(code, severity, place, f"{at}: {message}", fix))
    return tuple(found)


def _warning(at: str, code: str, message: str, fix: str | None = None) -> Problem:
    return at, code, Severity.WARNING, message, fix


def _problems(spec: BackendSpec) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for resource in spec.resources:
        yield from _of_names(resource, owners.setdefault(resource.singular, resource.name))
        yield from _of_members(resource)
        yield from _of_list(resource)
        for field in resource.fields:
            yield from field_problems(field, f"{resource.name}.{field.name}")
        for relation in resource.relations:
            yield from _of_relation(relation, resource, spec)
    for field in spec.service.auth.profile:
        yield from field_problems(field, f"service.{field.name}")
    yield from _of_cycles(spec)
    yield from access_problems(spec)


def _of_names(resource: ResourceSpec, owner: str) -> Iterator[Problem]:
    """Yield what is wrong with the names; ``owner`` is the first resource of that singular."""
    at = resource.name
    if len(resource.name) > LONGEST_TABLE:
        yield error(at, "SPEC101", f"a table's name has at most {LONGEST_TABLE} characters")
    if resource.name in RESERVED_RESOURCES or resource.singular in RESERVED_RESOURCES:
        yield error(at, "SPEC102", "the backend has something of that name already", "choose another name")
    if is_python_word(resource.name) or is_python_word(resource.singular):
        yield error(at, "SPEC103", "Python keeps this word for itself", "choose another name")
    if owner != resource.name:
        yield error(at, "SPEC104", f"{owner} has the same singular, {resource.singular}")


def _of_members(resource: ResourceSpec) -> Iterator[Problem]:
    columns: dict[str, str] = {}
    generated = GENERATED if resource.timestamps else frozenset({"id"})
    every: list[FieldSpec | RelationSpec] = [*resource.fields, *resource.relations]
    for member in every:
        at = f"{resource.name}.{member.name}"
        names = {member.name, f"{member.name}_id"} if isinstance(member, RelationSpec) else {member.name}
        for name in sorted(names):
            if name in columns:
                yield error(at, "SPEC110", f"{name} is taken by {columns[name]}", "give one of them another name")
            columns[name] = at
        if owner_column(resource) in names:
            fix = "give it another name" if member.name != resource.owner else "leave it out, or owner"
            yield error(at, "SPEC115", f"{owner_column(resource)} holds the owner of a row", fix)
        if member.name in generated:
            yield error(at, "SPEC111", "this one is generated", "leave it out")
        elif member.name in RESERVED or member.name.startswith("model_"):
            yield error(at, "SPEC112", "a base class has an attribute of that name", f"call it {member.name}_value")
        elif is_python_word(member.name) and member.name not in ("type", "match", "case"):
            yield error(at, "SPEC113", "Python keeps this word for itself", f"call it {member.name}_value")
        elif member.name in LIST_PARAMETERS:
            yield error(at, "SPEC114", "every list has a query parameter of that name", f"call it {member.name}_value")


def _of_list(resource: ResourceSpec) -> Iterator[Problem]:
    at = resource.name
    known = {field.name for field in resource.fields} | {"id", "created_at", "updated_at"}
    known |= {name for relation in resource.relations for name in (relation.name, f"{relation.name}_id")}
    named = [*(resource.list.filters or ()), *(resource.list.sort or ()), *(resource.list.search or ())]
    for name in dict.fromkeys(named):
        if name not in known:
            yield error(at, "SPEC120", f"list names {name}, which is not a field")
        elif (hidden := resource.field(name)) is not None and hidden.write_only:
            yield error(at, "SPEC123", f"list names {name}, which is never shown", "leave it out of list")
    for name in resource.list.search or ():
        field = resource.field(name)
        if field is not None and (field.type is not FieldType.STRING or field.format in (Format.DATE, Format.UUID)):
            yield error(at, "SPEC121", f"{name} cannot be searched: it is not text")
    if resource.list.page_size > resource.list.max_page_size:
        yield error(at, "SPEC122", "the page size is above the greatest page size")


def field_problems(field: FieldSpec, at: str) -> Iterator[Problem]:
    """Yield what is wrong with one field, wherever it stands."""
    yield from _of_kind(field, at)
    yield from _of_limits(field, at)
    yield from _of_pattern(field, at)
    if field.default is not None:
        problem = misfit(field, field.default)
        if problem:
            yield error(at, "SPEC140", f"the default {field.default} {problem}")
    if field.backfill is not None and (problem := misfit(field, field.backfill)):
        yield error(at, "SPEC141", f"the backfill {field.backfill} {problem}")
    if not field.required and not field.nullable and field.default is None and not field.read_only:
        yield error(
            at, "SPEC142", "it may be left out, has no default and may not be null", "say optional, or a default"
        )
    if field.unique and field.default is not None:
        yield error(at, "SPEC143", "a unique field cannot have a default: the second row would clash")
    if field.unique and field.type is FieldType.BOOLEAN:
        yield _warning(at, "SPEC144", "a unique boolean allows two rows in all")
    if field.unique and field.format is Format.TEXT:
        yield _warning(at, "SPEC145", "a unique index over long text is costly", "use string")


def _of_kind(field: FieldSpec, at: str) -> Iterator[Problem]:
    if field.format is Format.DECIMAL and (field.precision is None or field.scale is None):
        yield error(at, "SPEC130", "decimal needs its digits", "write decimal(10,2)")
    if field.precision is not None and (field.scale or 0) > field.precision:
        yield error(at, "SPEC131", "there are more digits after the point than digits")
    if field.precision is not None and field.format is not Format.DECIMAL:
        yield error(at, "SPEC132", "precision belongs to decimals")
    if field.enum is not None:
        if field.type is not FieldType.STRING or not field.enum:
            yield error(at, "SPEC133", "an enum is a string with one or more values")
        if len(set(field.enum)) < len(field.enum):
            yield error(at, "SPEC134", "a value of the enum is there twice")
        if any(not value or "\x00" in value or len(value) > 100 for value in field.enum):  # noqa: PLR2004
            yield error(at, "SPEC135", "values of an enum have 1 to 100 characters")
        members = [pascal(value.lower()) for value in field.enum]
        if len(set(members)) < len(members):
            yield error(at, "SPEC136", "two values of the enum differ only in case or marks")
    formats = {Format.DECIMAL: _NUMBERS[1:], Format.INT32: _NUMBERS[:1], Format.INT64: _NUMBERS[:1]}
    allowed = formats.get(field.format, (FieldType.STRING,)) if field.format else None
    if allowed and field.type not in allowed:
        yield error(at, "SPEC137", f"{field.format} is not a format of {field.type}")


def _of_limits(field: FieldSpec, at: str) -> Iterator[Problem]:
    bounds = (field.minimum, field.maximum, field.exclusive_minimum, field.exclusive_maximum, field.multiple_of)
    if any(bound is not None for bound in bounds) and field.type not in _NUMBERS:
        yield error(at, "SPEC150", f"limits such as >= belong to numbers, not to {field.type}")
        return
    lengths = (field.min_length, field.max_length)
    if any(length is not None for length in lengths) and field.type is not FieldType.STRING:
        yield error(at, "SPEC151", f"a length belongs to text, not to {field.type}")
    if None not in lengths and (field.min_length or 0) > (field.max_length or 0):
        yield error(at, "SPEC152", f"minLength {field.min_length} is above maxLength {field.max_length}")
    low, high = lowest(field), highest(field)
    if low is not None and high is not None and low > high:
        yield error(at, "SPEC153", "no number is within the limits")
    if field.multiple_of is not None and field.multiple_of <= 0:
        yield error(at, "SPEC154", "multipleOf is above 0")
    yield from _of_range(field, at, low, high)


def _of_range(field: FieldSpec, at: str, low: Decimal | None, high: Decimal | None) -> Iterator[Problem]:
    given = [bound for bound in (low, high) if bound is not None]
    if field.type is FieldType.INTEGER:
        least, most = _INT64 if field.format is Format.INT64 else _INT32
        if any(not least <= bound <= most for bound in given):
            yield error(at, "SPEC155", f"a limit is outside of {least} to {most}", "use bigint")
    if field.format is Format.DECIMAL and field.precision is not None:
        most = Decimal(10) ** (field.precision - (field.scale or 0))
        if any(abs(bound) >= most for bound in given):
            yield error(at, "SPEC156", f"a limit has more digits than decimal({field.precision},{field.scale or 0})")


def lowest(field: FieldSpec) -> Decimal | None:
    """Return the least number a field allows by its limits, or None; for integers exclusive limits are counted in."""
    return _nearest(field, field.minimum, field.exclusive_minimum, 1)


def highest(field: FieldSpec) -> Decimal | None:
    """Return the greatest number a field allows by its limits, or None."""
    return _nearest(field, field.maximum, field.exclusive_maximum, -1)


def _nearest(field: FieldSpec, inclusive: Decimal | None, exclusive: Decimal | None, sign: int) -> Decimal | None:
    scale = {FieldType.INTEGER: 0}.get(field.type, field.scale)
    step = Decimal(0) if scale is None else Decimal(1).scaleb(-scale)
    bounds = [
        bound for bound in (inclusive, None if exclusive is None else exclusive + sign * step) if bound is not None
    ]
    return (max if sign > 0 else min)(bounds) if bounds else None


def _of_pattern(field: FieldSpec, at: str) -> Iterator[Problem]:
    if field.pattern is None:
        return
    if field.type is not FieldType.STRING:
        yield error(at, "SPEC160", f"a pattern belongs to text, not to {field.type}")
    try:
        re.compile(field.pattern)
    except (re.error, OverflowError, RecursionError) as reason:
        yield error(at, "SPEC161", f"the pattern is not a regular expression: {reason}")
        return
    if _NOT_IN_JSON_SCHEMA.search(field.pattern):
        yield error(
            at, "SPEC162", "the pattern means something else in JSON Schema (ECMA 262)", "use plain groups, ^ and $"
        )
    if re.search(r"\(\?(?:[=!]|<[=!])|\\[1-9]", field.pattern):
        yield error(at, "SPEC163", "look-around and back-references cannot be checked by Pydantic")


def misfit(field: FieldSpec, value: object) -> str:
    """Return why a value cannot be one of a field, or nothing."""
    if field.enum is not None:
        return "" if value in field.enum else f"is not one of {', '.join(field.enum)}"
    if field.type in _NUMBERS:
        return _number_misfit(field, value)
    if field.type is FieldType.BOOLEAN:
        return "" if isinstance(value, bool) else "is not true or false"
    if field.type is FieldType.STRING and isinstance(value, str):
        return _text_misfit(field, value)
    return f"cannot be given for {field.type}"


def _number_misfit(field: FieldSpec, value: object) -> str:
    if isinstance(value, (bool, str)) or not isinstance(value, (int, float, Decimal)):
        return f"is not {'a whole number' if field.type is FieldType.INTEGER else 'a number'}"
    number = Decimal(str(value))
    low, high = lowest(field), highest(field)
    if (low is not None and number < low) or (high is not None and number > high):
        return "is outside of the limits"
    exponent = number.as_tuple().exponent
    if field.scale is not None and isinstance(exponent, int) and -exponent > field.scale:
        return f"has more than {field.scale} digits after the point"
    if field.multiple_of and number % field.multiple_of:
        return f"is not a multiple of {field.multiple_of}"
    return ""


_FORMATS: Mapping[Format, str] = {
    Format.DATE: r"\d{4}-\d\d-\d\d",
    Format.TIME: r"\d\d:\d\d(:\d\d(\.\d+)?)?",
    Format.DATE_TIME: r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:?\d\d)",
    Format.UUID: r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    Format.EMAIL: r"[^@\s]+@[^@\s]+\.[^@\s]+",
    Format.URI: r"https?://\S+",
}


def _text_misfit(field: FieldSpec, value: str) -> str:
    if "\x00" in value:
        return "holds a NUL character"
    if field.max_length is not None and len(value) > field.max_length:
        return f"is longer than {field.max_length} characters"
    if field.min_length is not None and len(value) < field.min_length:
        return f"is shorter than {field.min_length} characters"
    shape = _FORMATS.get(field.format) if field.format else None
    return f"is not written as {field.format}" if shape and not re.fullmatch(shape, value) else ""


def _of_relation(relation: RelationSpec, resource: ResourceSpec, spec: BackendSpec) -> Iterator[Problem]:
    at = f"{resource.name}.{relation.name}"
    if spec.resource(relation.target) is None:
        yield error(at, "SPEC170", f"there is no resource {relation.target}")
    if relation.on_delete is OnDelete.SET_NULL and relation.required:
        yield error(at, "SPEC171", "on delete set null needs a relation that may be empty", "say optional")


def _of_cycles(spec: BackendSpec) -> Iterator[Problem]:
    """Find rings of required relations: no first row could ever be created."""
    needs = {
        resource.name: [
            (r.name, r.target) for r in resource.relations if r.required and r.kind is RelationKind.BELONGS_TO
        ]
        for resource in spec.resources
    }
    left = dict(needs)
    while free := [name for name, edges in left.items() if not any(target in left for _, target in edges)]:
        for name in free:
            del left[name]
    for name, edges in left.items():
        for relation, target in edges:
            if target == name or _reaches(target, name, needs):
                message = f"{words(name)} need {words(target)} and the other way round, so none can be created"
                yield error(f"{name}.{relation}", "SPEC172", message, "make one of the relations optional")


def _reaches(start: str, goal: str, needs: Mapping[str, list[tuple[str, str]]]) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += [target for _, target in needs.get(name, [])]
    return False
