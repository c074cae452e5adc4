"""The spec as it grows while clauses are applied: what is new, what was spoken of last, what was decided unasked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backwright.errors import BadInput, NotFound
from backwright.naming import singular, snake, words
from backwright.spec.apply import apply_step, members, resource_named
from backwright.spec.change import Question, RemoveField, RemoveResource, RenameField, RenameResource
from backwright.spec.conventions import Conventions, new_list
from backwright.spec.language.clauses import Clause, Noun, Who
from backwright.spec.language.nouns import MOST_WORDS, is_usable, many_of, name_of, one_of, resource_in
from backwright.spec.language.said import Said
from backwright.spec.language.tokens import Misread
from backwright.spec.model import (
    Access,
    BackendSpec,
    FieldSpec,
    OperationName,
    OperationSpec,
    RelationSpec,
    ResourceSpec,
)

Member = FieldSpec | RelationSpec


@dataclass
class Draft:
    """What a request does to a spec.

    ``new`` are the resources it adds, in order; ``focus`` and ``member`` were spoken of last, ``listed`` the members of
    ``focus`` that were listed last; ``said`` is what was said of the fields it adds.

    Of operations by resource: ``said_access`` was said for them, and for nobody else
    where ``exclusive``; ``accessed`` is the resource that was named last with them.
    """

    start: BackendSpec
    conventions: Conventions
    spec: BackendSpec
    answers: Mapping[str, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    focus: str = ""
    focus_is_said: bool = False
    member: str = ""
    listed: list[str] = field(default_factory=list)
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
    fieldless: set[str] = field(default_factory=set)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)
    limited: set[str] = field(default_factory=set)
    said_access: set[tuple[str, OperationName]] = field(default_factory=set)
    exclusive: set[tuple[str, OperationName]] = field(default_factory=set)
    accessed: str = ""
    endpoint: tuple[str, tuple[OperationName, ...], str] | None = None
    owned: set[str] = field(default_factory=set)
    roles: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    gone: str = ""
    moved: set[tuple[str, str]] = field(default_factory=set)

    def assume(self, text: str) -> None:
        """Say what was decided without being asked, once."""
        if text not in self.assumptions:
            self.assumptions.append(text)

    def ask(self, what: str, choices: tuple[str, ...], assumed: str) -> str:
        """Return the answer to a question, or what is assumed as long as nobody answered."""
        answer = self.answers.get(what, assumed)
        question = Question(what, choices, answer)
        if question not in self.questions:
            self.questions.append(question)
        return answer

    def find(self, noun: Sequence[str]) -> ResourceSpec | None:
        """Return the resource a name means; None where there is none."""
        return resource_in(self.spec, noun)

    def named(self, noun: Sequence[str]) -> ResourceSpec:
        """Return the resource a name means.

        Raises:
            NotFound: there is none.
        """
        found = self.find(noun)
        return found if found is not None else resource_named(self.spec, many_of(name_of(noun)))

    def at_hand(self) -> ResourceSpec:
        """Return the resource that was spoken of last.

        Raises:
            BadInput: none was.
        """
        found = self.spec.resource(self.focus) if self.focus else None
        if found is None and len(self.spec.resources) == 1:
            found = self.spec.resources[0]
        if found is None:
            known = ", ".join(resource.name for resource in self.spec.resources)
            raise BadInput(
                "it is not said which resource is meant",
                hint=f"The resources are: {known}." if known else "Name it: add products CRUD.",
            )
        return found

    def put(self, resource: ResourceSpec) -> None:
        """Let a resource stand as it is given."""
        self.spec = self.spec.with_resource(resource)

    def update(self, name: str, **values: object) -> None:
        """Change attributes of a resource."""
        resource = resource_named(self.spec, name)
        self.put(resource.model_copy(update=values))

    def declare(self, noun: Sequence[str]) -> ResourceSpec:
        """Return the resource of a name, made where it is not there."""
        found = self.find(noun)
        if found is not None:
            return found
        name = many_of(name_of(noun))
        if not is_usable(name):
            raise Misread(noun, "the name of a resource is one to three words, at most 48 letters")
        if len(noun) > MOST_WORDS or any(
            word.lower()
            in (
                "add",
                "with",
                "rename",
                "create",
                "to",
                "of",
                "only",
                "no",
                "not",
            )
            for word in noun
        ):
            raise Misread(noun, "this is not the name of a resource; say add products with name, price")
        resource = ResourceSpec(
            name=name,
            singular=one_of(name),
            key=self.conventions.ids,
            timestamps=self.conventions.timestamps,
            list=new_list(self.conventions),
        )
        self.new.append(name)
        self.fieldless.add(name)
        if "_" in name:
            self.assume(f"the resource is called {name}")
        self.put(resource)
        return resource

    def add_member(self, owner: str, member: Member) -> None:
        """Add a field or relation; the same once more is nothing, another of that name is refused."""
        resource = resource_named(self.spec, owner)
        there = members(resource).get(member.name)
        if there is not None:
            if there == member:
                self.assume(f"{owner}.{member.name} is there already, nothing to do for it")
                return
            raise BadInput(
                f"{owner} has a field {member.name} already",
                hint=f"To change it: make {member.name} unique on {owner}, or edit its spec and apply it.",
            )
        if isinstance(member, FieldSpec):
            self.update(owner, fields=(*resource.fields, member))
            self.fieldless.discard(owner)
        else:
            self.update(owner, relations=(*resource.relations, member))

    def change_member(self, owner: str, member: Member) -> None:
        """Put a member in the place of the one of its name."""
        resource = resource_named(self.spec, owner)
        if members(resource).get(member.name) == member:
            self.assume(f"{owner}.{member.name} is there already, nothing to do for it")
        if isinstance(member, FieldSpec):
            self.update(owner, fields=tuple(member if one.name == member.name else one for one in resource.fields))
        else:
            self.update(
                owner, relations=tuple(member if one.name == member.name else one for one in resource.relations)
            )

    def rename_resource(self, old: str, new: str) -> None:
        """Rename a resource; relations to it are led along."""
        if old == new:
            return
        led = [f"{r.name}.{x.name}" for r in self.spec.resources for x in r.relations if x.target == old]
        self.spec = apply_step(self.spec, RenameResource(resource=old, name=new, singular=one_of(new)))
        if led:
            self.assume(f"{', '.join(led)} keeps its name and points at {new}")
        self.renamed[(new, "")] = old
        self.focus = new

    def rename_field(self, owner: str, old: str, new: str) -> None:
        """Rename a field or relation."""
        self.spec = apply_step(self.spec, RenameField(resource=owner, field=old, name=new))
        self.renamed[(owner, new)] = old

    def remove_field(self, owner: str, name: str) -> None:
        """Take a field or relation out."""
        self.spec = apply_step(self.spec, RemoveField(resource=owner, field=name))

    def remove_resource(self, name: str) -> None:
        """Take a resource out."""
        self.spec = apply_step(self.spec, RemoveResource(resource=name))

    def operations(self, name: str) -> dict[OperationName, OperationSpec]:
        """Return the operations of a resource by their names."""
        return {operation.name: operation for operation in resource_named(self.spec, name).operations}

    def set_operations(self, name: str, operations: Mapping[OperationName, OperationSpec]) -> None:
        """Let a resource have these operations, in their usual order."""
        self.update(name, operations=tuple(operations[one] for one in OperationName if one in operations))

    def stamped(self) -> BackendSpec:
        """Return the spec with what was renamed marked as such."""
        spec = self.spec
        for (name, member), old in self.renamed.items():
            owner = spec.resource(self._name_now(name))
            if owner is None:
                continue
            if not member:
                spec = spec.with_resource(owner.model_copy(update={"renamed_from": old}))
                continue
            fields = tuple(f.model_copy(update={"renamed_from": old}) if f.name == member else f for f in owner.fields)
            relations = tuple(
                r.model_copy(update={"renamed_from": old}) if r.name == member else r for r in owner.relations
            )
            spec = spec.with_resource(owner.model_copy(update={"fields": fields, "relations": relations}))
        return spec

    def _name_now(self, name: str) -> str:
        return next((new for (new, member), old in self.renamed.items() if not member and old == name), name)


def access_of_who(who: Who, before: OperationSpec | None) -> dict[str, object]:
    """Return the attributes of an operation that these may call."""
    if "owner" in who.kinds:
        return {"access": Access.OWNER, "roles": who.roles}
    if who.roles:
        if before is not None and before.access is Access.OWNER and before.roles != ():
            return {"access": Access.OWNER, "roles": tuple(dict.fromkeys((*before.roles, *who.roles)))}
        return {"access": Access.ROLE, "roles": who.roles}
    return {"access": Access.PUBLIC if "public" in who.kinds else Access.AUTHENTICATED, "roles": ()}


def locate(draft: Draft, subject: Noun, of: Noun) -> tuple[ResourceSpec, str]:
    """Return the resource and the name of the member that a noun means; the member need not be there.

    Raises:
        NotFound, BadInput: no such resource, or several have such a field.
    """
    kept = tuple(
        word
        for word in subject
        if word.lower() not in ("field", "column", "flag", "property", "attribute", "value", "fields", "values")
    )
    subject = kept or subject
    if of:
        return draft.named(of), member_name(draft.named(of), name_of(subject))
    for length in range(len(subject) - 1, 0, -1):
        resource = draft.find(subject[:length])
        if resource is not None:
            name = member_name(resource, name_of(subject[length:]))
            if name in members(resource) or resource.name in draft.new:
                return resource, name
    if subject[2:] and subject[1].lower() == "of":
        resource = draft.find(subject[2:])
        if resource is not None:
            return resource, member_name(resource, name_of(subject[:1]))
    if "of" in [word.lower() for word in subject]:
        at = [word.lower() for word in subject].index("of")
        resource = draft.find(subject[at + 1 :])
        if resource is not None:
            return resource, member_name(resource, name_of(subject[:at]))
    name = name_of(subject)
    return _by_name(draft, name, subject)


def _by_name(draft: Draft, name: str, subject: Noun) -> tuple[ResourceSpec, str]:
    focused = draft.spec.resource(draft.focus) if draft.focus else None
    if focused is not None and member_name(focused, name) in members(focused):
        return focused, member_name(focused, name)
    others = [one for one in draft.new if one != draft.focus]
    if (
        focused is not None
        and focused.name in draft.new
        and not any(
            member_name(one, name) in members(one) for one in map(draft.spec.resource, others) if one is not None
        )
    ):
        return focused, name
    fresh = [
        one
        for one in (draft.spec.resource(new) for new in draft.new)
        if one is not None and member_name(one, name) in members(one)
    ]
    owners = fresh or [one for one in draft.spec.resources if member_name(one, name) in members(one)]
    if len(owners) == 1:
        draft.assume(f"{name} is the one of {owners[0].name}")
        return owners[0], member_name(owners[0], name)
    if owners:
        raise BadInput(
            f"{' and '.join(one.name for one in owners)} have a field {name}",
            hint=f"Say in which: … in {owners[0].name}.",
        )
    if focused is not None and focused.name in draft.new:
        return focused, name
    known = ", ".join(resource.name for resource in draft.spec.resources) or "none yet"
    raise NotFound(
        f"there is no resource or field {words(snake(' '.join(subject)))}", candidates=(f"The resources are: {known}.",)
    )


def member_name(resource: ResourceSpec, name: str) -> str:
    """Return the name of the member that is meant: ``category_id``, ``emails`` and ``e_mail`` lead to it as well."""
    known = members(resource)
    relation = next((one.name for one in resource.relations if name in (f"{one.name}_id", one.target)), None)
    for one in (
        name,
        relation or "",
        singular(name),
        name.replace("e_mail", "email"),
        name.removeprefix(f"{resource.singular}_"),
        f"is_{name}",
        singular(name).removesuffix("_number"),
        singular(name.replace("e_mail", "email")),
    ):
        if one and one in known:
            return one
    return name


Apply = Callable[[Draft, Any, Sequence[Clause], int], None]
"""Does what a clause says, given all clauses and where this one stands."""
