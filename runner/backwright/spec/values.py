"""Values read from YAML nodes: each reader returns what is expected at a node, or says where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from backwright.errors import BadInput, Place
from backwright.spec import node as yaml_node
from backwright.spec.node import Node, Scalar, Sequence

Read = Callable[[Node], Any]
AnyModel = TypeVar("AnyModel", bound=BaseModel)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_INTEGER = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d{1,3})?")
_TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "on", "On"})
_FALSE = frozenset({"false", "False", "FALSE", "no", "No", "off", "Off"})
_LONGEST_IDENTIFIER = 48
_LONGEST_NUMBER = 40

JSON_SCHEMA_WORDS: Mapping[str, str] = {
    "read_only": "readOnly",
    "write_only": "writeOnly",
    "min_length": "minLength",
    "max_length": "maxLength",
    "exclusive_minimum": "exclusiveMinimum",
    "exclusive_maximum": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_items": "minItems",
    "max_items": "maxItems",
}
"""Attributes written as JSON Schema spells them; all others are written in snake_case."""


def file_key(attribute: str) -> str:
    """Return how an attribute of the model is spelt in a file."""
    return JSON_SCHEMA_WORDS.get(attribute, attribute)


def attribute_of(key: str, attributes: Iterable[str]) -> str | None:
    """Return the attribute a key of a file means, in either spelling, or None."""
    snaked = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()
    return next((attribute for attribute in attributes if attribute in (key, snaked)), None)


def kind_of(node: Node) -> str:
    """Name what a node is, for a message."""
    if isinstance(node, Scalar):
        return "nothing" if node.is_null else f"{node.text!r}"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def wrong(node: Node, expected: str, hint: str | None = None) -> BadInput:
    """Return the error that something else is expected at a node."""
    return BadInput(f"{expected} is expected here, not {kind_of(node)}", place=node.place, hint=hint)


def text(node: Node) -> str:
    """Read a text; a number or ``true`` is taken as it is written."""
    if not isinstance(node, Scalar) or node.is_null:
        raise wrong(node, "text")
    return node.text


def boolean(node: Node) -> bool:
    """Read ``true`` or ``false``."""
    if isinstance(node, Scalar) and node.plain and node.text in _TRUE | _FALSE:
        return node.text in _TRUE
    raise wrong(node, "true or false")


def integer(node: Node) -> int:
    """Read a whole number."""
    if isinstance(node, Scalar) and node.plain and len(node.text) < _LONGEST_NUMBER and _INTEGER.fullmatch(node.text):
        return int(node.text)
    raise wrong(node, "a whole number")


def decimal(node: Node) -> Decimal:
    """Read a number, exactly as written."""
    if isinstance(node, Scalar) and len(node.text) < _LONGEST_NUMBER and _FLOAT.fullmatch(node.text):
        try:
            return Decimal(node.text)
        except InvalidOperation:
            pass
    raise wrong(node, "a number")


def identifier(node: Node) -> str:
    """Read a name in snake_case."""
    name = text(node)
    if not _IDENTIFIER.fullmatch(name) or len(name) > _LONGEST_IDENTIFIER:
        from backwright.naming import snake

        better = snake(name)
        usable = bool(_IDENTIFIER.fullmatch(better)) and len(better) <= _LONGEST_IDENTIFIER
        raise BadInput(
            f"{name!r} is not a name: small letters, digits and _, at most {_LONGEST_IDENTIFIER}, a letter first",
            place=node.place,
            hint=f"Did you mean {better}?" if usable else None,
        )
    return name


def choice(*values: str) -> Read:
    """Return a reader of one of some words."""

    def read(node: Node) -> str:
        given = text(node)
        if given not in values:
            near = get_close_matches(given.lower(), values, 1)
            hint = f"Did you mean {near[0]}?" if near else None
            raise BadInput(f"{given!r} is not one of {', '.join(values)}", place=node.place, hint=hint)
        return given

    return read


def many(read_item: Read) -> Read:
    """Return a reader of lists."""

    def read(node: Node) -> tuple[Any, ...]:
        if not isinstance(node, Sequence):
            raise wrong(node, "a list")
        return tuple(read_item(item) for item in node.items)

    return read


def scalar(node: Node) -> str | None:
    """Read a single value as its text; the model gives it the field's type."""
    if not isinstance(node, Scalar):
        raise wrong(node, "a single value")
    return None if node.is_null else node.text


def plain(node: Node) -> Any:  # noqa: ANN401 - whatever is written
    """Read anything, by YAML 1.2's core rules."""
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, yaml_node.Mapping):
        return {entry.key.text: plain(entry.value) for entry in node.entries}
    return _plain_scalar(node)


def _plain_scalar(node: Scalar) -> Any:  # noqa: ANN401
    if node.is_null or not node.plain:
        return None if node.is_null else node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    if len(node.text) < _LONGEST_NUMBER and _INTEGER.fullmatch(node.text):
        return int(node.text)
    if len(node.text) < _LONGEST_NUMBER and _FLOAT.fullmatch(node.text):
        return float(node.text)
    return node.text


def mapping(node: Node | None, what: str) -> yaml_node.Mapping:
    """Return a node as a mapping, or say what it should have been."""
    if not isinstance(node, yaml_node.Mapping):
        if node is None:
            raise BadInput(f"{what} is empty")
        raise wrong(node, f"{what} (a mapping of keys and values)")
    return node


def keyed(node: Node, readers: Mapping[str, Read], what: str) -> dict[str, Any]:
    """Read a mapping of known keys; null means: as if the key were not there.

    Raises:
        BadInput: an unknown key, with the nearest known one; one key in two spellings; a wrong value.
    """
    found: dict[str, Any] = {}
    for entry in mapping(node, what).entries:
        attribute = attribute_of(entry.key.text, readers)
        if attribute is None:
            known = [file_key(name) for name in readers]
            near = get_close_matches(entry.key.text, known, 1, 0.5)
            hint = f"Did you mean {near[0]}?" if near else f"The keys are {', '.join(known)}."
            raise BadInput(f"{entry.key.text!r} is not a key of {what}", place=entry.key.place, hint=hint)
        if attribute in found:
            raise BadInput(f"{file_key(attribute)} is there twice", place=entry.key.place)
        if not (isinstance(entry.value, Scalar) and entry.value.is_null):
            found[attribute] = readers[attribute](entry.value)
    return found


def built(model: type[AnyModel], keys: Mapping[str, Any], node: Node) -> AnyModel:
    """Return the model of what was read; what the model refuses is placed at the key that holds it."""
    try:
        return model(**keys)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        attribute = str(first["loc"][0]) if first["loc"] else ""
        place = _place_of(node, attribute)
        message = f"{file_key(attribute)}: {first['msg'][:1].lower()}{first['msg'][1:]}"
        raise BadInput(message, place=place) from None


def _place_of(node: Node, attribute: str) -> Place:
    if isinstance(node, yaml_node.Mapping):
        for entry in node.entries:
            if attribute_of(entry.key.text, [attribute]):
                return entry.value.place
    return node.place
