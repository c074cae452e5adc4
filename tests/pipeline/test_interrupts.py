"""Ctrl-C at every step, and two runs at once: nothing is lost, nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.pipeline.running import agent, build, commits, process
from tests.target.repositories import git, picture

TASK = "add customers CRUD"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


def left_running(home: Path) -> list[str]:
    """Return the command lines of processes that work in, or on, anything below a folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            here = str((folder / "cwd").readlink())
        except OSError:
            continue
        if here.startswith(str(home)) or (str(home) in line and int(folder.name) != os.getpid()):
            found.append(line)
    return found


def nothing_left(home: Path) -> None:
    deadline = time.monotonic() + 10
    while (running := left_running(home)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running == []
    assert list((home / "cache" / "staging").glob("run-*")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "delay"),
    [
        ("resolve", 0.0),
        ("resolve", 0.1),
        ("stage", 0.0),
        ("build", 0.0),
        ("build", 0.4),
        ("verify", 0.0),
        ("verify", 3.0),
        ("record", 0.0),
        ("show", 0.0),
        ("apply", 0.0),
        ("apply", 0.05),
        ("apply", 0.15),
    ],
)
def test_ctrl_c_leaves_the_state_before_or_after(shop: Path, own_home: Path, step: str, delay: float) -> None:
    before = picture(shop)
    count = commits(shop)
    level = "full" if step == "verify" else "none"
    run = process("run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--verify", level, "--events")
    assert run.stdout is not None
    assert run.stderr is not None
    for line in run.stdout:
        event = json.loads(line)
        if event["event"] == "step_started" and event["step"] == step:
            break
    time.sleep(delay)
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=30)
    status = run.returncode

    finished = '"finished"' in out
    # A signal's number counts as 128 and that number in a shell; Python ends so where it was reading a module.
    # Once the result was said, Ctrl-C can only meet the end of the process.
    assert (128 - status if status < 0 else status) in ({0, 130} if finished else {130}), err
    assert "Traceback" not in err
    nothing_left(own_home)
    if commits(shop) == count:
        assert not finished
        assert picture(shop) == before
    else:
        assert commits(shop) == count + 1
        assert git(shop, "status", "--porcelain") == ""
        assert (shop / "app/models/customer.py").exists()
    assert list(shop.glob(".git/*.lock")) == []
    if step == "apply":
        build(shop, TASK)
        assert commits(shop) == count + 1


def test_a_killed_run_leaves_nothing_that_stops_the_next(shop: Path, own_home: Path) -> None:
    before = picture(shop)
    run = process("run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--verify", "none", "--events")
    assert run.stdout is not None
    for line in run.stdout:
        if json.loads(line) == {"event": "step_started", "step": "show", "detail": ""} or '"step": "show"' in line:
            break
    run.kill()
    run.communicate(timeout=30)

    assert picture(shop) == before
    build(shop, TASK)
    nothing_left(own_home)


def test_of_two_runs_at_once_one_wins_and_nothing_is_lost(shop: Path) -> None:
    count = commits(shop)
    runs = [
        process("run", "fastapi-backend", task, "--repo", shop, "--yes", "--verify", "none")
        for task in (TASK, "add tags with name")
    ]
    results = [(run.communicate(timeout=120), run.returncode) for run in runs]

    statuses = sorted(status for _, status in results)
    assert statuses in ([0, 3], [0, 0]), results
    assert commits(shop) == count + statuses.count(0)
    assert git(shop, "status", "--porcelain") == ""
    for ((_, err), status), model in zip(results, ("customer", "tag"), strict=True):
        assert (shop / f"app/models/{model}.py").exists() == (status == 0)
        assert status == 0 or err.count("error: ") == 1


def test_a_target_that_changes_while_it_is_asked_about_is_left_alone(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody commits between the diff that was shown and the yes."""
    from backwright import pipeline

    agreed = pipeline.Run._agreed

    def meanwhile(run: pipeline.Run) -> bool:
        (shop / "other.txt").write_text("mine\n")
        git(shop, "add", "other.txt")
        git(shop, "commit", "-qm", "meanwhile")
        return agreed(run)

    monkeypatch.setattr(pipeline.Run, "_agreed", meanwhile)
    count = commits(shop)

    ran = agent("run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--verify", "none")

    assert ran.status == 3, ran
    assert ran.err.count("error: ") == 1
    assert commits(shop) == count + 1
    assert git(shop, "status", "--porcelain") == ""
    assert not (shop / "app/models/customer.py").exists()
