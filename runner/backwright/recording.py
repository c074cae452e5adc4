"""Step 5 of a run: the Prompt History Record, written by the program from what it knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright import __version__
from backwright.counting import counted, tallied
from backwright.memory.record import CheckResult, Evaluation, Outcome, Record, Run

if TYPE_CHECKING:
    from backwright.engines.engine import Built
    from backwright.finding import Finding
    from backwright.notes import Notes
    from backwright.resolve import Resolved
    from backwright.spec.model import BackendSpec
    from backwright.target.staged import Staged
    from backwright.verify.result import Check, Verification

SPECS = PurePosixPath("specs")


def build_record(
    resolved: Resolved, staged: Staged, built: Built, *, notes: Notes, verification: Verification, seconds: float
) -> Record:
    """Return the record of a run that built something; ``seconds`` is what it took so far."""
    changed = sorted(str(path) for path in staged.changed() if not is_stored_base(path))
    tests = tuple(path for path in changed if PurePosixPath(path).match("test_*.py"))
    spec_only = all(PurePosixPath(path).is_relative_to(SPECS) for path in changed)
    return _record(
        resolved,
        staged,
        run=_run(resolved, notes, seconds, built=built, checks=verification.checks),
        built=True,
        spec_only=spec_only,
        files=tuple(changed),
        tests=tests,
        response=_response(resolved, staged, built),
        outcome=Outcome(
            impact=_bullets(built.summary) or "Nothing changed.",
            tests=tests_line(verification),
            files=f"{counted(len(changed), 'file')}, from the diff.",
            next_prompts=_next_prompts(built),
            reflection=_bullets(_reflection(built)) or "Nothing was assumed.",
        ),
        evaluation=Evaluation(
            failure_modes=_bullets(f"not honoured: {text}" for text in notes.lost) or "None observed.",
            graders=_bullets(
                f"{check.name}: {'PASS' if check.ok else 'FAIL'} ({check.summary})" for check in verification.checks
            ),
            prompt_variant=_variant(built),
            next_experiment="None.",
        ),
    )


def review_record(
    resolved: Resolved, staged: Staged, notes: Notes, findings: Sequence[Finding], seconds: float
) -> Record:
    """Return the record of a run that answered with findings."""
    said = _bullets(str(finding) for finding in findings) or "Nothing was found."
    return _record(
        resolved,
        staged,
        run=_run(resolved, notes, seconds),
        built=False,
        spec_only=False,
        files=(),
        tests=(),
        response=said,
        outcome=Outcome(
            impact=f"{counted(len(findings), 'finding')}; nothing was changed.",
            tests="No tests were run.",
            files="None.",
            next_prompts="Mend what was found, then ask again.",
            reflection="Only what the reviewer's rules say was looked for.",
        ),
        evaluation=Evaluation(
            failure_modes="None observed.",
            graders="code-reviewer: " + ("PASS" if not findings else "FAIL"),
            prompt_variant="As typed.",
            next_experiment="None.",
        ),
    )


def write_record(staged: Staged, record: Record) -> PurePosixPath:
    """Stage a record, and return where it lies."""
    from backwright.memory.record_names import record_path
    from backwright.memory.record_text import render_record

    path = record_path(record)
    staged.write(path, render_record(record, roots=(str(staged.target.root),)).encode())
    return path


def _record(
    resolved: Resolved,
    staged: Staged,
    *,
    run: Run,
    built: bool,
    spec_only: bool,
    files: tuple[str, ...],
    tests: tuple[str, ...],
    response: str,
    outcome: Outcome,
    evaluation: Evaluation,
) -> Record:
    from backwright.memory.record_names import PROMPTS, next_id, stage_and_feature, title_of
    from backwright.target.repository import other_refs_names

    target = resolved.target
    folders = {folder for path in staged.paths() for folder in path.parents}
    stage, feature = stage_and_feature(target.branch, folders.__contains__, built=built, spec_only=spec_only)
    taken = [path for path in staged.paths() if path.is_relative_to(PROMPTS)]
    names = [*(str(path) for path in taken), *other_refs_names(target, PROMPTS)]
    return Record(
        id=next_id(names),
        title=title_of(resolved.task),
        stage=stage,
        date=datetime.now(UTC).date().isoformat(),
        prompt=resolved.task,
        surface="agent run",
        model=resolved.engine.model,
        feature=feature,
        branch=target.branch,
        user=person(staged),
        command=f"agent run {resolved.agent.name}",
        labels=labels_of(resolved, built=built),
        files=files,
        tests=tests,
        run=run,
        response=response,
        outcome=outcome,
        evaluation=evaluation,
    )


def _run(
    resolved: Resolved, notes: Notes, seconds: float, *, built: Built | None = None, checks: Iterable[Check] = ()
) -> Run:
    return Run(
        engine=resolved.engine.name,
        version=__version__,
        agent=resolved.agent.name,
        agent_digest=resolved.agent.digest,
        reason=resolved.reason,
        skills={skill.name: skill.digest for skill in resolved.skills} | dict(built.overrides if built else {}),
        spec=spec_digest(built.after) if built and built.own else None,
        memory=notes.digest,
        seconds=round(seconds, 3),
        verification=tuple(CheckResult(check.name, "PASS" if check.ok else "FAIL", check.summary) for check in checks),
        notes=notes.used if built else (),
        read_as=built.understood.accepted if built else None,
        answers={one.question: one.answer for one in built.understood.decisions} if built else {},
    )


def spec_digest(spec: BackendSpec) -> str:
    """Return the sha256 of a spec's normal form, in hex."""
    return hashlib.sha256(spec.model_dump_json(by_alias=True).encode()).hexdigest()


def person(staged: Staged) -> str | None:
    """Return the name git knows the person by, or None."""
    return staged.target.git.answer("config", "user.name").text() or None if not staged.target.is_new else None


def is_stored_base(path: PurePosixPath) -> bool:
    """Whether a path only keeps what was generated; a record that lists those is no easier to review."""
    return ".base" in path.parts and "objects" in path.parts


def labels_of(resolved: Resolved, *, built: bool) -> tuple[str, ...]:
    """Return what a record is found by: the agent, the engine, and whether it built or answered."""
    return (resolved.agent.name, resolved.engine.name, "build" if built else "review")


def tests_line(verification: Verification) -> str:
    """Return how many tests ran, and how they ended."""
    if not verification.tests:
        return "No tests were run."
    return tallied(verification.tests) + "."


def _response(resolved: Resolved, staged: Staged, built: Built) -> str:
    from backwright.response.describe import describe

    backend = resolved.target.backend

    def read(path: PurePosixPath) -> str | None:
        content = staged.read(backend / path)
        return None if content is None else content.decode("utf-8", "replace")

    return describe(built, read, backend)


def _reflection(built: Built) -> tuple[str, ...]:
    understood = built.understood
    unused = understood.reading.not_taken
    return (
        *map(str, understood.decisions),
        *built.assumptions,
        *built.risks,
        *((f"Not used: {', '.join(unused)}",) if unused else ()),
    )


def _variant(built: Built) -> str:
    accepted = built.understood.accepted
    return f"The nearest phrasing was accepted: {accepted}" if accepted else "As typed."


def _next_prompts(built: Built) -> str:
    names = [resource.name for resource in built.after.resources]
    if built.reasons:
        return '"review the code": what is left needs a person.'
    if not names:
        return "Add a resource."
    more = "add notes with text" if "reviews" in names else "add reviews with rating 1..5 and text"
    return f'"add an optional note to {names[0]}", "{more}, belonging to {names[0]}".'


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
