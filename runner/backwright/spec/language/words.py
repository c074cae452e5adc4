"""Lists of words by what they are for; the data are in ``words.yaml``, to be edited there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backwright.spec.node import Mapping as MappingNode
from backwright.spec.node import Scalar, parse
from backwright.spec.values import mapping, text

_LONGEST = 7
_FILE = Path(__file__).with_name("words.yaml")


@dataclass(frozen=True)
class Words:
    """The data as read: lists by their key, what is foreign by its name, stop words by language."""

    lists: Mapping[str, frozenset[str]]
    foreign: Mapping[str, frozenset[str]]
    languages: Mapping[str, frozenset[str]]


@cache
def all_words() -> Words:
    """Return the words that come with the program."""
    root = mapping(parse(_FILE.read_text(encoding="utf-8"), str(_FILE)), "the words")
    plain = {entry.key.text: text(entry.value) for entry in root.entries if isinstance(entry.value, Scalar)}
    nested = {entry.key.text: _lines(entry.value) for entry in root.entries if isinstance(entry.value, MappingNode)}
    return Words(
        {key: frozenset(_parted(line)) for key, line in plain.items()},
        {key: frozenset(_parted(line)) for key, line in nested["foreign"].items()},
        {key: frozenset(line.split()) for key, line in nested["languages"].items()},
    )


def words(key: str) -> frozenset[str]:
    """Return one list."""
    return all_words().lists[key]


def _lines(node: MappingNode) -> dict[str, str]:
    return {entry.key.text: text(entry.value) for entry in node.entries}


def _parted(line: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in line.split(",") if phrase.strip()]


def phrase_at(keys: Sequence[str], at: int, phrases: frozenset[str]) -> int:
    """Return how many words the longest of these phrases takes at a place; 0 where none stands there."""
    for length in range(min(_LONGEST, len(keys) - at), 0, -1):
        if " ".join(keys[at : at + length]).replace(" . ", ".") in phrases:
            return length
    return 0
