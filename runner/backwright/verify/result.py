"""What a verification is: its level, its checks and what they found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from backwright.finding import Finding, Severity


class Level(StrEnum):
    """How much is checked: ``quick`` leaves out tests the change cannot affect, ``none`` all but compiling."""

    QUICK = "quick"
    FULL = "full"
    NONE = "none"


@dataclass(frozen=True)
class Check:
    """One check: ``summary`` is one line, ``log`` everything it had to say, ``seconds`` its wall-clock time."""

    name: str
    ok: bool
    seconds: float
    summary: str
    log: str = ""


@dataclass(frozen=True)
class Verification:
    """All checks of one tree.

    Attributes:
        level: How much was checked.
        checks: In the order a person reads them.
        findings: What the checks found, errors of this change first.
        openapi: The app's OpenAPI document as it is kept (pretty JSON), or None where the app was not imported.
        interpreter: What ran the target's code, or an empty string.
        tests: Counts by ``passed``, ``failed``, ``errors`` and ``skipped``; empty where no tests ran.
        seconds: Wall-clock time of the whole.
    """

    level: Level
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...] = ()
    openapi: bytes | None = None
    interpreter: str = ""
    tests: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every check is content."""
        return all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that are not."""
        return tuple(check for check in self.checks if not check.ok)

    @property
    def log(self) -> str:
        """Everything, as one text: a line per check, the findings, then what each check said."""
        parts = [summarise(self)]
        parts += [f"--- {check.name}\n{check.log.rstrip()}" for check in self.checks if check.log.strip()]
        return "\n\n".join(parts) + "\n"


def summarise(verification: Verification) -> str:
    """Return a line per check, and under them the findings that stop the run."""
    width = max((len(check.name) for check in verification.checks), default=0)
    lines = [
        f"{'ok  ' if check.ok else 'FAIL'} {check.name:<{width}}  {check.summary} ({check.seconds:.1f} s)"
        for check in verification.checks
    ]
    lines += [f"     {finding}" for finding in verification.findings if finding.severity is Severity.ERROR]
    return "\n".join(lines)
