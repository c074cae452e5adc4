"""The content of files that both sides changed: merged as text, and where that conflicts by definition."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from backwright.target.git import Git
from backwright.target.keyed import Refusal, merge_keyed
from backwright.target.lines import Clash, merge_lines
from backwright.target.scratch import Versions, merge_texts
from backwright.target.sound import checked

Check = Callable[[str, str, str, str], str | Refusal]
"""From base, ours, theirs and merged: the merged text (mended), or why it cannot stand."""


@dataclass(frozen=True)
class Content:
    """What became of one file, and by which way."""

    content: bytes
    by: Literal["text", "key"]


def merge_contents(git: Git, files: Mapping[PurePosixPath, Versions]) -> dict[PurePosixPath, Content | Refusal]:
    """Return for each file its merged content, or why there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what people's source makes the parser say is not ours to repeat
        return _merge_contents(git, files)


def _merge_contents(git: Git, files: Mapping[PurePosixPath, Versions]) -> dict[PurePosixPath, Content | Refusal]:
    lf = {path: _with_lf(versions) for path, versions in files.items()}
    result: dict[PurePosixPath, Content | Refusal] = {}
    for (path, versions), text in zip(lf.items(), merge_texts(git, list(lf.values())), strict=True):
        merged = _merge(path, versions, text)
        if isinstance(merged, Content) and b"\r\n" in files[path].ours:
            merged = Content(merged.content.replace(b"\n", b"\r\n"), merged.by)
        result[path] = merged
    return result


def _with_lf(versions: Versions) -> Versions:
    sides = (side.replace(b"\r\n", b"\n") for side in (versions.base, versions.ours, versions.theirs))
    return Versions(*sides)


def _merge(path: PurePosixPath, versions: Versions, by_text: bytes | None) -> Content | Refusal:
    try:
        base, ours, theirs = (side.decode() for side in (versions.base, versions.ours, versions.theirs))
    except UnicodeDecodeError:
        return Refusal("not text, and changed on both sides")
    check = _check(path)
    if by_text is not None:
        stands = check(base, ours, theirs, by_text.decode())
        if isinstance(stands, str):
            return Content(stands.encode(), "text")
    by_key = _by_key(path, base, ours, theirs)
    if isinstance(by_key, str):
        by_key = check(base, ours, theirs, by_key)
    return by_key if isinstance(by_key, Refusal) else Content(by_key.encode(), "key")


def _by_key(path: PurePosixPath, base: str, ours: str, theirs: str) -> str | Refusal:
    if path.suffix == ".py":
        return merge_keyed(base, ours, theirs)
    if path.suffix not in (*_READERS, *_LINES) and path.name not in _LINES:
        return Refusal("changed on both sides", ours, theirs)
    merged = merge_lines(*(side.split("\n") for side in (base, ours, theirs)), together=path.suffix != ".json")
    if isinstance(merged, Clash):
        return Refusal("the same lines were changed on both sides", "\n".join(merged.ours), "\n".join(merged.theirs))
    return "\n".join(merged)


def _check(path: PurePosixPath) -> Check:
    if path.suffix == ".py":
        return checked
    read = _READERS.get(path.suffix)

    def parses(base: str, ours: str, theirs: str, merged: str) -> str | Refusal:  # noqa: ARG001 - a Check
        try:
            if read:
                read(merged)
        except Exception as error:  # noqa: BLE001 - each reader has its own, and all mean the same
            return Refusal(f"merged, it cannot be read: {error}", ours, theirs)
        return merged

    return parses


def _toml(text: str) -> object:
    import tomllib

    return tomllib.loads(text)


def _yaml(text: str) -> object:
    from ruamel.yaml import YAML

    return YAML(typ="rt").load(text)  # refuses a key that is there twice


_READERS: Mapping[str, Callable[[str], object]] = {".toml": _toml, ".yaml": _yaml, ".yml": _yaml, ".json": json.loads}
_LINES = {".md", ".txt", ".ini", ".cfg", ".env", ".example", "Dockerfile", ".dockerignore", ".gitignore", "Makefile"}
"""Files of lines that stand for themselves, in which neighbours and additions do not disturb each other."""
