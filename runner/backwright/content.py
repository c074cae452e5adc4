"""Where the bundled agents, skills and memory seeds are, in a wheel or in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from backwright.errors import BackwrightError

_SENTINEL = Path("agents") / "fastapi-backend.md"
_FOLDERS = ("agents", "skills", "memory")


@cache
def content_root() -> Path:
    """Return the folder that holds ``agents/``, ``skills/`` and ``memory/``; nothing is ever written into it.

    Raises:
        BackwrightError: the installation is not whole.
    """
    return find_content(Path(__file__).resolve())


def find_content(module: Path) -> Path:
    """Return the content that belongs to this module's file: beside it in a wheel, above its source root otherwise.

    Raises:
        BackwrightError: neither place has it.
    """
    package = module.parent
    places = [package / "content"]
    if len(package.parents) > 1 and package.parent.name == "runner":
        places.append(package.parents[1])
    for place in places:
        if (place / _SENTINEL).is_file() and all((place / folder).is_dir() for folder in _FOLDERS):
            return place
    looked = " nor ".join(str(place) for place in places)
    raise BackwrightError(
        f"this installation has no bundled agents and skills: neither {looked} holds {_SENTINEL.as_posix()}",
        hint="install backwright again",
    )
