"""Decision records: suggested where a decision deserves one, written only when a person says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import PurePosixPath

from backwright.memory.record_names import slug_of
from backwright.memory.redact import redact_private
from backwright.memory.template import filled

DECISIONS = PurePosixPath("history/adr")


@dataclass(frozen=True)
class Decision:
    """An architecture decision; ``number`` counts from 1, ``date`` is ISO 8601, the texts are Markdown."""

    number: int
    title: str
    date: str
    context: str
    decision: str
    consequences: str
    alternatives: str
    status: str = "Proposed"
    feature: str | None = None
    references: str = ""


def deserves_record(*, lasting: bool, alternatives: int, cross_cutting: bool) -> bool:
    """Whether a decision is worth suggesting a record: it lasts, had several viable alternatives, and cuts across."""
    return lasting and alternatives > 1 and cross_cutting


def next_decision(names: Iterable[str]) -> int:
    """Return the first free number after these names, in any width and on any ref."""
    numbers = (re.match(r"(\d{1,6})-", PurePosixPath(name).name) for name in names)
    return max((int(match[1]) for match in numbers if match), default=0) + 1


def decision_path(decision: Decision) -> PurePosixPath:
    """Return where a decision record lies, from the repository's root."""
    return DECISIONS / f"{decision.number:04}-{slug_of(decision.title)}.md"


def render_decision(decision: Decision) -> str:
    """Return the text of a decision record, secrets and home folders redacted."""
    said = {part.name: getattr(decision, part.name) for part in fields(Decision)}
    said["number"] = f"{decision.number:04}"
    return filled("decision-record.md", {name: redact_private(str(value or "none")) for name, value in said.items()})
