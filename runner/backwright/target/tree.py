"""Trees of files as the merge sees them: a path, relative to some root, and the bytes there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

Tree = Mapping[PurePosixPath, bytes]
Changes = Mapping[PurePosixPath, bytes | None]
"""What is to be written; None deletes."""


class LazyTree(Mapping[PurePosixPath, bytes]):
    """A tree whose paths are known and whose files are read when somebody looks at them, each once."""

    def __init__(self, paths: Iterable[PurePosixPath], read: Callable[[PurePosixPath], bytes | None]) -> None:
        """Keep the paths (a path that ``read`` has nothing for counts as absent) and the way to read them."""
        self._paths = dict.fromkeys(paths)
        self._read = read
        self._known: dict[PurePosixPath, bytes] = {}

    def __getitem__(self, path: PurePosixPath) -> bytes:
        if path not in self._known:
            content = self._read(path) if path in self._paths else None
            if content is None:
                raise KeyError(path)
            self._known[path] = content
        return self._known[path]

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[PurePosixPath]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
