"""Starts the worker in the target's interpreter and turns what it reports into checks."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backwright.counting import counted, tallied
from backwright.errors import Place
from backwright.executor import Limits, Outcome, Running, clean_environment
from backwright.finding import Finding, Severity
from backwright.verify.dump import differences
from backwright.verify.result import Check

WORKER = Path(__file__).with_name("worker.py")
LOG_BYTES = 200_000
SHOWN_DIFFERENCES = 20
Report = Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """What the worker is to do.

    Attributes:
        root: The backend's folder.
        python: The interpreter.
        checks: Names of checks after the import: ``openapi``, ``migrations``, ``tests``.
        tests: Test files relative to the root; empty: all that the suite's configuration finds.
        environment: Variables of the person's environment file.
        package: The app's import package.
        limits: For the worker as a whole.
    """

    root: Path
    python: Path
    checks: tuple[str, ...]
    tests: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    package: str = "app"
    limits: Limits = Limits(seconds=900)


@dataclass(frozen=True)
class Answer:
    """What came of one check: the check, its findings, and the data the worker reported."""

    check: Check
    findings: tuple[Finding, ...]
    data: Report


@contextmanager
def started(task: Task) -> Iterator[Callable[[], tuple[Answer, ...]]]:
    """Start the worker; the function that is yielded waits for it and returns an answer per check.

    Leaving the context ends the worker, whatever it is doing, and removes its temporary files.

    Raises:
        BadInput: the interpreter cannot be started.
    """
    scratch = Path(tempfile.mkdtemp(prefix="backwright-verify-")).resolve()
    try:
        answers = scratch / "answers"
        answers.mkdir()
        job = scratch / "job.json"
        job.write_text(json.dumps(_job(task, answers)), encoding="utf-8")
        argv = [str(task.python), "-I", "-B", str(WORKER), str(job)]
        own = {"PATH": os.pathsep.join([str(task.python.parent), os.environ.get("PATH", os.defpath)])}
        env = clean_environment(scratch, {**own, **(task.environment or {})})
        with Running(argv, cwd=task.root, env=env, limits=task.limits) as running:
            yield lambda: _collected(task, answers, running.wait())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _job(task: Task, scratch: Path) -> dict[str, Any]:
    """Describe the task to the worker; tests share nothing but a database that the person names, if any."""
    named = any("URL" in name.upper() or "DSN" in name.upper() for name in task.environment or {})
    cores = os.cpu_count() or 1
    return {
        "root": str(task.root.resolve()),
        "package": task.package,
        "checks": list(task.checks),
        "tests": list(task.tests),
        "scratch": str(scratch),
        "parallel": 2 if cores > 1 else 1,
        "split": cores > 1 and not named,
        "database": _database(task.root / task.package),
    }


def _database(package: Path) -> str:
    """Return how the app's driver spells a SQLite file: async apps name another driver."""
    sources = (path.read_bytes() for path in package.rglob("*.py"))
    return "sqlite+aiosqlite:///" if any(b"create_async_engine" in source for source in sources) else "sqlite:///"


def _collected(task: Task, scratch: Path, outcome: Outcome) -> tuple[Answer, ...]:
    messages = {}
    for line in outcome.stdout.splitlines(keepends=True):
        if line.endswith(b"\n"):  # a worker that was stopped may leave half a line
            message = json.loads(line)
            messages[message["check"]] = message
    answers = []
    for name in ("import", *task.checks):
        if name not in messages:
            answers.append(_unanswered(name, scratch, outcome))
            if name == "import":
                break
            continue
        report: Report = json.loads(Path(messages[name]["result"]).read_text(encoding="utf-8"))
        if name == "tests" and "again" in messages:
            again: Report = json.loads(Path(messages["again"]["result"]).read_text(encoding="utf-8"))
            report = _with_second_try(report, again)
        answers.append(_answer(task, name, report, messages[name]["seconds"], _log(scratch, name)))
        if name == "import" and not report["ok"]:
            break
    return tuple(answers)


def _unanswered(name: str, scratch: Path, outcome: Outcome) -> Answer:
    if outcome.timed_out:
        summary = f"stopped after {outcome.seconds:.0f} s"
    else:
        summary = f"the worker ended with status {outcome.status} before this check"
    log = "\n".join(part for part in (_log(scratch, name), _log(scratch, "worker"), outcome.text) if part)
    return Answer(Check(name, ok=False, seconds=outcome.seconds, summary=summary, log=log), (), {})


def _log(scratch: Path, name: str) -> str:
    """Return the end of what a check printed, in all its processes."""
    places = [scratch / f"{name}.log", scratch / name / "second.log", scratch / "again.log"]
    wanted = places if name == "tests" else places[:1]
    if name == "import":
        wanted = [scratch / "worker.log"]
    return "\n".join(_tail(path) for path in wanted if path.exists())


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - LOG_BYTES))
        text = file.read().decode("utf-8", "replace")
    return text if size <= LOG_BYTES else f"[the first {size - LOG_BYTES} bytes were cut off]\n{text}"


def _with_second_try(report: Report, again: Report) -> Report:
    """Let the second try of what failed decide: it ran alone, as by hand."""
    if not again["ok"]:
        return {**report, "failures": again.get("failures", report["failures"])}
    flaky = len(report["failures"])
    counts = dict(report["counts"])
    counts["passed"] += counts["failed"] + counts["errors"]
    return {**report, "ok": True, "counts": {**counts, "failed": 0, "errors": 0}, "failures": [], "flaky": flaky}


def _answer(task: Task, name: str, report: Report, seconds: float, log: str) -> Answer:
    if report.get("error"):
        summary, findings = _broken(task, name, report)
        ok, log = False, "\n".join(part for part in (log, report.get("trace", "")) if part)
    else:
        ok, summary, findings, more = READERS[name](task, report)
        log = "\n".join(part for part in (log, more) if part)
    return Answer(Check(name, ok, seconds, summary, log), findings, report)


def _broken(task: Task, name: str, report: Report) -> tuple[str, tuple[Finding, ...]]:
    missing = report.get("missing")
    if missing:
        text = f"{missing} is not installed in {task.python}"
        fix = "install the backend's requirements there, or name another interpreter with --python"
        return f"{text}; {fix}", ()
    path, line = report.get("place") or (f"{task.package}/main.py", None)
    finding = Finding(f"verify-{name}", Severity.ERROR, Place(path, line), report["error"])
    return str(report["error"]).partition("\n")[0], (finding,)


Reading = tuple[bool, str, tuple[Finding, ...], str]


def _read_import(task: Task, report: Report) -> Reading:
    strangers: Sequence[str] = report["strangers"]
    if strangers:
        return False, f"{task.package} was imported from elsewhere: {strangers[0]}", (), "\n".join(strangers)
    warnings = report["warnings"]
    said = f", {counted(len(warnings), 'warning')}" if warnings else ""
    return True, f"{task.package}.main imports with Python {report['python']}{said}", (), "\n".join(warnings)


def _read_openapi(_task: Task, report: Report) -> Reading:
    paths = report["document"].get("paths", {})
    return True, f"the document has {counted(len(paths), 'path')}", (), ""


def _read_migrations(_task: Task, report: Report) -> Reading:
    place = Place("migrations/versions")
    heads = report["heads"]
    if len(heads) != 1:
        text = f"there must be one head, there are {len(heads)}: {', '.join(heads) or 'none'}"
        return False, text, (Finding("verify-heads", Severity.ERROR, place, text),), ""
    steps: tuple[tuple[str, Any, Any], ...] = (
        ("what is left after the way down", report["empty"], []),
        ("up, down and up again", report["second"], report["first"]),
        ("the models", report["second"], report["modelled"]),
    )
    for what, left, right in steps:
        lines = differences(left, right)
        if lines:
            text = f"migrations differ from {what}: {lines[0]}"
            findings = tuple(
                Finding("verify-migrations", Severity.ERROR, place, line) for line in lines[:SHOWN_DIFFERENCES]
            )
            return False, text, findings, "\n".join(lines)
    return True, "up, down and up again leave the schema of the models", (), ""


def _read_tests(_task: Task, report: Report) -> Reading:
    findings = tuple(
        Finding("verify-test", Severity.ERROR, Place(*failure["at"]), f"{failure['test']}: {_one_line(failure)}")
        for failure in report["failures"]
    )
    totals = tallied(report["counts"])
    said = [f"{report['flaky']} failed beside others and passed alone"] if report.get("flaky") else []
    summary = "; ".join([totals or "no tests", *said])
    texts = "\n\n".join(f"{failure['test']}\n{failure['text']}" for failure in report["failures"])
    return report["ok"], summary if report["ok"] or totals else _status(report), findings, texts


def _one_line(failure: Report) -> str:
    return str(failure["message"]).strip().partition("\n")[0]


def _status(report: Report) -> str:
    return f"pytest ended with status {report['status']}"


READERS: Mapping[str, Callable[[Task, Report], Reading]] = {
    "import": _read_import,
    "openapi": _read_openapi,
    "migrations": _read_migrations,
    "tests": _read_tests,
}
