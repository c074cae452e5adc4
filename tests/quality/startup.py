"""How long the backend takes from nothing to its first answer.

On a machine that others use too the clock says more about them than about the backend, so
where the system tells, the processor's time counts if it is less.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.quality.measure import Row
from tests.quality.processes import NotStarted, server

if TYPE_CHECKING:
    from tests.quality.subject import Subject

LIMIT = 1.0
"""Most time to the first answer, in seconds."""
TRIES = 5
"""Starts that are timed; the fastest counts, for other programs use the machine too."""


def startup_row(subject: Subject, kind: str, url: str, scratch: Path) -> Row:
    """Time starting the server under uvicorn until it answers."""
    began = time.monotonic()
    # Compiled modules are kept between the tries, as they are between two real starts.
    env = {"DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": ""}
    clock, processor = [], []
    words = ""
    for number in range(TRIES):
        start = time.monotonic()
        try:
            with server(subject.root, env, scratch / f"startup-{kind}-{number}.log") as running:
                clock.append(time.monotonic() - start)
                processor.append(processor_seconds(running.pid))
        except NotStarted as failure:
            words = str(failure)
            break
    wall, used = min(clock, default=float("inf")), min(processor, default=float("inf"))
    measured = f"{wall:.2f} s" if used == float("inf") else f"{wall:.2f} s, {used:.2f} s of processor"
    ok = not words and min(wall, used) < LIMIT
    return Row(subject.style, kind, "start-up", f"< {LIMIT:.0f} s", measured, ok, words, time.monotonic() - began)


def processor_seconds(pid: int) -> float:
    """Return the processor time a process has used, in seconds; infinite where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("inf")
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")
