"""The JSON Schema (draft 2020-12) of spec files: ``backend``, ``service``, ``resource``, short forms included.

It is made from the model, so that it cannot say anything else; editors use it to complete and check the YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from backwright.errors import NotFound
from backwright.spec.document import AUTH_READERS, FIELD_READERS, RELATION_READERS, RESOURCE_READERS, SERVICE_READERS
from backwright.spec.model import (
    Access,
    ActionSpec,
    AuthSpec,
    FieldSpec,
    ListSpec,
    OperationName,
    RelationSpec,
    ResourceSpec,
    ServiceSpec,
)
from backwright.spec.shorttypes import ALIASES, TYPES
from backwright.spec.values import file_key

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NAMES = ("backend", "service", "resource")
"""The schemas there are."""

_IDENTIFIER: dict[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 48}
_SCALAR: dict[str, Any] = {"type": ["string", "number", "integer", "boolean", "null"]}
_NUMBER: dict[str, Any] = {"type": "number"}
_MEMBERS: dict[str, Any] = {
    "type": "object",
    "propertyNames": _IDENTIFIER,
    "additionalProperties": {
        "anyOf": [{"$ref": "#/$defs/short"}, {"$ref": "#/$defs/field"}, {"$ref": "#/$defs/relation"}]
    },
}
_FIELDS: dict[str, Any] = {
    "type": "object",
    "propertyNames": _IDENTIFIER,
    "additionalProperties": {"anyOf": [{"$ref": "#/$defs/short"}, {"$ref": "#/$defs/field"}]},
}


def json_schema(name: str) -> dict[str, Any]:
    """Return the schema of one kind of file.

    Raises:
        NotFound: there is no schema of that name; the candidates are those there are.
    """
    parts = _parts()
    if name not in NAMES:
        raise NotFound(f"there is no schema {name!r}", candidates=NAMES)
    if name == "backend":
        resources = {
            "type": "object",
            "propertyNames": _IDENTIFIER,
            "additionalProperties": {"$ref": "#/$defs/resource"},
        }
        top: dict[str, Any] = {
            "type": "object",
            "properties": {"service": {"$ref": "#/$defs/service"}, "resources": resources},
            "required": ["service"],
            "additionalProperties": False,
        }
    else:
        top = {"$ref": f"#/$defs/{name}"}
    return {"$schema": DRAFT, "title": f"Backwright {name}", **top, "$defs": parts}


def _parts() -> dict[str, Any]:
    parts: dict[str, Any] = {"short": _short()}
    type_: dict[str, Any] = {"type": "string", "description": "a type, such as string, text or decimal(10,2)"}
    numbers = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of")
    field = {
        **dict.fromkeys(numbers, _NUMBER),
        "type": type_,
        "default": _SCALAR,
        "backfill": _SCALAR,
        "items": {"anyOf": [{"$ref": "#/$defs/short"}, {"$ref": "#/$defs/field"}]},
        "properties": _FIELDS,
        "enum": {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 1},
    }
    parts["field"] = _part(FieldSpec, FIELD_READERS, field, parts)
    parts["relation"] = _part(RelationSpec, RELATION_READERS, {"backfill": _SCALAR}, parts) | {"required": ["target"]}
    parts["list"] = _part(ListSpec, dict.fromkeys(ListSpec.model_fields), {}, parts)
    parts["action"] = _part(
        ActionSpec, dict.fromkeys(("description", "access", "roles", "input")), {"input": _FIELDS}, parts
    )
    parts["auth"] = _part(AuthSpec, AUTH_READERS, {"profile": _FIELDS}, parts)
    parts["resource"] = _part(ResourceSpec, RESOURCE_READERS, _resource_parts(), parts)
    kinds = {"enum": ["none", "jwt", "api_key"]}
    service = {"auth": {"anyOf": [kinds, {"$ref": "#/$defs/auth"}]}, "version": {"type": ["string", "number"]}}
    parts["service"] = _part(ServiceSpec, SERVICE_READERS, service, parts) | {"required": ["name"]}
    return parts


def _resource_parts() -> dict[str, Any]:
    names = [str(name) for name in OperationName]
    roles = {"type": "array", "items": _IDENTIFIER}
    word = {"enum": [str(one) for one in Access]}
    both = {"type": "object", "properties": {"access": word, "roles": roles}, "additionalProperties": False}
    access = {"anyOf": [{"type": "null"}, word, roles, both]}
    moves = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
    by_operation = {"type": "object", "propertyNames": {"enum": names}, "additionalProperties": access}
    return {
        "fields": _MEMBERS,
        "operations": {"anyOf": [{"type": "array", "items": {"enum": names}}, by_operation]},
        "list": {"$ref": "#/$defs/list"},
        "checks": {"type": "object", "propertyNames": _IDENTIFIER, "additionalProperties": {"type": "string"}},
        "transitions": {"type": "object", "propertyNames": _IDENTIFIER, "additionalProperties": moves},
        "actions": {
            "type": "object",
            "propertyNames": _IDENTIFIER,
            "additionalProperties": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/action"}]},
        },
    }


def _part(
    model: type[BaseModel], keys: Mapping[str, Any], own: Mapping[str, Any], parts: dict[str, Any]
) -> dict[str, Any]:
    """Return a mapping's schema; what the model says of a key stands unless the file's form is its ``own``."""
    whole = model.model_json_schema(by_alias=False)
    of_model = {
        "FieldSpec",
        "RelationSpec",
        "OperationSpec",
        "ListSpec",
        "CheckSpec",
        "TransitionSpec",
        "ActionSpec",
        "AuthSpec",
    }
    parts.update({name: part for name, part in whole.get("$defs", {}).items() if name not in of_model})
    said = whole.get("properties") or whole["$defs"][model.__name__]["properties"]
    return {
        "type": "object",
        "description": (model.__doc__ or "").split("\n")[0],
        "properties": {file_key(key): own.get(key, _without_title(said[key])) for key in keys},
        "additionalProperties": False,
    }


def _without_title(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in ("title", "default")}


def _short() -> dict[str, Any]:
    words = "|".join(sorted({*TYPES, *ALIASES}))
    return {
        "type": "string",
        "pattern": rf"^\s*(->\s*[A-Za-z]|(?:{words})\b)",
        "description": "a short form, such as string(1..200) unique, integer = 0 >= 0 or -> Category optional",
        "examples": ["string(1..200)", "decimal(10,2) >= 0", "integer 1..5", "enum(new, paid) = new", "-> Category"],
    }
