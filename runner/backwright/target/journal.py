"""The journal of a run that is being applied: everything needed to take it back, written before anything else."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from backwright.errors import BadInput
from backwright.target.lock import OURS

_VERSION = 1


@dataclass(frozen=True)
class FileMove:
    """One file that is written or removed.

    ``folder`` is the absolute folder that confines it, ``path`` relative to that. ``before`` is what was there
    (None: nothing) with its permission bits; ``after`` the SHA-256 of what is written (None: removed). ``made`` are
    the folders that did not exist before, outermost first.
    """

    folder: str
    path: str
    before: bytes | None
    before_mode: int
    after: str | None
    made: tuple[str, ...]

    @property
    def place(self) -> PurePosixPath:
        """The path as a path."""
        return PurePosixPath(self.path)


@dataclass(frozen=True)
class RefMove:
    """How refs move: ``ref`` from ``old`` to ``new`` (None: there is none), and HEAD to ``ref`` where ``switch``."""

    ref: str
    old: str | None
    new: str | None
    switch: bool


@dataclass(frozen=True)
class Journal:
    """A run as it is going to be applied.

    ``nonce`` marks its temporary files and its hold on the index; ``index`` are the lines for
    ``git update-index --index-info``; ``made_repository`` and ``made_root`` say what did not exist before.
    """

    nonce: str
    files: tuple[FileMove, ...]
    refs: RefMove | None = None
    index: bytes = b""
    made_repository: bool = False
    made_root: bool = False

    def temporary(self, number: int) -> str:
        """Return the name under which the file of that number is prepared, in its own folder."""
        return f".{self.nonce}.{number}.backwright"


def journal_path(git_dir: Path) -> Path:
    """Return where the journal of a git directory lies."""
    return git_dir / OURS / "journal"


def write_journal(git_dir: Path, journal: Journal) -> None:
    """Write the journal durably, in one step."""
    text = json.dumps({"version": _VERSION, **asdict(journal)}, default=_encoded, indent=1)
    write_durably(journal_path(git_dir), text.encode())


def read_journal(git_dir: Path) -> Journal | None:
    """Return the journal of a run that was cut short, or None.

    Raises:
        BadInput: it cannot be read, or another version of Backwright wrote it.
    """
    path = journal_path(git_dir)
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise BadInput(f"the journal of an earlier run cannot be read: {path}") from error
    if data.pop("version") != _VERSION:
        raise BadInput(f"the journal of an earlier run was written by another version of Backwright: {path}")
    refs = RefMove(**data.pop("refs")) if data["refs"] else None
    files = tuple(_file_move(move) for move in data.pop("files"))
    data.pop("refs", None)
    return Journal(refs=refs, files=files, index=base64.b64decode(data.pop("index")["base64"]), **data)


def remove_journal(git_dir: Path) -> None:
    """Remove the journal: the run is applied, or taken back."""
    journal_path(git_dir).unlink(missing_ok=True)
    sync_folder(git_dir / OURS)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file of ours in one step that survives a power cut."""
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, on platforms that can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(content: bytes) -> str:
    """Return the SHA-256 by which the journal knows a content."""
    return hashlib.sha256(content).hexdigest()


def _encoded(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    raise TypeError(value)


def _file_move(data: dict[str, Any]) -> FileMove:
    before = base64.b64decode(data["before"]["base64"]) if data["before"] is not None else None
    return FileMove(**{**data, "before": before, "made": tuple(data["made"])})
