"""``spec + change = spec``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import reduce
from typing import Any, TypeVar

from backwright.errors import BadInput, NotFound
from backwright.naming import singular
from backwright.spec.change import (
    AddField,
    AddRelation,
    AddResource,
    ChangeField,
    ChangeRelation,
    ChangeResource,
    ChangeService,
    RemoveField,
    RemoveResource,
    RenameField,
    RenameResource,
    SpecChange,
    Step,
)
from backwright.spec.model import BackendSpec, FieldSpec, ListSpec, RelationSpec, ResourceSpec

_Member = TypeVar("_Member", FieldSpec, RelationSpec)


def apply_change(spec: BackendSpec, change: SpecChange) -> BackendSpec:
    """Return the spec after a change; ``renamed_from`` and ``backfill`` are gone from what was changed.

    Raises:
        NotFound: a step is about a resource or field that is not there.
        BadInput: something is there already and is another, or a relation would point at nothing.
    """
    changed = reduce(apply_step, change.steps, spec)
    _check_targets(changed, removed=[step.resource for step in change.steps if isinstance(step, RemoveResource)])
    return changed


def apply_step(spec: BackendSpec, step: Step) -> BackendSpec:
    """Return the spec after one step; where relations point is not looked at."""
    return _STEPS[type(step)](spec, step)


def is_there(spec: BackendSpec, step: Step) -> bool:
    """Whether a step asks for what the spec says already."""
    try:
        return apply_step(spec, step) == spec
    except BadInput:
        return False


def settled(resource: ResourceSpec) -> ResourceSpec:
    """Return a resource without what only says how it came to be."""
    return resource.model_copy(
        update={
            "fields": tuple(_settled(field) for field in resource.fields),
            "relations": tuple(_settled(relation) for relation in resource.relations),
            "renamed_from": None,
        }
    )


def _settled(member: _Member) -> _Member:
    return member.model_copy(update={"renamed_from": None, "backfill": None})


def resource_named(spec: BackendSpec, name: str) -> ResourceSpec:
    """Return a resource by its plural or singular.

    Raises:
        NotFound: there is none; the candidates are the nearest names.
    """
    found = spec.resource(name)
    if found is None:
        names = [resource.name for resource in spec.resources]
        raise NotFound(f"there is no resource {name}", candidates=_nearest("resources", name, names))
    return found


def members(resource: ResourceSpec) -> dict[str, FieldSpec | RelationSpec]:
    """Return fields and relations by name."""
    fields: dict[str, FieldSpec | RelationSpec] = {field.name: field for field in resource.fields}
    return {**fields, **{relation.name: relation for relation in resource.relations}}


def _nearest(what: str, name: str, names: list[str]) -> tuple[str, ...]:
    near = get_close_matches(name, names, 3)
    if near:
        return (f"Did you mean {' or '.join(near)}?",)
    return (f"The {what} are {', '.join(names)}.",) if names else (f"There are no {what} yet.",)


def _member_named(resource: ResourceSpec, name: str) -> FieldSpec | RelationSpec:
    known = members(resource)
    name = next((r.name for r in resource.relations if name == f"{r.name}_id"), name)
    if name not in known:
        candidates = _nearest(f"fields of {resource.name}", name, list(known))
        raise NotFound(f"{resource.name} has no field {name}", candidates=candidates)
    return known[name]


def _with(spec: BackendSpec, resource: ResourceSpec, **update: Any) -> BackendSpec:  # noqa: ANN401
    return spec.with_resource(resource.model_copy(update=update))


def _add_resource(spec: BackendSpec, step: AddResource) -> BackendSpec:
    new = settled(step.resource)
    for word in {new.name, new.singular}:
        there = spec.resource(word)
        if there is not None and there != new:
            raise BadInput(
                f"there is a resource {there.name} already",
                hint=f"To change it, name the field: add a color to {there.name}.",
            )
    return spec.with_resource(new)


def _remove_resource(spec: BackendSpec, step: RemoveResource) -> BackendSpec:
    gone = resource_named(spec, step.resource)
    return spec.model_copy(update={"resources": tuple(r for r in spec.resources if r.name != gone.name)})


def _rename_resource(spec: BackendSpec, step: RenameResource) -> BackendSpec:
    old = resource_named(spec, step.resource)
    for word in {step.name, step.singular}:
        there = spec.resource(word)
        if there is not None and there.name != old.name:
            raise BadInput(f"{old.name} cannot be named {step.name}: there is a resource {there.name} already")
    named = [
        r.model_copy(update={"name": step.name, "singular": step.singular}) if r is old else r for r in spec.resources
    ]
    led = [_led(resource, old.name, step.name) for resource in named]
    return spec.model_copy(update={"resources": tuple(sorted(led, key=lambda resource: resource.name))})


def _led(resource: ResourceSpec, old: str, new: str) -> ResourceSpec:
    relations = tuple(r.model_copy(update={"target": new}) if r.target == old else r for r in resource.relations)
    nested = new if resource.nested_under == old else resource.nested_under
    return resource.model_copy(update={"relations": relations, "nested_under": nested})


def _add_field(spec: BackendSpec, step: AddField) -> BackendSpec:
    resource = resource_named(spec, step.resource)
    new = _settled(step.field)
    if _is_new(resource, new):
        return _with(spec, resource, fields=(*resource.fields, new))
    return spec


def _add_relation(spec: BackendSpec, step: AddRelation) -> BackendSpec:
    resource = resource_named(spec, step.resource)
    new = _settled(step.relation)
    if _is_new(resource, new):
        return _with(spec, resource, relations=(*resource.relations, new))
    return spec


def _is_new(resource: ResourceSpec, member: FieldSpec | RelationSpec) -> bool:
    there = members(resource).get(member.name)
    if there is None:
        return True
    if there == member:
        return False
    raise BadInput(
        f"{resource.name} has a field {member.name} already",
        hint=f"To change it: make {member.name} unique on {resource.name}, or edit its spec and apply it.",
    )


def _remove_field(spec: BackendSpec, step: RemoveField) -> BackendSpec:
    resource = resource_named(spec, step.resource)
    gone = _member_named(resource, step.field)
    used = uses(resource, gone.name)
    if used:
        raise BadInput(f"{resource.name}.{gone.name} is used by {', '.join(used)}; change that first")
    return _with(
        spec,
        resource,
        fields=tuple(field for field in resource.fields if field is not gone),
        relations=tuple(relation for relation in resource.relations if relation is not gone),
        list=_list_with(resource.list, lambda name: None if name == gone.name else name),
    )


def uses(resource: ResourceSpec, name: str) -> list[str]:
    """Return what else in a resource names one of its fields, so that the field cannot be removed."""
    used = [f"unique_together {list(names)}" for names in resource.unique_together if name in names]
    used += ["the key"] if name in resource.key_fields else []
    used += ["nested_under"] if resource.nested_under == name else []
    return used + [f"the transitions of {name}" for transition in resource.transitions if transition.field == name]


def _rename_field(spec: BackendSpec, step: RenameField) -> BackendSpec:
    resource = resource_named(spec, step.resource)
    old = _member_named(resource, step.field)
    if step.name in members(resource) and step.name != old.name:
        raise BadInput(f"{old.name} cannot be named {step.name}: {resource.name} has a field {step.name} already")

    def named(name: str) -> str:
        return step.name if name == old.name else name

    def renamed(every: Iterable[_Member]) -> tuple[_Member, ...]:
        return tuple(m.model_copy(update={"name": step.name}) if m.name == old.name else m for m in every)

    return _with(
        spec,
        resource,
        fields=renamed(resource.fields),
        relations=renamed(resource.relations),
        list=_list_with(resource.list, named),
        key_fields=tuple(named(name) for name in resource.key_fields),
        unique_together=tuple(tuple(named(name) for name in names) for names in resource.unique_together),
        transitions=tuple(t.model_copy(update={"field": named(t.field)}) for t in resource.transitions),
    )


def _list_with(spec: ListSpec, named: Callable[[str], str | None]) -> ListSpec:
    def every(names: Iterable[str] | None) -> tuple[str, ...] | None:
        return None if names is None else tuple(new for name in names if (new := named(name)) is not None)

    filters = spec.filters
    if filters is not None:
        filters = {new: operators for name, operators in filters.items() if (new := named(name)) is not None}
    return spec.model_copy(update={"filters": filters, "sort": every(spec.sort), "search": every(spec.search)})


def _change_field(spec: BackendSpec, step: ChangeField) -> BackendSpec:
    resource = resource_named(spec, step.resource)
    old = _member_named(resource, step.field.name)
    if isinstance(old, RelationSpec):
        raise BadInput(
            f"{resource.name}.{old.name} is a relation to {old.target}, not a field",
            hint=f"Remove it first: remove {old.name} from {resource.name}.",
        )
    new = _settled(step.field)
    return _with(spec, resource, fields=tuple(new if field.name == new.name else field for field in resource.fields))


def _change_relation(spec: BackendSpec, step: ChangeRelation) -> BackendSpec:
    resource = resource_named(spec, step.resource)
    old = _member_named(resource, step.relation.name)
    if isinstance(old, FieldSpec):
        raise BadInput(f"{resource.name}.{old.name} is a field, not a relation")
    new = _settled(step.relation)
    return _with(spec, resource, relations=tuple(new if one.name == new.name else one for one in resource.relations))


def _change_resource(spec: BackendSpec, step: ChangeResource) -> BackendSpec:
    old = resource_named(spec, step.resource.name)
    return spec.with_resource(
        settled(
            step.resource.model_copy(
                update={
                    "fields": _ordered(old.fields, step.resource.fields),
                    "relations": _ordered(old.relations, step.resource.relations),
                }
            )
        )
    )


def _ordered(there: tuple[_Member, ...], like: tuple[_Member, ...]) -> tuple[_Member, ...]:
    order = {member.name: place for place, member in enumerate(like)}
    return tuple(sorted(there, key=lambda member: order.get(member.name, len(order))))


def _change_service(spec: BackendSpec, step: ChangeService) -> BackendSpec:
    return spec.model_copy(update={"service": step.service})


_STEPS: Mapping[type[Any], Callable[[BackendSpec, Any], BackendSpec]] = {
    AddResource: _add_resource,
    RemoveResource: _remove_resource,
    RenameResource: _rename_resource,
    AddField: _add_field,
    RemoveField: _remove_field,
    RenameField: _rename_field,
    ChangeField: _change_field,
    AddRelation: _add_relation,
    ChangeRelation: _change_relation,
    ChangeResource: _change_resource,
    ChangeService: _change_service,
}


def _check_targets(spec: BackendSpec, removed: list[str]) -> None:
    names = {resource.name for resource in spec.resources}
    lost = [(r, relation) for r in spec.resources for relation in r.relations if relation.target not in names]
    for target in dict.fromkeys(relation.target for _, relation in lost):
        at = ", ".join(f"{r.name}.{relation.name}" for r, relation in lost if relation.target == target)
        if target in removed or singular(target) in removed:
            owners = ", ".join(dict.fromkeys(r.name for r, relation in lost if relation.target == target))
            hint = f"Remove {at} first, or remove {owners} too."
            raise BadInput(f"{target} cannot be removed: {at} points at it", hint=hint)
        raise NotFound(
            f"{at} points at {target}, which is not a resource",
            candidates=(*_nearest("resources", target, sorted(names)), f"To have one: add {target} first."),
        )
