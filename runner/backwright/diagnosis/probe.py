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
from backwright.executor import Limits, clean_environment, execute

PROBE = Path(__file__).with_name("probing") / "__main__.py"
SECONDS = 120.0
FEW, MANY = 1, 50
"""Rows in every table: what grows from one to the other depends on rows."""


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
    try:
        job = scratch / "job.json"
        job.write_text(
            json.dumps(
                {
                    "root": str(subject.root.resolve()),
                    "module": subject.entrypoint.module,
                    "attribute": subject.entrypoint.attribute,
                    "do": do,
                    "paths": list(paths),
                    "rows": [FEW, MANY],
                    "scratch": str(scratch),
                }
            ),
            encoding="utf-8",
        )
        path = os.pathsep.join([str(subject.python.parent), os.environ.get("PATH", os.defpath)])
        environment = clean_environment(scratch, {"PATH": path, **subject.environment})
        argv = [str(subject.python), "-I", "-B", str(PROBE), str(job)]
        outcome = execute(argv, cwd=subject.root, env=environment, limits=Limits(seconds=SECONDS))
        report = read_report(scratch / "report.json")
        if outcome.ok or not report.error:
            return report
        why = f"stopped after {SECONDS:.0f} s" if outcome.timed_out else outcome.text.strip().rpartition("\n")[2]
        return report.model_copy(update={"error": f"{report.error}: {why}"})
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
