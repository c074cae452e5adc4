"""Folders for staged trees, in the user's cache folder.

Each is private (mode 0700) and held by a lock for as long as its process lives, so that the folders of processes that
died can be told from those in use, and swept. One that was kept on purpose stays for a week.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backwright.folders import private_folder

_KEPT_SECONDS = 7 * 24 * 3600
_KEPT = "kept"
_LOCK = "lock"
_ATTEMPTS = 10
_PAUSE_SECONDS = 0.05


@contextmanager
def staging_folder(*, keep: Callable[[BaseException], bool]) -> Iterator[Path]:
    """Make a folder and remove it at the end, unless ``keep`` says of the error that ended the run to keep it."""
    from filelock import FileLock

    area = private_folder("staging")
    with FileLock(area / "sweep.lock"):
        _sweep(area)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=area))
        lock = FileLock(folder / _LOCK)
        lock.acquire(blocking=False)
    try:
        yield folder
    except BaseException as error:
        if keep(error):
            (folder / _KEPT).touch()
            lock.release()
            raise
        lock.release()
        _removed(folder)
        raise
    lock.release()
    _removed(folder)


def _removed(folder: Path) -> None:
    """Remove a folder, also where Ctrl-C comes in the middle of it or a git that is being ended still writes there."""
    try:
        _remove_until_gone(folder)
    except KeyboardInterrupt:
        _remove_until_gone(folder)
        raise


def _remove_until_gone(folder: Path) -> None:
    for _ in range(_ATTEMPTS):
        remove_folder(folder)
        if not folder.exists():
            return
        time.sleep(_PAUSE_SECONDS)


def remove_folder(folder: Path) -> None:
    """Remove a folder whatever the modes in it are; what cannot be removed is left to the next sweep."""

    def again(function: Callable[..., Any], path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            Path(path).parent.chmod(0o700)
            Path(path).chmod(0o700)
            function(path)

    shutil.rmtree(folder, onerror=again)


def _sweep(area: Path) -> None:
    from filelock import FileLock, Timeout

    for folder in area.glob("run-*"):
        if _kept(folder):
            continue
        lock = FileLock(folder / _LOCK)
        with contextlib.suppress(Timeout, OSError):
            lock.acquire(blocking=False)
            lock.release()
            remove_folder(folder)


def _kept(folder: Path) -> bool:
    try:
        return time.time() - (folder / _KEPT).stat().st_mtime < _KEPT_SECONDS
    except OSError:
        return False
