"""A repository to be thrown away, in which git merges texts and finds moved files.

Nothing of it comes near the target: contents go in as three synthetic commits through one ``git fast-import``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backwright.target.git import Git

_SETTINGS = ("core.fsync=none", "merge.renames=false", "merge.directoryRenames=false", "fastimport.unpackLimit=1000000")


@contextmanager
def scratch() -> Iterator[Git]:
    """Give a bare repository that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="backwright-merge-") as folder:
        root = Path(folder)
        (root / "objects").mkdir()
        (root / "refs").mkdir()
        (root / "HEAD").write_bytes(b"ref: refs/heads/none\n")
        (root / "config").write_bytes(b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        yield Git(root, git_dir=root, settings=_SETTINGS)


@dataclass(frozen=True)
class Versions:
    """One file three times."""

    base: bytes
    ours: bytes
    theirs: bytes


def merge_texts(git: Git, files: Sequence[Versions]) -> list[bytes | None]:
    """Return for each file what ``git merge-tree`` makes of it, None where it conflicts."""
    names = [f"{number:06}" for number in range(len(files))]
    _commit(
        git,
        base=dict(zip(names, (file.base for file in files), strict=True)),
        ours=dict(zip(names, (file.ours for file in files), strict=True)),
        theirs=dict(zip(names, (file.theirs for file in files), strict=True)),
    )
    out = git.run("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", "ours", "theirs", expected=(0, 1))
    tree, *conflicting = out.decode().split("\0")
    clean = [name for name in names if name not in conflicting]
    merged = dict(zip(clean, _read(git, [f"{tree}:{name}" for name in clean]), strict=True))
    return [merged.get(name) for name in names]


def similar(git: Git, gone: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, tuple[str, int]]:
    """Return for each path that is gone the new path git takes it for, with their likeness in percent."""
    _commit(git, base=gone, ours=new)
    out = git.run(
        "diff-tree",
        "-r",
        "-z",
        "--name-status",
        "--find-renames=50%",
        "--no-rename-empty",
        "--diff-filter=R",
        "base",
        "ours",
    )
    fields = iter(out.decode().split("\0"))
    found = {}
    for status in fields:
        if status:
            old, new_path = next(fields), next(fields)
            found[old] = (new_path, int(status.removeprefix("R")))
    return found


def _commit(git: Git, base: Mapping[str, bytes], **sides: Mapping[str, bytes]) -> None:
    """Make a branch of each side, all from one base."""
    stream = [_commit_of("base", base, "mark :1\n", "")]
    stream.extend(_commit_of(name, files, "", "from :1\n") for name, files in sides.items())
    git.run("fast-import", "--quiet", "--force", stdin=b"".join(stream))


def _commit_of(branch: str, files: Mapping[str, bytes], mark: str, parent: str) -> bytes:
    head = f"commit refs/heads/{branch}\n{mark}committer backwright <backwright> 0 +0000\ndata 0\n{parent}deleteall\n"
    parts = [head.encode()]
    for path, content in files.items():
        parts.append(f"M 100644 inline {path}\ndata {len(content)}\n".encode())
        parts.append(content + b"\n")
    return b"".join(parts)


def _read(git: Git, names: Sequence[str]) -> Iterator[bytes]:
    if not names:
        return
    out = git.run("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
    position = 0
    for _ in names:
        end = out.index(b"\n", position)
        size = int(out[position:end].split()[-1])
        yield out[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
