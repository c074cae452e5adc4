"""Short forms: a field or a belongs-to relation in one line.

::

    price: decimal(10,2) >= 0          name: string(1..200) unique
    rating: integer 1..5               status: enum(new, paid, shipped) = new
    note: text optional                category: -> Category optional on delete set null

A field is its type, then what is said about it in any order: ``>= > <= <`` and ``a..b`` (limits), ``=`` (default),
``optional required nullable unique index immutable readonly writeonly``, ``multiple of N``, ``renamed_from NAME`` and
``backfill VALUE``. Everything else needs the long form, a mapping of JSON Schema's words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from backwright.errors import BadInput, Place
from backwright.naming import plural, snake
from backwright.spec.model import FieldSpec, FieldType, Format, OnDelete, RelationSpec
from backwright.spec.shorttypes import ALIASES, TYPES, completed, name_of_type, type_named

AnyModel = TypeVar("AnyModel", bound=BaseModel)
_TOKEN = re.compile(
    r"""\s*(?:(?P<arrow>->)|(?P<op>>=|<=|\.\.|[<>=(),])|(?P<number>[-+]?\d+(?:\.\d+)?(?![\w.]*[A-Za-z_]))"""
    r"""|(?P<quoted>"(?:\\.|[^"\\])*"|'(?:''|[^'])*')|(?P<word>[A-Za-z_][\w-]*))"""
)
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_FLAGS: Mapping[str, Mapping[str, bool]] = {
    "optional": {"required": False, "nullable": True},
    "required": {"required": True},
    "nullable": {"nullable": True},
    "unique": {"unique": True},
    "index": {"index": True},
    "indexed": {"index": True},
    "immutable": {"immutable": True},
    "readonly": {"read_only": True},
    "writeonly": {"write_only": True},
}
_RELATION_FLAGS: Mapping[str, Mapping[str, bool]] = {
    "optional": {"required": False},
    "required": {"required": True},
    "unique": {"unique": True},
    "immutable": {"immutable": True},
}
_LIMITS = {">=": "minimum", ">": "exclusive_minimum", "<=": "maximum", "<": "exclusive_maximum"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    offset: int

    @property
    def value(self) -> str:
        if self.kind != "quoted":
            return self.text
        if self.text.startswith("'"):
            return self.text[1:-1].replace("''", "'")
        return str(json.loads(self.text))


class _Cursor:
    """Walks over the tokens of one short form; errors point at the token."""

    def __init__(self, text: str, place: Place | None) -> None:
        self.text = text
        self.place = place
        self.position = 0
        self.tokens = self._tokens()

    def error(self, message: str, offset: int, hint: str | None = None) -> BadInput:
        place = self.place
        if place is not None and place.column is not None:
            place = Place(place.path, place.line, place.column + offset)
        return BadInput(message, place=place, hint=hint)

    def _tokens(self) -> list[_Token]:
        found: list[_Token] = []
        position = 0
        while self.text[position:].strip():
            match = _TOKEN.match(self.text, position)
            if match is None or match.lastgroup is None:
                offset = position + len(self.text[position:]) - len(self.text[position:].lstrip())
                raise self.error(f"{self.text[offset:]!r} cannot be read", offset)
            token = _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
            try:
                _ = token.value
            except ValueError:
                raise self.error(f"{token.text} is not a quoted text", token.offset) from None
            found.append(token)
            position = match.end()
        return found

    def peek(self) -> _Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self, expected: str) -> _Token:
        token = self.peek()
        if token is None:
            raise self.error(f"{expected} is missing at the end", len(self.text))
        self.position += 1
        return token

    def accept(self, *texts: str) -> _Token | None:
        token = self.peek()
        if token is not None and token.kind != "quoted" and token.text.lower() in texts:
            self.position += 1
            return token
        return None

    def number(self, expected: str) -> Decimal:
        token = self.take(expected)
        if token.kind != "number":
            raise self.error(f"{expected} is expected here, not {token.text}", token.offset)
        return Decimal(token.text)

    def whole_number(self, expected: str) -> int:
        token = self.peek()
        number = self.number(expected)
        if number != number.to_integral_value() or number < 0:
            raise self.error(f"{expected} is a whole number of 0 or more", token.offset if token else 0)
        return int(number)

    def scalar(self, expected: str) -> str:
        token = self.take(expected)
        if token.kind not in ("number", "quoted", "word"):
            raise self.error(f"{expected} is expected here, not {token.text}", token.offset)
        return token.value

    def close(self) -> None:
        token = self.take("a closing )")
        if token.text != ")":
            raise self.error(f"a closing ) is expected here, not {token.text}", token.offset)

    def identifier(self, expected: str) -> str:
        token = self.take(expected)
        if token.kind != "word":
            raise self.error(f"{expected} is expected here, not {token.text}", token.offset)
        return snake(token.text)


def is_relation(text: str) -> bool:
    """Whether a short form is a relation: it begins with ``->``."""
    return text.lstrip().startswith("->")


def read_field(name: str, text: str, place: Place | None = None) -> FieldSpec:
    """Return the field that a short form means.

    Raises:
        BadInput: it cannot be read; the place is that of the word where it fails.
    """
    cursor = _Cursor(text, place)
    keys = read_type(cursor)
    while cursor.peek() is not None:
        _read_word(cursor, keys)
    return build(FieldSpec, {"name": name, **completed(keys)}, place)


def read_short_type(text: str, place: Place | None = None) -> dict[str, Any]:
    """Return the keys of a type alone, such as ``decimal(10,2)``."""
    cursor = _Cursor(text, place)
    keys = read_type(cursor)
    token = cursor.peek()
    if token is not None:
        raise cursor.error(f"{token.text} is not part of a type", token.offset)
    return keys


def build(model: type[AnyModel], keys: Mapping[str, Any], place: Place | None) -> AnyModel:
    """Return the model of these keys; what the model refuses is a BadInput at the place."""
    try:
        return model(**keys)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}", place=place) from None


def read_type(cursor: _Cursor) -> dict[str, Any]:
    """Read the type and what stands in its parentheses."""
    token = cursor.take("a type")
    name = type_named(token.text) if token.kind == "word" else None
    if name is None:
        near = get_close_matches(token.text.lower(), [*TYPES, *ALIASES], 1)
        hint = f"Did you mean {near[0]}?" if near else f"The types are {', '.join(TYPES)}, or -> Resource."
        raise cursor.error(f"{token.text} is not a type", token.offset, hint)
    keys = dict(TYPES[name])
    opened = cursor.accept("(")
    if opened:
        _read_arguments(cursor, name, keys, opened)
    elif name == "enum":
        raise cursor.error("enum needs its values: enum(new, paid)", token.offset)
    elif name == "decimal":
        raise cursor.error("decimal needs its digits: decimal(10,2) has 10, 2 of them after the point", token.offset)
    return keys


def _read_arguments(cursor: _Cursor, name: str, keys: dict[str, Any], opened: _Token) -> None:
    if name == "enum":
        values = [cursor.scalar("a value")]
        while cursor.accept(","):
            values.append(cursor.scalar("a value"))
        keys["enum"] = tuple(values)
    elif name in ("decimal", "money"):
        keys["precision"] = cursor.whole_number("the number of digits")
        keys["scale"] = cursor.whole_number("the digits after the point") if cursor.accept(",") else 0
    elif keys["type"] is FieldType.STRING and keys.get("format") in (None, Format.TEXT, Format.EMAIL, Format.URI):
        low = cursor.whole_number("a length")
        if cursor.accept(".."):
            keys["min_length"], keys["max_length"] = low, cursor.whole_number("a length")
        else:
            keys["max_length"] = low
    else:
        raise cursor.error(f"{name} takes nothing in parentheses", opened.offset)
    cursor.close()


def _read_word(cursor: _Cursor, keys: dict[str, Any]) -> None:
    token = cursor.take("a word")
    word = token.text.lower()
    if token.kind == "op" and token.text in _LIMITS:
        keys[_LIMITS[token.text]] = cursor.number("a number")
    elif token.kind == "op" and token.text == "=":
        keys["default"] = cursor.scalar("a default")
    elif token.kind == "number" and cursor.accept(".."):
        keys["minimum"], keys["maximum"] = Decimal(token.text), cursor.number("the upper limit")
    elif token.kind == "word" and word in _FLAGS:
        keys.update(_FLAGS[word])
    elif token.kind == "word" and word == "multiple":
        cursor.accept("of")
        keys["multiple_of"] = cursor.number("a number")
    elif token.kind == "word" and word == "renamed_from":
        keys["renamed_from"] = cursor.identifier("the old name")
    elif token.kind == "word" and word == "backfill":
        keys["backfill"] = cursor.scalar("a value")
    else:
        raise _unknown_word(cursor, token, [*_FLAGS, "multiple", "renamed_from", "backfill"])


def _unknown_word(cursor: _Cursor, token: _Token, known: list[str]) -> BadInput:
    near = get_close_matches(token.text.lower(), known, 1)
    hint = f"Did you mean {near[0]}?" if near else f"The words are {', '.join(known)}."
    return cursor.error(f"{token.text} is not understood here", token.offset, hint)


def read_relation(name: str, text: str, place: Place | None = None) -> RelationSpec:
    """Return the belongs-to relation that ``-> Target …`` means; the target is in the plural.

    Raises:
        BadInput: it cannot be read.
    """
    cursor = _Cursor(text, place)
    cursor.take("->")
    keys: dict[str, Any] = {"name": name, "target": plural(cursor.identifier("the name of a resource"))}
    while (token := cursor.peek()) is not None:
        cursor.position += 1
        word = token.text.lower() if token.kind == "word" else ""
        if word in _RELATION_FLAGS:
            keys.update(_RELATION_FLAGS[word])
        elif word == "on" and cursor.accept("delete"):
            keys["on_delete"] = _on_delete(cursor)
        elif word == "renamed_from":
            keys["renamed_from"] = cursor.identifier("the old name")
        elif word == "backfill":
            keys["backfill"] = cursor.scalar("a key")
        else:
            raise _unknown_word(cursor, token, [*_RELATION_FLAGS, "on delete", "renamed_from", "backfill"])
    return build(RelationSpec, keys, place)


def _on_delete(cursor: _Cursor) -> OnDelete:
    token = cursor.take("cascade, restrict or set null")
    word = token.text.lower()
    if word == "set" and cursor.accept("null"):
        word = "set_null"
    if word not in set(OnDelete):
        raise cursor.error(f"on delete is followed by cascade, restrict or set null, not {token.text}", token.offset)
    return OnDelete(word)


def field_line(field: FieldSpec) -> str | None:
    """Return a field's short form, or None where it cannot say everything."""
    head = _type_text(field)
    if head is None:
        return None
    text = " ".join([head, *_limit_words(field), *_flag_words(field), *_meaning_words(field)])
    try:
        return text if read_field(field.name, text) == field else None
    except BadInput:
        return None


def _type_text(field: FieldSpec) -> str | None:
    if field.enum is not None:
        return f"enum({', '.join(_scalar_text(value) for value in field.enum)})"
    name = name_of_type(field.type, field.format)
    if field.precision is not None and name == "decimal":
        return f"decimal({field.precision},{field.scale or 0})"
    if field.min_length is not None and field.max_length is not None:
        return f"{name}({field.min_length}..{field.max_length})"
    pinned = field.format in (None, Format.TEXT) and field.type is FieldType.STRING
    if field.max_length is not None and (pinned or "max_length" not in _implied(field)):
        return f"{name}({field.max_length})"
    return name


def _implied(field: FieldSpec) -> set[str]:
    bare = completed({"type": field.type, "format": field.format})
    return {"max_length"} if bare.get("max_length") == field.max_length else set()


def _limit_words(field: FieldSpec) -> list[str]:
    if field.minimum is not None and field.maximum is not None:
        words = [f"{_number_text(field.minimum)}..{_number_text(field.maximum)}"]
    else:
        words = []
        if field.minimum is not None:
            words.append(f">= {_number_text(field.minimum)}")
        if field.maximum is not None:
            words.append(f"<= {_number_text(field.maximum)}")
    if field.exclusive_minimum is not None:
        words.append(f"> {_number_text(field.exclusive_minimum)}")
    if field.exclusive_maximum is not None:
        words.append(f"< {_number_text(field.exclusive_maximum)}")
    if field.multiple_of is not None:
        words.append(f"multiple of {_number_text(field.multiple_of)}")
    return words


def _flag_words(field: FieldSpec) -> list[str]:
    words = [] if field.default is None else [f"= {_scalar_text(field.default)}"]
    if not field.required and field.nullable:
        words.append("optional")
    elif field.nullable:
        words.append("nullable")
    if field.required and field.default is not None:
        words.append("required")
    flags = ("unique", "index", "immutable", "read_only", "write_only")
    return words + [flag.replace("_", "") for flag in flags if getattr(field, flag)]


def _meaning_words(field: FieldSpec | RelationSpec) -> list[str]:
    words = [] if field.renamed_from is None else [f"renamed_from {field.renamed_from}"]
    return words + ([] if field.backfill is None else [f"backfill {_scalar_text(field.backfill)}"])


def _number_text(number: Decimal) -> str:
    return f"{number:f}"


def _scalar_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return _number_text(value)
    text = str(value)
    if not isinstance(value, str) or _WORD.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)


def relation_line(relation: RelationSpec, singular: str) -> str | None:
    """Return a relation's short form, or None where it cannot say everything; ``singular`` is its target's."""
    target = "".join(part[:1].upper() + part[1:] for part in singular.split("_"))
    words = [f"-> {target}"]
    if not relation.required:
        words.append("optional")
    words += [flag for flag in ("unique", "immutable") if getattr(relation, flag)]
    if relation.on_delete is not OnDelete.RESTRICT:
        words.append(f"on delete {relation.on_delete.replace('_', ' ')}")
    words += _meaning_words(relation)
    text = " ".join(words)
    try:
        return text if read_relation(relation.name, text) == relation else None
    except BadInput:
        return None
