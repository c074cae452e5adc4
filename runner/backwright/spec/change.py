"""What a request means, as changes of a BackendSpec: ``spec + change = spec``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from backwright.spec.model import FieldSpec, Model, RelationSpec, ResourceSpec, ServiceSpec


class AddResource(Model):
    """A new resource, with all its fields."""

    kind: Literal["add_resource"] = "add_resource"
    resource: ResourceSpec


class RemoveResource(Model):
    """A resource is taken out, its table too."""

    kind: Literal["remove_resource"] = "remove_resource"
    resource: str


class RenameResource(Model):
    """A resource gets another name and keeps its rows."""

    kind: Literal["rename_resource"] = "rename_resource"
    resource: str
    name: str
    singular: str


class AddField(Model):
    """A new field; existing rows get its default or ``backfill``."""

    kind: Literal["add_field"] = "add_field"
    resource: str
    field: FieldSpec


class RemoveField(Model):
    """A field (or relation) is taken out, its column too."""

    kind: Literal["remove_field"] = "remove_field"
    resource: str
    field: str


class RenameField(Model):
    """A field (or relation) gets another name and keeps its values."""

    kind: Literal["rename_field"] = "rename_field"
    resource: str
    field: str
    name: str


class ChangeField(Model):
    """A field of the same name becomes another: type, constraints, options."""

    kind: Literal["change_field"] = "change_field"
    resource: str
    field: FieldSpec


class AddRelation(Model):
    """A new relation."""

    kind: Literal["add_relation"] = "add_relation"
    resource: str
    relation: RelationSpec


class ChangeRelation(Model):
    """A relation of the same name becomes another: target, required, on-delete rule."""

    kind: Literal["change_relation"] = "change_relation"
    resource: str
    relation: RelationSpec


class ChangeResource(Model):
    """Everything else about a resource but its fields and relations: operations, list, options.

    The order of fields and relations is taken over too, their definitions are not.
    """

    kind: Literal["change_resource"] = "change_resource"
    resource: ResourceSpec


class ChangeService(Model):
    """The service's own settings."""

    kind: Literal["change_service"] = "change_service"
    service: ServiceSpec


Step = (
    AddResource
    | RemoveResource
    | RenameResource
    | AddField
    | RemoveField
    | RenameField
    | ChangeField
    | AddRelation
    | ChangeRelation
    | ChangeResource
    | ChangeService
)


class SpecChange(Model):
    """What is meant, in order. An empty one means: nothing to do."""

    steps: tuple[Annotated[Step, Field(discriminator="kind")], ...] = ()


@dataclass(frozen=True)
class Question:
    """An open point that only a person can decide: ``what`` is asked, as a question that names its subject.

    ``choices`` are short and in lower case; ``assumed`` is the one that the change was made for.
    """

    what: str
    choices: tuple[str, ...]
    assumed: str


@dataclass(frozen=True)
class Reading:
    """What every reader of words or documents returns.

    ``taken`` and ``not_taken`` are the words of the input that were used and that were not; ``assumptions`` what was
    decided without being said; ``questions`` what a person should decide. Answers are given to the reader by ``what``
    was asked; a question stays among ``questions`` once it is answered, with the answer as what is assumed.
    """

    change: SpecChange
    taken: tuple[str, ...] = ()
    not_taken: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
