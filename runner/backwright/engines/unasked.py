"""What a run writes anew though the task is not about it, and the templates that are not the skills' own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from backwright.codegen.assemble import Generated
from backwright.counting import counted
from backwright.skills.assets import Override
from backwright.spec.change import ChangeService, RenameResource, SpecChange, Step
from backwright.spec.model import BackendSpec, ResourceSpec

_SERVICE = "service"


def rewritten(
    written: Iterable[PurePosixPath],
    known: Iterable[PurePosixPath],
    generated: Generated,
    change: SpecChange,
    spec: BackendSpec,
) -> tuple[str, ...]:
    """Return a line for each part of the backend that is written anew and that no step of the change is about.

    ``written`` and ``known`` are the paths that change now and those that were generated before.
    """
    if any(isinstance(step, ChangeService) for step in change.steps):
        return ()
    about = {*_named(change), *_related(spec, set(_named(change)))}
    before = set(known)
    anew = [path for path in written if path in before and path in generated]
    parts = Counter(generated[path].file.part for path in anew)
    return tuple(
        f"write {counted(count, 'file')} of {'the service' if part == _SERVICE else part} anew, as templates say it now"
        for part, count in sorted(parts.items())
        if part not in about
    )


def overridden(overrides: Iterable[Override], root: Path) -> tuple[str, ...]:
    """Return in words which templates stand in for a skill's own; paths below ``root`` are relative to it."""
    return tuple(
        f"templates of `{override.skill}` are taken from {shown_folder(override.folder, root)}: "
        + ", ".join(map(str, override.replaced))
        for override in overrides
        if override.replaced
    )


def shown_folder(folder: Path, root: Path) -> str:
    """Return a folder as a record may name it: from the root, or from home."""
    for place, prefix in ((root.resolve(), ""), (Path.home().resolve(), "~/")):
        if folder.resolve().is_relative_to(place):
            return prefix + folder.resolve().relative_to(place).as_posix()
    return folder.as_posix()


def _named(change: SpecChange) -> Iterator[str]:
    for step in change.steps:
        yield _resource(step)
        if isinstance(step, RenameResource):
            yield step.name


def _resource(step: Step) -> str:
    if isinstance(step, ChangeService):
        return _SERVICE
    return step.resource.name if isinstance(step.resource, ResourceSpec) else step.resource


def _related(spec: BackendSpec, names: set[str]) -> Iterator[str]:
    """Yield the resources that point at a named one, or that a named one points at."""
    for resource in spec.resources:
        for relation in resource.relations:
            if resource.name in names:
                yield relation.target
            if relation.target in names:
                yield resource.name
