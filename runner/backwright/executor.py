"""Runs programs of the target: without a shell, in a clean environment, within limits.

The process gets a group of its own, so that whatever it starts ends with it. Where the system has no ``fork`` or no
``resource`` module (Windows) the wall-clock and output limits still hold, the others do not.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from backwright.errors import BadInput

KEPT_VARIABLES = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS"),
)
"""The variables a program of the target may see as they are; everything else stays with us, keys and tokens first."""

CHUNK = 65_536
DRAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Limits:
    """What a program may use.

    Attributes:
        seconds: Wall-clock time from its start.
        memory: Bytes of private memory per process (RLIMIT_DATA; address space is left alone, because interpreters
            and allocators reserve far more than they use). None: no limit.
        output: Bytes kept of each of its two streams; what comes after is read and dropped.
        open_files: Open files per process.
        file_size: Bytes that one file may grow to.
    """

    seconds: float = 600.0
    memory: int | None = 4 * 2**30
    output: int = 4 * 2**20
    open_files: int = 1024
    file_size: int = 2**30


@dataclass(frozen=True)
class Outcome:
    """What a program left.

    Attributes:
        status: Its exit status; negative: the signal that ended it.
        stdout: Its standard output, at most ``Limits.output`` bytes.
        stderr: Its standard error, likewise.
        seconds: Wall-clock time.
        timed_out: Whether it was stopped at ``Limits.seconds``.
        dropped: Bytes of output that were cut off.
    """

    argv: tuple[str, ...]
    status: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False
    dropped: int = 0

    @property
    def ok(self) -> bool:
        """Whether it ended by itself with status 0."""
        return self.status == 0 and not self.timed_out

    @property
    def text(self) -> str:
        """Both streams as text, and a line on whatever is missing from them."""
        parts = [stream.decode("utf-8", "replace").rstrip("\n") for stream in (self.stdout, self.stderr) if stream]
        if self.dropped:
            parts.append(f"[{self.dropped} more bytes of output were cut off]")
        if self.timed_out:
            parts.append(f"[stopped after {self.seconds:.0f} s]")
        return "\n".join(parts)


def clean_environment(scratch: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment for a program of the target.

    Args:
        scratch: A folder of its own: home and temporary files go there.
        extra: Variables to set on top.
    """
    home, temporary = scratch / "home", scratch / "tmp"
    for folder in (home, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    places = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(home))
    temporaries = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    return {
        "LANG": "C.UTF-8",
        **kept,
        **places,
        **temporaries,
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        **(extra or {}),
    }


def execute(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    limits: Limits | None = None,
    on_output: Callable[[bytes], None] | None = None,
) -> Outcome:
    """Run a program to its end, or to one of its limits.

    Args:
        argv: The program and its arguments; nothing of it is read by a shell.
        cwd: Where it runs.
        env: Its whole environment (see ``clean_environment``).
        limits: What it may use.
        on_output: Called with each piece of standard output as it comes, from another thread.

    Raises:
        BadInput: the program cannot be started.
    """
    with Running(argv, cwd=cwd, env=env, limits=limits or Limits(), on_output=on_output) as running:
        return running.wait()


class _Stream:
    """One stream of a process, read to its end in a thread so that the process never blocks on it."""

    def __init__(self, pipe: IO[bytes], keep: int, on_output: Callable[[bytes], None] | None) -> None:
        self.kept = bytearray()
        self.dropped = 0
        self._keep = keep
        self._on_output = on_output
        self._pipe = pipe
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        with self._pipe, suppress(OSError, ValueError):
            while piece := os.read(self._pipe.fileno(), CHUNK):
                taken = piece[: max(0, self._keep - len(self.kept))]
                self.dropped += len(piece) - len(taken)
                self.kept += taken
                if taken and self._on_output:
                    self._on_output(taken)


class Running:
    """A started program; leaving the context ends it and everything it started."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        limits: Limits,
        on_output: Callable[[bytes], None] | None = None,
    ) -> None:
        """Start the program.

        Raises:
            BadInput: it cannot be started.
        """
        self._argv = _checked(argv)
        self._limits = limits
        self._began = time.monotonic()
        self._process = _start(self._argv, cwd, env, limits)
        try:
            self._listen(on_output)
        except BaseException:  # Ctrl-C may come while the threads are made: nothing that was started stays
            self._end()
            raise

    def _listen(self, on_output: Callable[[bytes], None] | None) -> None:
        assert self._process.stdout is not None  # noqa: S101 - both were asked for as pipes
        assert self._process.stderr is not None  # noqa: S101
        self._ended = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()
        self._stderr = _Stream(self._process.stderr, self._limits.output, None)
        self._stdout = _Stream(self._process.stdout, self._limits.output, on_output)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _watch(self) -> None:
        """Wait for the process, where possible without reaping it: its group's number stays taken until we do."""
        if hasattr(os, "waitid"):
            with suppress(ChildProcessError):
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        self._ended.set()

    def wait(self) -> Outcome:
        """Wait for the end or the limit, end what is left of the group, and return what there is."""
        left = self._began + self._limits.seconds - time.monotonic()
        timed_out = not self._ended.wait(max(0.0, left))
        self.stop()
        return Outcome(
            argv=self._argv,
            status=self._process.returncode,
            stdout=bytes(self._stdout.kept),
            stderr=bytes(self._stderr.kept),
            seconds=time.monotonic() - self._began,
            timed_out=timed_out,
            dropped=self._stdout.dropped + self._stderr.dropped,
        )

    def stop(self) -> None:
        """End the process and its group; a second call does nothing."""
        self._end()
        deadline = time.monotonic() + DRAIN_SECONDS
        for stream in (self._stdout, self._stderr):
            stream.thread.join(max(0.0, deadline - time.monotonic()))

    def _end(self) -> None:
        if self._process.returncode is None:
            _kill_group(self._process)
            self._process.wait()


def _checked(argv: Sequence[str]) -> tuple[str, ...]:
    if isinstance(argv, str) or not argv or any("\0" in word for word in argv):
        raise BadInput(f"not a program and its arguments: {argv!r}")
    return tuple(argv)


def _start(argv: tuple[str, ...], cwd: Path, env: Mapping[str, str], limits: Limits) -> subprocess.Popen[bytes]:
    try:
        if sys.platform == "win32":
            return subprocess.Popen(
                argv,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                creationflags=subprocess.CREATE_NEW_PROCESS_GROUP,
            )
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_limiter(limits),  # noqa: PLW1509 - it only sets limits: no lock, no import, no allocation
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise BadInput(f"{argv[0]} cannot be started: {error}") from error


def _limiter(limits: Limits) -> Callable[[], None]:
    """Return what sets the limits in the new process; everything it needs is looked up before the fork."""
    import resource

    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: limits.file_size,
    }
    if limits.memory is not None:
        wanted[resource.RLIMIT_DATA] = limits.memory
    pairs = []
    for what, most in wanted.items():
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        pairs.append((what, (least, least)))
    set_limit = resource.setrlimit

    def apply() -> None:
        for what, value in pairs:
            with suppress(ValueError, OSError):
                set_limit(what, value)

    return apply


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        with suppress(OSError):
            subprocess.run(
                ["taskkill", "/T", "/F", "/PID", str(process.pid)],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
