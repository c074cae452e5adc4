"""The normal form: what a file says for a model; short forms wherever they say everything, defaults left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from backwright.naming import singular
from backwright.spec.model import (
    Access,
    AuthSpec,
    FieldSpec,
    Format,
    ListSpec,
    OperationSpec,
    RelationSpec,
    ResourceSpec,
    ServiceSpec,
)
from backwright.spec.short import field_line, relation_line
from backwright.spec.shorttypes import LENGTHS, completed
from backwright.spec.values import file_key

Plain = str | int | float | bool | Decimal | None | Sequence[Any] | Mapping[str, Any]
"""What can be written as YAML."""


def plain_field(field: FieldSpec) -> Plain:
    """Return a field's short form, or its long form as a mapping."""
    return field_line(field) or long_field(field)


def long_field(field: FieldSpec) -> dict[str, Plain]:
    """Return a field as a mapping of JSON Schema's words, without what follows from the rest."""
    said = _said(field, leave_out={"name", "items", "properties", "enum", "required", "nullable"})
    whole: dict[str, Plain] = {"type": str(field.type), **said}
    implied = completed({"type": field.type, "format": field.format, "default": field.default})
    if field.required != implied["required"]:
        whole["required"] = field.required
    if field.nullable != completed({**implied, "required": field.required, "nullable": None})["nullable"]:
        whole["nullable"] = field.nullable
    if field.max_length == LENGTHS.get(field.format) and field.format not in (None, Format.TEXT):
        whole.pop(file_key("max_length"), None)
    if field.enum is not None:
        whole["enum"] = list(field.enum)
    if field.items is not None:
        whole["items"] = plain_field(field.items)
    if field.properties:
        whole["properties"] = {inner.name: plain_field(inner) for inner in field.properties}
    return whole


def plain_relation(relation: RelationSpec) -> Plain:
    """Return a relation's short form, or its long form as a mapping."""
    return relation_line(relation, singular(relation.target)) or {
        "target": relation.target,
        **_said(relation, leave_out={"name", "target"}),
    }


def plain_members(resource: ResourceSpec, long: Collection[str] = ()) -> dict[str, Plain]:
    """Return all fields, then all relations, by name; those named by ``long`` in the long form."""
    fields = {field.name: long_field(field) if field.name in long else plain_field(field) for field in resource.fields}
    return {**fields, **{relation.name: plain_relation(relation) for relation in resource.relations}}


def plain_resource(resource: ResourceSpec, long: Collection[str] = ()) -> dict[str, Plain]:
    """Return what a resource's file says; fields named by ``long`` in the long form."""
    whole: dict[str, Plain] = {"name": resource.name}
    if resource.singular != singular(resource.name):
        whole["singular"] = resource.singular
    said = _said(resource, leave_out={"name", "singular", "fields", "relations", *_SPECIAL})
    for key in ("description", "key", "key_fields", "renamed_from"):
        if key in said:
            whole[key] = said.pop(key)
    whole["fields"] = plain_members(resource, long)
    default = ResourceSpec(name="x", singular="x")
    for key, write in _SPECIAL.items():
        if getattr(resource, key) != getattr(default, key):
            whole[key] = write(getattr(resource, key))
    return {**whole, **said}


def plain_service(service: ServiceSpec) -> dict[str, Plain]:
    """Return what ``service.yaml`` says: what was decided for it is pinned, what has its default left out."""
    said = _said(service, leave_out={"name", "auth", "layout", "session", "database"})
    auth: Plain = str(service.auth.kind)
    if service.auth != AuthSpec(kind=service.auth.kind):
        auth = plain_auth(service.auth)
    pinned: dict[str, Plain] = {
        "layout": str(service.layout),
        "session": str(service.session),
        "database": service.database,
        "auth": auth,
    }
    first: dict[str, Plain] = {
        key: said.pop(key) for key in ("title", "description", "version", "api_prefix") if key in said
    }
    return {"name": service.name, **first, **pinned, **said}


def plain_auth(auth: AuthSpec) -> Plain:
    """Return the long form of ``auth``."""
    whole: dict[str, Plain] = {"kind": str(auth.kind), **_said(auth, leave_out={"kind", "profile"})}
    if auth.profile:
        whole["profile"] = {field.name: plain_field(field) for field in auth.profile}
    return whole


def _said(model: BaseModel, leave_out: set[str]) -> dict[str, Plain]:
    """Return the attributes that are not at their default, by their key in files."""
    return {
        file_key(name): _plain(getattr(model, name))
        for name, info in type(model).model_fields.items()
        if name not in leave_out and not info.is_required() and getattr(model, name) != info.default
    }


def _plain(value: Any) -> Plain:  # noqa: ANN401 - any attribute
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value  # type: ignore[no-any-return]


def _plain_operations(operations: tuple[OperationSpec, ...]) -> Plain:
    if all(operation == OperationSpec(name=operation.name) for operation in operations):
        return [str(operation.name) for operation in operations]
    return {str(operation.name): _plain_access(operation) for operation in operations}


def _plain_access(operation: OperationSpec) -> Plain:
    if operation.access is Access.ROLE and operation.roles:
        return list(operation.roles)
    if operation.roles:
        return _said(operation, leave_out={"name"})
    return None if operation.access is None else str(operation.access)


def _plain_list(spec: ListSpec) -> Plain:
    return _said(spec, leave_out=set())


def _plain_actions(actions: tuple[Any, ...]) -> Plain:
    return {
        action.name: {
            **_said(action, leave_out={"name", "input"}),
            **({"input": {field.name: plain_field(field) for field in action.input}} if action.input else {}),
        }
        or None
        for action in actions
    }


def _plain_transitions(transitions: tuple[Any, ...]) -> Plain:
    whole: dict[str, dict[str, list[str]]] = {}
    for transition in transitions:
        for old, new in transition.moves:
            whole.setdefault(transition.field, {}).setdefault(old, []).append(new)
    return whole


_SPECIAL: Mapping[str, Any] = {
    "operations": _plain_operations,
    "list": _plain_list,
    "checks": lambda checks: {check.name: check.expression for check in checks},
    "transitions": _plain_transitions,
    "actions": _plain_actions,
}
"""Attributes of a resource whose form in files is not that of the model."""
