"""Values and texts written as Python source that stays within the line length of generated code."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from decimal import Decimal

WIDTH = 88
CHUNK = 66


def string_source(text: str) -> str:
    """Return a string literal; a long one is split into adjacent literals in parentheses."""
    if len(text) <= CHUNK:
        return _literal(text)
    chunks = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    return "(\n" + "\n".join(_literal(chunk) for chunk in chunks) + "\n)"


def pattern_source(pattern: str) -> str:
    """Return a raw string literal of a regular expression where it can be one, split when long."""
    if any(mark in pattern for mark in ('"', "\n", "\r")) or not pattern.isprintable():
        return string_source(pattern)
    chunks = [pattern[start : start + CHUNK] for start in range(0, len(pattern), CHUNK)] or [""]
    if any(_odd_backslashes(chunk) for chunk in chunks):
        return string_source(pattern)
    raw = [f'r"{chunk}"' if "\\" in chunk else f'"{chunk}"' for chunk in chunks]
    return raw[0] if len(raw) == 1 else "(\n" + "\n".join(raw) + "\n)"


def _odd_backslashes(chunk: str) -> bool:
    return (len(chunk) - len(chunk.rstrip("\\"))) % 2 == 1


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = "".join(c if c.isprintable() else repr(c)[1:-1] for c in escaped)
    return f'"{plain}"'


def value_source(value: object) -> str:
    """Return JSON-like data as Python source: dicts, lists, strings, numbers, booleans, None."""
    if isinstance(value, str):
        return string_source(value)
    if isinstance(value, Mapping):
        pairs = (f"{_literal(str(key))}: {pair_source(str(key), value_source(item))}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_source(item) for item in value) + "]"
    return repr(value)


def pair_source(key: str, value: str) -> str:
    """Return the source of a dict's value, on a line of its own where key and value do not fit on one."""
    return f"(\n{value}\n)" if len(key) + len(value) > CHUNK - 6 and value[0] not in "([{" else value


def decimal_source(value: Decimal) -> str:
    """Return a decimal with the digits it has; a whole one without a point needs no text."""
    text = f"{value:f}"
    return f"Decimal({text})" if "." not in text else f'Decimal("{text}")'


def clauses_source(clauses: Iterable[str]) -> str:
    """Return an SQL statement as the only argument of a call: a clause a line, long ones broken after commas."""
    lines: list[str] = []
    for clause in clauses:
        line = ""
        for part in re.split(r"(?<=, )(?=\S)", clause):
            if line and len(line) + len(part) > CHUNK:
                lines.append(line)
                line = ""
            line += part
        lines.append(f"{line} ")
    lines[-1] = lines[-1].rstrip()
    whole = "".join(lines)
    return _literal(whole) if len(whole) <= CHUNK else "\n".join(map(_literal, lines))


def names_source(names: Iterable[str]) -> str:
    """Return names as a tuple's or call's arguments: ``"a", "b"``."""
    return ", ".join(_literal(name) for name in names)


def docstring(text: str, indent: int = 0) -> str:
    """Return the inside of a docstring: one summary line that ends with a full stop, then the rest, wrapped.

    ``indent`` counts the spaces before the docstring.
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    safe = words.replace("\\", "/").replace('"""', "'''").rstrip('"').strip()
    summary = safe if safe.endswith((".", "!", "?")) else f"{safe}."
    summary = summary[:1].upper() + summary[1:]
    room = WIDTH - indent - 6
    if len(summary) <= room:
        return summary
    first = textwrap.shorten(summary, room - 1, placeholder="…").rstrip(" .…") + "."
    pad = " " * indent
    rest = textwrap.wrap(summary, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return first + "\n\n" + "\n".join(pad + line for line in rest) + "\n" + pad
