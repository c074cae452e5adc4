"""The lines of a request as sentences: bullets, headings, tickets; each sentence is read on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backwright.spec.language.tokens import Token, tokens_of

_BULLET = re.compile(
    r"^(\s*)(?:[-*\u2022\u2013\u2014+\u00b7>\u2713\u2714\u2610\u25cf\u25aa]|\(?\d{1,2}[.)]|\(?[a-h]\)|\[[ x]?\])\s+"
    r"(?:\[[ x]?\]\s+)?"
)
_TICKET = re.compile(
    r"^\s*(?:ticket|jira|issue|story|card|task|gh|bug|feature)?\s*[\[(#]*"
    r"(?:(?-i:[A-Z]{2,10})[- ]#?|[A-Z]{2,10}-#?|(?-i:[A-Z])-#?(?=\d+\s*:)|"
    r"(?-i:[A-Z])[a-z]+ #?(?=\d+\s*:)|#|(?<=\s))\d+[\])]*"
    r"(?:\s+\([^)]*\))?\s*[:\-\u2013\u2014|.]?\s*",
    re.I,
)
_SMILEY = re.compile(r"(?<!\S)[:;]-?[()DPp](?=[\s.!]|$)")
_NAME_WORDS = 2
"""The most words of a first line that is only a name."""
_GO_ON = frozenset({",", "and", "&", "or", "with", "(", "to", "of", "belonging", "having"})
_ENDS = frozenset({".", "!", "?", ";"})


@dataclass(frozen=True)
class Sentence:
    """Its tokens, how deep its bullet is (0: none), whether bullets follow it, whether it is a ticket's title."""

    tokens: tuple[Token, ...]
    depth: int = 0
    heads: bool = False
    title: bool = False


@dataclass(frozen=True)
class _Line:
    depth: int
    tokens: tuple[Token, ...]


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text, in order."""
    text = _SMILEY.sub("", text)
    body = _TICKET.sub("", text, count=1)
    has_ticket = body != text
    lines = list(_joined(_lines(body)))
    found: list[Sentence] = []
    for at, line in enumerate(lines):
        heads = at + 1 < len(lines) and lines[at + 1].depth > line.depth
        parts = list(_parted(line.tokens))
        for number, part in enumerate(parts):
            title = (
                has_ticket
                and at == 0
                and number == 0
                and (len(lines) > 1 or (len(parts) > 1 and len(part) <= _NAME_WORDS))
            )
            found.append(Sentence(part, line.depth, heads and number == len(parts) - 1, title))
    return tuple(found)


def _lines(text: str) -> Iterator[_Line]:
    for raw in text.replace("\t", "    ").splitlines():
        if not raw.strip(" -=_*#"):
            continue
        match = _BULLET.match(raw)
        if match is None:
            yield _Line(0, tokens_of(raw.lstrip(" #")))
        else:
            yield _Line(1 + len(match[1]) // 2, tokens_of(raw[match.end() :]))


def _joined(lines: Iterator[_Line]) -> Iterator[_Line]:
    """Join a line to the one before that clearly goes on."""
    before: _Line | None = None
    for line in lines:
        if before is None:
            before = line
            continue
        last = before.tokens[-1].lower if before.tokens else ""
        first = line.tokens[0].lower if line.tokens else ""
        goes_on = last in _GO_ON or first in (",", ")", "with", "and", "that", "which", "belongs", "belonging")
        if line.depth == 0 and goes_on and before.tokens:
            before = _Line(before.depth, (*before.tokens, *line.tokens))
        else:
            yield before
            before = line
    if before is not None:
        yield before


def _parted(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    part: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth = max(0, depth + {"(": 1, ")": -1}.get(token.text, 0))
        ends = token.kind in ("mark", "op") and depth == 0 and (token.text in _ENDS or token.text in ("...", ".."))
        if ends and token.text in ("..", "...") and not part:
            continue
        if ends:
            if part:
                yield tuple(part)
            part = []
        else:
            part.append(token)
    if part:
        yield tuple(part)
