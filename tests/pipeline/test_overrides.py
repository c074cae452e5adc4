"""Templates that stand in for a skill's own are named wherever a person meets them, and so is what they rewrite."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from backwright.content import content_root
from backwright.memory.record_reader import parse_record

from tests.pipeline.running import agent, build, record
from tests.target.repositories import git


@pytest.fixture
def overridden(own_home: Path) -> Path:
    """The person's own template for data access: the bundled one with another first line."""
    assets = own_home / ".claude" / "skills" / "crud-builder" / "assets"
    assets.mkdir(parents=True)
    bundled = (content_root() / "skills" / "crud-builder" / "assets" / "crud.py.j2").read_text(encoding="utf-8")
    (assets / "crud.py.j2").write_text("# Kept by the data team.\n" + bundled, encoding="utf-8")
    return assets


def test_what_an_override_rewrites_of_other_resources_is_in_the_plan_and_the_record(
    shop: Path, overridden: Path
) -> None:
    ran = build(shop, "add tags with name")

    assert "app/crud/product.py" in git(shop, "show", "--name-only", "--format=", "HEAD")
    rewrites = "write 1 file of products anew, as templates say it now"
    names = "templates of `crud-builder` are taken from ~/.claude/skills/crud-builder/assets: crud.py.j2"
    said = record(shop, "0002")
    for line in (rewrites, names):
        assert line in ran.err + ran.out
        assert line in said
    found, findings = parse_record(said)
    assert found is not None
    assert found.run is not None
    assert findings == ()
    assert len(found.run.skills["~/.claude/skills/crud-builder/assets"]) == 64


def test_an_override_taken_away_is_said_too(shop: Path, overridden: Path) -> None:
    build(shop, "add tags with name")
    (overridden / "crud.py.j2").unlink()

    build(shop, "add notes with text")

    said = record(shop, "0003")
    assert "write 1 file of products anew" in said
    assert "write 1 file of tags anew" in said
    assert "are taken from" not in said


def test_without_overrides_a_run_says_nothing_of_other_resources(shop: Path) -> None:
    build(shop, "add reviews with rating 1..5 and text, belonging to products")
    build(shop, "add tags with name")

    assert "anew" not in record(shop, "0002") + record(shop, "0003")


def test_skills_list_and_show_name_overrides(overridden: Path, tmp_path: Path) -> None:
    told = agent("skills", "list", "--repo", tmp_path).out
    shown = agent("skills", "show", "crud-builder", "--repo", tmp_path).out
    document = json.loads(agent("skills", "show", "crud-builder", "--repo", tmp_path, "--json").out)

    assert f"crud-builder: crud.py.j2 from {overridden}" in told
    assert f"overridden:     crud.py.j2 from {overridden}" in shown
    assert [(one["folder"], one["replaced"], one["trusted"]) for one in document["overrides"]] == [
        (str(overridden), ["crud.py.j2"], True)
    ]


def test_an_override_that_came_with_a_repository_is_shown_as_not_trusted(tmp_path: Path) -> None:
    assets = tmp_path / ".claude" / "skills" / "crud-builder" / "assets"
    assets.mkdir(parents=True)
    (assets / "other.j2").write_text("", encoding="utf-8")

    shown = agent("skills", "show", "crud-builder", "--repo", tmp_path).out

    assert f"overridden:     none of its assets from {assets} (not trusted)" in shown
