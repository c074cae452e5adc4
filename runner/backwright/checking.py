"""Step 4 of a run: what the staged tree is verified against."""

from __future__ import annotations

from pathlib import Path
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
    from backwright.verify.check import Purpose, verify
    from backwright.verify.interpreter import find_interpreter
    from backwright.verify.result import Level

    target = resolved.target
    return verify(
        staged.materialise(),
        target.backend,
        Level(options.verify),
        python=_absolute(options.python) or find_interpreter((target.root / target.backend, target.root)),
        env_file=options.env_file,
        changed=staged.changed(),
        listener=listen,
        purpose=Purpose(spec=built.after, change=built.change, before=staged.before, reviews=reviews_of(resolved)),
    )


def _absolute(path: Path | None) -> Path | None:
    return path.absolute() if path else None
