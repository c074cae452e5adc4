"""Step 4 of a run: whether the target takes what is staged, and what the staged tree is verified against."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backwright.engines.engine import Built
    from backwright.event import Listener
    from backwright.resolve import Resolved
    from backwright.run_options import Options
    from backwright.target.staged import Staged
    from backwright.verify.result import Verification


def verify_staged(resolved: Resolved, options: Options, staged: Staged, built: Built, listen: Listener) -> Verification:
    """Verify exactly what is staged, in the target's own environment where it has one.

    Raises:
        BadInput: the interpreter or the environment file given cannot be used.
    """
    from backwright.review import reviews_of
    from backwright.verify.check import Purpose, compile_only, verify
    from backwright.verify.interpreter import find_interpreter
    from backwright.verify.result import Level

    target = resolved.target
    if options.verify == Level.NONE:
        return compile_only(_changed_python(staged, target.backend), target.backend, listen)
    return verify(
        staged.materialise(),
        target.backend,
        Level(options.verify),
        python=_absolute(options.python) or find_interpreter((target.root / target.backend, target.root)),
        env_file=options.env_file,
        changed=staged.changed(),
        listener=listen,
        own=built.own,
        purpose=Purpose(
            spec=built.after,
            change=built.change,
            before=staged.before,
            reviews=reviews_of(resolved),
            is_mechanical=bool(built.reasons),
        ),
    )


def check_target(resolved: Resolved, options: Options, staged: Staged, listen: Listener | None) -> None:
    """Find what would stop the run from being applied before it is verified; with ``listen`` it is only said.

    Raises:
        TargetChanged: a file that the run touches has uncommitted work, or the target changed since the run began.
    """
    from backwright.errors import TargetChanged
    from backwright.event import Said
    from backwright.target.unchanged import check_unchanged

    try:
        check_unchanged(resolved.target, staged.changes(), commit=options.commit)
    except TargetChanged as error:
        if listen is None:
            raise
        listen(Said(f"this could not be applied: {error.message}", "warning"))


def _changed_python(staged: Staged, backend: PurePosixPath) -> dict[PurePosixPath, bytes]:
    changed = (path for path in staged.changed() if path.suffix == ".py" and path.is_relative_to(backend))
    contents = ((path.relative_to(backend), staged.read(path)) for path in changed)
    return {path: content for path, content in contents if content is not None}


def _absolute(path: Path | None) -> Path | None:
    return path.absolute() if path else None
