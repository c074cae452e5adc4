"""One thing that is wrong with a spec: where, its code, how bad, why, and what to do about it."""

from __future__ import annotations

from backwright.finding import Severity

Problem = tuple[str, str, Severity, str, str | None]


def error(at: str, code: str, message: str, fix: str | None = None) -> Problem:
    """Return a problem that stops a run; ``at`` is ``products``, ``products.price`` or ``service``."""
    return at, code, Severity.ERROR, message, fix
