"""The nearest definition wins; what is not clear is listed with its paths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from backwright.agents.lookup import find_agent, list_agents, nearest_of_each
from backwright.errors import BadInput, NotFound


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    return tmp_path / "repo"


def define(folder: Path, name: str, file: str | None = None, description: str = "Does it.", body: str = "") -> Path:
    path = folder / ".claude" / "agents" / (file or f"{name}.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\nname: {name}\ndescription: {description}\n---\n{body}", encoding="utf-8")
    return path


def test_a_name_is_looked_up_in_the_target_then_in_the_home_then_among_the_bundled(repo: Path, own_home: Path) -> None:
    assert find_agent("fastapi-backend", repo).scope == "bundled"
    user = define(own_home, "fastapi-backend")
    assert find_agent("fastapi-backend", repo).path == user
    project = define(repo, "fastapi-backend")
    assert find_agent("fastapi-backend", repo).path == project
    assert find_agent("fastapi-backend", repo).scope == "project"


def test_the_target_is_searched_up_to_its_root_and_no_further(repo: Path) -> None:
    inner = repo / "services" / "shop"
    inner.mkdir(parents=True)
    define(repo.parent, "keeper-outside")
    root = define(repo, "keeper")
    assert find_agent("keeper", inner).path == root
    near = define(repo / "services", "keeper")
    assert find_agent("keeper", inner).path == near
    with pytest.raises(NotFound):
        find_agent("keeper-outside", inner)


def test_a_folder_in_no_repository_is_searched_alone(tmp_path: Path) -> None:
    define(tmp_path, "keeper")
    (tmp_path / "inner").mkdir()
    assert find_agent("keeper", tmp_path).scope == "project"
    with pytest.raises(NotFound):
        find_agent("keeper", tmp_path / "inner")


def test_a_target_that_does_not_exist_yet_belongs_to_the_repository_around_it(repo: Path) -> None:
    path = define(repo, "keeper")
    assert find_agent("keeper", repo / "new" / "place").path == path


def test_folders_below_agents_are_searched_and_the_file_may_be_called_anything(repo: Path) -> None:
    path = define(repo, "keeper", "books/Other.MD")
    assert find_agent("keeper", repo).path == path


def test_linked_folders_that_lead_in_a_circle_are_no_trap(repo: Path) -> None:
    path = define(repo, "keeper")
    (path.parent / "again").symlink_to(path.parent)
    assert find_agent("keeper", repo).path == path


def test_a_beginning_or_an_end_is_enough_where_it_is_the_only_one(repo: Path) -> None:
    define(repo, "shop-keeper")
    assert find_agent("shop", repo).spec.name == "shop-keeper"
    assert find_agent("keeper", repo).spec.name == "shop-keeper"
    with pytest.raises(NotFound):
        find_agent("op-kee", repo)


def test_an_exact_name_is_preferred_to_a_beginning_in_a_nearer_scope(repo: Path, own_home: Path) -> None:
    define(repo, "keeper-of-books")
    user = define(own_home, "keeper")
    assert find_agent("keeper", repo).path == user


def test_several_that_begin_so_are_listed_with_their_paths(repo: Path) -> None:
    paths = [define(repo, "keeper-a"), define(repo, "keeper-b")]
    with pytest.raises(NotFound) as caught:
        find_agent("keeper", repo)
    assert len(caught.value.candidates) == 2
    assert all(str(path) in line for path, line in zip(paths, caught.value.candidates, strict=True))


def test_two_files_of_one_name_in_one_scope_are_listed_rather_than_chosen_between(repo: Path) -> None:
    paths = [define(repo, "keeper", "one.md"), define(repo, "keeper", "two.md")]
    for wanted in ("keeper", "keep"):
        with pytest.raises(NotFound) as caught:
            find_agent(wanted, repo)
        assert all(str(path) in str(caught.value) for path in paths)
    assert find_agent(str(paths[1]), repo).path == paths[1]


def test_a_name_that_leads_nowhere_lists_what_there_is(repo: Path) -> None:
    define(repo, "keeper")
    broken = repo / ".claude" / "agents" / "broken.md"
    broken.write_text("no definition", encoding="utf-8")
    with pytest.raises(NotFound) as caught:
        find_agent("zzz", repo)
    assert any("keeper" in line for line in caught.value.candidates)
    assert any(str(broken) in line and "FM015" in line for line in caught.value.candidates)


@pytest.mark.parametrize("name", ["", "   ", "a\0b"])
def test_nothing_is_no_name(repo: Path, name: str) -> None:
    with pytest.raises(BadInput):
        find_agent(name, repo)


def test_a_path_is_taken_as_it_is_from_here_or_from_the_target(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = repo / "drafts" / "keeper.txt"
    path.parent.mkdir()
    path.write_text("---\nname: keeper\ndescription: d\n---\n", encoding="utf-8")
    assert find_agent(str(path), repo.parent).scope == "path"
    assert find_agent("drafts/keeper.txt", repo).path == path
    monkeypatch.chdir(path.parent)
    assert find_agent("keeper.txt", repo).path == path
    monkeypatch.setenv("HOME", str(repo))
    assert find_agent("~/drafts/keeper.txt", repo).path == path


def test_a_path_without_a_definition_says_why_and_where(repo: Path) -> None:
    path = repo / "a.md"
    with pytest.raises(NotFound):
        find_agent(str(path), repo)
    path.write_text("---\ndescription: d\n---\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no name") as caught:
        find_agent(str(path), repo)
    assert caught.value.place is not None
    assert (caught.value.place.path, caught.value.place.line) == (str(path), 2)
    with pytest.raises(BadInput, match="regular file"):
        find_agent(f"{repo}/", repo)


def test_a_broken_file_of_that_name_says_why(repo: Path) -> None:
    path = define(repo, "keeper")
    path.write_text("---\nname: keeper\n---\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no description"):
        find_agent("keeper", repo)


def test_the_list_holds_every_file_nearest_first_and_hides_none(repo: Path, own_home: Path) -> None:
    define(own_home, "keeper")
    define(repo, "keeper")
    (repo / ".claude" / "agents" / "broken.md").write_text("", encoding="utf-8")
    files = list_agents(repo)
    assert [file.scope for file in files][:3] == ["project", "project", "user"]
    assert [file.spec is None for file in files][:3] == [True, False, False]
    names = [file.spec.name for file in nearest_of_each(files) if file.spec]
    assert names == ["keeper", "api-reviewer", "fastapi-backend", "test-engineer"]


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_file_name_that_is_no_text_is_listed(repo: Path) -> None:
    folder = define(repo, "keeper").parent
    Path(os.fsdecode(bytes(folder) + b"/\xff.md")).write_text("", encoding="utf-8")
    findings = [finding for file in list_agents(repo) for finding in file.findings]
    assert [str(finding).encode() for finding in findings]
