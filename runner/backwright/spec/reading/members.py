"""Lists of fields and relations: ``title, an optional due date and status (open, done)``."""

from __future__ import annotations

from collections.abc import Callable

from backwright.naming import singular, snake
from backwright.spec.lexicon import lexicon
from backwright.spec.nouns import is_adverb
from backwright.spec.reading.details import HARD_TYPES, PLURAL_TYPES, SOFT_TYPES, _read_type, read_detail
from backwright.spec.reading.numbers import read_limits
from backwright.spec.reading.said import Said
from backwright.spec.reading.tokens import Cursor, Misread
from backwright.spec.reading.vocabulary import phrases, words

Begins = Callable[[Cursor], bool]
SEPARATORS = frozenset({",", "and", "plus", "&", "+", "with", "both"})
_AGAIN = frozenset({"also", "as well as", "including", "finally"})
_NO_NAMES = frozenset(
    {"to", "for", "with", "of", "in", "on", "that", "which", "who", "from", "by", "without", "when", "where", "if",
        "whose", "while", "whom", "among", "after", "before", "until", "during", "inside"}
    | {"is", "are", "be", "it", "so", "using", "into", "per", "must", "can", "should", "have", "has", "not", "no",
        "only", "nobody", "anyone", "everyone", "nothing"}
    | {"then", "but", "or", "at", "least", "most", "as", "etc", "than", "via", "same", "usual", "because", "'s", "does",
        "do", "has", "belongs", "belong"}
    | {"would", "could", "shall", "will", "might", "i", "you", "we", "they", "please", "such", "may", "them", "he",
        "she", "everything", "something", "anything", "whatever", "etcetera", "others", "more", "being", "up", "either",
        "neither", "nor", "let", "make", "use", "go", "goes", "ought", "there", "here", "own", "like", "too", "instead",
        "again", "eg", "ie"}
)  # fmt: skip
_PREFIXES = {"optional": ("optional", True), "required": ("optional", False), "mandatory": ("optional",
    False), "unique": ("unique", True), "nullable": ("optional", True), "immutable": ("immutable", True),
    "read-only": ("read_only", True), "readonly": ("read_only", True), "write-only": ("write_only", True),
    "writeonly": ("write_only", True), "indexed": ("index", True), "compulsory": ("optional", False),
    "non-optional": ("optional", False), "obligatory": ("optional", False)}  # fmt: skip
_TAILS = frozenset({"on", "at", "from", "until", "by", "to", "in"})
_KEEPS_TYPE = frozenset({"value", "rating", "score", "amount", "weight", "price", "temperature", "height",
    "width", "latitude", "longitude", "level", "count", "quantity", "size", "humidity", "distance",
    "speed", "duration", "total", "balance", "depth", "volume", "area", "length", "reading"})  # fmt: skip
_LONGEST = 3
_COUNTLESS = (
    "a list of", "a set of", "a collection of", "an array of", "a lot of", "a few", "any number of", "a number of",
)  # fmt: skip
_ARTICLES = frozenset(
    {"a", "an", "the", "its", "their", "one", "each", "another", "our", "exactly", "single", "also", "just", "his",
     "her", "new"}
)  # fmt: skip
_CALLED = (
    "field called", "column called", "field named", "column named", "flag called", "flag named", "called", "named",
    "attribute called", "property called", "new field", "field for the", "field for", "column for", "flag for",
    "flag to say",
)  # fmt: skip
_ADJECTIVES = frozenset(
    {"simple", "short", "long", "nice", "corresponding", "suitable", "proper", "separate", "further", "extra",
     "additional", "brand-new"}
)  # fmt: skip


def read_members(cursor: Cursor, begins: Begins) -> tuple[Said, ...]:
    """Read a list of members up to where a clause begins or the sentence ends."""
    found: list[Said] = []
    while not cursor.ended:
        before = cursor.position
        separated = skip_separators(cursor)
        if cursor.ended:
            break
        if found and not separated:
            cursor.position = before
            break
        if (separated or not found) and begins(cursor):
            cursor.position = before
            break
        said = read_member(cursor)
        cursor.phrase("from now on", "pls", "instead", "too", "as well", "please", "each", "as usual")
        if (
            found
            and not cursor.ended
            and cursor.word() in ("in", "under", "has", "have", "belongs", "belong", "that", "which", "with")
        ):
            cursor.position = before
            break
        if said.names:
            found.append(said)
            _spread(found)
        elif found and said.said:
            _spread([*found, said])
            found[-1].join(said)
        else:
            cursor.position = before
            break
    return tuple(found)


def _spread(found: list[Said]) -> None:
    """Let a type in the plural be that of the members before as well: ``start and end as datetimes``."""
    said = found[-1]
    lowered = [word.lower() for word in said.words]
    is_both = "both" in lowered or "all" in lowered
    if not is_both and not (any(word in PLURAL_TYPES for word in lowered) and said.type and said.type != "array"):
        return
    before = [one for one in found[:-1] if one.name]
    if not said.name:
        before = before[:-1]
    for one in reversed(before[-1:] if "both" in lowered else before):
        if one.said and not is_both:
            return
        one.join(Said(**{**vars(said), "name": [], "words": []}))


def skip_separators(cursor: Cursor) -> bool:
    """Take commas and the like; return whether there were any."""
    start = cursor.position
    while (
        cursor.accept(",", "and", "plus", "&", "+", ";")
        or cursor.phrase("as well as", "along with", "together with", "in addition to", "including", "with also")
        or (cursor.kind() == "dash" and cursor.take())
    ):
        pass
    cursor.phrase("also", "finally", "additionally") if cursor.position > start else None
    return cursor.position > start


def read_member(cursor: Cursor) -> Said:
    """Read one element of a list: a name with its details, or details alone."""
    said = Said()
    start = cursor.position
    if cursor.accept("both", "all") and read_detail(cursor, said, typed=True):
        said.words = [token.text for token in cursor.tokens[start : cursor.position]]
        return said
    _read_before_name(cursor, said)
    _read_name(cursor, said)
    if said.name and cursor.word() in SOFT_TYPES and not said.type:
        read_detail(cursor, said, typed=True)
    while not cursor.ended and read_detail(cursor, said, typed=not said.names and bool(said.type)):
        pass
    _type_in_name(said)
    said.words = [token.text for token in cursor.tokens[start : cursor.position]]
    return said


def _read_before_name(cursor: Cursor, said: Said) -> None:
    """Read articles, flags and types that stand before a name: ``an optional integer``, ``many``."""
    while not cursor.ended:
        if cursor.sees(*_COUNTLESS) and cursor.one_of(phrases("many")):
            said.many = True
            continue
        follows = cursor.kind(1) in ("word", "quoted") and cursor.word(1) not in _NO_NAMES | SEPARATORS
        if cursor.sees("one of", "all of"):
            return
        if any(read(cursor, said, follows) for read in (_read_article, _read_length, _read_prefix, _read_many)):
            continue
        if follows and _is_type_first(cursor):
            said.type = "decimal" if cursor.word() == "numeric" else ""
            if not _read_type(cursor, said):
                return
        elif not any(read(cursor, said, follows) for read in (_read_soft_type, _read_called, _read_adjective)):
            return


def _read_article(cursor: Cursor, said: Said, follows: bool) -> bool:
    if cursor.word() not in _ARTICLES or not (follows or cursor.word(1) == "of"):
        return False
    said.article = cursor.take().lower in ("a", "an", "one", "exactly", "single", "the") or said.article
    if cursor.word(-1) in ("one", "exactly", "single"):
        said.kind = "one"
    return True


def _read_length(cursor: Cursor, said: Said, _follows: bool) -> bool:
    """Read ``two-letter`` and ``2 letter`` before a name."""
    is_length = cursor.word(1) in ("letter", "character", "digit", "char") or cursor.word().endswith(
        ("-letter", "-character", "-digit", "-char")
    )
    return is_length and read_limits(cursor, said)


def _read_prefix(cursor: Cursor, said: Said, follows: bool) -> bool:
    if cursor.word() not in _PREFIXES or not follows:
        return False
    key, value = _PREFIXES[cursor.take().lower]
    said.flags[key] = value
    return True


def _read_many(cursor: Cursor, said: Said, follows: bool) -> bool:
    if not follows or not cursor.one_of(phrases("many")):
        return False
    said.many = True
    cursor.accept("different", "other", "related")
    return True


def _is_type_first(cursor: Cursor) -> bool:
    """Whether a word that can only be a type stands before a name."""
    return (
        cursor.word() in HARD_TYPES - {"enum", "strings", "integers"}
        and cursor.word(1) not in _NO_NAMES | HARD_TYPES
        and not _is_detail_next(cursor)
    )


def _read_soft_type(cursor: Cursor, said: Said, follows: bool) -> bool:
    """Read ``a text field called``: a type by what follows it."""
    if (
        cursor.word() not in ("text", "date", "email", "url", "number", "time")
        or not follows
        or cursor.word(1) in HARD_TYPES
        or cursor.word(1) not in ("field", "column", "called", "named")
    ):
        return False
    from backwright.spec.shorttypes import type_named

    said.type = type_named(cursor.take().lower) or ""
    return True


def _read_called(cursor: Cursor, said: Said, follows: bool) -> bool:
    """Read ``field called``, ``flag for``, ``column``: words that only introduce a name."""
    if not cursor.phrase(*_CALLED) and not (
        follows
        and cursor.word() in words("field_nouns") - {"value", "option"}
        and cursor.word(1) != ":"
        and cursor.accept(*words("field_nouns"))
    ):
        return False
    if cursor.word(-1) in ("for",):
        cursor.skip(words("articles"))
    if "flag" in (cursor.word(-1), cursor.word(-2)):
        said.type = "boolean"
    return True


def _read_adjective(cursor: Cursor, _said: Said, follows: bool) -> bool:
    if (
        cursor.word() not in _ADJECTIVES
        or not follows
        or cursor.word(1) in SEPARATORS
        or cursor.word(1) in ("text",)
        or _short_name(cursor)
    ):
        return False
    cursor.take()
    return True


def _short_name(cursor: Cursor) -> bool:
    """Whether ``short`` or ``long`` belongs to the name: ``short description``."""
    return cursor.word() in ("short", "long", "separate", "further", "extra", "additional") and cursor.word(1) in (
        "description",
        "name",
        "title",
        "summary",
        "code",
        "bio",
        "label",
        "url",
    )


def _is_detail_next(cursor: Cursor) -> bool:
    """Whether after a type a flag or the like follows and no name: ``integer optional``."""
    inner = Cursor(cursor.tokens)
    inner.position = cursor.position + 1
    return (inner.word() in _PREFIXES and inner.word(1) in (*SEPARATORS, "", ")")) or (
        inner.word() in ("default", "defaults", "max", "min", "between", "unique") and inner.word(1) not in SEPARATORS
    )


def _read_name(cursor: Cursor, said: Said) -> None:
    while not cursor.ended and len(said.name) < _LONGEST + 1:
        token = cursor.peek()
        if token is None or not token.is_name:
            return
        word = cursor.word()
        if token.kind == "quoted":
            said.name.append(cursor.take().value)
            return
        if not said.name and word in _AGAIN:
            cursor.take()
            continue
        if said.name and _ends_name(cursor, said):
            return
        is_alone = (
            word in ("make", "use", "own", "like", "to", "by", "from", "on")
            and cursor.word(1) in (",", "", ")", "and", "(", ":")
            and word in ("make", "use", "own")
        ) or (word == "make" and cursor.word(1) in HARD_TYPES)
        if (
            not said.name
            and not is_alone
            and (
                word in _NO_NAMES
                or (word in SEPARATORS and word != "plus")
                or (
                    _starts_detail(cursor)
                    and not (
                        said.article
                        and word
                        in (
                            "value",
                            "level",
                            "range",
                            "length",
                            "pattern",
                            "format",
                            "key",
                            "set",
                            "link",
                            "reference",
                            "maximum",
                            "minimum",
                        )
                    )
                )
            )
        ):
            return
        if word in words("field_nouns") - {"value", "option", "relation", "relationship"} and said.name:
            cursor.take()
            return
        said.name.append(cursor.take().value)
        if cursor.kind() == "dot" or cursor.word() == "'s":
            return


def _starts_detail(cursor: Cursor) -> bool:
    """Whether details begin here and no name: ``unique`` before a comma, ``not negative``, ``up to 3``."""
    word = cursor.word()
    if word in SOFT_TYPES or (
        word
        in (
            "code",
            "index",
            "value",
            "set",
            "say",
            "range",
            "length",
            "format",
            "example",
            "pattern",
            "sample",
            "link",
            "values",
            "options",
            "positive",
            "from",
            "min",
            "max",
            "minimum",
            "maximum",
            "key",
            "reference",
            "references",
            "restricted",
            "restrict",
        )
        and cursor.word(1) in (*SEPARATORS, "", ")", ";", "(", "is", "must", ":", "=", *SOFT_TYPES)
        and word not in ("positive", "restricted")
    ):
        return False
    if word in HARD_TYPES and word not in ("money",):
        return True
    inner = Cursor(cursor.tokens)
    inner.position = cursor.position
    try:
        return read_detail(inner, Said(), typed=False)
    except Misread:
        return False


def _ends_name(cursor: Cursor, said: Said) -> bool:
    word, following = cursor.word(), cursor.word(1)
    if word in SEPARATORS or "/" in word or following == "|":
        return True
    if (
        word in ("of", "per")
        and cursor.kind(1) == "word"
        and following not in _NO_NAMES | HARD_TYPES | words("articles")
        and _is_of_name(cursor, said)
    ):
        return False
    if word in _TAILS and following in (
        "",
        ",",
        "and",
        "(",
        ":",
        ";",
        "date",
        "datetime",
        "timestamp",
        "optional",
        "-",
        "required",
        "is",
        "must",
    ):
        return word == "to" and following in ("", ",")
    if word in _NO_NAMES or word in HARD_TYPES or is_adverb(word):
        return True
    if word in SOFT_TYPES:
        return _type_follows(cursor, said)
    return _starts_detail(cursor)


def _is_of_name(cursor: Cursor, said: Said) -> bool:
    """Whether ``of`` or ``per`` is inside a name: ``date of birth``, ``number of seats``, ``price per night``."""
    if cursor.word() == "per":
        return True
    return said.name[-1].lower() in (
        "date",
        "number",
        "place",
        "time",
        "country",
        "name",
        "year",
        "point",
        "unit",
        "type",
        "state",
        "terms",
        "proof",
        "method",
        "day",
        "head",
        "area",
        "amount",
    )


def _type_follows(cursor: Cursor, said: Said) -> bool:
    """Whether ``text``, ``date``, ``number`` and the like behind a name are its type."""
    word, last = cursor.word(), said.name[-1].lower()
    if cursor.word(1) not in (
        *SEPARATORS,
        "",
        "(",
        ")",
        ";",
        ":",
        "=",
        ">",
        ">=",
        "-",
        "<",
        "<=",
        "optional",
        "unique",
        "required",
        "nullable",
        "default",
        "with",
        "of",
        "max",
        "min",
        "between",
        "up",
        "from",
        "not",
        "which",
        "that",
        "is",
        "defaults",
        "defaulting",
        "at",
        "as",
        "must",
        "can",
        "field",
        "in",
        "read-only",
        "e",
        "eg",
        "like",
        "for",
        "to",
        "on",
        "belonging",
        "belongs",
        "where",
    ):
        return False
    if "_" in last or word in ("flag", "flags"):
        return True
    if word == "text":
        usual = lexicon().fields.get(last, "")
        return usual.startswith("text") or last in (
            "description",
            "body",
            "content",
            "instructions",
            "biography",
            "answer",
            "question",
        )
    if word == "number":
        return last in _KEEPS_TYPE
    if word == "date":
        return last in ("birthday", "on", "at", "from", "until", "deadline", "birthdate")
    return word == "time" and last in ("at",)


def _type_in_name(said: Said) -> None:
    """Take ``on date``, ``active flag`` apart."""
    if len(said.name) > 1 and not said.type and not said.enum:
        last = said.name[-1].lower()
        if last in ("flag", "boolean"):
            said.name, said.type = said.name[:-1], "boolean"


def is_listed_resource(said: Said) -> bool:
    """Whether a member is named like several rows: ``tags``, ``order lines``."""
    last = snake(said.name[-1]).rpartition("_")[2] if said.name else ""
    return bool(last) and singular(last) != last and not said.said.keys() - {"many", "kind"}
