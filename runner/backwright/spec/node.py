"""YAML as nodes that know their place.

A small, safe part of YAML 1.2: one document; mappings, sequences and scalars. Aliases, anchors, tags and several
documents are refused, as are duplicate keys, files over a megabyte and very deep ones: a spec needs none of them, and
each is a way to make a reader fail. Scalars keep their text; what it means is decided by who expects what.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from backwright.errors import BadInput, Place

if TYPE_CHECKING:
    import yaml

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40


@dataclass(frozen=True)
class Position:
    """A position in a text; both counted from 0."""

    line: int
    column: int


@dataclass(frozen=True)
class Scalar:
    """A single value, as written. ``plain`` is false where it was quoted or a block of text."""

    place: Place
    start: Position
    end: Position
    text: str
    plain: bool = True

    @property
    def is_null(self) -> bool:
        """Whether nothing is written, or ``null``."""
        return self.plain and self.text in ("", "null", "~", "Null", "NULL")


@dataclass(frozen=True)
class Sequence:
    """A list of values."""

    place: Place
    start: Position
    end: Position
    items: tuple[Node, ...]
    flow: bool = False


@dataclass(frozen=True)
class Entry:
    """A key of a mapping with its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True)
class Mapping:
    """Keys with values, in the order of the file."""

    place: Place
    start: Position
    end: Position
    entries: tuple[Entry, ...]
    flow: bool = False

    def get(self, *keys: str) -> Node | None:
        """Return the value of the first of these keys that is there."""
        return next((entry.value for key in keys for entry in self.entries if entry.key.text == key), None)


Node = Scalar | Sequence | Mapping
_Event: TypeAlias = Any
"""One of PyYAML's events; which attributes it has depends on its class."""


def decoded(data: bytes, path: str) -> str:
    """Return the text of a file.

    Raises:
        BadInput: it is not UTF-8, or larger than a spec can be.
    """
    if len(data) > MAX_CHARACTERS:
        raise BadInput(f"the file has {len(data):,} bytes; a spec has at most {MAX_CHARACTERS:,}", place=Place(path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadInput("this is not UTF-8 text", place=Place(path, line)) from None


def parse(text: str, path: str) -> Node | None:
    """Return the document in a text, or None where there is none.

    Raises:
        BadInput: with the line and column of what is wrong.
    """
    import yaml

    if len(text) > MAX_CHARACTERS:
        raise BadInput(
            f"the file has {len(text):,} characters; a spec has at most {MAX_CHARACTERS:,}", place=Place(path)
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Composer(yaml.parse(text, Loader=loader), path, text).document()
    except yaml.MarkedYAMLError as error:
        raise BadInput(f"this is not YAML: {_problem(error)}", place=_error_place(path, error)) from None
    except yaml.YAMLError as error:
        raise BadInput(f"this is not YAML: {_unreadable(error)}", place=_reader_place(path, text, error)) from None


def _problem(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "it cannot be read"
    if "mapping values are not allowed" in problem:
        problem += " (quote a value that holds a colon)"
    if "found character that cannot start any token" in problem:
        problem += " (indent with spaces, not tabs; quote values that begin with @ or `)"
    return problem


def _error_place(path: str, error: yaml.MarkedYAMLError) -> Place:
    mark = error.problem_mark or error.context_mark
    return Place(path) if mark is None else Place(path, mark.line + 1, mark.column + 1)


def _unreadable(error: yaml.YAMLError) -> str:
    character = getattr(error, "character", None)
    if isinstance(character, int):
        return f"the character U+{character:04X} is not allowed"
    return str(error).splitlines()[0]


def _reader_place(path: str, text: str, error: yaml.YAMLError) -> Place:
    character = getattr(error, "character", None)
    where = text.find(chr(character)) if isinstance(character, int) else -1
    if where < 0:
        return Place(path)
    return Place(path, text.count("\n", 0, where) + 1, where - text.rfind("\n", 0, where))


class _Composer:
    """Builds nodes from YAML events, refusing what a spec has no use for."""

    def __init__(self, events: Iterator[_Event], path: str, text: str) -> None:
        self._events = events
        self._path = path
        self._lines = text.splitlines()

    def document(self) -> Node | None:
        import yaml

        root: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise BadInput("this is a second document; a spec file has one", place=self._place(event))
                root = self._node(next(self._events), 0)
        return None if isinstance(root, Scalar) and root.is_null else root

    def _place(self, event: _Event) -> Place:
        return Place(self._path, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, event: _Event, depth: int) -> Node:
        import yaml

        self._refuse(event, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._scalar(event)

    def _refuse(self, event: _Event, depth: int) -> None:
        import yaml

        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            raise BadInput(f"aliases such as *{event.anchor} are not read; write the value out", place=place)
        if getattr(event, "anchor", None):
            raise BadInput(f"anchors such as &{event.anchor} are not read; leave it out", place=place)
        if getattr(event, "tag", None):
            raise BadInput(f"tags such as {event.tag} are not read; leave it out", place=place)
        if depth > MAX_DEPTH:
            raise BadInput(f"this is more than {MAX_DEPTH} levels deep", place=place)

    def _scalar(self, event: _Event) -> Scalar:
        start = Position(event.start_mark.line, event.start_mark.column)
        end = Position(event.end_mark.line, event.end_mark.column)
        style = event.style or ""
        if style in ("|", ">"):
            end = self._end_of_block(start, end)
        return Scalar(self._place(event), start, end, event.value, plain=style == "")

    def _end_of_block(self, start: Position, end: Position) -> Position:
        line = min(end.line, len(self._lines) - 1)
        if end.column == 0 and end.line > start.line:
            line = end.line - 1
        while line > start.line and not self._lines[line].strip():
            line -= 1
        return Position(line, len(self._lines[line]))

    def _sequence(self, event: _Event, depth: int) -> Sequence:
        import yaml

        items: list[Node] = []
        while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(inner, depth + 1))
        start, end = self._span(event, inner, items[-1] if items else None)
        return Sequence(self._place(event), start, end, tuple(items), bool(event.flow_style))

    def _mapping(self, event: _Event, depth: int) -> Mapping:
        import yaml

        entries: list[Entry] = []
        lines: dict[str, int] = {}
        while not isinstance(inner := next(self._events), yaml.MappingEndEvent):
            key = self._node(inner, depth + 1)
            if not isinstance(key, Scalar):
                raise BadInput("a key is a single word", place=self._place(inner))
            if key.text in lines:
                raise BadInput(f"{key.text} is there twice, first in line {lines[key.text]}", place=key.place)
            lines[key.text] = key.start.line + 1
            entries.append(Entry(key, self._node(next(self._events), depth + 1)))
        start, end = self._span(event, inner, entries[-1].value if entries else None)
        return Mapping(self._place(event), start, end, tuple(entries), bool(event.flow_style))

    @staticmethod
    def _span(first: _Event, last: _Event, child: Node | None) -> tuple[Position, Position]:
        start = Position(first.start_mark.line, first.start_mark.column)
        if first.flow_style or child is None:
            return start, Position(last.end_mark.line, last.end_mark.column)
        return start, child.end
