"""What clauses mean for a spec: each kind of clause by a function of its own, in the order they were said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from backwright.spec.language import clauses as say
from backwright.spec.language.adding import ADDING
from backwright.spec.language.changing import CHANGING
from backwright.spec.language.clauses import Clause
from backwright.spec.language.completing import complete
from backwright.spec.language.declaring import arranged, declare_all
from backwright.spec.language.draft import Apply, Draft
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
from backwright.spec.language.relating import RELATING
from backwright.spec.language.settings import apply_listing, apply_option, apply_profile, apply_setting
from backwright.spec.language.states import STATES


def apply_clauses(draft: Draft, clauses: Sequence[Clause]) -> None:
    """Apply clauses to the draft.

    Raises:
        Misread, BadInput, NotFound, NotSupported: a clause does not fit what is there.
    """
    clauses = arranged(draft, clauses)
    declare_all(draft, clauses)
    waiting: list[say.Allow | say.Deny | say.Listing] = []
    for at, clause in enumerate(clauses):
        said = clause
        if isinstance(clause, say.Listing) and not clause.subject and draft.focus in draft.new:
            said = replace(clause, subject=(draft.focus,))
        if (
            isinstance(said, say.Deny)
            or (isinstance(said, say.Allow) and said.rest)
            or (
                isinstance(said, say.Listing)
                and said.subject
                and draft.find(said.subject) is not None
                and draft.named(said.subject).name in draft.new
            )
        ):
            waiting.append(said)
            continue
        _APPLY[type(said)](draft, said, clauses, at)
    for clause in waiting:
        _APPLY[type(clause)](draft, clause, clauses, len(clauses))
    complete(draft)


def _apply_declare(draft: Draft, clause: say.Declare, _clauses: Sequence[Clause], _at: int) -> None:
    for noun in clause.names:
        found = draft.find(noun)
        if found is not None:
            draft.focus = found.name


def _apply_only(draft: Draft, clause: say.OnlyThese, clauses: Sequence[Clause], at: int) -> None:
    """``nothing else``: no other operations; after moves of a state nothing has to be done."""
    if not (at and isinstance(clauses[at - 1], say.Moves)):
        apply_only_these(draft, clause)


def _skip(_draft: Draft, _clause: say.Ignored, _clauses: Sequence[Clause], _at: int) -> None:
    """Do nothing for words without an effect."""


def _simply(apply: Callable[[Draft, Any], None]) -> Callable[[Draft, Any, Sequence[Clause], int], None]:
    return lambda draft, clause, _clauses, _at: apply(draft, clause)


_APPLY: Mapping[type[Any], Apply] = {
    **RELATING,
    **ADDING,
    **STATES,
    **CHANGING,
    say.Declare: _apply_declare,
    say.Ignored: _skip,
    say.Allow: _simply(apply_allow),
    say.Offer: _simply(apply_offer),
    say.Deny: _simply(apply_deny),
    say.OneOf: _simply(apply_one_of),
    say.OnlyThese: _apply_only,
    say.ProtectAdmin: _simply(apply_protect_admin),
    say.Owned: _simply(apply_owned),
    say.Endpoint: _simply(apply_endpoint),
    say.Listing: _simply(apply_listing),
    say.Option: _simply(apply_option),
    say.Setting: _simply(apply_setting),
    say.Profile: _simply(apply_profile),
}
