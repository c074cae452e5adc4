"""Sentences about a resource that is there: ``products need a barcode``, ``let each product belong to a category``."""

from __future__ import annotations

from collections.abc import Sequence

from backwright.spec.adding import add_members
from backwright.spec.change import Step
from backwright.spec.meaning import World
from backwright.spec.mention import resource_at
from backwright.spec.words import ARTICLES, HAVE, RESOURCE_NOUNS, VERBS, Cursor, Misread, Token

_BEFORE = frozenset({"let", "make", "each", "every", "all", "any", "now", "also", "please", "just"}) | ARTICLES
_BETWEEN = frozenset({"should", "must", "shall", "will", "can", "may", "now", "also", "to", "each", "all"})
_REFERENCES = frozenset({"belong", "belongs"})


def begins_having(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sentence of its own begins here: ``each product belongs to a category``."""
    starts = at < len(tokens) and tokens[at].lower in ("let", "each", "every")
    return starts and any(token.lower in HAVE for token in tokens[at + 2 : at + 6])


def read_having(tokens: Sequence[Token], world: World) -> tuple[Step, ...] | None:
    """Return what such a sentence means, or None where it is none.

    Raises:
        Misread: nothing follows, or it is optional in a way that is not read.
    """
    start = 0
    while start < len(tokens) and tokens[start].lower in _BEFORE:
        start += 1
    if start < len(tokens) and tokens[start].lower in VERBS:
        return None
    hit = resource_at(tokens, start, world)
    if hit is None or world.spec.resource(hit[0]) is None:
        return None
    cursor = Cursor(tokens[hit[1] :])
    cursor.skip(RESOURCE_NOUNS)
    modal = cursor.skip(_BETWEEN)
    verb = cursor.word()
    if verb not in HAVE:
        return None
    if verb not in _REFERENCES:
        cursor.take()
        cursor.phrase("to have")
    rest = cursor.rest()
    if not rest:
        raise Misread([token.text for token in tokens], "what shall it have?")
    if {"can", "may"} & {word.lower() for word in modal}:
        rest = (Token("word", "optional", "optional"), *rest)
    return add_members(rest, hit[0], world)
