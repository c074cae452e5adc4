"""A run applied to its target: one commit, or the work tree alone, completely or not at all.

In this order: the locks; a look whether everything is still as it was staged; the journal; the new objects; git's own
lock of the index; every file under a temporary name; all files to their places; our copy of the index; the branch, by
compare-and-swap, which decides; the index; the journal away. ``recovery`` undoes or finishes whatever is cut short.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from backwright.errors import BackwrightError, BadInput, Interrupted, TargetChanged
from backwright.target.branch import checked_branch, move_refs, ref_move
from backwright.target.commit import Commit, build_commit, move_objects
from backwright.target.confined import Confined, emptied
from backwright.target.diskerror import explaining
from backwright.target.git import Git, unfiltered
from backwright.target.journal import FileMove, Journal, RefMove, digest, write_journal
from backwright.target.lock import OURS, target_lock
from backwright.target.objects import EXECUTABLE, LINK, blob_id
from backwright.target.recovery import (
    PREPARED_INDEX,
    Outcome,
    finish,
    has_moved,
    holds_after,
    preparation_folder,
    recover_locked,
    take_index,
)
from backwright.target.repository import Target
from backwright.target.staged import Change, Staged
from backwright.target.staging import remove_folder
from backwright.target.unchanged import check_files, check_head, check_unchanged


@dataclass(frozen=True)
class Outside:
    """A file outside the commit that is written with it: a note of user or local scope.

    ``folder`` confines it and is made if need be. ``before`` is what it held when it was read, ``after`` what it shall
    hold; None: no such file.
    """

    folder: Path
    path: PurePosixPath
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True)
class Applied:
    """What was applied: the id of the commit (None: uncommitted, or nothing to do), and the paths that changed.

    ``own_identity`` is true where git knew no name for the author, so that the tool's own stands in the commit.
    """

    commit: str | None
    paths: tuple[PurePosixPath, ...]
    branch: str | None = None
    own_identity: bool = False


@dataclass(frozen=True)
class _Plan:
    target: Target
    changes: tuple[Change, ...]
    outside: tuple[Outside, ...]
    refs: RefMove | None
    commit: Commit | None
    branch: str | None


def apply(
    target: Target,
    staged: Staged,
    *,
    message: str,
    trailers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    commit: bool = True,
    branch: str | None = None,
    outside: Sequence[Outside] = (),
    shown: str | None = None,
) -> Applied:
    """Apply what is staged.

    ``commit`` False changes the work tree only. ``branch`` makes a new branch and switches to it. ``shown`` is the id
    of the tree that a person agreed to. Raises ``BadInput``, ``PathRefused`` or ``TargetChanged`` with nothing
    changed.
    """
    with explaining(target.root):
        plan = _planned(target, staged, message, trailers, commit=commit, branch=branch, outside=outside, shown=shown)
        return _apply(plan) if plan is not None else Applied(None, (), target.branch)


def _planned(
    target: Target,
    staged: Staged,
    message: str,
    trailers: Mapping[str, str] | Sequence[tuple[str, str]],
    *,
    commit: bool,
    branch: str | None,
    outside: Sequence[Outside],
    shown: str | None,
) -> _Plan | None:
    """Return what there is to do, with the commit already made in the staged repository; None: nothing."""
    if shown is not None and shown != staged.tree():
        raise TargetChanged("the staged tree is no longer the one that was shown")
    if commit and staged.with_uncommitted:
        raise ValueError("a tree staged with uncommitted work cannot be committed")
    name = checked_branch(target, branch)
    changes, moved = staged.changes(), tuple(note for note in outside if note.before != note.after)
    if not changes and not moved and name is None:
        return None
    made = build_commit(target, staged, message, trailers) if commit and changes else None
    refs = ref_move(target, name, made.oid if made else None)
    return _Plan(target, changes, moved, refs, made, name or target.branch)


def _apply(plan: _Plan) -> Applied:
    target, made = plan.target, plan.commit
    paths = tuple(change.path for change in plan.changes)
    done = Applied(made.oid if made else None, paths, plan.branch, made.own_identity if made else False)
    with target_lock(target.root, target.common_dir):
        check_unchanged(target, plan.changes, commit=made is not None)
        journal = _journal(plan)
        try:
            if target.git_dir is None:
                _carry_out_new(plan, journal)
            else:
                _carry_out(plan, journal, target.git, target.git_dir)
        except BaseException as error:
            if _undone(target, journal, error) is Outcome.BEFORE:
                raise
            if isinstance(error, KeyboardInterrupt):
                raise Interrupted(f"interrupted, when the run had been applied{_as_commit(done)}") from error
    return done


def _carry_out_new(plan: _Plan, journal: Journal) -> None:
    """Prepare the whole repository under another name, move it into place, then go on as in any other."""
    root = plan.target.root
    away = preparation_folder(root, journal.nonce, beside=journal.made_root)
    try:
        away.mkdir()
        Git(away).run("init", "--quiet", "--object-format=sha1", f"--initial-branch={plan.branch or 'main'}")
        (away / ".git" / OURS).mkdir()
        if plan.commit is not None:
            move_objects(plan.commit, away / ".git")
        write_journal(away / ".git", journal)
        _put_repository(away, root, journal)
    except BaseException:
        remove_folder(away)
        raise
    git = Git(root, git_dir=root / ".git", work_tree=root)
    with target_lock(root, root / ".git", skip_folder=True):
        _carry_out(plan, journal, git, root / ".git", journaled=True)


def _put_repository(away: Path, root: Path, journal: Journal) -> None:
    try:
        if journal.made_root:
            away.rename(root)
        else:
            (away / ".git").rename(root / ".git")
            away.rmdir()
    except OSError as error:
        if error.errno in {errno.EEXIST, errno.ENOTEMPTY}:
            raise TargetChanged(f"{root} has become a repository since the run began") from error
        raise


def _carry_out(plan: _Plan, journal: Journal, git: Git, git_dir: Path, *, journaled: bool = False) -> None:
    if not journaled:
        (git_dir / OURS).mkdir(exist_ok=True)
        write_journal(git_dir, journal)
        if plan.commit is not None and plan.target.common_dir is not None:
            move_objects(plan.commit, plan.target.common_dir)
    take_index(git_dir, journal)
    contents = _contents(plan)
    _prepare_files(journal, contents, _committed(plan))
    if journaled:
        check_files(plan.target, plan.changes)
    else:
        check_unchanged(plan.target, plan.changes, commit=bool(journal.index), holding_index=True)
    _put_files(journal, contents, _committed(plan))
    if journal.index:
        _prepare_index(git, git_dir, journal)
    if not journaled:
        check_head(plan.target)  # `git switch -c` takes no lock of the index
    if journal.refs is not None:
        move_refs(git, journal.refs, _subject(plan))
    finish(git, git_dir, journal)


def _undone(target: Target, journal: Journal, error: BaseException) -> Outcome:
    """Take back, or finish, what an error cut short; a second error leaves it to the next command."""
    git_dir = target.git_dir or target.root / ".git"
    try:
        outcome, _ = recover_locked(target.root, git_dir)
    except (OSError, BackwrightError) as second:
        raise BadInput(
            f"{error or type(error).__name__}; taking back what was written failed too ({second})",
            hint="nothing is lost: the next command in this repository finishes it",
        ) from error
    if outcome is not None:
        return outcome
    return Outcome.AFTER if _is_done(target, git_dir, journal) else Outcome.BEFORE


def _is_done(target: Target, git_dir: Path, journal: Journal) -> bool:
    """Tell a run that had just put its journal away from one that had not come to write it."""
    if not git_dir.is_dir():
        return False
    if journal.refs is not None:
        return has_moved(Git(target.root, git_dir=git_dir, work_tree=target.root), journal.refs)
    return all(holds_after(move) for move in journal.files)


def _journal(plan: _Plan) -> Journal:
    target = plan.target
    files = Confined(target.root)
    moves = [_file_move(files, change) for change in plan.changes]
    moves.extend(_outside_move(note) for note in plan.outside)
    return Journal(
        secrets.token_hex(16),
        tuple(move for move in moves if move is not None),
        plan.refs,
        _index_lines(plan) if plan.commit is not None else b"",
        made_repository=target.is_new,
        made_root=not target.root.exists(),
    )


def _file_move(files: Confined, change: Change) -> FileMove | None:
    """Return how the work tree changes, or None where it holds already what is staged (an uncommitted spec)."""
    if change.joined and change.was == change.now:
        return None
    found = files.read(change.path)
    if change.now is not None and change.now.mode == LINK:
        raise ValueError(f"{change.path}: symlinks are not written")
    after = digest(change.now.data) if change.now else None
    made = tuple(map(str, files.missing_folders(change.path))) if after else ()
    before, mode = (found.content, found.mode) if found else (None, 0)
    return FileMove(str(files.root), str(change.path), before, mode, after, made)


def _outside_move(note: Outside) -> FileMove:
    note.folder.mkdir(parents=True, exist_ok=True)
    files = Confined(note.folder)
    found = files.read(note.path)
    if (found.content if found else None) != note.before:
        raise TargetChanged(f"{note.folder / note.path} changed since the run began")
    after = digest(note.after) if note.after is not None else None
    made = tuple(map(str, files.missing_folders(note.path)))
    before, mode = (found.content, found.mode) if found else (None, 0)
    return FileMove(str(note.folder), str(note.path), before, mode, after, made)


def _contents(plan: _Plan) -> dict[tuple[str, str], tuple[bytes, int, bool]]:
    """Return content, mode and whether that mode is exact, for every file to be written."""
    root = str(plan.target.root)
    found = {}
    for change in plan.changes:
        if change.now is not None:
            mode, exact = _file_mode(Confined(plan.target.root), change)
            found[root, str(change.path)] = (change.now.data, mode, exact)
    for note in plan.outside:
        if note.after is not None:
            found[str(note.folder), str(note.path)] = (note.after, 0o600, False)
    return found


def _file_mode(files: Confined, change: Change) -> tuple[int, bool]:
    executable = change.now is not None and change.now.mode == EXECUTABLE
    found = files.read(change.path) if change.committed or change.was else None
    if found is None:
        return (0o777 if executable else 0o666), False
    if executable == found.executable:
        return found.mode, True
    return (found.mode | (found.mode & 0o444) >> 2 if executable else found.mode & ~0o111), True


def _committed(plan: _Plan) -> frozenset[tuple[str, str]]:
    """Return the files that outlive a loss of power in the repository, and need not be flushed to the disk here too."""
    root = str(plan.target.root)
    return frozenset((root, str(change.path)) for change in plan.changes) if plan.commit else frozenset()


def _prepare_files(
    journal: Journal,
    contents: Mapping[tuple[str, str], tuple[bytes, int, bool]],
    committed: frozenset[tuple[str, str]],
) -> None:
    for number, move in enumerate(journal.files):
        if move.after is not None:
            content, mode, exact = contents[move.folder, move.path]
            files = Confined(Path(move.folder), durable=(move.folder, move.path) not in committed)
            files.check(move.place)
            files.prepare(move.place, content, mode, journal.temporary(number), exact=exact)


def _put_files(
    journal: Journal, contents: Mapping[tuple[str, str], object], committed: frozenset[tuple[str, str]]
) -> None:
    gone = []
    for number, move in enumerate(journal.files):
        files = Confined(Path(move.folder))
        if (move.folder, move.path) in contents:
            files.put(move.place, journal.temporary(number))
        else:
            files.check(move.place)
            files.remove(move.place)
            gone.append(move)
    for folder in sorted({move.folder for move in journal.files}):
        files = Confined(Path(folder))
        lasting = (move for move in journal.files if (move.folder, move.path) not in committed)
        files.settle(move.place for move in lasting if move.folder == folder)
        files.prune(emptied(move.place for move in gone if move.folder == folder))


def _index_lines(plan: _Plan) -> bytes:
    object_format = plan.target.object_format
    none = "0" * len(blob_id(b"", object_format))
    gone = [f"0 {none}\t{change.path}\0" for change in plan.changes if change.now is None]
    there = [
        f"{change.now.mode} {blob_id(change.now.data, object_format)}\t{change.path}\0"
        for change in plan.changes
        if change.now is not None
    ]
    return os.fsencode("".join((*gone, *there)))


def _prepare_index(git: Git, git_dir: Path, journal: Journal) -> None:
    """Make our copy of the index. Its time is kept: git tells by it which entries to look at again."""
    prepared = git_dir / OURS / PREPARED_INDEX
    if (git_dir / "index").exists():
        shutil.copy2(git_dir / "index", prepared)
    index = unfiltered(replace(git, index=prepared))
    index.run("update-index", "--replace", "-z", "--index-info", stdin=journal.index)
    index.answer("update-index", "-q", "--refresh")


def _subject(plan: _Plan) -> str:
    return plan.commit.subject if plan.commit is not None else "apply"


def _as_commit(applied: Applied) -> str:
    return f" as {applied.commit}" if applied.commit else ""
