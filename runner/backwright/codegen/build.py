"""What a skill's ``build`` function is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backwright.codegen.project import Project
from backwright.spec.change import SpecChange
from backwright.spec.model import BackendSpec, ResourceSpec

if TYPE_CHECKING:
    from backwright.codegen.templates import Templates


@dataclass(frozen=True)
class Revision:
    """A migration that lies in the tree: its id and the ids it comes after."""

    id: str
    down: tuple[str, ...]


@dataclass(frozen=True)
class Build:
    """Everything a skill may know; ``build`` is a pure function of it.

    ``spec`` is what the backend shall be, ``previous`` what it was when it was last generated (None: a new one) and
    ``change`` how one became the other. ``revisions`` are the migrations in the tree. ``templates`` are the files of
    the skill's own ``assets`` folder (or their overrides).
    """

    spec: BackendSpec
    project: Project
    templates: Templates
    previous: BackendSpec | None = None
    change: SpecChange = SpecChange()
    revisions: tuple[Revision, ...] = ()
    changed: frozenset[str] | None = None

    def resources(self) -> tuple[ResourceSpec, ...]:
        """Return the resources to be written now: all, or those named by ``changed`` where that is given."""
        if self.changed is None:
            return self.spec.resources
        return tuple(r for r in self.spec.resources if r.name in self.changed)
