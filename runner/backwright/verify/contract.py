"""Holds an app's OpenAPI document against the contract: nothing clients rely on may go, unless the task asks for it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from backwright.errors import Place
from backwright.finding import Finding, Severity
from backwright.naming import kebab, pascal, singular
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
from backwright.spec.find import SPEC_FOLDER
from backwright.verify.breakages import Breakage, Document, breakages

CONTRACT = f"{SPEC_FOLDER}/openapi.json"
LIST_WORDS = frozenset({"sort", "search"})
"""Parameters of lists whose values name fields: a step about a field changes them too."""


def pretty(document: Document) -> bytes:
    """Return a document as it is kept: paths, methods, codes and names in order, properties as the app has them."""
    ordered = dict(document)
    ordered["paths"] = {
        path: {word: _operation(entry) for word, entry in sorted(item.items())}
        for path, item in sorted(document.get("paths", {}).items())
    }
    if "components" in document:
        ordered["components"] = {
            kind: dict(sorted(named.items())) for kind, named in sorted(document["components"].items())
        }
    return (json.dumps(ordered, indent=2, ensure_ascii=False) + "\n").encode()


def _operation(entry: object) -> object:
    if isinstance(entry, Mapping) and "responses" in entry:
        return {**entry, "responses": dict(sorted(entry["responses"].items()))}
    return entry


def contract_findings(contract: bytes, document: Document, change: SpecChange) -> tuple[Finding, ...]:
    """Return an error for each breakage that the change does not ask for, and a note for each that it does."""
    try:
        old = json.loads(contract)
    except ValueError as error:
        return (Finding("contract", Severity.ERROR, Place(CONTRACT), f"not JSON: {error}"),)
    return tuple(_finding(breakage, change) for breakage in breakages(old, document))


def _finding(breakage: Breakage, change: SpecChange) -> Finding:
    if is_asked_for(breakage, change):
        return Finding("contract", Severity.INFO, Place(CONTRACT), f"{breakage}, as the task asks for")
    fix = "say in the task that this is wanted, or keep what was"
    return Finding("contract", Severity.ERROR, Place(CONTRACT), str(breakage), fix)


def is_asked_for(breakage: Breakage, change: SpecChange) -> bool:
    """Whether a step of the change means this breakage."""
    return any(_allows(step, breakage) for step in change.steps)


def _allows(step: Step, breakage: Breakage) -> bool:
    if isinstance(step, ChangeService):
        return True
    if isinstance(step, RemoveResource | RenameResource):
        return _concerns(step.resource, breakage)
    if isinstance(step, ChangeResource):
        return _concerns(step.resource.name, breakage)
    if isinstance(step, AddResource):
        return False
    return _concerns(step.resource, breakage) and _is_about(_names(step), breakage)


def _names(step: AddField | ChangeField | RemoveField | RenameField | AddRelation | ChangeRelation) -> frozenset[str]:
    """Return the names of the fields that a step is about, and of the columns of relations."""
    if isinstance(step, AddField | ChangeField):
        return frozenset({step.field.name})
    if isinstance(step, RemoveField):
        return frozenset({step.field, f"{step.field}_id"})
    if isinstance(step, RenameField):
        return frozenset({step.field, step.name, f"{step.field}_id", f"{step.name}_id"})
    return frozenset({step.relation.name, f"{step.relation.name}_id"})


def _concerns(resource: str, breakage: Breakage) -> bool:
    """Whether a breakage is about a resource, by its path or by a schema named after it."""
    one = singular(resource)
    segments = breakage.operation.split("/")
    if {resource, kebab(resource), one, kebab(one)} & set(segments):
        return True
    return any(re.match(rf"{pascal(one)}(?![a-z])", schema) for schema in breakage.schemas)


def _is_about(names: frozenset[str], breakage: Breakage) -> bool:
    fields = [field.partition("__")[0] for field in breakage.fields]
    return bool(names & set(fields)) or bool(LIST_WORDS & set(fields[:1]))
