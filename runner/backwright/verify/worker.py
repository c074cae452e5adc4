"""The verification worker: runs in the target's interpreter, needs nothing but the standard library.

``python -I -B worker.py job.json`` imports the app once and forks a process for each check, so that the import is paid
for once and checks run beside each other. Where there is no ``fork``, or the import started threads, each check gets a
new process (``worker.py job.json CHECK``) instead. Each finished check is one JSON line on what was standard output
when the worker started; by the time anything of the target runs, its own standard output leads to a log file.

A job names ``root`` (the backend's folder), ``package``, ``checks``, ``tests`` (files; empty: all), ``scratch`` (an
empty folder), ``parallel`` (processes at once), ``split`` (whether tests may be spread over two processes) and
``database`` (what goes before the path in a SQLite URL).
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from sqlalchemy import Connection

Job = dict[str, Any]
Result = dict[str, Any]
PAUSE_SECONDS = 0.005


def main(argv: list[str]) -> None:
    """Do a job, or one check of it."""
    file, *only = argv[1:]
    job: Job = {**json.loads(Path(file).read_text(encoding="utf-8")), "file": file}
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    _redirect(Path(job["scratch"], f"{'-'.join(['worker', *only])}.log"))
    _enter(job)
    if only:
        out.close()
        _preload(job)
        _run_check(job, only[0])
        return
    began = time.monotonic()
    loaded = _preload(job)
    _report(out, job, "import", loaded, began)
    if loaded["ok"]:
        _run_all(job, out)


def _enter(job: Job) -> None:
    root = job["root"]
    os.chdir(root)
    sys.path.insert(0, root)
    sys.argv = ["pytest"]
    sys.dont_write_bytecode = True


def _redirect(log: Path) -> None:
    """Let standard output and error, of this process and those it starts, lead to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _report(out: TextIO, job: Job, check: str, result: Result, began: float) -> None:
    path = Path(job["scratch"], f"{check}.json")
    path.write_text(json.dumps(result), encoding="utf-8")
    out.write(json.dumps({"check": check, "result": str(path), "seconds": time.monotonic() - began}) + "\n")
    out.flush()


def _preload(job: Job) -> Result:
    """Import the app; the database it sees is a temporary one unless the person's environment names another."""
    own_database = "DATABASE_URL" not in os.environ
    if own_database:
        os.environ["DATABASE_URL"] = job["database"] + str(Path(job["scratch"], "import.db"))
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")
            importlib.import_module(f"{job['package']}.main")
    except BaseException as error:  # noqa: BLE001 - whatever the target raises is the result
        return _broken(job, error)
    finally:
        if own_database:
            del os.environ["DATABASE_URL"]
    said = [f"{w.filename}:{w.lineno}: {w.category.__name__}: {w.message}" for w in caught]
    ours = [text for text in said if text.startswith(job["root"] + os.sep)]
    return {"ok": True, "warnings": ours, "strangers": _strangers(job), "python": sys.version.split()[0]}


def _broken(job: Job, error: BaseException) -> Result:
    """Describe an error; a module that is missing here but not in the tree is named."""
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    top = (missing or "").partition(".")[0]
    in_tree = any(Path(job["root"], top + end).exists() for end in ("", ".py"))
    return {
        "ok": False,
        "missing": top if top and not in_tree else None,
        "error": f"{type(error).__name__}: {error}",
        "place": _place(job, error),
        "trace": "".join(traceback.format_exception(error)),
    }


def _place(job: Job, error: BaseException) -> list[Any] | None:
    """Return the file (relative to the root) and line of the innermost frame within the tree."""
    if isinstance(error, SyntaxError) and error.filename:
        frames = [(error.filename, error.lineno)]
    else:
        frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    inside = [(name, line) for name, line in frames if name.startswith(job["root"] + os.sep)]
    return [os.path.relpath(inside[-1][0], job["root"]), inside[-1][1]] if inside else None


def _strangers(job: Job) -> list[str]:
    """Return the files of modules of the app's package that do not lie in the tree."""
    package = job["package"]
    root = os.path.realpath(job["root"]) + os.sep
    files = [
        getattr(module, "__file__", None) or ""
        for name, module in list(sys.modules.items())
        if name == package or name.startswith(package + ".")
    ]
    return sorted(file for file in files if file and not os.path.realpath(file).startswith(root))


def _run_all(job: Job, out: TextIO) -> None:
    waiting = [check for check in job["checks"] if check != "import"]
    running: dict[int, tuple[str, float, _Forked | _Spawned]] = {}
    parent = os.getppid()
    forks = hasattr(os, "fork") and threading.active_count() == 1
    gc.freeze()
    while waiting or running:
        while waiting and len(running) < job["parallel"]:
            check, began = waiting.pop(0), time.monotonic()
            process = _Forked(job, check, out) if forks else _Spawned(job, check)
            running[process.pid] = (check, began, process)
        for pid, (check, began, process) in list(running.items()):
            status = process.status()
            if status is not None:
                del running[pid]
                result = _result_of(job, check, status)
                waiting += _again(job, check, result)
                _report(out, job, check, result, began)
        if os.getppid() != parent:
            _end_group()
        time.sleep(PAUSE_SECONDS)


def _end_group() -> None:
    """End this process and all checks: nobody waits for them any more."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


class _Forked:
    """A check in a fork of this process."""

    def __init__(self, job: Job, check: str, out: TextIO) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            os.close(out.fileno())
            _redirect(Path(job["scratch"], f"{check}.log"))
            try:
                _run_check(job, check)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)

    def status(self) -> int | None:
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None


class _Spawned:
    """A check in a new process."""

    def __init__(self, job: Job, check: str) -> None:
        command = [sys.executable, "-I", "-B", __file__, job["file"], check]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.pid = self.process.pid

    def status(self) -> int | None:
        return self.process.poll()


def _result_of(job: Job, check: str, status: int) -> Result:
    path = Path(job["scratch"], f"{check}.done")
    if not path.exists():
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return {"ok": False, "error": f"the process of the check ended with {how} before it had a result"}
    result: Result = json.loads(path.read_text(encoding="utf-8"))
    return result


def _again(job: Job, check: str, result: Result) -> list[str]:
    """What failed while two processes shared the tests is tried alone: only that counts."""
    if check != "tests" or not result.get("split") or not result.get("failures"):
        return []
    files = {failure["file"] for failure in result["failures"]}
    job["again"] = sorted(file for file in files if Path(job["root"], file).is_file())
    return ["again"] if job["again"] else []


def _run_check(job: Job, check: str) -> None:
    """Run a check and leave its result in a file."""
    folder = Path(job["scratch"], check)
    folder.mkdir(exist_ok=True)
    os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder)))
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder / "hypothesis")
    tempfile.tempdir = None
    try:
        result = CHECKS[check](job, folder)
    except BaseException as error:  # noqa: BLE001 - whatever the target raises is the result
        result = _broken(job, error)
    done = Path(job["scratch"], f"{check}.writing")
    done.write_text(json.dumps(result, default=str), encoding="utf-8")
    done.replace(done.with_suffix(".done"))


def _openapi(job: Job, _folder: Path) -> Result:
    module = sys.modules[f"{job['package']}.main"]
    app = getattr(module, "app", None) or module.create_app()
    return {"ok": True, "document": app.openapi()}


def _migrations(job: Job, folder: Path) -> Result:
    """Migrate up, down and up again, and write the models' schema beside it."""
    import sqlalchemy
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config("alembic.ini")
    heads = ScriptDirectory.from_config(config).get_heads()
    if len(heads) != 1:
        return {"ok": False, "heads": sorted(heads)}
    database = folder / "migrated.db"
    os.environ["DATABASE_URL"] = url = job["database"] + str(database)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    metadata: list[Any] = []
    configure = EnvironmentContext.configure

    def watched(context: EnvironmentContext, connection: Connection | None = None, **options: Any) -> None:  # noqa: ANN401
        if connection is None or connection.engine.url.database != str(database):
            raise RuntimeError("migrations/env.py does not use the database that DATABASE_URL names")
        metadata[:] = [options.get("target_metadata")]
        configure(context, connection, **options)

    EnvironmentContext.configure = watched  # type: ignore[method-assign,assignment]
    command.upgrade(config, "head")
    first = _schema(database)
    command.downgrade(config, "base")
    empty = _schema(database)
    command.upgrade(config, "head")
    modelled = folder / "modelled.db"
    engine = sqlalchemy.create_engine(f"sqlite:///{modelled}")
    for part in metadata[0] if isinstance(metadata[0], (list, tuple)) else metadata:
        part.create_all(engine)
    engine.dispose()
    schemas = {"first": first, "empty": empty, "second": _schema(database), "modelled": _schema(modelled)}
    return {"ok": True, "heads": sorted(heads), **schemas}


def _schema(path: Path) -> list[dict[str, Any]]:
    """Return every object of a SQLite database but Alembic's own, with what its PRAGMAs say about a table."""
    connection = sqlite3.connect(path)
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name NOT IN ('alembic_version')"
    found = []
    for kind, name, table, sql in sorted(connection.execute(query + " AND name NOT LIKE 'sqlite_%'")):
        entry = {"type": kind, "name": name, "table": table, "sql": sql}
        if kind == "table":
            quoted = name.replace('"', '""')
            for pragma in ("table_xinfo", "foreign_key_list"):
                entry[pragma] = connection.execute(f'PRAGMA {pragma}("{quoted}")').fetchall()
        found.append(entry)
    connection.close()
    return found


def _tests(job: Job, folder: Path) -> Result:
    result: Result = _suite().run(job, folder, job["tests"], split=job["split"])
    return result


def _tests_again(job: Job, folder: Path) -> Result:
    result: Result = _suite().run(job, folder, job["again"], split=False)
    return result


def _suite() -> ModuleType:
    """Load the module beside this one that runs pytest; our folder stays off the target's path."""
    spec = importlib.util.spec_from_file_location("_backwright_suite", Path(__file__).with_name("suite.py"))
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - the file lies beside this one
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECKS = {"openapi": _openapi, "migrations": _migrations, "tests": _tests, "again": _tests_again}

if __name__ == "__main__":
    main(sys.argv)
