"""How a backend stands against what was generated: files edited, moved or deleted, spec changes not applied."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backwright.engines.summary import summary_of
from backwright.errors import NotFound
from backwright.target.base import Locked, digest_of, read_locked


@dataclass(frozen=True)
class Status:
    """The state of one backend; paths are relative to its folder, ``pending`` are spec changes in words.

    ``once`` files (migrations) belong to people and are not compared.
    """

    folder: Path
    generated: int
    edited: tuple[PurePosixPath, ...]
    moved: tuple[tuple[PurePosixPath, PurePosixPath], ...]
    deleted: tuple[PurePosixPath, ...]
    pending: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether everything is as it was generated."""
        return not (self.edited or self.moved or self.deleted or self.pending)


def read_status(repo: Path) -> Status:
    """Compare a backend's work tree with its lock.

    Raises:
        NotFound: there is no backend of ours in the folder.
        BadInput: the lock or a spec file cannot be read.
    """
    from backwright.target.repository import open_target
    from backwright.target.worktree import read_working_tree

    target = open_target(repo)
    prefix = target.backend
    found = {path.relative_to(prefix): content for path, content in read_working_tree(target, prefix).items()}
    locked = read_locked(found.get, found)
    folder = target.root / prefix
    if not locked.parts:
        raise NotFound(f"there is no backend of ours in {folder}")
    locks = {path: lock for path, lock in locked.paths().items() if not lock.once}
    places = {path: lock.moved_to if lock.moved_to in found else path for path, lock in locks.items()}
    return Status(
        folder=folder,
        generated=len(locks),
        edited=tuple(
            place
            for path, lock in sorted(locks.items())
            if (place := places[path]) is not None and place in found and digest_of(found[place]) != lock.base
        ),
        moved=tuple((path, place) for path, place in sorted(places.items()) if place is not None and place != path),
        deleted=tuple(sorted(path for path in locks if places[path] not in found)),
        pending=_pending(locked, found),
    )


def _pending(locked: Locked, found: dict[PurePosixPath, bytes]) -> tuple[str, ...]:
    from backwright.spec.difference import difference
    from backwright.spec.find import SPEC_FOLDER
    from backwright.spec.yaml import read_spec

    applied = locked.spec()
    files = {str(path): content for path, content in found.items() if path.parent == SPEC_FOLDER}
    if applied is None or not any(name.endswith((".yaml", ".yml")) for name in files):
        return ()
    return summary_of(difference(applied, read_spec(files)))
