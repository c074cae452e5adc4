"""The same run on equal targets gives the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.pipeline.running import build, record, without_times
from tests.target.repositories import git

RECORDS = "history/prompts"


def tree_without_records(repo: Path) -> str:
    """Return what git has of the last commit, the records apart."""
    rows = git(repo, "ls-tree", "-r", "HEAD").splitlines()
    return "\n".join(row for row in rows if f"\t{RECORDS}/" not in row)


def test_a_new_backend_has_the_same_bytes_each_time(built_shop: Path, tmp_path: Path) -> None:
    again = tmp_path / "shop"
    build(again, "add products CRUD")

    assert tree_without_records(again) == tree_without_records(built_shop)
    assert without_times(record(again, "0001")) == without_times(record(built_shop, "0001"))


def test_equal_targets_become_equal_targets(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "shop"
    shutil.copytree(shop, other)

    for repo in (shop, other):
        for task in (
            "add reviews with rating 1..5 and text, belonging to products",
            "rename price to unit_price in products",
        ):
            build(repo, task)

    assert tree_without_records(shop) == tree_without_records(other)
    for identity in ("0002", "0003"):
        assert without_times(record(shop, identity)) == without_times(record(other, identity))


def test_the_same_work_tree_whatever_the_verification(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "shop"
    shutil.copytree(shop, other)

    build(shop, "add tags with name")
    build(other, "add tags with name", "--no-commit")

    for path in sorted(shop.rglob("*.py")):
        assert path.read_bytes() == (other / path.relative_to(shop)).read_bytes()
