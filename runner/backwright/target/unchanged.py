"""Is the target still what it was when the run was staged? Only what the run touches is looked at."""

from __future__ import annotations

import os
from collections.abc import Sequence

from backwright.errors import TargetChanged
from backwright.target.confined import Confined, OnDisk
from backwright.target.objects import LINK
from backwright.target.repository import Target, check_usable
from backwright.target.staged import Change
from backwright.target.worktree import Content, same_as_committed

_SHOWN = 10


def check_unchanged(target: Target, changes: Sequence[Change], *, commit: bool, holding_index: bool = False) -> None:
    """Raise ``TargetChanged`` unless the branch and every touched file are as they were staged.

    A touched file with uncommitted work is not: applying would mix it in, or lose it.
    """
    if target.git_dir is None:
        _check_still_new(target)
    else:
        if not holding_index:
            check_usable(target.root, target.git_dir)
        check_head(target)
    check_files(target, changes)
    if commit and target.git_dir is not None:
        index = _index(target)
        _refuse([change for change in changes if not _indexed_as_committed(index, change)])


def check_files(target: Target, changes: Sequence[Change]) -> None:
    """Raise ``TargetChanged`` unless every touched file of the work tree is as it was staged."""
    if target.root.exists():
        files = Confined(target.root)
        _refuse([change for change in changes if not _as_staged(files, change, target)])


def _refuse(changed: Sequence[Change]) -> None:
    if not changed:
        return
    names = sorted(str(change.path) for change in changed)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    raise TargetChanged(
        f"the run touches files that have uncommitted work or changed since it began: "
        f"{', '.join(names[:_SHOWN])}{more}",
        hint="commit or stash that work first, or use --no-commit",
    )


def _check_still_new(target: Target) -> None:
    if os.path.lexists(target.root / ".git"):
        raise TargetChanged(f"{target.root} has become a repository since the run began")


def check_head(target: Target) -> None:
    """Raise ``TargetChanged`` unless HEAD is on the same branch and commit as when the target was opened."""
    branch = target.git.answer("symbolic-ref", "--quiet", "--short", "HEAD").text() or None
    head = target.git.answer("rev-parse", "--quiet", "--verify", "HEAD^{commit}").text() or None
    if branch != target.branch:
        raise TargetChanged(f"the branch was {target.branch or 'detached'} and is now {branch or 'detached'}")
    if head != target.head:
        raise TargetChanged(f"there is a new commit since the run began: {head}", hint="run it again")


def _as_staged(files: Confined, change: Change, target: Target) -> bool:
    if change.joined:
        return _holds(files, change, change.was)
    return same_as_committed(files.read(change.path), change.committed, target.object_format)


def _holds(files: Confined, change: Change, content: Content | None) -> bool:
    if content is not None and content.mode == LINK:
        return files.link_target(change.path) == os.fsdecode(content.data)
    found: OnDisk | None = files.read(change.path)
    return (found.content if found else None) == (content.data if content else None)


def _index(target: Target) -> dict[str, tuple[str, str, str]]:
    """Return tag and stage, mode and object id of every path in the index."""
    found = {}
    for record in target.git.records("ls-files", "--stage", "-v", "-z"):
        head, path = record.split("\t", 1)
        tag, mode, oid, stage = head.split(" ")
        found[path] = (tag.upper() + stage, mode, oid)
    return found


def _indexed_as_committed(index: dict[str, tuple[str, str, str]], change: Change) -> bool:
    entry = index.get(str(change.path))
    if entry is None:
        return change.joined or change.committed is None
    if entry[0] != "H0":
        return False
    return change.joined or (
        change.committed is not None and entry[1:] == (change.committed.mode, change.committed.oid)
    )
