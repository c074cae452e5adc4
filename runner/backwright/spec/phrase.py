"""One field in words: ``price > 0``, ``an optional unique email``, ``description (text, up to 2000 characters)``.

The result is what was said, no more; ``backwright.spec.meaning`` completes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from backwright.naming import snake
from backwright.spec.choices import read_alternatives, read_choice, read_listed, values_in
from backwright.spec.limits import read_bound, read_range, read_sign
from backwright.spec.model import OnDelete
from backwright.spec.shorttypes import TYPES, type_named
from backwright.spec.words import ARTICLES, FIELD_NOUNS, Cursor, Misread, Token

HARD_TYPES = frozenset(
    {"string", "str", "varchar", "integer", "int", "bigint", "decimal", "float", "double", "numeric", "boolean", "bool"}
    | {"datetime", "timestamp", "json", "uuid", "money", "enum", "password"}
)
"""Words that are always a type, never a part of a name."""
SOFT_TYPES = frozenset({"text", "email", "url", "uri", "date", "time", "number", "flag"})
"""Words that are a type or the end of a name: ``review text``, ``due date``."""
FLAGS: dict[str, dict[str, bool]] = {
    "unique": {"unique": True},
    "optional": {"optional": True},
    "nullable": {"optional": True},
    "required": {"optional": False},
    "mandatory": {"optional": False},
    "compulsory": {"optional": False},
    "indexed": {"index": True},
    "immutable": {"immutable": True},
    "non-unique": {"unique": False},
}
_REFERENCES = (
    "belonging to", "belongs to", "belong to", "references", "referencing", "reference to", "refers to", "referring to",
    "linked to", "link to", "pointing to", "pointing at", "points to", "points at", "relation to", "related to", "->",
    "connected to", "attached to", "foreign key to", "fk to",
)  # fmt: skip
_NO_NAMES = frozenset(
    {"to", "for", "with", "of", "in", "on", "that", "which", "who", "from", "by", "without", "when", "where", "if"}
    | {"is", "are", "be", "it", "so", "using", "into", "per", "must", "can", "should", "have", "has", "not", "no"}
    | {"then", "but", "or", "at", "least", "most", "as", "etc", "than", "via", "same", "usual", "because", "whose"}
    | {"would", "could", "shall", "will", "might", "does", "don't", "i", "you", "we", "they", "please", "such"}
)
_NEVER_SECOND = frozenset({"like", "too", "instead", "only", "again", "there", "here", "all", "any", "every", "each"})
_SEPARATORS = frozenset({",", "and", "plus", "&", "+"})
MANY = (
    "a list of", "list of", "lists of", "a set of", "set of", "a collection of", "collection of", "an array of",
    "array of", "a number of different", "any number of", "a couple of", "many", "several", "multiple", "various",
    "a few", "few", "lots of", "a lot of", "numerous", "more than one", "one or more", "zero or more",
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozens of",
)  # fmt: skip
"""Words for several of something, which one field or relation cannot hold."""
_DATES = frozenset({"date", "datetime", "timestamp", "time"})
_NO_ENDS = FIELD_NOUNS | ARTICLES | {"called", "named", ":", "."}
_POLITE = frozenset({"please", "just", "also", "simple", "nice"})
_UNITS_HOW = "units and words behind a limit are not kept; leave them out, or write them into the name, as weight_kg"


@dataclass
class Phrase:
    """What was said of one field, as the cursor walks over it."""

    run: list[str] = field(default_factory=list)
    article: bool = False
    type: dict[str, Any] | None = None
    type_word: str = ""
    flags: dict[str, bool] = field(default_factory=dict)
    bounds: dict[str, Decimal] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    enum: tuple[str, ...] | None = None
    default: str | None = None
    target: str | None = None
    many: bool = False
    name_ended: bool = False
    on_delete: OnDelete | None = None
    words: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def says_nothing(self) -> bool:
        """Whether there is neither a name nor a type nor a relation."""
        return not (self.run or self.type_word or self.target)

    @property
    def says_more(self) -> bool:
        """Whether something is said that can belong to the field before."""
        given = (self.flags, self.on_delete, self.bounds, self.lengths, self.enum)
        return any(given) or self.default is not None


def read_phrases(tokens: tuple[Token, ...]) -> list[Phrase]:
    """Return the fields named in a list of words.

    Raises:
        Misread: with the words that were not understood.
    """
    cursor = Cursor(tokens)
    phrases: list[Phrase] = []
    while not cursor.ended:
        if cursor.accept(*_SEPARATORS, ";"):
            continue
        phrase = read_phrase(cursor)
        if phrase.says_nothing and phrases and phrase.says_more:
            join(phrases[-1], phrase)
        elif phrase.says_nothing:
            raise Misread(phrase.words or [token.text for token in cursor.rest()], "a name is missing")
        else:
            phrases.append(phrase)
    return phrases


def join(first: Phrase, more: Phrase) -> None:
    """Let a phrase that names nothing say more about the one before it."""
    first.flags.update(more.flags)
    first.bounds.update(more.bounds)
    first.lengths.update(more.lengths)
    first.on_delete = more.on_delete or first.on_delete
    first.default = first.default if more.default is None else more.default
    first.enum = more.enum or first.enum
    first.words += more.words


def read_phrase(cursor: Cursor) -> Phrase:
    """Read words up to the next separator."""
    phrase = Phrase()
    start = cursor.position
    while not cursor.ended and cursor.word() not in _SEPARATORS and cursor.word() != ";":
        if phrase.type is not None and phrase.run and cursor.word(1) == ":":
            break
        _read_detail(cursor, phrase)
    phrase.words = [token.text for token in cursor.tokens[start : cursor.position]]
    return phrase


def _read_detail(cursor: Cursor, phrase: Phrase) -> None:
    readers = (
        _read_many, _skip_nothing, _read_flag, read_listed, _read_type_after, _read_reference, _read_on_delete,
        _read_default, read_choice, read_range, read_bound, read_sign, _read_parentheses, read_alternatives,
        _read_name,
    )  # fmt: skip
    length, before = len(phrase.run), cursor.position
    if not any(read(cursor, phrase) for read in readers):
        raise Misread(_unread(cursor))
    is_filler = phrase.type is None and cursor.tokens[before].lower in _NO_ENDS
    phrase.name_ended = phrase.name_ended or (length > 0 and len(phrase.run) == length and not is_filler)


def _unread(cursor: Cursor) -> list[str]:
    """Return the words that were not understood, to the next separator."""
    words = [cursor.take().text]
    while not cursor.ended and cursor.word() not in _SEPARATORS | {";", ")"}:
        words.append(cursor.take().text)
    return words


def _read_many(cursor: Cursor, phrase: Phrase) -> bool:
    if phrase.run or not cursor.phrase(*MANY):
        return False
    phrase.many = True
    return True


def _skip_nothing(cursor: Cursor, phrase: Phrase) -> bool:
    if cursor.word() in ARTICLES and not phrase.run:
        phrase.article = cursor.take().lower in ("a", "an", "one", "its", "each", "their") or phrase.article
        return True
    if not phrase.run and cursor.word() in _POLITE and cursor.word(1) not in ("", ",", "and"):
        phrase.ignored.append(cursor.take().text)
        return True
    if cursor.phrase("that is", "which is", "must be", "should be", "that are", "has to be", "being", "that must be"):
        return True
    if phrase.run and cursor.word() == "each" and cursor.word(1) in ("", ",", "and"):
        cursor.take()
        return True
    if not phrase.run and cursor.phrase("each with", "each has", "with"):
        return True
    return bool(cursor.accept(*FIELD_NOUNS, "called", "named", "."))


def _read_flag(cursor: Cursor, phrase: Phrase) -> bool:
    if cursor.phrase("not unique", "no longer unique"):
        phrase.flags["unique"] = False
    elif cursor.phrase("not indexed", "no longer indexed"):
        phrase.flags["index"] = False
    elif cursor.phrase("not null", "not optional", "not nullable", "not empty"):
        phrase.flags["optional"] = False
    elif cursor.phrase("not required"):
        phrase.flags["optional"] = True
    elif cursor.word() == "index" and (phrase.run or phrase.type):
        cursor.take()
        phrase.flags["index"] = True
    elif cursor.word() in FLAGS:
        phrase.flags.update(FLAGS[cursor.take().lower])
    else:
        return False
    return True


def _read_type_after(cursor: Cursor, phrase: Phrase) -> bool:
    """Read ``as text``, ``of type text``, ``: text``; also ``long text`` and ``whole number``."""
    if cursor.phrase("long text"):
        phrase.type, phrase.type_word = dict(TYPES["text"]), "text"
        return True
    if cursor.phrase("short text"):
        phrase.type, phrase.type_word = dict(TYPES["string"]), "string"
        return True
    if cursor.phrase("whole number"):
        phrase.type, phrase.type_word = dict(TYPES["integer"]), "integer"
        return True
    before = cursor.position
    if cursor.phrase("of type", "as", ":", "type") and phrase.run:
        while cursor.accept("a", "an"):
            pass
        name = type_named(cursor.word())
        if name is not None:
            _set_type(cursor, phrase, name)
            return True
        if cursor.tokens[before].lower == ":":
            return True
    cursor.position = before
    return False


def _set_type(cursor: Cursor, phrase: Phrase, name: str) -> None:
    cursor.take()
    phrase.type, phrase.type_word = dict(TYPES[name]), name
    if name == "decimal" and cursor.word() != "(":
        phrase.type.update(TYPES["money"])
    if cursor.word() == "(" and name in ("decimal", "money", "string", "text", "enum"):
        _read_arguments(cursor, phrase, name)


def _read_arguments(cursor: Cursor, phrase: Phrase, name: str) -> None:
    cursor.take()
    values = _values(cursor, ")")
    if name == "enum":
        phrase.enum = tuple(values)
        return
    if not all(value.isdigit() for value in values) or not 1 <= len(values) <= 2:  # noqa: PLR2004
        raise Misread(values)
    if name in ("decimal", "money") and phrase.type is not None:
        scale = int(values[1]) if len(values) > 1 else 0
        phrase.type.update(precision=int(values[0]), scale=scale)
    elif len(values) == 1:
        phrase.lengths["max_length"] = int(values[0])
    else:
        phrase.lengths.update(min_length=int(values[0]), max_length=int(values[1]))


def _values(cursor: Cursor, end: str) -> list[str]:
    values: list[str] = []
    while cursor.word() != end:
        if not cursor.accept(",", "or", "and", "|", "/", ".."):
            values.append(cursor.take().value)
    cursor.take()
    return values


def _read_reference(cursor: Cursor, phrase: Phrase) -> bool:
    before = cursor.position
    cursor.phrase("that", "which", "each")
    if not cursor.phrase(*_REFERENCES):
        cursor.position = before
        return False
    while cursor.accept(*ARTICLES):
        pass
    phrase.many = bool(cursor.phrase(*MANY))
    phrase.target = snake(cursor.take().value)
    while (
        cursor.peek() is not None
        and _is_name(cursor)
        and cursor.word() not in FLAGS
        and cursor.word() not in ("on", "as")
    ):
        phrase.target += f"_{snake(cursor.take().value)}"
    return True


def _read_on_delete(cursor: Cursor, phrase: Phrase) -> bool:
    if cursor.phrase("on delete", "on deletion"):
        word = cursor.phrase("set null", "set_null", "cascade", "restrict")
        if not word:
            raise Misread(("on delete",), "say on delete cascade, restrict or set null")
        phrase.on_delete = OnDelete(word.replace(" ", "_"))
    elif cursor.phrase("cascade on delete", "cascading on delete", "cascading"):
        phrase.on_delete = OnDelete.CASCADE
    else:
        return False
    return True


def _read_default(cursor: Cursor, phrase: Phrase) -> bool:
    said = cursor.phrase(
        "with default value", "with default", "with a default of", "default value", "defaults to", "defaulting to",
        "default to", "default of", "default is", "default", "=", "==",
    )  # fmt: skip
    if not said:
        return False
    cursor.accept("of", "is", "=", ":", "to")
    token = cursor.peek()
    if token is None or token.kind not in ("word", "number", "quoted"):
        raise Misread((said,), "a default is missing")
    phrase.default = cursor.take().value
    return True


def _read_parentheses(cursor: Cursor, phrase: Phrase) -> bool:
    """Read what stands in parentheses: more about the field, or its values."""
    if not cursor.accept("("):
        return False
    inside: list[Token] = []
    while cursor.word() != ")":
        inside.append(cursor.take())
    cursor.take()
    at = next((at for at, token in enumerate(inside) if at and token.lower in ("default", *FLAGS)), len(inside))
    head = inside[: at - 1] if inside[at - 1 : at] and inside[at - 1].text in (",", ";") else inside[:at]
    if at < len(inside) and _is_list_of_values(head):
        phrase.enum = _values_of(head)
        inside = inside[at:]
    if not _is_list_of_values(inside):
        inner = Cursor([token for token in inside if token.text not in (",", ";")])
        while not inner.ended:
            if not inner.accept("and"):
                _read_inside(inner, phrase)
        return True
    phrase.enum = _values_of(inside)
    return True


def _values_of(inside: list[Token]) -> tuple[str, ...]:
    values = [token for token in inside if token.lower not in ("or", "and") and token.kind in ("word", "quoted")]
    return tuple(value for token in values for value in values_in(token))


def _read_inside(inner: Cursor, phrase: Phrase) -> None:
    name = type_named(inner.word())
    if name is not None:
        _set_type(inner, phrase, name)
        return
    known = len(phrase.run)
    _read_detail(inner, phrase)
    if len(phrase.run) > known:
        raise Misread(phrase.run[known:])


def _is_list_of_values(inside: list[Token]) -> bool:
    words = [token for token in inside if token.lower not in (",", "|", "/", "or", "and")]
    plain = all(
        token.kind in ("word", "quoted") and not type_named(token.lower) and token.lower not in FLAGS for token in words
    )
    is_slashed = len(words) == 1 and len(values_in(words[0])) > 1
    return plain and (is_slashed or 1 < len(words) < len(inside))


def _is_name(cursor: Cursor) -> bool:
    token = cursor.peek()
    return token is not None and token.kind in ("word", "quoted") and cursor.word() not in _SEPARATORS


def _read_name(cursor: Cursor, phrase: Phrase) -> bool:
    if not _is_name(cursor):
        return False
    of_name = cursor.word() == "of" and phrase.run and phrase.run[-1].lower() in ("number", "date", "place")
    if cursor.word() in _NO_NAMES and not of_name and not _is_dated(cursor, phrase):
        return False
    if phrase.run and cursor.word() in _NEVER_SECOND | ARTICLES - {"new", "one"}:
        return False
    if phrase.name_ended or _is_type_with_arguments(cursor, phrase):
        return _read_late_type(cursor, phrase)
    phrase.run.append(cursor.take().value)
    return True


def _is_dated(cursor: Cursor, phrase: Phrase) -> bool:
    """Whether ``on``, ``at``, ``from`` or ``by`` ends a name: ``hired on date``, ``valid from``, ``approved by``."""
    ends = ("", ",", "and", "(", ":", ";", *FLAGS)
    dated = cursor.word() in ("on", "at", "from") and cursor.word(1) in (*ends, *_DATES)
    return bool(phrase.run) and (dated or (cursor.word() == "by" and cursor.word(1) in ends))


def _is_type_with_arguments(cursor: Cursor, phrase: Phrase) -> bool:
    """Whether ``string(50)`` or ``enum (s, m, l)`` stands behind a name."""
    return bool(phrase.run) and cursor.word() in HARD_TYPES and cursor.word(1) == "("


def _read_late_type(cursor: Cursor, phrase: Phrase) -> bool:
    """Read a type behind what ends the name: ``code unique string``; any other word is none of ours."""
    name = type_named(cursor.word())
    behind = cursor.tokens[cursor.position - 1].text
    if behind == ")" or (cursor.word() not in HARD_TYPES | {"text", "date"}):
        name = None
    if name is None or phrase.type is not None or phrase.enum is not None or phrase.target is not None:
        raise Misread(_unread(cursor), _UNITS_HOW if phrase.bounds or phrase.lengths else "")
    _set_type(cursor, phrase, name)
    return True
