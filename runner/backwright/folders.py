"""The folders of the person that runs Backwright; nothing of a target is kept there but logs and staging."""

from __future__ import annotations

import os
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
