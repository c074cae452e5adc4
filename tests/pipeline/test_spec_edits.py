"""Edits of the YAML, what ``agent status`` says of them, and files that people deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.running import agent, build, changed_lines, commits, run_suite
from tests.target.repositories import commit, git


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def status(repo: Path) -> str:
    ran = agent("status", "--repo", repo)
    assert ran.status == 0, ran.err
    return ran.out


def test_an_edited_spec_is_pending_and_then_applied(shop: Path) -> None:
    assert "the spec is applied" in status(shop)
    path = shop / "specs" / "backend" / "products.yaml"
    path.write_text(
        "# The shop's wares.\nname: products\nfields:\n  name: string(1..200)\n"
        "  cost: {type: 'decimal(12,2)', renamed_from: price}\n"
        "  sku: {type: 'string(1..20)', backfill: unknown}  # from the supplier\n"
    )

    pending = status(shop)
    assert "rename price to cost in products" in pending
    assert "add the field sku to products" in pending
    assert "remove description from products" in pending
    assert "apply the spec" in pending

    count = commits(shop)
    ran = build(shop, "apply the spec")

    assert "drops the column with its values" in ran.out
    assert commits(shop) == count + 1
    assert git(shop, "status", "--porcelain") == ""
    text = path.read_text()
    assert "renamed_from" not in text
    assert "backfill" not in text
    assert "# The shop's wares." in text
    assert "# from the supplier" in text
    model = (shop / "app/models/product.py").read_text()
    assert "cost:" in model
    assert "sku:" in model
    assert "description" not in model
    (revision,) = [name for name in changed_lines(shop) if name.startswith("migrations/versions/")]
    migration = (shop / revision).read_text()
    assert "unknown" in migration
    assert "cost" in migration
    assert "the spec is applied" in status(shop)
    assert "nothing to do" in build(shop, "apply the spec").out
    run_suite(shop, "tests/api/test_products.py", "tests/test_migrations.py")


def test_a_resource_file_added_and_removed_by_hand_is_one_added_and_removed(shop: Path) -> None:
    path = shop / "specs" / "backend" / "tags.yaml"
    path.write_text("name: tags\nfields:\n  label: string(1..40) unique\n")
    assert "add the resource tags" in status(shop)
    build(shop, "apply the spec")
    assert (shop / "app/models/tag.py").exists()

    path.unlink()
    assert "remove the resource tags" in status(shop)
    ran = build(shop, "apply the spec")
    assert "drops its table" in ran.out
    assert not (shop / "app/models/tag.py").exists()
    assert "the spec is applied" in status(shop)


def test_a_spec_file_given_with_the_task_is_brought_in(shop: Path, tmp_path: Path) -> None:
    path = tmp_path / "tags.yaml"
    path.write_text("name: tags\nfields:\n  label: string(1..40) unique\n")
    build(shop, "apply the spec", "--spec", path)
    assert (shop / "app/models/tag.py").exists()
    assert (shop / "specs/backend/tags.yaml").exists()


def test_status_names_what_people_edited_moved_and_deleted(shop: Path) -> None:
    with (shop / "app/crud/product.py").open("a") as file:
        file.write("\n# mine\n")
    (shop / "compose.yaml").unlink()
    git(shop, "mv", "tests/core/test_logging.py", "tests/core/test_log.py")
    commit(shop)
    build(shop, "add tags with name")
    said = status(shop)
    assert "edited   app/crud/product.py" in said
    assert "deleted  compose.yaml" in said
    assert "moved    tests/core/test_logging.py -> tests/core/test_log.py" in said


def test_a_deleted_file_stays_deleted_and_is_said_once(shop: Path) -> None:
    git(shop, "rm", "-q", "compose.yaml")
    commit(shop)
    first = build(shop, "add tags with name")
    assert "compose.yaml was deleted by hand and stays so" in first.out
    second = build(shop, "add customers CRUD")
    assert "compose.yaml was deleted" not in second.out
    assert not (shop / "compose.yaml").exists()


def test_status_of_a_folder_without_a_backend_says_so(tmp_path: Path) -> None:
    ran = agent("status", "--repo", tmp_path)
    assert ran.status == 2
    assert "no backend" in ran.err


@pytest.mark.slow
def test_a_renamed_resource_verifies(shop: Path) -> None:
    """The long statements of its revision pass the backend's own linter."""
    build(shop, "rename products to items", verify="quick")
    assert "rename the resource products to items" not in status(shop)
