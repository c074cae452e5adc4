"""The branch that a run lands on: whether it can be, and how it is moved."""

from __future__ import annotations

from backwright.errors import BadInput, TargetChanged
from backwright.target.git import Git, GitFailed
from backwright.target.journal import RefMove
from backwright.target.repository import Target


def move_refs(git: Git, refs: RefMove, subject: str) -> None:
    """Move the branch by compare-and-swap, and HEAD to it where it is a new one; ``subject`` goes into the reflog.

    Raises:
        TargetChanged: the branch is no longer where it was.
        GitFailed: the disk is full.
    """
    reason = f"agent: {subject}"
    try:
        if refs.new is not None:
            deref = ("--no-deref",) if refs.ref == "HEAD" else ()
            old = refs.old or "0" * len(refs.new)
            git.run("update-ref", "-m", reason, "--create-reflog", *deref, refs.ref, refs.new, old)
        if refs.switch:
            git.run("symbolic-ref", "-m", reason, "HEAD", refs.ref)
    except GitFailed as failed:
        if "No space left" in failed.said:
            raise
        raise TargetChanged(f"{refs.ref} changed since the run began: {failed.said.strip()}") from failed


def ref_move(target: Target, branch: str | None, made: str | None) -> RefMove | None:
    """Return how refs change for a new branch (None: the current one) and a new commit (None: none)."""
    if branch is not None and not target.is_new:
        return RefMove(f"refs/heads/{branch}", None, made or target.head, switch=True)
    if made is None:
        return None
    name = branch or target.branch
    return RefMove(f"refs/heads/{name}" if name else "HEAD", target.head, made, switch=False)


def checked_branch(target: Target, branch: str | None) -> str | None:
    """Return the name of the branch to be made, or None where the run stays on the current one.

    Raises:
        BadInput: it cannot be the name of a branch, or there is one of that name.
    """
    if branch is None or branch == target.branch:
        return None
    folder = target.root if target.root.is_dir() else target.root.parent
    badly_named = branch.startswith("-") or branch == "HEAD" or "\0" in branch
    if badly_named or Git(folder).answer("check-ref-format", f"refs/heads/{branch}").status:
        raise BadInput(f"{branch!r} cannot be the name of a branch")
    if not target.is_new and target.git.answer("show-ref", "--quiet", "--verify", f"refs/heads/{branch}").status == 0:
        raise BadInput(f"there is a branch {branch} already", hint="switch to it first, or choose another name")
    return branch
