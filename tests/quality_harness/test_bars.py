"""The harness finds what it is there to find."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.quality.measure import Row, details, table
from tests.quality.mutation import Bounds, mutation_row
from tests.quality.processes import TIMED_OUT, run
from tests.quality.static import static_rows
from tests.quality.subject import Subject

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the harness forks")


def write(root: Path, files: dict[str, str]) -> Subject:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip())
    return Subject("one", root)


def test_static_bars_see_through_suppressions(tmp_path: Path) -> None:
    subject = write(
        tmp_path,
        {
            "app/main.py": """
            import os  # noqa: F401

            def f(x):  # type: ignore
                return eval(x)  # nosec
            """,
            "pyproject.toml": "[tool.coverage.run]\nomit = ['app/main.py']\n",
        },
    )

    rows = {row.name: row for row in static_rows(subject)}

    assert not any(rows[name].ok for name in ("ruff findings", "bandit findings", "suppressions"))
    assert rows["suppressions"].measured == "4"
    assert "F401" in rows["ruff findings"].detail
    assert rows["bandit findings"].measured == "1"


def test_clean_code_meets_the_static_bars(tmp_path: Path) -> None:
    subject = write(
        tmp_path,
        {
            "app/__init__.py": '"""An app."""\n',
            "app/main.py": '''
            """The app."""


            def double(number: int) -> int:
                """Return twice a number."""
                return number * 2
            ''',
        },
    )

    rows = static_rows(subject)

    assert all(row.ok for row in rows), details(rows)


@pytest.mark.slow
@pytest.mark.parametrize(("test", "ok"), [("assert add(2, 3) == 5", True), ("add(2, 3)", False)])
def test_mutation_tells_a_test_that_looks_from_one_that_does_not(tmp_path: Path, test: str, ok: bool) -> None:
    root, scratch = tmp_path / "backend", tmp_path / "scratch"
    scratch.mkdir()
    subject = write(
        root,
        {
            "app/__init__.py": "",
            "app/services/__init__.py": "",
            "app/services/sums.py": "def add(a, b):\n    return a + b\n",
            "conftest.py": "",
            "test_sums.py": f"from app.services.sums import add\n\n\ndef test_add():\n    {test}\n",
        },
    )

    row = mutation_row(subject, scratch, Bounds(sample=10, seconds=30, each=10))

    assert row.ok is ok, row
    assert row.measured == ("100.0% (2 of 2)" if ok else "0.0% (0 of 2)")


def test_table_names_what_was_missed() -> None:
    rows = [
        Row("async", "-", "ruff findings", "0", "0", True),
        Row("async", "sqlite", "coverage", ">= 95%", "90%", False, "app/main.py 3-5"),
    ]

    assert "| async | sqlite   | coverage      | >= 95%   | 90%      | NO  | 0.0 |" in table(rows)
    assert details(rows) == "== async sqlite coverage: 90%\napp/main.py 3-5"


def test_program_is_stopped_at_its_limit(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, limit=0.3)

    assert done.status == TIMED_OUT
    assert done.seconds < 20
