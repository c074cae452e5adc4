"""What a change does: one line for each of its steps."""

from __future__ import annotations

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
