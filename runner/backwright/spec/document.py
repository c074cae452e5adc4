"""From YAML nodes to the model: a service, a resource, or a whole backend."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, get_args

from backwright.errors import BadInput, Place
from backwright.naming import singular
from backwright.spec import values
from backwright.spec.model import (
    Access,
    ActionSpec,
    AuthSpec,
    CheckSpec,
    FieldSpec,
    FieldType,
    FilterOperator,
    Format,
    KeyType,
    Layout,
    LimitedRoute,
    ListSpec,
    OnDelete,
    OperationName,
    OperationSpec,
    Pagination,
    RelationKind,
    RelationSpec,
    ResourceSpec,
    ServiceSpec,
    SessionKind,
    TransitionSpec,
)
from backwright.spec.node import Entry, Mapping, Node, Scalar, Sequence
from backwright.spec.short import is_relation, read_field, read_relation, read_short_type
from backwright.spec.shorttypes import completed

Places = MutableMapping[str, Place]
"""Where things are written: ``products``, ``products.price``, ``service``."""


def as_node(node: Node) -> Node:
    """Leave a value unread: what it means depends on other keys."""
    return node


FIELD_READERS: dict[str, values.Read] = {
    "type": as_node,
    "format": values.choice(*Format),
    "description": values.text,
    "required": values.boolean,
    "nullable": values.boolean,
    "unique": values.boolean,
    "index": values.boolean,
    "immutable": values.boolean,
    "read_only": values.boolean,
    "write_only": values.boolean,
    "default": values.scalar,
    "min_length": values.integer,
    "max_length": values.integer,
    "pattern": values.text,
    "minimum": values.decimal,
    "maximum": values.decimal,
    "exclusive_minimum": values.decimal,
    "exclusive_maximum": values.decimal,
    "multiple_of": values.decimal,
    "precision": values.integer,
    "scale": values.integer,
    "enum": values.many(values.text),
    "examples": values.many(values.plain),
    "items": as_node,
    "properties": as_node,
    "min_items": values.integer,
    "max_items": values.integer,
    "renamed_from": values.identifier,
    "backfill": values.scalar,
}
"""The keys of a field in its long form."""


def read_field_node(name: str, node: Node) -> FieldSpec:
    """Return a field from its short or long form."""
    if isinstance(node, Scalar):
        return read_field(name, values.text(node), node.place)
    keys = values.keyed(node, FIELD_READERS, f"the field {name}")
    keys = {**_type_keys(keys.pop("type", None)), **keys}
    if "items" in keys:
        keys["items"] = read_field_node("item", keys["items"])
    if "properties" in keys:
        inner = values.mapping(keys["properties"], "properties").entries
        keys["properties"] = tuple(read_field_node(values.identifier(e.key), e.value) for e in inner)
    return values.built(FieldSpec, {"name": name, **completed(keys)}, node)


def _type_keys(node: Node | None) -> dict[str, Any]:
    """Read ``type:``: one of JSON Schema's, or a short type such as ``decimal(10,2)``."""
    if node is None:
        return {}
    word = values.text(node)
    return {"type": FieldType(word)} if word in set(FieldType) else read_short_type(word, node.place)


RELATION_READERS: dict[str, values.Read] = {
    "kind": values.choice(*RelationKind),
    "target": values.identifier,
    "required": values.boolean,
    "on_delete": values.choice(*OnDelete),
    "unique": values.boolean,
    "immutable": values.boolean,
    "back_populates": values.identifier,
    "description": values.text,
    "renamed_from": values.identifier,
    "backfill": values.scalar,
}
"""The keys of a relation in its long form; ``target`` tells it from a field."""


def _is_relation(node: Node) -> bool:
    if isinstance(node, Scalar):
        return is_relation(node.text)
    return isinstance(node, Mapping) and node.get("target") is not None


def read_relation_node(name: str, node: Node) -> RelationSpec:
    """Return a relation from its short or long form."""
    if isinstance(node, Scalar):
        return read_relation(name, node.text, node.place)
    keys = values.keyed(node, RELATION_READERS, f"the relation {name}")
    return values.built(RelationSpec, {"name": name, **keys}, node)


def _operations(node: Node) -> tuple[OperationSpec, ...]:
    name = values.choice(*OperationName)
    if isinstance(node, Sequence):
        return tuple(OperationSpec(name=OperationName(name(item))) for item in node.items)
    entries = values.mapping(node, "operations").entries
    return tuple(_operation(OperationName(name(entry.key)), entry.value) for entry in entries)


def _operation(name: OperationName, node: Node) -> OperationSpec:
    """Read who may call one: a word, a list of roles, both (``{access: owner, roles: [admin]}``), or null: not said."""
    if isinstance(node, Sequence):
        return OperationSpec(name=name, access=Access.ROLE, roles=values.many(values.identifier)(node))
    if isinstance(node, Mapping):
        keys = values.keyed(node, ACCESS_READERS, f"the operation {name}")
        return values.built(OperationSpec, {"name": name, **keys}, node)
    return OperationSpec(name=name, access=None if node.is_null else Access(values.choice(*Access)(node)))


ACCESS_READERS: dict[str, values.Read] = {
    "access": values.choice(*Access),
    "roles": values.many(values.identifier),
}
"""The keys of an operation in its long form."""


def _filters(node: Node) -> dict[str, tuple[FilterOperator, ...]]:
    read = values.many(values.choice(*FilterOperator))
    return {
        values.identifier(entry.key): tuple(FilterOperator(word) for word in read(entry.value))
        for entry in values.mapping(node, "filters").entries
    }


def _list(node: Node) -> ListSpec:
    readers: dict[str, values.Read] = {
        "filters": _filters,
        "sort": values.many(values.identifier),
        "search": values.many(values.identifier),
        "pagination": values.choice(*Pagination),
        "page_size": values.integer,
        "max_page_size": values.integer,
    }
    return values.built(ListSpec, values.keyed(node, readers, "list"), node)


def _checks(node: Node) -> tuple[CheckSpec, ...]:
    entries = values.mapping(node, "checks").entries
    return tuple(CheckSpec(name=values.identifier(e.key), expression=values.text(e.value)) for e in entries)


def _transitions(node: Node) -> tuple[TransitionSpec, ...]:
    return tuple(
        TransitionSpec(field=values.identifier(entry.key), moves=_moves(entry.value))
        for entry in values.mapping(node, "transitions").entries
    )


def _moves(node: Node) -> tuple[tuple[str, str], ...]:
    entries = values.mapping(node, "the moves (from: [to, …])").entries
    return tuple((e.key.text, to) for e in entries for to in values.many(values.text)(e.value))


def _actions(node: Node) -> tuple[ActionSpec, ...]:
    return tuple(_action(entry) for entry in values.mapping(node, "actions").entries)


def _action(entry: Entry) -> ActionSpec:
    name = values.identifier(entry.key)
    if isinstance(entry.value, Scalar) and entry.value.is_null:
        return ActionSpec(name=name)
    readers: dict[str, values.Read] = {
        "description": values.text,
        "access": values.choice(*Access),
        "roles": values.many(values.identifier),
        "input": _input,
    }
    return values.built(
        ActionSpec, {"name": name, **values.keyed(entry.value, readers, f"the action {name}")}, entry.value
    )


def _input(node: Node) -> tuple[FieldSpec, ...]:
    entries = values.mapping(node, "fields").entries
    return tuple(read_field_node(values.identifier(e.key), e.value) for e in entries)


RESOURCE_READERS: dict[str, values.Read] = {
    "name": values.identifier,
    "singular": values.identifier,
    "description": values.text,
    "key": values.choice(*KeyType),
    "key_fields": values.many(values.identifier),
    "fields": as_node,
    "operations": _operations,
    "list": _list,
    "timestamps": values.boolean,
    "soft_delete": values.boolean,
    "optimistic_locking": values.boolean,
    "owner": values.identifier,
    "unique_together": values.many(values.many(values.identifier)),
    "checks": _checks,
    "transitions": _transitions,
    "actions": _actions,
    "nested_under": values.identifier,
    "renamed_from": values.identifier,
}
"""The keys of a resource's file."""


def read_resource(node: Node, name: str | None, places: Places) -> ResourceSpec:
    """Return a resource; ``name`` is what the file or the key around it says, or None.

    Raises:
        BadInput: with the place of what is wrong.
    """
    keys = values.keyed(node, RESOURCE_READERS, "a resource")
    named = keys.pop("name", name)
    if named is None:
        raise BadInput("the resource has no name", place=node.place, hint="Write name: in the plural, as in products.")
    if name is not None and named != name:
        raise BadInput(
            f"the name is {named}, but it stands in a place for {name}",
            place=_key_place(node, "name"),
            hint=f"To rename it, name the file {named}.yaml and write renamed_from: {name}.",
        )
    places[named] = node.place
    fields, relations = _members(keys.pop("fields", None), named, places)
    keys.setdefault("singular", singular(named))
    return values.built(ResourceSpec, {"name": named, **keys, "fields": fields, "relations": relations}, node)


def _key_place(node: Node, key: str) -> Place:
    inner = node.get(key) if isinstance(node, Mapping) else None
    return inner.place if inner is not None else node.place


def _members(
    node: Node | None, resource: str, places: Places
) -> tuple[tuple[FieldSpec, ...], tuple[RelationSpec, ...]]:
    fields: list[FieldSpec] = []
    relations: list[RelationSpec] = []
    for entry in values.mapping(node, "fields").entries if node is not None else ():
        name = values.identifier(entry.key)
        places[f"{resource}.{name}"] = entry.key.place
        if _is_relation(entry.value):
            relations.append(read_relation_node(name, entry.value))
        else:
            fields.append(read_field_node(name, entry.value))
    return tuple(fields), tuple(relations)


def _rate_limits(node: Node) -> dict[str, str]:
    route = values.choice(*get_args(LimitedRoute))
    entries = values.mapping(node, "rate_limits (a route and how often: login: 5/minute)").entries
    return {route(entry.key): values.text(entry.value) for entry in entries}


AUTH_READERS: dict[str, values.Read] = {
    "kind": values.choice("none", "jwt", "api_key"),
    "cookie": values.boolean,
    "api_keys": values.boolean,
    "registration": values.boolean,
    "roles": values.many(values.identifier),
    "profile": _input,
    "rate_limits": _rate_limits,
}
"""The keys of ``auth`` in its long form."""


def _auth(node: Node) -> AuthSpec:
    if isinstance(node, Scalar):
        return values.built(AuthSpec, {"kind": values.choice("none", "jwt", "api_key")(node)}, node)
    return values.built(AuthSpec, values.keyed(node, AUTH_READERS, "auth"), node)


SERVICE_READERS: dict[str, values.Read] = {
    "name": values.text,
    "title": values.text,
    "description": values.text,
    "version": values.text,
    "api_prefix": values.text,
    "layout": values.choice(*Layout),
    "session": values.choice(*SessionKind),
    "orm": values.choice("sqlalchemy", "sqlmodel", "tortoise"),
    "database": values.choice("sqlite", "postgresql"),
    "auth": _auth,
    "cors_origins": values.many(values.text),
    "https": values.boolean,
    "rate_limit": values.text,
    "cache": values.boolean,
}
"""The keys of ``service.yaml``."""


def read_service(node: Node, places: Places) -> ServiceSpec:
    """Return the service.

    Raises:
        BadInput: with the place of what is wrong.
    """
    places["service"] = node.place
    return values.built(ServiceSpec, values.keyed(node, SERVICE_READERS, "the service"), node)
