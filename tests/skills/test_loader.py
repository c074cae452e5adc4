"""A skill's code runs as it was hashed, leaves nothing behind, and runs from a repository only when trusted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from backwright.errors import BadInput, NotSupported
from backwright.skills.assets import overrides_of, templates_of
from backwright.skills.loader import load_build, load_review
from backwright.skills.lookup import find_skill
from backwright.skills.reader import read_skill
from backwright.skills.spec import SkillSpec
from backwright.skills.trust import trust, trust_file, trusted

from tests.skills.writing import FRONT, write_skill

BUILD = '''"""Writes one file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright.codegen.contribution import Contribution, File

if TYPE_CHECKING:
    from backwright.codegen.build import Build

NAMES = ("a", "b")
SIZES: dict[str, int] = {"a": 1}


@dataclass(frozen=True)
class Part:
    name: str
    size: int = 2


@lru_cache(maxsize=None)
def part(name: str = "a", *, key=lambda value: value.upper()) -> Part:
    return Part(key(name))


def build(build: Build) -> Contribution:
    return Contribution({PurePosixPath(part().name): File("x")})


def review(tree):
    return tuple(tree)
'''
META = "metadata:\n  build: scripts/one.py\n  review: scripts/one.py\n"


@pytest.fixture
def user_skills(own_home: Path) -> Path:
    return own_home / ".claude" / "skills"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    return tmp_path / "repo"


def skill_with(skills: Path, script: str = BUILD, name: str = "one") -> SkillSpec:
    folder = write_skill(skills, name, FRONT.format(name=name) + META, {"scripts/one.py": script, "assets/a.j2": "own"})
    spec = read_skill(folder).spec
    assert spec is not None
    return spec


def test_a_script_is_loaded_under_a_name_of_its_own_and_leaves_nothing_behind(user_skills: Path) -> None:
    skill = skill_with(user_skills)
    before = set(sys.modules)
    build = load_build(skill)
    (added,) = set(sys.modules) - before
    assert added.startswith("backwright_skill_one_")
    assert build.__module__ == added
    assert [str(path) for path in build(None).files] == ["A"]
    assert load_build(skill) is build
    assert load_review(skill)({1: b""}) == (1,)
    assert list(skill.folder.rglob("__pycache__")) == []


def test_two_skills_with_scripts_of_one_name_do_not_meet(user_skills: Path) -> None:
    first = load_build(skill_with(user_skills))
    second = load_build(skill_with(user_skills, BUILD.replace('"a")', '"z")').replace('"a",', '"z",'), "two"))
    assert first(None).files.keys() != second(None).files.keys()


def test_the_bytes_that_were_hashed_run_even_if_the_file_has_changed_since(user_skills: Path) -> None:
    skill = skill_with(user_skills)
    (skill.folder / "scripts" / "one.py").write_text("raise SystemExit", encoding="utf-8")
    assert load_build(skill)(None).files


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("print('hello')", "Expr"),
        ("X = open('/etc/passwd')", "calls `open"),
        ("for x in (1, 2): pass", "For"),
        ("import backwright.pipeline", "backwright.pipeline"),
        ("from backwright.cli import app", "backwright.cli"),
        ("from backwright import target", "backwright.target"),
        ("from . import other", "stands alone"),
        ("@print\ndef f(): ...", "decorator `print`"),
        ("def f(x=print()): ...", "calls `print"),
        ("def f(x: print()): ...", "calls `print"),
        ("class A(print()): ...", "calls `print"),
        ("class A:\n    print()", "Expr"),
        ("X = [print(x) for x in (1, 2)]", "calls `print"),
        ("X = (y := 1)", "calls"),
        ("def f():\n    import backwright.target.git", "backwright.target.git"),
        ("def f(:", "not Python"),
        ("X = '\0'", "not Python"),
    ],
)
def test_a_script_that_does_something_when_it_is_loaded_is_refused(user_skills: Path, line: str, reason: str) -> None:
    script = line if line.startswith("from __future__") else f"'''Doc.'''\n{line}\n"
    skill = skill_with(user_skills, script)
    before = set(sys.modules)
    with pytest.raises(BadInput) as caught:
        load_build(skill)
    assert reason in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.path.endswith("one.py")
    assert not {name for name in set(sys.modules) - before if name.startswith("backwright_skill")}


def test_a_script_without_the_function_or_that_cannot_be_loaded_says_so(user_skills: Path) -> None:
    with pytest.raises(BadInput, match="no function `build`"):
        load_build(skill_with(user_skills, "def other(): ..."))
    with pytest.raises(BadInput, match="ModuleNotFoundError"):
        load_build(skill_with(user_skills, "import no_such_module_here"))


def test_a_skill_without_a_script_cannot_build(user_skills: Path) -> None:
    spec = read_skill(write_skill(user_skills, "plain")).spec
    assert spec is not None
    with pytest.raises(NotSupported, match="no script to build"):
        load_build(spec)
    with pytest.raises(NotSupported, match="no script to review"):
        load_review(spec)


def test_code_of_a_repository_runs_only_as_the_person_trusted_it(repo: Path) -> None:
    skill = skill_with(repo / ".claude" / "skills")
    assert not trusted(skill)
    with pytest.raises(NotSupported, match="not trusted"):
        load_build(skill)
    trust(skill)
    assert trusted(skill)
    assert load_build(skill)(None).files
    (skill.folder / "assets" / "a.j2").write_text("changed", encoding="utf-8")
    changed = find_skill("one", repo)
    assert not trusted(changed)
    with pytest.raises(NotSupported):
        load_build(changed)


def test_trust_is_for_one_folder_and_survives_a_second_one(repo: Path, tmp_path: Path) -> None:
    skill = skill_with(repo / ".claude" / "skills")
    copy = skill_with(tmp_path / "elsewhere" / ".claude" / "skills")
    assert skill.digest == copy.digest
    trust(skill)
    assert not trusted(copy)
    trust(copy)
    assert trusted(skill)
    assert trusted(copy)


def test_a_damaged_trust_file_trusts_nothing(repo: Path) -> None:
    skill = skill_with(repo / ".claude" / "skills")
    trust(skill)
    for text in ("{", "[]", '{"a": 1}'):
        trust_file().write_text(text, encoding="utf-8")
        assert not trusted(skill)
    trust(skill)
    assert trusted(skill)


def test_a_link_in_the_home_folder_does_not_make_foreign_code_the_persons_own(repo: Path, user_skills: Path) -> None:
    skill = skill_with(repo / ".claude" / "skills")
    user_skills.mkdir(parents=True)
    (user_skills / "one").symlink_to(skill.folder)
    linked = read_skill(user_skills / "one").spec
    assert linked is not None
    assert not trusted(linked)


def test_bundled_and_own_skills_are_trusted(repo: Path, user_skills: Path) -> None:
    assert trusted(skill_with(user_skills))


def test_a_nearer_folder_overrides_one_asset(repo: Path, user_skills: Path, own_home: Path) -> None:
    skill = skill_with(user_skills)
    assets = repo / ".claude" / "skills" / "one" / "assets"
    assets.mkdir(parents=True)
    (assets / "b.j2").write_text("only here", encoding="utf-8")
    (assets / "a.j2").write_text("theirs {{ 1 + 1 }}", encoding="utf-8")
    assert templates_of(skill).render("a.j2") == "own"
    with pytest.raises(NotSupported, match="not trusted"):
        templates_of(skill, repo)
    (found,) = overrides_of(skill, repo)
    trust(found)
    templates = templates_of(skill, repo)
    (assets / "a.j2").write_text("changed since", encoding="utf-8")
    assert templates.render("a.j2") == "theirs 2"
    assert templates.render("b.j2") == "only here"
    with pytest.raises(NotSupported, match="not trusted"):
        templates_of(skill, repo)


def test_a_skill_of_the_project_is_not_overridden_by_the_persons(repo: Path, user_skills: Path) -> None:
    skill = skill_with(repo / ".claude" / "skills")
    write_skill(user_skills, "one", files={"assets/a.j2": "the person's"})
    assert overrides_of(skill, repo) == ()
    assert templates_of(skill, repo).render("a.j2") == "own"
