"""What was said of a field or relation as its spec: completed by what is usual, every assumption told."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from backwright.errors import BadInput
from backwright.naming import snake
from backwright.spec.conventions import Conventions
from backwright.spec.language.nouns import is_usable
from backwright.spec.language.said import Said
from backwright.spec.language.tokens import Misread
from backwright.spec.language.values import as_boolean
from backwright.spec.lexicon import lexicon
from backwright.spec.model import FieldSpec, FieldType, Format, OnDelete, RelationSpec
from backwright.spec.nouns import is_adverb, is_plain
from backwright.spec.short import field_line
from backwright.spec.shorttypes import MONEY, TYPES, completed, type_named

_LONGEST = 2
_SHORT_TEXT = 2000
"""A text of at most this many characters is a string."""
_NUMBER_KEYS = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum")
_KEPT_SIZES = ("max_length", "min_length", "precision", "scale")
_SOFT = frozenset({"text", "email", "url", "uri", "link", "date", "time", "number", "flag", "e_mail", "e-mail"})
_CHOSEN = frozenset({"status", "priority", "state", "severity", "gender"})
_MONEY_WORDS = frozenset({"price", "fee", "cost", "salary", "amount", "rate", "total", "balance", "budget", "wage"})


def field_name(said: Said) -> str:
    """Return the name of a field in snake_case.

    Raises:
        Misread: the words cannot be a name.
    """
    words = [word for word in said.name if word.lower() not in ("'s",)]
    name = snake("_".join(words))
    if not name:
        raise Misread(said.words, "a name is missing")
    span = words[-1][1:-1] == "-"
    if (
        not is_usable(name)
        or span
        or any(is_adverb(word) for word in words[1:])
        or not all(is_plain(word) for word in words)
    ):
        raise Misread(words, f"{' '.join(words)!r} cannot be a name")
    if len(words) > _LONGEST and not _is_known_long(words, name):
        raise Misread(words, f"write a name of several words as one, like {name}, or set commas between fields")
    if (
        len(words) == _LONGEST
        and words[0].lower() in _CHOSEN
        and words[1].lower() in ("draft", "open", "new", "active", "high", "low", "pending", "closed")
    ):
        raise Misread(words, "say the values as STATUS one of new, paid or shipped")
    return {"e_mail": "email", "e_mail_address": "email", "email_address": "email", "mail": "mail"}.get(name, name)


def _is_known_long(words: list[str], name: str) -> bool:
    lowered = [word.lower() for word in words]
    return (
        lexicon().field(name) is not None
        or bool({"of", "per"} & set(lowered))
        or (
            len(words) == _LONGEST + 1
            and (
                lowered[-1] in ("on", "at", "by", "from", "until", "id")
                or lowered[-1] in _MONEY_WORDS
                or lowered[0] in ("is", "has", "max", "min", "maximum", "minimum", "first", "last", "vat", "tax")
            )
        )
    )


def field_of(said: Said, conventions: Conventions) -> FieldSpec:
    """Return the field that was said, completed by what is usual for its name."""
    name = field_name(said)
    return _built({"name": name, **completed(_lengths(_keys(said, name), conventions))}, said)


def _type_keys(said: Said) -> dict[str, Any] | None:
    if said.enum:
        return dict(TYPES["enum"])
    if said.type == "array":
        item = dict(TYPES[type_named(said.items) or "string"])
        return {"type": FieldType.ARRAY, "items": FieldSpec(name="item", **item)}
    if not said.type:
        return None
    keys = dict(TYPES[type_named(said.type) or said.type])
    if said.type == "decimal" and not said.arguments:
        keys.update(MONEY)
    keys.update(said.arguments)
    return keys


def _keys(said: Said, name: str) -> dict[str, Any]:
    keys = _type_keys(said)
    usual = lexicon().field(name)
    if (
        usual is not None
        and usual.format is Format.TEXT
        and (said.lengths.get("max_length") or _SHORT_TEXT + 1) <= _SHORT_TEXT
    ):
        usual = None
    if keys is None and name in _SOFT and usual is None:
        keys = dict(TYPES[type_named(name) or "string"])
    if keys is None:
        hint = _hinted(said, usual)
        usual_keys = (
            {} if usual is None else {k: v for k, v in usual.model_dump(exclude_defaults=True).items() if k != "name"}
        )
        keys = (
            usual_keys
            if usual is not None and (hint is None or _fits(hint, usual))
            else (hint or dict(TYPES["string"]))
        )
        if usual is not None and name.rpartition("_")[2] in ("number", "size") and said.bounds:
            keys = dict(TYPES["integer"])
    elif usual is not None and keys["type"] is usual.type and keys.get("format") == usual.format and not said.enum:
        keys = {**{key: getattr(usual, key) for key in _KEPT_SIZES if getattr(usual, key) is not None}, **keys}
    return _with_said(keys, said)


def _fits(hint: Mapping[str, Any], usual: FieldSpec) -> bool:
    numbers = (FieldType.INTEGER, FieldType.NUMBER)
    return hint["type"] is usual.type or (hint["type"] in numbers and usual.type in numbers)


def _hinted(said: Said, usual: FieldSpec | None) -> dict[str, Any] | None:
    """Guess a type from limits, lengths and the default."""
    if said.lengths or said.pattern:
        return dict(TYPES["string"]) if usual is None or usual.type is not FieldType.STRING else None
    if (
        said.default is not None
        and as_boolean(said.default) in ("true", "false")
        and said.default.lower() in ("true", "false", "yes", "no", "on", "off")
    ):
        return dict(TYPES["boolean"])
    numbers = list(said.bounds.values())
    if said.default is not None and said.default.lstrip("-").replace(".", "", 1).isdigit():
        numbers.append(Decimal(said.default))
    if not numbers or (usual is not None and usual.type is FieldType.STRING and said.default is None):
        return None
    whole = all(number == number.to_integral_value() for number in numbers)
    return dict(TYPES["integer"]) if whole else dict(TYPES["money"])


def _with_said(keys: dict[str, Any], said: Said) -> dict[str, Any]:
    """Let what was said take the place of what is usual."""
    whole = dict(keys)
    bounds, lengths = dict(said.bounds), dict(said.lengths)
    is_text = whole.get("type", FieldType.STRING) is FieldType.STRING and whole.get("format") in (
        None,
        Format.TEXT,
        Format.URI,
        Format.EMAIL,
        Format.PASSWORD,
    )
    if bounds and is_text and not said.enum:
        for key, number in bounds.items():
            exact = int(number) + {"exclusive_minimum": 1, "exclusive_maximum": -1}.get(key, 0)
            lengths["min_length" if "min" in key else "max_length"] = exact
        bounds = {}
    if lengths.get("max_length") is not None and (whole.get("min_length") or 0) > lengths["max_length"]:
        whole.pop("min_length")
    for side in ("minimum", "maximum"):
        if any(side in key for key in bounds):
            whole.pop(side, None)
            whole.pop(f"exclusive_{side}", None)
    low, high = bounds.get("minimum", whole.get("minimum")), bounds.get("maximum", whole.get("maximum"))
    if low is not None and high is not None and low > high:
        whole.pop("minimum" if "maximum" in bounds else "maximum", None)
    whole.update(bounds)
    whole.update(lengths)
    if lengths and not is_text:
        raise Misread(said.words or list(said.name), "only text has a length")
    if said.enum:
        whole["enum"] = said.enum
        whole.pop("max_length", None)
    if said.default is not None:
        whole.update(default=_default(said, whole))
        whole.pop("required", None)
        whole.pop("nullable", None)
    described = {"pattern": said.pattern, "description": said.note or None}
    whole.update({key: value for key, value in described.items() if value is not None})
    if said.example is not None:
        whole["examples"] = (said.example,)
    _flags(whole, said)
    return whole


def _default(said: Said, whole: Mapping[str, Any]) -> str:
    value = str(said.default)
    if whole.get("type") is FieldType.BOOLEAN:
        return as_boolean(value) or value
    if said.enum or whole.get("enum"):
        values = tuple(said.enum or whole.get("enum") or ())
        return next((one for one in values if one.lower() == value.lower()), value)
    return value


def _flags(whole: dict[str, Any], said: Said) -> None:
    optional = said.flags.get("optional")
    if optional is True:
        whole.update(required=False, nullable=True)
        if said.default is None:
            whole.pop("default", None)
    elif optional is False:
        whole.update(required=True, nullable=False)
        if said.default is None:
            whole.pop("default", None)
    whole.update({key: value for key, value in said.flags.items() if key != "optional"})
    if said.flags.get("read_only") and "required" not in whole:
        whole.update(required=False, nullable=True) if whole.get("default") is None else None


def _lengths(keys: dict[str, Any], conventions: Conventions) -> dict[str, Any]:
    """Give strings without a length the one of the conventions."""
    is_string = keys.get("type", FieldType.STRING) is FieldType.STRING
    if is_string and keys.get("max_length") is None and keys.get("enum") is None:
        length = {None: conventions.string_length, Format.TEXT: conventions.text_length}.get(keys.get("format"))
        if length is not None:
            return {**keys, "max_length": max(length, keys.get("min_length") or 1)}
    return keys


def _built(keys: Mapping[str, Any], said: Said) -> FieldSpec:
    try:
        return FieldSpec(**keys)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise BadInput(f"{' '.join(said.words or said.name)}: {first['msg'][:1].lower()}{first['msg'][1:]}") from None


def changed_field(old: FieldSpec, said: Said) -> FieldSpec:
    """Return a field with what was said put in the place of what it was."""
    keys = {key: value for key, value in old.model_dump(exclude_defaults=True).items() if key != "name"}
    keys.update(required=old.required, nullable=old.nullable)
    new = _type_keys(said)
    same = new is not None and new["type"] is old.type and new.get("format") is old.format and not said.enum
    if new is not None and not same:
        kept: tuple[str, ...] = ("required", "nullable", "unique", "index", "immutable", "description")
        if new.get("format") is None and old.type is FieldType.STRING is new["type"] and not said.enum:
            kept = (*kept, "default")
        if said.enum and old.default in said.enum:
            kept = (*kept, "default")
        numbers = (FieldType.INTEGER, FieldType.NUMBER)
        if new["type"] in numbers and old.type in numbers:
            kept = (*kept, *_NUMBER_KEYS, "default")
        keys = {**new, **{key: keys[key] for key in kept if key in keys}}
        if keys.get("default") is None and not old.required and not old.nullable:
            keys.update(required=True)
    elif new is not None:
        keys.update(new)
    if said.default is not None and old.required:
        keys.pop("required")
        keys.pop("nullable")
    return _built({"name": old.name, **completed(_with_said(keys, said))}, said)


def changed_relation(old: RelationSpec, said: Said) -> RelationSpec:
    """Return a relation with what was said put in the place of what it was."""
    stray = said.said.keys() - {"flags", "on_delete", "note"}
    if stray:
        raise Misread(said.words or said.name, f"{old.name} is a relation to {old.target}")
    update: dict[str, object] = {key: said.flags[key] for key in ("unique", "immutable") if key in said.flags}
    if "optional" in said.flags:
        update["required"] = not said.flags["optional"]
    if said.on_delete is not None:
        update["on_delete"] = said.on_delete
        if said.on_delete is OnDelete.SET_NULL:
            update["required"] = False
    return old.model_copy(update=update)


def told(result: FieldSpec) -> str:
    """Return a field's short form, for an assumption."""
    return field_line(result) or str(result.type)
