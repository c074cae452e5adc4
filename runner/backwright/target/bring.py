"""Bring what the skills generated into the tree, and keep the lock of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from backwright.codegen.assemble import Generated, Owned
from backwright.errors import Conflict, MergeConflict
from backwright.target.base import Locked, Objects, Part, PathLock, digest_of
from backwright.target.formatting import TargetFormatter
from backwright.target.git import Git
from backwright.target.merge import Merged, merge
from backwright.target.moves import Places
from backwright.target.tree import Changes, Tree
from backwright.target.view import Below, Carried

Locks = Mapping[PurePosixPath, PathLock]


@dataclass(frozen=True)
class BroughtIn:
    """What is to be written (paths relative to the repository), which of it is executable, and the lock then.

    The lock has the paths as they are now and still the spec of before: ``Locked.with_spec`` goes with it.
    """

    changes: Changes
    locked: Locked
    merged: Merged
    executable: frozenset[PurePosixPath] = frozenset()


def bring_in(
    git: Git | None,
    locked: Locked,
    generated: Generated,
    ran: Collection[str],
    ours: Tree,
    *,
    prefix: PurePosixPath,
    generator: str,
    formatter: TargetFormatter | None = None,
    renamed: Mapping[str, str] | None = None,
) -> BroughtIn:
    """Merge what was generated into the repository's tree.

    ``git`` is a repository to be thrown away, or None. ``generated`` has paths relative to the backend, which lies at
    ``prefix`` in ``ours``. Skills that did not run (``ran`` names those that did) contribute what they contributed
    last. ``renamed`` are parts that got another name: what people wrote in the old one's files goes along.
    ``generator`` is the version that is recorded.

    Raises:
        MergeConflict: nothing can be applied; it has every conflict, with both sides.
        BadInput: the stored base is damaged.
    """
    below = Below(ours, prefix)
    generated = {path: owned for path, owned in generated.items() if owned.skill in ran}
    before, moves = _carried(below, locked.paths(), generated, _successors(locked, generated, renamed or {}))
    now = _Now(Carried(below, moves), before, generated, frozenset(ran))
    as_generated = formatter is None or _is_as_generated(below, before, formatter.config)
    merged = _merged(git, now, locked.objects, formatter, format_new=not as_generated)
    _raise_conflicts(below, (*merged.conflicts, *_taken_paths(now)))

    changes: dict[PurePosixPath, bytes | None] = {**dict.fromkeys(moves), **{to: now.tree[to] for to in moves.values()}}
    changes |= merged.files
    changes |= {path: _content(owned) for path, owned in now.once.items() if path not in now.tree}
    full = {below.full(path): content for path, content in sorted(changes.items())}
    executable = frozenset(below.full(path) for path, owned in generated.items() if owned.file.executable)
    after = _locked(locked, _locks(now, merged, generator), now, renamed or {})
    return BroughtIn(full, after, merged, executable & full.keys())


@dataclass(frozen=True)
class _Now:
    """The tree and its locks, under the names of today, and what the skills that ran have generated."""

    tree: Tree
    before: Locks
    generated: Generated
    ran: frozenset[str]

    @property
    def theirs(self) -> Generated:
        """Return the files to be merged."""
        return {
            path: owned
            for path, owned in self.generated.items()
            if not owned.file.once and not (path in self.before and self.before[path].once)
        }

    @property
    def once(self) -> Generated:
        """Return the files to be written once, now."""
        return {path: owned for path, owned in self.generated.items() if owned.file.once and path not in self.before}


def _content(owned: Owned) -> bytes:
    return owned.file.content.encode()


def _place(path: PurePosixPath, lock: PathLock, tree: Tree) -> PurePosixPath | None:
    """Return where a locked file lies, None where it is not to be found at any known path."""
    return next((place for place in (lock.moved_to, path) if place is not None and place in tree), None)


def _successors(locked: Locked, generated: Generated, renamed: Mapping[str, str]) -> Places:
    """Return for each path of a renamed part the path that is generated in its stead: the most similar one."""
    known = locked.paths()
    result: dict[PurePosixPath, PurePosixPath] = {}
    for old_part, new_part in renamed.items():
        part = locked.parts.get(old_part, Part())
        pairs = sorted(
            (-SequenceMatcher(None, str(old), str(new)).ratio(), old, new)
            for old, lock in part.paths.items()
            for new, owned in generated.items()
            if owned.file.part == new_part and owned.skill == lock.skill and new not in known
            if not lock.once and not owned.file.once and old not in generated and old.suffix == new.suffix
        )
        for _, old, new in pairs:
            if old not in result and new not in result.values():
                result[old] = new
    return result


def _carried(
    tree: Below, locks: Locks, generated: Generated, successors: Places
) -> tuple[dict[PurePosixPath, PathLock], dict[PurePosixPath, PurePosixPath]]:
    """Return the locks under the names of today, and which files of the tree move for that."""
    result: dict[PurePosixPath, PathLock] = {}
    moves: dict[PurePosixPath, PurePosixPath] = {}
    for path, lock in locks.items():
        name = successors.get(path, path)
        place = _place(path, lock, tree)
        if name == path or place is None:
            result[name] = lock
            continue
        goes_to = name if place == path else place.with_name(name.name if place.name == path.name else place.name)
        if goes_to != place:
            moves[place] = goes_to
        result[name] = lock.model_copy(update={"moved_to": None if goes_to == name else goes_to})
    occupied = [goes_to for goes_to in moves.values() if goes_to in tree]
    _raise_conflicts(tree, [_exists(path, tree[path], _content(generated[path])) for path in occupied])
    return result, moves


def _merged(
    git: Git | None, now: _Now, objects: Objects, formatter: TargetFormatter | None, *, format_new: bool
) -> Merged:
    theirs = now.theirs
    places = {path: _place(path, lock, now.tree) for path, lock in now.before.items()}
    looked_at = [path for path in now.before if _is_looked_at(now, path, places[path], theirs.get(path))]
    new = [path for path in theirs if path not in now.before]
    return merge(
        git,
        {path: objects.get(now.before[path].base, places[path] or path) for path in looked_at},
        now.tree,
        {path: _content(theirs[path]) for path in (*looked_at, *new) if path in theirs},
        moved={path: place for path, place in places.items() if place is not None and place != path},
        others=tuple(place for place in places.values() if place is not None),
        formatter=formatter,
        format_new=format_new,
    )


def _is_looked_at(now: _Now, path: PurePosixPath, place: PurePosixPath | None, theirs: Owned | None) -> bool:
    """Whether something changed: what is generated, or that it was moved or deleted by hand."""
    lock = now.before[path]
    if lock.once or (lock.deleted and place is None):
        return False
    if theirs is None:
        return lock.skill in now.ran
    return place != (lock.moved_to or path) or lock.base != digest_of(_content(theirs))


def _is_as_generated(below: Below, before: Locks, config: PurePosixPath) -> bool:
    """Whether the formatter's settings are those we generated, so that what we generate is formatted by them."""
    return any(
        below.full(path) == config and path in below and digest_of(below[path]) == lock.base
        for path, lock in before.items()
        if path.name == config.name
    )


def _taken_paths(now: _Now) -> list[Conflict]:
    taken = {path: _content(owned) for path, owned in now.once.items() if path in now.tree}
    return [_exists(path, now.tree[path], content) for path, content in taken.items() if now.tree[path] != content]


def _exists(path: PurePosixPath, ours: bytes, theirs: bytes) -> Conflict:
    return Conflict(
        str(path), ours.decode("utf-8", "replace"), theirs.decode("utf-8", "replace"), "exists and was not generated"
    )


def _raise_conflicts(below: Below, conflicts: Collection[Conflict]) -> None:
    """Raise them with paths as seen from the repository's root, if there are any."""
    if conflicts:
        raise MergeConflict(tuple(replace(it, path=str(below.full(PurePosixPath(it.path)))) for it in conflicts))


def _locks(now: _Now, merged: Merged, generator: str) -> dict[PurePosixPath, PathLock]:
    kept = {
        path: lock
        for path, lock in now.before.items()
        if lock.once or (path not in now.generated and lock.skill not in now.ran)
    }
    for path, owned in now.generated.items():
        old = now.before.get(path)
        if old is None or not old.once:
            kept[path] = _lock(now, merged, path, owned, generator)
    return kept


def _lock(now: _Now, merged: Merged, path: PurePosixPath, owned: Owned, generator: str) -> PathLock:
    old = now.before.get(path)
    if old is not None:
        if owned.file.once:
            return old.model_copy(update={"once": True})
        if path in merged.kept_deleted:
            return old.model_copy(update={"deleted": True, "moved_to": None})
        if old.deleted and _place(path, old, now.tree) is None:
            return old
    base = digest_of(_content(owned))
    place = merged.moved.get(path) or (old and _place(path, old, now.tree)) or path
    moved_to = None if place == path else place
    return PathLock(skill=owned.skill, base=base, generator=generator, once=owned.file.once, moved_to=moved_to)


def _locked(locked: Locked, after: Locks, now: _Now, renamed: Mapping[str, str]) -> Locked:
    was = {path: renamed.get(name, name) for name, part in locked.parts.items() for path in part.paths}
    paths: dict[str, dict[PurePosixPath, PathLock]] = {}
    for path, lock in sorted(after.items()):
        part = now.generated[path].file.part if path in now.generated else was[path]
        paths.setdefault(part, {})[path] = lock
    parts = {
        name: Part(spec=locked.parts[name].spec if name in locked.parts else None, paths=paths.get(name, {}))
        for name in sorted({*locked.parts, *paths})
    }
    added = {digest_of(_content(owned)): _content(owned) for owned in now.theirs.values()}
    return Locked(parts, replace(locked.objects, added={**locked.objects.added, **added}))
