"""Values that move, begin and compare: transitions, first values and checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backwright.errors import BadInput, NotFound
from backwright.spec.apply import members
from backwright.spec.language import clauses as say
from backwright.spec.language.adding import add_said
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.draft import Apply, Draft, locate, member_name
from backwright.spec.language.fields import changed_field
from backwright.spec.language.nouns import MOST_LETTERS, name_of
from backwright.spec.language.relating import subject_of
from backwright.spec.language.said import Said
from backwright.spec.language.tokens import Misread
from backwright.spec.model import CheckSpec, ResourceSpec, TransitionSpec


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
    name = f"{left}_{'before' if clause.operator.startswith('<') else 'after'}_{right}"[:MOST_LETTERS]
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
    owner = subject_of(draft, clause.subject)
    fields = [one for one in owner.fields if clause.value in (one.enum or ())] or [
        one for one in owner.fields if one.name == draft.member and one.enum
    ]
    if len(fields) != 1:
        raise Misread((clause.value,), f"say of which field {clause.value} is a value")
    draft.change_member(owner.name, changed_field(fields[0], Said(default=clause.value)))


STATES: Mapping[type[Any], Apply] = {
    say.Compare: _apply_compare,
    say.Moves: _apply_moves,
    say.Starts: _apply_starts,
}
