"""``agent memory`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from backwright.cli.app import run_command

Capture = pytest.CaptureFixture[str]
AGENT = (
    "---\nname: helper\ndescription: Helps with the backend of this shop.\n{memory}---\n\nYou help with the backend.\n"
)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def define(repo: Path, memory: str) -> None:
    path = repo / ".claude/agents/helper.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(AGENT.format(memory=memory))


def run(repo: Path, *arguments: str) -> int:
    return run_command(["memory", *arguments, "--repo", str(repo)])


def test_a_note_that_is_added_is_shown_with_its_effect(repo: Path, capsys: Capture) -> None:
    assert run(repo, "add", "fastapi-backend", "ids: uuid") == 0
    assert run(repo, "add", "fastapi-backend", "pagination: cursor") == 0
    assert "cannot be honoured yet" in capsys.readouterr().err
    assert run(repo, "show", "fastapi-backend", "--json") == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert [line.rsplit(": ", 2)[-2:] for line in shown["with_effect"]] == [["ids", "uuid"]]
    assert run(repo, "show") == 0
    out, err = capsys.readouterr()
    assert "with an effect on what is built:" in out
    assert "memory-convention" in err


def test_the_scope_is_the_definitions_own(repo: Path, capsys: Capture, own_home: Path) -> None:
    define(repo, "memory: user\n")
    assert run(repo, "add", "helper", "ids: uuid") == 0
    assert (own_home / ".claude/agent-memory/helper/MEMORY.md").is_file()
    assert run(repo, "add", "helper", "ids: uuid", "--scope", "project") == 0
    assert "read no project notes" in capsys.readouterr().err
    define(repo, "")
    assert run(repo, "add", "helper", "page size: 20") == 0
    assert "names no memory" in capsys.readouterr().err


def test_what_cannot_be_noted_is_one_message_and_nothing_is_written(repo: Path, capsys: Capture) -> None:
    for arguments in (
        ("fastapi-backend", "password=hunter2"),
        ("fastapi-backend", ""),
        ("nobody-at-all", "ids: uuid"),
        ("fastapi-backend", "ids: uuid", "--scope", "world"),
    ):
        assert run(repo, "add", *arguments) == 2
        err = capsys.readouterr().err
        assert err.startswith("error: ")
        assert "hunter2" not in err
    assert not (repo / ".claude/agent-memory").exists()


def test_old_entries_move_out_when_asked(repo: Path, capsys: Capture) -> None:
    path = repo / ".claude/agent-memory/fastapi-backend/MEMORY.md"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"- entry {number}\n" for number in range(210)))
    assert run(repo, "add", "fastapi-backend", "the newest") == 0
    assert "--move-out" in capsys.readouterr().err
    assert run(repo, "add", "fastapi-backend", "one more", "--move-out") == 0
    assert "earlier-notes-1.md" in capsys.readouterr().out
    kept = path.read_text() + (path.parent / "earlier-notes-1.md").read_text()
    assert all(f"- entry {number}\n" in kept for number in range(210))


def test_stale_facts_and_strange_folders_are_said(repo: Path, capsys: Capture) -> None:
    facts = repo / ".claude/agent-memory/fastapi-backend/resources"
    facts.mkdir(parents=True)
    (facts.parent / "MEMORY.md").write_text("- [Resources](resources/) — all\n")
    (facts / "products.md").write_text("---\nname: products\nmetadata:\n  path: app/gone.py\n---\n\nx\n")
    (repo / ".claude/agent-memory/.strange").mkdir()
    assert run(repo, "show") == 0
    out, err = capsys.readouterr()
    assert "products" in out
    assert "app/gone.py, where this was seen, is gone" in err
    assert ".strange is left out" in err


def test_an_agent_without_notes_is_said(repo: Path, capsys: Capture) -> None:
    assert run(repo, "show", "fastapi-backend") == 0
    assert "no notes yet" in capsys.readouterr().err
    assert run(repo, "show", "nobody-at-all") == 2
