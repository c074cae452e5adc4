"""A three-way merge of trees: what was generated last, the tree as it stands, what is generated now.

Only what the generator changed, or a person took away, is looked at. Moved files are found by git's likeness and then
followed by path, so that each move is known and can be recorded; a new file in a folder that was moved goes along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from backwright.errors import Conflict
from backwright.target.content import Content, merge_contents
from backwright.target.git import Git
from backwright.target.keyed import Refusal
from backwright.target.moves import Places, find_moved, followed, moved_folders
from backwright.target.scratch import Versions, scratch
from backwright.target.tree import Changes, Tree

Formatter = Callable[[Sequence[Tree]], Sequence[Tree]]
"""Puts several trees, versions of the same files, through the target's formatter at once."""


@dataclass(frozen=True)
class Merged:
    """What is to be changed in ours, and how it came about.

    ``files`` is empty where there are conflicts. ``by_text`` and ``by_key`` count the files that both sides changed.
    ``kept_deleted`` were deleted by hand and stay so; ``moved`` says for every path that was moved where it lies.
    """

    files: Changes = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    by_text: int = 0
    by_key: int = 0
    kept_deleted: tuple[PurePosixPath, ...] = ()
    moved: Places = field(default_factory=dict)


def merge(
    git: Git | None,
    base: Tree,
    ours: Tree,
    theirs: Tree,
    *,
    moved: Places | None = None,
    others: Sequence[PurePosixPath] = (),
    formatter: Formatter | None = None,
    format_new: bool = True,
) -> Merged:
    """Return what brings the changes from base to theirs into ours.

    ``git`` is a repository to be thrown away (None: one is made if it is needed). ``moved`` are moves known from
    before, ``others`` the paths in ours that are known to be no moved files. With a ``formatter`` all three sides go
    through it before they are compared; ``format_new`` is whether new files need it too.
    """
    with ExitStack() as stack:
        repository = git

        def made() -> Git:
            nonlocal repository
            repository = repository or stack.enter_context(scratch())
            return repository

        return _Merge(made, base, ours, theirs, formatter, format_new).run(dict(moved or {}), others)


@dataclass(frozen=True)
class _Merge:
    git: Callable[[], Git]
    base: Tree
    ours: Tree
    theirs: Tree
    formatter: Formatter | None
    format_new: bool

    def run(self, known: dict[PurePosixPath, PurePosixPath], others: Sequence[PurePosixPath]) -> Merged:
        places = self._places(known, others)
        both, taken = self._sorted(places)
        plain, conflicts, undecided, new = self._decided(both, taken, places)
        merged = merge_contents(self.git(), undecided) if undecided else {}
        conflicts |= {places[path]: it for path, it in merged.items() if isinstance(it, Refusal)}
        contents = {path: it for path, it in merged.items() if isinstance(it, Content)}
        written = {places[path]: content for path, content in {**new, **self._tidied(contents)}.items()}
        files = {**plain, **written}
        return Merged(
            files={} if conflicts else {path: it for path, it in sorted(files.items()) if self._differs(path, it)},
            conflicts=tuple(_conflict(path, refusal) for path, refusal in sorted(conflicts.items())),
            by_text=sum(it.by == "text" for it in contents.values()),
            by_key=sum(it.by == "key" for it in contents.values()),
            kept_deleted=tuple(sorted(path for path in self.base if path not in places and path in self.theirs)),
            moved={path: place for path, place in sorted(places.items()) if path != place},
        )

    def _places(
        self, known: dict[PurePosixPath, PurePosixPath], others: Sequence[PurePosixPath]
    ) -> dict[PurePosixPath, PurePosixPath]:
        """Return where each path of base, and each new one of theirs, lies or shall lie in ours."""
        places = {path: known[path] for path in self.base if known.get(path) in self.ours}
        places |= {path: path for path in self.base if path not in places and path in self.ours}
        missing = {path: content for path, content in self.base.items() if path not in places}
        if missing:
            taken = (*self.base, *self.theirs, *known.values(), *places.values(), *others)
            places |= find_moved(self.git, missing, self.ours, taken)
        new = [path for path in self.theirs if path not in self.base]
        every_move = {path: place for path, place in {**known, **places}.items() if path != place}
        folders = moved_folders(every_move, self.ours) if new and every_move else {}
        return places | {path: followed(path, folders) for path in new}

    def _sorted(self, places: Places) -> tuple[list[PurePosixPath], list[PurePosixPath]]:
        """Return the paths that need both sides looked at, and those simply taken from theirs."""
        both: list[PurePosixPath] = []
        taken: list[PurePosixPath] = []
        for path in sorted({*self.base, *self.theirs}):
            where = places.get(path)
            if where is None or self.base.get(path) == self.theirs.get(path):
                continue  # deleted by hand, or nothing new
            untouched = where not in self.ours or self.ours[where] == self.base.get(path)
            (taken if untouched and path in self.theirs else both).append(path)
        return both, taken

    def _decided(
        self, both: Sequence[PurePosixPath], taken: Sequence[PurePosixPath], places: Places
    ) -> tuple[dict[PurePosixPath, bytes | None], dict[PurePosixPath, Refusal], dict[PurePosixPath, Versions], Tree]:
        """Return what is plain, what is refused (both by place), what is to be merged and what is just written."""
        base, ours, theirs, new = self._formatted(both, taken, places)
        plain: dict[PurePosixPath, bytes | None] = {}
        refused: dict[PurePosixPath, Refusal] = {}
        undecided: dict[PurePosixPath, Versions] = {}
        for path in both:
            if theirs.get(path) in (base.get(path), ours[path]):
                continue  # nothing new, or there already
            match self._decide(base.get(path), ours[path], theirs.get(path)):
                case Versions() as versions:
                    undecided[path] = versions
                case Refusal() as refusal:
                    refused[places[path]] = refusal
                case content:
                    plain[places[path]] = content
        return plain, refused, undecided, new

    def _formatted(
        self, both: Sequence[PurePosixPath], taken: Sequence[PurePosixPath], places: Places
    ) -> tuple[Tree, Tree, Tree, Tree]:
        base: Tree = {path: self.base[path] for path in both if path in self.base}
        ours: Tree = {path: self.ours[places[path]] for path in both}
        theirs: Tree = {path: self.theirs[path] for path in both if path in self.theirs}
        new: Tree = {path: self.theirs[path] for path in taken}
        if self.formatter is None or not (both or (taken and self.format_new)):
            return base, ours, theirs, new
        base, ours, theirs, formatted = self.formatter([base, ours, theirs, new if self.format_new else {}])
        return base, ours, theirs, formatted if self.format_new else new

    def _decide(self, base: bytes | None, ours: bytes, theirs: bytes | None) -> Versions | Refusal | bytes | None:
        """Return the content where it is plain, what is to be merged where it is not, or a refusal."""
        if base is None:
            return Refusal("exists already and was not generated", *_texts(ours, theirs))
        if theirs is None:
            return None if ours == base else Refusal("edited by hand, and no longer generated", *_texts(ours, None))
        return theirs if ours == base else Versions(base, ours, theirs)

    def _tidied(self, contents: Mapping[PurePosixPath, Content]) -> Tree:
        merged = {path: it.content for path, it in contents.items()}
        if self.formatter is None or not merged:
            return merged
        return self.formatter([merged])[0]

    def _differs(self, path: PurePosixPath, content: bytes | None) -> bool:
        return path in self.ours if content is None else path not in self.ours or self.ours[path] != content


def _texts(*sides: bytes | None) -> tuple[str | None, ...]:
    return tuple(None if side is None else side.decode("utf-8", "replace") for side in sides)


def _conflict(path: PurePosixPath, refusal: Refusal) -> Conflict:
    return Conflict(str(path), refusal.ours, refusal.theirs, refusal.reason)
