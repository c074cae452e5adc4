"""What becomes of a run that was cut short: the state before it, or the state after it, nothing between.

The branch decides. If it has moved, everything else had been written and the rest is finished; if it has not, files
are put back. A file that somebody edited since is left as it is. Every step may itself be cut short and done again.
"""

from __future__ import annotations

import contextlib
import os
from enum import StrEnum
from pathlib import Path, PurePosixPath

from backwright.errors import TargetChanged
from backwright.target.confined import Confined
from backwright.target.diskerror import explaining
from backwright.target.git import Git, unfiltered
from backwright.target.journal import FileMove, Journal, RefMove, digest, read_journal, remove_journal
from backwright.target.lock import OURS, target_lock
from backwright.target.staging import remove_folder

PREPARED_INDEX = "index"
"""Our copy of the index, below our folder, until it is the index."""


class Outcome(StrEnum):
    """How a run that was cut short ended."""

    BEFORE = "taken back"
    AFTER = "completed"


def recover(root: Path, git_dir: Path, common_dir: Path) -> str | None:
    """Finish or take back a run that was cut short and say so; None where there was none."""
    if read_journal(git_dir) is None:
        return None
    with explaining(root), target_lock(root, common_dir):
        outcome, kept = recover_locked(root, git_dir)
    if outcome is None:
        return None
    left = f"; edited since and left alone: {', '.join(kept)}" if kept else ""
    return f"an earlier run was cut short while it was applied; it has been {outcome}{left}"


def recover_locked(root: Path, git_dir: Path) -> tuple[Outcome | None, tuple[str, ...]]:
    """Do what ``recover`` does, for those who hold the lock; returns the paths that were edited since, too."""
    journal = read_journal(git_dir)
    if journal is None:
        return None, ()
    git = Git(root, git_dir=git_dir, work_tree=root)
    if journal.refs is not None and has_moved(git, journal.refs):
        finish(git, git_dir, journal)
        return Outcome.AFTER, ()
    return Outcome.BEFORE, _take_back(git, root, git_dir, journal)


def has_moved(git: Git, refs: RefMove) -> bool:
    """Return whether the refs are where the run was to move them."""
    head = git.answer("symbolic-ref", "--quiet", "HEAD").text() or "HEAD"
    if refs.switch and head != refs.ref:
        return False
    if refs.new is None:
        return True
    now = git.answer("rev-parse", "--quiet", "--verify", refs.ref).text()
    return now == refs.new or (
        refs.old != now != "" and git.answer("merge-base", "--is-ancestor", refs.new, now).status == 0
    )


def finish(git: Git, git_dir: Path, journal: Journal) -> None:
    """Do what is left once the branch has moved: the index, our hold on it, the journal."""
    prepared = git_dir / OURS / PREPARED_INDEX
    if journal.index and prepared.exists():
        if _holds_index(git_dir, journal):
            prepared.replace(git_dir / "index")
        else:
            unfiltered(git).run("update-index", "--replace", "-z", "--index-info", stdin=journal.index)
            prepared.unlink()
    release_index(git_dir, journal)
    _remove_leftover(git.folder, journal)
    remove_journal(git_dir)


def holds_after(move: FileMove) -> bool:
    """Return whether a file is as the run was to leave it."""
    now = Confined(Path(move.folder)).read(move.place)
    return (digest(now.content) if now else None) == move.after


def take_index(git_dir: Path, journal: Journal) -> None:
    """Hold git's own lock of the index, in one step, with our mark in it.

    Raises:
        TargetChanged: another git process holds it.
    """
    mark = git_dir / OURS / "index.mark"
    mark.write_bytes(_mark(journal))
    try:
        os.link(mark, git_dir / "index.lock")
    except FileExistsError:
        raise TargetChanged(f"another git process is at work in {git_dir.parent}") from None
    except OSError:
        _create_index_lock(git_dir, journal)
    mark.unlink()


def release_index(git_dir: Path, journal: Journal) -> None:
    """Let go of the index, if it is we who hold it."""
    (git_dir / OURS / "index.mark").unlink(missing_ok=True)
    if _holds_index(git_dir, journal):
        (git_dir / "index.lock").unlink()


def prepared_folders(root: Path) -> tuple[Path, ...]:
    """Return folders in which a new repository was being prepared for this root: in it, or beside it."""
    inside = root.glob(".backwright-*") if root.is_dir() else ()
    beside = root.parent.glob(f".{_glob_safe(root.name)}.backwright-*") if root.parent.is_dir() else ()
    return tuple(path for path in (*inside, *beside) if path.is_dir() and not path.is_symlink())


def preparation_folder(root: Path, nonce: str, *, beside: bool) -> Path:
    """Return where a new repository is prepared: beside a root that does not exist yet, else in it."""
    return root.parent / f".{root.name}.backwright-{nonce}" if beside else root / f".backwright-{nonce}"


def sweep_prepared(root: Path) -> None:
    """Remove what runs left behind that were cut short before their new repository was in place."""
    found = prepared_folders(root)
    if not found:
        return
    with contextlib.suppress(TargetChanged), target_lock(root, None, seconds=0.0):
        for folder in found:
            if {path.name for path in folder.iterdir()} <= {".git"}:
                remove_folder(folder)


def _take_back(git: Git, root: Path, git_dir: Path, journal: Journal) -> tuple[str, ...]:
    for number, move in enumerate(journal.files):
        Confined(Path(move.folder)).remove(move.place.with_name(journal.temporary(number)))
    moves = sorted(journal.files, key=lambda move: move.before is not None)
    kept = tuple(move.path for move in moves if not _put_back(move, journal))
    for folder in sorted({move.folder for move in moves}):
        Confined(Path(folder)).settle(move.place for move in moves if move.folder == folder)
    for move in journal.files:
        Confined(Path(move.folder)).prune(tuple(PurePosixPath(folder) for folder in reversed(move.made)))
    if journal.refs is not None and journal.refs.switch and journal.refs.old is None and journal.refs.new:
        git.answer("update-ref", "-d", journal.refs.ref, journal.refs.new)
    (git_dir / OURS / PREPARED_INDEX).unlink(missing_ok=True)
    (git_dir / OURS / f"{PREPARED_INDEX}.lock").unlink(missing_ok=True)
    release_index(git_dir, journal)
    if journal.made_repository:
        _take_back_repository(root, git_dir, journal)
    else:
        remove_journal(git_dir)
    return kept


def _put_back(move: FileMove, journal: Journal) -> bool:
    """Put one file back and return True, or leave what somebody wrote since and return False."""
    files = Confined(Path(move.folder))
    now = files.read(move.place)
    if (now.content if now else None) == move.before:
        return True
    if not holds_after(move):
        return False
    if move.before is None:
        files.remove(move.place)
    else:
        temporary = f".{journal.nonce}.back.backwright"
        files.remove(move.place.with_name(temporary))
        files.prepare(move.place, move.before, move.before_mode, temporary, exact=True)
        files.put(move.place, temporary)
    return True


def _take_back_repository(root: Path, git_dir: Path, journal: Journal) -> None:
    """Take a repository away that the run had made, in one step; then whatever is left of it."""
    _remove_leftover(root, journal)
    if journal.made_root and {path.name for path in root.iterdir()} == {".git"}:
        away = preparation_folder(root, journal.nonce, beside=True)
        root.rename(away)
    else:
        away = preparation_folder(root, journal.nonce, beside=False)
        away.mkdir(exist_ok=True)
        git_dir.rename(away / ".git")
    remove_folder(away)


def _remove_leftover(root: Path, journal: Journal) -> None:
    if journal.made_repository:
        with contextlib.suppress(OSError):
            preparation_folder(root, journal.nonce, beside=False).rmdir()


def _mark(journal: Journal) -> bytes:
    return f"backwright {journal.nonce}\n".encode()


def _holds_index(git_dir: Path, journal: Journal) -> bool:
    try:
        return (git_dir / "index.lock").read_bytes() == _mark(journal)
    except FileNotFoundError:
        return False


def _create_index_lock(git_dir: Path, journal: Journal) -> None:
    """Take the lock where the file system has no hard links."""
    try:
        with (git_dir / "index.lock").open("xb") as file:
            file.write(_mark(journal))
    except FileExistsError:
        raise TargetChanged(f"another git process is at work in {git_dir.parent}") from None


def _glob_safe(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)
