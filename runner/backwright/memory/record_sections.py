"""The sections of a record: its headings in the spellings that are met, and the text below each.

Our own texts are escaped, so that a heading in a response is none of the record's; the prompt is fenced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from backwright.memory.record import Evaluation, Outcome

_HEADINGS = {
    "prompt": ("prompt", "user prompt", "prompt text", "user input", "original prompt", "user request"),
    "response": (
        "response snapshot",
        "response",
        "response text",
        "response summary",
        "assistant response",
        "agent response summary",
        "agent response",
    ),
    "outcome": ("outcome", "outcomes", "outcome & impact", "outcome and impact"),
    "evaluation": ("evaluation notes (flywheel)", "evaluation notes", "evaluation", "flywheel"),
}
_ITEMS = {
    "outcome": {
        "impact": "impact",
        "tests": "tests",
        "files": "files",
        "next_prompts": "next prompts?",
        "reflection": "reflection",
    },
    "evaluation": {
        "failure_modes": "failure modes?",
        "graders": "graders?",
        "prompt_variant": "prompt variant",
        "next_experiment": "next experiment",
    },
}


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    return {spelling: name for name, spellings in _HEADINGS.items() for spelling in spellings}


def heading(line: str) -> str | None:
    """Return the section that a line begins, or None."""
    match = re.match(r"#{1,2} +(.*?)[\s#:]*$", line)
    return _names().get(re.sub(r"[*`]", "", match[1]).replace("_", " ").strip().lower()) if match else None


def escaped(text: str) -> str:
    """Return Markdown in which no line begins a section of the record: a backslash goes before its heading."""
    return "\n".join(f"\\{line}" if heading(line.lstrip("\\")) else line for line in text.split("\n"))


def _unescaped(lines: list[str]) -> str:
    return "\n".join(line[1:] if line.startswith("\\") and heading(line.lstrip("\\")) else line for line in lines)


def sections(body: str) -> Mapping[str, str]:
    """Return the texts by section, those that are there; a prompt that is fenced as a whole without its fence."""
    lines = body.split("\n")
    found: dict[str, str] = {}
    at = 0
    while at < len(lines):
        name = heading(lines[at])
        at += 1
        if name is None:
            continue
        fenced = _fenced(lines, at) if name == "prompt" else None
        end = fenced[1] if fenced else _end(lines, at)
        text = fenced[0] if fenced else _unescaped(lines[at:end]).strip()
        found.setdefault(name, text)
        at = end
    return found


def _end(lines: list[str], start: int) -> int:
    return next((number for number in range(start, len(lines)) if heading(lines[number])), len(lines))


def _fenced(lines: list[str], start: int) -> tuple[str, int] | None:
    """Return a fenced text and the line after it, if nothing else is between it and the next section."""
    first = next((n for n in range(start, len(lines)) if lines[n].strip()), len(lines))
    fence = re.match(r"(`{3,}|~{3,})[^`]*$", lines[first]) if first < len(lines) else None
    if fence is None:
        return None
    closing = re.compile(re.escape(fence[1]) + re.escape(fence[1][0]) + r"*[ \t\r]*")
    last = next((n for n in range(first + 1, len(lines)) if closing.fullmatch(lines[n])), None)
    if last is None:
        return None
    after = next((n for n in range(last + 1, len(lines)) if lines[n].strip()), len(lines))
    if after < len(lines) and heading(lines[after]) is None:
        return None
    return "\n".join(lines[first + 1 : last]), after


def outcome_of(text: str) -> Outcome:
    """Return the items of the section Outcome; text that is no item belongs to the impact."""
    return Outcome(**_items("outcome", text, "impact"))


def evaluation_of(text: str) -> Evaluation:
    """Return the items of the section Evaluation notes; text that is no item belongs to the failure modes."""
    return Evaluation(**_items("evaluation", text, "failure_modes"))


@lru_cache(maxsize=2)
def _item_pattern(section: str) -> re.Pattern[str]:
    labels = "|".join(f"(?P<{name}>{label})" for name, label in _ITEMS[section].items())
    return re.compile(rf"[-*] +\W{{0,8}}(?:{labels})\b[^:\n]{{0,40}}:[*_]{{0,2}} ?(?P<text>.*)", re.IGNORECASE)


def _items(section: str, text: str, rest: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.split("\n"):
        match = _item_pattern(section).match(line)
        name = next((n for n in _ITEMS[section] if match[n] is not None), None) if match else None
        if match and name and name not in found:
            current = found.setdefault(name, [match["text"]])
        elif current is None:
            current = found.setdefault(rest, [line])
        else:
            current.append(line.removeprefix("  "))
    return {name: "\n".join(lines).strip() for name, lines in found.items()}
