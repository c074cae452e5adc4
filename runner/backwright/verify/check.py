"""Verifies exactly the tree that would be committed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from backwright.event import Found, Listener, Said
from backwright.finding import Finding, Severity
from backwright.spec.change import SpecChange
from backwright.spec.model import BackendSpec
from backwright.verify import static
from backwright.verify.contract import CONTRACT, contract_findings, pretty
from backwright.verify.interpreter import read_env_file, without_values
from backwright.verify.result import Check, Level, Verification
from backwright.verify.reviewing import Diff, Review, reviewed
from backwright.verify.running import Answer, Task, started
from backwright.verify.selection import EVERYTHING, Selection, affected_tests

RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Purpose:
    """What the change is for; each part left out makes the verification stricter, never laxer.

    Attributes:
        spec: The backend as it shall be; tells which tests belong together (None: all tests run).
        change: What the task asks for; what it breaks in the contract is no error.
        before: The bytes a path (relative to the repository) had before this run, or None; findings that were there
            before are no errors.
        reviews: The ``review`` functions of the agent's skills.
        is_mechanical: Whether it only mends what a rule can mend by itself; other people's code is then only read.
    """

    spec: BackendSpec | None = None
    change: SpecChange = SpecChange()
    before: Callable[[PurePosixPath], bytes | None] = field(default=lambda _path: None)
    reviews: Sequence[Review] = ()
    is_mechanical: bool = False


def verify(
    root: Path,
    backend: PurePosixPath,
    level: Level,
    *,
    python: Path | None,
    env_file: Path | None,
    changed: frozenset[PurePosixPath],
    listener: Listener,
    own: bool = True,
    purpose: Purpose | None = None,
) -> Verification:
    """Check the staged tree.

    Args:
        root: The staged tree on disk.
        backend: The backend's folder within it.
        level: How much to check.
        python: What runs the target's code; None: our own interpreter.
        env_file: ``NAME=value`` lines for the target's code; their values are kept out of every log.
        changed: The paths that this run adds, changes or deletes, relative to ``root``.
        listener: Told of each check as it ends, and of each finding.
        own: Whether Backwright created the backend; other people's code is read, but not run.
        purpose: What the change is for.

    Raises:
        BadInput: the environment file cannot be read, or the interpreter cannot be started.
    """
    began = time.monotonic()
    values = read_env_file(env_file) if env_file else {}
    run = _Run(root / backend, backend, level, python or Path(sys.executable), changed, purpose or Purpose())
    tell = _Teller(listener, backend, values)
    if level is not Level.NONE and own:
        return _run_and_judged(run, tell, values, began)
    tell.all(
        [static.compiled(run.subject.sources())] if level is Level.NONE else [*run.static_results(), _not_ours(run)]
    )
    return Verification(level, *tell.told(), seconds=time.monotonic() - began)


def _run_and_judged(run: _Run, tell: _Teller, values: Mapping[str, str], began: float) -> Verification:
    """Read the tree beside running it, then judge the contract; ``values`` are the target's environment."""
    with started(run.task(values)) as wait:
        tell.all(run.static_results())
        answers = () if tell.is_broken() else wait()
    document = next((answer.data["document"] for answer in answers if "document" in answer.data), None)
    tell.all([(answer.check, answer.findings) for answer in answers])
    if document is not None:
        tell.all(run.contract_result(document))
    return Verification(
        run.level,
        *tell.told(),
        openapi=pretty(document) if document is not None else None,
        interpreter=str(run.python),
        tests=_counts(answers),
        seconds=time.monotonic() - began,
    )


def compile_only(sources: Mapping[PurePosixPath, bytes], backend: PurePosixPath, listener: Listener) -> Verification:
    """Do what ``Level.NONE`` asks for from memory: compile the changed Python files, by paths below the backend."""
    began = time.monotonic()
    tell = _Teller(listener, backend, {})
    tell.all([static.compiled(sources)])
    return Verification(Level.NONE, *tell.told(), seconds=time.monotonic() - began)


@dataclass(frozen=True)
class _Run:
    """What is verified, seen from the backend's folder."""

    folder: Path
    backend: PurePosixPath
    level: Level
    python: Path
    changed_in_repository: frozenset[PurePosixPath]
    purpose: Purpose

    @property
    def changed(self) -> frozenset[PurePosixPath]:
        return frozenset(
            path.relative_to(self.backend) for path in self.changed_in_repository if path.is_relative_to(self.backend)
        )

    @property
    def subject(self) -> static.Subject:
        python = sorted(p for p in self.changed if p.suffix == ".py" and (self.folder / p).is_file())
        ruff = static.find_ruff(self.python)
        return static.Subject(self.folder, tuple(python), self._before, ruff)

    def _before(self, path: PurePosixPath) -> bytes | None:
        return self.purpose.before(self.backend / path)

    def static_results(self) -> list[static.Result]:
        """Check all that can be checked without running anything of the target."""
        subject = self.subject
        results = [static.compiled(subject.sources())]
        if results[0][0].ok:
            results += [static.formatted(subject), static.linted(subject)]
            results += [self._reviewed()] if self.purpose.reviews else []
        return results

    def _reviewed(self) -> static.Result:
        changed = frozenset(path for path in self.changed if path.suffix == ".py")
        return reviewed(Diff(static.python_files(self.folder), changed, self._before), self.purpose.reviews)

    def task(self, values: Mapping[str, str]) -> Task:
        """Describe what the worker shall do."""
        selection = self._tests()
        wanted = {
            "openapi": True,
            "tests": selection is EVERYTHING or bool(selection),
            "migrations": (self.folder / "alembic.ini").is_file(),
        }
        checks = tuple(name for name, is_wanted in wanted.items() if is_wanted)
        return Task(self.folder, self.python, checks, selection or (), values)

    def _tests(self) -> Selection:
        if not (self.folder / "tests").is_dir():
            return ()
        if self.level is Level.FULL:
            return EVERYTHING
        return affected_tests(self.folder, self.changed, self.purpose.spec)

    def contract_result(self, document: Mapping[str, object]) -> list[static.Result]:
        """Compare the document with the contract, where there is one."""
        contract = self.folder / CONTRACT
        if not contract.is_file():
            return []
        began = time.monotonic()
        findings = contract_findings(contract.read_bytes(), document, self.purpose.change)
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        kept = f"{len(findings)} breaking changes, all asked for" if findings else "the contract holds"
        summary = f"{len(errors)} breaking changes, the first: {errors[0].message}" if errors else kept
        log = "\n".join(map(str, findings))
        return [(Check("contract", not errors, time.monotonic() - began, summary, log), findings)]


def _not_ours(run: _Run) -> static.Result:
    text = "not run: this code was not written by Backwright, running it needs a yes"
    return Check("run", ok=run.purpose.is_mechanical, seconds=0.0, summary=text), ()


def _counts(answers: Sequence[Answer]) -> Mapping[str, int]:
    return next((answer.data["counts"] for answer in answers if "counts" in answer.data), {})


class _Teller:
    """Collects checks and findings, seen from the repository and without secrets, and tells the listener."""

    def __init__(self, listener: Listener, backend: PurePosixPath, values: Mapping[str, str]) -> None:
        self._listener, self._backend, self._values = listener, backend, values
        self._checks: list[Check] = []
        self._findings: list[Finding] = []

    def all(self, results: Sequence[static.Result]) -> None:
        """Take over results in order."""
        for check, findings in results:
            clean = replace(check, summary=self._clean(check.summary), log=self._clean(check.log))
            self._checks.append(clean)
            self._listener(Said(f"{clean.name}: {clean.summary}", level="note" if clean.ok else "error"))
            for finding in findings:
                path = str(self._backend / finding.place.path)
                seen = replace(finding, place=replace(finding.place, path=path), message=self._clean(finding.message))
                self._findings.append(seen)
                self._listener(Found(seen))

    def _clean(self, text: str) -> str:
        return without_values(text, self._values)

    def is_broken(self) -> bool:
        """Whether a file does not even compile: then nothing else is worth its time."""
        return any(check.name == "compile" and not check.ok for check in self._checks)

    def told(self) -> tuple[tuple[Check, ...], tuple[Finding, ...]]:
        """Return everything told so far, errors first."""
        return tuple(self._checks), tuple(sorted(self._findings, key=lambda finding: RANK[finding.severity]))
