"""A patch as it is shown: nothing in it can hide or move on a terminal, and every file is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backwright.counting import counted
from backwright.event import FileStat
from backwright.shown import visible


def file_stats(records: Sequence[str]) -> tuple[FileStat, ...]:
    """Read ``git diff-tree --raw --numstat -z``: a line per file, renames under their new name."""
    statuses: dict[str, str] = {}
    counts: dict[str, tuple[int | None, int | None]] = {}
    rest = iter(records)
    for record in rest:
        if record.startswith(":"):
            status = record.rsplit(" ", 1)[1][0]
            statuses[_last_path(rest, 2 if status in "RC" else 1)] = status
        else:
            added, deleted, path = record.split("\t", 2)
            counts[path or _last_path(rest, 2)] = (_count(added), _count(deleted))
    return tuple(FileStat(visible(path), statuses[path], *counts.get(path, (None, None))) for path in sorted(statuses))


def stored_bases(folder: str, files: Sequence[FileStat]) -> str:
    """Return the one line that stands for the stored bases of a diff, empty where none changed."""
    if not files:
        return ""
    gone = sum(file.status == "D" for file in files)
    return f"{folder}: {counted(len(files) - gone, 'stored base')} added, {gone} deleted\n"


def _last_path(rest: Iterator[str], number: int) -> str:
    return [next(rest) for _ in range(number)][-1]


def _count(text: str) -> int | None:
    return int(text) if text.isdigit() else None
