"""Rules as data: read from the skill's ``assets/rules.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backwright.finding import Severity


@dataclass(frozen=True)
class Rule:
    """One thing that is looked for.

    Attributes:
        code: ``CR`` and three digits; never given to another rule.
        title: What is wrong, in a few words.
        severity: An error stops a run.
        message: What a finding says; names in braces are filled in.
        reason: What comes of it.
        fix: What would mend it.
        reference: Where that is written: a CWE, an entry of an OWASP list, a page of a library's documentation.
        fixable: Whether there are cases that can be mended mechanically.
        same: Codes of bandit and ruff that find the same matter.
    """

    code: str
    title: str
    severity: Severity
    message: str
    reason: str
    fix: str
    reference: str
    fixable: bool
    same: tuple[str, ...]


Rules = Mapping[str, Rule]


@lru_cache
def read_rules(path: Path) -> Rules:
    """Read rules from a file, by their codes."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return {code: _rule(code, values) for code, values in document.items()}


def _rule(code: str, values: Mapping[str, object]) -> Rule:
    texts = {key: str(values[key]) for key in ("title", "message", "reason", "fix", "reference")}
    same = values["same"]
    assert isinstance(same, list)  # noqa: S101 - the form of the file, which a test holds
    return Rule(
        code=code,
        severity=Severity(str(values["severity"])),
        fixable=values["fixable"] is True,
        same=tuple(map(str, same)),
        **texts,
    )


def bundled_rules() -> Rules:
    """Return the rules that come with the program."""
    from backwright.content import content_root

    return read_rules(content_root() / "skills" / "code-reviewer" / "assets" / "rules.json")
