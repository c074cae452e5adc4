"""Starts the probe in the target's interpreter and returns its report."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backwright.diagnosis.entrypoint import Entrypoint
from backwright.diagnosis.report import Report, read_report
from backwright.diagnosis.scratch import drop, lent_server, new_name
from backwright.executor import Limits, clean_environment, execute

PROBE = Path(__file__).with_name("probing") / "__main__.py"
SECONDS = 120.0
FEW, MANY = 1, 50
"""Rows in every table: what grows from one to the other depends on rows."""
PLAN_ROWS = 2000
"""Rows in every table that PostgreSQL plans for: enough that it would rather use an index than read them all."""


@dataclass(frozen=True)
class Subject:
    """What is measured: the backend's folder, its interpreter, its application, and a person's environment file."""

    root: Path
    python: Path
    entrypoint: Entrypoint
    environment: Mapping[str, str]


def probe(subject: Subject, do: Literal["requests", "connection"], paths: Sequence[str] = ()) -> Report:
    """Return what was measured; the target's own database is only connected to, and only by ``connection``."""
    scratch = Path(tempfile.mkdtemp(prefix="backwright-probe-")).resolve()
    database = new_name()
    left = ""
    try:
        job = {
            "root": str(subject.root.resolve()),
            "module": subject.entrypoint.module,
            "attribute": subject.entrypoint.attribute,
            "do": do,
            "paths": list(paths),
            "rows": [FEW, MANY],
            "plan_rows": PLAN_ROWS,
            "scratch": str(scratch),
            "database": database,
            "server": lent_server(subject.environment),
        }
        try:
            report = _report(subject, scratch, job)
        finally:
            left = drop(database, scratch / "server")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return report.model_copy(update={"left": left})


def _report(subject: Subject, scratch: Path, job: Mapping[str, object]) -> Report:
    """Run the probe and read what it wrote."""
    file = scratch / "job.json"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(json.dumps(job))
    path = os.pathsep.join([str(subject.python.parent), os.environ.get("PATH", os.defpath)])
    environment = clean_environment(scratch, {"PATH": path, **subject.environment})
    argv = [str(subject.python), "-I", "-B", str(PROBE), str(file)]
    outcome = execute(argv, cwd=subject.root, env=environment, limits=Limits(seconds=SECONDS))
    report = read_report(scratch / "report.json")
    if outcome.ok or not report.error:
        return report
    why = f"stopped after {SECONDS:.0f} s" if outcome.timed_out else outcome.text.strip().rpartition("\n")[2]
    return report.model_copy(update={"error": f"{report.error}: {why}"})
