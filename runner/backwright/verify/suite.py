"""Runs the target's test-suite inside a process of the worker; standard library and the target's own pytest.

Tests are collected once. Where it may, the process then forks, and both take whole files from one queue, the largest
first, so that collection is paid for once and neither waits for the other.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

Result = dict[str, Any]
TICKET = struct.Struct("<I")
MOST_TICKETS = 4096  # they must fit into a pipe before anybody reads: 16 KiB, the smallest buffer in use
NO_TESTS = 5


def run(job: dict[str, Any], folder: Path, files: list[str], *, split: bool) -> Result:
    """Run test files (none named: all the suite's configuration finds) and return counts and failures."""
    root = Path(job["root"])
    watcher = _Watcher(root, folder, split=split and hasattr(os, "fork"))
    arguments = [
        "-q",
        "-o",
        f"cache_dir={folder / 'cache'}",
        "--capture=sys",
        "-Wignore::pytest.PytestAssertRewriteWarning",
        f"--rootdir={root}",
        *files,
    ]
    status = int(pytest.main(arguments, plugins=[watcher]))
    return {
        "ok": status in (0, NO_TESTS),
        "status": status,
        "counts": watcher.counts,
        "failures": watcher.failures,
        "split": watcher.has_split,
    }


class _Watcher:
    """The plugin that counts, keeps failures, and spreads the files over two processes."""

    def __init__(self, root: Path, folder: Path, *, split: bool) -> None:
        self.counts = dict.fromkeys(("passed", "failed", "errors", "skipped"), 0)
        self.failures: list[dict[str, Any]] = []
        self.has_split = False
        self._root = root
        self._folder = folder
        self._may_split = split

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> Iterator[None]:
        """Switch coverage off: it writes into the tree, and its threshold is about whole runs."""
        options = early_config.known_args_namespace
        if getattr(options, "cov_source", None):
            options.no_cov = True
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> Iterator[None]:
        """Keep the tests in this process, whatever the configuration asks of xdist."""
        if getattr(config.option, "numprocesses", None):
            config.option.numprocesses, config.option.dist, config.option.tx = 0, "no", []
        return (yield)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that could not be collected."""
        if report.failed:
            self._note(report, "errors")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test by its call, or by a set-up or tear-down that went wrong."""
        if report.failed:
            self._note(report, "failed" if report.when == "call" else "errors")
        elif report.skipped:
            self.counts["skipped"] += 1
        elif report.when == "call":
            self.counts["passed"] += 1

    def _note(self, report: pytest.TestReport | pytest.CollectReport, kind: str) -> None:
        self.counts[kind] += 1
        file, at = report.nodeid.partition("::")[0], self._place(report)
        message = getattr(getattr(report.longrepr, "reprcrash", None), "message", None)
        text = report.longreprtext
        message = message or text.strip().rpartition("\n")[2]
        self.failures.append({"test": report.nodeid, "file": file, "at": at, "message": message, "text": text})

    def _place(self, report: pytest.TestReport | pytest.CollectReport) -> tuple[str, int | None]:
        """Return where it went wrong, if that is in the tree, else where the test begins."""
        crash = getattr(report.longrepr, "reprcrash", None)
        if crash and Path(crash.path).is_relative_to(self._root):
            return Path(crash.path).relative_to(self._root).as_posix(), crash.lineno
        line = report.location[1] if isinstance(report, pytest.TestReport) else None
        return report.nodeid.partition("::")[0], None if line is None else line + 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the collected tests in two processes, or leave them to pytest."""
        groups: dict[Path, list[pytest.Item]] = {}
        for item in session.items:
            groups.setdefault(item.path, []).append(item)
        alone = threading.active_count() == 1
        if not (self._may_split and alone) or session.testsfailed or not 1 < len(groups) < MOST_TICKETS:
            return None
        ordered = sorted(groups.values(), key=len, reverse=True)
        tickets, filling = os.pipe()
        os.write(filling, b"".join(TICKET.pack(number) for number in range(len(ordered))))
        os.close(filling)
        self.has_split = True
        second = _Second(self, session, ordered, tickets)
        _run_groups(session, ordered, tickets)
        os.close(tickets)
        session.testsfailed += second.join()
        return True

    def add(self, other: Result) -> None:
        """Take over what another process counted and kept."""
        for kind, count in other["counts"].items():
            self.counts[kind] += count
        self.failures += other["failures"]

    def note_early_end(self) -> None:
        """Note that the second process died, with what it printed."""
        message, text = "the second test process ended early", self.log.read_text("utf-8", "replace")
        self.counts["errors"] += 1
        self.failures.append({"test": "tests", "file": "", "at": ("tests", None), "message": message, "text": text})

    def start_over(self) -> None:
        """Forget what was counted before the fork, and move temporary files elsewhere."""
        self.counts = dict.fromkeys(self.counts, 0)
        self.failures = []
        temporary = self._folder / "second"
        temporary.mkdir()
        os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)))
        tempfile.tempdir = None

    @property
    def left(self) -> Path:
        """Where the second process leaves its result."""
        return self._folder / "second.json"

    @property
    def log(self) -> Path:
        """Where the second process's output goes."""
        return self._folder / "second.log"


class _Second:
    """The second process: a fork that takes tickets until there are none, then leaves its result and ends."""

    def __init__(
        self, watcher: _Watcher, session: pytest.Session, ordered: list[list[pytest.Item]], tickets: int
    ) -> None:
        self._watcher = watcher
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                self._work(session, ordered, tickets)
            finally:
                sys.__stdout__.flush()  # type: ignore[union-attr]
                os._exit(0)

    def _work(self, session: pytest.Session, ordered: list[list[pytest.Item]], tickets: int) -> None:
        watcher = self._watcher
        descriptor = os.open(watcher.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        watcher.start_over()
        try:
            _run_groups(session, ordered, tickets)
        finally:
            watcher.left.write_text(json.dumps({"counts": watcher.counts, "failures": watcher.failures}), "utf-8")

    def join(self) -> int:
        """Wait for it and return how many of its tests failed."""
        os.waitpid(self._pid, 0)
        if not self._watcher.left.exists():
            self._watcher.note_early_end()
            return 1
        result = json.loads(self._watcher.left.read_text("utf-8"))
        self._watcher.add(result)
        return len(result["failures"])


def _run_groups(session: pytest.Session, ordered: list[list[pytest.Item]], tickets: int) -> None:
    """Run files as long as there are tickets; the next is drawn before the last test of one, whose tear-down asks."""
    group = _draw(ordered, tickets)
    while group:
        following: list[pytest.Item] = []
        for number, item in enumerate(group):
            is_last = number + 1 == len(group)
            if is_last:
                following = _draw(ordered, tickets)
            after = following[:1] if is_last else group[number + 1 : number + 2]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after[0] if after else None)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
        group = following


def _draw(ordered: list[list[pytest.Item]], tickets: int) -> list[pytest.Item]:
    ticket = os.read(tickets, TICKET.size)
    return ordered[TICKET.unpack(ticket)[0]] if ticket else []
