"""The errors a person can meet, each with the data its message needs.

They are raised where the fact is known and turned into words once, in ``backwright.cli``. ``exit_status`` is the
process's exit status: 1 built but not verified or the engine failed, 2 bad input, 3 the target changed or conflicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

AGREE = "Nothing was applied. Change your side so that both agree, or delete the file, commit, and run it again."
MOST_LINES = 60
"""Lines of one side that a conflict shows."""


@dataclass(frozen=True)
class Place:
    """Where something is: a file, and in it a line and column, both counted from 1.

    With ``end``, the last line of what is meant, it is written as ``start:end:path``, otherwise ``path:line:column``.
    """

    path: str
    line: int | None = None
    column: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        if self.line is not None and self.end is not None:
            return f"{self.line}:{self.end}:{self.path}"
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


class BackwrightError(Exception):
    """Anything that ends a command with one clear message."""

    exit_status = 2

    def __init__(
        self, message: str, *, place: Place | None = None, hint: str | None = None, nearest: tuple[str, ...] = ()
    ) -> None:
        """Keep what is wrong, where, what would be right, and the nearest ways to ask for it, the nearest first."""
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint
        self.nearest = nearest

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        near = f"\nDid you mean: {' | '.join(self.nearest)}" if self.nearest else ""
        then = f"\n{self.hint}" if self.hint else ""
        return f"{where}{self.message}{near}{then}"


class BadInput(BackwrightError):
    """What was given cannot be read: a definition, a spec, an option."""


class NotSupported(BackwrightError):
    """What was asked for is understood and refused by name."""


class NotFound(BadInput):
    """A name that leads to nothing, or to several things."""

    def __init__(self, message: str, *, candidates: tuple[str, ...] = (), place: Place | None = None) -> None:
        """Keep the candidates, each as a line to show."""
        super().__init__(message, place=place, hint="\n".join(candidates) or None)
        self.candidates = candidates


class VerificationFailed(BackwrightError):
    """The staged tree did not pass; ``log`` and ``staged`` are kept on disk."""

    exit_status = 1

    def __init__(self, message: str, *, log: Path | None = None, staged: Path | None = None) -> None:
        """Keep where the log and the staged tree are."""
        super().__init__(message, hint=f"log: {log}" if log else None)
        self.log = log
        self.staged = staged


class EngineFailed(BackwrightError):
    """The engine could not build."""

    exit_status = 1


class TargetChanged(BackwrightError):
    """The target is no longer as it was when the run was staged, or a touched file has uncommitted work."""

    exit_status = 3


class MergeConflict(BackwrightError):
    """Both sides changed the same lines or definitions; nothing was applied."""

    exit_status = 3

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        """Keep every conflict with both sides."""
        super().__init__(
            "changed both by the generator and by hand: " + ", ".join(c.path for c in conflicts),
            hint="\n\n".join((*(c.report() for c in conflicts), AGREE)),
        )
        self.conflicts = conflicts


@dataclass(frozen=True)
class Conflict:
    """One path that could not be merged, with the text of both sides (None: deleted)."""

    path: str
    ours: str | None
    theirs: str | None
    reason: str

    def report(self) -> str:
        """Show both sides, yours first."""
        sides = (("yours", self.ours), ("generated", self.theirs))
        return f"{self.path}: {self.reason}\n" + "\n".join(f"<<< {name}\n{_side(text)}" for name, text in sides)


def _side(text: str | None) -> str:
    if text is None:
        return "(deleted)"
    lines = text.rstrip().split("\n")
    more = [f"… ({len(lines) - MOST_LINES} more lines)"] if len(lines) > MOST_LINES else []
    return "\n".join([*lines[:MOST_LINES], *more])


class Interrupted(BackwrightError):
    """Ctrl-C, or a signal that ends the process."""

    exit_status = 130
