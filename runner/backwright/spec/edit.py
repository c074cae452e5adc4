"""Editing YAML text in place: only what changes is touched, every other character stays as people wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backwright.spec import emit
from backwright.spec.node import Entry, Node, Position, Scalar
from backwright.spec.node import Mapping as MappingNode
from backwright.spec.normal import Plain

_SAID_ONCE = frozenset({"renamed_from", "backfill"})
"""Keys that say what one edit meant: a comment above them is about them alone."""


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: str


@dataclass
class Editor:
    """A text and the edits collected for it; they must not overlap."""

    text: str
    edits: list[_Edit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts = [0]
        for line in self.text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.newline = "\r\n" if "\r\n" in self.text else "\n"

    def result(self) -> str:
        """Return the edited text."""
        text = self.text
        ordered = sorted(enumerate(self.edits), key=lambda pair: (pair[1].start, pair[0]), reverse=True)
        for _, edit in ordered:
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text

    def rename(self, key: Scalar, name: str) -> None:
        """Write another name for a key."""
        self.edits.append(_Edit(self._offset(key.start), self._offset(key.end), emit.scalar(name)))

    def replace(self, entry: Entry, value: Plain) -> None:
        """Write another value for a key; a comment at the end of its line stays."""
        indent = entry.key.start.column
        start, end = self._value_span(entry)
        kept = self._comment_between(entry)
        if not emit.is_block(value):
            self.edits.append(_Edit(start, end, f" {emit.inline(value)}{kept}"))
            return
        lines = emit.block(value, indent + 2)
        below = self.newline + self.newline.join(lines)
        if kept:
            self.edits.append(_Edit(start, end, kept + below))
            return
        self.edits.append(_Edit(start, end, ""))
        self.edits.append(_Edit(self._line_end(max(start, end)), self._line_end(max(start, end)), below))

    def remove(self, entry: Entry, *, with_comment: bool = False) -> None:
        """Take out a key with its value and the comment at the end of its line, and on request the lines above it."""
        end = self._line_end(self._offset(self._last(entry.value, entry)))
        line = entry.key.start.line - (self.comment_above(entry) if with_comment else 0)
        if line > 0:
            self.edits.append(_Edit(self._line_end(self._starts[line - 1]), end, ""))
        else:
            self.edits.append(_Edit(0, min(end + len(self.newline), len(self.text)), ""))

    def comment_above(self, entry: Entry) -> int:
        """Return how many lines of comment stand right above a key, as far in as it; none where they open the file."""
        column, line = entry.key.start.column, entry.key.start.line
        count = 0
        while count < line and self._line(line - count - 1).startswith(f"{' ' * column}#"):
            count += 1
        return 0 if count == line else count

    def follows(self, entry: Entry) -> int | None:
        """Return the line right below a key's value where what stands there is as far in as the key, else None."""
        line = self._last(entry.value, entry).line + 1
        text = self._line(line)
        indent = len(text) - len(text.lstrip(" "))
        return line if text.strip() and indent == entry.key.start.column else None

    def is_comment(self, line: int) -> bool:
        """Whether a line holds a comment only."""
        return self._line(line).lstrip().startswith("#")

    def _line(self, line: int) -> str:
        ends = [*self._starts, len(self.text)]
        return self.text[ends[line] : ends[line + 1]].rstrip("\r\n") if line + 1 < len(ends) else ""

    def insert_after(self, entry: Entry, key: str, value: Plain) -> None:
        """Write a new key below another one."""
        lines = emit.entry(key, value, entry.key.start.column)
        at = self._line_end(self._offset(self._last(entry.value, entry)))
        self.edits.append(_Edit(at, at, self.newline + self.newline.join(lines)))

    def insert_before(self, entry: Entry, key: str, value: Plain) -> None:
        """Write a new key above another one."""
        lines = emit.entry(key, value, entry.key.start.column)
        at = self._starts[entry.key.start.line]
        self.edits.append(_Edit(at, at, "".join(line + self.newline for line in lines)))

    def _offset(self, position: Position) -> int:
        return self._starts[position.line] + position.column

    def _line_end(self, offset: int) -> int:
        ends = [where for mark in ("\r\n", "\n") if (where := self.text.find(mark, offset)) >= 0]
        return min(ends, default=len(self.text))

    def _last(self, value: Node, entry: Entry) -> Position:
        empty = isinstance(value, Scalar) and value.plain and not value.text
        return entry.key.end if empty else value.end

    def _colon(self, entry: Entry) -> int:
        return self.text.index(":", self._offset(entry.key.end)) + 1

    def _value_span(self, entry: Entry) -> tuple[int, int]:
        start = self._colon(entry)
        return start, max(start, self._offset(self._last(entry.value, entry)))

    def _comment_between(self, entry: Entry) -> str:
        """Return the comment that stands between a key and the lines of its value."""
        if isinstance(entry.value, Scalar) and entry.value.plain:
            return ""
        first = self._colon(entry)
        line = self.text[first : min(self._line_end(first), self._offset(entry.value.start))]
        return f"  {line.strip()}" if line.strip().startswith("#") else ""


@dataclass(frozen=True)
class Wanted:
    """What a mapping says and shall say, and the meaning of its keys by their spelling in the file.

    ``depth`` is how many levels of mappings below it are edited key by key; deeper ones are written anew.
    """

    old: Mapping[str, Plain]
    new: Mapping[str, Plain]
    depth: int
    names: Mapping[str, str] = field(default_factory=dict)

    def differs(self, key: str) -> bool:
        """Whether a key that stays gets another value."""
        return key in self.old and key in self.new and self.old[key] != self.new[key]


def edit_keys(editor: Editor, node: MappingNode, wanted: Wanted) -> None:
    """Edit the keys of a block mapping so that it says what is wanted.

    A key that means the same before and after is left as it is, written or not.
    """
    old, new = wanted.old, wanted.new
    present = {wanted.names.get(entry.key.text, entry.key.text): entry for entry in node.entries}
    removed = [key for key in present if key in old and key not in new]
    added = [key for key in new if key not in present and new[key] != old.get(key)]
    for gone, come in _renamed(removed, added, wanted):
        editor.rename(present[gone].key, come)
        present[come] = present.pop(gone)
        removed.remove(gone)
        added.remove(come)
    lines = {present[key].key.start.line: present[key] for key in removed}
    for key in removed:
        editor.remove(present[key], with_comment=key in _SAID_ONCE or _is_its_own(editor, present[key], lines))
    for key in filter(wanted.differs, list(present)):
        _edit_value(editor, present[key], Wanted(_mapping(old[key]), _mapping(new[key]), wanted.depth - 1), new[key])
    stay = {key: entry for key, entry in present.items() if key in new}
    for key in added:
        before = [name for name in list(new)[: list(new).index(key)] if name in stay]
        if before:
            editor.insert_after(stay[before[-1]], key, new[key])
        elif node.entries:
            editor.insert_before(node.entries[0], key, new[key])


def _is_its_own(editor: Editor, entry: Entry, removed: Mapping[int, Entry]) -> bool:
    """Whether the comment above a key is about no key that stays: what follows has one of its own, or nothing does."""
    below = editor.follows(entry)
    while below is not None and below in removed:
        below = editor.follows(removed[below])
    return below is None or editor.is_comment(below)


def _mapping(value: Plain) -> Mapping[str, Plain]:
    return value if isinstance(value, Mapping) else {}


def _renamed(removed: list[str], added: list[str], wanted: Wanted) -> list[tuple[str, str]]:
    """Pair keys gone and keys come that say the same, each once."""
    pairs: dict[str, str] = {}
    for gone in removed:
        alike = [come for come in added if wanted.new[come] == wanted.old[gone] and come not in pairs.values()]
        if alike:
            pairs[gone] = alike[0]
    return list(pairs.items())


def _edit_value(editor: Editor, entry: Entry, wanted: Wanted, value: Plain) -> None:
    node = entry.value
    if isinstance(node, MappingNode) and not node.flow and node.entries and wanted.new and wanted.depth > 0:
        edit_keys(editor, node, wanted)
    else:
        editor.replace(entry, value)
