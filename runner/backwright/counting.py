"""Numbers of things, as people read them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return ``1 file`` or ``3 files``; the noun is given as for one, its plural takes an ``s``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
