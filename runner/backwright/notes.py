"""The agent's notes in a run: read before it builds, added to after, in the scope that its definition says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from backwright.counting import counted
from backwright.event import Found, Listener, Said
from backwright.spec.conventions import Conventions

if TYPE_CHECKING:
    from backwright.engines.engine import Built
    from backwright.memory.disk import Disk
    from backwright.memory.notes import Fact
    from backwright.memory.store import MemoryFolder
    from backwright.resolve import Resolved
    from backwright.spec.model import ResourceSpec
    from backwright.target.applied import Outside
    from backwright.target.staged import Staged


_ROLES = ("models", "schemas", "crud", "endpoints")


class Held:
    """Files on disk whose writes are held back until the run is applied."""

    def __init__(self, disk: Disk) -> None:
        """Read from this folder; nothing is written to it."""
        self.disk = disk
        self.written: dict[PurePosixPath, bytes | None] = {}

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return what a file will hold."""
        return self.written[path] if path in self.written else self.disk.read(path)

    def write(self, path: PurePosixPath, content: bytes) -> None:
        """Hold a write."""
        self.written[path] = content

    def delete(self, path: PurePosixPath) -> None:
        """Hold a removal."""
        self.written[path] = None

    def paths(self) -> Iterable[PurePosixPath]:
        """Return the files there will be."""
        gone = {path for path, content in self.written.items() if content is None}
        return sorted({*self.disk.paths(), *self.written} - gone)


@dataclass(frozen=True)
class Notes:
    """What an agent knows.

    ``folder`` is None where the definition asks for no memory. ``used`` are the notes with an effect, as
    ``file:line text``, ``lost`` what was said about those that could not be honoured; ``digest`` is the sha256 of
    everything that was read.
    """

    conventions: Conventions = Conventions()
    used: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    digest: str | None = None
    folder: MemoryFolder | None = None
    held: Held | None = field(default=None, compare=False)

    def outside(self) -> tuple[Outside, ...]:
        """Return the writes outside the repository, of user and local scope."""
        from backwright.target.applied import Outside

        if self.held is None:
            return ()
        disk = self.held.disk
        return tuple(Outside(disk.root, path, disk.read(path), text) for path, text in self.held.written.items())


def read_notes(resolved: Resolved, staged: Staged, listen: Listener) -> Notes:
    """Read the notes of the run's agent; what cannot be honoured in them is said.

    Raises:
        BadInput: the memory folder cannot be read.
    """
    from backwright.memory.conventions import convention_findings, read_conventions
    from backwright.memory.store import staged_memory

    agent = resolved.agent
    if agent.memory is None:
        return Notes()
    held = None
    if agent.memory == "project":
        folder = staged_memory(agent.name, staged)
    else:
        folder, held = _held_memory(agent.name, agent.memory, resolved.target.root)
    memory = folder.read()
    conventions, used, _ = read_conventions(memory)
    lost = convention_findings(memory)
    for finding in (*memory.findings, *lost):
        listen(Found(finding))
    if memory.unseen:
        listen(Said(f"{counted(len(memory.unseen), 'line')} of MEMORY.md not read: over its limits", "warning"))
    for note in used:
        listen(Said(f"from memory: {note.text} ({note.path}:{note.line})"))
    shown = tuple(f"{note.path}:{note.line} {note.text}" for note in used)
    return Notes(conventions, shown, tuple(map(str, lost)), folder.digest(), folder, held)


def _held_memory(agent: str, scope: str, root: Path) -> tuple[MemoryFolder, Held]:
    from backwright.memory.disk import Disk
    from backwright.memory.store import MemoryFolder, folder_path

    path = folder_path(agent, scope)
    held = Held(Disk((Path.home() if scope == "user" else root).resolve(), path, shared=False))
    return MemoryFolder(agent, scope, path, held), held


def remember(notes: Notes, resolved: Resolved, staged: Staged, built: Built, listen: Listener) -> None:
    """Add what was learnt about each resource that the run built: what was assumed, and where it lies.

    What was known of a resource that is gone goes too, unless people wrote in it: then that is said.
    """
    from backwright.memory.store import forget
    from backwright.memory.store import remember as keep

    if notes.folder is None:
        return
    facts = [_fact(resource, resolved, staged, built) for resource in built.changed_resources()]
    if facts:
        keep(notes.folder, facts)
    for fact in forget(notes.folder, built.removed_resources(), _is_ours):
        listen(Said(f"{fact.path} stays, since people wrote in it; the resource it is about is gone"))


def _is_ours(fact: Fact) -> bool:
    """Whether a fact says only what runs write in it."""
    starts = tuple(f"- {word}: " for word in (*_ROLES, "assumed"))
    return all(line.startswith(starts) for line in fact.body.strip().splitlines())


def _fact(resource: ResourceSpec, resolved: Resolved, staged: Staged, built: Built) -> Fact:
    from backwright.codegen.project import own_project
    from backwright.memory.notes import Fact
    from backwright.naming import words

    project = own_project(built.after.service)
    backend = resolved.target.backend
    model = backend / project.path("models", resource)
    content = staged.read(model)
    lines = [f"{role}: `{backend / project.path(role, resource)}`" for role in _ROLES]
    lines += [f"assumed: {text}" for text in built.assumptions if resource.name in text or resource.singular in text]
    return Fact(
        name=resource.name,
        description=f"Where {words(resource.name)} are, and what was assumed about them",
        body="\n".join(f"- {line}" for line in lines),
        type="project",
        evidence=str(model) if content is not None else None,
        sha256=hashlib.sha256(content).hexdigest() if content is not None else None,
    )
