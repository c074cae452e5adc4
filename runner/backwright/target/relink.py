"""Migrations of two branches: those nobody else can have seen are put behind the others, so that one head is left."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from backwright.codegen.build import Revision
from backwright.codegen.migration import heads_of
from backwright.target.revisions import located_revisions


@dataclass(frozen=True)
class Relinked:
    """New contents by path, and for each moved revision's id the one it follows now."""

    files: Mapping[PurePosixPath, bytes] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)


def relink(
    paths: Iterable[PurePosixPath],
    read: Callable[[PurePosixPath], bytes | None],
    ours: Collection[PurePosixPath],
    is_published: Callable[[PurePosixPath], bool],
) -> Relinked:
    """Return what makes one line of several, where all lines but one are ``ours`` and not published.

    Where more than one line has to stay, nothing is moved: those need a revision that merges them.
    """
    found = located_revisions(paths, read)
    revisions = {revision.id: revision for revision in found.values()}
    places = {revision.id: path for path, revision in found.items()}
    heads = heads_of(list(revisions.values()))
    if len(heads) <= 1:
        return Relinked()
    lines = {head: _line(head, heads, revisions) for head in heads}
    movable = [
        head
        for head in heads
        if all(places[it] in ours and len(revisions[it].down) == 1 for it in lines[head])
        and not any(is_published(places[it]) for it in lines[head])
    ]
    staying = [head for head in heads if head not in movable] or movable[:1]
    if len(staying) > 1:
        return Relinked()
    last = staying[0]
    files: dict[PurePosixPath, bytes] = {}
    moved: dict[str, str] = {}
    for head in movable:
        if head in staying:
            continue
        first = lines[head][-1]
        path = places[first]
        files[path] = _following(read(path) or b"", last)
        moved[first] = last
        last = head
    return Relinked(files, moved)


def _line(head: str, heads: Iterable[str], revisions: Mapping[str, Revision]) -> list[str]:
    """Return the revisions that only this head leads to, the newest first."""
    others = {it for other in heads if other != head for it in _ancestry(other, revisions)}
    return [it for it in _ancestry(head, revisions) if it not in others]


def _ancestry(head: str, revisions: Mapping[str, Revision]) -> list[str]:
    seen: dict[str, None] = {}
    waiting = [head]
    while waiting:
        current = waiting.pop()
        if current in revisions and current not in seen:
            seen[current] = None
            waiting.extend(revisions[current].down)
    return list(seen)


def _following(content: bytes, revision: str) -> bytes:
    """Return a revision's source with another ``down_revision``; nothing else in it changes."""
    for node in ast.parse(content).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="down_revision")], value=value)
                | ast.AnnAssign(target=ast.Name(id="down_revision"), value=ast.expr() as value)
            ):
                lines = content.splitlines(keepends=True)
                start = sum(map(len, lines[: value.lineno - 1])) + value.col_offset
                end = sum(map(len, lines[: (value.end_lineno or value.lineno) - 1])) + (value.end_col_offset or 0)
                return content[:start] + f'"{revision}"'.encode() + content[end:]
            case _:
                pass
    return content
