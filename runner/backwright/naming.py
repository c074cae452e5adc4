"""Names in their spellings: classes, modules, tables, titles; plural and singular."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from functools import lru_cache


def pascal(name: str) -> str:
    """``order_item`` → ``OrderItem``."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[_\W]+", name) if part)


def words(name: str) -> str:
    """``order_item`` → ``order item``."""
    return " ".join(part for part in re.split(r"[_\W]+", name) if part)


def title(name: str) -> str:
    """``order_item`` → ``Order item``."""
    text = words(name)
    return text[:1].upper() + text[1:]


def kebab(name: str) -> str:
    """``order_items`` → ``order-items``."""
    return words(name).replace(" ", "-")


def snake(name: str) -> str:
    """``OrderItem``, ``order-item``, ``Order item`` → ``order_item``."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.strip())
    return re.sub(r"\W+|_+", "_", parted).strip("_").lower()


_WITH_S = frozenset({
    "aloe", "bookie", "brownie", "budgie", "calorie", "canoe", "collie", "cookie", "cutie", "die", "doe", "floe",
    "foe", "foodie", "goalie", "groupie", "hoe", "hoodie", "lie", "magpie", "newbie", "oboe", "pie", "pixie",
    "prairie", "roe", "rookie", "selfie", "smoothie", "sortie", "sweetie", "tie", "toe", "townie", "veggie", "woe",
})  # fmt: skip
"""Singulars in -ie and -oe, which the rules for -ies and -oes would take for words in -y and -o."""


@lru_cache(maxsize=4096)
def plural(name: str) -> str:
    """``category`` → ``categories``; the last word of a snake_case name is made plural."""
    import inflection

    head, _, last = name.rpartition("_")
    one = singular(last)
    many = f"{one}s" if one in _WITH_S else inflection.pluralize(one)
    return f"{head}_{many}" if head else many


@lru_cache(maxsize=4096)
def singular(name: str) -> str:
    """``categories`` → ``category``; the last word of a snake_case name is made singular."""
    import inflection

    head, _, last = name.rpartition("_")
    one: str = last[:-1] if last[:-1] in _WITH_S else inflection.singularize(last)
    return f"{head}_{one}" if head else one


def article(noun: str) -> str:
    """Return ``a`` or ``an``, whichever goes before the noun by its spelling."""
    return "an" if noun[:1].lower() in "aeio" else "a"


def is_python_word(name: str) -> bool:
    """Whether Python keeps the name for itself, soft keywords included."""
    return keyword.iskeyword(name) or keyword.issoftkeyword(name)


FILTERS: Mapping[str, Callable[[str], str]] = {
    "pascal": pascal,
    "words": words,
    "title_": title,
    "kebab": kebab,
    "snake": snake,
    "plural": plural,
    "singular": singular,
    "article": article,
}
