"""What a list offers where the spec leaves it open; read by the skill that writes it and the one that tests it."""

from __future__ import annotations

from collections.abc import Mapping

from backwright.spec.model import (
    FieldSpec,
    FieldType,
    FilterOperator,
    Format,
    KeyType,
    RelationKind,
    RelationSpec,
    ResourceSpec,
)

EQ, NE, LT, LE, GT, GE, IN, CONTAINS = FilterOperator
SAME = (EQ,)
CHOICE = (EQ, NE, IN)
RANGE = (EQ, LT, LE, GT, GE)
TIMESTAMPS = ("created_at", "updated_at")
LONG = (Format.TEXT, Format.PASSWORD)
ORDERED_FORMATS = (Format.DATE, Format.DATE_TIME, Format.TIME)


def operators(field: FieldSpec) -> tuple[FilterOperator, ...]:
    """Return the comparisons that make sense for a field, none for what is not compared (long text, secrets)."""
    if field.write_only or field.format in LONG or field.type in (FieldType.ARRAY, FieldType.OBJECT):
        return ()
    if field.type is FieldType.BOOLEAN:
        return SAME
    if field.enum is not None or field.format is Format.UUID:
        return CHOICE
    if field.type is FieldType.NUMBER and field.format is not Format.DECIMAL:
        return RANGE[1:]
    if field.type in (FieldType.INTEGER, FieldType.NUMBER) or field.format in ORDERED_FORMATS:
        return RANGE
    return (*CHOICE, CONTAINS)


def filters(resource: ResourceSpec) -> Mapping[str, tuple[FilterOperator, ...]]:
    """Return the filters of a resource's list, by field or column (``product_id``), in the order of the columns."""
    if resource.list.filters is not None:
        return resource.list.filters
    found = {field.name: operators(field) for field in resource.fields if operators(field)}
    found |= {f"{relation.name}_id": (EQ, IN) for relation in belongs_to(resource)}
    return found | dict.fromkeys(TIMESTAMPS if resource.timestamps else (), RANGE[1:])


def sort_keys(resource: ResourceSpec) -> tuple[str, ...]:
    """Return what a resource's list may be sorted by; the key itself comes first where it counts upwards."""
    if resource.list.sort is not None:
        return resource.list.sort
    key = ("id",) if resource.key is KeyType.INTEGER else ()
    fields = (field.name for field in resource.fields if operators(field))
    return (*key, *fields, *(TIMESTAMPS if resource.timestamps else ()))


def search_fields(resource: ResourceSpec) -> tuple[str, ...]:
    """Return the fields a resource's list is searched in: all free text."""
    if resource.list.search is not None:
        return resource.list.search
    return tuple(
        field.name
        for field in resource.fields
        if field.type is FieldType.STRING
        and field.format in (None, Format.TEXT, Format.EMAIL, Format.URI)
        and field.enum is None
        and not field.write_only
    )


def belongs_to(resource: ResourceSpec) -> tuple[RelationSpec, ...]:
    """Return the relations whose column lies in the resource's own table."""
    return tuple(relation for relation in resource.relations if relation.kind is RelationKind.BELONGS_TO)
