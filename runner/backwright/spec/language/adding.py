"""Members that are listed for a resource: fields, relations, and children of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backwright.errors import BadInput, NotFound, NotSupported
from backwright.naming import plural, singular, snake, words
from backwright.spec.apply import members
from backwright.spec.language import clauses as say
from backwright.spec.language.clauses import Clause
from backwright.spec.language.draft import Apply, Draft, member_name
from backwright.spec.language.fields import changed_field, changed_relation, field_name, field_of, told
from backwright.spec.language.nouns import many_of, name_of, one_of
from backwright.spec.language.relating import relate, relate_many, subject_of, unique_per
from backwright.spec.language.said import Said
from backwright.spec.language.tokens import Misread
from backwright.spec.lexicon import lexicon
from backwright.spec.model import FieldSpec, FieldType, RelationSpec
from backwright.spec.nouns import is_plural

_SWITCHES = {
    "timestamps": "timestamps",
    "soft_delete": "soft_delete",
    "soft_deletes": "soft_delete",
    "soft_deletion": "soft_delete",
    "optimistic_locking": "optimistic_locking",
}
"""What a resource can have that is no field, by what it is called in a list of fields."""


def _apply_has(draft: Draft, clause: say.Has, clauses: Sequence[Clause], _at: int) -> None:
    if clause.subject and draft.find(clause.subject) is None:
        return
    owners = (
        [draft.named((name,)) for name in draft.new]
        if clause.all_of_them and not clause.subject and draft.new
        else [subject_of(draft, clause.subject)]
    )
    for owner in owners:
        for said in clause.members:
            member = replace(
                said,
                flags={
                    **said.flags,
                    **(
                        {"optional": True} if clause.optional and "optional" not in said.flags and not said.many else {}
                    ),
                },
            )
            if clause.must and member_name(owner, field_name(member)) in members(owner):
                member = replace(member, flags={**member.flags, "optional": False})
            add_said(draft, owner.name, member, clauses, adds=clause.adds)
    draft.focus = owners[-1].name
    _list(draft, clause.members)


def add_said(draft: Draft, owner: str, said: Said, clauses: Sequence[Clause], *, adds: bool = False) -> None:
    """Add what one element of a list means: a field, a relation, or several of another resource."""
    if said.target:
        relate(draft, owner, said, name=field_name(said) if said.name else "")
        return
    name = field_name(said)
    if name in ("create", "list", "get", "update", "delete", "edit", "read") and not said.said:
        raise Misread([name], f"say which operations {owner} have: only offer list and create")
    if name in _SWITCHES and not said.said.keys() - {"article"}:
        draft.update(owner, **{_SWITCHES[name]: True})
        return
    if name.startswith("only_") and len(said.name) > 1:
        raise Misread(said.name, "say each field with what it is")
    there = members(draft.named((owner,))).get(member_name(draft.named((owner,)), name))
    if there is not None:
        _again(draft, owner, said, there)
        return
    if _points(draft, owner, said, name, clauses, adds=adds):
        return
    if said.kind != "one" and _refuses_many(said, name):
        raise NotSupported(
            f"{name} could be several of something (has-many, which cannot be built yet) or one field",
            hint=f"Say its type, as {name} as text; or add {name} belonging to {owner}.",
        )
    result = field_of(said, draft.conventions)
    if name in ("id", "created_at", "updated_at") and not said.said.keys() - {"type"}:
        draft.assume(f"{owner} have {name} already, nothing to do for it")
        return
    draft.add_member(owner, result)
    draft.member = result.name
    draft.said[owner, result.name] = said
    if said.unique_per:
        unique_per(draft, owner, result.name, said.unique_per)
    if said.type:
        return
    if lexicon().knows(result.name) and result.type is FieldType.STRING and draft.find((result.name,)) is None:
        many = plural(result.name)
        draft.assume(
            f"{owner}.{result.name} is a text field, {told(result)}, as there is no resource {many} "
            f"(add {many} first for a relation)"
        )
    else:
        draft.assume(f"{owner}.{result.name} is {told(result)}")


def _again(draft: Draft, owner: str, said: Said, there: FieldSpec | RelationSpec) -> None:
    """Say more of a member that is there: nothing where it is so already, a refusal where it is another."""
    if isinstance(there, RelationSpec):
        if not said.said.keys() - {"flags", "on_delete", "kind"}:
            draft.change_member(owner, changed_relation(there, replace(said, kind="")))
            return
        raise BadInput(f"{owner} has a field {there.name} already")
    changed = changed_field(there, said)
    if changed != there and owner not in draft.new and said.type:
        raise BadInput(
            f"{owner} has a field {there.name} already",
            hint=f"To change it: make {there.name} unique on {owner}, or edit its spec and apply it.",
        )
    draft.change_member(owner, changed)
    draft.member = there.name


def _refuses_many(said: Said, name: str) -> bool:
    last = name.rpartition("_")[2]
    if said.many and not said.type:
        return True
    if said.said.keys() - {"flags", "note", "kind"} or lexicon().field(name) is not None:
        return False
    return last in ("tags", "images", "photos", "items", "attachments", "files", "comments") or (
        lexicon().knows(singular(last)) and is_plural(last) and last not in ("notes", "addresses")
    )


def _points(draft: Draft, owner: str, said: Said, name: str, clauses: Sequence[Clause], *, adds: bool) -> bool:
    """Add a relation where a name is that of a resource; return whether it was one."""
    plain = not (said.said.keys() - {"flags", "on_delete", "many", "kind", "note", "unique_per"})
    if not plain:
        return False
    bare = name.removesuffix("_id")
    target = draft.find((bare,))
    is_many = said.many or (target is not None and is_plural(bare) and bare == target.name and bare != one_of(bare))
    if target is not None and is_many and said.kind != "one":
        relate_many(draft, owner, target, said, clauses)
        return True
    if target is None and said.many and is_plural(bare.rpartition("_")[2]):
        target = draft.find((bare.rpartition("_")[2],))
        if target is None:
            _new_children(owner, bare, said)
        else:
            relate_many(draft, owner, target, said, clauses)
        return True
    if (
        target is None
        and adds
        and owner not in draft.new
        and is_plural(bare.rpartition("_")[2])
        and lexicon().field(bare) is None
        and any(
            isinstance(c, say.Has) and many_of(name_of(c.subject)) == bare
            for c in clauses
            if isinstance(c, say.Has) and c.subject
        )
    ):
        return True
    if target is not None and (bare != target.name or one_of(bare) == bare):
        relate(draft, owner, said, name=bare, target=target)
        return True
    return _points_by_end(draft, owner, said, name, is_there=target is not None)


def _points_by_end(draft: Draft, owner: str, said: Said, name: str, *, is_there: bool) -> bool:
    """Add a relation where the last word of a name is a resource, as in ``billing_address``; return whether it is."""
    bare = name.removesuffix("_id")
    if bare != name and not is_there and lexicon().knows(singular(bare)):
        raise NotFound(
            f"there is no resource {plural(bare)} to belong to",
            candidates=(f"Add it first: add {plural(bare)}; or say {name} as integer.",),
        )
    head, _, last = bare.rpartition("_")
    target = draft.find((last,)) if head else None
    if target is not None and one_of(last) == last and head:
        relate(draft, owner, said, name=head if head in ("parent", "owner") else bare, target=target)
        return True
    if bare == "parent" and not said.type:
        relate(draft, owner, said, name="parent", target=draft.named((owner,)))
        return True
    return False


def _new_children(owner: str, name: str, said: Said) -> None:
    if not any(word in said.words for word in ("many", "several", "multiple")) or name.rpartition("_")[2] in (
        "addresses",
        "nicknames",
    ):
        raise NotSupported(
            f"several {words(name)} of one {words(one_of(owner))} (lists, has-many) cannot be built yet",
            hint=f"Add {words(name)} as a resource of their own: add {words(name)} belonging to {words(owner)}.",
        )
    raise NotFound(
        f"there is no resource {name}", candidates=(f"Add it first: add {name} with name, belonging to {owner}.",)
    )


def _apply_bare(draft: Draft, clause: say.Bare, clauses: Sequence[Clause], at: int) -> None:
    if not draft.focus and len(draft.spec.resources) != 1:
        raise Misread(
            [word for said in clause.members for word in (said.words or said.name)], "what shall be done with it?"
        )
    owner = draft.at_hand()
    is_said = any(not isinstance(one, (say.Bare, say.Ignored, say.Setting, say.Allow)) for one in clauses[:at])
    if (owner.name not in draft.new and not draft.focus_is_said) or not is_said:
        raise Misread(
            [word for said in clause.members for word in (said.words or said.name)], "what shall be done with it?"
        )
    for said in clause.members:
        add_said(draft, owner.name, said, clauses)
    _list(draft, clause.members)


def _list(draft: Draft, listed: Sequence[Said]) -> None:
    """Keep which members of the resource at hand were listed last."""
    owner = draft.named((draft.focus,))
    names = [member_name(owner, field_name(said)) if said.name else one_of(snake(said.target)) for said in listed]
    draft.listed = [name for name in names if name in members(owner)]


ADDING: Mapping[type[Any], Apply] = {
    say.Has: _apply_has,
    say.Bare: _apply_bare,
}
