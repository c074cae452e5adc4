"""``python -I -B __main__.py job.json``: measures an app and writes ``report.json`` beside the job.

A job names ``root`` (the backend's folder), ``module`` and ``attribute`` (the app), ``do`` (``requests`` or
``connection``), ``paths`` (templates to measure; empty: all), ``rows`` (how many rows to try with), ``plan_rows`` (how
many to explain statements with on PostgreSQL), ``database`` (the name of one made there), ``server`` (that is lent for
it, or null) and ``scratch``.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
measuring = importlib.import_module("probing.measuring")


def main(argv: list[str]) -> None:
    """Do the job and write the report; a fault of the target is part of it."""
    job: dict[str, Any] = json.loads(Path(argv[1]).read_text(encoding="utf-8"))
    os.chdir(job["root"])
    sys.path.insert(0, job["root"])
    report = asyncio.run(measuring.connected(job) if job["do"] == "connection" else measuring.requested(job))
    Path(job["scratch"], "report.json").write_text(json.dumps(report, default=str), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv)
