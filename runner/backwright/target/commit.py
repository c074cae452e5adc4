"""The commit of a run: made by plumbing in the staged repository, its objects then moved into the target."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backwright.target.git import Git
from backwright.target.journal import sync_folder
from backwright.target.repository import Target
from backwright.target.staged import Staged

OWN_NAME, OWN_ADDRESS = "Backwright", "backwright@localhost"
"""Who the author is where git has not been told a name."""

_IDENT = re.compile(r"(?P<name>.*) <(?P<mail>.*)> (?P<date>\d+ [+-]\d+)")
_PACK_PARTS = (".pack", ".rev", ".idx")
"""The index last: git looks for that."""


@dataclass(frozen=True)
class Commit:
    """A commit in the staged repository: its id, first line, and the pack (without suffix) that holds what is new."""

    oid: str
    subject: str
    pack: Path
    own_identity: bool


def build_commit(
    target: Target, staged: Staged, message: str, trailers: Mapping[str, str] | Sequence[tuple[str, str]]
) -> Commit:
    """Commit the staged tree on the target's commit, without moving any branch."""
    identity, own = _identity(target)
    git = replace(staged.git, environment=identity, settings=(*staged.git.settings, "i18n.commitEncoding=UTF-8"))
    parent = ("-p", target.head) if target.head else ()
    text = _with_trailers(message, trailers)
    oid = git.text("commit-tree", staged.tree(), *parent, stdin=text.encode())
    return Commit(oid, text.split("\n", 1)[0], _pack(staged, oid), own)


def move_objects(commit: Commit, common_dir: Path) -> None:
    """Copy the pack into a repository, durably; nothing refers to it yet."""
    folder = common_dir / "objects" / "pack"
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in _PACK_PARTS:
        source = commit.pack.with_name(commit.pack.name + suffix)
        if source.exists():
            _copy(source, folder / source.name)
    sync_folder(folder)


def _pack(staged: Staged, oid: str) -> Path:
    folder = staged.folder / "pack"
    folder.mkdir(exist_ok=True)
    wanted = f"{oid}\n" + (f"^{staged.target.head}\n" if staged.target.head else "")
    name = staged.git.text("pack-objects", "--revs", "--quiet", str(folder / "pack"), stdin=wanted.encode())
    return folder / f"pack-{name}"


def _copy(source: Path, place: Path) -> None:
    temporary = place.with_name(f"tmp_{place.name}")
    temporary.unlink(missing_ok=True)
    try:
        with temporary.open("xb") as file:
            file.write(source.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o444)
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _identity(target: Target) -> tuple[dict[str, str], bool]:
    """Return author and committer as git would have them, else our own, and whether it is our own."""
    folder = target.root if target.root.is_dir() else target.root.parent
    git = Git(folder) if target.is_new else target.git
    strict = replace(git, settings=("user.useConfigOnly=true",))
    found: dict[str, str] = {}
    own = False
    for role in ("AUTHOR", "COMMITTER"):
        answer = strict.answer("var", f"GIT_{role}_IDENT")
        ident = _IDENT.fullmatch(answer.text()) if answer.status == 0 else None
        own = own or ident is None
        found[f"GIT_{role}_NAME"] = ident["name"] if ident else OWN_NAME
        found[f"GIT_{role}_EMAIL"] = ident["mail"] if ident else OWN_ADDRESS
        if ident:
            found[f"GIT_{role}_DATE"] = f"@{ident['date']}"
    return found, own


def _with_trailers(message: str, trailers: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
    pairs = trailers.items() if isinstance(trailers, Mapping) else trailers
    lines = [f"{key}: {' '.join(value.split())}" for key, value in pairs]
    text = message.replace("\0", "").strip() or "Apply a run"
    return "\n".join((text, "", *lines)).rstrip() + "\n"
