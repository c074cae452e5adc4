"""Files of an agent's memory on this machine: whole files at once, under a lock, never through a symlink."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from backwright.errors import BadInput, Place, TargetChanged

LOCK_SECONDS = 20.0
"""How long to wait for another command that writes the same folder."""


class Files(Protocol):
    """Where files are read and written; paths are relative to its root. ``Staged`` is one."""

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return the file's bytes, or None where there is none."""
        ...

    def write(self, path: PurePosixPath, content: bytes) -> None:
        """Write the whole file."""
        ...

    def delete(self, path: PurePosixPath) -> None:
        """Take the file away; one that is not there is left so."""
        ...

    def paths(self) -> Iterable[PurePosixPath]:
        """Return the files there are."""
        ...


@dataclass(frozen=True)
class Disk:
    """Files below a folder of this machine, within ``inside``; new files are readable by others only if ``shared``."""

    root: Path
    inside: PurePosixPath
    shared: bool = True

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return the file's bytes, or None; refuses symlinks and special files."""
        from backwright.target.confined import Confined

        found = Confined(self.root).read(self._own(path))
        return None if found is None else found.content

    def write(self, path: PurePosixPath, content: bytes) -> None:
        """Write the file in one step: a temporary file, fsync, replace."""
        from backwright.target.confined import Confined

        files = Confined(self.root)
        before = files.read(self._own(path))
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            files.write(path, content, before.mode if before else 0o666 if self.shared else 0o600)
        except OSError as error:
            raise BadInput(f"it cannot be written: {error.strerror}", place=Place(str(path))) from error

    def delete(self, path: PurePosixPath) -> None:
        """Take the file away; one that is not there is left so."""
        from backwright.target.confined import Confined

        try:
            Confined(self.root).remove(self._own(path))
        except OSError as error:
            raise BadInput(f"it cannot be deleted: {error.strerror}", place=Place(str(path))) from error

    def paths(self) -> Iterator[PurePosixPath]:
        """Yield the Markdown files of the folder, in order; links are not followed."""
        top = self.root / self.inside
        for folder, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".md"):
                    yield PurePosixPath((Path(folder) / name).relative_to(self.root).as_posix())

    def _own(self, path: PurePosixPath) -> PurePosixPath:
        if path.is_absolute() or ".." in path.parts or not path.is_relative_to(self.inside):
            raise BadInput(f"{path} is not in {self.inside}")
        return path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of this folder among all processes of this person.

        Raises:
            BadInput: there is no place for a lock.
            TargetChanged: another command holds it for longer than ``LOCK_SECONDS``.
        """
        from filelock import FileLock, Timeout

        from backwright.folders import state_folder

        key = hashlib.sha256(os.fsencode(self.root.resolve() / self.inside)).hexdigest()[:32]
        locks = state_folder() / "locks"
        try:
            locks.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"no lock can be kept there: {error.strerror}", place=Place(str(locks))) from error
        try:
            with FileLock(locks / f"memory-{key}.lock", timeout=LOCK_SECONDS):
                yield
        except Timeout:
            raise TargetChanged(f"another command is writing {self.inside}", hint="try again when it is done") from None
