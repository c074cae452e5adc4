"""Which tests a change can affect.

Every test file and every changed file is counted to the resources its path names. A change of a resource affects its
own tests and those of resources it is related to: all that point at it, however indirectly (their rows need its rows),
and those it points at itself. A changed file that names no resource is shared by all: then everything runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from backwright.spec.model import BackendSpec, ResourceSpec

WITHOUT_EFFECT = ("specs/", "history/", "docs/", ".claude/", ".github/")
WITHOUT_EFFECT_NAMES = frozenset({"README.md", "Dockerfile", "compose.yaml", ".dockerignore", ".gitignore"})
LOOKS_AT_ALL = re.compile(rb"openapi|\.routes|iter_route|metadata|alembic|migrations|submodules")
EVERYTHING = None
Selection = tuple[str, ...] | None


def affected_tests(
    folder: Path, changed: Iterable[PurePosixPath], spec: BackendSpec | None, *, tests: str = "tests"
) -> Selection:
    """Return the test files to run, relative to the backend's folder; ``EVERYTHING`` where no choice can be made.

    Args:
        folder: The backend's folder.
        changed: The files that differ, relative to it.
        spec: What the backend is now; without it resources cannot be told apart.
        tests: The folder of the test-suite.
    """
    relevant = [path for path in changed if _has_effect(path)]
    if spec is None or not spec.resources:
        return EVERYTHING
    owners = {path: _resources_named(path, spec) for path in relevant}
    if any(not names and not _is_migration(path) for path, names in owners.items()):
        return EVERYTHING
    touched = _with_related(frozenset().union(*owners.values()), spec)
    files = (path.relative_to(folder) for path in sorted(folder.joinpath(tests).rglob("test_*.py")))
    return tuple(path.as_posix() for path in files if relevant and _is_affected(folder, path, touched, spec))


def _has_effect(path: PurePosixPath) -> bool:
    return not str(path).startswith(WITHOUT_EFFECT) and path.name not in WITHOUT_EFFECT_NAMES


def _is_migration(path: PurePosixPath) -> bool:
    return path.match("migrations/versions/*.py")


def _is_affected(folder: Path, path: Path, touched: frozenset[str], spec: BackendSpec) -> bool:
    named = _resources_named(PurePosixPath(path.as_posix()), spec)
    if named:
        return bool(named & touched)
    return LOOKS_AT_ALL.search((folder / path).read_bytes()) is not None


def _resources_named(path: PurePosixPath, spec: BackendSpec) -> frozenset[str]:
    """Return the resources a path names; of ``order`` and ``order_item`` only the longer one where both fit."""
    found: set[str] = set()
    for part in (*path.parts[:-1], path.stem):
        fitting = {name: resource.name for resource in spec.resources for name in _spellings(resource, part)}
        found |= {
            resource
            for name, resource in fitting.items()
            if not any(name != other and _holds(other, name) for other in fitting)
        }
    return frozenset(found)


def _spellings(resource: ResourceSpec, part: str) -> list[str]:
    return [name for name in (resource.name, resource.singular) if _holds(part, name)]


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text) is not None


def _with_related(names: frozenset[str], spec: BackendSpec) -> frozenset[str]:
    points_at: Mapping[str, frozenset[str]] = {
        resource.name: frozenset(relation.target for relation in resource.relations) for resource in spec.resources
    }
    found = set(names)
    waiting = list(names)
    while waiting:
        target = waiting.pop()
        new = {name for name, targets in points_at.items() if target in targets} - found
        found |= new
        waiting += new
    return frozenset(found.union(*(points_at.get(name, frozenset()) for name in names)))
