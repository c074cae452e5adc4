"""What the reviewer can mend in a backend of ours is mended by a run that runs that backend's tests first."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.running import agent, commits
from tests.target.repositories import git

CLOCK = '''"""The time."""

from datetime import datetime


def now() -> datetime:
    """Return the time."""
    return datetime.utcnow()
'''


def test_a_fault_planted_in_a_backend_of_ours_is_mended_tested_and_committed(shop: Path) -> None:
    file = shop / "app" / "core" / "clock.py"
    file.write_text(CLOCK, encoding="utf-8")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "Tell the time")

    done = agent("skills", "run", "code-reviewer", "--fix", "--yes", "--json", "--repo", shop)

    assert done.status == 0, done.err
    mended = CLOCK.replace("import datetime", "import UTC, datetime").replace("utcnow()", "now(UTC)")
    assert file.read_text(encoding="utf-8") == mended
    assert {"review", "import", "openapi", "tests", "migrations"} <= done.document["checks"].keys()
    assert commits(shop) == 3
    assert git(shop, "status", "--porcelain") == ""
