"""The mechanical mends of what was found, as new contents of files."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from backwright.reviewer.analysis import found_in
from backwright.reviewer.found import Edit
from backwright.reviewer.rules import Rules


def mended(tree: Mapping[PurePosixPath, bytes], rules: Rules) -> dict[PurePosixPath, bytes]:
    """Return the files that mechanical mends change, as they would be; edits that overlap an earlier one are left out.

    A file that would not be Python any more is left out as well.
    """
    edits: dict[PurePosixPath, list[Edit]] = {}
    for found in found_in(tree, rules):
        if rules[found.code].fixable and found.edits:
            edits.setdefault(found.module.path, []).extend(found.edits)
    result = {path: edited(tree[path], several) for path, several in edits.items()}
    return {path: content for path, content in result.items() if content != tree[path] and _is_python(content)}


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


def diff_of(before: Mapping[PurePosixPath, bytes], after: Mapping[PurePosixPath, bytes]) -> str:
    """Return what mends change, as a unified diff."""
    lines: list[str] = []
    for path in sorted(after):
        old, new = (tree[path].decode("utf-8", "replace").splitlines(keepends=True) for tree in (before, after))
        lines += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
