"""Find skills: by exact name nearest scope first, then by another name they answer to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from backwright.agents.flaw import shown_path
from backwright.agents.scopes import Scope, scopes
from backwright.agents.spec import AgentSpec
from backwright.content import content_root
from backwright.errors import BadInput, NotFound, Place
from backwright.skills.reader import read_skill, skill_file
from backwright.skills.spec import SkillFile, SkillSpec


def list_skills(start: Path) -> tuple[SkillFile, ...]:
    """Return every skill seen from a folder, nearest scope first, those that cannot be used among them."""
    return tuple(file for scope in scopes(start, "skills") for file in skills_in(scope))


def skills_in(scope: Scope) -> tuple[SkillFile, ...]:
    """Return the skills of one scope; a folder without SKILL.md is none (it may override assets)."""
    try:
        folders = sorted(folder for folder in scope.folder.iterdir() if folder.is_dir())
    except OSError:
        return ()
    return tuple(read_skill(folder, scope=scope.kind) for folder in folders if skill_file(folder))


def bundled_skills() -> tuple[SkillSpec, ...]:
    """Return the skills that came with this program, each after those it requires.

    Raises:
        BadInput: one of them cannot be read, so that the installation is not whole.
    """
    files = skills_in(Scope("bundled", content_root() / "skills"))
    found: dict[str, SkillSpec] = {}
    for file in files:
        _collect(file.spec.name if file.spec else file.path.parent.name, files, found, ())
    return tuple(found.values())


def find_skill(name: str, start: Path) -> SkillSpec:
    """Return the skill of that name, or the one that answers to it.

    Raises:
        NotFound: there is none, or there are several in the nearest scope that has one.
        BadInput: nothing was named, or the skill that was named cannot be read.
    """
    if not name.strip():
        raise BadInput("no skill was named")
    return _named(name.strip(), list_skills(start))


def skills_of(agent: AgentSpec, start: Path) -> tuple[SkillSpec, ...]:
    """Return the skills an agent has, each after those it requires.

    Omitted means all, an empty list none, a list those in it and whatever they require.

    Raises:
        NotFound: a skill that is listed or required is not there.
    """
    files = list_skills(start)
    names = [spec.name for spec in nearest_of_each(files)] if agent.skills is None else list(agent.skills)
    found: dict[str, SkillSpec] = {}
    for name in names:
        try:
            _collect(name, files, found, ())
        except NotFound as error:
            raise NotFound(error.message, candidates=error.candidates, place=Place(str(agent.source))) from error
    return tuple(found.values())


def nearest_of_each(files: Sequence[SkillFile]) -> tuple[SkillSpec, ...]:
    """Return the skills without those that a nearer one of the same name hides."""
    found: dict[str, SkillSpec] = {}
    for file in files:
        if file.spec is not None:
            found.setdefault(file.spec.name, file.spec)
    return tuple(found.values())


def described(files: Sequence[SkillFile]) -> tuple[str, ...]:
    """Return a line for each skill: the name, the path, and why it cannot be used where that is so."""
    width = max((len(file.spec.name) for file in files if file.spec), default=0)
    return tuple(
        f"  {file.spec.name:<{width}}  {shown_path(file.path)}" if file.spec else f"  (not usable) {file.error}"
        for file in files
    )


def _collect(name: str, files: Sequence[SkillFile], found: dict[str, SkillSpec], above: tuple[str, ...]) -> None:
    skill = _named(name, files, above)
    if skill.name in found or skill.name in above:
        return
    for required in skill.requires:
        _collect(required, files, found, (*above, skill.name))
    found[skill.name] = skill


def _named(name: str, files: Sequence[SkillFile], above: tuple[str, ...] = ()) -> SkillSpec:
    exact = [file for file in files if file.spec is not None and file.spec.name == name]
    answering = [file for file in files if file.spec is not None and name in file.spec.aliases]
    for matching in (exact, answering):
        near = [file for file in matching if file.path.parents[1] == matching[0].path.parents[1]]
        if len(near) > 1:
            raise NotFound(f"{len(near)} folders hold a skill `{name}`", candidates=described(near))
        if near and near[0].spec is not None:
            return near[0].spec
    broken = next((file for file in files if file.spec is None and file.path.parent.name == name), None)
    if broken is not None and broken.error is not None:
        raise BadInput(f"the skill `{name}` cannot be used: {broken.error.message}", place=broken.error.place)
    needed = f", which `{above[-1]}` requires" if above else ""
    raise NotFound(f"no skill `{name}`{needed}", candidates=described(files))
