"""The repository's tree as the merge looks at it: from the backend's folder, with renamed resources carried over."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from backwright.target.base import FOLDER
from backwright.target.tree import Tree


class Below(Mapping[PurePosixPath, bytes]):
    """A repository's tree as seen from a folder in it: what lies outside begins with ``..``.

    The stored base is none of people's files and does not appear when the tree is listed.
    """

    def __init__(self, tree: Tree, prefix: PurePosixPath) -> None:
        """Keep the tree; nothing is read or listed yet."""
        self._tree = tree
        self._prefix = prefix
        self._hidden = str(prefix / FOLDER) + "/"

    def full(self, path: PurePosixPath) -> PurePosixPath:
        """Return a path as seen from the repository's root."""
        if ".." not in path.parts:
            return self._prefix / path if self._prefix.parts else path
        return PurePosixPath(posixpath.normpath(posixpath.join(self._prefix, path)))

    def __getitem__(self, path: PurePosixPath) -> bytes:
        return self._tree[self.full(path)]

    def __contains__(self, path: object) -> bool:
        return isinstance(path, PurePosixPath) and self.full(path) in self._tree

    def __iter__(self) -> Iterator[PurePosixPath]:
        for path in self._tree:
            if not str(path).startswith(self._hidden):
                yield PurePosixPath(posixpath.relpath(path, self._prefix)) if self._prefix.parts else path

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Carried(Mapping[PurePosixPath, bytes]):
    """A tree in which some files lie elsewhere; ``moves`` says where each of them went."""

    def __init__(self, tree: Tree, moves: Mapping[PurePosixPath, PurePosixPath]) -> None:
        """Keep the tree and the moves, old path to new."""
        self._tree = tree
        self._moves = dict(moves)
        self._origin = {new: old for old, new in moves.items()}

    def __getitem__(self, path: PurePosixPath) -> bytes:
        if path not in self:
            raise KeyError(path)
        return self._tree[self._origin.get(path, path)]

    def __contains__(self, path: object) -> bool:
        return path in self._origin or (path in self._tree and path not in self._moves)

    def __iter__(self) -> Iterator[PurePosixPath]:
        yield from self._origin
        yield from (path for path in self._tree if path not in self._moves)

    def __len__(self) -> int:
        return len(self._tree)
