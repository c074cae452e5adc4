"""A skill's templates, and those that a project or a person puts in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backwright.agents.scopes import scopes
from backwright.codegen.templates import Templates
from backwright.errors import NotSupported, Place
from backwright.skills.folder import Contents, read_folder
from backwright.skills.spec import SkillSpec
from backwright.skills.trust import trusted

_FOLDER = "assets"


def overrides_of(skill: SkillSpec, start: Path) -> tuple[Contents, ...]:
    """Return the asset folders that come before the skill's own, nearest first.

    They are ``.claude/skills/<name>/assets`` of the target (up to its repository's root) and of the person; each may
    hold any of the skill's assets.
    """
    found: list[Contents] = []
    for scope in scopes(start, "skills"):
        folder = scope.folder / skill.name
        if scope.kind == "bundled" or folder == skill.folder:
            break
        if (folder / _FOLDER).is_dir():
            found.append(read_folder(folder / _FOLDER))
    return tuple(found)


@dataclass(frozen=True)
class Override:
    """A folder of assets that comes before a skill's own; ``replaced`` are those of its files that stand in for one."""

    skill: str
    folder: Path
    digest: str
    replaced: tuple[PurePosixPath, ...]
    trusted: bool


def overrides_in_use(skill: SkillSpec, start: Path) -> tuple[Override, ...]:
    """Return what overrides a skill's assets, as seen from a folder, nearest first."""
    own = _own(skill)
    return tuple(
        Override(
            skill.name, found.folder, found.digest, tuple(path for path in found.files if path in own), trusted(found)
        )
        for found in overrides_of(skill, start)
    )


def templates_of(skill: SkillSpec, start: Path | None = None) -> Templates:
    """Return a skill's templates, overridden as seen from ``start`` (None: only the skill's own).

    They are the bytes that were read and judged; what the folders hold later makes no difference.

    Raises:
        NotSupported: overrides came with the repository and were not trusted; a template can run code.
    """
    overrides = overrides_of(skill, start) if start else ()
    for contents in overrides:
        if not trusted(contents):
            raise NotSupported(
                f"assets of `{skill.name}` came with the repository and were not trusted",
                place=Place(str(contents.folder)),
                hint=f"look at them, then: agent skills trust {skill.name}",
            )
    return Templates([*(_texts(contents.files) for contents in overrides), _texts(_own(skill))])


def _own(skill: SkillSpec) -> dict[PurePosixPath, bytes]:
    return {path.relative_to(_FOLDER): data for path, data in skill.files.items() if path.parts[0] == _FOLDER}


def _texts(files: Mapping[PurePosixPath, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, data in files.items():
        try:
            found[path.as_posix()] = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return found
