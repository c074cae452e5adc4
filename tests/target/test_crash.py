"""A process that dies at any instant while it applies leaves the state before or the state after, nothing between."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
from backwright.errors import BackwrightError, Interrupted
from backwright.target.applied import Outside, apply
from backwright.target.repository import open_target
from backwright.target.staged import stage

from tests.target.faults import Counter, faults
from tests.target.repositories import Picture, git, picture, put, repository

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that dies is a fork")


@dataclass(frozen=True)
class Case:
    """A target to start from, and how a run is applied to it."""

    name: str
    make: Callable[[Path], None]
    commit: bool = True
    branch: str | None = None
    outside: bool = False


def _existing(folder: Path) -> None:
    repository(folder)
    (folder / "app" / "main.py").chmod(0o755)
    git(folder, "commit", "--quiet", "--all", "--message", "mode")


def _with_specs(folder: Path) -> None:
    repository(folder, {"app/main.py": "A\n", "app/old.py": "OLD\n", "specs/backend/service.yaml": "name: a\n"})
    put(folder, {"specs/backend/service.yaml": "name: b\n", "specs/backend/product.yaml": "name: p\n", "mine.txt": "x"})


def _unborn(folder: Path) -> None:
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")


def _folder(folder: Path) -> None:
    folder.mkdir()
    put(folder, {"notes.txt": "mine\n"})


def _nothing(folder: Path) -> None:
    assert not folder.exists()


def _detached(folder: Path) -> None:
    repository(folder)
    git(folder, "checkout", "--quiet", "--detach")


CASES = (
    Case("commit", _existing, outside=True),
    Case("specs", _with_specs),
    Case("branch", _existing, branch="feature/x"),
    Case("worktree", _existing, commit=False),
    Case("unborn", _unborn),
    Case("detached", _detached),
    Case("folder", _folder),
    Case("new", _nothing),
    Case("new-uncommitted", _nothing, commit=False),
)


def _run(case: Case, folder: Path, counter: Counter) -> None:
    target = open_target(folder)
    with stage(target, with_uncommitted=not case.commit) as staged:
        staged.write("app/main.py", b"print('new')\n")
        staged.write("app/added/deep.py", b"ADDED = 1\n" * 50)
        staged.write("run.sh", b"#!/bin/sh\n", executable=True)
        staged.delete("app/old.py")
        notes = _notes(folder)
        outside = [Outside(notes, PurePosixPath("MEMORY.md"), None, b"- fact\n")] if case.outside else []
        with faults(counter):
            apply(
                target,
                staged,
                message="Add",
                trailers={"A": "b"},
                commit=case.commit,
                branch=case.branch,
                outside=outside,
            )


def _notes(folder: Path) -> Path:
    return folder.parent / "notes"


def _seen(case: Case, folder: Path) -> tuple[Picture | None, list[str]]:
    notes = sorted(path.name for path in _notes(folder).iterdir()) if _notes(folder).is_dir() else []
    return picture(folder), notes


def _fresh(case: Case, folder: Path) -> None:
    """Put the folder back as ``make`` leaves it, from a copy."""
    kept = folder.parent.parent / "kept"
    if not kept.exists():
        kept.mkdir()
        case.make(kept / folder.name)
    shutil.rmtree(folder.parent, ignore_errors=True)
    shutil.copytree(kept, folder.parent, symlinks=True)


def _count(case: Case, folder: Path) -> int:
    """Return how many points there are, once everything that happens only once in a process has happened."""
    _fresh(case, folder)
    _run(case, folder, Counter(None, lambda: None))
    _fresh(case, folder)
    counter = Counter(None, lambda: None)
    _run(case, folder, counter)
    return counter.seen


def _die() -> None:
    os._exit(9)


def _in_dying_process(case: Case, folder: Path, at: int) -> int:
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            _run(case, folder, Counter(at, _die))
        except BaseException:  # noqa: BLE001 - the child of a test must not return into pytest
            os._exit(7)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@forks
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_death_at_any_point_is_recovered_by_the_next_command(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "area" / "shop"
    _fresh(case, folder)
    before = _seen(case, folder)
    points = _count(case, folder)
    after = _seen(case, folder)
    assert before != after
    ends = {"before": 0, "after": 0}
    for at in range(points):
        _fresh(case, folder)
        assert _in_dying_process(case, folder, at) == 9, f"point {at} was not reached"
        open_target(folder)
        now = _seen(case, folder)
        assert now in (before, after), f"point {at} of {points} left something between"
        if at % 10 == 0 and (folder / ".git").exists():
            git(folder, "fsck", "--no-dangling", "--strict")
        ends["before" if now == before else "after"] += 1
        _assert_clean(folder)
    assert ends["before"] > 0
    if case.commit or case.branch:
        assert ends["after"] > 0
    with capsys.disabled():
        print(
            f"\n{case.name}: killed at {points} points; {ends['before']} before, {ends['after']} after", file=sys.stderr
        )


@forks
@pytest.mark.slow
def test_a_death_during_recovery_is_recovered_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case, folder = CASES[0], tmp_path / "area" / "shop"
    _fresh(case, folder)
    before = _seen(case, folder)
    points = _count(case, folder)
    tried = 0
    for at in range(points // 3, points, 9):
        recovery_at = 0
        while True:
            _fresh(case, folder)
            _in_dying_process(case, folder, at)
            status = _recovery_dies(folder, recovery_at)
            open_target(folder)
            now = _seen(case, folder)
            assert now == before or (now[0] is not None and now[0].status == "" and now[1] == ["MEMORY.md"])
            _assert_clean(folder)
            tried += 1
            if status == 0:
                break
            recovery_at += 4
    with capsys.disabled():
        print(f"\nkilled {tried} times during recovery", file=sys.stderr)


def _recovery_dies(folder: Path, at: int) -> int:
    child = os.fork()
    if child == 0:
        with faults(Counter(at, _die)):
            open_target(folder)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.slow
@pytest.mark.parametrize("case", [CASES[0], CASES[3], *CASES[-3:-1]], ids=lambda case: case.name)
def test_a_full_disk_at_any_point_changes_nothing_and_says_so(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "area" / "shop"
    _fresh(case, folder)
    before = _seen(case, folder)
    points = _count(case, folder)
    after = _seen(case, folder)

    def full() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")

    told: list[str] = []
    for at in range(points):
        _fresh(case, folder)
        with contextlib.suppress(BackwrightError):
            try:
                _run(case, folder, Counter(at, full))
            except BackwrightError as error:
                told.append(str(error))
                raise
        open_target(folder)
        now = _seen(case, folder)
        assert now in (before, after), f"point {at} of {points} left something between"
        _assert_clean(folder)
    assert len(told) > points // 4
    assert {text for text in told if "the disk is full" not in text and "taking back" not in text} == set()
    with capsys.disabled():
        print(f"\n{case.name}: disk full at {points} points, told {len(told)} times", file=sys.stderr)


@pytest.mark.slow
@pytest.mark.parametrize("case", [CASES[0], CASES[3], CASES[-2]], ids=lambda case: case.name)
def test_an_interrupt_at_any_point_leaves_the_state_before_or_after_at_once(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "area" / "shop"
    _fresh(case, folder)
    before = _seen(case, folder)
    points = _count(case, folder)
    after = _seen(case, folder)

    def interrupt() -> None:
        raise KeyboardInterrupt

    for at in range(points):
        _fresh(case, folder)
        with pytest.raises((KeyboardInterrupt, Interrupted)) as caught:
            _run(case, folder, Counter(at, interrupt))
        applied = isinstance(caught.value, Interrupted)
        now = _seen(case, folder)
        assert now == (after if applied else before), f"point {at} of {points}"
        _assert_clean(folder)


def _assert_clean(folder: Path) -> None:
    """Nothing of ours is left over: no temporary file, no lock of git's, no journal."""
    left = [
        path.name
        for path in folder.parent.rglob("*")
        if path.name.endswith(".backwright") or ".backwright-" in path.name
    ]
    assert left == []
    for name in ("index.lock", "backwright/journal", "backwright/index", "HEAD.lock"):
        assert not (folder / ".git" / name).exists()
