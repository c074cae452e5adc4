"""The skills that come with the program can be loaded by any client of Agent Skills, and by ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from backwright.content import content_root
from backwright.skills.loader import load_build, load_review
from backwright.skills.lookup import bundled_skills, find_skill
from backwright.skills.reader import read_skill
from backwright.skills.spec import SkillSpec
from skills_ref import validate

FOLDERS = sorted(path.parent for path in (content_root() / "skills").glob("*/SKILL.md"))


def spec_of(folder: Path) -> SkillSpec:
    spec = read_skill(folder).spec
    assert spec is not None
    return spec


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_bundled_skill_is_valid_for_other_programs_and_has_nothing_wrong_with_it(folder: Path) -> None:
    assert validate(folder) == []
    assert read_skill(folder).findings == ()
    assert len(spec_of(folder).body.splitlines()) < 500


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_bundled_skill_says_how_another_program_runs_it(folder: Path) -> None:
    skill = spec_of(folder)
    assert f"agent skills run {skill.name}" in skill.body


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_script_of_a_bundled_skill_can_be_loaded(folder: Path) -> None:
    skill = spec_of(folder)
    assert skill.build or skill.review
    if skill.build:
        assert callable(load_build(skill))
    if skill.review:
        assert callable(load_review(skill))


def test_what_a_bundled_skill_requires_is_bundled(tmp_path: Path) -> None:
    for skill in bundled_skills():
        assert all(find_skill(name, tmp_path).origin == "bundled" for name in skill.requires)
