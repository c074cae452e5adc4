"""Numbers of things, as people read them."""

from __future__ import annotations

from collections.abc import Mapping


def counted(number: int, noun: str) -> str:
    """Return ``1 file`` or ``3 files``; the noun is given as for one, its plural takes an ``s``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def tallied(counts: Mapping[str, int]) -> str:
    """Return ``3 passed, 1 error`` for what pytest counts; what there is none of is left out."""
    parts = (
        counted(count, "error") if kind == "errors" else f"{count} {kind}" for kind, count in counts.items() if count
    )
    return ", ".join(parts)
