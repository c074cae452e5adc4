"""Frontmatter that is not YAML, read value by value.

A new value starts only at a known key in column 0; then each value is tried as YAML by itself, and what is none is
taken as the text it is.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field

from backwright.agents.flaw import Code, Flaw
from backwright.agents.node import Map, Node, Scalar
from backwright.agents.strict import NotYaml, read_mapping
from backwright.agents.values import Keys

_UNKNOWN = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*:(?=\s|$)")
_BLOCK = re.compile(r"[|>][-+0-9]*\Z")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "", '"': '"', "\\": "\\", "/": "/"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Segment:
    """One key and the lines of its value; ``line`` is counted from 1 in the frontmatter."""

    key: str
    line: int
    first: str
    rest: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The segment as it could stand in YAML: tabs that indent as spaces."""
        lines = (f"{self.key}: {self.first.strip()}", *(_untabbed(line) for line in self.rest))
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Recovered:
    """What could be read, with what was wrong."""

    map: Map
    flaws: tuple[Flaw, ...]


def recover(text: str, keys: Keys, problem: NotYaml) -> Recovered:
    """Return every value the text holds, and why it was not YAML."""
    segments, stray = segments_of(text, keys)
    flaws = [Flaw(Code.STRAY_LINE, number, f"this line belongs to no key: {_short(line)}") for number, line in stray]
    pairs: list[tuple[Scalar, Node]] = []
    for segment in segments:
        node, flaw = _value(segment, keys)
        pairs.append((Scalar(segment.key, segment.line), node))
        if flaw is not None:
            flaws.append(flaw)
    if not flaws:
        message = f"the frontmatter is not YAML ({problem.problem}); it was read value by value"
        flaws.append(Flaw(problem.code, problem.line, message, "indent the values alike, with spaces"))
    return Recovered(Map(tuple(pairs), 1), tuple(flaws))


def raw_text(text: str, key: str, keys: Keys) -> str | None:
    """Return what is written as the value of a key, last one first, whatever YAML makes of it."""
    segments, _ = segments_of(text, keys)
    return next((_as_text(segment, keys) for segment in reversed(segments) if segment.key == key), None)


@dataclass
class _Draft:
    key: str
    line: int
    first: str
    rest: list[str] = field(default_factory=list)

    def finished(self) -> Segment:
        while self.rest and not self.rest[-1].strip():
            self.rest.pop()
        return Segment(self.key, self.line, self.first, tuple(self.rest))


def segments_of(text: str, keys: Keys) -> tuple[tuple[Segment, ...], tuple[tuple[int, str], ...]]:
    """Return the values by key, and the lines before the first key, each with its number."""
    start = keys.at_value_start
    drafts: list[_Draft] = []
    stray: list[tuple[int, str]] = []
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        found = _starts(line, start, drafts[-1] if drafts else None, seen, keys)
        if found is not None:
            seen.add(found.group(1))
            drafts.append(_Draft(found.group(1), number, line[found.end() :]))
        elif drafts:
            drafts[-1].rest.append(line)
        elif line.strip() and not line.lstrip().startswith("#"):
            stray.append((number, line))
    return tuple(draft.finished() for draft in drafts), tuple(stray)


def _starts(
    line: str, start: re.Pattern[str], current: _Draft | None, seen: set[str], keys: Keys
) -> re.Match[str] | None:
    """Return the key a line starts, if it starts a value.

    Prose goes on over a key that was there already; any other value ends at whatever looks like a key, and a value
    on the key's own line also at a known key that is indented by mistake.
    """
    found = start.match(line)
    in_text = current is not None and current.key in keys.text
    if found:
        return None if in_text and found.group(1) in seen else found
    if in_text:
        return None
    if line[:1] in (" ", "\t") and current is not None and current.first.strip():
        indent = len(line) - len(line.lstrip())
        inner = start.match(line, indent)
        return inner if inner and inner.group(1) not in seen else None
    return _UNKNOWN.match(line)


def _value(segment: Segment, keys: Keys) -> tuple[Node, Flaw | None]:
    try:
        found = read_mapping(segment.text)
    except NotYaml as error:
        line = segment.line + error.line - 1
        problem = error
    else:
        if len(found.pairs) == 1:
            flaw = _tab_flaw(segment)
            return _moved(found.pairs[0][1], segment.line - 1), flaw
        problem, line = NotYaml("it goes on at column 0", 1), segment.line
    code, message = _reason(segment, problem)
    flaw = Flaw(code, segment.line if code is Code.COLON else line, f"`{segment.key}`: {message}", _FIXES.get(code))
    return Scalar(_as_text(segment, keys), segment.line), flaw


_FIXES = {
    Code.COLON: "put the value in double quotes",
    Code.COLON_LATER: "write `|` after the key and indent the text",
    Code.COLUMN_0: "write `|` after the key and indent the text",
    Code.ALIAS: "put the value in double quotes, or leave the key out",
    Code.TAG: "put the value in double quotes",
    Code.TEMPLATE: "put in the value the template stands for",
    Code.NOT_YAML: "write `|` after the key and indent the text",
}


def _reason(segment: Segment, problem: NotYaml) -> tuple[Code, str]:
    if problem.code in (Code.ALIAS, Code.TAG, Code.NESTING, Code.LARGE_FRONTMATTER):
        return problem.code, f"{problem.problem}; it was read as text"
    first = segment.first.strip()
    rest = [line for line in segment.rest if line.strip()]
    plain = first[:1] not in ("'", '"')
    causes = (
        (first[:1] in ("*", "&"), Code.ALIAS, f"`{first[:1]}` starts an alias or anchor in YAML; it was read as text"),
        (first[:1] == "{", Code.TEMPLATE, "a value in braces that is no mapping; it was read as text"),
        (
            any(line[:1] not in " \t" for line in rest),
            Code.COLUMN_0,
            "the value goes on at column 0, which was taken as its text",
        ),
        (plain and _has_colon(first), Code.COLON, "a plain value holds `: `; it was read as text"),
        (any(map(_has_colon, rest)), Code.COLON_LATER, "a value of several lines holds `: `; it was read as text"),
    )
    otherwise = (Code.NOT_YAML, f"not YAML ({problem.problem}); it was read as text")
    return next(((code, message) for holds, code, message in causes if holds), otherwise)


def _has_colon(line: str) -> bool:
    return ": " in line or line.rstrip().endswith(":") or ":\t" in line


def _tab_flaw(segment: Segment) -> Flaw | None:
    for offset, line in enumerate(segment.rest, 1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return Flaw(Code.TAB, segment.line + offset, "a tab indents this line", "indent with spaces")
    return None


def _as_text(segment: Segment, keys: Keys) -> str:
    first = segment.first.strip()
    rest = [line.rstrip() for line in segment.rest]
    if _BLOCK.match(first):
        return textwrap.dedent("\n".join(_untabbed(line) for line in rest)).strip("\n")
    lines = [first, *(line.strip() if segment.key not in keys.text else line for line in rest)]
    return _unquoted("\n".join(lines).strip())


def _unquoted(text: str) -> str:
    quote = text[:1]
    if quote not in ("'", '"') or len(text) == 1:
        return text
    inner = text[1:-1] if text.endswith(quote) else text[1:]
    if quote == "'":
        return inner.replace("''", "'")
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match.group(1), match.group(0)), inner)


def _untabbed(line: str) -> str:
    indent = len(line) - len(line.lstrip(" \t"))
    return line[:indent].replace("\t", "  ") + line[indent:]


def _moved(node: Node, lines: int) -> Node:
    """Return the value with its lines counted in the frontmatter rather than in its segment."""
    if isinstance(node, Scalar):
        return Scalar(node.text, node.line + lines, node.plain)
    if isinstance(node, Map):
        return Map(
            tuple((Scalar(k.text, k.line + lines, k.plain), _moved(v, lines)) for k, v in node.pairs), node.line + lines
        )
    return type(node)(tuple(_moved(item, lines) for item in node.items), node.line + lines)


def _short(line: str) -> str:
    text = line.strip()
    return repr(text if len(text) <= 60 else f"{text[:57]}...")  # noqa: PLR2004
