"""The resources that clauses add, made before anything is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backwright.errors import BadInput, NotFound
from backwright.naming import article, plural, singular, snake, words
from backwright.spec.apply import members
from backwright.spec.language import clauses as say
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.draft import Draft, member_name
from backwright.spec.language.fields import field_name
from backwright.spec.language.nouns import many_of, name_of, one_of
from backwright.spec.language.said import Said
from backwright.spec.language.settings import apply_setting
from backwright.spec.language.tokens import Misread
from backwright.spec.language.words import words as listed
from backwright.spec.lexicon import lexicon
from backwright.spec.model import DEFAULT_OPERATIONS, OperationSpec, ResourceSpec
from backwright.spec.nouns import is_plural

_ABOUT_ONE = (
    say.Has,
    say.Relates,
    say.Together,
    say.Moves,
    say.Starts,
    say.Allow,
    say.Offer,
    say.Deny,
    say.OneOf,
    say.Owned,
    say.Listing,
    say.Option,
    say.Focus,
)
"""Clauses whose subject is a resource."""
_PLACEHOLDERS = frozenset({"new", "another", "table", "resource", "entity", "one", "thing", "something"})
"""Words that stand where a name should."""
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


def arranged(draft: Draft, clauses: Sequence[Clause]) -> list[Clause]:
    """Return clauses without what is said twice, with names as short as the request means them."""
    return _shortened(draft, _put_in_place(_without_doubled(clauses)))


def _without_doubled(clauses: Sequence[Clause]) -> list[Clause]:
    """Return clauses without ``tags for products`` where it is said that each has many of the other."""
    both = {
        frozenset((many_of(name_of(c.left)), many_of(name_of(c.right))))
        for c in clauses
        if isinstance(c, say.ManyToMany)
    }
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
                _refuse_unknown_subject(draft, clause.subject)
                draft.declare(clause.subject)
        elif (
            isinstance(clause, say.Relates) and clause.subject and draft.find(clause.subject) is None and clause.members
        ):
            _refuse_unknown_subject(draft, clause.subject)
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


def _refuse_unknown_subject(draft: Draft, subject: Noun) -> None:
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


def _is_theme(clause: say.Has, subjects: Sequence[Noun], strong: Sequence[Noun], clauses: Sequence[Clause]) -> bool:
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
        and all(
            is_plural(said.name[-1].lower()) or said.name[-1].lower() in listed("uncounted") for said in clause.members
        )
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
    named = [
        many_of(name_of(clause.subject)) for clause in clauses if isinstance(clause, _ABOUT_ONE) and clause.subject
    ]
    targets = [
        many_of(snake(said.target))
        for clause in clauses
        if isinstance(clause, (say.Has, say.Relates))
        for said in clause.members
        if said.target
    ]
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
    if name in _PLACEHOLDERS:
        raise Misread(noun, "say its name: add products")
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
