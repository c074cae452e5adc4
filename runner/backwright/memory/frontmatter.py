"""Frontmatter of records and facts, read whatever state it is in: strictly where that works, line by line where not.

The result is plain: texts (None for nothing), lists of texts, and mappings of those. Types are not guessed, so that
the id ``0010`` stays ``0010``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from backwright.errors import BadInput, Place
from backwright.finding import Finding, Severity

Value = str | None | tuple["Value", ...] | Mapping[str, "Value"]


@dataclass(frozen=True)
class Split:
    """A Markdown file in its parts; ``first_line`` is the file's line (from 1) on which ``yaml`` begins."""

    yaml: str | None
    body: str
    first_line: int
    flaw: str | None = None


def unified(text: str) -> str:
    r"""Return the text without byte order mark, with ``\n`` line ends where its first line ends otherwise."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n") if text.partition("\n")[0].endswith("\r") else text


def split_frontmatter(text: str, keys: Collection[str]) -> Split:
    """Return frontmatter and body; fences that are missing, late or misspelt are said in ``flaw``.

    ``keys`` are the keys that frontmatter of this kind may have: they tell it from text where a fence is missing.
    """
    lines = text.split("\n")
    known = re.compile(rf"(?:{'|'.join(map(re.escape, keys))})\s*:", re.IGNORECASE)
    content = next((n for n, line in enumerate(lines) if line.strip()), None)
    if content is None:
        return Split(None, "", 1)
    opening = next((n for n, line in enumerate(lines[:40]) if _is_fence(line)), None)
    if opening is None or not any(known.match(line) for line in lines[opening + 1 : opening + 4]):
        return _unopened(lines, content, known)
    closing = next((n for n in range(opening + 1, len(lines)) if _is_fence(lines[n])), None)
    flaw = "a blank line comes first" if opening else None
    if opening > content:
        flaw = "there is text before the frontmatter"
    if closing is None:
        closing = _end_of_keys(lines, opening + 1)
        return Split(_joined(lines, opening + 1, closing), _joined(lines, closing), opening + 2, "no closing ---")
    return Split(_joined(lines, opening + 1, closing), _joined(lines, closing + 1), opening + 2, flaw)


def _is_fence(line: str) -> bool:
    return re.fullmatch(r"-{3,}\s*", line) is not None


def _joined(lines: list[str], start: int, end: int | None = None) -> str:
    return "\n".join(lines[start:end])


def _unopened(lines: list[str], content: int, known: re.Pattern[str]) -> Split:
    if not known.match(lines[content]):
        return Split(None, "\n".join(lines), 1)
    end = _end_of_keys(lines, content)
    body = end + 1 if end < len(lines) and _is_fence(lines[end]) else end
    return Split(_joined(lines, content, end), _joined(lines, body), content + 1, "no opening ---")


def _end_of_keys(lines: list[str], start: int) -> int:
    """Return the first line that is neither a key, a list item, indented nor blank."""
    inside = re.compile(r"[\w-]+\s*:|\s+\S|\s*-\s|\s*$")
    return next((n for n in range(start, len(lines)) if not inside.match(lines[n]) or _is_fence(lines[n])), len(lines))


def read_mapping(
    text: str, keys: Collection[str], *, path: str, first_line: int, code: str
) -> tuple[dict[str, Value], tuple[Finding, ...]]:
    """Return the keys and values of YAML, and what was wrong with it under this finding code."""
    from backwright.spec import node

    try:
        root = node.parse(text, path)
    except BadInput as error:
        line = error.place.line if error.place and error.place.line else 1
        place = Place(path, first_line + line - 1)
        finding = Finding(code, Severity.WARNING, place, f"{error.message}; read line by line", "quote the value")
        return _by_line(text, keys), (finding,)
    if not isinstance(root, node.Mapping):
        finding = Finding(code, Severity.WARNING, Place(path, first_line), "the frontmatter is no list of keys")
        return _by_line(text, keys), (finding,) if text.strip() else ()
    value = _plain(root)
    return (dict(value) if isinstance(value, Mapping) else {}), ()


def _plain(part: object) -> Value:
    from backwright.spec import node

    if isinstance(part, node.Mapping):
        return {entry.key.text: _plain(entry.value) for entry in part.entries}
    if isinstance(part, node.Sequence):
        return tuple(_plain(item) for item in part.items)
    assert isinstance(part, node.Scalar)  # noqa: S101 - a node is one of the three
    return None if part.is_null else part.text


def _by_line(text: str, keys: Collection[str]) -> dict[str, Value]:
    """Read ``key: value`` at column 0, below it list items and one level of keys; the first of two keys is kept."""
    found: dict[str, Value] = {}
    lower = {key.lower() for key in keys}
    key = ""
    for line in text.split("\n"):
        match = re.match(r"\t*([A-Za-z_][\w-]*)\s*:(?:\s+(.*)|\s*$)", line)
        if match and match[1].lower() in lower:
            key = match[1].lower() if match[1].lower() not in found else ""
            if key:
                found[key] = _scalar(match[2] or "")
        elif key and line.strip() and not line.lstrip().startswith("#"):
            found[key] = _continued(found[key], line)
    return found


def _continued(value: Value, line: str) -> Value:
    item = re.match(r"\s*-\s+(.*)", line)
    if item and (value is None or isinstance(value, tuple)):
        return (*(value or ()), _scalar(item[1]))
    nested = re.match(r"\s+([A-Za-z_][\w-]*)\s*:\s*(.*)", line)
    if nested and (value is None or isinstance(value, Mapping)):
        return {**(value or {}), nested[1]: _scalar(nested[2])}
    if isinstance(value, str):
        return f"{value}\n{line.strip()}" if value in ("|", ">", "|-", ">-") else f"{value} {line.strip()}"
    return value


def _scalar(text: str) -> Value:
    text = text.strip()
    if text in ("", "null", "~"):
        return None
    if text[0] == "[" and text.endswith("]"):
        inner = (_scalar(part) for part in text[1:-1].split(","))
        return tuple(part for part in inner if part is not None)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
