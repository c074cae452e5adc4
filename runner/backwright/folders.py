"""The folders of the person that runs Backwright; nothing of a target is kept there but logs and staging."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def state_folder() -> Path:
    """Return the folder for run logs and trust, made when something is written (``BACKWRIGHT_STATE`` overrides it)."""
    from platformdirs import user_state_path

    given = os.environ.get("BACKWRIGHT_STATE")
    return Path(given) if given else Path(user_state_path("backwright", appauthor=False))


def cache_folder() -> Path:
    """Return the folder for staging repositories, made when needed (``BACKWRIGHT_CACHE`` overrides it)."""
    from platformdirs import user_cache_path

    given = os.environ.get("BACKWRIGHT_CACHE")
    return Path(given) if given else Path(user_cache_path("backwright", appauthor=False))


def private_folder(name: str) -> Path:
    """Return a folder of ours that only this user can look into; a temporary one where there is no home."""
    for above in (cache_folder(), _in_temporary()):
        folder = above / name
        with contextlib.suppress(OSError):
            above.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            if _ours(folder) and os.access(folder, os.W_OK):
                return folder
    return Path(tempfile.mkdtemp(prefix="backwright-"))


def _ours(folder: Path) -> bool:
    found = folder.lstat()
    if os.name == "nt":
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _in_temporary() -> Path:
    owner = str(os.getuid()) if os.name != "nt" else "user"
    return Path(tempfile.gettempdir()) / f"backwright-{owner}"
