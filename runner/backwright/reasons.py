"""Why this agent, why these skills, why each file: what a plan says beside what it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright.spec.find import SPEC_FOLDER

if TYPE_CHECKING:
    from backwright.engines.engine import Built
    from backwright.resolve import Resolved
    from backwright.skills.spec import SkillSpec
    from backwright.spec.change import Step

SERVICE = "service"
_BELOW_BACKEND = {
    SPEC_FOLDER / "openapi.json": "the contract: what the API answers from now on",
    SPEC_FOLDER / ".base": "what was generated, for the next merge",
    SPEC_FOLDER: "the spec as it is now",
}
_BELOW_ROOT = {
    PurePosixPath("history/prompts"): "the record of this run",
    PurePosixPath(".claude/agent-memory"): "what was learnt, for the next run",
}
MOST_LINES = 2
"""Lines of a plan's summary that the reason of one file repeats."""


def reasons_of(resolved: Resolved, built: Built) -> tuple[str, ...]:
    """Return why this agent does the task, and why with these skills."""
    agent = resolved.agent
    lines = [f"agent {agent.name}: {resolved.reason or 'named in the command'}"]
    wrote = set(built.written.values())
    by_reason: dict[str, list[str]] = {}
    for skill in resolved.skills:
        if skill.name in wrote or not wrote:
            by_reason.setdefault(_why_skill(skill, resolved), []).append(skill.name)
    lines += [f"skills {', '.join(names)}: {why}" for why, names in by_reason.items()]
    return tuple(lines)


def _why_skill(skill: SkillSpec, resolved: Resolved) -> str:
    agent = resolved.agent
    if agent.skills is None:
        return f"{agent.name} lists no skills, so it has all of them"
    if set(agent.skills) & {skill.name, *skill.aliases}:
        return f"listed by {agent.name}"
    wanting = [one.name for one in resolved.skills if {skill.name, *skill.aliases} & set(one.requires)]
    return f"required by {', '.join(wanting)}"


def reason_of(path: PurePosixPath, built: Built, backend: PurePosixPath) -> str:
    """Return why a file (relative to the repository) is changed; ``backend`` is the backend's folder."""
    if path in built.reasons:
        return built.reasons[path]
    if path in built.parts:
        skill = f"{built.written[path]}: " if path in built.written else ""
        return skill + _why_part(built.parts[path], built, is_there=path in built.written)
    inner = path.relative_to(backend) if path.is_relative_to(backend) else path
    for folder, why in _BELOW_BACKEND.items():
        if inner.is_relative_to(folder):
            return why
    for folder, why in _BELOW_ROOT.items():
        if path.is_relative_to(folder):
            return why
    return "brought along: it was changed before the run, or follows what is"


def _why_part(part: str, built: Built, *, is_there: bool) -> str:
    """Return what happened to a part of the backend: a resource, the service, or one that only some fields need."""
    steps = tuple(_lines_about(part, built))
    if steps:
        return "; ".join(steps)
    if part == SERVICE:
        return "part of every backend" if built.before is None else f"follows from: {_short(built)}"
    if built.after.resource(part) is None:
        return "fields of the resources need it" if is_there else "no field needs it any more"
    return f"{part} refers to what changes: {_short(built)}"


def _lines_about(part: str, built: Built) -> Iterator[str]:
    from backwright.engines.summary import summary_of
    from backwright.spec.change import AddResource, SpecChange

    for step in built.change.steps:
        if _part_of(step) != part:
            continue
        if isinstance(step, AddResource):
            yield f"{part} is new"
        else:
            yield from summary_of(SpecChange(steps=(step,)))


def _part_of(step: Step) -> str:
    """Return the part a step is about: the resource by the name it has then, or the service."""
    from backwright.spec.change import AddResource, ChangeResource, ChangeService, RenameResource

    match step:
        case ChangeService():
            return SERVICE
        case AddResource() | ChangeResource():
            return step.resource.name
        case RenameResource():
            return step.name
        case _:
            return step.resource


def _short(built: Built) -> str:
    more = " …" if len(built.summary) > MOST_LINES else ""
    return "; ".join(built.summary[:MOST_LINES]) + more or "what was generated differs"
