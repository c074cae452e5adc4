"""What people say in requests, by what it means; the data are in ``vocabulary.yaml``, to be edited there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backwright.spec.node import Mapping as MappingNode
from backwright.spec.node import Scalar, parse
from backwright.spec.reading.tokens import Phrases
from backwright.spec.values import mapping, text

_FILE = Path(__file__).with_name("vocabulary.yaml")


@dataclass(frozen=True)
class Vocabulary:
    """The data as read: phrases by their key, what is foreign by its name, stop words by language."""

    phrases: Mapping[str, Phrases]
    words: Mapping[str, frozenset[str]]
    foreign: Mapping[str, Phrases]
    languages: Mapping[str, frozenset[str]]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary that comes with the program."""
    root = mapping(parse(_FILE.read_text(encoding="utf-8"), str(_FILE)), "the vocabulary")
    plain = {e.key.text: _parted(text(e.value)) for e in root.entries if isinstance(e.value, Scalar)}
    languages = dict(_language(part) for part in ",".join(plain.pop("languages")).split("|"))
    foreign = root.get("foreign")
    entries = foreign.entries if isinstance(foreign, MappingNode) else ()
    return Vocabulary(
        {key: Phrases(phrases) for key, phrases in plain.items()},
        {key: frozenset(phrase for phrase in phrases if " " not in phrase) for key, phrases in plain.items()},
        {entry.key.text: Phrases(_parted(text(entry.value))) for entry in entries},
        languages,
    )


def phrases(key: str) -> Phrases:
    """Return the phrases of one meaning."""
    return vocabulary().phrases[key]


def words(key: str) -> frozenset[str]:
    """Return the phrases of one meaning that are a single word."""
    return vocabulary().words[key]


def _parted(line: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in line.split(",") if phrase.strip()]


def _language(line: str) -> tuple[str, frozenset[str]]:
    code, _, stop_words = line.partition(":")
    return code.strip(), frozenset(stop_words.split())
