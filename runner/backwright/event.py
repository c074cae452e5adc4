"""What happens in a run, and what is asked; terminal, ``--json``, pages and MCP are listeners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from backwright.finding import Finding


@dataclass(frozen=True)
class StepStarted:
    """A step began: ``resolve``, ``stage``, ``build``, ``verify``, ``record``, ``show`` or ``apply``."""

    step: str
    detail: str = ""


@dataclass(frozen=True)
class StepFinished:
    """The step ended; ``seconds`` is its wall-clock time."""

    step: str
    seconds: float
    detail: str = ""


@dataclass(frozen=True)
class Said:
    """Something a person should know: a recovery, an assumption about a file, a setting that is not honoured."""

    text: str
    level: str = "note"


@dataclass(frozen=True)
class Chosen:
    """No agent was named, and this one does the task, for this reason."""

    agent: str
    reason: str


@dataclass(frozen=True)
class Found:
    """A finding of any kind."""

    finding: Finding


@dataclass(frozen=True)
class Decision:
    """An open point and what was decided; ``assumed`` is whether nobody was asked."""

    question: str
    answer: str
    assumed: bool

    def __str__(self) -> str:
        return f"{self.question} {self.answer}{' (assumed)' if self.assumed else ''}"


@dataclass(frozen=True)
class Planned:
    """What the run is going to do, before it is applied.

    ``read_as`` is the phrasing that was accepted in place of the task, None where the task itself was read;
    ``not_used`` are its words that mean nothing here; ``reasons`` say why this agent does it with these skills.
    """

    summary: tuple[str, ...]
    assumptions: tuple[str, ...]
    risks: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    not_used: tuple[str, ...] = ()
    read_as: str | None = None


@dataclass(frozen=True)
class Diffed:
    """The whole diff, as unified text with control characters made visible, and a line per file."""

    diff: str
    files: tuple[FileStat, ...]


@dataclass(frozen=True)
class FileStat:
    """One changed file: ``status`` is A, M, D or R; lines added and deleted (None for binary); why it changes."""

    path: str
    status: str
    added: int | None
    deleted: int | None
    reason: str = ""


Event = StepStarted | StepFinished | Said | Chosen | Found | Planned | Diffed
Listener = Callable[[Event], None]


@dataclass(frozen=True)
class Question:
    """Something only the person can decide; ``default`` is what happens without an answer."""

    text: str
    choices: tuple[str, ...]
    default: str


class Asker(Protocol):
    """Whoever answers questions: a person on a terminal, or a policy where there is none."""

    def ask(self, question: Question) -> str:
        """Return one of the question's choices."""
        ...
