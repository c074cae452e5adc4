"""What would stop a run from being applied stops it before it is verified."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.running import agent
from tests.target.repositories import every_file, git, put

TASK = "add an integer stock field to products"


def steps(text: str) -> list[str]:
    names = ("resolve", "stage", "build", "verify", "record", "show", "apply")
    return [line.split(" ")[0] for line in text.splitlines() if line.split(" ")[0] in names]


def test_uncommitted_work_in_a_touched_file_is_found_before_the_verification(shop: Path) -> None:
    model = shop / "app/models/product.py"
    put(shop, {"app/models/product.py": model.read_text() + "\n# mine\n", "app/mine.py": "MINE = 1\n"})
    before = every_file(shop)

    ran = agent("run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--verify", "quick")

    assert ran.status == 3
    assert "app/models/product.py" in ran.err
    assert "app/mine.py" not in ran.err
    assert steps(ran.out) == ["resolve", "stage", "build"]
    assert every_file(shop) == before


def test_a_staged_change_of_a_touched_file_is_found_as_early(shop: Path) -> None:
    model = shop / "app/models/product.py"
    put(shop, {"app/models/product.py": model.read_text() + "\n# mine\n"})
    git(shop, "add", "app/models/product.py")
    put(shop, {"app/models/product.py": model.read_text().replace("\n# mine\n", "")})

    ran = agent("run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--verify", "quick")

    assert ran.status == 3
    assert steps(ran.out) == ["resolve", "stage", "build"]


def test_a_dry_run_goes_on_and_says_that_it_could_not_be_applied(shop: Path) -> None:
    model = shop / "app/models/product.py"
    put(shop, {"app/models/product.py": model.read_text() + "\n# mine\n"})

    ran = agent("run", "fastapi-backend", TASK, "--repo", shop, "--dry-run", "--verify", "none")

    assert ran.status == 0
    assert "warning: this could not be applied: the run touches files" in ran.out
    assert "show" in steps(ran.out)
