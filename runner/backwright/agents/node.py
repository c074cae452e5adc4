"""Values of frontmatter as they are written: text, not yet numbers or dates, each with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\Z")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value; ``plain`` says that it was written without quotes, so that it may be a number, a bool or nothing."""

    text: str
    line: int
    plain: bool = False

    @property
    def is_null(self) -> bool:
        """Whether nothing is written there."""
        return self.plain and self.text in _NULL


@dataclass(frozen=True, slots=True)
class Seq:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping, in order; a key may come twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int


Node = Scalar | Seq | Map
Json = str | int | float | bool | None | Sequence["Json"] | dict[str, "Json"]


def plain_value(node: Node) -> Json:
    """Return the value as JSON has it, by the core schema of YAML 1.2 (``on`` and ``yes`` are text)."""
    if isinstance(node, Seq):
        return [plain_value(item) for item in node.items]
    if isinstance(node, Map):
        return {key.text: plain_value(value) for key, value in node.pairs}
    return _scalar_value(node.text) if node.plain else node.text


def _scalar_value(text: str) -> str | int | float | bool | None:
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text
