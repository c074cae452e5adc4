"""Real repositories to run on, plain git to look at them, and pictures of their whole state to compare."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """Run git as a person would."""
    identity = {
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
    }
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=os.environ | identity, capture_output=True, text=True, check=False
    )
    if check and done.returncode:
        raise AssertionError(f"git {arguments}: {done.stderr}")
    return done.stdout.strip("\n")


def repository(folder: Path, files: dict[str, str] | None = None) -> Path:
    """Make a repository on branch main with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    put(
        folder,
        {"README.md": "# Shop\n", "app/main.py": "print('shop')\n", "app/old.py": "OLD = 1\n"}
        if files is None
        else files,
    )
    commit(folder)
    return folder


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def commit(folder: Path, message: str = "work") -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


@dataclass(frozen=True)
class Picture:
    """Everything a person or git can see of a folder: files, refs, HEAD and index."""

    files: dict[str, tuple[str, bytes]]
    refs: str
    head: str
    index: str
    status: str


def picture(folder: Path) -> Picture | None:
    """Take a picture; None where there is no such folder."""
    if not folder.exists():
        return None
    files = _files(folder)
    if not (folder / ".git").exists():
        return Picture(files, "", "", "", "")
    refs = git(folder, "for-each-ref", "--format=%(refname) %(tree) %(subject)")
    return Picture(
        files,
        refs,
        git(folder, "symbolic-ref", "--quiet", "HEAD", check=False) or git(folder, "rev-parse", "HEAD^{tree}"),
        git(folder, "ls-files", "--stage"),
        git(folder, "status", "--porcelain", "--untracked-files=all"),
    )


def every_file(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files below a folder, those of ``.git`` too."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if not path.is_symlink() else str(path.readlink()).encode()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def _files(folder: Path) -> dict[str, tuple[str, bytes]]:
    found: dict[str, tuple[str, bytes]] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name == ".git" or name.startswith(f".git{os.sep}"):
            continue
        if path.is_symlink():
            found[name] = ("link", str(path.readlink()).encode())
        elif path.is_dir():
            found[name] = ("folder", b"")
        else:
            found[name] = (oct(path.stat().st_mode), path.read_bytes())
    return found
