"""The target: which repository a folder belongs to, in which state it is, and what lies in its work tree."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from backwright.errors import BadInput, NotFound, TargetChanged
from backwright.target.git import EMPTY_TREE, Git, require_git

HERE = PurePosixPath()
"""The backend that lies in the repository's root."""

_MIDDLE_OF = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase or `git am`",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisect",
}


@dataclass(frozen=True)
class Target:
    """A target repository as it was found.

    ``root`` is the top of the work tree; ``backend`` the folder of the backend, relative to it. ``head`` is the id of
    the current commit (None before the first), ``branch`` the short name of the current branch (None when detached).
    ``git_dir`` is None where there is no repository yet (``is_new``), and ``root`` need not exist then.
    ``recovered`` says what was done about a run that had been cut short.
    """

    root: Path
    backend: PurePosixPath
    git_dir: Path | None
    common_dir: Path | None
    head: str | None
    branch: str | None
    object_format: str = "sha1"
    recovered: str | None = None

    @property
    def is_new(self) -> bool:
        """Whether there is no repository yet."""
        return self.git_dir is None

    @property
    def git(self) -> Git:
        """Git in this repository; there must be one."""
        if self.git_dir is None:
            raise BadInput(f"{self.root} is not a git repository yet")
        return Git(self.root, git_dir=self.git_dir, work_tree=self.root)

    @property
    def head_tree(self) -> str:
        """Git's name for the tree of the current commit, or of the empty tree before the first."""
        return f"{self.head}^{{tree}}" if self.head else EMPTY_TREE[self.object_format]


@dataclass(frozen=True)
class _Found:
    root: Path
    git_dir: Path
    common_dir: Path
    object_format: str


def open_target(path: Path, *, init: bool = False) -> Target:
    """Find the repository a folder belongs to; ``init`` makes the folder one of its own when the run is applied.

    A run that was cut short while it was applied is recovered first. Raises ``BadInput`` for what cannot be a target
    and ``TargetChanged`` where another git process is at work.
    """
    from backwright.target.recovery import recover, sweep_prepared

    require_git()
    asked = _existing_or_new(path)
    inside = asked if asked.is_dir() else asked.parent
    sweep_prepared(asked)
    found = None if init and not os.path.lexists(asked / ".git") else _find(inside)
    if found is None:
        _writable(inside)
        return Target(asked, HERE, None, None, None, _first_branch(inside))
    recovered = recover(found.root, found.git_dir, found.common_dir)
    if recovered and not found.git_dir.is_dir():
        return open_target(path, init=init)
    check_usable(found.root, found.git_dir)
    git = Git(found.root, git_dir=found.git_dir, work_tree=found.root)
    branch = git.answer("symbolic-ref", "--quiet", "--short", "HEAD").text() or None
    head = git.answer("rev-parse", "--quiet", "--verify", "HEAD^{commit}").text() or None
    if head is None and branch is None:
        raise BadInput(f"the HEAD of {found.root} leads to no commit")
    backend = _backend(git, PurePosixPath(asked.relative_to(found.root).as_posix()))
    return Target(found.root, backend, found.git_dir, found.common_dir, head, branch, found.object_format, recovered)


def is_default_branch(target: Target) -> bool:
    """Return whether the current branch is the one others build on.

    That is what ``origin/HEAD`` names, else the only one there is of main, master and trunk, else the current one.
    """
    if target.is_new or target.head is None:
        return True
    names = target.git.text(
        "for-each-ref", "--format=%(refname) %(symref)", "refs/heads", "refs/remotes/origin/HEAD"
    ).split("\n")
    refs = dict(line.split(" ", 1) for line in names if " " in line)
    remote = refs.get("refs/remotes/origin/HEAD", "").removeprefix("refs/remotes/origin/")
    if remote:
        return target.branch == remote
    usual = [name for name in ("main", "master", "trunk") if f"refs/heads/{name}" in refs]
    return target.branch == usual[0] if len(usual) == 1 else target.branch is not None


def other_refs_names(target: Target, path_prefix: PurePosixPath) -> tuple[str, ...]:
    """Return the names of the files below a folder over all branches, remote branches and tags, sorted."""
    if target.is_new:
        return ()
    git = target.git
    commits = sorted(set(git.text("for-each-ref", "--format=%(objectname)").split()))
    asked = "".join(f"{commit}^{{}}:{path_prefix}\n" for commit in commits).encode()
    answers = git.text("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked).split("\n")
    trees = sorted({line.split()[0] for line in answers if line.endswith(" tree")})
    names: set[str] = set()
    for tree in trees:
        names.update(PurePosixPath(name).name for name in git.records("ls-tree", "-r", "-z", "--name-only", tree))
    return tuple(sorted(names))


def ignored(git: Git, paths: Iterable[str]) -> set[str]:
    """Return those paths that the repository ignores."""
    asked = "".join(f"./{path}\0" for path in sorted(paths))
    if not asked:
        return set()
    plain = replace(git, environment={"GIT_LITERAL_PATHSPECS": "0"})
    answer = plain.run("check-ignore", "-z", "--stdin", stdin=os.fsencode(asked), expected=(0, 1))
    return {path.removeprefix("./") for path in os.fsdecode(answer).split("\0") if path}


def _existing_or_new(path: Path) -> Path:
    asked = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - symlinks are resolved below, `..` here
    if "\n" in str(asked):
        raise BadInput("the path of the target has a line break")
    if asked.is_dir():
        return asked.resolve()
    if os.path.lexists(asked):
        raise BadInput(f"{path} is a file, not a folder" if asked.is_file() else f"{path} is not a folder")
    if not asked.parent.is_dir():
        raise BadInput(f"{path} does not exist, nor does the folder above it", hint=f"make {asked.parent} first")
    return asked.parent.resolve() / asked.name


def _find(folder: Path) -> _Found | None:
    answer = Git(folder).answer(
        "rev-parse",
        "--is-bare-repository",
        "--is-inside-git-dir",
        "--show-object-format",
        "--path-format=absolute",
        "--git-dir",
        "--git-common-dir",
        "--show-toplevel",
    )
    lines = answer.text().split("\n")
    if lines[0] == "true":
        raise BadInput(
            f"{folder} is a bare repository: it has no work tree to build in", hint="clone it, use the clone"
        )
    if len(lines) > 1 and lines[1] == "true":
        raise BadInput(f"{folder} is inside a .git folder")
    if answer.status == 0:
        object_format, git_dir, common_dir, root = lines[2:]
        return _Found(Path(root).resolve(), Path(git_dir), Path(common_dir), object_format)
    if "dubious ownership" in answer.said:
        raise BadInput(
            f"the repository at {folder} belongs to another user, and git will not work in it",
            hint=f"if you trust it: git config --global --add safe.directory {folder}",
        )
    if os.path.lexists(folder / ".git") or "not a git repository" not in answer.said:
        raise BadInput(f"git cannot read the repository at {folder}: {answer.said.strip()}")
    return None


def check_usable(root: Path, git_dir: Path) -> None:
    """Raise where git is in the middle of something, another git is at work, or nothing may be written."""
    for name, what in _MIDDLE_OF.items():
        if (git_dir / name).exists():
            raise BadInput(f"{root} is in the middle of {what}", hint="finish or abort it first (see git status)")
    lock = git_dir / "index.lock"
    if os.path.lexists(lock):
        raise TargetChanged(
            f"another git process is at work in {root}, or one was cut short",
            hint=f"if none is running, remove {lock}",
        )
    _writable(root)
    _writable(git_dir)


def _writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadInput(f"{folder} is not writable")


def _first_branch(folder: Path) -> str:
    """Return what ``git init`` would call the first branch; ``main`` where nothing is configured."""
    name = Git(folder).answer("config", "--get", "init.defaultBranch").text() or "main"
    if Git(folder).answer("check-ref-format", "--branch", name).status or name.startswith("-"):
        return "main"
    return name


def _backend(git: Git, asked: PurePosixPath) -> PurePosixPath:
    """Return the backend at or above the folder that was asked for, else the only one below, else that folder."""
    known = _backends(git)
    above = [folder for folder in (asked, *asked.parents) if folder in known]
    if above:
        return above[0]
    below = sorted(folder for folder in known if folder.is_relative_to(asked))
    if len(below) > 1:
        raise NotFound("there are several backends here: name one with --repo", candidates=tuple(map(str, below)))
    if below:
        return below[0]
    if asked != HERE and ignored(git, [str(asked)]):
        raise BadInput(
            f"{asked} is ignored by the repository around it, so nothing there could be committed",
            hint="--init makes it a repository of its own",
        )
    return asked


def _backends(git: Git) -> frozenset[PurePosixPath]:
    patterns = {"GIT_LITERAL_PATHSPECS": "0", "GIT_GLOB_PATHSPECS": "1"}
    names = Git(git.folder, git.git_dir, git.work_tree, environment=patterns).records(
        "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "**/specs/backend/*.yaml"
    )
    return frozenset(PurePosixPath(name).parents[2] for name in names)
