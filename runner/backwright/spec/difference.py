"""How one spec becomes another: ``apply(old, difference(old, new)) == new``.

``renamed_from`` says what was renamed (without it, one thing is removed and another added); ``backfill`` travels with
the step that adds or changes a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from backwright.spec.apply import apply_step, members, settled, uses
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
from backwright.spec.model import BackendSpec, FieldSpec, RelationSpec, ResourceSpec

Members = Mapping[str, FieldSpec | RelationSpec]
"""Fields and relations by name."""


def difference(old: BackendSpec, new: BackendSpec) -> SpecChange:
    """Return the change that makes ``old`` the settled ``new``; empty where they say the same."""
    steps: list[Step] = []
    spec = old

    def take(step: Step) -> None:
        nonlocal spec
        steps.append(step)
        spec = apply_step(spec, step)

    if old.service != new.service:
        take(ChangeService(service=new.service))
    for step in _resource_renames(old, new):
        take(step)
    for name in _gone(spec, new):
        take(RemoveResource(resource=name))
    for resource in _new_in_order(spec, new):
        take(AddResource(resource=resource))
    for resource in new.resources:
        for member_step in _member_steps(spec, resource):
            take(member_step)
        if spec.resource(resource.name) != settled(resource):
            take(ChangeResource(resource=settled(resource)))
    return SpecChange(steps=tuple(steps))


def _resource_renames(old: BackendSpec, new: BackendSpec) -> Iterator[Step]:
    known = {resource.name for resource in old.resources}
    singulars = {resource.name: resource.singular for resource in new.resources}
    renames = _renames({resource.name: resource.renamed_from for resource in new.resources}, known)
    for name in _overwritten(renames, known):
        yield RemoveResource(resource=name)
    for before, after in in_order(renames):
        yield RenameResource(resource=before, name=after, singular=singulars.get(after, after))


def _renames(said: Mapping[str, str | None], known: Iterable[str]) -> dict[str, str]:
    """Return old name → new name, for what was known by its old name; the first to say so has it."""
    renames: dict[str, str] = {}
    for name, before in said.items():
        if before is not None and before in known and before != name:
            renames.setdefault(before, name)
    return renames


def _overwritten(renames: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Return what has to go because something else takes its name."""
    return [name for name in known if name in renames.values() and name not in renames]


def in_order(renames: Mapping[str, str]) -> list[tuple[str, str]]:
    """Order renames so that each new name is free when it is given; a ring goes through a name of its own."""
    waiting = dict(renames)
    done: list[tuple[str, str]] = []
    while waiting:
        free = [before for before, after in waiting.items() if after not in waiting]
        if free:
            done.append((free[0], waiting.pop(free[0])))
        else:
            before, after = next(iter(waiting.items()))
            aside = f"{before[:40]}_before"
            done.append((before, aside))
            del waiting[before]
            waiting[aside] = after
    return done


def _gone(spec: BackendSpec, new: BackendSpec) -> list[str]:
    kept = {resource.name for resource in new.resources}
    return [resource.name for resource in reversed(_by_need(spec)) if resource.name not in kept]


def _new_in_order(spec: BackendSpec, new: BackendSpec) -> list[ResourceSpec]:
    there = {resource.name for resource in spec.resources}
    return [resource for resource in _by_need(new) if resource.name not in there]


def _by_need(spec: BackendSpec) -> list[ResourceSpec]:
    """Return the resources, each after those it points at as far as that is possible."""
    ordered: dict[str, ResourceSpec] = {}
    waiting = {resource.name: resource for resource in spec.resources}
    while waiting:
        ready = [r for r in waiting.values() if not {x.target for x in r.relations} & (set(waiting) - {r.name})]
        for resource in ready or [next(iter(waiting.values()))]:
            ordered[resource.name] = waiting.pop(resource.name)
    return list(ordered.values())


def _member_steps(spec: BackendSpec, new: ResourceSpec) -> Iterator[Step]:
    old = spec.resource(new.name)
    if old is None or old == settled(new):
        return
    known = members(old)
    wanted = members(new)
    renames = _renames({name: member.renamed_from for name, member in wanted.items()}, known)
    overwritten = _overwritten(renames, known)
    ordered = in_order(renames)
    gone = _gone_members({name: member for name, member in known.items() if name not in overwritten}, wanted, ordered)
    if any(uses(old, name) for name in (*overwritten, *gone)):
        yield _freed(old)
    for name in overwritten:
        yield RemoveField(resource=new.name, field=name)
    for before, after in ordered:
        yield RenameField(resource=new.name, field=before, name=after)
    for name in gone:
        yield RemoveField(resource=new.name, field=name)
    there = _renamed({name: member for name, member in known.items() if name not in overwritten}, ordered)
    for name, member in wanted.items():
        yield from _member_step(new, there.get(name), member)


def _freed(resource: ResourceSpec) -> ChangeResource:
    """Let go of what else in the resource names its fields, so that they can be removed."""
    plain = ResourceSpec(name=resource.name, singular=resource.singular)
    names = ("unique_together", "key_fields", "nested_under", "transitions")
    return ChangeResource(resource=resource.model_copy(update={name: getattr(plain, name) for name in names}))


def _gone_members(known: Members, wanted: Members, renames: list[tuple[str, str]]) -> list[str]:
    """Return, by their names after the renames, the fields that are not wanted any more."""
    there = _renamed(known, renames)
    return [name for name, member in there.items() if name not in wanted or type(wanted[name]) is not type(member)]


def _renamed(known: Members, renames: list[tuple[str, str]]) -> dict[str, FieldSpec | RelationSpec]:
    current = dict(known)
    for before, after in renames:
        current[after] = current.pop(before).model_copy(update={"name": after})
    return current


def _member_step(
    resource: ResourceSpec, old: FieldSpec | RelationSpec | None, new: FieldSpec | RelationSpec
) -> Iterator[Step]:
    asked = new.model_copy(update={"renamed_from": None})
    final = asked.model_copy(update={"backfill": None})
    if old == final:
        return
    is_new = type(old) is not type(new)
    if isinstance(asked, FieldSpec):
        yield (AddField if is_new else ChangeField)(resource=resource.name, field=asked)
    else:
        yield (AddRelation if is_new else ChangeRelation)(resource=resource.name, relation=asked)
