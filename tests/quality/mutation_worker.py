"""Runs mutants one after another, each in a fork that already has the libraries.

Standard library only at import; run as a program inside the copy of a backend:
`python mutation_worker.py JOBS RESULTS`. JOBS is a JSON object with `jobs` (a list of
objects with `name`, `module`, `path`, `source`, the changed one, and `tests`), `pytest` (options),
`limit` (seconds for one mutant), `budget` (seconds for all) and `parallel`. RESULTS gets
one JSON object a line: `name`, `outcome` (killed, survived or timeout), `seconds`.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class MutatedModule(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module by name and runs a changed form of its source."""

    def __init__(self, job: dict[str, Any]) -> None:
        """Take the job that names the module, its path and the change."""
        self.job = job

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Claim the module of the job; leave all others to Python."""
        if name != self.job["module"]:
            return None
        origin = self.job["path"]
        packages = [str(Path(origin).parent)] if origin.endswith("__init__.py") else None
        return importlib.util.spec_from_file_location(name, origin, loader=self, submodule_search_locations=packages)

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source in the new module."""
        exec(compile(self.job["source"], self.job["path"], "exec"), module.__dict__)


def preload(tests: Sequence[str]) -> None:
    """Import what the backend and its tests import, then forget their own modules."""
    import pytest

    pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", *tests])
    here = str(Path.cwd())
    files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
    for name in [name for name, file in files.items() if file.startswith(here)]:
        del sys.modules[name]


def run_mutant(job: dict[str, Any], options: Sequence[str]) -> None:
    """Run the tests of a job with its change in place and leave with pytest's status."""
    os.setsid()
    sink = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(sink, stream)
    import pytest

    if job["module"]:
        sys.meta_path.insert(0, MutatedModule(job))
    status = 1
    try:
        status = int(pytest.main(["-x", *options, *job["tests"]]))
    finally:
        os._exit(status)


def main(jobs_path: str, results_path: str) -> None:
    """Work through the jobs, at most `parallel` at a time, until the budget is used up."""
    plan = json.loads(Path(jobs_path).read_text())
    sys.path[0] = str(Path.cwd())
    preload(plan["pytest"])
    waiting = list(plan["jobs"])
    running: dict[int, tuple[dict[str, Any], float]] = {}
    end = time.monotonic() + plan["budget"]
    with Path(results_path).open("w") as results:
        while waiting or running:
            while waiting and len(running) < plan["parallel"] and time.monotonic() < end:
                job = waiting.pop(0)
                child = os.fork()
                if child == 0:
                    run_mutant(job, plan["pytest"])
                running[child] = (job, time.monotonic())
            if not running:
                break
            for child, (job, began) in list(running.items()):
                outcome = reap(child, began + plan["limit"])
                if outcome:
                    del running[child]
                    seconds = round(time.monotonic() - began, 2)
                    line = {"name": job["name"], "outcome": outcome, "seconds": seconds}
                    results.write(json.dumps(line) + "\n")
            time.sleep(0.01)


def reap(child: int, deadline: float) -> str | None:
    """Return how a child ended, or None while it runs; past its deadline it is ended."""
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        return "survived" if status == 0 else "killed"
    if time.monotonic() < deadline:
        return None
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


if __name__ == "__main__":
    main(*sys.argv[1:3])
