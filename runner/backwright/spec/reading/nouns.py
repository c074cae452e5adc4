"""Names of resources and fields in a sentence, as words."""

from __future__ import annotations

from collections.abc import Sequence

from backwright.naming import plural, singular, snake
from backwright.spec.model import BackendSpec, ResourceSpec
from backwright.spec.reading.clauses import Noun
from backwright.spec.reading.tokens import Cursor
from backwright.spec.reading.vocabulary import words

UNCOUNTED = frozenset(
    {
        "feedback",
        "equipment",
        "news",
        "series",
        "species",
        "inventory",
        "staff",
        "metadata",
        "information",
        "furniture",
        "luggage",
        "stock",
        "weather",
        "merchandise",
        "mail",
        "music",
        "software",
        "hardware",
        "traffic",
        "jewellery",
        "jewelry",
    }
)
"""Nouns that name a resource and have no plural."""
STOPS = frozenset(
    {"with", "that", "which", "having", "belonging", "belongs", "belong", "for", "of", "per", "to", "in", "on", "from",
        "where", "who", "whose", "without", "using", "via", "by", "as", "at", "into", "under", "behind"}
    | {"or", "but", "not", "is", "are", "be", "then", "has", "have", "and", "so", "each", "can", "may", "must",
        "should", "will", "need", "needs", "it", "them", "they", "its", "'s", "only", "plus", "including", "secured",
        "protected", "backed", "gets", "get", "via"}
)  # fmt: skip
"""Words that end the name of a resource."""


def name_of(noun: Sequence[str]) -> str:
    """Return the words of a name as one in snake_case, without what only says that it is a resource or field."""
    kept = [word for word in noun if word.lower() not in words("articles")] or list(noun)
    return snake("_".join(kept))


def many_of(name: str) -> str:
    """Return the name of a resource: the plural, where there is one."""
    last = name.rpartition("_")[2]
    if last in UNCOUNTED or last.removesuffix("s") in ("feedback",):
        return name.removesuffix("s") if last == "feedbacks" else name
    many = plural(name)
    return {"cookys": "cookies"}.get(many, many)


def one_of(name: str) -> str:
    """Return the singular of a resource's name."""
    last = name.rpartition("_")[2]
    return name if last in UNCOUNTED else singular(name)


def resource_in(spec: BackendSpec, noun: Sequence[str]) -> ResourceSpec | None:
    """Return the resource a name means, in the singular or plural; None where there is none."""
    if not noun:
        return None
    name = name_of(noun)
    for one in dict.fromkeys((name, plural(name), singular(name), name.removesuffix("_id"), many_of(name))):
        found = spec.resource(one)
        if found is not None:
            return found
    ends = [one for one in spec.resources if one.name.endswith(f"_{many_of(name)}")]
    return ends[0] if len(ends) == 1 else None


def read_noun(cursor: Cursor, longest: int = 3, stops: frozenset[str] = STOPS) -> Noun:
    """Read a name of some words, without articles before it."""
    cursor.skip(words("articles") - {"all", "any"})
    found: list[str] = []
    while cursor.kind() in ("word", "quoted") and len(found) < longest:
        if cursor.kind() == "quoted":
            found.append(cursor.take().value)
            break
        if cursor.word() in stops or (found and cursor.word() in words("articles")):
            break
        found.append(cursor.take().value)
    return tuple(found)
