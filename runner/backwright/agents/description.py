"""A description taken apart: what an agent is for, what it is not for, and the examples in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Labels in a description that has examples; text after a label belongs to it up to the next.
_LABEL = re.compile(r"(</?example>)|(</?commentary>)|\b(context|user|assistant)\s*:", re.IGNORECASE)
_EXAMPLES = re.compile(r"\bexamples?\b|<example>", re.IGNORECASE)
_NOT_FOR = re.compile(
    r"\bbut not\b|(?:\bnot|n['\u2019]t|\bnever)\s+(?:to\s+)?(?:be\s+)?"
    r"(?:use|used|using|for|meant|intended|made|call|handle|touch|change|changes|write|writes|cover|invoke)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;!\n]|\bbut\s+(?!not\b)")
_AROUND = " \t\r\n\"'\u201c\u201d\u2018\u2019-"


@dataclass(frozen=True)
class Description:
    """The parts of a description.

    ``purpose`` is its prose without ``not_for``, the clauses that say what the agent is not for. Of the examples,
    ``said`` holds what users say in them, one by one, ``situations`` their contexts, and ``answers`` what the assistant
    says and the comments.
    """

    purpose: str
    not_for: str
    said: tuple[str, ...]
    situations: str
    answers: str


def read_description(text: str) -> Description:
    """Return the parts; a typed backslash and n counts as a line's end, as in the rest of the program."""
    parts: dict[str, list[str]] = {"prose": [], "context": [], "user": [], "assistant": []}
    text = text.replace("\\n", "\n")
    examples = _EXAMPLES.search(text)
    first = examples.start() if examples else len(text)
    part, at = "prose", 0
    for label in _LABEL.finditer(text):
        if label.start() < first:
            continue
        parts[part].append(text[at : label.start()])
        part, at = _next(label, part), label.end()
    parts[part].append(text[at:])
    purpose, not_for = _parted("\n".join(parts["prose"]))
    said = tuple(line for line in (" ".join(text.split()).strip(_AROUND) for text in parts["user"]) if line)
    return Description(purpose, not_for, said, "\n".join(parts["context"]), "\n".join(parts["assistant"]))


def _next(label: re.Match[str], part: str) -> str:
    example, commentary, speaker = label.groups()
    if example:
        return "prose" if example.startswith("</") else "context"
    if commentary:
        return "assistant"
    return str(speaker).lower() if speaker else part


def _parted(prose: str) -> tuple[str, str]:
    """Return prose without the clauses that say what it is not for, and those."""
    purpose, not_for, at = [], [], 0
    for match in _NOT_FOR.finditer(prose):
        if match.start() < at:
            continue
        end = _CLAUSE_END.search(prose, match.end())
        purpose.append(prose[at : match.start()])
        at = end.start() if end else len(prose)
        not_for.append(prose[match.start() : at])
    return " ".join((*purpose, prose[at:])), " ".join(not_for)
