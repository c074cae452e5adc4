"""Plain values as YAML that people like to read: block style, short lists in one line, quotes only where needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

_WIDTH = 100
_NOT_TEXT = re.compile(
    r"(?i)~|null|true|false|yes|no|on|off|y|n|[-+]?[\d_.,:]+(e[-+]?\d+)?|0[xob][\da-f_]+|[-+]?\.(inf|nan)"
    r"|\d{4}-\d\d?-\d\d?.*|<<|="
)
_PLAIN = re.compile(r"(?:[\w/.(^$+\\]|->|-(?=[\w]))(?:[^\n\t:#]|:(?=[^\s,\[\]{}])|(?<=[^\s])#)*", re.ASCII)
_ASCII_AND_LETTERS = re.compile(r"[ -~\u00a1-\u2027\u202f-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]*")
_FLOW_MARKS = frozenset(",[]{}")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: object, *, flow: bool = False) -> str:
    """Return a single value as YAML; ``flow``: inside of brackets, where commas need quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (int, float)):
        return repr(value)
    return _text(str(value), flow=flow)


def _text(text: str, *, flow: bool) -> str:
    usable = (
        _PLAIN.fullmatch(text)
        and _ASCII_AND_LETTERS.fullmatch(text)
        and text == text.strip()
        and not text.endswith(":")
        and not _NOT_TEXT.fullmatch(text)
        and text not in ("---", "...")
        and not (flow and _FLOW_MARKS & set(text))
    )
    return text if usable else '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _ASCII_AND_LETTERS.fullmatch(character):
        return character
    return f"\\U{ord(character):08x}"


def is_block(value: Any) -> bool:  # noqa: ANN401 - any plain value
    """Whether a value takes lines of its own below its key."""
    if isinstance(value, Mapping):
        return bool(value)
    return isinstance(value, Sequence) and not isinstance(value, str) and _in_one_line(value) is None


def inline(value: Any) -> str:  # noqa: ANN401 - any plain value
    """Return a value that stands in its key's line."""
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _in_one_line(value) or "[]"
    return scalar(value)


def _in_one_line(items: Sequence[Any]) -> str | None:
    if any(isinstance(item, Mapping) for item in items):
        return None
    words = [
        scalar(item, flow=True) if isinstance(item, str) or not isinstance(item, Sequence) else _in_one_line(item)
        for item in items
    ]
    text = f"[{', '.join(word for word in words if word is not None)}]"
    return text if None not in words and len(text) <= _WIDTH else None


def entry(key: str, value: Any, indent: int = 0) -> list[str]:  # noqa: ANN401 - any plain value
    """Return the lines of one key with its value."""
    head = f"{' ' * indent}{scalar(key)}:"
    if not is_block(value):
        return [f"{head} {inline(value)}"]
    return [head, *block(value, indent + 2)]


def block(value: Any, indent: int = 0) -> list[str]:  # noqa: ANN401 - any plain value
    """Return the lines of a mapping or a long list."""
    if isinstance(value, Mapping):
        return [line for key, inner in value.items() for line in entry(str(key), inner, indent)]
    lines: list[str] = []
    for item in value:
        inner = block(item, indent + 2) if is_block(item) else [" " * (indent + 2) + inline(item)]
        lines.append(" " * indent + "- " + inner[0][indent + 2 :])
        lines += inner[1:]
    return lines


def document(value: Mapping[str, Any]) -> str:
    """Return a whole file; a blank line stands before each key that has lines of its own."""
    lines: list[str] = []
    for key, inner in value.items():
        if lines and is_block(inner):
            lines.append("")
        lines += entry(key, inner)
    return "\n".join(lines) + "\n"
