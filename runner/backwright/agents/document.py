"""A Markdown file with frontmatter, read whatever state it is in."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from backwright.agents.flaw import Code, Flaw
from backwright.agents.frontmatter import BOM, Split, split, without_closing
from backwright.agents.node import Map, Node, Seq
from backwright.agents.recovery import recover
from backwright.agents.strict import NotYaml, read_mapping
from backwright.agents.values import Keys
from backwright.finding import Severity

# What YAML calls not printable, tab and newline aside.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# A pipe must not be waited for, and a file is read as it is.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


@dataclass(frozen=True)
class Document:
    """What a file holds: the values of its frontmatter (None: it has none), its body, and every flaw.

    ``front`` is the frontmatter's text with LF ends, ``first_line`` the number of its first line in the file,
    ``body_bytes`` the body as it lies on disk, ``digest`` the sha256 of the whole file.
    """

    fields: Map | None
    front: str
    first_line: int
    body_bytes: bytes
    digest: str
    flaws: tuple[Flaw, ...]

    @property
    def body(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.body_bytes.decode("utf-8", "replace")


def read_file(path: Path, limit: int) -> bytes | Flaw:
    """Return the bytes of a regular file, or why they cannot be had."""
    try:
        handle = os.open(path, _FLAGS)
        try:
            return _regular(handle, limit)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return _error(Code.UNREADABLE, f"cannot be read: {reason}")


def _regular(handle: int, limit: int) -> bytes | Flaw:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        return _error(Code.UNREADABLE, "not a regular file")
    chunks: list[bytes] = []
    left = limit + 1
    while left > 0 and (chunk := os.read(handle, min(left, status.st_size + 1))):
        chunks.append(chunk)
        left -= len(chunk)
    return (
        b"".join(chunks) if left > 0 else _error(Code.TOO_LARGE, f"more than {limit} bytes, which is all that is read")
    )


def read_document(data: bytes, keys: Keys) -> Document:
    """Return what the bytes of a definition hold; never raises for their content."""
    digest = hashlib.sha256(data).hexdigest()
    data, flaws = _utf8(data)
    found = split(data, keys)
    if not found.front:
        flaw = _error(Code.NO_FRONTMATTER, "no frontmatter: nothing between two lines `---` that holds a known key")
        return Document(None, "", 1, data[found.body_at :], digest, (*flaws, *found.flaws, flaw))
    front, text_flaws = _text(data, found)
    fields, found, more = _fields(front, found, keys)
    first = found.front[0].number
    moved = tuple(replace(flaw, line=flaw.line + first - 1) for flaw in (*text_flaws, *more, *_twice(fields)))
    body = data[found.body_at :]
    everything = (*flaws, *found.flaws, *moved, *_body_flaws(data, found, body))
    return Document(fields, front, first, body, digest, everything)


def _fields(front: str, found: Split, keys: Keys) -> tuple[Map, Split, tuple[Flaw, ...]]:
    reading = _strict(front)
    if isinstance(reading, NotYaml) or any(" " in key.text for key, _ in reading.pairs):
        shorter = without_closing(found, keys)
        if shorter is not None:
            found = shorter
            front = "\n".join(front.split("\n")[: len(found.front)])
            reading = _strict(front)
    if isinstance(reading, Map):
        return reading, found, ()
    recovered = recover(front, keys, reading)
    return recovered.map, found, recovered.flaws


def _twice(node: Node, *, top: bool = True) -> Iterator[Flaw]:
    """Yield the keys that are twice in one mapping below the top; whoever gives the top ones a meaning says those."""
    if isinstance(node, Seq):
        for item in node.items:
            yield from _twice(item, top=False)
    elif isinstance(node, Map):
        seen: set[str] = set()
        for key, value in node.pairs:
            if key.text in seen and not top:
                message = f"the key `{key.text[:60]}` is there twice; the last one was taken"
                yield Flaw(Code.DUPLICATE_KEY, key.line, message, "take one out")
            seen.add(key.text)
            yield from _twice(value, top=False)


def _strict(front: str) -> Map | NotYaml:
    try:
        return read_mapping(front)
    except NotYaml as error:
        return error


def _utf8(data: bytes) -> tuple[bytes, tuple[Flaw, ...]]:
    encoding = _UTF16.get(data[:2])
    if encoding is not None:
        flaw = Flaw(Code.NOT_UTF8, 1, f"the file is {encoding.upper()}, not UTF-8", "save it as UTF-8")
        return data[2:].decode(encoding, "replace").encode("utf-8", "replace"), (flaw,)
    if data.startswith(BOM):
        return data, (Flaw(Code.BYTE_ORDER_MARK, 1, "a byte order mark before the first line", "save without one"),)
    return data, ()


def _text(data: bytes, found: Split) -> tuple[str, tuple[Flaw, ...]]:
    """Return the frontmatter's text, with lines counted in it."""
    flaws: list[Flaw] = []
    raw = b"\n".join(line.text for line in found.front)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{raw[error.start]:02x} is no UTF-8; it was read as U+FFFD"
        flaws.append(Flaw(Code.NOT_UTF8, line, message, "save the file as UTF-8"))
        text = raw.decode("utf-8", "replace")
    control = CONTROL.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        message = f"control character U+{ord(control.group()):04X}; it was left out"
        flaws.append(Flaw(Code.CONTROL_CHARACTER, line, message, "take it out"))
        text = CONTROL.sub("", text)
    last = found.front[-1]
    if b"\r" in data[found.front[0].start : last.next]:
        flaws.append(Flaw(Code.LINE_ENDINGS, 1, "lines end in CR", "save with LF line ends", Severity.INFO))
    return text, tuple(flaws)


def _body_flaws(data: bytes, found: Split, body: bytes) -> tuple[Flaw, ...]:
    def line(at: int) -> int:
        return len(re.findall(rb"\r\n|\n|\r", data[: found.body_at + at])) + 1

    flaws: list[Flaw] = []
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte 0x{body[error.start]:02x} of the body is no UTF-8; it is shown as U+FFFD"
        flaws.append(Flaw(Code.NOT_UTF8, line(error.start), message, "save the file as UTF-8"))
    nul = body.find(b"\0")
    if nul >= 0:
        flaws.append(Flaw(Code.CONTROL_CHARACTER, line(nul), "NUL in the body; it was kept", "take it out"))
    return tuple(flaws)


def _error(code: Code, message: str) -> Flaw:
    return Flaw(code, 1, message, severity=Severity.ERROR)
