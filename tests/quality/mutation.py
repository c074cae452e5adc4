"""How many planted faults the backend's own tests notice."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.quality.measure import Row
from tests.quality.mutants import Mutant, mutants, mutate
from tests.quality.processes import python, run
from tests.quality.suite import CONFIG, pytest_arguments

if TYPE_CHECKING:
    from tests.quality.subject import Subject

KILLED = 85.0
"""Least share of mutants that must be noticed, in percent."""
LEAST = 20
"""Fewer mutants than this, in all, measure nothing."""
MUTATED = re.compile(r"(^|/)(api|crud|services|endpoints|routers)/|(^|/)(router|service|crud|repository)\.py$")
"""Paths under `app/` that hold services, data access and routers, in both layouts."""
COPIED = shutil.ignore_patterns(".git", "*.db", "__pycache__", ".*_cache", ".venv")


@dataclass(frozen=True)
class Bounds:
    """How much mutation testing may cost.

    Attributes:
        sample: Mutants tried at most.
        seconds: Time for all of them, in seconds.
        each: Time for one of them, in seconds.
        parallel: Mutants tried at once.
    """

    sample: int = 150
    seconds: float = 420
    each: float = 60
    parallel: int = 2


def mutation_row(subject: Subject, scratch: Path, bounds: Bounds) -> Row:
    """Plant a sample of faults, one at a time, and count those the tests notice."""
    began = time.monotonic()
    copy = scratch / "mutated"
    shutil.copytree(subject.root, copy, ignore=COPIED)
    covering = _tests_by_line(copy, scratch)
    chosen = _sample(copy, bounds.sample)
    jobs = [_job(copy, path, mutant, covering.get(path, {})) for path, mutant in chosen]
    runnable = [job for job in jobs if job["tests"]]
    outcomes = {job["name"]: "not covered" for job in jobs if not job["tests"]}
    control = _control(runnable)
    outcomes |= _run_jobs(copy, scratch, [control, *runnable], bounds)
    if outcomes.pop("control", "killed") != "survived":
        return Row(
            subject.style, "sqlite", "mutants killed", f">= {KILLED:.0f}%",
            "the unchanged suite fails", False, seconds=time.monotonic() - began,
        )  # fmt: skip
    killed = sum(outcome in {"killed", "timeout"} for outcome in outcomes.values())
    percent = 100 * killed / len(outcomes) if outcomes else 0.0
    ok = percent >= KILLED and len(outcomes) >= min(LEAST, len(jobs))
    alive = [name for name, outcome in outcomes.items() if outcome == "survived"]
    alive += [name for name, outcome in outcomes.items() if outcome == "not covered"]
    measured = f"{percent:.1f}% ({killed} of {len(outcomes)})"
    return Row(
        subject.style, "sqlite", "mutants killed", f">= {KILLED:.0f}%", measured, ok,
        "\n".join(alive), time.monotonic() - began,
    )  # fmt: skip


def _sample(root: Path, size: int) -> list[tuple[str, Mutant]]:
    """Choose mutants by the hash of their place, the same ones for the same source."""
    found = []
    for path in sorted(root.joinpath("app").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if MUTATED.search(name):
            found += [(name, one) for one in mutants(path.read_text(encoding="utf-8"))]

    def order(item: tuple[str, Mutant]) -> str:
        name, mutant = item
        return hashlib.sha256(f"{name}:{mutant.node}:{mutant.change}".encode()).hexdigest()

    return sorted(found, key=order)[:size]


def _tests_by_line(copy: Path, scratch: Path) -> dict[str, dict[int, set[str]]]:
    """Run the suite once and return, per file and line, the tests that may notice a change of it.

    Coverage puts a line that runs in the set-up of a fixture down to the first test that asks for
    it, though all tests that share the fixture depend on the line: such a line counts for all.
    """
    data = scratch / ".coverage-contexts"
    argv = python("-m", "pytest", *pytest_arguments(), "--cov=app", "--cov-context=test")
    options = [f"--cov-config={CONFIG / 'coverage.ini'}", "--cov-report="]
    run([*argv, *options], copy, {"COVERAGE_FILE": str(data)}, limit=900)
    found: dict[str, dict[int, set[str]]] = {}
    if not data.is_file():
        return found
    query = (
        "SELECT file.path, context.context, arc.fromno, arc.tono FROM arc"
        " JOIN file ON file.id = arc.file_id JOIN context ON context.id = arc.context_id"
        " WHERE context.context LIKE '%::%'"
    )
    with closing(sqlite3.connect(data)) as database:
        arcs = database.execute(query).fetchall()
    every = {context.rpartition("|")[0] for _, context, _, _ in arcs}
    for path, context, start, stop in arcs:
        test, _, phase = context.rpartition("|")
        for line in (abs(start), abs(stop)):
            found.setdefault(path, {}).setdefault(line, set()).update(every if phase == "setup" else {test})
    return found


def _job(copy: Path, path: str, mutant: Mutant, reached: dict[int, set[str]]) -> dict[str, Any]:
    """Describe a mutant to the worker, with the tests that reach its function."""
    first, last = mutant.body
    tests = set(reached.get(mutant.line, ()))
    if not tests:
        for line in range(first, last + 1):
            tests |= reached.get(line, set())
        if first <= mutant.line <= last and not _is_reached(mutant, reached):
            tests = set()
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return {
        "name": f"{path}:{mutant.line}: {mutant.words} [{mutant.node}.{mutant.change}]",
        "module": module,
        "path": str(copy / path),
        "source": ast.unparse(mutate((copy / path).read_text(encoding="utf-8"), mutant.node, mutant.change)),
        "tests": sorted(tests),
    }


def _is_reached(mutant: Mutant, reached: dict[int, set[str]]) -> bool:
    """Whether the statement that holds the mutant is reached (it may span lines)."""
    earlier = [line for line in reached if mutant.body[0] <= line <= mutant.line]
    return bool(earlier)


def _control(jobs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a job without a change: its tests must pass, or no kill means anything."""
    tests = sorted({test for job in jobs for test in job["tests"]})
    return {"name": "control", "module": "", "tests": tests}


def _run_jobs(copy: Path, scratch: Path, jobs: list[dict[str, Any]], bounds: Bounds) -> dict[str, str]:
    plan, results = scratch / "mutants.json", scratch / "mutants.jsonl"
    plan.write_text(
        json.dumps(
            {
                "jobs": jobs,
                "pytest": pytest_arguments(),
                "limit": bounds.each,
                "budget": bounds.seconds,
                "parallel": bounds.parallel,
            }
        )
    )
    worker = Path(__file__).with_name("mutation_worker.py")
    argv = python(str(worker), str(plan), str(results))
    run(argv, copy, limit=bounds.seconds + 2 * bounds.each + 60)
    if not results.is_file():
        return {}
    lines = map(json.loads, results.read_text().splitlines())
    return {line["name"]: line["outcome"] for line in lines}
