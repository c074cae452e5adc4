"""The steps of a run, timed and said, and the log that every run leaves in the person's state folder."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from backwright.event import Diffed, Event, Listener, StepFinished, StepStarted
from backwright.folders import state_folder
from backwright.memory.redact import redact

KEPT_SECONDS = 30 * 24 * 3600


class Steps:
    """Says when steps begin and end, and keeps their wall-clock seconds."""

    def __init__(self, listen: Listener) -> None:
        """Say it to this listener."""
        self.listen = listen
        self.seconds: dict[str, float] = {}
        self._detail = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside; a step that fails is not said to be finished."""
        self.listen(StepStarted(name))
        self._detail = ""
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)
        self.listen(StepFinished(name, self.seconds[name], self._detail))

    def detail(self, text: str) -> None:
        """Say what the step that is under way found or did, when it ends."""
        self._detail = text


@dataclass(frozen=True)
class Log:
    """A listener that also writes to a log, and where that lies."""

    listen: Listener
    path: Path


@contextmanager
def logged(listen: Listener) -> Iterator[Log]:
    """Give a listener that also writes every event, one JSON object a line, to a log of mode 0600.

    Secrets are redacted and the diff, which the commit holds, is left out. Logs of more than a month ago are removed.
    """
    folder = state_folder() / "runs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    path = folder / f"{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}.jsonl"
    with _private(path) as log:

        def both(event: Event) -> None:
            kept = dataclasses.replace(event, diff="") if isinstance(event, Diffed) else event
            line = json.dumps({"event": type(event).__name__, **dataclasses.asdict(kept)})
            log.write(redact(line) + "\n")
            log.flush()
            listen(event)

        yield Log(both, path)


def _sweep(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.glob("*.jsonl"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def _private(path: Path) -> TextIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8")
