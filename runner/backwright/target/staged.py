"""The staged tree: where a run builds, and the only way it writes.

It is a temporary repository of its own, in the user's cache folder, that borrows the target's objects. The target is
read and never written to: new objects stay here until the run is applied. Files are kept in memory; ``materialise``
puts them on disk for those who need them there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from backwright.errors import BackwrightError, TargetChanged, VerificationFailed
from backwright.event import FileStat
from backwright.shown import visible
from backwright.spec.find import STORED_BASES
from backwright.target.confined import Confined, emptied
from backwright.target.diskerror import explained, explaining, is_full
from backwright.target.git import Git, GitFailed
from backwright.target.objects import EXECUTABLE, LINK, REGULAR, REPOSITORY, Blobs, Entry, blob_id, entries, write_blobs
from backwright.target.patch import file_stats, stored_bases
from backwright.target.policy import PathRefused, Protected, checked, protected
from backwright.target.repository import Target
from backwright.target.staging import staging_folder
from backwright.target.worktree import Content, uncommitted_notes_and_specs, uncommitted_work

_ATTRIBUTES = """\
* !text !eol !filter !ident !working-tree-encoding !diff !merge
**/specs/backend/.base/objects/** -diff
specs/backend/.base/objects/** -diff
"""
_STATS = ("--raw", "--numstat", "-z")
_PLAIN_DIFF = ("--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "-r")


@dataclass(frozen=True)
class Change:
    """One path that differs from the commit or from what the work tree held when it was staged.

    ``committed`` is the entry of the commit, ``was`` what the work tree held where that was not the committed content
    (``joined`` tells: None then means that there was nothing), ``now`` what is staged (None: deleted).
    """

    path: PurePosixPath
    committed: Entry | None
    joined: bool
    was: Content | None
    now: Content | None


class Staged:
    """A staged tree of one target. Every path is relative to the repository's root and goes through the path policy."""

    def __init__(self, target: Target, folder: Path, *, with_uncommitted: bool) -> None:
        """Start from the target's commit and its uncommitted specs and notes, or all uncommitted work."""
        self.target = target
        self.folder = folder
        self.with_uncommitted = with_uncommitted
        self.git = _repository(target, folder)
        self._blobs = Blobs(self.git)
        self._committed = entries(self.git, target.head_tree) if target.head else {}
        self._joined = self._uncommitted()
        self._overlay: dict[str, Content | None] = dict(self._joined)
        self._folders = _folders(self._committed) | _folders(self._overlay)
        self._indexed: dict[str, Content | None] | None = None
        self._tree: str | None = None
        self._on_disk: dict[str, Content | None] | None = None
        self._start = self.tree() if with_uncommitted else target.head_tree

    def read(self, path: PurePosixPath | str) -> bytes | None:
        """Return the content of a file, or None where there is none. A symlink is none: it is never followed."""
        name = str(path)
        if name in self._overlay:
            content = self._overlay[name]
            return content.data if content is not None and content.mode != LINK else None
        entry = self._committed.get(name)
        if entry is None or entry.mode not in {REGULAR, EXECUTABLE}:
            return None
        return self._blobs.read(entry.oid)

    def before(self, path: PurePosixPath | str) -> bytes | None:
        """Return what a path held when it was staged: its committed content, or the uncommitted one that joined."""
        name = str(path)
        if name in self._joined:
            joined = self._joined[name]
            return joined.data if joined is not None and joined.mode != LINK else None
        entry = self._committed.get(name)
        return self._blobs.read(entry.oid) if entry and entry.mode in {REGULAR, EXECUTABLE} else None

    def is_published(self, path: PurePosixPath) -> bool:
        """Return whether a commit that a remote branch reaches has touched this path."""
        if self.target.head is None:
            return False
        return bool(self.target.git.text("rev-list", "--max-count=1", "--remotes", "--", str(path)).strip())

    def read_below(self, folder: PurePosixPath) -> dict[PurePosixPath, bytes]:
        """Return all files below a folder by their paths."""
        prefix = "" if folder == PurePosixPath() else f"{folder}/"
        found = ((name, self.read(name)) for name in self.names() if name.startswith(prefix))
        return {PurePosixPath(name): content for name, content in found if content is not None}

    def write(self, path: PurePosixPath | str, content: bytes, executable: bool | None = None) -> None:
        """Stage a file; ``executable`` None keeps what it is. Raises ``PathRefused``."""
        allowed = self._allowed(path)
        name = str(allowed)
        if executable is None:
            executable = self._mode(name) == EXECUTABLE
        self._overlay[name] = Content(EXECUTABLE if executable else REGULAR, content)
        self._folders.update(str(above) for above in allowed.parents[:-1])

    def delete(self, path: PurePosixPath | str) -> None:
        """Stage the removal of a file; one that is not there is left so. Raises ``PathRefused``."""
        allowed = self._allowed(path)
        if self._mode(str(allowed)) is not None:
            self._overlay[str(allowed)] = None

    def paths(self) -> tuple[PurePosixPath, ...]:
        """Return the paths of all staged files, sorted; symlinks and submodules are not among them."""
        return tuple(PurePosixPath(name) for name in self.names() if self._mode(name) in {REGULAR, EXECUTABLE})

    def names(self) -> list[str]:
        """Return every staged path, symlinks and submodules too, sorted."""
        gone = {name for name, content in self._overlay.items() if content is None}
        return sorted((self._committed.keys() | self._overlay.keys()) - gone)

    def changed(self) -> frozenset[PurePosixPath]:
        """Return the paths that differ from the commit, or with uncommitted work from what was there at the start."""
        return frozenset(change.path for change in self.changes())

    def changes(self) -> tuple[Change, ...]:
        """Return what is to be applied, sorted by path."""
        found = (self._change(name) for name in sorted(self._overlay))
        return tuple(change for change in found if change is not None)

    def protected(self) -> dict[PurePosixPath, Protected]:
        """Return those changed paths that steer people's tools, with what they are."""
        kinds = ((path, protected(path)) for path in sorted(self.changed()))
        return {path: kind for path, kind in kinds if kind is not None}

    def tree(self) -> str:
        """Return the id of the git tree of exactly what is staged."""
        index = Git(self.folder, self.git.git_dir, self.git.work_tree, self.folder / "index")
        if self._indexed is None:
            index.run("read-tree", self.target.head_tree)
            self._indexed = {}
        stale = {name: content for name, content in self._overlay.items() if self._stale(name, content, self._indexed)}
        if stale:
            index.run("update-index", "-z", "--index-info", stdin=self._index_lines(stale))
            self._indexed.update(stale)
            self._tree = None
        if self._tree is None:
            self._tree = index.text("write-tree")
        return self._tree

    def diff(self) -> tuple[str, tuple[FileStat, ...]]:
        """Return the unified diff against the start, control characters made visible, and a line per file.

        Of the stored bases the diff says only how many there are; they are among the files.
        """
        trees = (self._start, self.tree())
        stored = str(self.target.backend / STORED_BASES)
        git = replace(self.git, environment={**self.git.environment, "GIT_LITERAL_PATHSPECS": "0"})
        shown = ("--", f":(exclude,literal,top){stored}")
        patch = git.run("diff-tree", *_PLAIN_DIFF, "--patch", *trees, *shown)
        summary = git.records("diff-tree", *_PLAIN_DIFF, *_STATS, *trees, *shown)
        only_stored = ("--no-renames", *trees, "--", stored)
        bases = file_stats(self.git.records("diff-tree", *_PLAIN_DIFF, *_STATS, *only_stored))
        text = visible(patch.decode("utf-8", "replace")) + stored_bases(stored, bases)
        return text, tuple(sorted((*file_stats(summary), *bases), key=lambda file: file.path))

    def materialise(self) -> Path:
        """Return a folder that holds the staged files; what changed since the last call is brought up to date."""
        tree = self.folder / "tree"
        if self._on_disk is None:
            tree.mkdir()
            self._check_out(tree)
            self._on_disk = {}
        stale = {name: content for name, content in self._overlay.items() if self._stale(name, content, self._on_disk)}
        _flush(Confined(tree, durable=False), stale)
        self._on_disk.update(stale)
        return tree

    def close(self) -> None:
        """End the processes that read for it."""
        self._blobs.close()

    def _uncommitted(self) -> dict[str, Content | None]:
        if self.with_uncommitted:
            return uncommitted_work(self.target, self._committed, self.git)
        found = uncommitted_notes_and_specs(self.target, self._committed)
        unfinished = sorted(name for name in found if "/.base/" in f"/{name}")
        if unfinished:
            raise TargetChanged(
                "an earlier run was applied without a commit: commit or take back its work first, or use --no-commit",
                hint="\n".join([name for name in unfinished if "/objects/" not in name][:5]),
            )
        return found

    def _allowed(self, path: PurePosixPath | str) -> PurePosixPath:
        allowed = checked(path)
        for above in allowed.parents[:-1]:
            if self._mode(str(above)) is not None:
                raise PathRefused(str(path), f"`{above}` is {_kind(self._mode(str(above)))}")
        mode = self._mode(str(allowed))
        if mode in {LINK, REPOSITORY}:
            raise PathRefused(str(path), f"it is {_kind(mode)}")
        if str(allowed) in self._folders and any(name.startswith(f"{allowed}/") for name in self.names()):
            raise PathRefused(str(path), "it is a folder")
        Confined(self.target.root).check(allowed)
        return allowed

    def _mode(self, name: str) -> str | None:
        if name in self._overlay:
            content = self._overlay[name]
            return content.mode if content is not None else None
        entry = self._committed.get(name)
        return entry.mode if entry is not None else None

    def _change(self, name: str) -> Change | None:
        now, committed = self._overlay[name], self._committed.get(name)
        joined = name in self._joined
        was = self._joined.get(name)
        if self.with_uncommitted and joined:
            same = now == was
        elif now is None or committed is None:
            same = now is None and committed is None
        else:
            same = now.mode == committed.mode and blob_id(now.data, self.target.object_format) == committed.oid
        if same and not (joined and now != was):
            return None
        return Change(PurePosixPath(name), committed, joined, was, now)

    def _stale(self, name: str, content: Content | None, written: Mapping[str, Content | None]) -> bool:
        if name in written:
            return written[name] != content
        return content is not None or name in self._committed

    def _index_lines(self, changed: Mapping[str, Content | None]) -> bytes:
        kept = [(name, content) for name, content in changed.items() if content is not None]
        oids = write_blobs(self.git, [content.data for _, content in kept])
        none = "0" * len(blob_id(b"", self.target.object_format))
        gone = (f"0 {none}\t{name}\0" for name, content in changed.items() if content is None)
        there = (f"{content.mode} {oid}\t{name}\0" for (name, content), oid in zip(kept, oids, strict=True))
        return os.fsencode("".join((*gone, *there)))

    def _check_out(self, tree: Path) -> None:
        if self.target.head is None:
            return
        git = Git(tree, self.git.git_dir, tree, self.folder / "checkout-index")
        git.run("read-tree", self.target.head_tree)
        git.run("checkout-index", "--all", "--force", "--quiet")


@contextmanager
def stage(target: Target, *, with_uncommitted: bool = False) -> Iterator[Staged]:
    """Stage the target: its commit with uncommitted specs and notes, or with all uncommitted work.

    The staged tree is removed at the end; after a failed verification or an internal error it is kept on disk.
    """
    with staging_folder(keep=_worth_keeping) as folder:
        with explaining(target.root):
            staged = Staged(target, folder, with_uncommitted=with_uncommitted)
        try:
            yield staged
        except (OSError, GitFailed) as error:
            if is_full(error):
                raise explained(error, target.root) from error
            raise
        finally:
            staged.close()


def _worth_keeping(error: BaseException) -> bool:
    if isinstance(error, VerificationFailed):
        return True
    return isinstance(error, Exception) and not isinstance(error, BackwrightError)


def _repository(target: Target, folder: Path) -> Git:
    """Make a repository with nothing of its own; this is what ``git init`` would write, without a process."""
    git_dir = folder / "git"
    for inner in ("objects/info", "objects/pack", "refs", "info"):
        (git_dir / inner).mkdir(parents=True)
    (git_dir / "HEAD").write_text("ref: refs/heads/staged\n", encoding="utf-8", newline="\n")
    (git_dir / "info" / "attributes").write_text(_ATTRIBUTES, encoding="utf-8", newline="\n")
    (git_dir / "config").write_text(_configuration(target), encoding="utf-8", newline="\n")
    if target.common_dir is not None:
        borrowed = os.fsencode(target.common_dir / "objects")
        (git_dir / "objects" / "info" / "alternates").write_bytes(_quoted(borrowed) + b"\n")
        if (target.common_dir / "shallow").exists():
            (git_dir / "shallow").write_bytes((target.common_dir / "shallow").read_bytes())
    settings = (f"core.symlinks={'false' if os.name == 'nt' else 'true'}", "core.fsync=none")
    return Git(folder, git_dir, folder / "tree", settings=settings)


def _configuration(target: Target) -> str:
    version, extension = 0, ""
    if target.object_format != "sha1":
        version, extension = 1, f"[extensions]\n\tobjectFormat = {target.object_format}\n"
    return f"[core]\n\trepositoryFormatVersion = {version}\n\tbare = false\n{extension}"


def _quoted(path: bytes) -> bytes:
    if not path.startswith(b'"') and not path.startswith(b"#"):
        return path
    return b'"' + path.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _flush(files: Confined, changed: Mapping[str, Content | None]) -> None:
    gone = [PurePosixPath(name) for name, content in changed.items() if content is None]
    for path in gone:
        files.remove(path)
    files.prune(emptied(gone))
    for name, content in changed.items():
        if content is None:
            continue
        files.remove(PurePosixPath(name))
        if content.mode == LINK:
            files.link(PurePosixPath(name), os.fsdecode(content.data))
        else:
            files.write(PurePosixPath(name), content.data, 0o777 if content.mode == EXECUTABLE else 0o666)


def _folders(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _kind(mode: str | None) -> str:
    return {LINK: "a symlink", REPOSITORY: "a submodule"}.get(mode or "", "a file")
