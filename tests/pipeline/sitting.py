"""The command as a person at a terminal calls it: what is seen, and what is typed."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

pty_only = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


class Sitting:
    """A person at a pseudo-terminal; ``program`` is what runs there, the command itself where none is given."""

    def __init__(self, *arguments: str | Path, program: tuple[str, ...] = ("-m", "backwright")) -> None:
        import pty

        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, *program, *map(str, arguments)],
            env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "50"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""

    def read_until(self, text: str, seconds: float = 60) -> str:
        deadline = time.monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self.ours], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{text!r} did not come: {self.seen[-2000:]}"
            try:
                part = os.read(self.ours, 65536)
            except OSError:
                part = b""
            if not part:
                break
            self.seen += part.decode("utf-8", "replace")
        assert text in self.seen, self.seen[-2000:]
        return self.seen

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def end(self) -> int:
        while True:
            try:
                part = os.read(self.ours, 65536)
            except OSError:
                break
            if not part:
                break
            self.seen += part.decode("utf-8", "replace")
        status = self.process.wait(30)
        os.close(self.ours)
        return status
