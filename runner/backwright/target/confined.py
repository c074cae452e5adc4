"""Files below one folder, reached without following a single symlink.

Every component is opened by its own descriptor with ``O_NOFOLLOW``, so that a folder swapped for a symlink between
check and use is noticed. Platforms without descriptors for folders (Windows) look at each component instead.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backwright.target.policy import PathRefused

_BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NOT_THERE = (FileNotFoundError, NotADirectoryError)


@dataclass(frozen=True)
class OnDisk:
    """A regular file as it was read: its bytes and its permission bits."""

    content: bytes
    mode: int

    @property
    def executable(self) -> bool:
        """Whether its owner may execute it, the one permission git keeps."""
        return bool(self.mode & stat.S_IXUSR)


@dataclass(frozen=True)
class Confined:
    """The files below ``root``, which itself may be reached through symlinks.

    Paths must have been through ``policy.checked``. Everything raises ``PathRefused`` where a symlink, a special file,
    a hard link to a file elsewhere or a nested repository is in the way, and ``OSError`` as the system does. What is
    written is ``durable``, flushed to the disk before it is put in place, unless a loss of power may take it.
    """

    root: Path
    durable: bool = True

    def read(self, path: PurePosixPath) -> OnDisk | None:
        """Return a regular file, or None where there is nothing."""
        try:
            with self._folder(path) as (folder, name):
                found = _lstat(folder, name)
                if found is None:
                    return None
                _refuse_special(path, found)
                return _read(folder, name, path)
        except _NOT_THERE:
            return None

    def link_target(self, path: PurePosixPath) -> str | None:
        """Return what a symlink points to, or None where there is no symlink."""
        try:
            with self._folder(path) as (folder, name):
                found = _lstat(folder, name)
                if found is None or not stat.S_ISLNK(found.st_mode):
                    return None
                return os.readlink(name, dir_fd=folder) if isinstance(folder, int) else str((folder / name).readlink())
        except _NOT_THERE:
            return None

    def check(self, path: PurePosixPath) -> None:
        """Raise ``PathRefused`` unless a file may be written or removed at this place."""
        with contextlib.suppress(*_NOT_THERE), self._folder(path) as (folder, name):
            found = _lstat(folder, name)
            if found is not None:
                _refuse_special(path, found)
                if found.st_nlink > 1:
                    raise PathRefused(str(path), "the file is hard-linked, its other name may be elsewhere")

    def missing_folders(self, path: PurePosixPath) -> tuple[PurePosixPath, ...]:
        """Return the folders above ``path`` that do not exist, outermost first."""
        above = tuple(reversed(path.parents))[1:]
        return tuple(folder for folder in above if not os.path.lexists(self.root / folder))

    def prepare(self, path: PurePosixPath, content: bytes, mode: int, temporary: str, *, exact: bool = False) -> None:
        """Write the content durably beside ``path`` under the name ``temporary``; ``put`` then moves it there.

        The mode is subject to the user's umask, unless it is an ``exact`` one that is to be kept.
        """
        with self._folder(path, make=True) as (folder, _):
            descriptor = _open(folder, temporary, _NEW, mode)
            try:
                _write_all(descriptor, content)
                if exact and os.name != "nt":
                    os.fchmod(descriptor, mode)
                if self.durable:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def link(self, path: PurePosixPath, target: str) -> None:
        """Make a symlink, which nothing here will ever follow."""
        with self._folder(path, make=True) as (folder, name):
            if isinstance(folder, int):
                os.symlink(target, name, dir_fd=folder)
            else:
                (folder / name).symlink_to(target)

    def put(self, path: PurePosixPath, temporary: str) -> None:
        """Move a prepared file to its place in one step; ``settle`` makes that durable."""
        self.check(path)
        with self._folder(path) as (folder, name):
            if isinstance(folder, int):
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                (folder / temporary).replace(folder / name)

    def settle(self, paths: Iterable[PurePosixPath]) -> None:
        """Make names that were put or removed durable, once for every folder, where the platform can."""
        for path in sorted({path.with_name("_") for path in paths}):
            with contextlib.suppress(*_NOT_THERE), self._folder(path) as (folder, _):
                if isinstance(folder, int):
                    os.fsync(folder)

    def write(self, path: PurePosixPath, content: bytes, mode: int = 0o666) -> None:
        """Write a whole file in one step."""
        temporary = f".{path.name[:200]}.backwright"
        self.check(path)
        self.remove(path.with_name(temporary))
        self.prepare(path, content, mode, temporary)
        self.put(path, temporary)

    def remove(self, path: PurePosixPath) -> bool:
        """Remove a file and return whether it was there; folders are left."""
        try:
            with self._folder(path) as (folder, name):
                if isinstance(folder, int):
                    os.unlink(name, dir_fd=folder)
                else:
                    (folder / name).unlink()
        except _NOT_THERE:
            return False
        return True

    def prune(self, folders: Iterator[PurePosixPath] | tuple[PurePosixPath, ...]) -> None:
        """Remove those of the folders that are empty, in the order given."""
        for path in folders:
            with contextlib.suppress(OSError), self._folder(path) as (folder, name):
                if isinstance(folder, int):
                    os.rmdir(name, dir_fd=folder)
                else:
                    (folder / name).rmdir()

    @contextlib.contextmanager
    def _folder(self, path: PurePosixPath, *, make: bool = False) -> Iterator[tuple[int | Path, str]]:
        """Open the folder that holds ``path``: a descriptor, or where there are none a path that was looked at."""
        if not _BY_DESCRIPTOR:
            yield self._looked_at(path, make=make), path.name
            return
        descriptor = os.open(self.root, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0))
        try:
            for depth, part in enumerate(path.parts[:-1], start=1):
                inner = _enter(descriptor, part, path, make=make)
                os.close(descriptor)
                descriptor = inner
                _refuse_repository(descriptor, PurePosixPath(*path.parts[:depth]), path)
            yield descriptor, path.name
        finally:
            os.close(descriptor)

    def _looked_at(self, path: PurePosixPath, *, make: bool) -> Path:
        folder = self.root
        for depth, part in enumerate(path.parts[:-1], start=1):
            folder = folder / part
            if make:
                folder.mkdir(exist_ok=True)
            if folder.is_symlink() or (hasattr(folder, "is_junction") and folder.is_junction()):
                raise PathRefused(str(path), f"{PurePosixPath(*path.parts[:depth])} is a symlink")
            _refuse_repository(folder, PurePosixPath(*path.parts[:depth]), path)
        return folder


def emptied(gone: Iterable[PurePosixPath]) -> tuple[PurePosixPath, ...]:
    """Return the folders above files that were removed, innermost first."""
    folders = {above for path in gone for above in path.parents[:-1]}
    return tuple(sorted(folders, key=lambda folder: len(folder.parts), reverse=True))


def _enter(descriptor: int, part: str, path: PurePosixPath, *, make: bool) -> int:
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(part, dir_fd=descriptor)
    try:
        return os.open(part, _FOLDER, dir_fd=descriptor)
    except OSError:
        found = _lstat(descriptor, part)
        if found is not None and stat.S_ISLNK(found.st_mode):
            raise PathRefused(str(path), f"`{part}` is a symlink") from None
        if found is not None and make:
            raise PathRefused(str(path), f"`{part}` is not a folder") from None
        raise


def _refuse_repository(folder: int | Path, at: PurePosixPath, path: PurePosixPath) -> None:
    if _lstat(folder, ".git") is not None:
        raise PathRefused(str(path), f"`{at}` is a repository of its own")
    if _lstat(folder, "HEAD") is not None and None not in (_lstat(folder, "objects"), _lstat(folder, "refs")):
        raise PathRefused(str(path), f"`{at}` is a bare repository")


def _lstat(folder: int | Path, name: str) -> os.stat_result | None:
    try:
        if isinstance(folder, int):
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
        return os.lstat(folder / name)
    except _NOT_THERE:
        return None


def _refuse_special(path: PurePosixPath, found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise PathRefused(str(path), "it is a symlink")
    if stat.S_ISDIR(found.st_mode):
        raise PathRefused(str(path), "it is a folder")
    if not stat.S_ISREG(found.st_mode):
        raise PathRefused(str(path), "it is not a regular file")


def _open(folder: int | Path, name: str, flags: int, mode: int = 0o600) -> int:
    if isinstance(folder, int):
        return os.open(name, flags, mode, dir_fd=folder)
    return os.open(folder / name, flags, mode)


def _read(folder: int | Path, name: str, path: PurePosixPath) -> OnDisk:
    descriptor = _open(folder, name, _READ)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        found = os.fstat(descriptor)
        _refuse_special(path, found)
        return OnDisk(file.read(), stat.S_IMODE(found.st_mode))


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
