"""Characters that a reader cannot see and a program obeys: bidirectional controls, zero widths, tags."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_ALWAYS = (
    "\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
)
_JOINERS = "\u200c\u200d"  # of use between letters of some scripts and in emoji, never between ASCII characters


@dataclass(frozen=True)
class Hidden:
    """One such character: line and column counted from 1, and its name."""

    line: int
    column: int
    name: str


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile(f"[{_ALWAYS}]|(?:(?<=[\\x00-\\x7f])|^)[{_JOINERS}]|[{_JOINERS}](?=[\\x00-\\x7f]|$)", re.MULTILINE)


def hidden_characters(text: str) -> tuple[Hidden, ...]:
    """Return every invisible character of a text; a byte order mark at its very beginning is none."""
    return tuple(
        Hidden(number, match.start() + 1, _name(match.group()))
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1)
        for match in _pattern().finditer(line.removesuffix("\r"))
    )


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'CONTROL CHARACTER')}"
