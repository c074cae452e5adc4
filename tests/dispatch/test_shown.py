"""Which agent was chosen, and why, is seen wherever a run is seen; a named agent needs no reason."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from backwright.cli.terminal import Terminal
from backwright.event import Chosen
from backwright.memory.record_reader import parse_record
from rich.console import Console

from tests.pipeline.conftest import know_ada
from tests.pipeline.running import agent

TASK = "add products CRUD"
LINE = "agent: fastapi-backend: shares 'CRUD', 'add'\n"


@pytest.fixture(autouse=True)
def identity(own_home: Path) -> None:
    know_ada(own_home)


def test_the_plain_form_says_it_on_stderr(tmp_path: Path) -> None:
    ran = agent("run", TASK, "--repo", tmp_path / "shop", "--dry-run", "--verify", "none")
    assert ran.status == 0, ran.err
    assert ran.err == LINE
    assert LINE not in ran.out


def test_the_terminal_shows_it() -> None:
    out = io.StringIO()
    with Terminal(Console(file=out, force_terminal=False)) as terminal:
        terminal(Chosen("fastapi-backend", "shares 'CRUD', 'add'"))
    assert LINE in out.getvalue()


def test_json_holds_the_reason_and_nothing_where_the_agent_was_named(tmp_path: Path) -> None:
    options = ("--repo", tmp_path / "shop", "--dry-run", "--verify", "none", "--json")
    dispatched = agent("run", TASK, *options)
    assert dispatched.document["reason"] == "shares 'CRUD', 'add'"
    assert LINE in dispatched.err
    assert agent("run", "fastapi-backend", TASK, *options).document["reason"] is None


def test_events_hold_one_of_its_own(tmp_path: Path) -> None:
    ran = agent("run", TASK, "--repo", tmp_path / "shop", "--dry-run", "--verify", "none", "--events")
    events = [json.loads(line) for line in ran.out.splitlines()]
    chosen = [event for event in events if event["event"] == "chosen"]
    assert chosen == [{"event": "chosen", "agent": "fastapi-backend", "reason": "shares 'CRUD', 'add'"}]


def test_the_record_keeps_the_reason(tmp_path: Path) -> None:
    ran = agent("run", TASK, "--repo", tmp_path / "shop", "--yes", "--verify", "none")
    assert ran.status == 0, ran.err
    (path,) = (tmp_path / "shop" / "history" / "prompts").rglob("0001-*.prompt.md")
    record, findings = parse_record(path.read_text(encoding="utf-8"), str(path))
    assert findings == ()
    assert record is not None
    assert record.run is not None
    assert (record.run.agent, record.run.reason) == ("fastapi-backend", "shares 'CRUD', 'add'")


@pytest.mark.parametrize("words", [("nobody", TASK), ("order a pizza",)])
def test_an_agent_that_is_not_there_is_said_before_that_nobody_can_be_asked(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    ran = agent("run", *words, "--repo", tmp_path / "shop")
    assert ran.status == 2
    assert "nobody is there to be asked" not in ran.err
    assert "fastapi-backend" in ran.err
    assert not (tmp_path / "shop").exists()
    assert "nobody is there to be asked" in agent("run", "fastapi-backend", TASK, "--repo", tmp_path / "shop").err
