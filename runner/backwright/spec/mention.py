"""Where a clause names a resource: ``in products``, ``of the order items``, ``products.stock``, ``product's stock``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backwright.errors import BadInput
from backwright.naming import snake
from backwright.spec.apply import resource_named
from backwright.spec.meaning import World
from backwright.spec.words import ARTICLES, RESOURCE_NOUNS, Token

_BEFORE = frozenset({"in", "on", "of", "from", "for"})
_LONGEST = 3


@dataclass(frozen=True)
class Mention:
    """The resource a clause names, or None, and the words that are left."""

    resource: str | None
    rest: tuple[Token, ...]


def resource_at(tokens: Sequence[Token], at: int, world: World) -> tuple[str, int] | None:
    """Return the resource that begins at a token, and where it ends; the longest name wins."""
    for length in range(_LONGEST, 0, -1):
        part = tokens[at : at + length]
        if len(part) == length and all(token.kind in ("word", "quoted") for token in part):
            found = world.resource(snake("_".join(token.value for token in part)))
            if found is not None:
                return found, at + length
    return None


def mentioned(tokens: Sequence[Token], world: World) -> Mention:
    """Find the resource a clause is about.

    Raises:
        BadInput: two are named.
    """
    found: list[str] = []
    rest: list[Token] = []
    at = 0
    while at < len(tokens):
        hit = _dotted(tokens, at, world) or _possessive(tokens, at, world) or _after(tokens, at, world)
        if hit is None:
            rest.append(tokens[at])
            at += 1
        else:
            found.append(hit[0])
            at = hit[1]
    if len(set(found)) > 1:
        raise BadInput(f"{' and '.join(dict.fromkeys(found))} are both named", hint="Say it in a sentence for each.")
    return Mention(found[0] if found else None, tuple(rest))


def _dotted(tokens: Sequence[Token], at: int, world: World) -> tuple[str, int] | None:
    if at + 1 < len(tokens) and tokens[at + 1].kind == "dot":
        found = world.resource(snake(tokens[at].value))
        return None if found is None else (found, at + 2)
    return None


def _possessive(tokens: Sequence[Token], at: int, world: World) -> tuple[str, int] | None:
    token = tokens[at]
    if token.kind == "word" and token.lower.endswith(("'s", "'")):
        found = world.resource(snake(token.lower.rstrip("s").rstrip("'")))
        return None if found is None else (found, at + 1)
    return None


def _after(tokens: Sequence[Token], at: int, world: World) -> tuple[str, int] | None:
    if tokens[at].kind != "word" or tokens[at].lower not in _BEFORE:
        return None
    start = at + 1
    while start < len(tokens) and tokens[start].lower in ARTICLES | RESOURCE_NOUNS:
        start += 1
    hit = resource_at(tokens, start, world)
    if hit is None:
        _refuse_unknown(tokens, at, start, world)
        return None
    end = hit[1]
    while end < len(tokens) and tokens[end].lower in RESOURCE_NOUNS:
        end += 1
    return hit[0], end


def _refuse_unknown(tokens: Sequence[Token], at: int, start: int, world: World) -> None:
    """Refuse ``from gadgets`` at the end of a clause where there is no such resource."""
    last = [token for token in tokens[start:] if token.lower not in RESOURCE_NOUNS]
    if at > 0 and len(last) == 1 and last[0].kind == "word":
        resource_named(world.spec, snake(last[0].value))
