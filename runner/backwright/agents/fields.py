"""From written values to typed ones: what is not quite right is read as what it can only mean, and said."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from backwright.agents.document import CONTROL, Document
from backwright.agents.flaw import Code, Flaw
from backwright.agents.node import Json, Map, Node, Scalar, Seq, plain_value
from backwright.agents.recovery import raw_text
from backwright.agents.values import Keys

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_PART = re.compile(r"[(),]|[^(),]+")
# How many unknown keys are told what they may have meant.
_HINTS = 20
_BULLET = re.compile(r"^\s*[-*]\s+", re.MULTILINE)


@dataclass(frozen=True)
class KeyCodes:
    """Which codes one kind of definition uses for its keys."""

    unknown: Code
    meant: Code
    twice: Code
    wrong_type: Code


@dataclass
class Fields:
    """The values of one document by key, and what was wrong with them so far."""

    document: Document
    keys: Keys
    codes: KeyCodes
    by_key: dict[str, Node] = field(default_factory=dict)
    written_as: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Json] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    def line(self, node: Node) -> int:
        """Return the line of a value in the file."""
        return node.line + self.document.first_line - 1

    def say(self, code: Code, node: Node, message: str, fix: str | None = None) -> None:
        """Note a flaw at a value."""
        self.flaws.append(Flaw(code, self.line(node), message, fix))

    def text(self, key: str) -> str | None:
        """Return a value as the text it is; None: not there, or nothing written."""
        node = self.by_key.get(key)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return None
        if isinstance(node, Scalar):
            return self._printable(key, node).strip()
        raw = raw_text(self.document.front, self.written_as[key], self.keys)
        self.say(self.codes.wrong_type, node, f"`{key}` holds a {_kind(node)}; it was read as text", "write text")
        return raw.strip() if raw else None

    def _printable(self, key: str, node: Scalar) -> str:
        control = CONTROL.search(node.text)
        if control is None:
            return node.text
        message = f"`{key}` holds the control character U+{ord(control.group()):04X}; it was left out"
        self.say(Code.CONTROL_CHARACTER, node, message, "take it out")
        return CONTROL.sub("", node.text)

    def names(self, key: str) -> tuple[str, ...] | None:
        """Return a list, whether written as one, as text with commas or as a map of bools; None: not there."""
        node = self.by_key.get(key)
        if node is None:
            return None
        if isinstance(node, Scalar):
            return () if node.is_null else split_names(self._printable(key, node))
        if isinstance(node, Map):
            return self._switched_on(key, node)
        found: list[str] = []
        for item in node.items:
            if isinstance(item, Scalar):
                found.extend(() if item.is_null else split_names(self._printable(key, item)))
            else:
                self.say(self.codes.wrong_type, item, f"`{key}` holds a {_kind(item)} in its list; it was left out")
        return tuple(dict.fromkeys(found))

    def _switched_on(self, key: str, node: Map) -> tuple[str, ...]:
        if all(isinstance(value, Scalar) and value.text.lower() in _TRUE | _FALSE for _, value in node.pairs):
            self.say(
                self.codes.wrong_type, node, f"`{key}` is a mapping; those that are true were taken", "write a list"
            )
            return tuple(k.text for k, value in node.pairs if isinstance(value, Scalar) and value.text.lower() in _TRUE)
        raw = raw_text(self.document.front, self.written_as[key], self.keys)
        self.say(self.codes.wrong_type, node, f"`{key}` is a mapping; it was read as text", "write a list")
        return split_names(raw or "")

    def flag(self, key: str) -> bool:
        """Return a bool; not there is False."""
        word = (self.text(key) or "false").lower()
        if word not in _TRUE | _FALSE:
            self.say(Code.BAD_VALUE, self.by_key[key], f"`{key}: {word}` is neither true nor false; false was taken")
        elif word not in ("true", "false"):
            self.say(Code.BAD_VALUE, self.by_key[key], f"`{key}: {word}` was read as {str(word in _TRUE).lower()}")
        return word in _TRUE

    def number(self, key: str) -> int | None:
        """Return a whole number from 1; None: not there, or no such number."""
        word = self.text(key)
        if word is None:
            return None
        if word.isascii() and word.isdigit() and int(word[:18]) > 0:
            return int(word[:18])
        self.say(Code.BAD_VALUE, self.by_key[key], f"`{key}: {word[:40]}` is no whole number from 1; it was left out")
        return None

    def choice(self, key: str, allowed: Sequence[str], otherwise: str | None = None) -> str | None:
        """Return one of the allowed words, whatever its capitals; None: not there, or another word."""
        word = self.text(key)
        if word is None or word in allowed:
            return word
        right = next((value for value in allowed if value.lower() == word.lower()), None)
        if right is not None:
            self.say(Code.WRONG_CASE, self.by_key[key], f"`{key}: {word}` was read as `{right}`", f"write `{right}`")
            return right
        near = nearest(word, allowed)
        hint = f"; did you mean `{near}`?" if near else f"; it is one of {', '.join(allowed)}"
        taken = f"`{otherwise}` was taken" if otherwise else "it was left out"
        self.say(Code.BAD_VALUE, self.by_key[key], f"`{key}: {word[:40]}` is not known, {taken}{hint}")
        return None


def fields_of(document: Document, keys: Keys, codes: KeyCodes) -> Fields:
    """Return the values by the keys they mean: misspelt ones are honoured where they can mean only one thing."""
    result = Fields(document, keys, codes)
    if document.fields is None:
        return result
    written = {key.text for key, _ in document.fields.pairs}
    for key, value in document.fields.pairs:
        meant = keys.meaning(key.text)
        if meant is None or (meant != key.text and meant in written):
            result.extra[key.text] = plain_value(value)
            _say_unknown(result, key, meant)
            continue
        if meant != key.text:
            result.say(codes.meant, key, f"unknown key `{key.text}` was read as `{meant}`", f"write `{meant}`")
        if meant in result.by_key:
            result.say(codes.twice, key, f"`{meant}` is there twice; the last one was taken", "take one out")
        result.by_key[meant] = value
        result.written_as[meant] = key.text
    return result


def split_names(text: str) -> tuple[str, ...]:
    """Return the names in a text: ``a, b``, ``[a, b]`` or lines with ``- a``."""
    text = text.strip()
    if text.startswith("["):
        text = text.removeprefix("[").removesuffix("]")
    parts = _parted(_BULLET.sub(",", text) if _BULLET.search(text) else text.replace("\n", ","))
    names = (part.strip().strip("\"'").strip() for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))


def _parted(text: str) -> list[str]:
    """Split at commas, but not at those in the brackets of ``Bash(a, b)``."""
    if "(" not in text:
        return text.split(",")
    parts: list[list[str]] = [[]]
    depth = 0
    for piece in _PART.findall(text):
        depth = max(0, depth + (piece == "(") - (piece == ")"))
        if piece == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(piece)
    return ["".join(part) for part in parts]


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Return the known word that was probably meant."""
    lower = {value.lower(): value for value in known}
    close = difflib.get_close_matches(word.lower()[:80], list(lower), n=1, cutoff=0.7)
    return lower[close[0]] if close else None


def _say_unknown(result: Fields, key: Scalar, meant: str | None) -> None:
    near = meant or (nearest(key.text, result.keys.known) if len(result.extra) <= _HINTS else None)
    hint = f"; did you mean `{near}`?" if near else ""
    result.say(
        result.codes.unknown, key, f"unknown key `{key.text[:60]}` has no effect{hint}", near and f"write `{near}`"
    )


def _kind(node: Node) -> str:
    return "list" if isinstance(node, Seq) else "mapping"
