"""What a run means: from the spec as it was last built, through edits of its files, to what the task adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from backwright.engines.asking import Understood, understand
from backwright.engines.engine import Bench, Task
from backwright.errors import BadInput, NotSupported
from backwright.finding import Severity
from backwright.spec.change import Reading, SpecChange
from backwright.spec.find import SPEC_FOLDER
from backwright.spec.model import BackendSpec, ResourceSpec, ServiceSpec


@dataclass(frozen=True)
class Intent:
    """The spec as it was last built (None: never), as it shall be, and the change that leads from one to the other.

    ``files`` are the spec files as they lie in the staged tree, by name.
    """

    before: BackendSpec | None
    after: BackendSpec
    change: SpecChange
    understood: Understood
    files: dict[str, str]


def read_intent(task: Task, locked: BackendSpec | None, bench: Bench) -> Intent:
    """Read the spec files, the files given with the task, and the task itself, in this order.

    Raises:
        BadInput: one of them cannot be read, or what comes out of them is no sound spec.
        NotSupported: it asks for what no skill writes yet.
    """
    from backwright.spec.apply import apply_change
    from backwright.spec.conventions import new_service
    from backwright.spec.difference import difference

    files = spec_files(bench)
    origin = locked or BackendSpec(service=new_service(bench.name, bench.conventions))
    written = _written(files, bench)
    edits = difference(origin, written) if written else SpecChange()
    current = apply_change(origin, edits)
    given = _given(task.spec_files, current)
    current = apply_change(current, given)
    understood = _read_task(task, current, bench)
    asked_for = understood.reading.change
    after = apply_change(current, asked_for)
    _refuse_unsound(after)
    change = SpecChange(steps=(*edits.steps, *given.steps, *asked_for.steps))
    return Intent(locked, after, change, understood, files)


def spec_files(bench: Bench) -> dict[str, str]:
    """Return the text of each spec file of the backend, by its name."""
    folder = bench.backend / SPEC_FOLDER
    found = {}
    for path in bench.staged.paths():
        if path.parent == folder and path.suffix in {".yaml", ".yml"}:
            found[path.name] = (bench.staged.read(path) or b"").decode("utf-8", "replace")
    return found


def _written(files: dict[str, str], bench: Bench) -> BackendSpec | None:
    from backwright.spec.yaml import read_spec

    if not files:
        return None
    return read_spec({str(bench.backend / SPEC_FOLDER / name): text.encode() for name, text in files.items()})


def _given(paths: Sequence[Path], current: BackendSpec) -> SpecChange:
    from backwright.spec.difference import difference
    from backwright.spec.yaml import read_spec_file

    wanted = current
    for path in paths:
        match read_spec_file(path):
            case BackendSpec() as backend:
                wanted = replace_all(wanted, backend)
            case ResourceSpec() as resource:
                wanted = _without(wanted, resource.renamed_from).with_resource(resource)
            case ServiceSpec() as service:
                wanted = wanted.model_copy(update={"service": service})
    return difference(current, wanted)


def replace_all(current: BackendSpec, given: BackendSpec) -> BackendSpec:
    """Return the spec in which the service and every resource of the given one stand; others stay."""
    merged = current.model_copy(update={"service": given.service})
    for resource in given.resources:
        merged = _without(merged, resource.renamed_from).with_resource(resource)
    return merged


def _without(spec: BackendSpec, name: str | None) -> BackendSpec:
    return spec.model_copy(update={"resources": tuple(r for r in spec.resources if r.name != name)})


def _read_task(task: Task, current: BackendSpec, bench: Bench) -> Understood:
    from backwright.spec.request import classify, read_request

    if classify(task.text) == "apply" or (task.spec_files and not task.text.strip()):
        return Understood(Reading(SpecChange(), taken=(task.text,)))

    def read(text: str, answers: Mapping[str, str]) -> Reading:
        return read_request(text, current, bench.conventions, answers)

    return understand(task.text, read, bench.asker)


def _refuse_unsound(spec: BackendSpec) -> None:
    from backwright.spec.check import check
    from backwright.spec.support import unsupported

    names = unsupported(spec)
    if names:
        raise NotSupported("no skill writes this yet: " + "; ".join(names))
    wrong = [finding for finding in check(spec) if finding.severity is Severity.ERROR]
    if wrong:
        others = "\n".join(str(finding) for finding in wrong[1:])
        raise BadInput(wrong[0].message, place=wrong[0].place, hint=others or wrong[0].fix)
