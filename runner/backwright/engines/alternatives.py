"""What else a plan could be: the ways not taken, each with the words that ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backwright.naming import words
from backwright.spec.access import has_auth
from backwright.spec.change import AddField, AddRelation, AddResource, Question, RemoveField, SpecChange
from backwright.spec.model import BackendSpec, KeyType, OnDelete, RelationSpec, ResourceSpec

MOST = 6
"""Alternatives that a plan shows; more would be a manual."""


def alternatives_of(
    change: SpecChange, before: BackendSpec | None, after: BackendSpec, questions: Iterable[Question] = ()
) -> tuple[str, ...]:
    """Return up to ``MOST`` ways not taken: what was asked first, then what each step could have been."""
    found = [*_of_questions(questions), *_of_steps(change, before)]
    if before is None:
        found += _of_service(after)
    return tuple(dict.fromkeys(found))[:MOST]


def _of_questions(questions: Iterable[Question]) -> Iterator[str]:
    for question in questions:
        others = [choice for choice in question.choices if choice != question.assumed]
        if others:
            yield f"{question.what} {' or '.join(others)} instead of {question.assumed}"


def _of_steps(change: SpecChange, before: BackendSpec | None) -> Iterator[str]:
    existing = {resource.name for resource in before.resources} if before else set()
    for step in change.steps:
        match step:
            case AddResource(resource=resource):
                yield from _of_resource(resource)
            case AddRelation(resource=resource, relation=relation):
                yield from _of_relation(resource, relation)
            case AddField(resource=resource, field=field) if (
                resource in existing and field.required and field.default is None
            ):
                yield f'clients need not send {field.name}: "make {field.name} optional on {resource}"'
            case RemoveField(resource=resource, field=name) if resource in existing:
                yield f"keep the values of {resource}.{name}: rename it, or make it optional, instead of removing it"
            case _:
                continue


def _of_resource(resource: ResourceSpec) -> Iterator[str]:
    for relation in resource.relations:
        yield from _of_relation(resource.name, relation)
    if resource.key is KeyType.INTEGER:
        noun = words(resource.name)
        yield f'keys of {noun} that nobody can count: "add {resource.name} with uuid keys" from the start'


def _of_relation(owner: str, relation: RelationSpec) -> Iterator[str]:
    if relation.on_delete is OnDelete.RESTRICT and relation.target != owner:
        one = words(relation.name)
        yield f'{words(owner)} that go with their {one}: "delete {owner} when the {one} is deleted"'


def _of_service(spec: BackendSpec) -> Iterator[str]:
    if has_auth(spec.service):
        yield 'open to everybody: "remove authentication"'
    else:
        yield 'for people who signed in: "add authentication"'
    if spec.service.database == "sqlite":
        yield 'PostgreSQL from the start: "use PostgreSQL"; DATABASE_URL alone decides where it runs'
