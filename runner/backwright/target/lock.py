"""One run at a time applies to a target: a lock for the short part that writes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from backwright.errors import TargetChanged
from backwright.folders import private_folder

WAIT_SECONDS = 10.0
OURS = "backwright"
"""The folder of ours inside a git directory."""


@contextmanager
def target_lock(
    root: Path, common_dir: Path | None, *, seconds: float | None = None, skip_folder: bool = False
) -> Iterator[None]:
    """Hold the locks of a target, or raise ``TargetChanged`` when another run holds them for longer than that.

    The lock of the folder comes first and is this user's alone, since a new repository has no place for one; that of
    the repository is shared with its other work trees and other users. ``skip_folder``: the first is held already.
    """
    wait = WAIT_SECONDS if seconds is None else seconds
    own = private_folder("locks") / f"{hashlib.sha256(os.fsencode(root)).hexdigest()[:32]}.lock"
    with ExitStack() as held:
        if not skip_folder:
            _hold(held, own, root, wait)
        if common_dir is not None:
            (common_dir / OURS).mkdir(exist_ok=True)
            _hold(held, common_dir / OURS / "lock", root, wait)
        yield


def _hold(held: ExitStack, path: Path, root: Path, seconds: float) -> None:
    from filelock import FileLock, Timeout

    try:
        held.enter_context(FileLock(path, timeout=seconds))
    except Timeout:
        raise TargetChanged(f"another run is applying to {root}", hint="try again when it is done") from None
