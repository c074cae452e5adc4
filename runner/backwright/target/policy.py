"""The path policy: which paths may be written at all, whoever asks.

Paths are relative to the repository's root. What is refused here is refused on every platform, so that a repository
built on one can be checked out on another. Symlinks, hard links and nested repositories of the real work tree are
refused where files are opened (``confined``).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from pathlib import PurePosixPath

from backwright.errors import BadInput, Place

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_SHORT_NAME = re.compile(r"git~\d+|gi[0-9a-f]{4}~\d+", re.IGNORECASE)
_GIT_FILES = frozenset({".git", ".gitmodules", ".gitattributes"})
_NAME_LIMIT = 255
_PATH_LIMIT = 4096
_BASE = ("specs", "backend", ".base")


class PathRefused(BadInput):
    """A path that may not be written, and why."""

    def __init__(self, path: str, reason: str) -> None:
        """Keep the path as it was asked for, with control characters made visible."""
        shown = path.encode("unicode_escape").decode("ascii") if not path.isprintable() else path
        super().__init__(f"not written: {reason}", place=Place(shown))
        self.path = path
        self.reason = reason


class Protected(StrEnum):
    """What in a repository steers people's tools, and is written only where the task is about it."""

    AGENT = "agent definition"
    SKILL = "skill"
    MEMORY = "notes"
    RECORD = "record"
    SETTINGS = "settings of an agent program"
    CI = "CI workflow"
    BUILD = "code that runs at build or test time"


def checked(path: str | PurePosixPath) -> PurePosixPath:
    """Return a path that may be written, or raise ``PathRefused``. Only its spelling is looked at."""
    text = str(path)
    reason = _refusal(text)
    if reason:
        raise PathRefused(text, reason)
    return PurePosixPath(text)


def protected(path: PurePosixPath) -> Protected | None:
    """Return what kind of protected file a path is, or None for ordinary files."""
    parts = tuple(part.casefold() for part in path.parts)
    for kind, matches in (
        (Protected.AGENT, _under(parts, ".claude", "agents") or _under(parts, ".github", "agents")),
        (Protected.SKILL, _under(parts, ".claude", "skills")),
        (Protected.MEMORY, any(part.startswith("agent-memory") for part in _after(parts, ".claude")[:1])),
        (Protected.RECORD, _under(parts, "history", "prompts") or _under(parts, "history", "adr")),
        (Protected.SETTINGS, ".claude" in parts[:-1] or parts[-1] in {".mcp.json", "claude.md", "agents.md"}),
        (Protected.CI, _under(parts, ".github") or parts[-1] == ".gitlab-ci.yml" or ".circleci" in parts),
        (Protected.BUILD, parts[-1] in {"conftest.py", "setup.py", "pyproject.toml", "makefile", "sitecustomize.py"}),
    ):
        if matches:
            return kind
    return None


def _refusal(text: str) -> str | None:
    if not text or text == ".":
        return "the path is empty"
    if text.startswith("/") or re.match(r"[A-Za-z]:", text):
        return "the path is absolute"
    if len(text) > _PATH_LIMIT:
        return "the path is too long"
    parts = text.split("/")
    reason = next(filter(None, map(_part_refusal, parts)), None)
    return reason or _git_file_refusal(parts)


def _part_refusal(part: str) -> str | None:
    if part in {"", ".", ".."}:
        return "the path has an empty part, `.` or `..`"
    return _character_refusal(part) or _name_refusal(part) or _repository_refusal(part)


def _character_refusal(part: str) -> str | None:
    if any(_invisible(character) for character in part):
        return "the path has control or invisible characters"
    if set(part) & set('\\:<>"|?*'):
        return 'the path has one of \\ : < > " | ? *'
    if part[-1] in ". " or part[0] == " ":
        return "a part of the path begins with a space, or ends with a space or a dot"
    return None


def _name_refusal(part: str) -> str | None:
    if _RESERVED.fullmatch(part):
        return "the name is reserved on Windows"
    if len(part.encode("utf-8", "surrogateescape")) > _NAME_LIMIT:
        return "a part of the path is too long"
    return None


def _repository_refusal(part: str) -> str | None:
    """Refuse what git, or a file system that folds names, would take for a repository's own folder."""
    folded = unicodedata.normalize("NFKC", part).casefold()
    if folded == ".git" or _SHORT_NAME.fullmatch(folded):
        return "it is inside .git"
    return None


def _git_file_refusal(parts: list[str]) -> str | None:
    name = unicodedata.normalize("NFKC", parts[-1]).casefold()
    if name == ".gitattributes" and _in_base(parts):
        return None
    if name in _GIT_FILES:
        return f"{name} decides what git runs and shows"
    if parts[-1] == "HEAD":
        return "a file named HEAD could make its folder a repository"
    return None


def _in_base(parts: list[str]) -> bool:
    return any(tuple(parts[at : at + 3]) == _BASE for at in range(len(parts) - 3))


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _after(parts: tuple[str, ...], name: str) -> tuple[str, ...]:
    return parts[parts.index(name) + 1 :] if name in parts else ()


def _under(parts: tuple[str, ...], *folders: str) -> bool:
    return any(parts[at : at + len(folders)] == folders for at in range(len(parts) - len(folders)))
