"""Objects of a git repository, by the thousand: one process reads them, one writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from backwright.errors import BadInput
from backwright.target.git import Git, Process

REGULAR, EXECUTABLE, LINK, REPOSITORY = "100644", "100755", "120000", "160000"
"""The modes git gives to an entry of a tree; the last is a submodule."""


@dataclass(frozen=True)
class Entry:
    """One path of a git tree: its mode and the id of its object."""

    mode: str
    oid: str


def entries(git: Git, tree: str) -> dict[str, Entry]:
    """Return every file, symlink and submodule of a tree by its path."""
    found = {}
    for record in git.records("ls-tree", "-r", "-z", "--full-tree", tree):
        head, path = record.split("\t", 1)
        mode, _, oid = head.split(" ")
        found[path] = Entry(mode, oid)
    return found


def blob_id(content: bytes, object_format: str) -> str:
    """Return the id git gives to this content."""
    return hashlib.new(object_format, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def write_blobs(git: Git, contents: Sequence[bytes]) -> tuple[str, ...]:
    """Store contents, unfiltered, and return their ids."""
    if not contents:
        return ()
    parts = []
    for mark, content in enumerate(contents, start=1):
        parts.append(b"blob\nmark :%d\ndata %d\n" % (mark, len(content)) + content + b"\nget-mark :%d\n" % mark)
    return tuple(git.text("fast-import", "--quiet", "--done", stdin=b"".join((*parts, b"done\n"))).split("\n"))


class Blobs:
    """Reads blobs through one ``git cat-file --batch``, started when the first is asked for."""

    def __init__(self, git: Git) -> None:
        """Read from this repository."""
        self._git = git
        self._process: Process | None = None

    def read(self, oid: str) -> bytes:
        """Return the content of a blob; ``BadInput`` where the repository lacks it (partial clones)."""
        if self._process is None:
            self._process = self._git.start("cat-file", "--batch")
        self._process.stdin.write(f"{oid}\n".encode())
        self._process.stdin.flush()
        head = self._process.stdout.readline().split()
        if len(head) != 3:  # noqa: PLR2004 - id, type, size
            raise BadInput(f"the repository lacks the object {oid}", hint="a partial clone? fetch its objects first")
        content = self._process.stdout.read(int(head[2]) + 1)
        return content[:-1]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            process, self._process = self._process, None
            process.communicate()
