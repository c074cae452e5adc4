"""What an engine is: it turns a task into changes of the staged tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from backwright.agents.spec import AgentSpec
from backwright.engines.asking import Understood
from backwright.event import Asker, Listener
from backwright.spec.change import SpecChange
from backwright.spec.conventions import Conventions
from backwright.spec.model import BackendSpec, ResourceSpec

if TYPE_CHECKING:
    from backwright.skills.spec import SkillSpec
    from backwright.target.staged import Staged


@dataclass(frozen=True)
class Task:
    """What the person asked for: the words, verbatim, and the spec files given with them."""

    text: str
    spec_files: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Bench:
    """What an engine works with.

    ``name`` is the service's name where it has none yet, ``backend`` the backend's folder in the staged tree, ``start``
    the folder that overrides of templates are looked up from.
    """

    name: str
    staged: Staged
    backend: PurePosixPath
    start: Path
    skills: tuple[SkillSpec, ...]
    conventions: Conventions
    listen: Listener
    asker: Asker | None


@dataclass(frozen=True)
class Built:
    """What an engine did.

    ``before`` and ``after`` are the spec as it was last built (None: a new backend) and as it is now, ``change`` what
    leads from one to the other and ``summary`` that in words. ``written`` says for every generated path that changed
    (relative to the repository) which skill owns it, ``parts`` for every path that changed or went what it belongs to,
    a resource or ``service``. ``overrides`` are the sha256 of the folders whose templates stood in for a skill's own,
    by folder. ``reasons`` say why a path changes that no part of the spec asks for. ``own`` is whether Backwright
    created the backend, so that its code may be run.
    """

    understood: Understood
    summary: tuple[str, ...]
    assumptions: tuple[str, ...]
    change: SpecChange
    before: BackendSpec | None
    after: BackendSpec
    written: Mapping[PurePosixPath, str]
    parts: Mapping[PurePosixPath, str] = field(default_factory=dict)
    risks: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[PurePosixPath, str] = field(default_factory=dict)
    own: bool = True

    def changed_resources(self) -> tuple[ResourceSpec, ...]:
        """Return the resources that are new or no longer what they were."""
        before = {resource.name: resource for resource in self.before.resources} if self.before else {}
        return tuple(resource for resource in self.after.resources if before.get(resource.name) != resource)

    def removed_resources(self) -> tuple[str, ...]:
        """Return the names that no resource has any longer, for whatever reason."""
        after = {resource.name for resource in self.after.resources}
        return tuple(it.name for it in (self.before.resources if self.before else ()) if it.name not in after)


class Engine(Protocol):
    """An engine; ``model`` is what the commit's trailer names."""

    name: str
    model: str

    def build(self, task: Task, agent: AgentSpec, bench: Bench) -> Built:
        """Change the staged tree so that it does what the task says.

        Raises:
            BadInput: the task or a spec cannot be read.
            NotSupported: it can be read and is refused by name.
            MergeConflict: people and generator changed the same place.
        """
        ...
