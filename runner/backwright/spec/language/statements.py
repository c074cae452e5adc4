"""Which function tells what a statement means, by the tag of the grammar."""

from __future__ import annotations

from collections.abc import Mapping

from backwright.spec.language.accesses import ACCESS
from backwright.spec.language.alterations import ALTERATIONS
from backwright.spec.language.declarations import DECLARATIONS
from backwright.spec.language.listings import LISTS
from backwright.spec.language.memberships import MEMBERSHIPS
from backwright.spec.language.services import SERVICE
from backwright.spec.language.telling import Teller

TELLERS: Mapping[str, Teller] = {
    **DECLARATIONS,
    **MEMBERSHIPS,
    **ALTERATIONS,
    **ACCESS,
    **LISTS,
    **SERVICE,
}
