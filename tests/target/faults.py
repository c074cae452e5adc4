"""Faults at every point where the program writes: the system's calls are counted, and the n-th one goes wrong.

Nothing in the program knows of this. There is a point before every call, which is the one after the call before it,
and a write has one more, with half of its bytes written.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_CALLS = ("write", "fsync", "rename", "replace", "link", "unlink", "mkdir", "rmdir", "open", "fchmod", "symlink")


class Counter:
    """Counts points, and does what it is told at the n-th, counted from 0; at any number without one."""

    def __init__(self, at: int | None, fault: Callable[[], None]) -> None:
        self.at, self.fault, self.seen = at, fault, 0
        self.done = False

    def point(self) -> None:
        here, self.seen = self.seen, self.seen + 1
        if here == self.at and not self.done:
            self.done = True
            self.fault()


@contextmanager
def faults(counter: Counter) -> Iterator[None]:
    """Count the system's writing calls, and git's processes, for as long as the context lasts."""
    kept = {name: getattr(os, name) for name in _CALLS}
    popen = subprocess.Popen.__init__

    def wrapped(name: str) -> Callable[..., Any]:
        real = kept[name]

        def call(*arguments: Any, **named: Any) -> Any:
            if name == "open" and not arguments[1] & os.O_CREAT:
                return real(*arguments, **named)
            counter.point()
            if name == "write" and len(arguments[1]) > 1:
                half = len(arguments[1]) // 2
                written = real(arguments[0], bytes(arguments[1])[:half])
                counter.point()
                return written + real(arguments[0], bytes(arguments[1])[written:])
            return real(*arguments, **named)

        return call

    def started(self: Any, *arguments: Any, **named: Any) -> None:
        counter.point()
        popen(self, *arguments, **named)

    # supports_dir_fd holds the real functions; the program asked it when it was imported.
    for name in kept:
        setattr(os, name, wrapped(name))
    subprocess.Popen.__init__ = started  # type: ignore[method-assign]
    try:
        yield
    finally:
        for name, real in kept.items():
            setattr(os, name, real)
        subprocess.Popen.__init__ = popen  # type: ignore[method-assign]
