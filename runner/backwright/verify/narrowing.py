"""Compares JSON Schemas as OpenAPI 3.1 uses them: what can a client no longer send, or rely on to receive?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Schema = Mapping[str, Any]
PREFIX = "#/components/schemas/"
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
EXACT = ("pattern", "multipleOf", "const", "format")
NAMED = "x-backwright-name"
MERGED = ("allOf", "anyOf", "oneOf", "$ref")


class Direction(StrEnum):
    """Whether the client sends the value or receives it."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True)
class Difference:
    """One thing that breaks a client.

    Attributes:
        message: What it is.
        fields: The properties on the way to it, outermost first.
        schemas: The named schemas on the way to it.
    """

    message: str
    fields: tuple[str, ...] = ()
    schemas: frozenset[str] = frozenset()


class Comparison:
    """Two documents, and what was found about each pair of their named schemas so far."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Keep the named schemas of both documents."""
        self._old = old.get("components", {}).get("schemas", {})
        self._new = new.get("components", {}).get("schemas", {})
        self._known: dict[tuple[str, str, Direction], tuple[Difference, ...]] = {}

    def differences(self, old: Schema, new: Schema, direction: Direction) -> tuple[Difference, ...]:
        """Return what breaks a client that was written for the old schema."""
        return tuple(self._compare(old, new, direction))

    def _compare(self, old: Schema, new: Schema, direction: Direction) -> Iterator[Difference]:
        olds, news = list(_alternatives(old, self._old)), list(_alternatives(new, self._new))
        if direction is Direction.INPUT:
            for one in olds:
                yield from self._nearest(one, news, direction)
        else:
            for one in news:
                yield from self._nearest(one, olds, direction)

    def _nearest(self, one: Schema, others: list[Schema], direction: Direction) -> tuple[Difference, ...]:
        """Return how one alternative differs from that of the other side which is most like it."""
        same = [other for other in others if _fits(one, other)]
        if not same:
            kinds = " or ".join(dict.fromkeys(str(other.get("type", "anything")) for other in others)) or "nothing"
            kind = one.get("type", "anything")
            if direction is Direction.INPUT:
                return (Difference(f"{kind} is no longer accepted (only {kinds})"),)
            return (Difference(f"it may now be {kind} (it was {kinds})"),)
        best: tuple[Difference, ...] | None = None
        for other in same:
            pair = (one, other) if direction is Direction.INPUT else (other, one)
            found = self._one(*pair, direction)
            if best is None or len(found) < len(best):
                best = found
        return best or ()

    def _one(self, old: Schema, new: Schema, direction: Direction) -> tuple[Difference, ...]:
        """Compare two schemas without alternatives; a pair of named ones is compared once, even if it holds itself."""
        key = (old.get(NAMED, ""), new.get(NAMED, ""), direction)
        if all(key) and key in self._known:
            return self._known[key]
        self._known[key] = ()
        found = self._input(old, new) if direction is Direction.INPUT else self._output(old, new)
        names = {name for name in key[:2] if name}
        self._known[key] = tuple(replace(difference, schemas=difference.schemas | names) for difference in found)
        return self._known[key]

    def _input(self, old: Schema, new: Schema) -> Iterator[Difference]:
        yield from _tightened(old, new)
        before, after = old.get("properties", {}), new.get("properties", {})
        closed = new.get("additionalProperties", True) is False
        if closed and old.get("additionalProperties", True) is not False and "object" in (old.get("type"), None):
            yield Difference("other properties are no longer accepted")
        for name in before.keys() - after.keys() if after or closed else ():
            yield Difference("no longer accepted", (name,))
        for name in set(new.get("required", ())) - set(old.get("required", ())):
            yield Difference("now required", (name,))
        yield from self._inside(old, new, Direction.INPUT)

    def _output(self, old: Schema, new: Schema) -> Iterator[Difference]:
        if old.get("format") != new.get("format") and old.get("format"):
            yield Difference(f"its format was {old['format']}, now {new.get('format', 'none')}")
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() - after.keys():
            yield Difference("no longer there", (name,))
        for name in (set(old.get("required", ())) - set(new.get("required", ()))) & after.keys():
            yield Difference("may now be missing", (name,))
        yield from self._inside(old, new, Direction.OUTPUT)

    def _inside(self, old: Schema, new: Schema, direction: Direction) -> Iterator[Difference]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() & after.keys():
            for difference in self.differences(before[name], after[name], direction):
                yield replace(difference, fields=(name, *difference.fields))
        for word in ("items", "additionalProperties"):
            if isinstance(old.get(word), Mapping) and isinstance(new.get(word), Mapping):
                yield from self.differences(old[word], new[word], direction)


def _name(schema: Schema) -> str:
    return str(schema.get("$ref", "")).removeprefix(PREFIX)


def _alternatives(schema: Schema, named: Mapping[str, Schema], depth: int = 0) -> Iterator[Schema]:
    """Return the schemas a value may match, each with one type, none with a reference or combination of its own."""
    most = 20
    if depth > most:
        return
    name = _name(schema)
    if name:
        schema = {**named.get(name, {}), **{k: v for k, v in schema.items() if k != "$ref"}, NAMED: name}
    for part in schema.get("allOf", ()):
        inner = next(_alternatives(part, named, depth + 1), {})
        schema = _both(inner, schema)
    rest = {key: value for key, value in schema.items() if key not in MERGED}
    choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if choices:
        for choice in choices:
            for alternative in _alternatives(choice, named, depth + 1):
                yield _both(rest, alternative)
    elif isinstance(rest.get("type"), list):
        for kind in rest["type"]:
            yield {**rest, "type": kind}
    else:
        yield rest


def _both(one: Schema, other: Schema) -> Schema:
    """Return a schema that asks for what both do; where both say something else, what the second says."""
    properties = {**one.get("properties", {}), **other.get("properties", {})}
    required = [*one.get("required", ()), *other.get("required", ())]
    parts = {"properties": properties, "required": required}
    return {**one, **other, **{word: value for word, value in parts.items() if value}}


def _fits(one: Schema, other: Schema) -> bool:
    """Whether every value of the first's type has the second's type."""
    kind, wanted = one.get("type"), other.get("type")
    return wanted is None or kind == wanted or (kind == "integer" and wanted == "number")


def _tightened(old: Schema, new: Schema) -> Iterator[Difference]:
    for word in UPPER:
        if word in new and (word not in old or new[word] < old[word]) and not _implied(old, word, new[word]):
            yield Difference(f"{word} is now {new[word]} (was {old.get(word, 'none')})")
    for word in LOWER:
        if word in new and (word not in old or new[word] > old[word]) and not _implied(old, word, new[word]):
            yield Difference(f"{word} is now {new[word]} (was {old.get(word, 'none')})")
    for word in EXACT:
        if word in new and new[word] != old.get(word):
            yield Difference(f"{word} is now {new[word]} (was {old.get(word, 'none')})")
    gone = [value for value in old.get("enum", ()) if value not in new["enum"]] if "enum" in new else []
    if gone:
        yield Difference(f"no longer accepted: {', '.join(map(str, gone))}")
    elif "enum" in new and "enum" not in old and old.get("const") not in new["enum"]:
        yield Difference(f"now only {', '.join(map(str, new['enum']))} are accepted")


def _implied(old: Schema, word: str, bound: float) -> bool:
    """Whether an inclusive bound follows from the old exclusive one (or from 0, below which no length lies)."""
    if word == "minimum" and "exclusiveMinimum" in old:
        return bool(old["exclusiveMinimum"] >= bound)
    if word == "maximum" and "exclusiveMaximum" in old:
        return bool(old["exclusiveMaximum"] <= bound)
    return word in ("minLength", "minItems", "minProperties") and bound == 0
