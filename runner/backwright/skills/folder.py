"""The files of a skill's folder, read once: what is hashed is what is used."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from backwright.agents.document import read_file
from backwright.agents.flaw import Flaw

_MOST_FILES = 2_000
_MOST_BYTES = 64 * 1024 * 1024
_LEFT_OUT = frozenset({"__pycache__", ".git"})


@dataclass(frozen=True)
class Contents:
    """Every regular file below a folder by its path in it, and the sha256 of all of them, in hex."""

    folder: Path
    files: Mapping[PurePosixPath, bytes] = field(repr=False)
    digest: str


class TooMuch(Exception):
    """A folder holds more than a skill may."""


def read_folder(folder: Path) -> Contents:
    """Return what a folder holds; links are not followed, compiled Python is left out.

    Raises:
        TooMuch: more than 2,000 files or 64 MiB.
    """
    files: dict[PurePosixPath, bytes] = {}
    left = _MOST_BYTES
    for path in _below(folder):
        if len(files) == _MOST_FILES:
            raise TooMuch(f"more than {_MOST_FILES} files")
        data = read_file(path, _MOST_BYTES)
        if isinstance(data, Flaw):
            continue
        left -= len(data)
        if left < 0:
            raise TooMuch(f"more than {_MOST_BYTES} bytes")
        files[PurePosixPath(path.relative_to(folder).as_posix())] = data
    return Contents(folder, files, _digest(files))


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in sorted(names):
            path = Path(here, name)
            if not path.is_symlink():
                yield path


def _digest(files: Mapping[PurePosixPath, bytes]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()
