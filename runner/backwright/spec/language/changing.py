"""Changes of members that are there: what they are, their names, their end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backwright.errors import BadInput, NotFound
from backwright.spec.apply import members
from backwright.spec.language import clauses as say
from backwright.spec.language.adding import add_said
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.draft import Apply, Draft, locate, member_name
from backwright.spec.language.fields import changed_field, changed_relation, field_of
from backwright.spec.language.nouns import MOST_WORDS, is_usable, many_of, name_of
from backwright.spec.language.relating import unique_per
from backwright.spec.language.said import Said
from backwright.spec.language.settings import apply_setting
from backwright.spec.language.tokens import Misread
from backwright.spec.model import FieldSpec, RelationSpec, ResourceSpec


def _apply_describe(draft: Draft, clause: say.Describe, clauses: Sequence[Clause], _at: int) -> None:
    subject = clause.subject
    if subject and subject[0].lower() in ("it", "they", "that", "this", "which", "both") and len(subject) == 1:
        subject = ()
    if not subject:
        owner = draft.named(clause.of) if clause.of else draft.at_hand()
        name = draft.member
        if not name or name not in members(owner):
            raise BadInput("it is not said which field is meant", hint="Say: make sku unique on products.")
    else:
        owner, name = _located(draft, clause, subject)
    there = members(owner).get(name)
    draft.focus, draft.member = owner.name, name
    details = clause.details
    if there is None:
        declares = details.enum or details.type
        if owner.name not in draft.new and not (declares and (draft.gone or draft.focus_is_said)):
            raise NotFound(
                f"{owner.name} has no field {name}",
                candidates=(f"The fields of {owner.name} are {', '.join(members(owner)) or 'none'}.",),
            )
        add_said(draft, owner.name, replace(details, name=[name], words=list(clause.subject)), clauses)
        return
    if details.unique_per:
        unique_per(draft, owner.name, name, details.unique_per)
        details = replace(
            details, flags={key: value for key, value in details.flags.items() if key != "unique"}, unique_per=[]
        )
        if not details.said:
            return
    if clause.to == "values":
        if not isinstance(there, FieldSpec) or there.enum is None:
            raise BadInput(f"{owner.name}.{name} has no values to choose from")
        values = tuple(dict.fromkeys((*there.enum, *details.enum)))
        draft.change_member(owner.name, changed_field(there, replace(details, enum=values)))
        return
    draft.change_member(owner.name, _redescribed(draft, owner.name, there, details))


def _redescribed(draft: Draft, owner: str, there: FieldSpec | RelationSpec, details: Said) -> FieldSpec | RelationSpec:
    """Return a member with more said of it; that a relation points at its target is nothing new."""
    if isinstance(there, FieldSpec):
        return _described(draft, owner, there, details)
    target = draft.find((details.target,)) if details.target else None
    is_same = target is not None and target.name == there.target
    return changed_relation(there, replace(details, target="") if is_same else details)


def _described(draft: Draft, owner: str, there: FieldSpec, details: Said) -> FieldSpec:
    """Return a field with more said of it; one that is new and has no type is what all of it says."""
    said = draft.said.get((owner, there.name))
    if said is None or said.type or details.type or said.enum:
        return changed_field(there, details)
    whole = replace(said, bounds=dict(said.bounds), lengths=dict(said.lengths), flags=dict(said.flags))
    whole.join(details)
    draft.said[owner, there.name] = whole
    return field_of(whole, draft.conventions)


def _apply_describe_them(draft: Draft, clause: say.DescribeThem, _clauses: Sequence[Clause], _at: int) -> None:
    owner = draft.at_hand()
    names = [name for name in draft.listed if name in members(owner)]
    if clause.two:
        names = names[-2:] if len(names) > 1 else []
    if not names:
        raise BadInput("it is not said which fields are meant", hint="Say: make name and email optional on customers.")
    for name in names:
        there = members(draft.named((owner.name,)))[name]
        draft.change_member(owner.name, _redescribed(draft, owner.name, there, clause.details))


def _located(draft: Draft, clause: say.Describe, subject: Noun) -> tuple[ResourceSpec, str]:
    try:
        return locate(draft, subject, clause.of)
    except NotFound:
        resource = draft.find(subject)
        if resource is not None and not clause.of:
            raise Misread(subject, f"say which field of {resource.name} is meant") from None
        raise


def _apply_only_required(draft: Draft, clause: say.OnlyRequired, _clauses: Sequence[Clause], _at: int) -> None:
    owner, name = locate(draft, clause.subject, clause.of) if clause.subject else (draft.at_hand(), "")
    for field in owner.fields:
        if field.name != name and field.default is None:
            draft.change_member(owner.name, changed_field(field, Said(flags={"optional": True})))
    if name and clause.others:
        there = draft.named((owner.name,)).field(name)
        if there is not None:
            draft.change_member(owner.name, changed_field(there, Said(flags={"optional": False})))


def _apply_rename(draft: Draft, clause: say.Rename, _clauses: Sequence[Clause], _at: int) -> None:
    new = name_of(clause.new)
    if len(clause.new) > MOST_WORDS or not is_usable(new):
        raise Misread(clause.new, "a name is one to three words, at most 48 letters")
    if not clause.old and not clause.of and not draft.focus:
        apply_setting(draft, say.Setting("name", "-".join(clause.new)))
        return
    target = draft.find(clause.old) if not clause.of and not clause.is_field else None
    if target is not None:
        draft.rename_resource(target.name, many_of(new))
        return
    owner, name = locate(draft, clause.old, clause.of)
    there = members(owner).get(name)
    if there is None:
        raise NotFound(
            f"{owner.name} has no field {name_of(clause.old)}",
            candidates=(f"The fields of {owner.name} are {', '.join(members(owner))}.",),
        )
    draft.rename_field(owner.name, name, new.removesuffix("_id") if isinstance(there, RelationSpec) else new)
    draft.focus, draft.member = owner.name, new


def _apply_remove(draft: Draft, clause: say.Remove, _clauses: Sequence[Clause], _at: int) -> None:
    if not clause.names:
        if draft.gone:
            return
        owner = draft.at_hand()
        draft.remove_field(owner.name, draft.member) if draft.member else draft.remove_resource(owner.name)
        return
    for noun in clause.names:
        target = draft.find(noun) if not clause.of and not clause.is_field else None
        if target is not None and not (
            draft.focus_is_said and member_name(draft.at_hand(), name_of(noun)) in members(draft.at_hand())
        ):
            draft.remove_resource(target.name)
            draft.gone = target.name
            continue
        owner, name = locate(draft, noun, clause.of)
        draft.remove_field(owner.name, name)
        draft.gone = name
        draft.focus_is_said = True
        draft.focus = owner.name


def _apply_replace(draft: Draft, clause: say.Replace, clauses: Sequence[Clause], _at: int) -> None:
    owner, name = locate(draft, clause.old, clause.of)
    if name not in members(owner):
        raise NotFound(f"{owner.name} has no field {name}")
    draft.remove_field(owner.name, name)
    for said in clause.new:
        add_said(draft, owner.name, said, clauses)
    draft.focus = owner.name


def _apply_focus(draft: Draft, clause: say.Focus, _clauses: Sequence[Clause], _at: int) -> None:
    found = draft.find(clause.subject) if not clause.field_of else None
    if found is None and (clause.field_of or draft.new or draft.start.resources):
        owner, name = locate(draft, clause.subject, clause.field_of)
        draft.focus, draft.member, draft.focus_is_said = owner.name, name, True
        return
    if found is not None:
        draft.focus, draft.member, draft.focus_is_said = found.name, "", True
    elif not draft.new:
        raise NotFound(f"there is no resource {many_of(name_of(clause.subject))}")


CHANGING: Mapping[type[Any], Apply] = {
    say.Describe: _apply_describe,
    say.DescribeThem: _apply_describe_them,
    say.OnlyRequired: _apply_only_required,
    say.Rename: _apply_rename,
    say.Remove: _apply_remove,
    say.Replace: _apply_replace,
    say.Focus: _apply_focus,
}
