"""What a change can cost: said in the plan before anything is applied."""

from __future__ import annotations

from collections.abc import Iterator

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
from backwright.spec.model import BackendSpec


def risks_of(change: SpecChange, before: BackendSpec | None) -> tuple[str, ...]:
    """Return what may be lost or broken by each step, for resources that exist already."""
    existing = {resource.name for resource in before.resources} if before else set()
    return tuple(risk for step in change.steps for risk in _risks(step, existing))


def _risks(step: Step, existing: set[str]) -> Iterator[str]:
    match step:
        case RemoveResource():
            yield f"{step.resource}: the migration drops its table with every row; its endpoints answer 404"
        case RenameResource():
            yield f"{step.resource}: its paths change to /{step.name}; clients of the old ones get 404"
        case RemoveField() if step.resource in existing:
            yield f"{step.resource}.{step.field}: the migration drops the column with its values"
        case RenameField() if step.resource in existing:
            yield f"{step.resource}.{step.field}: clients that send or read the old name break"
        case ChangeField() if step.resource in existing:
            yield f"{step.resource}.{step.field.name}: rows that break the new rule stop the migration"
        case AddField(field=field) if step.resource in existing and field.required and field.default is None:
            yield f"{step.resource}.{field.name}: clients that create without it get 422"
        case AddRelation(relation=relation) if step.resource in existing and relation.required:
            yield f"{step.resource}.{relation.name}: rows that are there need a value, clients must send one"
        case _:
            return


def summary_of(change: SpecChange) -> tuple[str, ...]:
    """Return one line for each step of a change, in the imperative."""
    return tuple(_summary(step) for step in change.steps)


def _summary(step: Step) -> str:  # noqa: PLR0911 - one line for each kind of step
    match step:
        case AddResource(resource=resource):
            parts = [*(field.name for field in resource.fields), *(relation.name for relation in resource.relations)]
            return f"add the resource {resource.name} ({', '.join(parts) or 'no fields'})"
        case RemoveResource():
            return f"remove the resource {step.resource}"
        case RenameResource():
            return f"rename the resource {step.resource} to {step.name}"
        case AddField():
            return f"add the field {step.field.name} to {step.resource}"
        case RemoveField():
            return f"remove {step.field} from {step.resource}"
        case RenameField():
            return f"rename {step.field} to {step.name} in {step.resource}"
        case ChangeField():
            return f"change the field {step.field.name} of {step.resource}"
        case AddRelation():
            return f"let {step.resource} belong to {step.relation.target}"
        case ChangeRelation():
            return f"change how {step.resource} belong to {step.relation.target}"
        case ChangeResource():
            return f"change the options of {step.resource.name}"
        case ChangeService():
            return f"set the options of the service {step.service.name}"
