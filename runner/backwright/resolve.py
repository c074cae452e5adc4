"""Step 1 of a run: which agent, with which skills and notes, does what in which repository."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from backwright.errors import BadInput, NotSupported
from backwright.event import Chosen, Found, Listener, Said
from backwright.run_options import Options

if TYPE_CHECKING:
    from backwright.agents.spec import AgentSpec
    from backwright.engines.engine import Engine
    from backwright.skills.spec import SkillSpec
    from backwright.target.repository import Target


@dataclass(frozen=True)
class Resolved:
    """What a run works with.

    ``is_review`` is whether the task asks for findings only; ``plan_only`` whether the definition forbids to apply.
    ``reason`` says why this agent does it, where none was named; ``idle`` what is told where nothing changes.
    """

    task: str
    agent: AgentSpec
    skills: tuple[SkillSpec, ...]
    engine: Engine
    target: Target
    is_review: bool
    plan_only: bool
    reason: str | None = None
    idle: str = "the backend is as the task wants it"


def resolve(options: Options, listen: Listener, asked: bool) -> Resolved:
    """Find everything a run needs, and refuse what it cannot do before anything is done.

    ``asked`` is whether somebody is there to be asked.

    Raises:
        BadInput: the task is empty, the target or the branch cannot be one, a definition cannot be read, or nobody is
            there to be asked and the options do not answer.
        NotFound: the agent or a skill is not there, or there are several.
        NotSupported: the engine is not there, or the agent may not do what is asked.
    """
    from backwright.agents.tools import tools_of
    from backwright.skills.lookup import skills_of
    from backwright.spec.request import classify
    from backwright.target.branch import checked_branch
    from backwright.target.repository import open_target

    name, task = _agent_and_task(options)
    start = options.repo.absolute()
    agent, reason = _agent(name, task, start, listen)
    is_review = classify(task) == "review"
    if not is_review:  # a review asks nothing: all it leaves is its record
        _refuse_unasked(options, asked)
    skills = skills_of(agent, start)
    engine = _engine(options.engine)
    _say_required(agent, skills, listen)
    _say_not_honoured(agent, listen)
    target = open_target(options.repo, init=options.init)
    if target.recovered:
        listen(Said(target.recovered))
    checked_branch(target, options.branch)
    if not is_review and not tools_of(agent).can_write:
        raise NotSupported(
            f"{agent.name} has no Write or Edit: it can only report", hint="Ask it for a review, or give it the tools."
        )
    return Resolved(task, agent, skills, engine, target, is_review, agent.permission_mode == "plan", reason)


def resolve_skill(name: str, options: Options, listen: Listener, asked: bool) -> Resolved:
    """Return what a run of one skill alone works with: its agent has that skill and no memory.

    Raises:
        BadInput: nobody is there to be asked and the options do not answer.
        NotFound: there is no such skill.
        NotSupported: it builds nothing offline.
    """
    skill = _skill(name, options)
    if not skill.build_script:
        raise NotSupported(f"{skill.name} builds nothing offline; it is for the Claude engine")
    _refuse_unasked(options, asked)
    return _alone(skill, options, listen)


def resolve_mend(name: str, options: Options, listen: Listener, asked: bool) -> Resolved:
    """Return what a run works with that mends what one skill finds: its agent has that skill and no memory.

    Raises:
        BadInput: nobody is there to be asked and the options do not answer.
        NotFound: there is no such skill.
        NotSupported: it does not review.
    """
    from backwright.engines.mending import Mending

    skill = _skill(name, options)
    if not skill.review_script:
        raise NotSupported(f"{skill.name} does not review, so there is nothing that it could mend")
    _refuse_unasked(options, asked)
    return replace(
        _alone(skill, options, listen),
        task=f"mend what {skill.name} can mend",
        engine=Mending(),
        idle="there is nothing that can be mended mechanically",
    )


def _skill(name: str, options: Options) -> SkillSpec:
    from backwright.skills.lookup import find_skill

    return find_skill(name, options.repo.absolute())


def _alone(skill: SkillSpec, options: Options, listen: Listener) -> Resolved:
    """Return what a run of one skill works with that applies the spec."""
    import hashlib

    from backwright.agents.spec import AgentSpec
    from backwright.target.repository import open_target

    digest = hashlib.sha256(skill.digest.encode()).hexdigest()
    agent = AgentSpec(skill.name, skill.description, skill.folder, skill.body, digest, skills=(skill.name,))
    target = open_target(options.repo, init=options.init)
    if target.recovered:
        listen(Said(target.recovered))
    return Resolved("apply the spec", agent, (skill,), _engine("offline"), target, is_review=False, plan_only=False)


def _refuse_unasked(options: Options, asked: bool) -> None:
    if not (asked or options.yes or options.dry_run):
        raise BadInput("nobody is there to be asked", hint="Say --yes to apply without asking, or --dry-run to look.")


def _agent_and_task(options: Options) -> tuple[str | None, str]:
    match options.words:
        case (task,) if task.strip():
            return None, task
        case (agent, task) if agent.strip() and task.strip():
            return agent, task
        case (agent, _) if not agent.strip():
            raise BadInput("no agent was named", hint="agent run fastapi-backend 'add products CRUD'")
        case (_,) | (_, _):
            raise BadInput("the task is empty", hint="agent run fastapi-backend 'add products CRUD'")
        case _:
            raise BadInput("more than an agent and a task", hint="Put the task in quotes.")


def _agent(name: str | None, task: str, start: Path, listen: Listener) -> tuple[AgentSpec, str | None]:
    """Return the agent that is named or that the task fits, and in the second case why."""
    from backwright.agents.dispatch import dispatch
    from backwright.agents.lookup import find_agent

    choice = dispatch(task, start) if name is None else None
    file = choice.file if choice else find_agent(name or "", start)
    for finding in file.findings:
        listen(Found(finding))
    if file.spec is None:
        place = file.error.place if file.error else None
        raise BadInput(file.error.message if file.error else "the definition cannot be read", place=place)
    if choice:
        listen(Chosen(file.spec.name, choice.reason))
    return file.spec, choice.reason if choice else None


def _engine(name: str) -> Engine:
    from backwright.engines.offline import Offline

    if name == "claude":
        raise NotSupported("the Claude engine is not there yet", hint="Use --engine offline.")
    return Offline()


def _say_required(agent: AgentSpec, skills: tuple[SkillSpec, ...], listen: Listener) -> None:
    listed = set(agent.skills or ())
    required = [skill.name for skill in skills if not listed & {skill.name, *skill.aliases}] if listed else []
    if required:
        listen(Said(f"{', '.join(required)}: not listed by {agent.name}, but required by skills that are"))


def _say_not_honoured(agent: AgentSpec, listen: Listener) -> None:
    wanted = {
        "model": agent.model not in {"inherit", ""},
        "maxTurns": agent.max_turns is not None,
        "mcpServers": bool(agent.mcp_servers),
        "hooks": bool(agent.hooks),
        "background": agent.background,
        "effort": agent.effort is not None,
        "initialPrompt": agent.initial_prompt is not None,
    }
    names = [name for name, is_wanted in wanted.items() if is_wanted]
    if names:
        listen(Said(f"{agent.name} asks for {', '.join(names)}; the offline engine uses no model and leaves them out"))


def backend_name(target: Target) -> str:
    """Return the name a new backend gets: that of its folder."""
    return PurePosixPath(target.root.as_posix(), target.backend).name or "backend"
