"""The reviewer from the command line, on a folder as it lies on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BEFORE = "from fastapi import FastAPI\n\napp = FastAPI(debug=True)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    subprocess.run(("git", "init", "--quiet"), cwd=tmp_path, check=True)
    (tmp_path / "main.py").write_text(BEFORE)
    return tmp_path


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    argv = (sys.executable, "-m", "backwright", "skills", "run", "code-reviewer", "--repo", str(folder), *options)
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_findings_are_lines_with_start_end_and_path(folder: Path) -> None:
    done = run(folder)
    assert done.returncode == 1
    assert done.stdout.startswith("3:3:main.py: error CR012 ")
    assert "3:3:main.py" in run(folder, "--json").stdout


def test_sarif_is_one_document(folder: Path) -> None:
    (result,) = json.loads(run(folder, "--sarif").stdout)["runs"][0]["results"]
    assert result["ruleId"] == "CR012"
