"""A finding: what a reviewer, linter, verification, memory check or record check has to say about a place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backwright.errors import Place


class Severity(StrEnum):
    """How much a finding matters: an error stops a run, the others are shown."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One thing found, at one place.

    ``fix`` says in words what would mend it, or None where a person must decide.
    """

    code: str
    severity: Severity
    place: Place
    message: str
    fix: str | None = None

    @property
    def path(self) -> str:
        """The file."""
        return self.place.path

    @property
    def start(self) -> int:
        """The first line, from 1; 1 where the whole file is meant."""
        return self.place.line or 1

    @property
    def end(self) -> int:
        """The last line, included."""
        return self.place.end or self.start

    def __str__(self) -> str:
        return f"{self.place}: {self.severity} {self.code} {self.message}" + (f" (fix: {self.fix})" if self.fix else "")
