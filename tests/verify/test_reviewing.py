"""bandit and ruff review a diff with us: what it brings in, listed once, and nothing that was there before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
from backwright.finding import Finding, Severity
from backwright.reviewer.analysis import review_tree
from backwright.reviewer.rules import bundled_rules
from backwright.verify.result import Check
from backwright.verify.reviewing import Diff, Tree, reviewed

SHELL = "    subprocess.run(name, shell=True)\n"
BEFORE = f"import subprocess\n\n\ndef first(name: str) -> None:\n{SHELL}"
QUIET = "def total(values: list[int]) -> int:\n    return sum(values)\n"


def ours(tree: Tree) -> tuple[Finding, ...]:
    return review_tree(tree, bundled_rules())


def review(
    after: Mapping[str, str], before: Mapping[str, str] | None = None, untouched: Mapping[str, str] | None = None
) -> tuple[Check, tuple[Finding, ...]]:
    tree = {PurePosixPath(path): text.encode() for path, text in {**(untouched or {}), **after}.items()}
    old = {PurePosixPath(path): text.encode() for path, text in (before or {}).items()}
    return reviewed(Diff(tree, frozenset(map(PurePosixPath, after)), old.get), (ours,))


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, int]]:
    return [(finding.code, finding.start) for finding in findings]


def test_what_bandit_calls_high_in_a_new_file_stops_the_run_and_is_listed_once() -> None:
    check, findings = review({"app/tools.py": BEFORE})

    assert not check.ok
    assert codes(findings) == [("S602", 5)]
    assert findings[0].severity is Severity.ERROR


def test_what_was_there_before_is_neither_shown_nor_stops_anything() -> None:
    after = f'"""Tools."""\n\n{BEFORE}'

    check, findings = review({"app/tools.py": after}, {"app/tools.py": BEFORE})

    assert (check.ok, findings) == (True, ())


@pytest.mark.parametrize("place", ["before", "behind"])
def test_of_two_alike_the_one_in_changed_lines_is_new(place: str) -> None:
    added = f"def added(name: str) -> None:\n{SHELL}"
    old = f"def first(name: str) -> None:\n{SHELL}"
    head = "import subprocess\n\n\n"
    after = head + (f"{added}\n\n{old}" if place == "before" else f"{old}\n\n{added}")

    check, findings = review({"app/tools.py": after}, {"app/tools.py": head + old})

    assert not check.ok
    assert codes(findings) == [("S602", 5 if place == "before" else 9)]


def test_files_that_the_run_leaves_alone_are_not_looked_at() -> None:
    check, findings = review({"app/sums.py": QUIET}, untouched={"app/tools.py": BEFORE})

    assert (check.ok, findings) == (True, ())


def test_what_is_less_than_high_is_shown_and_stops_nothing() -> None:
    check, findings = review({"app/keys.py": "def made(values: list[int]) -> None:\n    assert values\n"})

    assert check.ok
    assert [(code, finding.severity) for (code, _), finding in zip(codes(findings), findings, strict=True)] == [
        ("S101", Severity.WARNING)
    ]


def test_ours_stays_for_theirs_about_the_same_matter() -> None:
    text = "def f(session, name):\n    return session.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n"

    _, findings = review({"app/sql.py": text})

    assert codes(findings) == [("CR017", 2)]


@pytest.mark.parametrize("style", ["sync-by-feature", "async-by-layer", "signed-in"])
def test_a_generated_backend_has_no_findings_at_all(style: str) -> None:
    root = Path(__file__).parents[1] / "golden" / "trees" / style
    texts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in root.rglob("*.py")}

    check, findings = review(texts)

    assert (check.ok, findings) == (True, ())
