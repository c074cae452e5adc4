"""One task from words to commit: resolve, stage, build, verify, record, show, apply."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright.counting import counted
from backwright.engines.engine import Bench, Built, Task
from backwright.errors import VerificationFailed
from backwright.event import Asker, Diffed, Found, Listener, Planned, Question
from backwright.finding import Finding
from backwright.interrupts import interrupts_kept
from backwright.notes import Notes, read_notes, remember
from backwright.recording import build_record, review_record, write_record
from backwright.resolve import Resolved, backend_name, resolve, resolve_mend, resolve_skill
from backwright.run_options import Options, Result
from backwright.steps import Steps, logged

if TYPE_CHECKING:
    from backwright.memory.record import Record
    from backwright.target.applied import Applied
    from backwright.target.staged import Staged
    from backwright.verify.result import Verification


def run_task(options: Options, listen: Listener, asker: Asker | None) -> Result:
    """Do one task; ``asker`` None means that nobody is there to be asked.

    Raises:
        BackwrightError: with the exit status of what went wrong; the target is as it was.
    """
    return _run(options, listen, asker, resolve)


def run_skill(name: str, options: Options, listen: Listener, asker: Asker | None) -> Result:
    """Let one skill alone write what the spec says; everything else as ``run_task``."""
    return _run(options, listen, asker, partial(resolve_skill, name))


def run_mend(name: str, options: Options, listen: Listener, asker: Asker | None) -> Result:
    """Mend what can be mended mechanically of what one skill finds; everything else as ``run_task``."""
    return _run(options, listen, asker, partial(resolve_mend, name))


def _run(
    options: Options, listen: Listener, asker: Asker | None, resolver: Callable[[Options, Listener, bool], Resolved]
) -> Result:
    with logged(listen) as log:
        steps = Steps(log.listen)
        with steps.step("resolve"):
            resolved = resolver(options, steps.listen, asker is not None)
            steps.detail(f"{resolved.agent.name}, {counted(len(resolved.skills), 'skill')}, {resolved.target.root}")
        run = Run(options, resolved, steps, asker, time.perf_counter())
        return run.review() if resolved.is_review else run.build()


@dataclass(frozen=True)
class Shown:
    """What a person was shown, and the git tree it was: only that is applied."""

    plan: Planned
    diffed: Diffed
    tree: str


@dataclass(frozen=True)
class Run:
    """One run: what was asked for, what it works with, who is told and asked, and when it began (monotonic seconds)."""

    options: Options
    resolved: Resolved
    steps: Steps
    asker: Asker | None
    began: float

    def build(self) -> Result:
        """Build what the task says, and apply it once it is verified and agreed to."""
        with ExitStack() as stack:
            with self.steps.step("stage"):
                staged = self._stage(stack)
                stack.enter_context(interrupts_kept())
            with self.steps.step("build"):
                notes = read_notes(self.resolved, staged, self.steps.listen)
                built = self._built(staged, notes)
            if not staged.changed():
                return self._result(f"nothing to do: {self.resolved.idle}", built=built)
            self._check_target(staged)
            with self.steps.step("verify"):
                verification = self._verified(staged, built)
            with self.steps.step("record"):
                record = self._recorded(staged, built, notes, verification)
            with self.steps.step("show"):
                shown = self._shown(staged, built)
            if not self._agreed():
                told = "dry run: nothing was applied" if self._is_dry else "declined: nothing was applied"
                return self._result(told, built=built, verification=verification, shown=shown)
            with self.steps.step("apply"):
                applied = self._applied(staged, record, built.summary, notes, shown.tree)
            return self._result(
                _conclusion(applied, record),
                built=built,
                verification=verification,
                shown=shown,
                record=record,
                applied=applied,
            )

    def review(self) -> Result:
        """Answer with findings; the only thing written is the record."""
        from backwright.review import review_tree

        with ExitStack() as stack:
            with self.steps.step("stage"):
                staged = self._stage(stack)
            with self.steps.step("review"):
                notes = read_notes(self.resolved, staged, self.steps.listen)
                findings = review_tree(self.resolved, staged, self.options)
            for finding in findings:
                self.steps.listen(Found(finding))
            if self._is_dry:
                return self._result(_found(findings), findings=findings)
            with self.steps.step("record"):
                record = review_record(self.resolved, staged, notes, findings, time.perf_counter() - self.began)
                write_record(staged, record)
            with self.steps.step("apply"):
                applied = self._applied(staged, record, (f"answer: {record.title}",), notes)
            return self._result(_found(findings), findings=findings, record=record, applied=applied)

    @property
    def _is_dry(self) -> bool:
        return self.options.dry_run or self.resolved.plan_only

    def _stage(self, stack: ExitStack) -> Staged:
        from backwright.target.staged import stage

        return stack.enter_context(stage(self.resolved.target, with_uncommitted=not self.options.commit))

    def _built(self, staged: Staged, notes: Notes) -> Built:
        resolved = self.resolved
        bench = Bench(
            name=backend_name(resolved.target),
            staged=staged,
            backend=resolved.target.backend,
            start=self.options.repo.absolute(),
            skills=resolved.skills,
            conventions=notes.conventions,
            listen=self.steps.listen,
            asker=None if self.options.yes else self.asker,
        )
        built = resolved.engine.build(Task(resolved.task, self.options.spec_files), resolved.agent, bench)
        _refuse_protected(staged, built)
        remember(notes, resolved, staged, built, self.steps.listen)
        skills = counted(len(set(built.written.values())), "skill")
        self.steps.detail(f"{counted(len(built.written), 'file')} of {skills}" if built.written else "")
        return built

    def _check_target(self, staged: Staged) -> None:
        from backwright.checking import check_target

        check_target(self.resolved, self.options, staged, None if not self._is_dry else self.steps.listen)

    def _verified(self, staged: Staged, built: Built) -> Verification:
        from backwright.checking import verify_staged

        verification = verify_staged(self.resolved, self.options, staged, built, self.steps.listen)
        if not verification.passed:
            log = staged.folder / "verification.log"
            log.write_text(verification.log, encoding="utf-8")
            names = ", ".join(check.name for check in verification.failed)
            raise VerificationFailed(f"not applied, it did not verify: {names}", log=log, staged=staged.folder)
        self.steps.detail(f"{counted(len(verification.checks), 'check')} passed")
        return verification

    def _recorded(self, staged: Staged, built: Built, notes: Notes, verification: Verification) -> Record:
        from backwright.target.repository import is_default_branch
        from backwright.verify.contract import CONTRACT

        if verification.openapi is not None and is_default_branch(self.resolved.target):
            staged.write(self.resolved.target.backend / CONTRACT, verification.openapi)
        seconds = time.perf_counter() - self.began
        record = build_record(self.resolved, staged, built, notes=notes, verification=verification, seconds=seconds)
        self.steps.detail(str(write_record(staged, record)))
        return record

    def _shown(self, staged: Staged, built: Built) -> Shown:
        from backwright.reasons import reason_of

        text, files = staged.diff()
        backend = self.resolved.target.backend
        reasons = (reason_of(PurePosixPath(file.path), built, backend) for file in files)
        diffed = Diffed(text, tuple(replace(file, reason=why) for file, why in zip(files, reasons, strict=True)))
        plan = _planned(self.resolved, built)
        self.steps.listen(plan)
        self.steps.listen(diffed)
        return Shown(plan, diffed, staged.tree())

    def _agreed(self) -> bool:
        if self._is_dry:
            return False
        if self.options.yes or self.asker is None:
            return self.options.yes
        return self.asker.ask(Question("Apply this?", ("yes", "no"), "no")) == "yes"

    def _applied(
        self, staged: Staged, record: Record, summary: tuple[str, ...], notes: Notes, shown: str | None = None
    ) -> Applied:
        from backwright.target.applied import apply

        trailers = {
            "Prompt-Record": record.id,
            "Assisted-by": f"{self.resolved.agent.name}:{self.resolved.engine.model}",
        }
        return apply(
            self.resolved.target,
            staged,
            message=_message(summary, record),
            trailers=trailers,
            commit=self.options.commit,
            branch=self.options.branch,
            outside=notes.outside(),
            shown=shown,
        )

    def _result(
        self,
        conclusion: str,
        *,
        built: Built | None = None,
        verification: Verification | None = None,
        shown: Shown | None = None,
        findings: tuple[Finding, ...] = (),
        record: Record | None = None,
        applied: Applied | None = None,
    ) -> Result:
        plan = shown.plan if shown else _planned(self.resolved, built) if built else None
        diffed = shown.diffed if shown else Diffed("", ())
        return Result(
            status=0,
            conclusion=conclusion,
            agent=self.resolved.agent.name,
            engine=self.resolved.engine.name,
            task=self.resolved.task,
            reason=self.resolved.reason,
            plan=plan,
            files=diffed.files,
            diff=diffed.diff,
            record=record.id if record and applied else None,
            commit=applied.commit if applied else None,
            checks={check.name: check.summary for check in verification.checks} if verification else {},
            findings=tuple(map(str, findings)),
            seconds=dict(self.steps.seconds),
        )


def _refuse_protected(staged: Staged, built: Built) -> None:
    """Refuse an engine's writes to what steers people's tools, a skill's own files and people's edits aside."""
    from backwright.target.policy import PathRefused

    for path, kind in staged.protected().items():
        if path not in built.written and staged.read(path) != staged.before(path):
            raise PathRefused(str(path), f"it is a protected file ({kind}) and the task is not about it")


def _planned(resolved: Resolved, built: Built) -> Planned:
    from backwright.reasons import reasons_of

    return Planned(
        summary=built.summary,
        assumptions=built.assumptions,
        risks=built.risks,
        alternatives=built.alternatives,
        reasons=reasons_of(resolved, built),
        decisions=built.understood.decisions,
        not_used=built.understood.reading.not_taken,
        read_as=built.understood.accepted,
    )


def _message(summary: tuple[str, ...], record: Record) -> str:
    title = summary[0] if len(summary) == 1 else record.title
    body = "" if len(summary) <= 1 else "\n\n" + "\n".join(f"- {line}" for line in summary)
    return (title[:1].upper() + title[1:])[:72] + body


def _conclusion(applied: Applied, record: Record) -> str:
    where = f"committed {applied.commit[:10]}" if applied.commit else "applied to the working tree, not committed"
    who = " as Backwright <backwright@localhost>, since git knows nobody" if applied.own_identity else ""
    return f"{where}{who}: {counted(len(applied.paths), 'file')}, record {record.id}"


def _found(findings: tuple[Finding, ...]) -> str:
    return counted(len(findings), "finding") if findings else "nothing was found"
