"""How long the backend takes from nothing to its first answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.quality.measure import Row
from tests.quality.processes import NotStarted, server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.quality.subject import Subject

LIMIT = 1.0
"""Most time to the first answer, in seconds."""
TRIES = 5
"""Starts that are timed; the fastest counts, for other programs use the machine too."""


def startup_row(subject: Subject, kind: str, url: str, scratch: Path) -> Row:
    """Time starting the server under uvicorn until it answers."""
    began = time.monotonic()
    times = []
    # Compiled modules are kept between the tries, as they are between two real starts.
    env = {"DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": ""}
    words = ""
    for number in range(TRIES):
        start = time.monotonic()
        log = scratch / f"startup-{kind}-{number}.log"
        try:
            with server(subject.root, env, log):
                times.append(time.monotonic() - start)
        except NotStarted as failure:
            words = str(failure)
            break
    best = min(times, default=float("inf"))
    return Row(
        subject.style,
        kind,
        "start-up",
        f"< {LIMIT:.0f} s",
        f"{best:.2f} s",
        best < LIMIT,
        words or ", ".join(f"{one:.2f}" for one in times),
        time.monotonic() - began,
    )
