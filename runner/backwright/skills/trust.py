"""Which skills of other people's repositories the person has agreed to run, byte for byte."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Protocol

from backwright.agents.scopes import home
from backwright.content import content_root


class Hashed(Protocol):
    """A folder whose bytes were hashed: a skill, or the assets that override one's."""

    @property
    def folder(self) -> Path:
        """Where it is."""
        ...

    @property
    def digest(self) -> str:
        """The sha256 of what it holds, in hex."""
        ...


def trusted(skill: Hashed) -> bool:
    """Return whether the code may run: it is bundled, lies in the person's own folder, or was trusted as it is."""
    folder = _real(skill.folder)
    user = home()
    own = [content_root() / "skills"] + ([user / ".claude" / "skills"] if user else [])
    if any(folder.is_relative_to(_real(place)) for place in own):
        return True
    return skill.digest in _recorded().get(str(folder), ())


def trust(skill: Hashed) -> None:
    """Record that these bytes in this folder may run; a change of any file takes the trust away."""
    from filelock import FileLock

    file = trust_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{file}.lock"):
        recorded = {path: list(digests) for path, digests in _recorded().items()}
        digests = recorded.setdefault(str(_real(skill.folder)), [])
        if skill.digest not in digests:
            digests.append(skill.digest)
            _replace(file, json.dumps(recorded, indent=2, sort_keys=True) + "\n")


def trust_file() -> Path:
    """Return where trust is recorded, in the person's state folder."""
    from backwright.folders import state_folder

    return state_folder() / "trusted-skills.json"


def _recorded() -> dict[str, tuple[str, ...]]:
    """Return the trusted digests by folder; a file that cannot be read trusts nothing."""
    try:
        data = json.loads(trust_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {str(path): tuple(map(str, digests)) for path, digests in data.items() if isinstance(digests, list)}


def _replace(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
