"""What the options of ``agent run`` do, and what a terminal shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.running import agent, build, commits
from tests.pipeline.sitting import Sitting, pty_only
from tests.target.repositories import every_file, git, repository

TASK = "add customers CRUD"


def test_a_dry_run_shows_everything_and_leaves_nothing(shop: Path) -> None:
    before = every_file(shop)
    ran = agent("run", "fastapi-backend", TASK, "--repo", shop, "--dry-run", "--verify", "none")
    assert ran.status == 0
    assert "add the resource customers" in ran.out
    assert "+class Customer(" in ran.out
    assert "dry run: nothing was applied" in ran.out
    assert every_file(shop) == before


def test_a_dry_run_in_a_folder_that_is_not_there_makes_none(tmp_path: Path) -> None:
    ran = agent("run", "fastapi-backend", TASK, "--repo", tmp_path / "new", "--dry-run", "--verify", "none")
    assert ran.status == 0
    assert list(tmp_path.iterdir()) == []


def test_no_commit_changes_the_work_tree_only(shop: Path) -> None:
    (shop / "README.md").write_text("# Mine, not committed\n")
    count = commits(shop)
    ran = build(shop, TASK, "--no-commit")
    assert "not committed" in ran.out
    assert commits(shop) == count
    assert (shop / "README.md").read_text() == "# Mine, not committed\n"
    assert (shop / "app/models/customer.py").exists()
    assert git(shop, "diff", "--cached", "--name-only") == ""
    assert "nothing to do" in build(shop, TASK, "--no-commit").out


def test_a_branch_is_made_and_switched_to(shop: Path) -> None:
    main = git(shop, "rev-parse", "main")
    build(shop, TASK, "--branch", "feature/customers")
    assert git(shop, "branch", "--show-current") == "feature/customers"
    assert git(shop, "rev-parse", "main") == main
    assert git(shop, "rev-parse", "HEAD^") == main
    assert git(shop, "status", "--porcelain") == ""


def test_init_makes_a_folder_inside_a_repository_one_of_its_own(tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer")
    head = git(outer, "rev-parse", "HEAD")
    (outer / "inner").mkdir()
    build(outer / "inner", "add products CRUD", "--init")
    assert git(outer, "rev-parse", "HEAD") == head
    assert (outer / "inner" / ".git").is_dir()
    assert commits(outer / "inner") == 1
    assert git(outer / "inner", "status", "--porcelain") == ""


def test_a_backend_in_a_folder_of_a_monorepo_stays_there(tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer", {"web/index.html": "<p>hello</p>\n", "README.md": "# Everything\n"})
    folder = outer / "services" / "shop"
    folder.mkdir(parents=True)
    build(folder, "add products CRUD")
    build(folder, TASK)
    assert commits(outer) == 3
    changed = git(outer, "diff", "--name-only", "HEAD~2", "HEAD").splitlines()
    elsewhere = {name for name in changed if not name.startswith("services/shop/")}
    assert all(name.startswith((".claude/agent-memory/", "history/prompts/")) for name in elsewhere), elsewhere
    assert (outer / "README.md").read_text() == "# Everything\n"
    assert (folder / "app/models/customer.py").exists()
    assert "is as it was generated" in agent("status", "--repo", folder).out
    build(outer, "add tags with name")  # the only backend there is
    assert (folder / "app/models/tag.py").exists()


def test_a_new_backend_below_other_settings_of_ruff_keeps_its_own(tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer", {"pyproject.toml": "[tool.ruff]\nline-length = 120\n"})
    ran = agent("run", "fastapi-backend", TASK, "--repo", outer / "api", "--yes", "--verify", "none")
    assert ran.status == 0, ran.err
    check = [sys.executable, "-m", "ruff", "format", "--check", "--no-cache", "."]
    assert subprocess.run(check, cwd=outer / "api", capture_output=True, check=False).returncode == 0
    assert "nothing to do" in agent("run", "fastapi-backend", TASK, "--repo", outer / "api", "--yes").out


def test_json_is_one_object_that_says_what_was_done(shop: Path) -> None:
    ran = agent("run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--verify", "none", "--json")
    assert ran.status == 0
    document = ran.document
    assert document["commit"] == git(shop, "rev-parse", "HEAD")
    assert document["record"] == "0002"
    assert document["agent"] == "fastapi-backend"
    assert document["engine"] == "offline"
    names = git(shop, "show", "--name-only", "--format=", "HEAD").splitlines()
    assert {file["path"] for file in document["files"]} == set(names)
    assert document["plan"]["summary"][0].startswith("add the resource customers")
    assert {"resolve", "stage", "build", "verify", "record", "show", "apply"} == document["seconds"].keys()


def test_events_are_one_object_a_line_and_end_with_the_result(shop: Path) -> None:
    ran = agent("run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--verify", "none", "--events")
    events = [json.loads(line) for line in ran.out.splitlines()]
    steps = [event["step"] for event in events if event["event"] == "step_started"]
    assert steps == ["resolve", "stage", "build", "verify", "record", "show", "apply"]
    assert steps == [event["step"] for event in events if event["event"] == "step_finished"]
    finished = events[-1]
    assert finished["event"] == "finished"
    assert finished["commit"] == git(shop, "rev-parse", "HEAD")
    (diffed,) = [event for event in events if event["event"] == "diffed"]
    assert diffed["diff"] == finished["diff"]
    (plan,) = [event for event in events if event["event"] == "planned"]
    assert finished["plan"]["summary"] == plan["summary"]


def test_a_task_alone_goes_to_the_agent_its_words_fit(shop: Path) -> None:
    ran = agent("run", TASK, "--repo", shop, "--yes", "--verify", "none")
    assert ran.status == 0, ran.err
    assert "agent: fastapi-backend: " in ran.err


def test_every_run_leaves_a_private_log(shop: Path, own_home: Path) -> None:
    build(shop, TASK)
    (log,) = (own_home / "state" / "runs").iterdir()
    assert [json.loads(line)["event"] for line in log.read_text().splitlines()]
    if os.name != "nt":
        assert log.stat().st_mode & 0o077 == 0


def test_without_an_identity_the_tools_own_is_used_and_said(shop: Path, own_home: Path) -> None:
    (own_home / "gitconfig").write_text("")
    ran = build(shop, TASK)
    assert "git knows nobody" in ran.out
    assert git(shop, "log", "-1", "--format=%an <%ae>") == "Backwright <backwright@localhost>"


@pty_only
@pytest.mark.parametrize("answer", ["no\n", "\n", "n\n"])
def test_a_person_who_says_no_has_nothing_applied(shop: Path, answer: str) -> None:
    before = every_file(shop)
    person = Sitting("run", "fastapi-backend", TASK, "--repo", shop, "--verify", "none")
    shown = person.read_until("Apply this?")
    assert "Plan:" in shown
    assert "add the resource customers" in shown
    assert "Assumptions:" in shown
    assert "\x1b[" in shown
    assert "class" in shown
    for step in ("resolve", "stage", "build", "verify", "record"):
        assert step in shown
    person.type(answer)
    assert person.end() == 0
    assert "declined: nothing was applied" in person.seen
    assert every_file(shop) == before


@pty_only
def test_a_person_who_says_yes_has_what_was_shown(shop: Path) -> None:
    count = commits(shop)
    person = Sitting("run", "fastapi-backend", TASK, "--repo", shop, "--verify", "none")
    person.read_until("Apply this?")
    person.type("perhaps\n")
    person.read_until("perhaps")
    person.type("yes\n")
    assert person.end() == 0
    assert "committed" in person.seen
    assert commits(shop) == count + 1
    assert git(shop, "status", "--porcelain") == ""


@pty_only
def test_ctrl_c_at_the_question_leaves_nothing(shop: Path) -> None:
    import signal

    before = every_file(shop)
    person = Sitting("run", "fastapi-backend", TASK, "--repo", shop, "--verify", "none")
    person.read_until("Apply this?")
    os.killpg(person.process.pid, signal.SIGINT)
    assert person.end() == 130
    assert "nothing was applied" in person.seen
    assert every_file(shop) == before


@pty_only
def test_the_end_of_the_input_at_the_question_is_a_no(shop: Path) -> None:
    before = every_file(shop)
    person = Sitting("run", "fastapi-backend", TASK, "--repo", shop, "--verify", "none")
    person.read_until("Apply this?")
    person.type("\x04")
    status = person.end()
    assert "Traceback" not in person.seen
    assert status in {0, 130}
    assert every_file(shop) == before
