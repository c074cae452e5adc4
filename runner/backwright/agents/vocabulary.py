"""Words as dispatch compares them: their stems, and the subjects they belong to, from ``vocabulary.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

_WORD = re.compile(r"[^\W_]*[^\W\d_][^\W_]*")
_ENDINGS = ("ing", "ers", "er", "ies", "ed", "es", "s", "e", "y")
_SHORTEST_STEM = 3


@dataclass(frozen=True)
class Word:
    """One word of a text that says something: as it was written, and its stem."""

    text: str
    stem: str


@dataclass(frozen=True)
class Vocabulary:
    """What is known of words.

    ``common`` are words without any evidence, ``weak`` stems with little, ``making`` those of verbs that say only that
    something is to be made, whatever it is; ``phrases`` leads from several words to the one
    they mean; ``subjects`` from a subject to the stems of its words.
    """

    common: frozenset[str]
    weak: frozenset[str]
    making: frozenset[str]
    phrases: Mapping[str, str]
    subjects: Mapping[str, frozenset[str]]

    @cached_property
    def phrase(self) -> re.Pattern[str]:
        """What matches any of the phrases, with any space or hyphen between their words."""
        longest_first = sorted(self.phrases, key=lambda phrase: (-len(phrase), phrase))
        alternatives = "|".join(phrase.replace(" ", r"[\s-]+") for phrase in longest_first)
        return re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)

    @cached_property
    def subjects_of(self) -> Mapping[str, tuple[str, ...]]:
        """The subjects of each stem."""
        found: dict[str, tuple[str, ...]] = {}
        for subject, stems in self.subjects.items():
            for one in stems:
                found[one] = (*found.get(one, ()), subject)
        return found


@cache
def vocabulary() -> Vocabulary:
    """Return the lists."""
    import tomllib

    data = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
    return Vocabulary(
        common=frozenset(data["common"].split()),
        weak=frozenset(map(stem, data["weak"].split())),
        making=frozenset(map(stem, data["making"].split())),
        phrases=data["phrases"],
        subjects={name: frozenset(map(stem, words.split())) for name, words in data["subjects"].items()},
    )


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text that say something, in their order; a phrase is one word."""
    known = vocabulary()
    found: list[Word] = []
    at = 0
    for match in known.phrase.finditer(text):
        found.extend(_single(text[at : match.start()]))
        meant = known.phrases[" ".join(re.split(r"[\s-]+", match.group().lower()))]
        found.append(Word(match.group(), stem(meant)))
        at = match.end()
    found.extend(_single(text[at:]))
    return tuple(found)


def _single(text: str) -> list[Word]:
    common = vocabulary().common
    texts = [word for word in _WORD.findall(text) if len(word) > 1 and word.lower() not in common]
    return [Word(text, stem(text.lower())) for text in texts]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return a word without the endings that English gives it: ``adding`` and ``added`` are ``add``."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return stem(word.removesuffix(ending))
    return word
