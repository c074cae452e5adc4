"""The agents that come with the program, and where they are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from backwright.agents.reader import read_agent
from backwright.agents.tools import tools_of
from backwright.agents.values import values
from backwright.content import content_root, find_content
from backwright.errors import BackwrightError

NAMES = ("api-reviewer", "fastapi-backend", "test-engineer")


def test_these_are_the_bundled_agents() -> None:
    assert sorted(path.stem for path in (content_root() / "agents").glob("*.md")) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_agent_has_nothing_wrong_with_it(name: str) -> None:
    file = read_agent(content_root() / "agents" / f"{name}.md")
    assert file.findings == ()
    assert file.spec is not None
    assert file.spec.name == name
    assert len(file.spec.description) <= 1024
    assert 500 < len(file.spec.body) < 10_000


def test_what_they_may_do() -> None:
    specs = {name: read_agent(content_root() / "agents" / f"{name}.md").spec for name in NAMES}
    backend, reviewer, tester = specs["fastapi-backend"], specs["api-reviewer"], specs["test-engineer"]
    assert (backend.skills, backend.memory, tools_of(backend).can_write) == (None, "project", True)
    assert (reviewer.skills, tools_of(reviewer).can_write) == (("code-reviewer",), False)
    assert not tools_of(reviewer).can_run
    assert tester.skills == ("test-builder",)


def bundle(folder: Path) -> None:
    for name in ("agents", "skills", "memory"):
        (folder / name).mkdir(parents=True)
    (folder / "agents" / "fastapi-backend.md").write_text("", encoding="utf-8")


def test_content_is_beside_the_package_in_a_wheel_and_above_the_source_root_in_a_checkout(tmp_path: Path) -> None:
    wheel = tmp_path / "site-packages" / "backwright"
    bundle(wheel / "content")
    assert find_content(wheel / "content.py") == wheel / "content"
    bundle(tmp_path / "checkout")
    assert find_content(tmp_path / "checkout" / "runner" / "backwright" / "content.py") == tmp_path / "checkout"


def test_an_installation_without_content_fails_loudly(tmp_path: Path) -> None:
    bundle(tmp_path)
    package = tmp_path / "site-packages" / "backwright"
    with pytest.raises(BackwrightError, match="no bundled agents"):
        find_content(package / "content.py")
    (package / "content" / "agents").mkdir(parents=True)
    with pytest.raises(BackwrightError, match="no bundled agents"):
        find_content(package / "content.py")


def test_the_value_lists_are_whole() -> None:
    lists = values()
    assert len(lists.agent_keys.known) == 17
    assert len(lists.colors) == 8
    assert lists.writing_tools <= lists.tools | lists.legacy_tools.keys()
    assert set(lists.agent_keys.meant.values()) <= set(lists.agent_keys.known)
