"""Checks that read the tree and run none of it: compile, format, lint."""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath

from backwright.counting import counted
from backwright.errors import BadInput, Place
from backwright.executor import Limits, Outcome, clean_environment, execute
from backwright.finding import Finding, Severity
from backwright.verify.result import Check

Tree = Mapping[PurePosixPath, bytes]
Before = Callable[[PurePosixPath], bytes | None]
CONFIGURATION = ("pyproject.toml", "ruff.toml", ".ruff.toml")
SKIPPED_FOLDERS = frozenset({".venv", "venv", "node_modules", "__pycache__"})
RUFF_LIMITS = Limits(seconds=120, output=16 * 2**20)
Result = tuple[Check, tuple[Finding, ...]]


@dataclass(frozen=True)
class Subject:
    """What is looked at.

    Attributes:
        folder: The backend's folder in the staged tree.
        changed: The Python files of the backend that this run adds or changes, relative to it.
        before: The bytes a file had before this run; what was wrong then is not this run's fault.
        ruff: The program.
    """

    folder: Path
    changed: tuple[PurePosixPath, ...]
    before: Before
    ruff: Path

    def sources(self) -> dict[PurePosixPath, bytes]:
        """Return the changed files as they lie on disk."""
        return {path: (self.folder / path).read_bytes() for path in self.changed}


def find_ruff(python: Path) -> Path:
    """Return the ruff beside an interpreter of the target, else ours."""
    name = "ruff.exe" if sys.platform == "win32" else "ruff"
    theirs = python.parent / name
    if theirs.exists():
        return theirs
    from ruff import find_ruff_bin

    return Path(find_ruff_bin())


def compiled(sources: Tree) -> Result:
    """Compile Python files; nothing of them runs and nothing is written."""
    began = time.monotonic()
    findings = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, source in sorted(sources.items()):
            finding = _compile(path, source)
            findings += [finding] if finding else []
    return check_of("compile", began, findings, files_did(len(sources), "compile", "compiles"))


def _compile(path: PurePosixPath, source: bytes) -> Finding | None:
    try:
        compile(source, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        place = Place(str(path), error.lineno, error.offset)
        return Finding("verify-compile", Severity.ERROR, place, error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return Finding("verify-compile", Severity.ERROR, Place(str(path)), str(error) or type(error).__name__)
    return None


def formatted(subject: Subject) -> Result:
    """Check that the changed files are as ``ruff format`` with the target's configuration leaves them."""
    began = time.monotonic()
    bad = _unformatted(subject, subject.folder, subject.changed)
    excused = _unformatted_before(subject, bad) if bad else frozenset()
    findings = [
        Finding(
            "verify-format",
            Severity.WARNING if path in excused else Severity.ERROR,
            Place(str(path)),
            "not formatted, as before this change" if path in excused else "not formatted",
            "ruff format " + str(path),
        )
        for path in bad
    ]
    return check_of("format", began, findings, files_did(len(subject.changed), "are formatted", "is formatted"))


def _unformatted(subject: Subject, folder: Path, paths: Iterable[PurePosixPath]) -> tuple[PurePosixPath, ...]:
    arguments = [str(path) for path in paths]
    if not arguments:
        return ()
    outcome = _ruff(subject, folder, "format", "--diff", "--force-exclude", *arguments)
    lines = outcome.stdout.decode("utf-8", "replace").splitlines()
    headers = {line[4:] for line, after in pairwise(lines) if line.startswith("--- ") and after.startswith("+++ ")}
    named = {header.replace("\\", "/") for header in headers}
    bad = tuple(path for path in paths if str(path) in named)
    if not outcome.ok and not bad:
        raise BadInput("ruff cannot format with the configuration of the target", hint=outcome.text.strip())
    return bad


def _unformatted_before(subject: Subject, paths: Iterable[PurePosixPath]) -> frozenset[PurePosixPath]:
    with _earlier(subject, paths) as (folder, present):
        return frozenset(_unformatted(subject, folder, present))


def linted(subject: Subject) -> Result:
    """Lint the changed files with the target's configuration; what was there before this change is a warning."""
    began = time.monotonic()
    found = _lint(subject, subject.folder, subject.changed)
    if found:
        with _earlier(subject, {PurePosixPath(f.place.path) for f in found}) as (folder, present):
            found = excused(found, _lint(subject, folder, present))
    return check_of("lint", began, found, files_did(len(subject.changed), "are lint-clean", "is lint-clean"))


def _lint(subject: Subject, folder: Path, paths: Iterable[PurePosixPath]) -> tuple[Finding, ...]:
    arguments = [str(path) for path in paths]
    if not arguments:
        return ()
    outcome = _ruff(subject, folder, "check", "--output-format=json", "--force-exclude", "--no-fix", *arguments)
    try:
        entries = json.loads(outcome.stdout)
    except ValueError as error:
        raise BadInput("ruff cannot check with the configuration of the target", hint=outcome.text.strip()) from error
    return tuple(_lint_finding(folder.resolve(), entry) for entry in entries)


def _lint_finding(folder: Path, entry: Mapping[str, object]) -> Finding:
    location = entry["location"]
    assert isinstance(location, dict)  # noqa: S101 - ruff's JSON
    path = Path(str(entry["filename"])).relative_to(folder).as_posix()
    fix = entry.get("fix")
    return Finding(
        str(entry["code"] or "syntax"),
        Severity.ERROR,
        Place(path, location["row"], location["column"]),
        str(entry["message"]),
        str(fix["message"]) if isinstance(fix, dict) and fix.get("message") else None,
    )


def excused(found: tuple[Finding, ...], earlier: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Turn what was found before as well (as often, wherever in the file) into warnings."""
    known = Counter((f.code, f.place.path, f.message) for f in earlier)
    result = []
    for finding in found:
        key = (finding.code, finding.place.path, finding.message)
        known[key] -= 1
        result.append(as_warning(finding) if known[key] >= 0 else finding)
    return tuple(result)


def as_warning(finding: Finding) -> Finding:
    """Return a finding as one that stops nothing."""
    return replace(finding, severity=Severity.WARNING) if finding.severity is Severity.ERROR else finding


@contextmanager
def _earlier(subject: Subject, paths: Iterable[PurePosixPath]) -> Iterator[tuple[Path, tuple[PurePosixPath, ...]]]:
    """Yield a folder with some files as they were before this run, and which of them there were.

    The configuration is as it is now, and the top folders are there: ruff tells by them which imports are first-party.
    """
    with tempfile.TemporaryDirectory(prefix="backwright-before-") as name:
        folder = Path(name).resolve()
        for top in subject.folder.iterdir():
            if top.is_dir():
                (folder / top.name).mkdir()
            elif top.name in CONFIGURATION:
                (folder / top.name).write_bytes(top.read_bytes())
        present = []
        for path in sorted(paths):
            content = subject.before(path)
            if content is not None:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
                present.append(path)
        yield folder, tuple(present)


def _ruff(subject: Subject, folder: Path, *arguments: str) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="backwright-ruff-") as scratch:
        env = clean_environment(Path(scratch))
        argv = [str(subject.ruff), arguments[0], "--no-cache", *arguments[1:]]
        return execute(argv, cwd=folder, env=env, limits=RUFF_LIMITS)


def files_did(number: int, many: str, one: str) -> str:
    """Return how many files did what, in the plural or the singular."""
    return f"1 file {one}" if number == 1 else f"{number} files {many}"


def check_of(name: str, began: float, findings: Iterable[Finding], well: str) -> Result:
    """Return a check that began then (monotonic seconds) and that errors fail; ``well`` is what is said without."""
    found = tuple(findings)
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    warned = f", {len(found)} earlier or elsewhere" if found else ""
    summary = f"{counted(len(errors), 'error')}, the first: {errors[0]}" if errors else well + warned
    log = "\n".join(map(str, found))
    return Check(name, not errors, time.monotonic() - began, summary, log), found


def python_files(folder: Path) -> dict[PurePosixPath, bytes]:
    """Read the Python files of a backend, but no environment that lies in it."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if not SKIPPED_FOLDERS.intersection(relative.parts) and path.is_file():
            found[relative] = path.read_bytes()
    return found
