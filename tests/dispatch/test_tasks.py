"""Sixty tasks over eight agents: as many as ever go where they are meant, and the choice does not hang on order."""

from __future__ import annotations

from pathlib import Path

import pytest
from backwright.agents.dispatch import ranking
from backwright.agents.lookup import list_agents, nearest_of_each

from tests.dispatch.score import HERE, cases, chosen, repository


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo")


@pytest.mark.parametrize(("half", "least"), [("held_back", 23), ("open", 28)])
def test_no_fewer_tasks_go_where_they_are_meant(repo: Path, half: str, least: int) -> None:
    right = [case for case in cases(half) if chosen(case.task, repo) == case.meant]
    assert len(cases(half)) == 30
    assert len(right) >= least


def test_every_agent_that_is_meant_is_there(repo: Path) -> None:
    names = {file.spec.name for file in nearest_of_each(list_agents(repo)) if file.spec}
    assert len(names) == 8
    assert {name for half in ("held_back", "open") for case in cases(half) for name in case.meant} == names
    assert len(list((HERE / "agents").glob("*.md"))) == 5


def test_the_order_of_the_definitions_changes_no_score(repo: Path) -> None:
    agents = nearest_of_each(list_agents(repo))
    for case in cases("open"):
        forth = {match.profile.spec.name: match.score for match in ranking(case.task, agents)}
        back = {match.profile.spec.name: match.score for match in ranking(case.task, agents[::-1])}
        assert forth == back
