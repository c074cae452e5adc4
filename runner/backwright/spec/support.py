"""What the model can say and no skill writes yet, by name."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.spec.model import (
    BackendSpec,
    FieldSpec,
    FieldType,
    Format,
    KeyType,
    OperationName,
    Pagination,
    RelationKind,
    ResourceSpec,
    ServiceSpec,
)

_RELATIONS = {
    RelationKind.HAS_MANY: "has-many relations",
    RelationKind.ONE_TO_ONE: "one-to-one relations",
    RelationKind.MANY_TO_MANY: "many-to-many relations",
}


def unsupported(spec: BackendSpec) -> tuple[str, ...]:
    """Return a name and a place in the spec for everything that is not written yet: ``soft delete (products)``."""
    return (*_of_service(spec.service), *(line for one in spec.resources for line in _of_resource(one)))


def _of_service(service: ServiceSpec) -> Iterator[str]:
    if service.orm != "sqlalchemy":
        yield f"{service.orm} (service.orm)"
    if service.rate_limit is not None:
        yield "rate limits (service.rate_limit)"
    if service.cache:
        yield "caching (service.cache)"


def _of_resource(resource: ResourceSpec) -> Iterator[str]:
    at = resource.name
    said = {
        "composite keys": resource.key is KeyType.COMPOSITE or bool(resource.key_fields),
        "soft delete": resource.soft_delete,
        "optimistic locking (ETag)": resource.optimistic_locking,
        "unique sets of fields": bool(resource.unique_together),
        "checks over several fields": bool(resource.checks),
        "state transitions": bool(resource.transitions),
        "custom operations": bool(resource.actions),
        "nested routes": resource.nested_under is not None,
        "cursor pagination": resource.list.pagination is Pagination.CURSOR,
        "bulk operations": any(operation.name is OperationName.BULK for operation in resource.operations),
    }
    yield from (f"{name} ({at})" for name, is_said in said.items() if is_said)
    for field in resource.fields:
        yield from _of_field(field, f"{at}.{field.name}")
    for relation in resource.relations:
        if relation.kind in _RELATIONS:
            yield f"{_RELATIONS[relation.kind]} ({at}.{relation.name})"


def _of_field(field: FieldSpec, at: str) -> Iterator[str]:
    if field.type is FieldType.ARRAY:
        yield f"lists as values ({at})"
    if field.properties or field.items:
        yield f"nested objects ({at})"
    if field.format is Format.PASSWORD:
        yield f"passwords ({at})"
