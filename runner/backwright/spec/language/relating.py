"""Relations between resources, what their deletion does, and members that are unique together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backwright.errors import BadInput, NotFound
from backwright.naming import article, plural, snake, words
from backwright.spec.apply import members
from backwright.spec.language import clauses as say
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.draft import Apply, Draft, member_name
from backwright.spec.language.fields import changed_relation, field_name, field_of
from backwright.spec.language.nouns import many_of, name_of, one_of
from backwright.spec.language.said import Said
from backwright.spec.language.words import words as listed
from backwright.spec.model import OnDelete, RelationKind, RelationSpec, ResourceSpec
from backwright.spec.nouns import is_plural


def subject_of(draft: Draft, noun: Noun) -> ResourceSpec:
    """Return the resource that is named, else the one at hand; it is spoken of from now on."""
    resource = draft.named(noun) if noun else draft.at_hand()
    draft.focus = resource.name
    return resource


def relate_many(draft: Draft, owner: str, target: ResourceSpec, said: Said, clauses: Sequence[Clause]) -> None:
    """``orders have many lines``: the lines belong to an order; ``recipes have many tags``: many to many."""
    if any(relation.target == owner for relation in target.relations) or _belongs(draft, target, owner, clauses):
        return
    back = [relation for relation in draft.named((owner,)).relations if relation.target == target.name]
    if back:
        return
    both = _mutual(draft, target, owner, clauses)
    if both or one_of(target.name).rpartition("_")[2] in listed("shared"):
        _many_to_many(draft, owner, target.name)
        return
    if target.name in draft.new:
        relate(draft, target.name, Said(words=list(said.words)), target=draft.named((owner,)))
        return
    draft.add_member(owner, RelationSpec(name=target.name, kind=RelationKind.HAS_MANY, target=target.name))


def _belongs(draft: Draft, target: ResourceSpec, owner: str, clauses: Sequence[Clause]) -> bool:
    """Whether another clause says that the many belong to the one."""
    for clause in clauses:
        if (
            isinstance(clause, say.Relates)
            and clause.subject
            and draft.find(clause.subject) == target
            and any(draft.find((said.target,)) == draft.named((owner,)) for said in clause.members)
        ):
            return True
        if isinstance(clause, say.Has) and clause.subject and draft.find(clause.subject) == target:
            for said in clause.members:
                if (
                    said.name
                    and not said.many
                    and one_of(name_of(said.name)) == name_of(said.name)
                    and draft.find((name_of(said.name),)) == draft.named((owner,))
                ):
                    return True
    return False


def _mutual(draft: Draft, target: ResourceSpec, owner: str, clauses: Sequence[Clause]) -> bool:
    for clause in clauses:
        if (
            isinstance(clause, say.Has)
            and clause.subject
            and draft.find(clause.subject) == target
            and any(
                said.name
                and (said.many or is_plural(name_of(said.name)))
                and draft.find((name_of(said.name),)) == draft.named((owner,))
                for said in clause.members
            )
        ):
            return True
        if (
            isinstance(clause, say.Relates)
            and clause.subject
            and draft.find(clause.subject) == target
            and any(said.many and draft.find((said.target,)) == draft.named((owner,)) for said in clause.members)
        ):
            return True
    return False


def _many_to_many(draft: Draft, left: str, right: str) -> None:
    owner, other = draft.named((left,)), draft.named((right,))
    if any(one.kind is RelationKind.MANY_TO_MANY and one.target == owner.name for one in other.relations):
        return
    if not any(one.target == other.name and one.kind is RelationKind.MANY_TO_MANY for one in owner.relations):
        draft.add_member(owner.name, RelationSpec(name=other.name, kind=RelationKind.MANY_TO_MANY, target=other.name))


def relate(draft: Draft, owner: str, said: Said, *, name: str = "", target: ResourceSpec | None = None) -> None:
    """Add a belongs-to relation, or change the one that is there.

    Raises:
        BadInput: there is no such resource.
    """
    found = target or draft.find((said.target,))
    if found is None:
        many = plural(snake(said.target))
        raise NotFound(f"there is no resource {many} to belong to", candidates=(f"Add it first: add {many}.",))
    if said.many:
        _many_to_many(draft, owner, found.name)
        return
    resource = draft.named((owner,))
    name = name or one_of(found.name)
    optional = said.flags.get("optional", found.name == owner)
    there = members(resource).get(name)
    if isinstance(there, RelationSpec) and there.target == found.name:
        draft.change_member(owner, changed_relation(there, Said(flags=said.flags, on_delete=said.on_delete)))
        return
    required = not optional and said.on_delete is not OnDelete.SET_NULL
    if said.on_delete is None:
        draft.assume(
            f"{owner}.{name} belongs to {found.name}; {article(one_of(found.name))} {words(one_of(found.name))} "
            f"with {owner} cannot be deleted (on delete restrict)"
        )
    if found.name == owner and "optional" not in said.flags:
        draft.assume(f"{owner}.{name} is optional, since the first of {owner} can have none")
    if said.on_delete is OnDelete.SET_NULL and "optional" not in said.flags:
        draft.assume(f"{owner}.{name} is optional, since deleting its target sets it to null")
    relation = RelationSpec(
        name=name,
        kind=RelationKind.ONE_TO_ONE if said.kind == "one_to_one" else RelationKind.BELONGS_TO,
        target=found.name,
        required=required,
        on_delete=said.on_delete or OnDelete.RESTRICT,
        unique=said.flags.get("unique", False) and not said.unique_per,
        immutable=said.flags.get("immutable", False),
    )
    draft.add_member(owner, relation)
    draft.member = name
    if said.unique_per:
        unique_per(draft, owner, name, said.unique_per)


def _apply_relates(draft: Draft, clause: say.Relates, clauses: Sequence[Clause], _at: int) -> None:
    if not clause.members:
        return
    owner = subject_of(draft, clause.subject)
    for said in clause.members:
        member = replace(said, flags={**said.flags, **({"optional": True} if clause.optional else {})})
        target = draft.find((said.target,))
        if target is None and _declares(said.target, clauses):
            target = draft.declare((said.target,))
        if said.many and target is not None:
            _many_to_many(draft, owner.name, target.name)
            continue
        named = field_name(member) if member.name else ""
        relation = next(
            (
                one
                for one in owner.relations
                if target is not None and one.target == target.name and named in ("", one.name)
            ),
            None,
        )
        if relation is not None and owner.name not in draft.new and not member.flags and not member.on_delete:
            draft.assume(f"{owner.name}.{relation.name} is there already, nothing to do for it")
            continue
        if relation is not None:
            draft.change_member(
                owner.name, changed_relation(relation, Said(flags=member.flags, on_delete=member.on_delete))
            )
            continue
        relate(draft, owner.name, member, name=named)
    draft.focus = owner.name


def _declares(name: str, clauses: Sequence[Clause]) -> bool:
    return any(
        isinstance(clause, say.Declare) and any(many_of(name_of(noun)) == many_of(name) for noun in clause.names)
        for clause in clauses
    )


def _apply_both(draft: Draft, clause: say.ManyToMany, _clauses: Sequence[Clause], _at: int) -> None:
    left, right = draft.named(clause.left), draft.named(clause.right)
    _many_to_many(draft, left.name, right.name)


def unique_per(draft: Draft, owner: str, name: str, others: Sequence[str]) -> None:
    """Make a member unique among those that have the same of others."""
    resource = draft.named((owner,))
    names = (name, *(member_name(resource, snake(other)) for other in others))
    _together(draft, owner, names)


def _together(draft: Draft, owner: str, names: Sequence[str]) -> None:
    resource = draft.named((owner,))
    for name in names:
        if name not in members(resource):
            target = draft.find((name,))
            if owner in draft.new:
                if target is not None:
                    relate(draft, owner, Said(target=target.name))
                else:
                    draft.add_member(owner, field_of(Said(name=[name]), draft.conventions))
                resource = draft.named((owner,))
                continue
            raise NotFound(f"{owner} has no field {name}")
    sets = tuple(dict.fromkeys((*resource.unique_together, tuple(names))))
    draft.update(owner, unique_together=sets)


def _last_relation(draft: Draft) -> tuple[ResourceSpec, RelationSpec]:
    owner = draft.at_hand()
    relation = next((one for one in owner.relations if one.name == draft.member), None)
    relation = relation or next(reversed(owner.relations), None)
    if relation is None:
        raise BadInput(f"{owner.name} belong to nothing")
    return owner, relation


def _apply_single(draft: Draft, _clause: say.Single, _clauses: Sequence[Clause], _at: int) -> None:
    owner, relation = _last_relation(draft)
    draft.change_member(owner.name, relation.model_copy(update={"kind": RelationKind.ONE_TO_ONE}))


def _apply_loosen(draft: Draft, _clause: say.Loosen, _clauses: Sequence[Clause], _at: int) -> None:
    owner, relation = _last_relation(draft)
    draft.change_member(owner.name, changed_relation(relation, Said(flags={"optional": True})))


def _apply_together(draft: Draft, clause: say.Together, _clauses: Sequence[Clause], _at: int) -> None:
    owner = draft.named(clause.subject) if clause.subject else None
    names = [name_of(noun) for noun in clause.names]
    if owner is None:
        candidates = [
            one for one in draft.spec.resources if all(member_name(one, name) in members(one) for name in names)
        ]
        focused = [one for one in candidates if one.name == draft.focus]
        owner = (focused or candidates or [draft.at_hand()])[0]
    _together(draft, owner.name, [member_name(owner, name) for name in names])


def _apply_deletion(draft: Draft, clause: say.Deletion, _clauses: Sequence[Clause], _at: int) -> None:
    child = _noun_of(draft, clause.child)
    named = next((one for one in child.relations if one.name == name_of(clause.parent)), None)
    parent = draft.named((named.target,)) if named is not None else _noun_of(draft, clause.parent)
    relation = named or next((one for one in child.relations if one.target == parent.name), None)
    if relation is None and child.name in draft.new:
        relate(draft, child.name, Said(on_delete=clause.rule), target=parent)
        draft.focus = child.name
        return
    if relation is None:
        raise NotFound(
            f"{child.name} does not belong to {parent.name}",
            candidates=(
                f"Say: each {one_of(child.name)} belongs to {article(one_of(parent.name))} {one_of(parent.name)}.",
            ),
        )
    optional = {"optional": True} if clause.rule is OnDelete.SET_NULL else {}
    draft.change_member(child.name, changed_relation(relation, Said(on_delete=clause.rule, flags=optional)))
    draft.focus = child.name


def _noun_of(draft: Draft, noun: Noun) -> ResourceSpec:
    if len(noun) == 1 and noun[0].lower() in ("it", "them", "they", "ones", "one"):
        return draft.at_hand()
    return draft.named(noun)


RELATING: Mapping[type[Any], Apply] = {
    say.Relates: _apply_relates,
    say.ManyToMany: _apply_both,
    say.Loosen: _apply_loosen,
    say.Single: _apply_single,
    say.Deletion: _apply_deletion,
    say.Together: _apply_together,
}
