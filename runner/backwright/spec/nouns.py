"""What words look like: plurals, adverbs, and what no name holds."""

from __future__ import annotations

import re

from backwright.naming import singular

MOST_LETTERS = 48
"""The letters a name may have."""
_SHORTEST_PLURAL = 3
_SINGULARS = frozenset(
    {"gps", "sms", "https", "canvas", "gas", "atlas", "alias", "chaos", "lens", "news", "series", "species", "goods"}
    | {"dns", "css", "aws", "pos", "os", "bias"}
)
_NOUNS_WITH_LY = frozenset(
    {"family", "supply", "assembly", "reply", "anomaly", "fly", "jelly", "rally", "ally", "tally", "bully", "belly"}
    | {"monthly", "weekly", "daily", "yearly", "hourly", "quarterly", "only", "elderly", "italy", "july", "lily"}
)


def is_plural(word: str) -> bool:
    """Whether a lower-case word looks like the plural of a noun: ``ingredients``, but not ``address`` or ``status``."""
    ends = word.endswith("s") and not word.endswith(("ss", "us", "is", "ics", "'s")) and word not in _SINGULARS
    return ends and len(word) > _SHORTEST_PLURAL and singular(word) != word


def is_adverb(word: str) -> bool:
    """Whether a word looks like an adverb: ``gently``."""
    lower = word.lower()
    return len(lower) > _SHORTEST_PLURAL + 1 and lower.endswith("ly") and lower not in _NOUNS_WITH_LY


def is_plain(word: str) -> bool:
    """Whether a word, or what stands in quotes, holds only letters, digits, spaces, ``-`` and ``_``."""
    return re.fullmatch(r"[\w\- ]+", word) is not None
