"""Files that people moved: where generated files lie now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from backwright.target.git import Git
from backwright.target.scratch import similar
from backwright.target.tree import Tree

SAME_NAME = 50
"""Percent of likeness from which a file of the same name elsewhere is the moved one (git's own default)."""

OTHER_NAME = 75
"""The same for a file of another name: generated files resemble each other, so more is asked for."""

MANY = 1000
"""With more candidates than this, only those of the same name are looked at."""

Places = Mapping[PurePosixPath, PurePosixPath]


def find_moved(
    git: Callable[[], Git], missing: Tree, ours: Tree, taken: Iterable[PurePosixPath]
) -> dict[PurePosixPath, PurePosixPath]:
    """Return for each missing path where it lies in ``ours``, as far as it can be told.

    ``taken`` are paths that are known to be something else.
    """
    known = set(taken)
    suffixes = {path.suffix for path in missing}
    candidates = [path for path in ours if path.suffix in suffixes and path not in known]
    if len(candidates) > MANY:
        names = {path.name for path in missing}
        candidates = [path for path in candidates if path.name in names]
    if not candidates:
        return {}
    gone, new = _numbered(list(missing)), _numbered(candidates)
    found = similar(
        git(),
        {name: missing[path] for name, path in gone.items()},
        {f"new/{name}": ours[path] for name, path in new.items()},
    )
    moved = {gone[old]: (new[name.removeprefix("new/")], likeness) for old, (name, likeness) in found.items()}
    return {
        old: place
        for old, (place, likeness) in moved.items()
        if place.suffix == old.suffix and likeness >= (SAME_NAME if place.name == old.name else OTHER_NAME)
    }


def _numbered(paths: Sequence[PurePosixPath]) -> dict[str, PurePosixPath]:
    """Give each path a name git cannot misread; the last part stays, since git looks at it first."""
    return {f"{number}/{_plain(path.name)}": path for number, path in enumerate(paths)}


def _plain(name: str) -> str:
    return "".join(
        character if character.isascii() and (character.isalnum() or character in "._-") else "_" for character in name
    )


def moved_folders(places: Places, ours: Iterable[PurePosixPath]) -> dict[PurePosixPath, PurePosixPath]:
    """Return the folders that moved as a whole: nothing is left in them, and all that was went to one place."""
    targets: dict[PurePosixPath, set[PurePosixPath]] = {}
    for old, new in places.items():
        before, after = old, new
        while before != after and before.name == after.name and before.name:
            before, after = before.parent, after.parent
            if before != after:
                targets.setdefault(before, set()).add(after)
    left = {parent for path in ours for parent in path.parents} if targets else set()
    return {old: min(new) for old, new in targets.items() if len(new) == 1 and old not in left}


def followed(path: PurePosixPath, folders: Places) -> PurePosixPath:
    """Return where a new file belongs, if its folder was moved."""
    for parent in path.parents:
        if parent in folders:
            return folders[parent] / path.relative_to(parent)
    return path
