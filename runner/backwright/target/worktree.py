"""What lies in the target's work tree, uncommitted work included. Nothing here writes, and no filter runs."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from backwright.spec.find import SPEC_FOLDER
from backwright.target.confined import Confined, OnDisk
from backwright.target.git import Git, unfiltered
from backwright.target.objects import EXECUTABLE, LINK, REGULAR, REPOSITORY, Entry, blob_id
from backwright.target.policy import PathRefused
from backwright.target.repository import Target, ignored

_NOTES = PurePosixPath(".claude/agent-memory")
_LARGEST_UNTRACKED = 32 * 1024 * 1024


@dataclass(frozen=True)
class Content:
    """What a staged path holds: git's mode and the bytes (of a symlink: where it points)."""

    mode: str
    data: bytes


def read_working_tree(target: Target, folder: PurePosixPath) -> dict[PurePosixPath, bytes]:
    """Return the files below a folder of the target as they lie there, tracked or not, ignored ones left out."""
    if target.is_new:
        paths: Iterable[str] = (str(path) for path in _walk(target.root, folder))
    else:
        paths = target.git.records(
            "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", str(folder)
        )
    files = Confined(target.root)
    found = ((PurePosixPath(path), _readable(files, PurePosixPath(path))) for path in paths)
    return {path: file.content for path, file in found if file is not None}


def uncommitted_notes_and_specs(target: Target, committed: Mapping[str, Entry]) -> dict[str, Content | None]:
    """Return the specs and project notes whose work tree differs from the commit."""
    folders = {target.backend / SPEC_FOLDER, target.backend / _NOTES, _NOTES}
    on_disk = {str(path) for folder in folders for path in _walk(target.root, folder)}
    prefixes = tuple(f"{folder}/" for folder in folders)
    known = {path for path in committed if path.startswith(prefixes)}
    new = on_disk - known
    candidates = sorted(known | (new if target.is_new else new - ignored(target.git, new)))
    return _differing(target, committed, candidates)


def uncommitted_work(target: Target, committed: Mapping[str, Entry], empty: Git) -> dict[str, Content | None]:
    """Return everything whose work tree differs from the commit, and what is neither tracked nor ignored.

    ``empty`` is a repository without an index, by which a folder that is none yet is looked through.
    """
    if not target.root.is_dir():
        return {}
    git = unfiltered(replace(empty, folder=target.root, work_tree=target.root) if target.is_new else target.git)
    others = (path for path in git.records("ls-files", "-z", "--others", "--exclude-standard") if path[-1] != "/")
    found = {path for path in others if _size(target.root / path) <= _LARGEST_UNTRACKED}
    if not target.is_new:
        found.update(git.records("ls-files", "-z", "--modified", "--deleted", "--deduplicate"))
        found.update(git.records("diff-index", "--cached", "--name-only", "-z", "--no-renames", target.head_tree))
    return _differing(target, committed, sorted(found))


def same_as_committed(found: OnDisk | None, entry: Entry | None, object_format: str) -> bool:
    """Return whether a file holds what was committed, the line ends of a Windows checkout aside."""
    if found is None or entry is None:
        return found is None and entry is None
    if entry.mode not in {REGULAR, EXECUTABLE}:
        return False
    return entry.oid in {
        blob_id(found.content, object_format),
        blob_id(found.content.replace(b"\r\n", b"\n"), object_format),
    }


def _differing(target: Target, committed: Mapping[str, Entry], paths: Iterable[str]) -> dict[str, Content | None]:
    files = Confined(target.root)
    found = {}
    for path in paths:
        entry = committed.get(path)
        if entry is not None and entry.mode == REPOSITORY:
            continue
        content = _content(files, PurePosixPath(path), entry, target.object_format)
        if content is not None or entry is not None:
            found[path] = content
    return {path: content for path, content in found.items() if not _equal(content, committed.get(path), target)}


def _content(files: Confined, path: PurePosixPath, entry: Entry | None, object_format: str) -> Content | None:
    link = files.link_target(path)
    if link is not None:
        return Content(LINK, os.fsencode(link))
    file = files.read(path)
    if file is None:
        return None
    if entry is not None and same_as_committed(file, entry, object_format):
        return Content(entry.mode if os.name == "nt" else _mode(file), file.content)
    return Content(_mode(file), file.content)


def _equal(content: Content | None, entry: Entry | None, target: Target) -> bool:
    if content is None or entry is None:
        return content is None and entry is None
    file = OnDisk(content.data, 0)
    if LINK in (content.mode, entry.mode):
        return content.mode == entry.mode and blob_id(content.data, target.object_format) == entry.oid
    return content.mode == entry.mode and same_as_committed(file, entry, target.object_format)


def _mode(file: OnDisk) -> str:
    return EXECUTABLE if file.executable else REGULAR


def _readable(files: Confined, path: PurePosixPath) -> OnDisk | None:
    try:
        return files.read(path)
    except PathRefused:
        return None


def _walk(root: Path, folder: PurePosixPath) -> Iterator[PurePosixPath]:
    """Yield the files and symlinks below a folder, sorted; nested repositories and ``.git`` are not entered."""
    try:
        found = sorted((root / folder).iterdir()) if not (root / folder).is_symlink() else []
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in found:
        inner = folder / path.name
        if path.name == ".git":
            continue
        if path.is_dir() and not path.is_symlink():
            if not (path / ".git").exists():
                yield from _walk(root, inner)
        elif path.is_file() or path.is_symlink():
            yield inner


def _size(path: Path) -> int:
    try:
        found = path.lstat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
