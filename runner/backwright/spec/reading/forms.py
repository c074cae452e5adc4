"""Sentences of a fixed form, written as patterns over words: ``deleting {a}{x} deletes {a}{y}``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from backwright.spec.reading.tokens import Cursor, Token

_HOLES = {
    "{a}": r"(?:(?:a|an|the|some|my|our|its|their|his|her|new|every|each|all|any|this|these|of|one|single) )*",
    "{end}": r"(?= [,;:()]| -| and\b| but\b| so\b| then\b| while\b|$)",
}
_NOUN = r"[\w-]+(?: [\w-]+){0,2}?"


@dataclass(frozen=True)
class Found:
    """A form that was found: its parts by name."""

    match: re.Match[str]
    tokens: tuple[Token, ...]
    starts: tuple[int, ...]

    def part(self, name: str) -> tuple[Token, ...]:
        """Return the tokens of a part; empty where it is not there."""
        low, high = self.match.span(name)
        return tuple(token for token, start in zip(self.tokens, self.starts, strict=True) if low <= start < high)

    def noun(self, name: str) -> tuple[str, ...]:
        """Return the words of a part as they were written."""
        return tuple(token.value for token in self.part(name))

    def text(self, name: str) -> str:
        """Return a part in lower case; empty where it is not there."""
        return self.match[name] or ""


@cache
def form(pattern: str) -> re.Pattern[str]:
    """Return the pattern of a form; ``{x}`` and the like stand for one to three words, ``{a}`` for articles."""
    for hole, by in _HOLES.items():
        pattern = pattern.replace(hole, by)
    pattern = re.sub(r"\{([a-z]+)\}", lambda hole: f"(?P<{hole[1]}>{_NOUN})", pattern)
    return re.compile(rf"(?:{pattern})(?= |$)")


def found(cursor: Cursor, *patterns: str) -> Found | None:
    """Take the first of these forms that stands at the cursor."""
    line, starts = _line(cursor.tokens)
    at = starts[cursor.position] if cursor.position < len(starts) else len(line)
    for pattern in patterns:
        match = form(pattern).match(line, at)
        if match is not None and match.end() > at:
            cursor.position = next((i for i, start in enumerate(starts) if start >= match.end()), len(starts))
            return Found(match, cursor.tokens, starts)
    return None


@cache
def _line(tokens: tuple[Token, ...]) -> tuple[str, tuple[int, ...]]:
    parts = [
        token.lower.replace(" ", "_") if token.kind != "quoted" else token.value.lower().replace(" ", "_")
        for token in tokens
    ]
    starts = []
    at = 0
    for part in parts:
        starts.append(at)
        at += len(part) + 1
    return " ".join(parts), tuple(starts)
