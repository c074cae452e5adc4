"""Statements sent to a database and stand-stills of the event loop, each with the line of the app that caused it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from .foreign import Foreign

Place = tuple[str, int]
STANDSTILL_SECONDS = 0.05
BEAT_SECONDS = 0.002


@dataclass(frozen=True)
class Statement:
    """One statement as it went to the driver, and the line of the app it came from."""

    sql: str
    parameters: Any
    place: Place | None


def place_of(frame: FrameType | None, root: Path) -> Place | None:
    """Return the innermost line of the app that a stack passes through, relative to its folder."""
    for one in _stack(frame):
        path = Path(one.f_code.co_filename)
        if path.is_relative_to(root):
            relative = path.relative_to(root)
            if "site-packages" not in relative.parts and not relative.parts[0].startswith((".", "venv")):
                return relative.as_posix(), one.f_lineno
    return None


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield the frames of a stack, innermost first, and of the greenlets that wait for it (SQLAlchemy's async)."""
    while frame is not None:
        yield frame
        frame = frame.f_back
    if "greenlet" in sys.modules:
        waiting = sys.modules["greenlet"].getcurrent().parent
        while waiting is not None:
            inner = waiting.gr_frame
            while inner is not None:
                yield inner
                inner = inner.f_back
            waiting = waiting.parent


class Statements:
    """Every statement of every engine, in order, from the moment it is listened to."""

    def __init__(self, root: Path) -> None:
        """Look for lines below ``root``."""
        self.root = root
        self.seen: list[Statement] = []

    def listen(self) -> None:
        """Begin to listen; there is no end to it, a probe is a process of its own."""
        from sqlalchemy import Engine, event

        event.listen(Engine, "before_cursor_execute", self._note)

    def _note(self, *arguments: Foreign) -> None:
        """Take what SQLAlchemy hands to ``before_cursor_execute``."""
        _, _, sql, parameters, _, many = arguments
        parameters = parameters[0] if many and parameters else parameters
        self.seen.append(Statement(sql, parameters, place_of(sys._getframe(1), self.root)))


@dataclass
class Heart:
    """Beats in the event loop; a thread sees when it stops and where the loop stands meanwhile."""

    root: Path
    longest: float = 0.0
    place: Place | None = None
    _beat: float = field(default_factory=time.monotonic)
    _ended: threading.Event = field(default_factory=threading.Event)

    async def beat(self) -> None:
        """Beat until cancelled."""
        import asyncio

        watcher = threading.Thread(target=self._watch, args=(threading.get_ident(),), daemon=True)
        watcher.start()
        try:
            while True:
                self._beat = time.monotonic()
                await asyncio.sleep(BEAT_SECONDS)
        finally:
            self._ended.set()
            watcher.join()

    def _watch(self, thread: int) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            still = time.monotonic() - self._beat
            if still > max(STANDSTILL_SECONDS, self.longest):
                place = place_of(sys._current_frames().get(thread), self.root)
                self.longest = still
                self.place = place or self.place
