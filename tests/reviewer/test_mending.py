"""Mends go the way of every diff: staged, verified, shown, asked for, applied as it was shown or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from backwright.target.repository import open_target

from tests.pipeline.running import Ran, agent, commits, record, trailers
from tests.pipeline.sitting import Sitting, pty_only
from tests.target.repositories import git

BEFORE = "from fastapi import FastAPI\n\napp = FastAPI(debug=True)\n"
AFTER = BEFORE.replace("True", "False")


@pytest.fixture(autouse=True)
def identity(own_home: Path) -> None:
    """Git knows the person."""
    (own_home / "gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one fault that can be mended mechanically."""
    root = tmp_path / "app"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / "main.py").write_text(BEFORE)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "An app")
    return root


def mend(folder: Path, *options: str) -> Ran:
    return agent("skills", "run", "code-reviewer", "--fix", "--repo", folder, *options)


def main_of(folder: Path) -> str:
    return (folder / "main.py").read_text()


def test_a_dry_run_shows_the_diff_and_leaves_nothing(folder: Path) -> None:
    shown = mend(folder, "--dry-run")

    assert shown.status == 0, shown.err
    assert "-app = FastAPI(debug=True)\n+app = FastAPI(debug=False)\n" in shown.out
    assert "  - mend CR012, debug mode on: main.py:3\n" in shown.out
    assert "M  main.py  +1 -1  (code-reviewer: CR012)" in shown.out
    assert (main_of(folder), git(folder, "status", "--porcelain"), commits(folder)) == (BEFORE, "", 1)


def test_with_a_yes_it_is_one_commit_with_a_record(folder: Path) -> None:
    done = mend(folder, "--yes")

    assert done.status == 0, done.err
    assert (main_of(folder), git(folder, "status", "--porcelain"), commits(folder)) == (AFTER, "", 2)
    assert git(folder, "show", "HEAD:main.py") == AFTER.strip()
    assert trailers(folder) == {"Prompt-Record": "0001", "Assisted-by": "code-reviewer:offline"}
    assert "mend CR012, debug mode on: main.py:3" in record(folder, "0001")
    again = mend(folder, "--yes")
    assert (again.status, commits(folder)) == (0, 2)
    assert "nothing to do: there is nothing that can be mended mechanically" in again.out


def test_code_of_others_is_read_and_not_run(folder: Path) -> None:
    (folder / "other.py").write_text("raise SystemExit('this was run')\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A trap")

    checks = mend(folder, "--yes", "--json").document["checks"]

    assert {"compile", "format", "lint", "review", "run"} == checks.keys()
    assert checks["run"].startswith("not run: ")


def test_without_a_terminal_somebody_has_to_say_which(folder: Path) -> None:
    refused = mend(folder)

    assert (refused.status, main_of(folder)) == (2, BEFORE)
    assert "--yes" in refused.err
    assert "--dry-run" in refused.err


@pty_only
def test_at_a_terminal_the_person_is_asked(folder: Path) -> None:
    for answer, after in (("n\n", BEFORE), ("y\n", AFTER)):
        sitting = Sitting("skills", "run", "code-reviewer", "--fix", "--repo", folder)
        sitting.read_until("Apply this?")
        sitting.type(answer)
        assert sitting.end() == 0, sitting.seen
        assert main_of(folder) == after


def test_a_touched_file_with_uncommitted_work_is_refused_and_others_do_not_matter(folder: Path) -> None:
    (folder / "main.py").write_text(f"{BEFORE}\nx = 1\n")

    refused = mend(folder, "--yes")

    assert (refused.status, main_of(folder), commits(folder)) == (3, f"{BEFORE}\nx = 1\n", 1)
    assert "main.py" in refused.err
    (folder / "main.py").write_text(BEFORE)
    (folder / "notes.txt").write_text("mine\n")
    assert mend(folder, "--yes").status == 0
    assert git(folder, "status", "--porcelain").strip() == "?? notes.txt"


def test_a_file_that_changes_while_the_diff_is_shown_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from backwright.pipeline import Run

    def agreed(run: Run) -> bool:
        (folder / "main.py").write_text("# mine\n")
        return True

    monkeypatch.setattr(Run, "_agreed", agreed)

    assert mend(folder, "--yes").status == 3
    assert (main_of(folder), commits(folder)) == ("# mine\n", 1)


def test_uncommitted_work_is_mended_in_the_work_tree_only(folder: Path) -> None:
    (folder / "main.py").write_text(AFTER)
    git(folder, "commit", "--quiet", "--all", "--message", "Mended by hand")
    (folder / "main.py").write_text(BEFORE)

    said = mend(folder, "--yes")
    done = mend(folder, "--yes", "--no-commit")

    assert "uncommitted work is not mended: main.py; commit it first, or use --no-commit" in said.out
    assert (done.status, main_of(folder), commits(folder)) == (0, AFTER, 2), done.err


def test_what_is_cut_short_is_recovered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from backwright.target import applied

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    def dead(*_: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(applied, "move_refs", broken)
        patch.setattr(applied, "recover_locked", dead)
        mend(folder, "--yes")
    assert main_of(folder) == AFTER

    assert open_target(folder).recovered
    assert (main_of(folder), git(folder, "status", "--porcelain"), commits(folder)) == (BEFORE, "", 1)


def test_a_link_is_never_written_through(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(BEFORE)
    (folder / "main.py").unlink()
    (folder / "main.py").symlink_to(outside)
    git(folder, "commit", "--quiet", "--all", "--message", "A link")

    mend(folder, "--yes")

    assert outside.read_text() == BEFORE


def test_what_the_formatter_had_laid_out_is_laid_out_again(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.ruff]\nline-length = 60\nlint.select = ["I"]\n')
    text = "from datetime import datetime\n\n\ndef now() -> datetime:\n    return datetime.utcnow()\n"
    (folder / "main.py").write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A clock")

    assert mend(folder, "--yes").status == 0

    assert main_of(folder).startswith("from datetime import UTC, datetime\n")
