"""The folders that definitions are looked up in, nearest first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backwright.content import content_root


@dataclass(frozen=True)
class Scope:
    """One folder of definitions; ``kind`` is ``project``, ``user`` or ``bundled``."""

    kind: str
    folder: Path


def scopes(start: Path, what: str) -> tuple[Scope, ...]:
    """Return the folders of ``agents`` or ``skills`` seen from a folder.

    The target's ``.claude`` comes first, from ``start`` up to the repository's root, then the person's, then ours.
    """
    user = home()
    projects = [folder for folder in project_folders(start) if folder != user]
    found = [Scope("project", folder / ".claude" / what) for folder in projects]
    if user is not None:
        found.append(Scope("user", user / ".claude" / what))
    found.append(Scope("bundled", content_root() / what))
    return tuple(scope for scope in found if scope.folder.is_dir())


def project_folders(start: Path) -> tuple[Path, ...]:
    """Return ``start`` and its parents up to the repository's root; ``start`` alone where there is no repository."""
    first = absolute(start)
    found: list[Path] = []
    for folder in (first, *first.parents):
        found.append(folder)
        if (folder / ".git").exists():
            return tuple(found)
    return (first,)


def home() -> Path | None:
    """Return the person's home folder, ``HOME`` before all else; None: there is none."""
    named = os.environ.get("HOME")
    if named:
        return absolute(Path(named))
    try:
        return Path.home()
    except RuntimeError:
        return None


def absolute(path: Path) -> Path:
    """Return the path from the root, without ``..``; symbolic links are kept."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps `..`


def markdown_below(folder: Path) -> Iterator[Path]:
    """Yield the Markdown files below a folder, in order; linked folders are not entered."""
    for here, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.lower().endswith(".md"):
                yield Path(here, name)
