"""The mechanical mends of what was found, as new contents of files."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from backwright.reviewer.analysis import found_in
from backwright.reviewer.found import Edit, Found
from backwright.reviewer.rules import Rules


@dataclass(frozen=True)
class Mended:
    """The files that mends change, as they would be, and what is mended in them, in the order of files and lines."""

    files: Mapping[PurePosixPath, bytes]
    found: tuple[Found, ...]


def mended(tree: Mapping[PurePosixPath, bytes], rules: Rules) -> Mended:
    """Return what mechanical mends change; edits that overlap an earlier one are left out.

    A file that would not be Python any more is left out as well.
    """
    mendable = [found for found in found_in(tree, rules) if rules[found.code].fixable and found.edits]
    edits: dict[PurePosixPath, list[Edit]] = {}
    for found in mendable:
        edits.setdefault(found.module.path, []).extend(found.edits)
    result = {path: edited(tree[path], several) for path, several in edits.items()}
    files = {path: content for path, content in result.items() if content != tree[path] and _is_python(content)}
    return Mended(files, tuple(found for found in mendable if found.module.path in files))


def edited(source: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a file with edits made; of those that overlap, the first in the file is."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    end = -1
    parts: list[bytes] = []
    last = 0
    for edit in sorted(set(edits), key=lambda one: (one.start, one.end, one.text)):
        begin, stop = starts[edit.start[0] - 1] + edit.start[1], starts[edit.end[0] - 1] + edit.end[1]
        if begin < end or (begin == end and begin == stop):
            continue
        parts += [source[last:begin], edit.text.encode()]
        last = end = stop
    return b"".join([*parts, source[last:]])


def _is_python(content: bytes) -> bool:
    try:
        ast.parse(content)
    except (SyntaxError, ValueError):
        return False
    return True
