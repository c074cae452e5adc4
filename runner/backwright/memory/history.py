"""The history of a repository: every record below ``history/prompts``, by whatever program it was written.

Records are read as they are and never rewritten.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backwright.errors import NotFound, Place
from backwright.finding import Finding, Severity
from backwright.memory.record import Record
from backwright.memory.record_names import PROMPTS, number_of
from backwright.memory.record_reader import parse_record

MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class RecordFile:
    """A record's file: its path from the repository's root, what was read of it, and what is wrong with it."""

    path: PurePosixPath
    record: Record | None
    findings: tuple[Finding, ...]
    text: str

    @property
    def number(self) -> int | None:
        """The record's number, from its id or else from its file's name."""
        if self.record and self.record.id.isdecimal():
            return int(self.record.id)
        return number_of(self.path)

    @property
    def address(self) -> str:
        """Its number and slug, as ``0007-add-products``: what tells it from another of the same number."""
        return self.path.name.split(".", 1)[0]


def read_history(root: Path) -> tuple[RecordFile, ...]:
    """Return the records of a repository, by number; files that are no record (a README) are left out."""
    found = [file for path in _paths(root) if (file := _read(root, path)) is not None]
    return tuple(sorted(found, key=lambda file: (file.number if file.number is not None else -1, str(file.path))))


def _paths(root: Path) -> Iterator[PurePosixPath]:
    for folder, folders, names in os.walk(root / PROMPTS):
        folders.sort()
        yield from (PurePosixPath((Path(folder) / name).relative_to(root).as_posix()) for name in names)


def _read(root: Path, path: PurePosixPath) -> RecordFile | None:
    named = path.name.endswith(".prompt.md")
    if not named and path.suffix != ".md":
        return None
    try:
        content = _content(root, path)
    except OSError as error:
        finding = Finding("record-unreadable", Severity.ERROR, Place(str(path)), error.strerror or "it cannot be read")
        return RecordFile(path, None, (finding,), "")
    if content is None:
        finding = Finding("record-unreadable", Severity.ERROR, Place(str(path)), "this is no file of its own")
        return RecordFile(path, None, (finding,), "")
    text = content.decode("utf-8-sig", "replace")
    record, findings = parse_record(text, str(path))
    if not named and (record is None or not (record.id or record.stage)):
        return None
    if "\ufffd" in text and b"\xef\xbf\xbd" not in content:
        said = Finding("record-utf8", Severity.WARNING, Place(str(path)), "this is not UTF-8 throughout")
        findings = (said, *findings)
    return RecordFile(path, record, findings, text)


def _content(root: Path, path: PurePosixPath) -> bytes | None:
    """Return a file's bytes, up to the most that a record has; None for symlinks and special files."""
    place = root / path
    if place.is_symlink() or not place.is_file():
        return None
    with place.open("rb") as file:
        return file.read(MOST_BYTES)


def find_record(files: tuple[RecordFile, ...], name: str) -> RecordFile:
    """Return the record of a number (``7``, ``0007``), of number and slug (``0007-add-products``), or of a path.

    Raises:
        NotFound: there is none, or there are several, which are the error's candidates.
    """
    matching = [file for file in files if name in (str(file.path), file.path.name, file.address)]
    if not matching and name.isascii() and name.isdigit():
        matching = [file for file in files if file.number == int(name)]
    if not matching:
        matching = [file for file in files if file.address.startswith(f"{name}-")]
    if len(matching) == 1:
        return matching[0]
    if matching:
        candidates = tuple(str(file.path) for file in matching)
        raise NotFound(f"{len(matching)} records are called {name}; name one by its path", candidates=candidates)
    latest = tuple(f"{file.address}  {file.record.title if file.record else ''}".rstrip() for file in files[-5:])
    raise NotFound(f"there is no record {name}", candidates=("The latest are:", *latest) if latest else ())


def duplicate_findings(files: tuple[RecordFile, ...]) -> tuple[Finding, ...]:
    """Return a finding for each record whose number another one has too."""
    first: dict[int, RecordFile] = {}
    found = []
    for file in files:
        if file.number is None:
            continue
        other = first.setdefault(file.number, file)
        if other is not file:
            said = f"the number {file.number} is taken by {other.path} too"
            fix = f"say {file.address} to mean this one"
            found.append(Finding("record-duplicate", Severity.WARNING, Place(str(file.path)), said, fix))
    return tuple(found)
