"""What clauses mean for a spec: each kind of clause by a function of its own, in the order they were said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from backwright.errors import BadInput, NotFound, NotSupported
from backwright.naming import article, plural, singular, snake, words
from backwright.spec.apply import members
from backwright.spec.lexicon import lexicon
from backwright.spec.model import (
    DEFAULT_OPERATIONS,
    CheckSpec,
    FieldSpec,
    FieldType,
    OnDelete,
    OperationSpec,
    RelationKind,
    RelationSpec,
    ResourceSpec,
    TransitionSpec,
)
from backwright.spec.nouns import is_plural
from backwright.spec.language import clauses as say
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.draft import Draft, locate, member_name
from backwright.spec.language.fields import changed_field, changed_relation, field_name, field_of, told
from backwright.spec.language.nouns import many_of, name_of, one_of
from backwright.spec.language.permissions import (
    apply_allow,
    apply_deny,
    apply_endpoint,
    apply_offer,
    apply_one_of,
    apply_only_these,
    apply_owned,
    apply_protect_admin,
)
from backwright.spec.language.said import Said
from backwright.spec.language.settings import apply_listing, apply_option, apply_profile, apply_setting
from backwright.spec.language.tokens import Misread
from backwright.spec.language.words import words as listed

_ADDING = frozenset(
    {
        "add",
        "create",
        "build",
        "generate",
        "implement",
        "introduce",
        "scaffold",
        "define",
        "develop",
        "set up",
        "setup",
        "new",
        "make",
        "bootstrap",
        "insert",
    }
)
_SWITCHES = {
    "timestamps": "timestamps",
    "soft_delete": "soft_delete",
    "soft_deletes": "soft_delete",
    "soft_deletion": "soft_delete",
    "optimistic_locking": "optimistic_locking",
}
"""What a resource can have that is no field, by what it is called in a list of fields."""
_MOST_WORDS = 3
"""The most words a new name may have."""
_LONGEST_NAME = 48
"""The most letters a name may have."""


def apply_clauses(draft: Draft, clauses: Sequence[Clause]) -> None:
    """Apply clauses to the draft.

    Raises:
        Misread, BadInput, NotFound, NotSupported: a clause does not fit what is there.
    """
    clauses = _shortened(draft, _put_in_place(_without_doubled(clauses)))
    declare_all(draft, clauses)
    waiting: list[say.Allow | say.Deny | say.Listing] = []
    for at, clause in enumerate(clauses):
        said = clause
        if isinstance(clause, say.Listing) and not clause.subject and draft.focus in draft.new:
            said = replace(clause, subject=(draft.focus,))
        if isinstance(said, say.Deny) or (isinstance(said, say.Allow) and said.rest) or (
            isinstance(said, say.Listing)
            and said.subject
            and draft.find(said.subject) is not None
            and draft.named(said.subject).name in draft.new
        ):
            waiting.append(said)
            continue
        _APPLY[type(said)](draft, said, clauses, at)
    for clause in waiting:
        _APPLY[type(clause)](draft, clause, clauses, len(clauses))
    _complete(draft)


def _without_doubled(clauses: Sequence[Clause]) -> list[Clause]:
    """Return clauses without ``tags for products`` where it is said that each has many of the other."""
    both = {frozenset((many_of(name_of(c.left)), many_of(name_of(c.right)))) for c in clauses if isinstance(c, say.ManyToMany)}
    return [
        clause
        for clause in clauses
        if not (
            isinstance(clause, say.Relates)
            and any(
                frozenset((many_of(name_of(clause.subject)), many_of(snake(said.target)))) in both
                for said in clause.members
            )
        )
    ]


def _put_in_place(clauses: Sequence[Clause]) -> list[Clause]:
    """Return clauses with ``add mobile`` right after a field was removed as the field in its place."""
    found: list[Clause] = []
    for clause in clauses:
        before = found[-1] if found else None
        if (
            isinstance(clause, say.Declare)
            and isinstance(before, say.Remove)
            and (before.of or before.is_field)
            and clause.verb
            and not clause.counted
            and len(clause.names) == 1
            and not lexicon().knows(name_of(clause.names[0]))
        ):
            found.append(say.Has((), (Said(name=list(clause.names[0]), words=list(clause.names[0])),), adds=True))
        else:
            found.append(clause)
    return found


def _shortened(draft: Draft, clauses: Sequence[Clause]) -> list[Clause]:
    """Return clauses with ``product reviews`` as ``reviews`` where only ``a review has …`` says what they are."""
    subjects = {
        many_of(name_of(clause.subject))
        for clause in clauses
        if isinstance(clause, (say.Has, say.Relates)) and clause.subject
    }
    found: list[Clause] = []
    for clause in clauses:
        short: tuple[Noun, ...] = tuple(
            noun[-1:]
            if len(noun) > 1
            and many_of(name_of(noun[-1:])) in subjects
            and many_of(name_of(noun)) not in subjects
            and draft.find(noun[-1:]) is None
            and not lexicon().knows(one_of(many_of(name_of(noun))))
            else noun
            for noun in (clause.names if isinstance(clause, say.Declare) else ())
        )
        found.append(replace(clause, names=short) if isinstance(clause, say.Declare) else clause)
    return found


def declare_all(draft: Draft, clauses: Sequence[Clause]) -> None:
    """Make the resources that the request adds, so that every clause can speak of them."""
    strong = [
        name for clause in clauses if isinstance(clause, say.Declare) and not clause.weak for name in clause.names
    ]
    subjects = [clause.subject for clause in clauses if isinstance(clause, (say.Has, say.Relates)) and clause.subject]
    weak = [clause for clause in clauses if isinstance(clause, say.Declare) and clause.weak]
    _declare_children(draft, clauses, subjects)
    for clause in clauses:
        if isinstance(clause, say.Declare) and not clause.weak:
            _declare(draft, clause, clauses)
        elif isinstance(clause, say.Has) and clause.subject and draft.find(clause.subject) is None:
            if clause.adds and not any(name_of(clause.subject) in (name_of(n), many_of(name_of(n))) for n in [*strong]):
                draft.named(clause.subject)
            if not _is_theme(clause, subjects, strong, clauses):
                _refuse_unknown_subject(draft, clause.subject, clauses)
                draft.declare(clause.subject)
        elif (
            isinstance(clause, say.Relates) and clause.subject and draft.find(clause.subject) is None and clause.members
        ):
            _refuse_unknown_subject(draft, clause.subject, clauses)
            draft.declare(clause.subject)
    for declared in weak:
        _declare_theme(draft, declared, clauses)
    for clause in clauses:
        if isinstance(clause, say.Relates):
            for said in clause.members:
                if said.kind == "loose" and draft.find((said.target,)) is None:
                    draft.declare((said.target,))


def _declare_children(draft: Draft, clauses: Sequence[Clause], subjects: Sequence[Noun]) -> None:
    """Make ``order lines`` of ``orders have many order lines; a line has …``, where they are spoken of on their own."""
    for clause in clauses:
        for said in clause.members if isinstance(clause, say.Has) else ():
            name = name_of(said.name) if said.name else ""
            if (
                not is_plural(name.rpartition("_")[2])
                or draft.find((name,)) is not None
                or (said.said.keys() - {"many", "kind"})
            ):
                continue
            ends = {many_of(name_of(subject)) for subject in subjects}
            if name in ends or (said.many and name.rpartition("_")[2] in ends):
                draft.declare((name,))


def _refuse_unknown_subject(draft: Draft, subject: Noun, _clauses: Sequence[Clause]) -> None:
    """Refuse sentences about a singular that nobody declared and that is no resource: ``it has``, ``price has``."""
    name = name_of(subject)
    if (
        draft.spec.resources
        and not draft.new
        and singular(name) == name
        and name not in listed("uncounted")
        and lexicon().field(name) is not None
        and not lexicon().knows(singular(name))
    ):
        raise NotFound(f"there is no resource {plural(name)}", candidates=())
    if name.startswith(("signed_in_", "logged_in_", "authenticated_")):
        raise Misread(subject, "say what the profile of a user has")
    if name in ("i", "we", "you", "it", "they", "user", "users", "people", "everyone", "admins", "admin"):
        raise Misread(subject, "say the resource this is about")


def _is_theme(
    clause: say.Has, subjects: Sequence[Noun], strong: Sequence[Noun], clauses: Sequence[Clause]
) -> bool:
    """Whether ``a library has authors and books`` only says what there is: each of them is spoken of on its own."""
    own = {many_of(name_of(noun)) for noun in (*subjects, *strong)}
    if any(isinstance(one, say.Deletion) and name_of(one.parent) == name_of(clause.subject) for one in clauses):
        return False
    named = [many_of(name_of(said.name)) for said in clause.members if said.name]
    return (
        len(named) == len(clause.members)
        and bool(named)
        and all(one in own for one in named)
        and all(not s.said.keys() - {"many", "kind"} for s in clause.members)
        and many_of(name_of(clause.subject)) not in {many_of(name_of(n)) for n in strong}
        and len([n for n in subjects if name_of(n) == name_of(clause.subject)]) == 1
        and all(is_plural(said.name[-1].lower()) or said.name[-1].lower() in listed("uncounted") for said in clause.members)
    )


def _declare(draft: Draft, clause: say.Declare, clauses: Sequence[Clause]) -> None:
    for noun in clause.names:
        there = draft.find(noun)
        has = [one for one in clauses if isinstance(one, say.Has) and one.subject == noun and not one.adds]
        if there is not None and there.name not in draft.new and clause.verb in _ADDING:
            _add_to(draft, there, has, crud=clause.crud)
        if there is None:
            _refuse_nameless(noun, clause, has)
            if clause.plain and not _is_described(draft, noun, clauses):
                raise Misread(noun, "say what shall be done with it: add it, or what it has")
            draft.declare(noun)
        draft.focus = draft.named(noun).name


def _is_described(draft: Draft, noun: Noun, clauses: Sequence[Clause]) -> bool:
    """Whether a plural that only stands there is meant as a resource: something is said of it, or it is usual."""
    name = many_of(name_of(noun))
    named = [many_of(name_of(clause.subject)) for clause in clauses if getattr(clause, "subject", ())]
    targets = [many_of(snake(said.target)) for clause in clauses if isinstance(clause, (say.Has, say.Relates)) for said in clause.members if said.target]
    if name in named or name in targets or lexicon().knows(one_of(name)):
        return True
    at = next(i for i, clause in enumerate(clauses) if isinstance(clause, say.Declare) and noun in clause.names)
    follows = clauses[at + 1 : at + 2]
    if any(isinstance(one, (say.Has, say.Relates)) and not one.subject for one in follows):
        return True
    return not draft.start.resources and (len(noun) == 1 or bool(follows and not isinstance(follows[0], say.Declare)))


def _add_to(draft: Draft, there: ResourceSpec, has: Sequence[say.Has], *, crud: bool) -> None:
    """Give a resource that is there the standard operations it lacks, where all were asked for.

    Raises:
        BadInput: it is to be added with fields it does not have; they are named.
    """
    said = [field_name(one) for clause in has for one in clause.members if one.name]
    missing = [name for name in said if member_name(there, name) not in members(there)]
    has_operations = draft.operations(there.name)
    lacks = [one.name for one in DEFAULT_OPERATIONS if one.name not in has_operations] if crud else []
    if lacks and not missing:
        draft.set_operations(there.name, {**has_operations, **{name: OperationSpec(name=name) for name in lacks}})
        draft.assume(f"{there.name} is there already; it gets {', '.join(lacks)}")
        return
    if not missing:
        draft.assume(f"{there.name} is there already, nothing to do for it")
        return
    raise BadInput(
        f"there is a resource {there.name} already; {', '.join(missing)} could be added to it",
        nearest=(f"add {' and '.join(missing)} to {there.name}",),
    )


def _refuse_nameless(noun: Noun, clause: say.Declare, has: Sequence[say.Has]) -> None:
    """Refuse ``make me a sandwich``: one thing, nobody knows what it has and nothing says that it is a resource."""
    name = name_of(noun)
    is_one = singular(name) == name and name not in listed("uncounted")
    usual = lexicon().field(name)
    if not has and not clause.counted and is_one and usual is not None and not lexicon().knows(name):
        raise Misread(
            noun, f"say the resource it is for: add {article(name)} {words(name)} to products; or add {plural(name)}"
        )
    if clause.article and is_one and not has and not lexicon().knows(name):
        raise Misread(noun, f"say what {article(name)} {words(name)} has: add {plural(name)} with name and description")


def _declare_theme(draft: Draft, clause: say.Declare, clauses: Sequence[Clause]) -> None:
    """Take ``a notes app`` for a resource where fields are said and no other is named; else for the backend's name."""
    noun = clause.names[-1]
    name = many_of(name_of(noun))
    own_fields = any(
        isinstance(one, say.Has) and one.subject and many_of(name_of(one.subject)) == name for one in clauses
    )
    loose_fields = any(isinstance(one, say.Bare) or (isinstance(one, say.Describe) and not one.of) for one in clauses)
    if draft.find(noun) is not None:
        draft.focus = draft.named(noun).name
        return
    if clause.title and (draft.new or not any(isinstance(one, (say.Bare, say.Has)) for one in clauses)):
        return
    is_many = plural(name_of(noun)) == name_of(noun)
    if own_fields or (not draft.new and (loose_fields or is_many or lexicon().knows(one_of(name)))):
        for one in clause.names:
            draft.declare(one)
        draft.focus = name
    elif not draft.new and not draft.spec.resources and not any(isinstance(c, say.Setting) for c in clauses):
        raise Misread(noun, f"name its resources: new {words(name_of(noun))} backend with users and orders")
    elif not draft.start.resources and len(clause.names) == 1:
        apply_setting(draft, say.Setting("name", "-".join(noun)))


def _subject(draft: Draft, noun: Noun) -> ResourceSpec:
    resource = draft.named(noun) if noun else draft.at_hand()
    draft.focus = resource.name
    return resource


def _apply_declare(draft: Draft, clause: say.Declare, _clauses: Sequence[Clause], _at: int) -> None:
    for noun in clause.names:
        found = draft.find(noun)
        if found is not None:
            draft.focus = found.name


def _apply_has(draft: Draft, clause: say.Has, clauses: Sequence[Clause], _at: int) -> None:
    if clause.subject and draft.find(clause.subject) is None:
        return
    owners = (
        [draft.named((name,)) for name in draft.new]
        if clause.all_of_them and not clause.subject and draft.new
        else [_subject(draft, clause.subject)]
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
        _relate(draft, owner, said, name=field_name(said) if said.name else "")
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
        _unique_per(draft, owner, result.name, said.unique_per)
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
        _many(draft, owner, target, said, clauses)
        return True
    if target is None and said.many and is_plural(bare.rpartition("_")[2]):
        target = draft.find((bare.rpartition("_")[2],))
        if target is None:
            _new_children(owner, bare, said)
        else:
            _many(draft, owner, target, said, clauses)
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
        _relate(draft, owner, said, name=bare, target=target)
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
        _relate(draft, owner, said, name=head if head in ("parent", "owner") else bare, target=target)
        return True
    if bare == "parent" and not said.type:
        _relate(draft, owner, said, name="parent", target=draft.named((owner,)))
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


def _many(draft: Draft, owner: str, target: ResourceSpec, said: Said, clauses: Sequence[Clause]) -> None:
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
        _relate(draft, target.name, Said(words=list(said.words)), target=draft.named((owner,)))
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


def _relate(draft: Draft, owner: str, said: Said, *, name: str = "", target: ResourceSpec | None = None) -> None:
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
        _unique_per(draft, owner, name, said.unique_per)


def _apply_relates(draft: Draft, clause: say.Relates, clauses: Sequence[Clause], _at: int) -> None:
    if not clause.members:
        return
    owner = _subject(draft, clause.subject)
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
        _relate(draft, owner.name, member, name=named)
    draft.focus = owner.name


def _declares(name: str, clauses: Sequence[Clause]) -> bool:
    return any(
        isinstance(clause, say.Declare) and any(many_of(name_of(noun)) == many_of(name) for noun in clause.names)
        for clause in clauses
    )


def _apply_both(draft: Draft, clause: say.ManyToMany, _clauses: Sequence[Clause], _at: int) -> None:
    left, right = draft.named(clause.left), draft.named(clause.right)
    _many_to_many(draft, left.name, right.name)


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
        _unique_per(draft, owner.name, name, details.unique_per)
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


def _unique_per(draft: Draft, owner: str, name: str, others: Sequence[str]) -> None:
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
                    _relate(draft, owner, Said(target=target.name))
                else:
                    draft.add_member(owner, field_of(Said(name=[name]), draft.conventions))
                resource = draft.named((owner,))
                continue
            raise NotFound(f"{owner} has no field {name}")
    sets = tuple(dict.fromkeys((*resource.unique_together, tuple(names))))
    draft.update(owner, unique_together=sets)


def _apply_only_required(draft: Draft, clause: say.OnlyRequired, _clauses: Sequence[Clause], _at: int) -> None:
    owner, name = locate(draft, clause.subject, clause.of) if clause.subject else (draft.at_hand(), "")
    for field in owner.fields:
        if field.name != name and field.default is None:
            draft.change_member(owner.name, changed_field(field, Said(flags={"optional": True})))
    if name and clause.others:
        there = draft.named((owner.name,)).field(name)
        if there is not None:
            draft.change_member(owner.name, changed_field(there, Said(flags={"optional": False})))


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
        _relate(draft, child.name, Said(on_delete=clause.rule), target=parent)
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


def _apply_compare(draft: Draft, clause: say.Compare, _clauses: Sequence[Clause], _at: int) -> None:
    left_name, right_name = name_of(clause.left) if clause.left else draft.member, name_of(clause.right)
    owners = [
        one
        for one in draft.spec.resources
        if _loosely(one, left_name) in members(one) and _loosely(one, right_name) in members(one)
    ]
    owners = (
        [one for one in owners if one.name == draft.focus] or [one for one in owners if one.name in draft.new] or owners
    )
    if not owners:
        raise NotFound(f"there are no fields {left_name} and {right_name} to compare")
    owner = owners[0]
    left, right = _loosely(owner, left_name), _loosely(owner, right_name)
    name = f"{left}_{'before' if clause.operator.startswith('<') else 'after'}_{right}"[:_LONGEST_NAME]
    check = CheckSpec(name=name, expression=f"{left} {clause.operator} {right}")
    if check not in owner.checks:
        draft.update(owner.name, checks=(*owner.checks, check))


def _loosely(resource: ResourceSpec, name: str) -> str:
    """Return the member a name means, also where only its beginning is said: ``start`` for ``start_date``."""
    exact = member_name(resource, name)
    near = [one for one in members(resource) if one.startswith((f"{name}_", f"{name}s_"))]
    return exact if exact in members(resource) or len(near) != 1 else near[0]


def _apply_moves(draft: Draft, clause: say.Moves, clauses: Sequence[Clause], _at: int) -> None:
    states = list(dict.fromkeys(state for move in clause.moves for state in move))
    owner, name = _moving(draft, clause.subject, states)
    there = owner.field(name)
    if there is None:
        if owner.name not in draft.new:
            raise NotFound(f"{owner.name} has no field {name}")
        add_said(draft, owner.name, Said(name=[name], enum=tuple(states)), clauses)
    elif there.enum is None or set(states) - set(there.enum):
        if owner.name not in draft.new:
            raise BadInput(f"{owner.name}.{name} cannot be {', '.join(sorted(set(states) - set(there.enum or ())))}")
        draft.change_member(
            owner.name, changed_field(there, Said(enum=tuple(dict.fromkeys((*(there.enum or ()), *states)))))
        )
    owner = draft.named((owner.name,))
    kept = tuple(one for one in owner.transitions if one.field != name)
    before = next((one.moves for one in owner.transitions if one.field == name), ())
    moves = tuple(dict.fromkeys((*before, *clause.moves))) if (owner.name, name) in draft.moved else clause.moves
    draft.moved.add((owner.name, name))
    draft.update(owner.name, transitions=(*kept, TransitionSpec(field=name, moves=moves)))
    draft.focus, draft.member = owner.name, name


def _moving(draft: Draft, subject: Noun, states: Sequence[str]) -> tuple[ResourceSpec, str]:
    """Return the resource and the field that moves between states: by name, else the one that has such values."""
    resource = draft.find(subject) if subject else None
    if subject and resource is None:
        try:
            return locate(draft, subject, ())
        except NotFound:
            return draft.at_hand(), name_of(subject)
    owner = resource or _with_states(draft, states) or draft.at_hand()
    fitting = [one.name for one in owner.fields if one.enum and set(states) <= set(one.enum)]
    return owner, (fitting or [one.name for one in owner.fields if one.enum] or ["status"])[0]


def _with_states(draft: Draft, states: Sequence[str]) -> ResourceSpec | None:
    if draft.focus:
        return None
    fitting = [one for one in draft.spec.resources if any(set(states) <= set(f.enum or ()) for f in one.fields)]
    return fitting[0] if len(fitting) == 1 else None


def _apply_starts(draft: Draft, clause: say.Starts, _clauses: Sequence[Clause], _at: int) -> None:
    owner = _subject(draft, clause.subject)
    fields = [one for one in owner.fields if clause.value in (one.enum or ())] or [
        one for one in owner.fields if one.name == draft.member and one.enum
    ]
    if len(fields) != 1:
        raise Misread((clause.value,), f"say of which field {clause.value} is a value")
    draft.change_member(owner.name, changed_field(fields[0], Said(default=clause.value)))


def _apply_rename(draft: Draft, clause: say.Rename, _clauses: Sequence[Clause], _at: int) -> None:
    new = name_of(clause.new)
    if len(clause.new) > _MOST_WORDS or not new.isascii() or not new[:1].isalpha() or len(new) > _LONGEST_NAME:
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


def _apply_only(draft: Draft, clause: say.OnlyThese, clauses: Sequence[Clause], at: int) -> None:
    """``nothing else``: no other operations; after moves of a state nothing has to be done."""
    if not (at and isinstance(clauses[at - 1], say.Moves)):
        apply_only_these(draft, clause)


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


def _complete(draft: Draft) -> None:
    """Give new resources without fields the usual ones, and say what else was decided."""
    for name in draft.new:
        resource = draft.spec.resource(name)
        if resource is None:
            continue
        parts = name.split("_")
        if len(parts) == _MOST_WORDS and all(draft.spec.resource(part) is not None for part in (parts[0], parts[-1])):
            raise Misread(parts, "this is not the name of a resource; say what each of them has")
        if not resource.fields and name in draft.fieldless:
            _usual(draft, resource)
        resource = draft.named((name,))
        stamps = "created_at and updated_at" if resource.timestamps else "no timestamps"
        key = "a random UUID" if resource.key.value == "uuid" else "an integer"
        draft.assume(
            f"{name} have {key} as key, pages of {resource.list.page_size} "
            f"(at most {resource.list.max_page_size}), {stamps}"
        )


def _usual(draft: Draft, resource: ResourceSpec) -> None:
    known = lexicon()
    added: list[str] = []
    there = set(members(resource)) | {relation.target for relation in resource.relations}
    for member in known.members(one_of(resource.name)):
        if isinstance(member, FieldSpec) and member.name not in there:
            draft.add_member(resource.name, member)
        elif (
            isinstance(member, RelationSpec)
            and (target := draft.find((member.target,))) is not None
            and target.name not in {resource.name, *there}
        ):
            draft.add_member(resource.name, member.model_copy(update={"target": target.name}))
        else:
            continue
        added.append(member.name)
    source = (
        f"what {words(resource.name)} usually have" if known.knows(one_of(resource.name)) else "as no fields were named"
    )
    draft.assume(f"{resource.name} have {', '.join(added)} ({source})")


def _skip(_draft: Draft, _clause: say.Ignored, _clauses: Sequence[Clause], _at: int) -> None:
    """Do nothing for words without an effect."""


def _simple(apply: Callable[[Draft, Any], None]) -> Callable[[Draft, Any, Sequence[Clause], int], None]:
    return lambda draft, clause, _clauses, _at: apply(draft, clause)


_APPLY: dict[type[Any], Callable[[Draft, Any, Sequence[Clause], int], None]] = {
    say.Declare: _apply_declare,
    say.Has: _apply_has,
    say.Relates: _apply_relates,
    say.ManyToMany: _apply_both,
    say.Describe: _apply_describe,
    say.DescribeThem: _apply_describe_them,
    say.Loosen: _apply_loosen,
    say.Single: _apply_single,
    say.OnlyRequired: _apply_only_required,
    say.Deletion: _apply_deletion,
    say.Compare: _apply_compare,
    say.Together: _apply_together,
    say.Moves: _apply_moves,
    say.Starts: _apply_starts,
    say.Rename: _apply_rename,
    say.Remove: _apply_remove,
    say.Replace: _apply_replace,
    say.Focus: _apply_focus,
    say.Bare: _apply_bare,
    say.Ignored: _skip,
    say.Allow: _simple(apply_allow),
    say.Offer: _simple(apply_offer),
    say.Deny: _simple(apply_deny),
    say.OneOf: _simple(apply_one_of),
    say.OnlyThese: _apply_only,
    say.ProtectAdmin: _simple(apply_protect_admin),
    say.Owned: _simple(apply_owned),
    say.Endpoint: _simple(apply_endpoint),
    say.Listing: _simple(apply_listing),
    say.Option: _simple(apply_option),
    say.Setting: _simple(apply_setting),
    say.Profile: _simple(apply_profile),
}
