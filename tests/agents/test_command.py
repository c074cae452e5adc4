"""``agent agents`` and ``agent skills`` on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from backwright.cli.app import run_command

GOOD = "---\nname: keeper\ndescription: Keeps the books. Examples: none\nmodel: opus\n---\nYou keep books.\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".claude" / "agents").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def agent_file(repo: Path, name: str, text: str) -> Path:
    path = repo / ".claude" / "agents" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_list_shows_names_scopes_and_one_line_of_the_description(repo: Path, capsys: pytest.CaptureFixture) -> None:
    agent_file(repo, "a.md", GOOD)
    assert run_command(["agents", "list"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].split() == ["NAME", "SCOPE", "DESCRIPTION"]
    assert lines[1].split() == ["keeper", "project", "Keeps", "the", "books."]
    assert [line.split()[0] for line in lines[2:]] == ["api-reviewer", "fastapi-backend", "test-engineer"]
    assert "FM021" in err


def test_the_list_says_which_files_could_not_be_used_and_which_are_hidden(
    repo: Path, own_home: Path, capsys: pytest.CaptureFixture
) -> None:
    agent_file(repo, "broken.md", "nothing")
    agent_file(repo, "f.md", GOOD.replace("keeper", "fastapi-backend"))
    assert run_command(["agents", "list"]) == 0
    out, err = capsys.readouterr()
    assert "(fastapi-backend)" in out
    assert "broken.md:1: error FM015" in err


def test_json_is_one_document_with_findings(repo: Path, capsys: pytest.CaptureFixture) -> None:
    path = agent_file(repo, "a.md", GOOD)
    assert run_command(["agents", "list", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["path"], first["spec"]["name"], first["findings"][0]["code"]) == (str(path), "keeper", "FM021")
    assert run_command(["agents", "show", "keeper", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["spec"]["body"] == "You keep books.\n"


def test_one_definition_is_shown_as_it_was_read(repo: Path, capsys: pytest.CaptureFixture) -> None:
    path = agent_file(repo, "a.md", GOOD)
    for name in ("keeper", "keep", str(path)):
        assert run_command(["agents", "show", name]) == 0
        out, err = capsys.readouterr()
        assert "may write:       yes" in out
        assert str(path) in out
        assert out.endswith("\nYou keep books.\n")
        assert "a.md:3: warning FM021" in err


def test_an_unknown_agent_is_one_message_and_status_2(repo: Path, capsys: pytest.CaptureFixture) -> None:
    assert run_command(["agents", "show", "nobody"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: no agent `nobody`\n")
    assert "fastapi-backend" in err


def test_skills_are_listed_shown_and_trusted(repo: Path, capsys: pytest.CaptureFixture) -> None:
    folder = repo / ".claude" / "skills" / "polish"
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts" / "polish.py").write_text("def build(b): ...\n", encoding="utf-8")
    (folder / "SKILL.md").write_text(
        "---\nname: polish\ndescription: Polishes.\nmetadata:\n  build: scripts/polish.py\n---\nRub.\n",
        encoding="utf-8",
    )
    assert run_command(["skills", "list"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["polish", "project", "build", "Polishes."]
    assert run_command(["skills", "show", "polish"]) == 0
    shown = capsys.readouterr().out
    assert "trusted:        no" in shown
    assert shown.endswith("\nRub.\n")
    assert run_command(["skills", "trust", "polish"]) == 0
    assert capsys.readouterr().out.startswith(f"trusted: {folder}")
    assert run_command(["skills", "show", "polish", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == ["SKILL.md", "scripts/polish.py"]
    assert run_command(["skills", "show", "none"]) == 2


def test_help_loads_no_yaml() -> None:
    code = (
        "import sys; from backwright.cli.app import run_command; run_command(['agents', '--help']);"
        "run_command(['skills', '--help']); print(sorted({'yaml', 'rich', 'jinja2'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"
