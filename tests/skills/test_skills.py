"""Skills are read, found nearest first, and given to an agent with what they require."""

from __future__ import annotations

from pathlib import Path

import pytest
from backwright.agents.spec import AgentSpec
from backwright.errors import BadInput, NotFound
from backwright.finding import Severity
from backwright.skills.lookup import bundled_skills, find_skill, list_skills, skills_of
from backwright.skills.reader import read_skill

from tests.skills.writing import FRONT, write_skill


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    return tmp_path / "repo"


def agent(skills: tuple[str, ...] | None) -> AgentSpec:
    return AgentSpec("a", "b", Path("a.md"), "", "0", skills=skills)


def test_every_field_is_typed(tmp_path: Path) -> None:
    folder = write_skill(
        tmp_path,
        "brass-polisher",
        FRONT.format(name="brass-polisher")
        + "license: MIT\ncompatibility: needs brass\nallowed-tools: Bash(git diff:*) Read\n"
        + "metadata:\n  build: scripts/brass_polisher.py\n  review: scripts/look.py\n  version: 1.10\n"
        + "  requires: rag-cutter, polish-mixer\n  aliases: polisher old-polisher\n",
        {"scripts/brass_polisher.py": "", "scripts/look.py": "", "assets/a.j2": "x"},
        body="How to.\n",
    )
    file = read_skill(folder)
    skill = file.spec
    assert skill is not None
    assert file.findings == ()
    assert (skill.name, skill.license, skill.compatibility) == ("brass-polisher", "MIT", "needs brass")
    assert skill.allowed_tools == ("Bash(git diff:*)", "Read")
    assert skill.metadata["version"] == "1.10"
    assert skill.build_script == folder / "scripts" / "brass_polisher.py"
    assert skill.review_script == folder / "scripts" / "look.py"
    assert skill.requires == ("rag-cutter", "polish-mixer")
    assert skill.aliases == ("polisher", "old-polisher")
    assert skill.body == "How to.\n"
    assert {str(path) for path in skill.files} == {
        "SKILL.md",
        "scripts/brass_polisher.py",
        "scripts/look.py",
        "assets/a.j2",
    }


def test_the_digest_is_of_the_whole_folder(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, "one", files={"scripts/one.py": "", "assets/a.j2": "x"})

    def digest() -> str:
        spec = read_skill(folder).spec
        assert spec is not None
        return spec.digest

    before = digest()
    (folder / "scripts" / "__pycache__").mkdir()
    (folder / "scripts" / "__pycache__" / "one.pyc").write_bytes(b"x")
    assert digest() == before
    (folder / "assets" / "a.j2").write_text("y", encoding="utf-8")
    changed = digest()
    assert changed != before
    (folder / "assets" / "a.j2").rename(folder / "assets" / "b.j2")
    assert digest() not in (before, changed)


@pytest.mark.parametrize(
    ("front", "code", "name"),
    [
        ("name: other\ndescription: d\n", "SK004", "other"),
        ("description: d\n", "SK001", "one"),
        ("name: One Thing\ndescription: d\n", "SK003", "one-thing"),
        ("name: ../../x\ndescription: d\n", "SK003", "x"),
        ("name: one\ndescription: first: second\n", "FM021", "one"),
        ("name: one\ndescription: " + "d" * 1025 + "\n", "SK005", "one"),
        ("name: one\ndescription: d\nversion: 2\n", "SK010", "one"),
        ("name: one\ndescription: d\nallowed_tools: Read\n", "SK011", "one"),
        ("name: one\ndescription: d\nmetadata: yes\n", "SK020", "one"),
        ("name: one\ndescription: d\nmetadata:\n  requires: [a, b]\n", "SK020", "one"),
        ("name: one\ndescription: d\nmetadata:\n  build: scripts/none.py\n", "SK030", "one"),
        ("name: one\ndescription: d\nmetadata:\n  build: ../two/scripts/two.py\n", "SK030", "one"),
        ("name: one\ndescription: d\nmetadata:\n  build: /bin/sh\n", "SK030", "one"),
    ],
)
def test_what_is_not_right_is_read_and_said(tmp_path: Path, front: str, code: str, name: str) -> None:
    file = read_skill(write_skill(tmp_path, "one", front))
    assert file.spec is not None
    assert file.spec.name == name
    assert code in {finding.code for finding in file.findings}
    assert file.spec.build_script is None
    assert all(finding.severity is not Severity.ERROR for finding in file.findings)


def test_a_skill_without_a_description_is_left_out_and_said(tmp_path: Path) -> None:
    file = read_skill(write_skill(tmp_path, "one", "name: one\n"))
    assert file.spec is None
    assert file.error is not None
    assert file.error.code == "SK002"
    assert file.error.place.path.endswith("SKILL.md")


def test_links_out_of_the_folder_are_not_part_of_a_skill(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("def build(b): ...", encoding="utf-8")
    folder = write_skill(tmp_path, "one", "name: one\ndescription: d\nmetadata:\n  build: scripts/one.py\n")
    (folder / "scripts").mkdir()
    (folder / "scripts" / "one.py").symlink_to(tmp_path / "secret.py")
    assert read_skill(folder).spec.build_script is None


def test_the_nearest_skill_wins_and_a_folder_without_skill_md_is_none(repo: Path, own_home: Path) -> None:
    user = write_skill(own_home / ".claude" / "skills", "one")
    assert find_skill("one", repo).folder == user
    (repo / ".claude" / "skills" / "one" / "assets").mkdir(parents=True)
    assert find_skill("one", repo).origin == "user"
    project = write_skill(repo / ".claude" / "skills", "one")
    assert find_skill("one", repo / "deep" / "inside").folder == project
    assert find_skill("one", repo).origin == "project"


def test_a_skill_answers_to_its_other_names(repo: Path) -> None:
    skills = repo / ".claude" / "skills"
    write_skill(skills, "one", FRONT.format(name="one") + "metadata:\n  aliases: uno, eins\n")
    assert find_skill("eins", repo).name == "one"
    write_skill(skills, "eins")
    assert find_skill("eins", repo).name == "eins"


def test_two_folders_with_one_name_in_one_scope_are_listed(repo: Path) -> None:
    skills = repo / ".claude" / "skills"
    write_skill(skills, "one")
    write_skill(skills, "uno", FRONT.format(name="one"))
    with pytest.raises(NotFound) as caught:
        find_skill("one", repo)
    assert len(caught.value.candidates) == 2


def test_an_unknown_skill_lists_what_there_is_and_a_broken_one_says_why(repo: Path) -> None:
    write_skill(repo / ".claude" / "skills", "one")
    with pytest.raises(NotFound) as caught:
        find_skill("zzz", repo)
    assert any(" one " in line for line in caught.value.candidates)
    write_skill(repo / ".claude" / "skills", "bad", "name: bad\n")
    with pytest.raises(BadInput, match="no description"):
        find_skill("bad", repo)
    with pytest.raises(BadInput):
        find_skill(" ", repo)


def test_an_agent_has_all_skills_or_none_or_those_listed_with_what_they_require(repo: Path) -> None:
    skills = repo / ".claude" / "skills"
    for name, requires in (("one", "two"), ("two", "three one"), ("three", ""), ("four", "")):
        write_skill(skills, name, FRONT.format(name=name) + f"metadata:\n  requires: {requires}\n")
    assert skills_of(agent(()), repo) == ()
    assert [skill.name for skill in skills_of(agent(("one",)), repo)] == ["three", "two", "one"]
    assert {"one", "two", "three", "four"} <= {skill.name for skill in skills_of(agent(None), repo)}
    with pytest.raises(NotFound, match="no skill `five`"):
        skills_of(agent(("one", "five")), repo)
    write_skill(skills, "six", FRONT.format(name="six") + "metadata:\n  requires: seven\n")
    with pytest.raises(NotFound, match="`seven`, which `six` requires"):
        skills_of(agent(("six",)), repo)


def test_the_list_hides_no_file(repo: Path) -> None:
    write_skill(repo / ".claude" / "skills", "bad", "name: bad\n")
    assert any(file.spec is None and file.findings for file in list_skills(repo))


def test_bundled_skills_come_after_those_they_require_unless_both_need_each_other() -> None:
    skills = {skill.name: skill for skill in bundled_skills()}
    names = list(skills)
    assert sorted(names) == [
        "auth-builder",
        "backend-scaffold",
        "code-reviewer",
        "crud-builder",
        "endpoint-generator",
        "sql-schema-builder",
        "test-builder",
    ]
    for name, skill in skills.items():
        for required in skill.requires:
            assert names.index(required) < names.index(name) or name in skills[required].requires


def test_a_skill_answers_to_the_name_it_had_elsewhere(repo: Path) -> None:
    assert find_skill("fastapi-endpoint-generator", repo).name == "endpoint-generator"
