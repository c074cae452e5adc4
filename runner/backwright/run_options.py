"""What a run is given, and what comes of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from backwright.event import FileStat, Planned


@dataclass(frozen=True)
class Options:
    """One call of ``agent run``; the command line's help says what each means."""

    words: tuple[str, ...]
    repo: Path = Path()
    init: bool = False
    spec_files: tuple[Path, ...] = ()
    engine: str = "auto"
    dry_run: bool = False
    yes: bool = False
    commit: bool = True
    branch: str | None = None
    verify: str = "quick"
    python: Path | None = None
    env_file: Path | None = None


@dataclass(frozen=True)
class Result:
    """What came of a run.

    ``status`` is the exit status; ``reason`` why this agent did it, None where it was named; ``record`` the id of the
    Prompt History Record and ``commit`` the new commit's hash, both None where there is none; ``seconds`` wall-clock
    time by step; ``checks`` the verification's, by name.
    """

    status: int
    conclusion: str
    agent: str
    engine: str
    task: str
    reason: str | None = None
    plan: Planned | None = None
    files: tuple[FileStat, ...] = ()
    diff: str = ""
    record: str | None = None
    commit: str | None = None
    checks: dict[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)
