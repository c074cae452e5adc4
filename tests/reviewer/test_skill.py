"""The skill as a folder: valid for every client, quick, and content with code that is in order."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath

import pytest
from backwright.content import content_root
from backwright.finding import Severity
from backwright.reviewer.analysis import review as reviewed
from backwright.skills.lookup import find_skill
from skills_ref import validate

from .conftest import Review

FOLDER = content_root() / "skills" / "code-reviewer"


def test_other_programs_can_load_it() -> None:
    assert validate(FOLDER) == []


def test_it_names_its_script_and_can_only_review(tmp_path: Path) -> None:
    skill = find_skill("code-reviewer", tmp_path)
    assert skill.review == PurePosixPath("scripts/code_reviewer.py")
    assert skill.build is None


def test_every_rule_is_whole_and_explained() -> None:
    rules = json.loads((FOLDER / "assets/rules.json").read_text(encoding="utf-8"))
    body = (FOLDER / "SKILL.md").read_text(encoding="utf-8")
    details = (FOLDER / "references/rules.md").read_text(encoding="utf-8")
    assert list(rules) == [f"CR{number:03}" for number in range(1, 31)]
    for code, rule in rules.items():
        assert set(rule) == {"title", "severity", "message", "reason", "fix", "reference", "fixable", "same"}
        assert f"| {code} | {Severity(rule['severity'])} |" in body
        assert f"## {code}, {rule['title']}" in details
        assert re.match(r"[A-Z][\w-]+", rule["reference"])


def test_a_backend_in_order_has_no_findings(review: Review) -> None:
    root = Path(__file__).parents[1] / "verify" / "fixtures" / "shop"
    tree = {PurePosixPath(path.relative_to(root).as_posix()): path.read_bytes() for path in root.rglob("*.py")}
    assert len(tree) > 10
    assert review(tree) == ()


@pytest.mark.parametrize("style", ["sync-by-feature", "async-by-layer"])
def test_a_generated_backend_has_no_findings(style: str) -> None:
    root = Path(__file__).parents[1] / "golden" / "trees" / style
    assert (root / "app" / "main.py").is_file()
    assert reviewed(root) == ()
