"""The command as a person calls it, in this process or in one of its own, and a look at what it left."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.target.repositories import git

AGENT = "fastapi-backend"


@dataclass(frozen=True)
class Ran:
    """What one call of the command gave."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What ``--json`` wrote."""
        return dict(json.loads(self.out))


def agent(*arguments: str | Path, cwd: Path | None = None) -> Ran:
    """Call the command in this process."""
    from backwright.cli.app import run_command

    out, err = io.StringIO(), io.StringIO()
    with chdir(cwd or Path.cwd()), redirect_stdout(out), redirect_stderr(err):
        status = run_command([str(argument) for argument in arguments])
    return Ran(status, out.getvalue(), err.getvalue())


def build(repo: Path, task: str, *options: str | Path, name: str = AGENT, verify: str = "none") -> Ran:
    """Run a task and apply it; it has to succeed."""
    ran = agent("run", name, task, "--repo", repo, "--yes", "--verify", verify, *options)
    assert ran.status == 0, ran.err + ran.out[-3000:]
    return ran


def process(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    """Start the command as a process that leads a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "backwright", *map(str, arguments)],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run_suite(repo: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a backend's own tests for real and return what pytest says; they have to pass."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", *arguments],
        cwd=repo,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | dict(environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def commits(repo: Path, revision: str = "HEAD") -> int:
    return int(git(repo, "rev-list", "--count", revision))


def trailers(repo: Path) -> dict[str, str]:
    text = git(repo, "log", "-1", "--format=%(trailers:only,unfold)")
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)


def record(repo: Path, identity: str) -> str:
    """Return the text of the record with that id."""
    (found,) = repo.glob(f"history/prompts/*/{identity}-*.prompt.md")
    return found.read_text(encoding="utf-8")


def without_times(text: str) -> str:
    """Return a record without its date and how long it took."""
    return re.sub(r"^(date|  seconds): .*$", r"\1:", text, flags=re.MULTILINE)


def changed_lines(
    repo: Path, *, apart_from: tuple[str, ...] = ("history/", ".claude/", "specs/backend/.base/")
) -> dict[str, int]:
    """Return how many lines the last commit adds and deletes, by file; the program's own book-keeping apart."""
    rows = git(repo, "show", "--numstat", "--format=", "--no-renames", "HEAD").splitlines()
    found = {}
    for row in rows:
        added, deleted, name = row.split("\t")
        if not name.startswith(apart_from):
            found[name] = int(added) + int(deleted) if added != "-" else 0
    return found
