"""The skill as a folder: valid for every client, quick, and content with code that is in order."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path, PurePosixPath

from backwright.content import content_root
from backwright.finding import Severity
from backwright.skills.lookup import find_skill
from skills_ref import validate

from .conftest import KNOWN, Review

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
    assert list(rules) == ["CR001", "CR002", "CR003"]
    for code, rule in rules.items():
        assert set(rule) == {"title", "severity", "message", "reason", "fix", "reference"}
        assert f"| {code} | {Severity(rule['severity'])} |" in body
        assert f"## {code}, {rule['title']}" in details
        assert re.match(r"https://", rule["reference"])


def test_a_backend_in_order_has_no_findings(review: Review) -> None:
    root = Path(__file__).parents[1] / "verify" / "fixtures" / "shop"
    tree = {PurePosixPath(path.relative_to(root).as_posix()): path.read_bytes() for path in root.rglob("*.py")}
    assert len(tree) > 10
    assert review(tree) == ()


def test_a_thousand_files_take_less_than_five_seconds(review: Review) -> None:
    route = (
        '@router.get("/x{0}", response_model=X)\ndef f{0}(limit: Annotated[int, Query(le=9)]) -> X:\n    return {0}\n\n'
    )
    routes = (KNOWN + "".join(route.format(number) for number in range(6))).encode()
    rows = "".join(f'    a{n}_id: Mapped[int] = mapped_column(ForeignKey("a.id"), index=True)\n' for n in range(6))
    models = (KNOWN + f"class R(Base):\n{rows}").encode()
    plain = b"\n".join(b"def f%d(x: int) -> int:\n    return x\n" % number for number in range(60))
    kinds = (routes, models, plain)
    tree = {PurePosixPath(f"app/part{n % 20}/module{n}.py"): kinds[n % 3] for n in range(1000)}
    began = time.process_time()
    assert review(tree) == ()
    assert time.process_time() - began < 5
