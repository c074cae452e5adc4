"""What an agent remembers, as read: the notes of MEMORY.md, the one-fact files beside it, and what is not seen.

Claude Code reads the first 200 lines or 25 KB of MEMORY.md, whichever is less; so do we. Lines may link one-fact files
(``- [Title](file.md) — hook``) or be the content itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from backwright.counting import counted
from backwright.errors import Place
from backwright.finding import Finding, Severity
from backwright.memory.frontmatter import read_mapping, split_frontmatter, unified
from backwright.memory.hidden import hidden_characters
from backwright.memory.redact import secrets

INDEX = "MEMORY.md"
MOST_LINES = 200
MOST_BYTES = 25 * 1024
MOST_FILE_BYTES = 256 * 1024
FACT_KEYS = ("name", "description", "metadata", "type")

_ORDERS = re.compile(
    r"(?i)\b(?:ignore|disregard|forget)\b.{0,30}\b(?:previous|prior|above|earlier|all)\b.{0,30}\b(?:instruction|rule|prompt)"
    r"|\bbypassPermissions\b|--no-verify\b|\b(?:curl|wget)\b[^|\n]{0,200}\|\s*(?:ba|z)?sh\b"
    r"|\b(?:send|post|upload|print|reveal)\b.{0,40}\b(?:secrets?|passwords?|api[ _-]?keys?|credentials|\.env)\b"
    r"|\.git/hooks\b"
)


@dataclass(frozen=True)
class Note:
    """One line that says something; ``path`` is the file's, ``line`` counts from 1, ``text`` has no bullet."""

    text: str
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Fact:
    """A fact in a file of its own, and where it was seen.

    ``type`` is user, feedback, project or reference; ``evidence`` a path from the repository's root and ``sha256`` what
    that file's content was, in hexadecimal.
    """

    name: str
    description: str
    body: str
    type: str = "project"
    evidence: str | None = None
    sha256: str | None = None
    path: str = ""


@dataclass(frozen=True)
class Memory:
    """An agent's memory; ``text`` is what counts of MEMORY.md, ``unseen`` the lines of it that do not."""

    text: str
    notes: tuple[Note, ...]
    facts: tuple[Fact, ...]
    unseen: tuple[Note, ...]
    findings: tuple[Finding, ...]


def whole_lines(text: str) -> list[str]:
    """Return the lines of a text, each with its end; only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def seen_part(text: str) -> tuple[str, str]:
    """Return what counts of a MEMORY.md, in whole lines, and the rest."""
    lines = whole_lines(text)
    size = 0
    for number, line in enumerate(lines):
        size += len(line.encode("utf-8", "replace"))
        if number == MOST_LINES or size > MOST_BYTES:
            return "".join(lines[:number]), "".join(lines[number:])
    return text, ""


def read_memory(
    folder: PurePosixPath, read: Callable[[PurePosixPath], bytes | None], beside: Iterable[PurePosixPath] = ()
) -> Memory:
    """Return the memory in a folder.

    ``read`` gives the bytes of a path, or None; links that lead out of the folder are not followed. ``beside`` are
    files whose facts belong to it without a link of their own.
    """
    findings: list[Finding] = []
    index = folder / INDEX
    text, rest = seen_part(_decoded(read(index), str(index), findings))
    unseen = tuple(note_lines(rest, str(index), text.count("\n") + 1))
    if unseen:
        many = counted(len(unseen), "line")
        said = f"{many} from here on not read: over {MOST_LINES} lines or {MOST_BYTES // 1024} KB"
        place = Place(str(index), unseen[0].line)
        findings.append(Finding("memory-unseen", Severity.WARNING, place, said, "move entries out into files"))
    notes: list[Note] = []
    facts: dict[PurePosixPath, Fact] = {}
    for note in note_lines(text, str(index), 1):
        notes.append(note)
        for path in (folder / link for link in _links(note.text)):
            content = read(path) if path not in facts else b""
            if content is None:
                place = Place(note.path, note.line)
                findings.append(Finding("memory-link", Severity.WARNING, place, f"{path.name} is linked and not there"))
            elif path not in facts:
                facts[path], more = _fact_file(content, str(path), findings)
                notes += more
    for path in beside:
        if path not in facts and (content := read(path)) is not None:
            facts[path], _ = _fact_file(content, str(path), findings)
    findings += _dangers(text, str(index))
    return Memory(text, tuple(notes), tuple(facts.values()), unseen, tuple(findings))


def _fact_file(content: bytes, path: str, findings: list[Finding]) -> tuple[Fact, tuple[Note, ...]]:
    text = _decoded(content, path, findings)
    fact, first, flaws = read_fact(text, path)
    findings += [*flaws, *_dangers(text, path)]
    return fact, tuple(note_lines(fact.body, path, first))


def _decoded(content: bytes | None, path: str, findings: list[Finding]) -> str:
    if content is None:
        return ""
    if len(content) > MOST_FILE_BYTES:
        said = f"only the first {MOST_FILE_BYTES} bytes are read"
        findings.append(Finding("memory-size", Severity.WARNING, Place(path), said))
    text = content[:MOST_FILE_BYTES].decode("utf-8-sig", "replace")
    if "\ufffd" in text:
        findings.append(Finding("memory-utf8", Severity.WARNING, Place(path), "this is not UTF-8 throughout"))
    return unified(text)


def note_lines(text: str, path: str, first: int) -> Iterator[Note]:
    """Yield the lines that say something: no headings, code or comments."""
    fence = None
    comment = False
    for number, line in enumerate(text.split("\n"), first):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and (fence is None or line.strip().startswith(fence)):
            fence = None if fence else mark[1]
            continue
        if fence:
            continue
        comment = comment or line.lstrip().startswith("<!--")
        said = "" if comment else re.sub(r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s+)?", "", line).strip()
        comment = comment and "-->" not in line
        if said and not line.startswith("#"):
            yield Note(said, path, number)


def _links(text: str) -> Iterator[PurePosixPath]:
    for target in re.findall(r"\]\(([^)\s]+\.md)\)", text):
        path = PurePosixPath(target)
        if not path.is_absolute() and ".." not in path.parts and ":" not in target and "\\" not in target:
            yield path


def read_fact(text: str, path: str) -> tuple[Fact, int, tuple[Finding, ...]]:
    """Return a one-fact file, the line its body begins on, and what was wrong with its frontmatter."""
    split = split_frontmatter(text, FACT_KEYS)
    stem = PurePosixPath(path).stem
    if split.yaml is None:
        return Fact(stem, "", split.body, path=path), 1, ()
    values, flaws = read_mapping(split.yaml, FACT_KEYS, path=path, first_line=split.first_line, code="memory-yaml")
    metadata = values.get("metadata")
    inner: Mapping[str, object] = metadata if isinstance(metadata, Mapping) else {"type": values.get("type")}
    said = {key: value for key, value in {**values, **inner}.items() if isinstance(value, str)}
    fact = Fact(
        name=said.get("name", stem),
        description=said.get("description", ""),
        body=split.body,
        type=said.get("type", "project"),
        evidence=said.get("path"),
        sha256=said.get("sha256"),
        path=path,
    )
    return fact, text.count("\n") - split.body.count("\n") + 1, flaws


def _dangers(text: str, path: str) -> Iterator[Finding]:
    for hidden in hidden_characters(text):
        said = f"an invisible character: {hidden.name}"
        yield Finding("memory-hidden", Severity.ERROR, Place(path, hidden.line, hidden.column), said, "take it out")
    for secret in secrets(text):
        place = Place(path, text.count("\n", 0, secret.start) + 1)
        yield Finding("memory-secret", Severity.ERROR, place, f"this holds a secret ({secret.kind})", "take it out")
    for match in _ORDERS.finditer(text):
        place = Place(path, text.count("\n", 0, match.start()) + 1)
        said = f"a note that gives orders: {match.group()[:60]!r}; notes change nothing but the conventions"
        yield Finding("memory-orders", Severity.WARNING, place, said)


def stale_facts(memory: Memory, digest: Callable[[PurePosixPath], str | None]) -> tuple[Finding, ...]:
    """Return the facts whose evidence is gone or changed; ``digest`` gives a file's SHA-256, None where it is gone."""
    found = []
    for fact in memory.facts:
        if fact.evidence is None:
            continue
        now = digest(PurePosixPath(fact.evidence))
        if now is None:
            said = f"{fact.evidence}, where this was seen, is gone"
        elif fact.sha256 is not None and now != fact.sha256:
            said = f"{fact.evidence} has changed since this was seen in it"
        else:
            continue
        found.append(Finding("memory-stale", Severity.WARNING, Place(fact.path), said))
    return tuple(found)
