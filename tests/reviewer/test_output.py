"""What becomes of findings: suppressed with a reason, told as SARIF, mended, and merged with those of other tools."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest
from backwright.errors import BackwrightError
from backwright.executor import Limits
from backwright.reviewer import beside
from backwright.reviewer.analysis import python_tree, review, review_tree
from backwright.reviewer.beside import findings_beside, merged
from backwright.reviewer.mend import mended
from backwright.reviewer.rules import bundled_rules
from backwright.reviewer.sarif import sarif_of

FILE = PurePosixPath("app/main.py")
RULES = bundled_rules()
FAULTS = """\
from datetime import datetime

import requests
from fastapi import FastAPI, Query
from fastapi.middleware.cors import CORSMiddleware
from sqlalchemy import Column, ForeignKey
from sqlalchemy.ext.asyncio import create_async_engine

app = FastAPI(debug=True)
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
engine = create_async_engine("postgresql://db/shop", pool_size=5)


class Item(Base):
    __tablename__ = "items"
    id = Column(primary_key=True)
    order_id = Column(ForeignKey("orders.id"))
    created = Column(default=datetime.now())


@app.get("/items", response_model=Item)
async def items(limit: int = Query(10)):
    return datetime.utcnow()
"""


def codes(text: str) -> list[str]:
    return [finding.code for finding in review_tree({FILE: text.encode()}, RULES)]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# backwright: ignore[CR012] only on this machine", []),
        ("# backwright: ignore[CR013, CR012] only on this machine", []),
        ("# backwright: ignore[CR012]", ["CR012"]),
        ("# backwright: ignore[CR013] another rule", ["CR012"]),
        ("# noqa", ["CR012"]),
    ],
)
def test_a_comment_lets_a_finding_pass_if_it_names_it_and_says_why(comment: str, expected: list[str]) -> None:
    text = "from fastapi import FastAPI\n{before}\napp = FastAPI(debug=True){beside}\n"
    assert codes(text.format(before="", beside=f"  {comment}")) == expected
    assert codes(text.format(before=comment, beside="")) == expected


def test_a_comment_of_another_line_lets_nothing_pass() -> None:
    text = "from fastapi import FastAPI\nx = 1  # backwright: ignore[CR012] because\napp = FastAPI(debug=True)\n"
    assert codes(text) == ["CR012"]


def test_findings_are_told_as_sarif_with_every_rule() -> None:
    findings = review_tree({FILE: FAULTS.encode()}, RULES)
    log = json.loads(json.dumps(sarif_of(findings, RULES)))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert len(run["results"]) == len(findings)
    for result, finding in zip(run["results"], findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"].startswith(finding.message)
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "app/main.py"
        assert 1 <= place["region"]["startLine"] <= place["region"]["endLine"]


def test_what_can_be_mended_mechanically_is_and_nothing_else_changes() -> None:
    tree = {FILE: FAULTS.encode()}
    mend = mended(tree, RULES)
    fixed = mend.files
    before, after = set(codes(FAULTS)), set(codes(fixed[FILE].decode()))
    assert {"CR002", "CR003", "CR012", "CR013", "CR023", "CR025", "CR028", "CR029"} <= before
    assert after == before - {"CR002", "CR003", "CR012", "CR013", "CR023", "CR025", "CR029"} - ({"CR028"} - after)
    text = fixed[FILE].decode()
    assert "datetime.now(UTC)" in text
    assert "from datetime import datetime, UTC" in text
    assert "postgresql+asyncpg://db/shop" in text
    assert {found.code for found in mend.found} == before - after | {"CR028"}


def test_other_tools_add_what_ours_do_not_find_and_no_doubles(tmp_path: Path) -> None:
    text = (
        "import subprocess\n\n\ndef f(session, name, tags=[]):\n"
        "    subprocess.run(name, shell=True)\n"
        "    return session.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n"
    )
    (tmp_path / "a.py").write_text(text)
    ours = review(tmp_path)
    theirs = findings_beside(tmp_path, tuple(python_tree(tmp_path)))
    found = [(finding.code, finding.start) for finding in merged(ours, theirs, RULES)]
    assert {"S608", "B006", "S602"} <= {finding.code for finding in theirs}
    assert ("CR017", 6) in found
    assert ("CR029", 4) in found
    assert ("S602", 5) in found
    assert not {"S608", "B608", "B006", "B602"} & {code for code, _ in found}


def test_a_tool_that_breaks_off_is_no_clean_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("def f(tags=[]):\n    return tags\n")
    monkeypatch.setattr(beside, "LIMITS", Limits(seconds=120, output=10))
    with pytest.raises(BackwrightError, match=r"ruff broke off its review: .*cut off"):
        findings_beside(tmp_path, [PurePosixPath("a.py")])


def test_only_the_files_asked_for_are_reported_and_all_are_read(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text("DEBUG = True\nSECRET_KEY = '8f2b9d0c4a6e4f7d9b1c'\n")
    (tmp_path / "main.py").write_text(
        "from fastapi import FastAPI\nimport settings\napp = FastAPI(debug=settings.DEBUG)\n"
    )
    (finding,) = review(tmp_path, [PurePosixPath("main.py")])
    assert (finding.code, finding.path, finding.start, finding.end) == ("CR012", "main.py", 3, 3)
    assert len(review(tmp_path)) == 2


def test_a_module_beside_the_files_under_review_is_never_run_in_place_of_a_tools(tmp_path: Path) -> None:
    trap = "from pathlib import Path\nPath(__file__).with_name('was-run').touch()\n"
    names = ("bandit", "yaml", "rich", "stevedore", "ruff", "json", "ast")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(trap)
        (tmp_path / name / "__main__.py").write_text(trap)
    findings_beside(tmp_path, [PurePosixPath(f"{name}/__init__.py") for name in names])
    assert list(tmp_path.rglob("was-run")) == []
