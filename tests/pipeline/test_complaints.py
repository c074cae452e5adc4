"""A complaint is answered by a review that measures what it is about; nobody has to be asked for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.diagnosis.apps import ONE_BY_ONE, line_of, shop


@pytest.fixture
def slow_shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    shop(root, load="", orders=ONE_BY_ONE)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "A shop"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *command], cwd=root, check=True)
    return root


def test_a_slow_endpoint_is_answered_with_the_line_and_the_statements_counted(slow_shop: Path) -> None:
    task = "The /users endpoint is taking 5 seconds to respond"

    result = subprocess.run(
        [sys.executable, "-m", "backwright", "run", "fastapi-backend", task, "--repo", str(slow_shop), "--json"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert result.returncode in (0, 1), result.stderr
    first = json.loads(result.stdout)["findings"][0]
    assert first.startswith(f"main.py:{line_of(slow_shop, 'Order.user_id == user.id')}: error D101 ")
    assert "51 for 50" in first


def test_without_a_terminal_a_review_needs_no_yes_and_leaves_only_its_record(slow_shop: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "backwright", "run", "api-reviewer", "/users is slow", "--repo", str(slow_shop)],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    changed = subprocess.run(
        ["git", "diff", "--name-only", "HEAD~1"], cwd=slow_shop, capture_output=True, text=True, check=True
    )
    assert [line.split("/")[0] for line in changed.stdout.splitlines()] == ["history"]
