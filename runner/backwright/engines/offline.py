"""The offline engine: deterministic, without a model; every skill is a pure function from spec to files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright.codegen.assemble import GENERATOR, MANIFEST, Generated, assemble
from backwright.counting import counted
from backwright.engines.alternatives import alternatives_of
from backwright.engines.engine import Bench, Built, Task
from backwright.engines.intent import Intent, read_intent
from backwright.engines.risks import risks_of
from backwright.engines.summary import summary_of
from backwright.engines.unasked import overridden, rewritten, shown_folder
from backwright.errors import NotSupported
from backwright.event import Said
from backwright.spec.change import RenameResource, SpecChange
from backwright.spec.find import SPEC_FOLDER

if TYPE_CHECKING:
    from backwright.agents.spec import AgentSpec
    from backwright.skills.assets import Override
    from backwright.target.base import Locked
    from backwright.target.bring import BroughtIn

SCHEMA_SKILL = "sql-schema-builder"
"""Whoever writes the migrations decides which spec the database is at."""

RELINKED = "a database that has it already goes down to before it and up again"


class Offline:
    """Reads the task into a change of the spec, lets the skills write it, merges what they wrote."""

    name = "offline"
    model = "offline"

    def build(self, task: Task, agent: AgentSpec, bench: Bench) -> Built:
        """Change the staged tree as ``Engine.build`` says."""
        from backwright.target.base import read_locked

        builders = [skill.name for skill in bench.skills if skill.build_script]
        if not builders:
            raise NotSupported(f"{agent.name} has no skill that builds", hint="Name some under skills: in its file.")
        below = Below(bench)
        locked = read_locked(below.read, below.paths())
        _refuse_other_generators(locked)
        _refuse_foreign(locked, bench)
        intent = read_intent(task, locked.spec(), bench)
        settled = _settled(bench, below, locked) if SCHEMA_SKILL in builders else ()
        generated, assumptions = _generated(bench, below, intent)
        overrides = _overrides(bench)
        brought = _brought_in(bench, locked, generated, builders, intent.change)
        written = _write(bench, below, brought, intent, builders)
        _say_merged(brought, bench)
        return Built(
            understood=intent.understood,
            summary=(
                *summary_of(intent.change),
                *rewritten(written, locked.paths(), generated, intent.change, intent.after),
                *settled,
            ),
            assumptions=(
                *intent.understood.reading.assumptions,
                *assumptions,
                *overridden(overrides, bench.staged.target.root),
            ),
            change=intent.change,
            before=intent.before,
            after=intent.after,
            written={bench.backend / path: generated[path].skill for path in written if path in generated},
            parts={bench.backend / path: part for path, part in _parts(locked, generated).items() if path in written},
            risks=(*risks_of(intent.change, intent.before), *(f"{text}: {RELINKED}" for text in settled)),
            alternatives=alternatives_of(intent.change, intent.before, intent.after, intent.understood.assumed),
            overrides={shown_folder(one.folder, bench.staged.target.root): one.digest for one in overrides},
        )


class Below:
    """The staged tree as seen from the backend's folder."""

    def __init__(self, bench: Bench) -> None:
        """Look from this bench's backend."""
        self._bench = bench

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return the content of a file of the backend, or None."""
        return self._bench.staged.read(self._bench.backend / path)

    def paths(self) -> tuple[PurePosixPath, ...]:
        """Return the paths of the backend, relative to its folder."""
        prefix = self._bench.backend
        return tuple(path.relative_to(prefix) for path in self._bench.staged.paths() if path.is_relative_to(prefix))


def _refuse_other_generators(locked: Locked) -> None:
    versions = sorted({lock.generator for lock in locked.paths().values()} - {GENERATOR})
    if versions:
        raise NotSupported(
            f"this backend was written by generator {', '.join(versions)}, and this is generator {GENERATOR}",
            hint="Upgrading a backend is not there yet; run the Backwright that created it.",
        )


def _refuse_foreign(locked: Locked, bench: Bench) -> None:
    from backwright.target.foreign import foreign_application

    if locked.parts:
        return
    place = foreign_application(bench.staged.paths(), bench.staged.read, bench.backend)
    if place:
        raise NotSupported(
            "there is a FastAPI application here that Backwright did not create; extending it is not there yet",
            place=place,
            hint="Name an empty folder with --repo to have a backend beside it.",
        )


def _settled(bench: Bench, below: Below, locked: Locked) -> tuple[str, ...]:
    """Put migrations of ours that no remote knows behind those of other branches, and say which."""
    from backwright.target.relink import relink

    ours = {path for path, lock in locked.paths().items() if lock.once}
    relinked = relink(below.paths(), below.read, ours, lambda path: bench.staged.is_published(bench.backend / path))
    for path, content in relinked.files.items():
        _put(bench, bench.backend / path, content)
    return tuple(f"let migration {moved} follow {last}" for moved, last in sorted(relinked.moved.items()))


def _generated(bench: Bench, below: Below, intent: Intent) -> tuple[Generated, tuple[str, ...]]:
    from backwright.codegen.project import own_project
    from backwright.skills.generate import contributions_of
    from backwright.target.revisions import revisions_in

    contributions = contributions_of(
        bench.skills,
        intent.after,
        previous=intent.before,
        change=intent.change,
        revisions=revisions_in(below.paths(), below.read),
        start=bench.start,
    )
    assumptions = [text for contribution in contributions.values() for text in contribution.assumptions]
    return assemble(contributions, own_project(intent.after.service)), tuple(assumptions)


def _parts(locked: Locked, generated: Generated) -> dict[PurePosixPath, str]:
    """Return the part that each generated path belongs to, or belonged to before."""
    before = {path: name for name, part in locked.parts.items() for path in part.paths}
    return before | {path: owned.file.part for path, owned in generated.items()}


def _overrides(bench: Bench) -> tuple[Override, ...]:
    from backwright.skills.assets import overrides_in_use

    return tuple(one for skill in bench.skills if skill.build for one in overrides_in_use(skill, bench.start))


def _brought_in(
    bench: Bench, locked: Locked, generated: Generated, builders: Iterable[str], change: SpecChange
) -> BroughtIn:
    from backwright.target.bring import bring_in
    from backwright.target.formatting import find_formatter
    from backwright.target.tree import LazyTree

    ours = LazyTree(bench.staged.paths(), bench.staged.read)
    # A new backend brings settings of its own, which are nearer than those of a repository around it.
    has_own_manifest = MANIFEST not in generated or bench.backend / MANIFEST in ours
    return bring_in(
        None,
        locked,
        generated,
        frozenset(builders),
        ours,
        prefix=bench.backend,
        generator=GENERATOR,
        formatter=find_formatter(ours, bench.backend) if has_own_manifest else None,
        renamed={step.resource: step.name for step in change.steps if isinstance(step, RenameResource)},
    )


def _write(
    bench: Bench, below: Below, brought: BroughtIn, intent: Intent, builders: Iterable[str]
) -> list[PurePosixPath]:
    from backwright.spec.yaml import write_spec
    from backwright.target.base import locked_changes

    for path, content in brought.changes.items():
        _put(bench, path, content, executable=True if path in brought.executable else None)
    texts = write_spec(intent.after, intent.files)
    spec_changes: dict[PurePosixPath, bytes | None] = {SPEC_FOLDER / name: None for name in intent.files}
    spec_changes |= {SPEC_FOLDER / name: text.encode() for name, text in texts.items()}
    builds_schema = SCHEMA_SKILL in builders or intent.before is None
    locked = brought.locked.with_spec(intent.after) if builds_schema else brought.locked
    for path, content in {**spec_changes, **locked_changes(locked, below.read, below.paths())}.items():
        if content != below.read(path):
            _put(bench, bench.backend / path, content)
    return [path.relative_to(bench.backend) for path in brought.changes]


def _put(bench: Bench, path: PurePosixPath, content: bytes | None, *, executable: bool | None = None) -> None:
    if content is None:
        bench.staged.delete(path)
    else:
        bench.staged.write(path, content, executable)


def _say_merged(brought: BroughtIn, bench: Bench) -> None:
    merged = brought.merged
    for path in merged.kept_deleted:
        bench.listen(Said(f"{path} was deleted by hand and stays so"))
    if merged.by_text or merged.by_key:
        both = merged.by_text + merged.by_key
        bench.listen(
            Said(f"{counted(both, 'edited file')} merged: {merged.by_text} by line, {merged.by_key} by definition")
        )
