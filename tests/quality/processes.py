"""Programs run with a time limit, each in a process group of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

TIMED_OUT = 124
"""Exit status given to a program that was stopped at its limit (as `timeout` does)."""


class NotStarted(Exception):
    """A server ended before it answered, or did not answer in time; holds its log."""


@dataclass(frozen=True)
class Finished:
    """What a program left: its exit status and both its streams as one text."""

    status: int
    output: str
    seconds: float


@dataclass(frozen=True)
class Server:
    """A server that answers: its base URL and the id of its process."""

    url: str
    pid: int


def python(*arguments: str) -> list[str]:
    """Return a command line for the interpreter that runs this program."""
    return [sys.executable, *arguments]


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program of the backend under test."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    registry = {k: v for k, v in os.environ.items() if k.lower().startswith("npm_config")}
    certificates = {key: os.environ[key] for key in ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE") if key in os.environ}
    return {
        **kept,
        **registry,
        **certificates,
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
        **extra,
    }


def run(
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str] | None = None,
    limit: float = 600,
) -> Finished:
    """Run a program to its end, or stop its whole group after `limit` seconds."""
    began = time.monotonic()
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env=environment(env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limit)
        status = process.returncode
    except subprocess.TimeoutExpired:
        stop_group(process.pid)
        output, _ = process.communicate()
        status = TIMED_OUT
    return Finished(status, output, time.monotonic() - began)


def stop_group(leader: int) -> None:
    """End a process group that we started."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def free_port() -> int:
    """Return a TCP port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(cwd: Path, env: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Serve `app.main:app` of a backend and yield it, then stop it.

    Raises:
        NotStarted: The server ended or did not answer within 30 seconds.
    """
    port = free_port()
    argv = python("-m", "uvicorn", "app.main:app", "--port", str(port))
    with log.open("w") as sink:
        process = subprocess.Popen(
            [*argv, "--log-level", "warning"],
            cwd=cwd,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _await_answer(f"{url}/health", process, log)
            yield Server(url, process.pid)
        finally:
            stop_group(process.pid)
            process.wait()


def _await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.005)
    raise NotStarted(f"the backend did not start:\n{log.read_text()[-4000:]}")
