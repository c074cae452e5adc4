"""What an engine is: it turns a task into changes of the staged tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from backwright.agents.spec import AgentSpec
from backwright.event import Asker, Listener
from backwright.spec.change import Reading
from backwright.spec.conventions import Conventions
from backwright.spec.model import BackendSpec

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
    """What an engine works with: the staged tree, the backend's folder in it, and the agent's skills and notes."""

    staged: Staged
    backend: PurePosixPath
    skills: tuple[SkillSpec, ...]
    conventions: Conventions
    listen: Listener
    asker: Asker


@dataclass(frozen=True)
class Built:
    """What an engine did.

    ``before`` and ``after`` are the spec as it was last built (None: a new backend) and as it is now; ``written`` says
    for every path of the backend that changed which skill owns it; ``kept_deleted`` are generated files that a person
    deleted and that stay so; ``merged`` counts the files changed on both sides, by text and by definition.
    """

    reading: Reading
    before: BackendSpec | None
    after: BackendSpec
    written: Mapping[PurePosixPath, str]
    risks: tuple[str, ...] = ()
    kept_deleted: tuple[PurePosixPath, ...] = ()
    merged: tuple[int, int] = (0, 0)


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
