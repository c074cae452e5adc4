"""Where an agent's memory is kept, and how notes and facts are added to it, moved and taken out.

The same functions work on disk and on the staged tree, over the operations of ``Files``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backwright.counting import counted
from backwright.errors import BadInput
from backwright.memory.disk import Disk, Files
from backwright.memory.hidden import hidden_characters
from backwright.memory.notes import INDEX, Fact, Memory, Note, read_fact, read_memory, seen_part, whole_lines
from backwright.memory.redact import secrets
from backwright.memory.template import filled

SCOPES = ("project", "user", "local")
LONGEST_ENTRY = 150
RESOURCES = "resources"
_FOLDERS = {"project": ".claude/agent-memory", "local": ".claude/agent-memory-local", "user": ".claude/agent-memory"}
_RESOURCES_LINE = f"- [Resources]({RESOURCES}/) — one file for each resource built so far"
_WINDOWS_NAMES = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


@dataclass(frozen=True)
class MemoryFolder:
    """One agent's memory of one scope."""

    agent: str
    scope: str
    path: PurePosixPath
    files: Files

    def read(self) -> Memory:
        """Return the memory as it is now."""
        return read_memory(self.path, self.files.read, (p for p in self.facts() if p.parent.name == RESOURCES))

    def facts(self) -> tuple[PurePosixPath, ...]:
        """Return the files in the folder beside MEMORY.md."""
        inside = (path for path in self.files.paths() if path.is_relative_to(self.path) and path.suffix == ".md")
        return tuple(sorted(path for path in inside if path != self.path / INDEX))

    def digest(self) -> str:
        """Return the SHA-256 of everything in it that counts, in hexadecimal."""
        memory = self.read()
        parts = [memory.text, *(f"{fact.path}\0{fact.body}" for fact in memory.facts)]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing between a read and a write."""
        if isinstance(self.files, Disk):
            with self.files.locked():
                yield
        else:
            yield


def folder_path(agent: str, scope: str) -> PurePosixPath:
    """Return an agent's memory folder, from the repository's root (project, local) or from home (user).

    Raises:
        BadInput: the name could lead out of the folder, or the scope is none.
    """
    if scope not in _FOLDERS:
        raise BadInput(f"{scope!r} is no scope of memory", hint=f"It may be {', '.join(SCOPES)}.")
    bad = not re.fullmatch(r"\w[\w .-]{0,99}", agent) or agent[-1] in " ." or ".." in agent
    if bad or _WINDOWS_NAMES.fullmatch(agent):
        raise BadInput(f"{agent!r} cannot be the name of a memory folder", hint="Use letters, digits and hyphens.")
    return PurePosixPath(_FOLDERS[scope]) / agent


def memory_folder(agent_name: str, scope: str, repo_root: Path, home: Path) -> MemoryFolder:
    """Return an agent's memory on disk; scope ``user`` lies below ``home``, the others in the repository."""
    path = folder_path(agent_name, scope)
    root = home if scope == "user" else repo_root
    return MemoryFolder(agent_name, scope, path, Disk(root.resolve(), path, shared=scope == "project"))


def staged_memory(agent_name: str, files: Files) -> MemoryFolder:
    """Return an agent's project memory in the staged tree."""
    return MemoryFolder(agent_name, "project", folder_path(agent_name, "project"), files)


@dataclass(frozen=True)
class Added:
    """What came of a write: the paths that changed (none: it was there already), and notes that are over the limit."""

    paths: tuple[PurePosixPath, ...]
    unseen: tuple[Note, ...] = ()


def add_note(folder: MemoryFolder, text: str) -> Added:
    """Add one note: a line of MEMORY.md, or, where it is long, a file of its own and a line that links it.

    Raises:
        BadInput: it is empty, or holds a secret or invisible characters.
    """
    text = text.strip()
    _refuse(text)
    line, fact = _entry(text)
    with folder.locked():
        written = _write_fact(folder, fact, folder.path / f"{fact.name}.md") if fact else ()
        return _with_lines(folder, (line,), written)


def _refuse(text: str) -> None:
    if not text:
        raise BadInput("the note is empty")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadInput("the note is not UTF-8 text; nothing was written")
    if found := secrets(text):
        kinds = ", ".join(sorted({secret.kind for secret in found}))
        raise BadInput(f"the note holds a secret ({kinds}); nothing was written", hint="Say where it is kept instead.")
    if hidden := hidden_characters(text):
        raise BadInput(f"the note holds an invisible character: {hidden[0].name}; nothing was written")


def _entry(text: str) -> tuple[str, Fact | None]:
    from backwright.memory.record_names import slug_of, title_of

    single = re.sub(r"^[-*+]\s+", "", text)
    if "\n" not in text and len(single) <= LONGEST_ENTRY:
        return f"- {single}", None
    title = title_of(text)
    name = f"{slug_of(title)[:40].rstrip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
    hook = " ".join(single.split())[: LONGEST_ENTRY - len(title) - len(name) - 14].rsplit(" ", 1)[0]
    shown = re.sub(r"[\[\]]", "", title)
    return f"- [{shown}]({name}.md) — {hook}", Fact(name, title, text + "\n")


def remember(folder: MemoryFolder, facts: Sequence[Fact]) -> Added:
    """Keep facts about resources, each in a file of its own below ``resources/``, and link that folder once.

    The same facts again change nothing; two branches with a resource each change no line in common.

    Raises:
        BadInput: a fact holds a secret or invisible characters, or its name cannot be that of a file.
    """
    for fact in facts:
        _refuse(f"{fact.name} {fact.description}\n{fact.body}")
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", fact.name):
            raise BadInput(f"{fact.name!r} cannot be the name of a fact")
    with folder.locked():
        paths: list[PurePosixPath] = []
        for fact in facts:
            paths += _write_fact(folder, fact, folder.path / RESOURCES / f"{fact.name}.md")
        return _with_lines(folder, (_RESOURCES_LINE,) if facts else (), tuple(paths))


def forget(folder: MemoryFolder, names: Sequence[str], is_ours: Callable[[Fact], bool]) -> tuple[Fact, ...]:
    """Take out the facts about resources that are gone, and return those that stay since people wrote in them."""
    kept: list[Fact] = []
    with folder.locked():
        for name in names:
            path = folder.path / RESOURCES / f"{name}.md"
            content = folder.files.read(path)
            if content is None:
                continue
            fact, _, flaws = read_fact(content.decode("utf-8", "replace"), str(path))
            if flaws or render_fact(fact).encode() != content or not is_ours(fact):
                kept.append(fact)
            else:
                folder.files.delete(path)
    return tuple(kept)


def render_fact(fact: Fact) -> str:
    """Return the text of a one-fact file."""
    import yaml

    metadata = {"type": fact.type, "path": fact.evidence, "sha256": fact.sha256}
    values: Mapping[str, object] = {
        "name": fact.name,
        "description": fact.description,
        "metadata": {key: value for key, value in metadata.items() if value is not None},
    }
    front: str = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=2**31)
    return f"---\n{front}---\n\n{fact.body.strip()}\n"


def _write_fact(folder: MemoryFolder, fact: Fact, path: PurePosixPath) -> tuple[PurePosixPath, ...]:
    content = render_fact(fact).encode()
    if folder.files.read(path) == content:
        return ()
    folder.files.write(path, content)
    return (path,)


def _with_lines(folder: MemoryFolder, lines: Sequence[str], written: tuple[PurePosixPath, ...]) -> Added:
    path = folder.path / INDEX
    before = folder.files.read(path)
    text = filled(INDEX, {"agent": folder.agent}) if before is None else before.decode("utf-8", "surrogateescape")
    there = {line.strip() for line in text.splitlines()}
    missing = [line for line in lines if line not in there and not _linked(line, text)]
    newline = "\r\n" if "\r\n" in text else "\n"
    if missing:
        text = text + ("" if not text or text.endswith("\n") else newline) + "".join(f"{m}{newline}" for m in missing)
    content = text.encode("utf-8", "surrogateescape")
    if content != before and lines:
        folder.files.write(path, content)
        written = (*written, path)
    return Added(written, folder.read().unseen)


def _linked(line: str, text: str) -> bool:
    """Say whether the line only links what is linked already, in other words."""
    match = re.match(r"- \[[^\]]*\](\([^)]+\))", line)
    return match is not None and f"]{match[1]}" in text


def move_out(folder: MemoryFolder) -> Added:
    """Move the oldest plain entries of MEMORY.md into a file that it links, until everything left is read.

    Conventions, links and headings stay; every moved line is kept as it was. The new file is written first, so that a
    crash between the two writes loses nothing.
    """
    with folder.locked():
        text = (folder.files.read(folder.path / INDEX) or b"").decode("utf-8", "surrogateescape")
        kept, moved = _parted(text)
        if not moved:
            return Added((), folder.read().unseen)
        path = _free_name(folder)
        count = sum(line.startswith(("-", "*", "+")) for line in moved)
        fact = Fact(path.stem, "Notes moved out of MEMORY.md, oldest first", "".join(moved), "project")
        folder.files.write(path, render_fact(fact).encode("utf-8", "surrogateescape"))
        link = f"- [Earlier notes]({path.name}) — {counted(count, 'note')} moved out of here\n"
        folder.files.write(folder.path / INDEX, "".join([*kept, link]).encode("utf-8", "surrogateescape"))
        return Added((path, folder.path / INDEX), folder.read().unseen)


def _free_name(folder: MemoryFolder) -> PurePosixPath:
    names = (folder.path / f"earlier-notes-{number}.md" for number in range(1, 10_000))
    return next(path for path in names if folder.files.read(path) is None)


def _parted(text: str) -> tuple[list[str], list[str]]:
    """Return the lines that stay and those that go: as few of the oldest as make the rest, and its link, fit."""
    lines = whole_lines(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if not seen_part(text)[1]:
        return lines, []
    spare = "- [Earlier notes](earlier-notes-9999.md) — 9999 notes moved out of here\n"
    moving: list[int] = []
    for block in _blocks(lines):
        if not seen_part("".join([*_without(lines, moving), spare]))[1]:
            break
        moving += block
    return _without(lines, moving), [lines[number] for number in moving]


def _without(lines: Sequence[str], moving: Sequence[int]) -> list[str]:
    gone = set(moving)
    return [line for number, line in enumerate(lines) if number not in gone]


def _blocks(lines: Sequence[str]) -> Iterator[list[int]]:
    """Yield the line numbers of each plain entry with the indented lines below it, oldest first."""
    from backwright.memory.conventions import read_conventions

    number = 0
    while number < len(lines):
        block = [number]
        while number + 1 < len(lines) and lines[number + 1].startswith((" ", "\t")):
            number += 1
            block.append(number)
        number += 1
        text = "".join(lines[line] for line in block)
        _, used, lost = read_conventions(text)
        if text.strip() and not text.startswith("#") and "](" not in text and not used and not lost:
            yield block
