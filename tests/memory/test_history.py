"""The history is read as it lies there, whoever wrote it, and never touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from backwright.cli.app import run_command
from backwright.errors import NotFound
from backwright.memory.history import duplicate_findings, find_record, read_history
from backwright.memory.record import Record
from backwright.memory.record_names import record_path
from backwright.memory.record_text import render_record

OURS = Record("0002", "Add products CRUD", "general", "2026-03-01", "add products CRUD", files=("a.py",))
THEIRS = """\
---
id: 0010
title: Fix: login on Windows
stage: misc
date_iso: 2025-11-02
user: "C:\\Users\\ann"
feature: 003-login
---
## Prompt

please fix
the login

## Response snapshot

Fixed.
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    ours = tmp_path / record_path(OURS)
    ours.parent.mkdir(parents=True)
    ours.write_text(render_record(OURS), encoding="utf-8")
    feature = tmp_path / "history/prompts/003-login"
    feature.mkdir()
    (feature / "0010-fix-login.misc.prompt.md").write_text(THEIRS)
    (feature / "010-other.red.prompt.md").write_bytes(b"\xff\xfe nothing here")
    (tmp_path / "history/prompts/README.md").write_text("# About these\n")
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_every_record_is_listed_and_none_is_changed(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in repo.rglob("*.md")}
    assert run_command(["history", "list", "--repo", str(repo / "history")]) == 0
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == ["0002", "0010", "010"]
    assert "003-login: Fix: login on Windows" in out
    assert "record-duplicate" in err
    assert "record-yaml" in err
    assert {path: path.read_bytes() for path in repo.rglob("*.md")} == before


def test_a_list_for_programs(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["history", "list", "--json", "--repo", str(repo)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed[0] == {
        "id": "0002",
        "title": "Add products CRUD",
        "stage": "general",
        "date": "2026-03-01",
        "feature": None,
        "path": "history/prompts/general/0002-add-products-crud.general.prompt.md",
        "findings": [],
    }


@pytest.mark.parametrize("name", ["2", "0002", "0002-add-products-crud", "0002-add"])
def test_a_record_is_shown_by_number_or_slug(repo: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["history", "show", name, "--repo", str(repo)]) == 0
    assert capsys.readouterr().out == render_record(OURS)
    assert run_command(["history", "show", name, "--json", "--repo", str(repo)]) == 0
    assert json.loads(capsys.readouterr().out)["record"]["prompt"] == "add products CRUD"


def test_records_of_one_number_are_told_apart_by_slug(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = read_history(repo)
    with pytest.raises(NotFound) as several:
        find_record(files, "10")
    assert len(several.value.candidates) == 2
    record = find_record(files, "0010-fix-login").record
    assert record is not None
    assert record.prompt == "please fix\nthe login"
    assert len(duplicate_findings(files)) == 1
    assert run_command(["history", "show", "99", "--repo", str(repo)]) == 2
    assert "there is no record 99" in capsys.readouterr().err


def test_escape_sequences_are_shown_and_not_obeyed(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "history/prompts/general/0005-x.general.prompt.md").write_text("## Prompt\n\nred \x1b[31m text\n")
    run_command(["history", "show", "5", "--repo", str(repo)])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\\x1b[31m" in out


def test_a_carriage_return_writes_over_nothing(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = repo / "history/prompts/general/0005-x.general.prompt.md"
    path.write_bytes(b"## Prompt\r\n\r\nrm -rf /\rls\r\n")
    run_command(["history", "show", "5", "--repo", str(repo)])
    assert "rm -rf /\\rls\n" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="symlinks need a privilege there")
def test_links_are_listed_and_not_followed(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text("## Prompt\n\nsecret\n")
    (repo / "history/prompts/general/0006-x.general.prompt.md").symlink_to(outside)
    file = find_record(read_history(repo), "6")
    assert (file.record, file.text) == (None, "")
    assert file.findings[0].code == "record-unreadable"


def test_no_history_is_an_empty_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["history", "list", "--json", "--repo", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run_command(["history", "list", "--repo", str(tmp_path / "gone")]) == 2
