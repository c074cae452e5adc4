"""What a Prompt History Record holds. The format is Spec-Kit-Plus's; ``run`` is ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """The stages of the convention, in its order."""

    CONSTITUTION = "constitution"
    SPEC = "spec"
    PLAN = "plan"
    TASKS = "tasks"
    RED = "red"
    GREEN = "green"
    REFACTOR = "refactor"
    EXPLAINER = "explainer"
    MISC = "misc"
    GENERAL = "general"


@dataclass(frozen=True)
class Links:
    """Addresses or paths of what belongs to the record; None where there is none."""

    spec: str | None = None
    ticket: str | None = None
    adr: str | None = None
    pr: str | None = None


@dataclass(frozen=True)
class CheckResult:
    """One check of the verification: ``result`` is PASS, FAIL or SKIP."""

    name: str
    result: str
    detail: str = ""


@dataclass(frozen=True)
class Run:
    """What a later reader needs to know, or to do, the same again.

    Digests are SHA-256 in hexadecimal: ``agent_digest`` of the definition's file, ``skills`` of each skill by name,
    ``spec`` of the spec that was applied, ``memory`` of the notes as read. ``seconds`` is wall-clock time, ``tokens``
    counts input and output together, ``cost`` is in USD; None where nothing was spent. ``notes`` are the notes that
    had an effect; ``reason`` says why this agent did it, where none was named. ``read_as`` is the phrasing that was
    accepted in place of the prompt, ``answers`` what was answered or assumed, by question.
    """

    engine: str
    version: str
    agent: str
    agent_digest: str | None = None
    reason: str | None = None
    skills: Mapping[str, str] = field(default_factory=dict)
    spec: str | None = None
    memory: str | None = None
    seconds: float | None = None
    tokens: int | None = None
    cost: Decimal | None = None
    verification: tuple[CheckResult, ...] = ()
    notes: tuple[str, ...] = ()
    read_as: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of it, in words; lists of files and tests are in the record itself."""

    impact: str = ""
    tests: str = ""
    files: str = ""
    next_prompts: str = ""
    reflection: str = ""


@dataclass(frozen=True)
class Evaluation:
    """What can be learnt from it."""

    failure_modes: str = ""
    graders: str = ""
    prompt_variant: str = ""
    next_experiment: str = ""


@dataclass(frozen=True)
class Record:
    """One prompt and what became of it.

    ``id`` is a number as text (``0007``), ``date`` is ISO 8601, ``stage`` one of ``Stage`` (records of others may say
    anything), ``feature`` the branch and folder below ``specs/`` it belongs to, ``files`` and ``tests`` are paths from
    the repository's root. ``prompt`` is what was typed, whole. ``other`` keeps keys of other programs.
    """

    id: str
    title: str
    stage: str
    date: str
    prompt: str
    surface: str | None = None
    model: str | None = None
    feature: str | None = None
    branch: str | None = None
    user: str | None = None
    command: str | None = None
    labels: tuple[str, ...] = ()
    links: Links = Links()
    files: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    run: Run | None = None
    response: str = ""
    outcome: Outcome = Outcome()
    evaluation: Evaluation = Evaluation()
    other: Mapping[str, str] = field(default_factory=dict)
