"""Where the frontmatter of a Markdown file begins and ends, however its fences are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from backwright.agents.flaw import Code, Flaw
from backwright.agents.values import Keys

BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\n|\r|\Z)")
_FENCE = re.compile(rb"-{3,}[ \t]*\Z")
_CLOSING = re.compile(rb"\n(-{3,}[ \t]*)\n")
_CODE = re.compile(rb"(?:`{3,}|~{3,})[ \t]*[\w-]*[ \t]*\Z")
_ANY_KEY = re.compile(rb"[A-Za-z_][\w.-]*[ \t]*:(?:\s|\Z)")
# How text after a blank line shows that it still belongs to a description, or that it is the prompt.
_GOES_ON = re.compile(rb"[ \t]|<|- |\* |examples?\b|context:|user:|assistant:", re.IGNORECASE)
_PROMPT = re.compile(rb"#{1,6} |\*\*|you(?:'re| are)\b|your\b", re.IGNORECASE)
# Lines of text that may come before the frontmatter, alone or with a code fence around the whole definition; more is a
# document that shows one. And how many lines are looked at where the fences are not in order.
_PREFACE = 20
_REMARK = 3
_LOOKED_AT = 200_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number (from 1), where it starts and the next one starts, in bytes, and its text without end."""

    number: int
    start: int
    next: int
    text: bytes

    @property
    def blank(self) -> bool:
        """Whether there is nothing but space."""
        return not self.text.strip()


@dataclass(frozen=True)
class Split:
    """The frontmatter's lines and where the body starts, in bytes; no lines: there is no frontmatter."""

    front: tuple[Line, ...]
    body_at: int
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True)
class _Opening:
    """Where the frontmatter starts; ``code`` means that a code fence, not ``---``, holds it."""

    at: int
    flaws: tuple[Flaw, ...]
    code: bool = False


def split(data: bytes, keys: Keys) -> Split:
    """Return the parts of a file; ``data[body_at:]`` is the body, byte for byte."""
    key = keys.at_line_start
    quick = _usual(data, key)
    if quick is not None:
        return quick
    lines = tuple(islice(_lines(data), _LOOKED_AT))
    opening = _opening(lines, key)
    if opening is None:
        return Split((), len(BOM) if data.startswith(BOM) else 0)
    end, flaws = _closing(lines, opening, keys, key)
    front = lines[opening.at : end]
    closed = end < len(lines) and _is_fence(lines[end], code=opening.code)
    body_at = lines[end].next if closed else (lines[end].start if end < len(lines) else len(data))
    return Split(front, body_at, (*opening.flaws, *flaws))


def without_closing(found: Split, keys: Keys) -> Split | None:
    """Return another reading of frontmatter that is no YAML: the closing fence is missing and a later rule was taken.

    None where the text before the fence cannot be told from the values.
    """
    key = keys.at_line_start
    end = _end_of_values(found.front, keys, key)
    rest = found.front[end:]
    first = next((line for line in rest if not line.blank), None)
    if first is None or not end or any(key.match(line.text) for line in rest) or not _PROMPT.match(first.text):
        return None
    flaws = tuple(flaw for flaw in found.flaws if flaw.code is not Code.ODD_FENCE)
    return Split(found.front[:end], rest[0].start, (*flaws, Flaw(Code.NO_CLOSING, first.number, *_NO_CLOSING)))


_NO_CLOSING = ("the frontmatter has no closing fence; it was taken to end here", "put a line `---` before this one")


def _usual(data: bytes, key: re.Pattern[bytes]) -> Split | None:
    """Return the parts of a file as it should be, which most are, without looking at its body."""
    if not data.startswith(b"---\n"):
        return None
    closing = _CLOSING.search(data, 3)
    if closing is None or closing.group(1) != b"---" or data.find(b"\r", 0, closing.start()) >= 0:
        return None
    if data.count(b"\n", 0, closing.start()) > _LOOKED_AT:
        return None
    front = tuple(_lines(data[: closing.start()]))[1:]
    return Split(front, closing.end()) if any(key.match(line.text) for line in front) else None


def _lines(data: bytes) -> Iterator[Line]:
    at = len(BOM) if data.startswith(BOM) else 0
    number = 1
    while at < len(data):
        match = _LINE.match(data, at)
        if match is None:
            return
        yield Line(number, at, match.end(), match.group(1))
        at, number = match.end(), number + 1


def _is_fence(line: Line, *, code: bool = False) -> bool:
    return bool(_CODE.match(line.text) if code else _FENCE.match(line.text))


def _opening(lines: tuple[Line, ...], key: re.Pattern[bytes]) -> _Opening | None:
    at = next((index for index, line in enumerate(lines) if not line.blank), None)
    if at is None:
        return None
    flaws: list[Flaw] = []
    if at:
        flaws.append(Flaw(Code.LEADING_BLANK, 1, "blank lines before the frontmatter", "take them out"))
    line = lines[at]
    if key.match(line.text):
        flaws.append(Flaw(Code.NO_OPENING, line.number, "no opening fence", "put a line `---` before this one"))
        return _Opening(at, tuple(flaws))
    if _FENCE.match(line.text.strip()) and _holds_key(lines, at + 1, key):
        return _Opening(at + 1, (*flaws, *_odd(line, "opening")))
    return _late_opening(lines, at, key)


def _late_opening(lines: tuple[Line, ...], first: int, key: re.Pattern[bytes]) -> _Opening | None:
    """Return the frontmatter that comes after other text: a remark, a code fence, another fence."""
    in_code, prose = False, 0
    wrapped = _CODE.match(next((line.text for line in reversed(lines) if not line.blank), b""))
    for index, line in enumerate(lines):
        if _CODE.match(line.text):
            in_code = not in_code
            if in_code and index == first and _starts_with_key(lines, index + 1, key):
                return _Opening(index + 1, (_before_it(lines[first], lines[index + 1]),), code=True)
        elif (
            ((prose <= _PREFACE and not in_code) or (wrapped and prose <= _REMARK) or index == first + 1)
            and _FENCE.match(line.text.strip())
            and _starts_with_key(lines, index + 1, key)
        ):
            return _Opening(index + 1, (_before_it(lines[first], line), *_odd(line, "opening")))
        prose += not line.blank
    return None


def _before_it(first: Line, line: Line) -> Flaw:
    return Flaw(
        Code.TEXT_BEFORE,
        first.number,
        f"text before the frontmatter, which starts at line {line.number}",
        "take it out",
    )


def _odd(line: Line, which: str) -> tuple[Flaw, ...]:
    if line.text.rstrip() == b"---":
        return ()
    shown = line.text.decode("utf-8", "replace").rstrip()
    return (Flaw(Code.ODD_FENCE, line.number, f"`{shown}` was taken as the {which} fence", "write `---`"),)


def _starts_with_key(lines: tuple[Line, ...], at: int, key: re.Pattern[bytes]) -> bool:
    while at < len(lines) and lines[at].blank:
        at += 1
    return at < len(lines) and bool(key.match(lines[at].text.lstrip()))


def _holds_key(lines: tuple[Line, ...], at: int, key: re.Pattern[bytes]) -> bool:
    """Whether a key comes before the next fence."""
    for index in range(at, len(lines)):
        line = lines[index]
        if key.match(line.text.lstrip()):
            return True
        if _FENCE.match(line.text):
            return False
    return False


def _closing(
    lines: tuple[Line, ...], opening: _Opening, keys: Keys, key: re.Pattern[bytes]
) -> tuple[int, tuple[Flaw, ...]]:
    for index in range(opening.at, len(lines)):
        if _is_fence(lines[index], code=opening.code):
            return index, () if opening.code else _odd(lines[index], "closing")
    end = opening.at + _end_of_values(lines[opening.at :], keys, key)
    number = lines[min(end, len(lines) - 1)].number
    return end, (Flaw(Code.NO_CLOSING, number, *_NO_CLOSING),)


def _end_of_values(lines: tuple[Line, ...], keys: Keys, key: re.Pattern[bytes]) -> int:
    """Return how many lines still look like values where no fence says so."""
    in_text = False
    after: list[Line | None] = [None]
    for line in reversed(lines):
        after.append(after[-1] if line.blank else line)
    for index, line in enumerate(lines):
        found = key.match(line.text)
        if found:
            in_text = found.group().rstrip(b" \t:").decode() in keys.text
        elif line.blank:
            follows = after[len(lines) - index]
            if follows is None or not (key.match(follows.text) or (in_text and _GOES_ON.match(follows.text))):
                return index
        elif not (in_text or line.text[:1] in b" \t-#" or _ANY_KEY.match(line.text)):
            return index
    return len(lines)
