"""Values to choose from: ``one of new, paid or shipped``, ``low|medium|high``, ``: draft, active, archived``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.spec.lexicon import lexicon
from backwright.spec.model import FieldType
from backwright.spec.shorttypes import TYPES, type_named
from backwright.spec.words import ARTICLES, Cursor, Misread, Token

if TYPE_CHECKING:
    from backwright.spec.phrase import Phrase

_BETWEEN = ("|", "/")
_JOINS = (",", "or", "and", *_BETWEEN)
_HOW = "say the values as STATUS one of new, paid or shipped"
_NO_VALUES = frozenset(
    {"default", "with", "unique", "optional", "nullable", "required", "mandatory", "indexed", "immutable", "belonging"}
)
_BOOLEANS = ({"yes", "no"}, {"true", "false"}, {"on", "off"})
_CHOSEN = frozenset({"status", "priority", "state", "severity", "gender"})
_NOT_CHOSEN = frozenset(
    {"code", "text", "message", "reason", "note", "date", "name", "label", "color", "colour", "number", "level", "id"}
    | {"description", "history", "order", "flag", "score", "rank", "time", "url", "tax", "type", "comment", "change"}
)


def read_choice(cursor: Cursor, phrase: Phrase) -> bool:
    """Read ``one of new, paid or shipped`` to the end of the list: names that nothing else can be."""
    if not cursor.phrase("one of", "either", "any of", "can be", "is one of", "one of :"):
        return False
    end = ")" if cursor.accept("(") else ""
    last = False
    values = values_in(cursor.take())
    while cursor.word() in _JOINS and _is_value(cursor, end):
        last = cursor.take().lower in ("or", "and")
        last = bool(cursor.accept("or", "and")) or last
        values += values_in(cursor.take())
        if last and not end and cursor.word() not in ("or", "|"):
            break
    if end and not cursor.accept(")"):
        raise Misread(values)
    if not end and not last:
        _refuse_swallowed(values, cursor)
    phrase.enum = tuple(values)
    return True


def _refuse_swallowed(values: list[str], cursor: Cursor) -> None:
    """Refuse ``one of draft, paid, total decimal``, which does not say where the values end."""
    following = cursor.peek()
    goes_on = following is not None and following.kind == "word" and following.lower not in (*_NO_VALUES, *_JOINS)
    if len(values) > 1 and (goes_on or any(_could_be_field(Token("word", one, one.lower())) for one in values[1:])):
        raise Misread(values, f"{_HOW}, or set them in parentheses")


def read_alternatives(cursor: Cursor, phrase: Phrase) -> bool:
    """Read ``low|medium|high`` and ``low/medium/high`` behind a name.

    Raises:
        Misread: no name stands before them.
    """
    token = cursor.peek()
    if token is None or token.kind not in ("word", "number", "quoted"):
        return False
    if cursor.word(1) not in _BETWEEN and not _is_slashed(token):
        return False
    values = values_in(cursor.take())
    while cursor.accept(*_BETWEEN):
        values += values_in(cursor.take())
    if not phrase.run or phrase.enum is not None or not all(values):
        raise Misread(values, _HOW)
    if {value.lower() for value in values} in _BOOLEANS and phrase.type is None:
        phrase.type, phrase.type_word = dict(TYPES["boolean"]), "boolean"
    else:
        phrase.enum = tuple(values)
    return True


def read_listed(cursor: Cursor, phrase: Phrase) -> bool:
    """Read ``: draft, active, archived`` behind a name, where nothing but such values follows.

    Raises:
        Misread: one of them could be a field as well.
    """
    rest = cursor.rest()
    if not phrase.run or not rest or rest[0].text != ":" or len(rest) < 4:  # noqa: PLR2004
        return False
    if type_named(rest[1].lower) or _is_slashed(rest[1]) or rest[2].lower in _BETWEEN:
        return False
    ends = next((at for at, token in enumerate(rest) if token.lower in ("default", "defaulting", "with")), len(rest))
    while rest[ends - 1].lower in (",", "and"):
        ends -= 1
    values = [token for token in rest[1:ends] if token.lower not in _JOINS]
    if len(values) < 2 or not _parted(rest[1:ends]):  # noqa: PLR2004
        return False
    if any(_could_be_field(token) for token in values[1:]):
        raise Misread([token.text for token in values], _HOW)
    cursor.position += ends
    phrase.enum = tuple(token.value for token in values)
    return True


def refuse_missing_choice(run: list[str]) -> None:
    """Refuse ``status draft``: a value, which a name would swallow.

    Raises:
        Misread: the second of two words can only be a value.
    """
    if len(run) == 2 and run[0].lower() in _CHOSEN and run[1].lower() not in _NOT_CHOSEN:  # noqa: PLR2004
        raise Misread(run, _HOW)


def _is_slashed(token: Token) -> bool:
    return token.kind == "word" and "/" in token.text


def values_in(token: Token) -> list[str]:
    """Return the values one token stands for: several where slashes part them."""
    return token.text.split("/") if _is_slashed(token) else [token.value]


def _parted(tokens: tuple[Token, ...]) -> bool:
    """Whether single words stand between commas, ``and`` or ``or``."""
    is_value = False
    for token in tokens:
        if token.lower in _JOINS and token.kind != "quoted":
            is_value = False
        elif is_value or token.kind not in ("word", "number", "quoted") or token.lower in _NO_VALUES | ARTICLES:
            return False
        else:
            is_value = True
    return is_value


def _could_be_field(token: Token) -> bool:
    if token.kind != "word":
        return False
    usual = lexicon().field(token.lower)
    return type_named(token.lower) is not None or (usual is not None and usual.type is not FieldType.BOOLEAN)


def _is_value(cursor: Cursor, end: str) -> bool:
    ahead = 2 if cursor.word(1) in ("or", "and") else 1
    token = cursor.peek(ahead)
    if token is None or token.kind not in ("word", "number", "quoted"):
        return False
    return bool(end) or token.lower not in (*ARTICLES, *_NO_VALUES)
