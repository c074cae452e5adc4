"""The backend's own tests: green with warnings as errors, and what they cover."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.quality.measure import Row
from tests.quality.processes import python, run

if TYPE_CHECKING:
    from tests.quality.subject import Subject

COVERED = 95.0
"""Least branch coverage of `app/`, in percent."""
CONFIG = Path(__file__).with_name("config")


def pytest_arguments() -> list[str]:
    """Return pytest options that make the run ours: no cache, no foreign plugins."""
    return ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-W", "error"]


def suite_rows(subject: Subject, kind: str, url: str, scratch: Path) -> list[Row]:
    """Run the suite on a database; measure that it is green and what it covers."""
    report = scratch / f"coverage-{kind}.json"
    env = {"TEST_DATABASE_URL": url, "COVERAGE_FILE": str(scratch / f".coverage-{kind}")}
    options = [
        "--cov=app",
        "--cov-branch",
        f"--cov-config={CONFIG / 'coverage.ini'}",
        f"--cov-report=json:{report}",
        "--cov-report=term-missing:skip-covered",
    ]
    argv = python("-m", "pytest", *pytest_arguments(), *options)
    done = run(argv, subject.root, env, limit=900)
    green = Row(
        subject.style,
        kind,
        "pytest, warnings as errors",
        "green",
        _summary(done.output) or f"exit status {done.status}",
        done.status == 0,
        "" if done.status == 0 else done.output[-8000:],
        done.seconds,
    )
    percent = 0.0
    if report.is_file():
        percent = float(json.loads(report.read_text())["totals"]["percent_covered"])
    covered = Row(
        subject.style,
        kind,
        "branch coverage of app/",
        f">= {COVERED:.0f}%",
        f"{percent:.1f}%",
        percent >= COVERED,
        "" if percent >= COVERED else done.output[-4000:],
    )
    return [green, covered]


def _summary(output: str) -> str:
    """Return pytest's closing counts, such as `36 passed`."""
    for line in reversed(output.splitlines()):
        if " passed" in line or " failed" in line or " error" in line:
            return line.strip("= ").split(" in ")[0]
    return ""
