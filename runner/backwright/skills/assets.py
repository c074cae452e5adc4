"""A skill's templates, and those that a project or a person puts in their place."""

from __future__ import annotations

from collections.abc import Mapping
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
    own = {path.relative_to(_FOLDER): data for path, data in skill.files.items() if path.parts[0] == _FOLDER}
    return Templates([*(_texts(contents.files) for contents in overrides), _texts(own)])


def _texts(files: Mapping[PurePosixPath, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, data in files.items():
        try:
            found[path.as_posix()] = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return found
