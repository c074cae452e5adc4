"""Answers a complaint: finds what it is about, measures that, and ranks the causes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from backwright.diagnosis.causes import Cause, causes_of
from backwright.diagnosis.connections import connection_causes
from backwright.diagnosis.entrypoint import find_entrypoint
from backwright.diagnosis.probe import Subject, probe
from backwright.diagnosis.report import Report
from backwright.diagnosis.scratch import SERVER
from backwright.diagnosis.symptom import Symptom, Trouble, meant
from backwright.errors import Place
from backwright.finding import Finding, Severity


@dataclass(frozen=True)
class Diagnosis:
    """What came of a complaint: the paths it is about, the causes (heaviest first), and what could not be measured."""

    paths: tuple[str, ...]
    findings: tuple[Finding, ...]
    measured: bool


def diagnose(symptom: Symptom, root: Path, python: Path, environment: Mapping[str, str]) -> Diagnosis:
    """Measure what a complaint is about.

    Args:
        symptom: The complaint.
        root: The backend's folder, staged: the probe imports it.
        python: The interpreter with the backend's requirements.
        environment: Variables of the person's environment file.
    """
    entrypoint = find_entrypoint(root)
    if entrypoint is None:
        return _unmeasured("no module makes a FastAPI application", ".")
    subject = Subject(root, python, entrypoint, environment)
    module = f"{entrypoint.module.replace('.', '/')}.py"
    if symptom.trouble is Trouble.CONNECTION:
        report = probe(subject, "connection")
        place = _url_place(root, report) or _engine_place(root) or Place(module)
        return Diagnosis((), _ranked(tuple(connection_causes(report, place))), measured=True)
    report = probe(subject, "requests")
    if report.error and not report.endpoints:
        return _unmeasured(f"the application could not be measured: {report.error}".replace("\n", "; "), module)
    paths = meant(symptom, (endpoint.path for endpoint in report.endpoints))
    if symptom.path is not None and not paths:
        return _unmeasured(f"there is no GET endpoint {symptom.path}; there are {_listed(report)}", module)
    about = _about(report, paths)
    found = _ranked(causes_of(about, module)) or tuple(_innocent(about, module))
    return Diagnosis(paths, (*found, *_measured_on(root, report, module)), measured=True)


def _measured_on(root: Path, report: Report, module: str) -> Iterator[Finding]:
    """Yield on which database it was measured, where the application asks for PostgreSQL, and what was left of it."""
    place = _engine_place(root) or Place(module)
    used = report.database
    if used.why_not:
        message = f"measured on SQLite, not on the PostgreSQL that the application asks for: {used.why_not}"
        fix = f"name a server whose user may create databases: {SERVER}, in the environment or with --env-file"
        yield Finding("D198", Severity.INFO, place, message, fix)
    elif used.version:
        message = f"measured on {used.name} {used.version}, in a database of its own that is dropped again"
        yield Finding("D198", Severity.INFO, place, message)
    if report.left:
        yield Finding("D197", Severity.WARNING, place, report.left, "drop it by hand")


def _about(report: Report, paths: Sequence[str]) -> Report:
    if not paths:
        return report
    endpoints = tuple(endpoint for endpoint in report.endpoints if endpoint.path in paths)
    return report.model_copy(update={"endpoints": endpoints})


def _innocent(report: Report, module: str) -> Iterator[Finding]:
    """Yield what was measured of endpoints that nothing is wrong with."""
    for endpoint in report.endpoints:
        last = max(endpoint.measures, key=lambda measure: measure.rows, default=None)
        if last is not None:
            path, line = endpoint.place or (module, None)
            message = (
                f"GET {endpoint.path} answered {last.status} in {last.seconds:.2f} s with "
                f"{len(last.statements)} statements on {last.rows} rows: nothing measured explains the complaint"
            )
            yield Finding("D199", Severity.INFO, Place(path, line), message)


def _ranked(causes: Sequence[Cause]) -> tuple[Finding, ...]:
    return tuple(cause.finding for cause in sorted(causes, key=lambda cause: -cause.weight))


def _unmeasured(why: str, path: str) -> Diagnosis:
    return Diagnosis(
        (), (Finding("D100", Severity.WARNING, Place(path), f"nothing was measured: {why}"),), measured=False
    )


def _listed(report: Report) -> str:
    return ", ".join(sorted(endpoint.path for endpoint in report.endpoints)[:8]) or "none"


_ENGINE = re.compile(r"\bcreate_(async_)?engine\s*\(|\bnew_engine\s*\(")


def _url_place(root: Path, report: Report) -> Place | None:
    """Return the line that the URL of an attempt is written on; None where it comes from the environment."""
    urls = [one.url for one in (*report.tries, *report.asked)]
    addresses = {url.partition("://")[2].rpartition("@")[2] for url in urls} - {""}
    for place, line in _lines(root):
        if "://" in line and any(f"/{address}" in line or f"@{address}" in line for address in addresses):
            return place
    return None


def _engine_place(root: Path) -> Place | None:
    """Return the line that makes the engine."""
    for place, line in _lines(root):
        if _ENGINE.search(line) and not line.lstrip().startswith(("def ", "#")):
            return place
    return None


def _lines(root: Path) -> Iterator[tuple[Place, str]]:
    """Yield every line of the target's own code with its place."""
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if any(part.startswith(".") or part in ("tests", "migrations", "alembic") for part in relative.parts):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            yield Place(relative.as_posix(), number), line
