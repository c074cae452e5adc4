"""Whole-process wall-clock time and peak memory, by the operating system's own accounting."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One finished process: wall-clock and CPU seconds, peak resident memory in MiB, exit status."""

    wall: float
    cpu: float
    memory: float
    status: int


@dataclass(frozen=True)
class Figures:
    """The medians over several runs, and the extremes of the wall-clock time."""

    wall: float
    fastest: float
    slowest: float
    cpu: float
    memory: float
    statuses: frozenset[int]


def run_once(argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Run:
    """Run a command to its end; its output is thrown away."""
    began = time.perf_counter()
    process = subprocess.Popen(
        argv, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale, process.returncode)


def measure(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], *, runs: int, before: Callable[[], None] = lambda: None
) -> Figures:
    """Run a command once to warm up, then ``runs`` times; ``before`` prepares each run and is not timed."""
    results = []
    for _ in range(runs + 1):
        before()
        results.append(run_once(argv, cwd, env))
    counted = results[1:]
    walls = [run.wall for run in counted]
    return Figures(
        wall=statistics.median(walls),
        fastest=min(walls),
        slowest=max(walls),
        cpu=statistics.median(run.cpu for run in counted),
        memory=statistics.median(run.memory for run in counted),
        statuses=frozenset(run.status for run in counted),
    )
