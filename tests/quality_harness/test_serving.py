"""A backend that lets one user at what is another's, or anybody in, is noticed when it is served."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.quality.fuzz import ALL_CHECKS, TWO_USERS, served_rows
from tests.quality.generated import GUARDED, generate
from tests.quality.measure import details
from tests.quality.strangers import NAME as STRANGERS
from tests.quality.subject import Subject, database
from tests.services import postgres_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.skipif(sys.platform == "win32", reason="the harness forks"),
]

WEAKNESSES = {
    "rows of others are found": ("crud/task.py", "task.user_id == user.id", "True", {TWO_USERS, STRANGERS}, "ST402"),
    "any token is believed": (
        "core/security.py",
        'raise UnauthorizedError(error_code="invalid_session") from error',
        "return Claims(1, 2)",
        {ALL_CHECKS, TWO_USERS},
        "ST401",
    ),
}


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_serving_a_weak_backend_misses_the_bars(tmp_path: Path, weakness: str) -> None:
    postgres_server()
    file, before, after, missed, code = WEAKNESSES[weakness]
    root = generate(GUARDED[0], tmp_path / "office")
    path = root / "app" / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))

    with database(subject := Subject("office", root, seeds=1), "postgresql", tmp_path) as url:
        rows = served_rows(subject, "postgresql", url, tmp_path, examples=1)

    assert missed <= {row.name for row in rows if not row.ok}
    assert code in details(rows)
