"""Values in words: choices (``one of new, paid or shipped``, ``low | medium``), defaults, examples, patterns."""

from __future__ import annotations

from backwright.naming import snake
from backwright.spec.lexicon import lexicon
from backwright.spec.model import FieldType
from backwright.spec.reading.numbers import number_at
from backwright.spec.reading.said import Said
from backwright.spec.reading.tokens import Cursor, Misread, Phrases, Token
from backwright.spec.reading.vocabulary import words
from backwright.spec.shorttypes import type_named

HOW_TO_CHOOSE = "say the values as STATUS one of new, paid or shipped"
_OPENED = Phrases(
    ["one of", "either", "any of", "is one of", "one of :", "enum of", "enum :", "enum with", "enum", "choice of",
        "a choice of", "choices :",
     "choices", "options :", "values :", "allowed values :", "with values", "with the values", "whose values are",
     "with options", "limited to one of",
     "possible values :", "possible values are", "allowed values are", "restricted to", "chosen from", "picked from",
     "out of", "among",
     "can be one of", "with the options", "the values", "values", "may be one of", "of either", "allowed :",
     "one out of", "selected from", "taken from",
     "possible values", "allowed values", "an enum of", "an enum with", "a selection of", "with choices",
     "with the choices", "whose value is one of", "exactly one of", "as one of", "from the list"]
)  # fmt: skip
_LOOSE = Phrases(["can be", "may be", "is", "of", "as", "-", ":", "being", "which can be", "which is",
    "must be", "are", "has to be", "--", "with", "in", "limited to", "should be", "could be", "be"])  # fmt: skip
_JOINS = (",", "or", "and", "|", "/")
_DEFAULTS = Phrases(
    ["with default value", "with default", "with a default of", "default value", "defaults to", "defaulting to",
        "default to", "default of", "default is",
     "default", "with the default", "by default", "defaulted to", "initially", "starting at", "starts at",
     "starting as", "starts as", "starting with",
     "starts with", "starting out as", "starts out as", "whose default is", "the default is", "the default being",
     "default being", "preset to", "preset", "with default of", "its default is",
     "=", "==", "set to", "unless stated otherwise", "a default of", "begins at", "begins as", "beginning at",
     "default value of", "with a default value of", "and a default of", "start at", "start as", "initial value",
     "by default it is", "by default is", "pre-set to", "initialised to", "initialized to", "initially set to",
     "set by default to", "with initial value", "with an initial value of", "the default value is", "start out as",
     "start with"]
)  # fmt: skip
_DEFAULT_TAILS = Phrases(
    ["by default", "as default", "as the default", "being the default", "is the default", "to start with", "at first",
        "at the start", "initially", "if nothing is said",
     "unless said otherwise", "if not given", "when not given", "as a default", "is default", "unless told otherwise",
     "from the start", "as default value", "to begin with", "unless specified",
     "as its default", "as the default value", "if omitted", "when omitted", "if none is given", "in the beginning",
     "unless given", "if not set", "if not specified", "unless set otherwise"]
)  # fmt: skip
_EXAMPLES = Phrases(["eg", "eg :", "for example", "for instance", "example", "example :", "such as",
    "like", "an example is", "say", "ex", "with example", "for example :", "with an example of",
    "an example being", "sample", "as in", "looks like", "look like", "looking like", "example value"])  # fmt: skip
_NO_VALUES = frozenset(
    {"default", "defaults", "defaulting", "with", "unique", "optional", "nullable", "required", "mandatory", "indexed",
        "immutable", "belonging", "initially", "by"}
    | {"which", "that", "but", "where", "starting", "starts", "then", "only", "not", "to", "for", "of", "is", "are",
        "must", "can", "should", "in", "on", "filter", "sort", "search", "belongs", "has", "have", "whose", "may",
        "max", "min", "at", "as", "from", "up", "so"}
)  # fmt: skip
_TRUE = frozenset({"true", "yes", "on", "active", "enabled", "checked"})
_FALSE = frozenset({"false", "no", "off", "inactive", "disabled", "unchecked"})
_BOOLEANS = ({"yes", "no"}, {"true", "false"}, {"on", "off"})
_ALPHABETS = {
    "lowercase letters": "a-z", "lower-case letters": "a-z", "lower case letters": "a-z", "uppercase letters": "A-Z",
    "capital letters": "A-Z", "upper-case letters": "A-Z", "letters": "A-Za-z",
    "digits": "0-9", "numbers": "0-9", "dashes": "-", "hyphens": "-", "underscores": "_", "lowercase": "a-z",
    "alphanumeric characters": "A-Za-z0-9", "upper case letters": "A-Z", "lowercase characters": "a-z",
    "numerals": "0-9",
}  # fmt: skip
_ALPHABET_PHRASES = Phrases(_ALPHABETS)


def read_choice(cursor: Cursor, said: Said) -> bool:
    """Read values to choose from, where words say so or nothing else can be meant."""
    before = cursor.position
    opened = cursor.one_of(_OPENED)
    if opened and (opened != "enum" or cursor.kind() in ("word", "quoted") or cursor.word() in ("(", "-")):
        return _take_opened(cursor, said, opened, before)
    cursor.position = before
    if said.enum or said.type not in ("", "enum", "string"):
        return False
    loose = cursor.one_of(_LOOSE)
    cursor.accept("either", "of", ":") if loose else None
    start = cursor.position
    if loose or said.names:
        values = _alternatives(cursor)
        if values and {value.lower() for value in values} in _BOOLEANS:
            said.type = said.type or "boolean"
            return True
        if values:
            said.enum = tuple(values)
            return True
    cursor.position = start
    if loose and _is_plain_choice(cursor, loose) and _take_values(cursor, said, loose=True):
        return True
    cursor.position = before
    return False


def _take_opened(cursor: Cursor, said: Said, opened: str, before: int) -> bool:
    """Take the values behind ``one of`` and the like; limits are none: ``restricted to 1..5``."""
    cursor.accept("of", ":", "-", "the")
    if cursor.kind() == "range" or (number_at(cursor) is not None and opened in ("restricted to", "from", "values")):
        cursor.position = before
        return False
    return _take_values(cursor, said, loose=False)


def _alternatives(cursor: Cursor) -> list[str]:
    """Read ``low|medium|high`` and ``low/medium/high``."""
    token = cursor.peek()
    if token is None or token.kind not in ("word", "number", "quoted"):
        return []
    if token.kind == "word" and "/" in token.text and cursor.word(1) not in ("|", "/"):
        return [part for part in cursor.take().text.split("/") if part] if token.lower != "and/or" else []
    if cursor.word(1) not in ("|", "/"):
        return []
    values = [cursor.take().value]
    while cursor.accept("|", "/"):
        values.append(cursor.take().value)
    return values


def _is_plain_choice(cursor: Cursor, opened: str) -> bool:
    """Whether single values parted by commas and ``or`` follow: ``: draft, live or gone``; quoted ones always do."""
    tokens = _ahead(cursor)
    values = [token for token in tokens if token.lower not in (*_JOINS, "either")]
    if len(values) <= 1 or any(token.kind not in ("word", "quoted") for token in values):
        return False
    if all(token.kind == "quoted" for token in values):
        return True
    lowered = [token.lower for token in values if token.kind == "word"]
    if any(type_named(word) or word in _NO_VALUES | words("articles") | words("unique") for word in lowered):
        return False
    has_or = any(token.lower == "or" for token in tokens)
    if opened in (":", "-", "--"):
        return has_or or not any(could_be_field(word) for word in lowered)
    return has_or


def _ahead(cursor: Cursor) -> list[Token]:
    """Return the tokens of a list of single values that stands here."""
    found: list[Token] = []
    wants_value = True
    for at, token in enumerate(cursor.rest()):
        if token.kind != "quoted" and token.lower in _JOINS:
            wants_value = True
        elif not wants_value or token.lower in _NO_VALUES or not token.is_name:
            ends = token.lower in _NO_VALUES or token.kind in ("mark", "dash")
            if not wants_value and not ends:
                return []
            break
        elif token.lower in words("articles") and at:
            break
        else:
            wants_value = False
        found.append(token)
    while found and found[-1].lower in (*_JOINS,) and found[-1].kind != "quoted":
        found.pop()
    return found


def _take_values(cursor: Cursor, said: Said, *, loose: bool) -> bool:
    end = ")" if cursor.accept("(") else ""
    values: list[str] = []
    joined_by = ""
    while not cursor.ended and not (end and cursor.word() == end):
        value = _value(cursor, end)
        if value is None:
            break
        values += value
        before = cursor.position
        join = cursor.accept(*_JOINS)
        join = cursor.accept("or", "and") or join
        if not join:
            joined_by = joined_by or "end"
            break
        if not end and not _value_follows(cursor, joined_by):
            cursor.position = before
            break
        joined_by = join if join in ("or", "and") else joined_by
        if not end and joined_by in ("or", "and") and join not in ("or", "and"):
            cursor.position = before
            break
    if end and not cursor.accept(end):
        raise Misread(values, "a parenthesis is not closed")
    if not values:
        return False
    if not end and not loose and joined_by not in ("or", "and"):
        _refuse_swallowed(values)
    said.enum = tuple(values)
    said.type = "" if said.type == "enum" else said.type
    return True


def _value(cursor: Cursor, end: str) -> list[str] | None:
    token = cursor.peek()
    if token is None or token.kind not in ("word", "number", "quoted"):
        return None
    if token.kind == "word" and "/" in token.text:
        return cursor.take().text.split("/")
    cursor.take()
    parts = [token.value]
    while (
        token.kind == "word"
        and cursor.kind() == "word"
        and cursor.word() not in (*_JOINS, *_NO_VALUES, *words("articles"))
    ):
        if not end and cursor.word(1) not in (*_JOINS, "", ";", ")", "."):
            break
        parts.append(cursor.take().value)
    return [snake("_".join(parts)) if len(parts) > 1 else parts[0]]


def _value_follows(cursor: Cursor, joined_by: str) -> bool:
    token = cursor.peek()
    if token is None or token.kind not in ("word", "number", "quoted"):
        return False
    if token.kind == "word" and (token.lower in _NO_VALUES | words("articles") or joined_by in ("or", "and")):
        return False
    following = cursor.word(1)
    return (
        token.kind != "word"
        or following in (*_JOINS, "", ";", ")", "(", "-", ".", *_NO_VALUES)
        or (cursor.kind(2) == "word" and cursor.word(2) in _JOINS)
    )


def _refuse_swallowed(values: list[str]) -> None:
    if len(values) > 1 and any(could_be_field(value) for value in values[1:]):
        raise Misread(values, f"{HOW_TO_CHOOSE}, or set them in parentheses")


def could_be_field(word: str) -> bool:
    """Whether a word is a type or a field that everybody knows."""
    usual = lexicon().field(snake(word))
    return type_named(word) is not None or (usual is not None and usual.type is not FieldType.BOOLEAN)


def read_default(cursor: Cursor, said: Said) -> bool:
    """Read ``default 5``, ``= 5``, ``false by default``, ``starts as open``."""
    before = cursor.position
    opened = cursor.one_of(_DEFAULTS)
    if opened:
        cursor.accept("of", "is", "=", ":", "to", "being", "value", "at")
        cursor.accept("a", "an", "the") if cursor.kind(1) in ("word", "quoted") else None
        value = _single(cursor)
        if value is not None:
            said.default = value
            cursor.one_of(_DEFAULT_TAILS)
            return True
        cursor.position = before
        return False
    cursor.accept("with", "is", "are", "to", "be", "being")
    value = _single(cursor)
    if value is not None and cursor.one_of(_DEFAULT_TAILS):
        said.default = value
        return True
    cursor.position = before
    return False


def _single(cursor: Cursor) -> str | None:
    """Read one value: a number, a word, what stands in quotes; ``yes`` and ``off`` are booleans."""
    number = number_at(cursor)
    if number is not None:
        cursor.take()
        return str(number)
    token = cursor.peek()
    if token is None or token.kind not in ("word", "quoted", "day", "hex", "email", "url"):
        return None
    if token.lower in ("to", "by", "of", "with", "value", "from", "or", "and"):
        return None
    cursor.take()
    return token.value


def as_boolean(value: str) -> str | None:
    """Return ``true`` or ``false`` for a word that means one of them."""
    lowered = value.lower()
    return "true" if lowered in _TRUE else "false" if lowered in _FALSE else None


def read_example(cursor: Cursor, said: Said) -> bool:
    """Read ``e.g. jane@example.com``, ``like #ff0000``, ``example garden-tools``."""
    before = cursor.position
    opened = cursor.one_of(_EXAMPLES)
    token = cursor.peek()
    if not opened or token is None:
        cursor.position = before
        return False
    plain = token.kind in ("word", "other", "mark", "dash", "path")
    if token.kind in ("mark", "dash", "op") or (
        opened in ("like", "say", "as in", "such as", "looks like") and plain and not _is_sample(token)
    ):
        cursor.position = before
        return False
    said.example = cursor.take().value
    while (
        cursor.kind() in ("number", "word")
        and cursor.word() not in (*_JOINS, *_NO_VALUES)
        and cursor.kind(-1) in ("number",)
    ):
        said.example += f" {cursor.take().value}"
    return True


def _is_sample(token: Token) -> bool:
    return any(character.isdigit() for character in token.text) or "-" in token.text or token.text.isupper()


def read_pattern(cursor: Cursor, said: Said) -> bool:
    r"""Read ``pattern ^[a-z-]+$``, ``matching "^\d+$"``, ``lowercase letters and dashes only``."""
    before = cursor.position
    cursor.accept("with", "a", "the", "must", "should", "to", "following")
    cursor.accept("a", "the")
    opened = cursor.phrase("pattern", "regex", "matching", "match", "matches", "regexp",
        "regular expression", "matches the pattern", "matching the pattern", "match the pattern",
        "matching the regex", "matches the regex", "match the regex", "match the regular expression",
        "format", "following the pattern", "a pattern of", "pattern of")  # fmt: skip
    cursor.accept(":", "=", "of", "is")
    token = cursor.peek()
    if token is not None and (token.kind == "pattern" or (opened and opened != "format" and token.kind == "quoted")):
        said.pattern = cursor.take().value.strip("/")
        return True
    cursor.position = before
    return _read_alphabet(cursor, said)


def _read_alphabet(cursor: Cursor, said: Said) -> bool:
    before = cursor.position
    only = bool(
        cursor.phrase(
            "only",
            "may only contain",
            "should only contain",
            "must only contain",
            "can only contain",
            "may contain only",
            "consisting of",
            "made of",
            "only contain",
            "contains only",
            "just",
        )
    )
    cursor.accept("contain", "contains", "of")
    alphabet = ""
    while part := cursor.one_of(_ALPHABET_PHRASES):
        alphabet += _ALPHABETS[part]
        if not cursor.accept(",", "and", "or", "&"):
            break
        cursor.accept("and", "or")
    if not alphabet or not (bool(cursor.accept("only")) or only):
        cursor.position = before
        return False
    cursor.accept(":")
    if cursor.accept(",") and cursor.word() not in ("pattern", "regex", "matching") and cursor.kind() != "pattern":
        cursor.position -= 1
    if said.pattern is None:
        letters = alphabet.replace("-", "") if alphabet.count("-") != alphabet.count("a-z") * 1 else alphabet
        said.pattern = f"^[{_alphabet(alphabet) if letters else alphabet}]+$"
    return True


def _alphabet(parts: str) -> str:
    """Return a character class with a dash that means itself at its end."""
    ranges = [one for one in ("a-z", "A-Z", "0-9") if one in parts]
    rest = parts
    for one in ranges:
        rest = rest.replace(one, "")
    return "".join(ranges) + ("_" if "_" in rest else "") + ("-" if "-" in rest else "")
