"""What is said of a field behind or before its name: types, flags, limits, values, what it points at."""

from __future__ import annotations

from backwright.naming import snake
from backwright.spec.model import OnDelete
from backwright.spec.reading.numbers import read_limits
from backwright.spec.reading.said import Said
from backwright.spec.reading.tokens import Cursor, Misread, Phrases
from backwright.spec.reading.values import read_choice, read_default, read_example, read_pattern
from backwright.spec.reading.vocabulary import phrases, words
from backwright.spec.shorttypes import TYPES, type_named

HARD_TYPES = frozenset(
    {"string", "str", "varchar", "integer", "int", "bigint", "decimal", "float", "double", "numeric", "boolean", "bool"}
    | {"datetime", "date-time", "timestamp", "json", "uuid", "money", "enum", "guid", "jsonb", "int64", "int32",
        "strings", "integers", "booleans"}
    | {"datetimes", "timestamps", "uuids", "decimals", "floats", "bools"}
)  # fmt: skip
"""Words that are always a type, never a part of a name."""
SOFT_TYPES = frozenset(
    {
        "text",
        "email",
        "e-mail",
        "url",
        "uri",
        "link",
        "date",
        "time",
        "number",
        "flag",
        "dates",
        "times",
        "numbers",
        "texts",
        "urls",
        "flags",
    }
)
"""Words that are a type or a part of a name: ``review text``, ``due date``."""
_LONG_TYPES = {
    "whole number": "integer", "whole numbers": "integer", "long text": "text", "longer text": "text",
    "free text": "text", "short text": "string", "time of day": "time",
    "date and time": "datetime", "date time": "datetime", "date with time": "datetime", "point in time": "datetime",
    "calendar date": "date", "hex string": "string", "e-mail address": "email",
    "email address": "email", "web address": "url", "web link": "url", "floating point number": "number",
    "floating point": "number", "decimal number": "decimal", "big integer": "bigint",
    "boolean flag": "boolean", "true or false": "boolean", "yes or no": "boolean", "yes / no": "boolean",
    "true / false": "boolean", "text field": "text", "json object": "json", "amount of money": "money",
    "currency amount": "money", "iso date": "date", "multi-line text": "text", "multiline text": "text",
    "text area": "text", "long string": "text", "plain text": "text", "markdown": "text", "rich text": "text",
    "date only": "date", "decimal value": "decimal", "an integer": "integer", "full number": "integer",
    "natural number": "integer", "unsigned int": "integer", "unsigned integer": "integer", "real number": "number",
    "a yes/no": "boolean", "yes/no": "boolean", "true/false": "boolean", "money amount": "money",
    "short string": "string", "fractional number": "number", "number with decimals": "decimal",
    "timestamp with timezone": "datetime",
    "yes/no flag": "boolean", "on/off": "boolean", "true/false flag": "boolean", "a text": "text", "a date": "date",
    "a number": "number", "a link": "url", "a flag": "boolean", "a time": "time", "positive integer": "integer>0",
    "positive number": "number>0", "positive decimal": "decimal>0", "positive int": "integer>0",
    "positive whole number": "integer>0", "non-negative integer": "integer>=0", "non-negative number": "number>=0",
    "non-negative decimal": "decimal>=0", "non-negative int": "integer>=0", "a large text": "text",
    "large text": "text", "nonnegative integer": "integer>=0", "boolean value": "boolean", "string value": "string",
    "integer value": "integer", "integer number": "integer", "text string": "string", "character string": "string",
    "universally unique identifier": "uuid", "a uri": "url", "a url": "url", "string field": "string",
    "utc timestamp": "datetime", "utc datetime": "datetime",
}  # fmt: skip
_LONG_TYPE_PHRASES = Phrases(_LONG_TYPES)
PLURAL_TYPES = {"strings": "string", "integers": "integer", "booleans": "boolean", "datetimes": "datetime",
    "timestamps": "datetime", "uuids": "uuid", "decimals": "decimal", "floats": "number", "dates": "date",
    "times": "time", "numbers": "number", "texts": "text", "urls": "url", "flags": "boolean",
    "bools": "boolean", "emails": "email", "links": "url", "words": "string", "ints": "integer",
    "e-mail": "email", "timestamptz": "datetime"}  # fmt: skip
_LISTS = Phrases(["a list of", "list of", "an array of", "array of", "lists of", "arrays of", "several",
    "a set of", "set of", "multiple"])  # fmt: skip
_TYPE_OPENERS = Phrases(["as", "of type", ":", "type", "is", "are", "as a", "as an", "which is", "that is",
    "being", "of the type", "is of type", "should be", "must be", "has to be", "be", "stored as",
    "in the form of", "a", "an", "-", "the type", "with type", "both", "with", "as the", "typed as",
    "given as", "=", "are both", "all", "each"])  # fmt: skip
_CURRENCIES = frozenset({"euros", "euro", "eur", "dollars", "dollar", "usd", "gbp", "pounds", "chf",
    "francs", "us dollars", "sek", "nok", "dkk", "jpy", "cad", "aud", "pln", "zloty", "kroner", "kronor",
    "yen", "rupees", "inr", "€", "$", "£"})  # fmt: skip
_UNITS = frozenset(
    {"day", "days", "hours", "hour", "minutes", "minute", "seconds", "second", "weeks", "week", "months", "month",
        "years", "year", "kg", "kilograms", "kilos", "grams", "gram", "g", "mg", "cm", "mm", "m", "km", "metres",
        "meters", "miles"}
    | {"percent", "%", "bytes", "kb", "mb", "gb", "celsius", "fahrenheit", "degrees", "litres", "liters", "ml", "watts",
        "kw", "kwh", "volts", "bar", "kilometres", "kilometers", "centimetres", "centimeters", "millimetres", "tonnes",
        "tons", "ms", "milliseconds", "points", "units", "pieces", "inches", "feet", "cents", "megabytes", "kilobytes",
        "square metres", "hectares", "mins", "hrs", "lbs", "pixels", "px", "stars", "steps", "people", "persons",
        "guests", "mm²", "m²", "sqm", "km/h", "calories", "kcal", "kilojoules", "hpa", "lux", "decibels", "stops",
        "seats", "litre", "liter", "pages", "nights", "servings", "credits", "item", "items"}
)  # fmt: skip
_FILLERS = frozenset(
    {"which", "that", "is", "are", "be", "being", "must", "should", "shall", "has", "have", "to", "will", "can", "may",
        "a", "an", "the", "it", "with", "of", "as", "value", "values", "its", "also", "only", "always", "they", "whose",
        "contain", "contains", "need", "needs", "hold", "cannot", "field", "column", "fields", "all", "just", "does",
        "do", "been", "stay", "remain", "if", "possible", "in", "kept", "'s", "there", "go", "goes", "set", "each",
        "length", "ought", "get", "gets", "entries", "entry", "per", "given", "one", "these", "still", "however",
        "mark", "marked", "become", "becomes", "every", "from", "then", "property", "item", "their", "rather", "run",
        "runs", "range", "ranges", "at", "take", "takes"}
)  # fmt: skip
_ON_DELETE = {
    "delete it together with the": OnDelete.CASCADE, "delete them together with the": OnDelete.CASCADE,
    "deleted together with the": OnDelete.CASCADE, "deleted with the": OnDelete.CASCADE,
    "removed with the": OnDelete.CASCADE, "delete with the": OnDelete.CASCADE, "goes away with the": OnDelete.CASCADE,
    "deleted along with the": OnDelete.CASCADE, "delete it with the": OnDelete.CASCADE,
    "remove it together with the": OnDelete.CASCADE, "deleted together with its": OnDelete.CASCADE,
    "deleted with its": OnDelete.CASCADE, "deleted when the": OnDelete.CASCADE,
}  # fmt: skip
_ON_DELETE_PHRASES = Phrases(_ON_DELETE)
_RULES = Phrases(
    [
        "set null",
        "set_null",
        "set to null",
        "set it to null",
        "cascade",
        "cascades",
        "restrict",
        "restricted",
        "cascading",
        "cascaded",
    ]
)
_MOST_FILLERS = 7
_LONGEST_OWNER = 3
_CURRENCY_CODE = 3


def read_detail(cursor: Cursor, said: Said, *, typed: bool = False) -> bool:
    """Read one detail; ``typed`` where a soft type alone is one (in parentheses, behind a colon)."""
    before = cursor.position
    if _core(cursor, said, typed=typed):
        return True
    cursor.position = before
    taken = 0
    while cursor.word() in _FILLERS and taken < _MOST_FILLERS:
        cursor.take()
        taken += 1
        if _core(cursor, said, typed=typed or cursor.word(-1) in ("a", "an", "as", "be", "is", "are")):
            return True
    cursor.position = before
    return False


def _core(cursor: Cursor, said: Said, *, typed: bool) -> bool:
    readers = (
        _read_flag,
        _read_type,
        read_example,
        read_pattern,
        read_limits,
        read_default,
        read_choice,
        _read_target,
        _read_on_delete,
        _read_unit,
        _read_parentheses,
        _read_per,
        _read_soft,
    )
    for read in readers:
        before = cursor.position
        if read is _read_soft and not typed:
            continue
        if read(cursor, said):
            return True
        cursor.position = before
    return False


def _read_flag(cursor: Cursor, said: Said) -> bool:
    if cursor.phrase(
        "not unique",
        "no longer unique",
        "not be unique",
        "non-unique",
        "not necessarily unique",
        "not unique anymore",
        "not unique any more",
        "need not be unique",
        "not have to be unique",
    ):
        said.flags["unique"] = False
    elif cursor.phrase("not indexed", "no longer indexed"):
        said.flags["index"] = False
    elif cursor.one_of(phrases("required")):
        said.flags["optional"] = False
    elif cursor.one_of(phrases("optional")):
        said.flags["optional"] = True
    elif cursor.one_of(phrases("readonly")):
        said.flags["read_only"] = True
    elif cursor.one_of(phrases("writeonly")):
        said.flags["write_only"] = True
    elif cursor.one_of(phrases("immutable")):
        said.flags["immutable"] = True
        cursor.one_of(phrases("immutable_tail"))
    elif cursor.one_of(phrases("unique")):
        said.flags["unique"] = True
    elif cursor.word() == "index" and said.names and cursor.word(1) in ("", ",", "and", ")"):
        cursor.take()
        said.flags["index"] = True
    elif cursor.one_of(phrases("indexed")):
        said.flags["index"] = True
    else:
        return False
    return True


def _named_type(cursor: Cursor) -> str:
    word = cursor.word()
    return PLURAL_TYPES.get(word) or type_named(word) or ""


def _read_type(cursor: Cursor, said: Said) -> bool:
    """Read ``as text``, ``of type text``, ``: text``, ``whole number``, ``list of strings``."""
    before = cursor.position
    opened = cursor.one_of(_TYPE_OPENERS)
    while opened and cursor.accept("a", "an", "the", "valid", "proper", "real", "exact"):
        pass
    if cursor.one_of(_LISTS) or (cursor.word(1) in ("array", "list") and type_named(cursor.word()) is not None):
        items = _named_type(cursor)
        if items:
            cursor.take()
            cursor.accept("array", "list", "values")
            said.type, said.items = "array", items
            return True
        cursor.position = before
    long = cursor.one_of(_LONG_TYPE_PHRASES)
    if long:
        return _set_long(said, _LONG_TYPES[long])
    name = _named_type(cursor)
    hard = cursor.word() in HARD_TYPES
    if name and (
        hard
        or (
            opened
            and opened not in ("a", "an", "with", "the", "all", "each")
            and cursor.word() in SOFT_TYPES | {"object", "currency", "real", "links", "emails"}
        )
    ):
        return _set_type(cursor, said, name)
    if name and opened in ("a", "an") and _ends(cursor.word(1)):
        return _set_type(cursor, said, name)
    cursor.position = before
    return False


def _set_long(said: Said, name: str) -> bool:
    from decimal import Decimal

    name, _, sign = name.partition(">")
    said.type = name
    if sign:
        said.bounds["minimum" if sign.startswith("=") else "exclusive_minimum"] = Decimal(0)
    return True


def _ends(word: str) -> bool:
    return word in ("", ",", ")", ";", "and", "(", "-")


def _read_soft(cursor: Cursor, said: Said) -> bool:
    name = _named_type(cursor)
    return bool(name) and (cursor.word() in SOFT_TYPES | HARD_TYPES or name in TYPES) and _set_type(cursor, said, name)


def _set_type(cursor: Cursor, said: Said, name: str) -> bool:
    if (
        said.type
        and said.type != name
        and not (said.type in ("decimal", "money") and name in ("number", "decimal", "money"))
    ):
        raise Misread((said.type, cursor.word()), "these are two types; which is the name?")
    cursor.take()
    if cursor.accept("flag", "field", "column"):
        pass
    if not (said.type == "decimal" and name == "number"):
        said.type = name
    if cursor.word() == "(" and name in ("decimal", "money", "string", "text", "enum") and _is_arguments(cursor, name):
        _read_arguments(cursor, said, name)
    elif (
        name in ("decimal", "money")
        and cursor.kind() == "number"
        and cursor.word(1) == ","
        and cursor.kind(2) == "number"
    ):
        said.arguments = {"precision": int(cursor.take().value), "scale": 0}
        cursor.take()
        said.arguments["scale"] = int(cursor.take().value)
    elif cursor.kind() == "number" and name == "string" and cursor.word(1) in ("", ",", ")"):
        said.lengths["max_length"] = int(cursor.take().value)
    return True


def _is_arguments(cursor: Cursor, name: str) -> bool:
    return name == "enum" or cursor.kind(1) in ("number", "range", "op")


def _read_arguments(cursor: Cursor, said: Said, name: str) -> None:
    cursor.take()
    values: list[str] = []
    while cursor.word() != ")":
        if not cursor.accept(",", "or", "and", "|", "/"):
            token = cursor.take()
            values += token.lower.split("..") if token.kind in ("range", "op") else token.value.split("/")
    cursor.take()
    if name == "enum":
        said.enum, said.type = tuple(values), ""
        return
    numbers = [int(value) for value in values if value.isdigit()]
    if len(numbers) != len([value for value in values if value]) or len(values) not in (1, 2):
        raise Misread(values)
    if name in ("decimal", "money"):
        said.arguments = {"precision": numbers[0], "scale": numbers[1] if len(numbers) > 1 else 0}
    elif len(values) == 1:
        said.lengths["max_length"] = numbers[0]
    else:
        said.lengths.update(
            {key: int(value) for key, value in zip(("min_length", "max_length"), values, strict=True) if value}
        )


def _read_target(cursor: Cursor, said: Said) -> bool:
    """Read ``belonging to a product``, ``-> products``, ``references users``."""
    before = cursor.position
    cursor.accept("which", "that", "each")
    optionally = bool(cursor.one_of(phrases("may_belong")))
    if not (optionally or cursor.accept("->") or cursor.one_of(phrases("belong"))):
        cursor.position = before
        return False
    if cursor.before() in ("in", "on", "for", "about") and cursor.word() not in words("articles") | {"one"}:
        cursor.position = before
        return False
    cursor.skip(words("articles") | {"one", "single", "exactly"})
    many = bool(cursor.one_of(phrases("many")))
    target = target_name(cursor)
    if not target:
        cursor.position = before
        return False
    said.target, said.many = target, many
    if optionally:
        said.flags["optional"] = True
    return True


def target_name(cursor: Cursor) -> str:
    """Read the name of what is pointed at, of up to three words."""
    found: list[str] = []
    while cursor.peek() is not None and cursor.kind() in ("word", "quoted") and len(found) < _LONGEST_OWNER:
        if cursor.word() in _FILLERS | words("optional") | words("required") | words("unique") | {
            "on",
            "for",
            "or",
            "when",
            "by",
            "via",
            "where",
            "through",
            "too",
            "optionally",
            "together",
            "either",
            "as",
            "nullable",
            "not",
            "any",
            "cascade",
            "cascading",
            "has",
            "if",
            "no",
            "we",
            "i",
            "and",
            "but",
            "have",
            "also",
            "they",
            "while",
            "that",
            "which",
            "plus",
            "then",
            "so",
            "because",
            "since",
            "instead",
            "please",
        }:
            break
        found.append(cursor.take().value)
    return snake("_".join(found)) if found else ""


def _read_on_delete(cursor: Cursor, said: Said) -> bool:
    if cursor.phrase("on delete", "on deletion", "ondelete", "on_delete", "when deleted", "delete rule"):
        cursor.accept(":", "=", "is")
        rule = cursor.one_of(_RULES)
        if not rule:
            raise Misread(("on delete",), "say on delete cascade, restrict or set null")
        said.on_delete = (
            OnDelete.CASCADE if "casc" in rule else OnDelete.RESTRICT if "restrict" in rule else OnDelete.SET_NULL
        )
        return True
    if cursor.phrase(
        "cascade on delete",
        "cascading on delete",
        "cascade delete",
        "cascading deletes",
        "cascading delete",
        "cascading",
        "cascades on delete",
        "cascade deletes",
        "delete cascade",
        "cascade",
    ):
        said.on_delete = OnDelete.CASCADE
        return True
    phrase = cursor.one_of(_ON_DELETE_PHRASES)
    if phrase and cursor.kind() == "word":
        cursor.take()
        cursor.phrase("is deleted", "is removed", "goes", "is gone")
        said.on_delete = _ON_DELETE[phrase]
        return True
    return False


def _read_unit(cursor: Cursor, said: Said) -> bool:
    """Read ``in days``, ``in euros``, ``(GBP``: a unit is kept as the field's description, a currency is a decimal."""
    opened = cursor.accept("in", "measured", "given", "of")
    cursor.accept("in")
    cursor.accept("whole", "full") if opened else None
    word = cursor.word()
    if word in _CURRENCIES:
        if not opened and not (cursor.before() in ("(", ",") or said.names):
            return False
        cursor.take()
        said.type = said.type if said.type in ("number", "integer") else "decimal"
        said.note = f"in {word.upper() if len(word) == _CURRENCY_CODE else word}"
        return True
    after_limit = bool(said.bounds) and cursor.kind(-1) in ("number", "range")
    if word in _UNITS and (
        opened in ("in", "measured")
        or after_limit
        or (not opened and cursor.before() == "(" and cursor.word(1) in (")", ","))
    ):
        cursor.take()
        said.note = f"in {word}"
        return True
    return False


def _read_per(cursor: Cursor, said: Said) -> bool:
    """Read ``unique per artist`` behind ``unique``."""
    if not said.flags.get("unique") or not cursor.phrase(
        "per",
        "within",
        "within a",
        "within one",
        "within the",
        "within each",
        "in each",
        "inside a",
        "for each",
        "within its",
        "together with",
        "within their",
        "in combination with",
        "for every",
        "inside each",
    ):
        return False
    cursor.skip(words("articles") | {"one", "same"})
    target = target_name(cursor)
    if not target:
        return False
    said.unique_per.append(target)
    return True


def _read_parentheses(cursor: Cursor, said: Said) -> bool:
    """Read what stands in parentheses: more about the field, or its values."""
    if not cursor.accept("("):
        return False
    depth, at = 1, cursor.position
    while depth and at < len(cursor.tokens):
        depth += {"(": 1, ")": -1}.get(cursor.tokens[at].text, 0)
        at += 1
    if depth:
        raise Misread([token.text for token in cursor.rest()], "a parenthesis is not closed")
    inner = Cursor(cursor.tokens[cursor.position - 1 : at - 1])
    inner.position = 1
    _read_inside(inner, said)
    cursor.position = at
    return True


def _read_inside(inner: Cursor, said: Said) -> None:
    if not said.enum and _values_only(inner, said):
        return
    while not inner.ended:
        if inner.accept(",", ";", "and", "but", "/", "-", "or"):
            continue
        if not read_detail(inner, said, typed=True):
            raise Misread([token.text for token in inner.rest()])


def _values_only(inner: Cursor, said: Said) -> bool:
    """Read ``(dog, cat, rabbit or other)`` and ``(free, basic or pro; default free)``."""
    from backwright.spec.reading.values import _NO_VALUES  # one list of what no value is

    rest = inner.rest()
    ends = next(
        (
            at
            for at, token in enumerate(rest)
            if token.text == ";"
            or token.lower in ("default", "defaults", "defaulting", "optional", "required", "initially", "unique")
        ),
        len(rest),
    )
    head = [token for token in rest[:ends] if token.text not in (",", "|", "/") and token.lower not in ("or", "and")]
    parted = any(token.text in (",", "|", "/") or token.lower == "or" or "/" in token.text for token in rest[:ends])
    if not head or not parted or any(not token.is_name for token in head):
        return False
    lowered = [token.lower for token in head if token.kind == "word"]
    if any(
        (
            (type_named(word) or word in HARD_TYPES)
            and word not in ("double", "long", "real", "object", "choice", "currency")
        )
        or word in _NO_VALUES | _CURRENCIES
        or word in phrases("optional")
        or word in phrases("readonly")
        or word in phrases("writeonly")
        for word in lowered
    ):
        return False
    if any(part in lowered for part in ("positive", "negative", "nullable", "whole")) or (
        len(head) <= 1 and "/" not in head[0].text
    ):
        return False
    sub = Cursor((*inner.tokens[: inner.position], *rest[:ends]))
    sub.position = inner.position
    values: list[str] = []
    group: list[str] = []
    while not sub.ended:
        if sub.accept(",", "|", "/", "or", "and"):
            values += [snake("_".join(group)) if len(group) > 1 else group[0]] if group else []
            group = []
        else:
            token = sub.take()
            first, *others = token.text.split("/") if token.kind == "word" else [token.value]
            group.append(first)
            for other in others:
                values.append(snake("_".join(group)) if len(group) > 1 else group[0])
                group = [other]
    values += [snake("_".join(group)) if len(group) > 1 else group[0]] if group else []
    if {value.lower() for value in values} in ({"yes", "no"}, {"true", "false"}, {"on", "off"}):
        said.type = "boolean"
    else:
        said.enum = tuple(values)
    inner.position += ends
    inner.accept(";", ",")
    return inner.ended or _rest_inside(inner, said)


def _rest_inside(inner: Cursor, said: Said) -> bool:
    while not inner.ended:
        if inner.accept(",", ";", "and"):
            continue
        if not read_detail(inner, said, typed=True):
            raise Misread([token.text for token in inner.rest()])
    return True
