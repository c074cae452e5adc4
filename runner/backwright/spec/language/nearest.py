"""The nearest ways to ask that are understood."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from backwright.naming import plural, singular
from backwright.spec.language.tokens import Token
from backwright.spec.language.words import words
from backwright.spec.model import BackendSpec

_COMPARED = 200
_SHORT, _LONG = 2, 32
_COMMON = frozenset(
    {"with", "and", "for", "to", "in", "of", "on", "from", "that", "which", "thing", "things", "stuff", "it", "all",
        "everything", "something", "name", "price", "description", "can", "you", "should", "have", "has", "is", "are"}
    | {"feature", "features", "hello", "what", "many", "several", "them", "want", "this", "like", "not", "don't",
        "field", "fields", "users", "needs", "always"}
)  # fmt: skip


def examples(tokens: Sequence[Token], spec: BackendSpec) -> list[str]:
    """Return ways to ask that are understood, of the kind that was asked for, with the names at hand put in."""
    said = {token.lower for token in tokens}
    known = [resource.name for resource in spec.resources]
    there = next((name for name in known if {name, singular(name)} & said), known[0] if known else "products")
    fields = [field.name for resource in spec.resources if resource.name == there for field in resource.fields]
    field = next((name for name in fields if name in said), (fields or ["stock"])[0])
    if said & {"rename"}:
        return [f"rename {field} to {field}_new in {there}", f"rename {there} to items"]
    if said & {"remove", "drop", "delete"}:
        return [f"remove {field} from {there}", f"remove {there}"]
    if said & {"make", "change", "mark", "limit", "turn"}:
        return [f"make {field} unique on {there}", f"make {field} optional on {there}"]
    if said & {"only", "may", "admin", "admins", "protect"}:
        return [f"only admins may delete {there}", f"users can only see their own {there}"]
    return _adding(tokens, known, there, said)


def _adding(tokens: Sequence[Token], known: list[str], there: str, said: set[str]) -> list[str]:
    to_known = [
        f"add an integer quantity to {there}",
        f"add a unique email to {there}",
        f"add an optional note (text, up to 2000 characters) to {there}",
    ]
    noun = _noun(tokens, known)
    if noun in known:
        return to_known
    new = [f"add {noun} CRUD", f"add {noun} with name, price > 0 and description"]
    if known:
        new.append(f"add {noun} with rating 1..5 and text, belonging to {there}")
    return [*to_known, *new] if {there, singular(there)} & said else new


def nearest(tokens: Sequence[Token], spec: BackendSpec, count: int = 2) -> list[str]:
    """Return the ways to ask that are nearest to what was said."""
    said = " ".join(token.lower for token in tokens)[:_COMPARED]
    every = examples(tokens, spec)
    if not words("verbs") & {token.lower for token in tokens}:
        return every[:count]
    return sorted(every, key=lambda one: SequenceMatcher(None, said, one.lower()).ratio(), reverse=True)[:count]


def _noun(tokens: Sequence[Token], known: Sequence[str]) -> str:
    """Return the word that most likely names what is wanted, in the plural."""
    common = _COMMON | words("verbs") | words("noise") | words("articles") | words("generic_nouns")
    plain = [token.lower for token in tokens if token.kind == "word" and token.lower not in common]
    usable = [word for word in plain if word.isascii() and word.isidentifier() and _SHORT < len(word) < _LONG]
    named = [plural(word) for word in usable if plural(word) in known]
    if not named and words("verbs") & {token.lower for token in tokens}:
        named = [plural(word) for word in usable]
    named = named or [plural(word) for word in usable if plural(word) == word]
    return (named or ["products"])[0]
