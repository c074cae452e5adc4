"""Mends: an engine that changes nothing but what the reviewer's rules know how to mend mechanically."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright.engines.asking import Understood
from backwright.engines.engine import Bench, Built, Task
from backwright.event import Said
from backwright.spec.change import Reading, SpecChange

if TYPE_CHECKING:
    from backwright.agents.spec import AgentSpec
    from backwright.reviewer.mend import Mended
    from backwright.reviewer.rules import Rules

Files = Mapping[PurePosixPath, bytes]


class Mending:
    """Reviews the staged tree and writes the mechanical mends into it; the spec stays as it is."""

    name = "offline"
    model = "offline"

    def build(self, task: Task, agent: AgentSpec, bench: Bench) -> Built:  # noqa: ARG002 - an engine's signature
        """Change the staged tree as ``Engine.build`` says.

        Raises:
            PathRefused: a file to be mended may not be written.
        """
        from backwright.reviewer.mend import mended
        from backwright.reviewer.rules import bundled_rules
        from backwright.spec.conventions import Conventions, new_service
        from backwright.spec.model import BackendSpec
        from backwright.target.base import read_locked

        rules = bundled_rules()
        files = _below(bench)
        mend = mended(_python(files), rules)
        for path, content in _laid_out(bench, files, mend.files).items():
            bench.staged.write(bench.backend / path, content)
        _say_uncommitted(bench, files, rules)
        locked = read_locked(files.get, tuple(files))
        spec = locked.spec()
        return Built(
            understood=Understood(Reading(SpecChange())),
            summary=_summary(mend, rules),
            assumptions=(),
            change=SpecChange(),
            before=spec,
            after=spec or BackendSpec(service=new_service(bench.name, Conventions(auth="none"))),
            written={bench.backend / path: agent.name for path in mend.files},
            reasons={bench.backend / path: f"{agent.name}: {_codes(mend, path)}" for path in mend.files},
            own=bool(locked.parts),
        )


def _below(bench: Bench) -> dict[PurePosixPath, bytes]:
    """Return the staged files of the backend, relative to its folder."""
    found = bench.staged.read_below(bench.backend)
    return {path.relative_to(bench.backend): content for path, content in found.items()}


def _python(files: Files) -> Files:
    return {path: content for path, content in files.items() if path.suffix == ".py"}


def _laid_out(bench: Bench, before: Files, after: Files) -> Files:
    """Return mended files as the target's formatter leaves them, where it had left them as they were."""
    from backwright.target.formatting import find_formatter
    from backwright.target.tree import LazyTree

    formatter = find_formatter(LazyTree(bench.staged.paths(), bench.staged.read), bench.backend)
    if formatter is None:
        return after
    old = {path: before[path] for path in after}
    formatted_old, formatted_new = formatter([old, after])
    return {path: formatted_new[path] if formatted_old[path] == old[path] else after[path] for path in after}


def _say_uncommitted(bench: Bench, staged: Files, rules: Rules) -> None:
    """Say which files could be mended as they lie in the work tree, but are staged as they were committed."""
    from backwright.reviewer.mend import mended
    from backwright.target.worktree import read_working_tree

    target = bench.staged.target
    if bench.staged.with_uncommitted:
        return
    found = read_working_tree(target, bench.backend)
    lying = _python({path.relative_to(bench.backend): content for path, content in found.items()})
    differing = {path for path, content in lying.items() if staged.get(path) != content}
    left = sorted(differing & mended(lying, rules).files.keys()) if differing else []
    if left:
        names = ", ".join(str(bench.backend / path) for path in left)
        bench.listen(Said(f"uncommitted work is not mended: {names}; commit it first, or use --no-commit", "warning"))


def _summary(mend: Mended, rules: Rules) -> tuple[str, ...]:
    """Return a line per rule: what it is about, and where it is mended."""
    places: dict[str, list[str]] = {}
    for found in mend.found:
        places.setdefault(found.code, []).append(f"{found.module.path}:{found.line}")
    return tuple(f"mend {code}, {rules[code].title}: {', '.join(places[code])}" for code in sorted(places))


def _codes(mend: Mended, path: PurePosixPath) -> str:
    return ", ".join(sorted({found.code for found in mend.found if found.module.path == path}))
