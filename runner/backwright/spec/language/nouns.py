"""Names of resources and fields in a sentence, as words."""

from __future__ import annotations

from collections.abc import Sequence

from backwright.naming import plural, singular, snake
from backwright.spec.language.words import words
from backwright.spec.model import BackendSpec, ResourceSpec
from backwright.spec.nouns import is_plural

MOST_LETTERS = 48
"""The most letters a name may have."""
MOST_WORDS = 3
"""The most words a new name may have."""


def name_of(noun: Sequence[str]) -> str:
    """Return the words of a name as one in snake_case, without what only says that it is a resource or field."""
    kept = [word for word in noun if word.lower() not in words("articles")] or list(noun)
    return snake("_".join(kept))


def many_of(name: str) -> str:
    """Return the name of a resource: the plural, where there is one."""
    last = name.rpartition("_")[2]
    if last in words("uncounted") or last.removesuffix("s") in ("feedback",):
        return name.removesuffix("s") if last == "feedbacks" else name
    return name if is_plural(last) else plural(name)


def one_of(name: str) -> str:
    """Return the singular of a resource's name."""
    last = name.rpartition("_")[2]
    return name if last in words("uncounted") else singular(name)


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


def is_usable(name: str) -> bool:
    """Whether a name in snake_case can be that of a resource or a field."""
    return name.isascii() and name[:1].isalpha() and len(name) <= MOST_LETTERS and name.replace("_", "").isalnum()
