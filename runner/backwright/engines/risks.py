"""What a change can cost: said in the plan before anything is applied."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.naming import kebab
from backwright.spec.change import (
    AddField,
    AddRelation,
    ChangeField,
    ChangeRelation,
    RemoveField,
    RemoveResource,
    RenameField,
    RenameResource,
    SpecChange,
    Step,
)
from backwright.spec.model import BackendSpec


def risks_of(change: SpecChange, before: BackendSpec | None) -> tuple[str, ...]:
    """Return what may be lost or broken by each step, for resources that exist already."""
    from backwright.spec.apply import apply_step

    if before is None:
        return ()
    existing = {resource.name for resource in before.resources}
    risks: list[str] = []
    spec = before
    for step in change.steps:
        risks += _risks(step, spec, existing)
        if isinstance(step, RenameResource) and step.resource in existing:
            existing.add(step.name)
        spec = apply_step(spec, step)
    return tuple(risks)


def _risks(step: Step, spec: BackendSpec, existing: set[str]) -> Iterator[str]:
    """Yield the risks of one step; ``spec`` is what the steps before it have made."""
    match step:
        case RemoveResource():
            yield f"{step.resource}: the migration drops its table with every row; its endpoints answer 404"
        case RenameResource():
            yield f"{step.resource}: its paths change to /{kebab(step.name)}; clients of the old ones get 404"
        case RemoveField() if step.resource in existing:
            yield f"{step.resource}.{step.field}: the migration drops the column with its values"
        case RenameField() if step.resource in existing:
            yield f"{step.resource}.{step.field}: clients that send or read the old name break"
        case ChangeField() if step.resource in existing:
            yield from (f"{step.resource}.{step.field.name}: {risk}" for risk in _changed_field(step, spec))
        case ChangeRelation() if step.resource in existing:
            yield from (f"{step.resource}.{step.relation.name}: {risk}" for risk in _changed_relation(step, spec))
        case AddField(field=field) if step.resource in existing and field.required and field.default is None:
            yield f"{step.resource}.{field.name}: clients that create without it get 422"
        case AddRelation(relation=relation) if step.resource in existing and relation.required:
            yield f"{step.resource}.{relation.name}: rows that are there need a value, clients must send one"
        case _:
            return


def _changed_field(step: ChangeField, spec: BackendSpec) -> Iterator[str]:
    from backwright.engines.tightening import rounded, tightened_field

    resource, new = spec.resource(step.resource), step.field
    old = resource.field(new.name) if resource else None
    if old is None:
        return
    yield from tightened_field(old, new)
    if rounded(old, new):
        yield "the migration rounds its values, and the digits it drops are lost"
    if new.required and new.default is None and (not old.required or old.default is not None):
        yield "clients that create without it get 422"


def _changed_relation(step: ChangeRelation, spec: BackendSpec) -> Iterator[str]:
    from backwright.engines.tightening import tightened_relation

    resource, new = spec.resource(step.resource), step.relation
    for old in (relation for relation in (resource.relations if resource else ()) if relation.name == new.name):
        yield from tightened_relation(old, new)
        if new.required and not old.required:
            yield "clients that create without it get 422"
