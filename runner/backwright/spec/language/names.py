"""Names in a sentence: what may be the name of a resource, a field, a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backwright.naming import plural, singular, snake
from backwright.spec.apply import members
from backwright.spec.language.chart import Chart, Node, Outcomes
from backwright.spec.language.nouns import name_of, resource_in
from backwright.spec.language.words import words
from backwright.spec.lexicon import lexicon
from backwright.spec.model import BackendSpec
from backwright.spec.nouns import is_plural

ORDINARY, _USED, _UNLIKELY, _INNER = 1.0, 1.5, 2.6, 1.2
PARTICIPLES = ("ed", "en", "ld", "lt", "nt")
_MORE = 0.15
MOST = 4
_GENERIC = frozenset({"entries", "items", "lines", "records", "rows", "positions", "labels"})
_SPECIFIC = frozenset({"log", "record", "order", "track", "stock", "file", "list", "book", "run"})
"""Plurals that are seldom a name after these words, which may be verbs: ``log entries``, ``record labels``."""
NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30",
    "fifty": "50", "hundred": "100", "zero": "0", "thousand": "1000", "forty": "40", "sixty": "60",
}  # fmt: skip


@dataclass
class Context:
    """What is known while a sentence is read: the backend, and the resources that were declared so far.

    ``is_listed`` is whether something was said of the fields that lists are filtered or sorted by.
    """

    spec: BackendSpec
    declared: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    described: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    likely: set[str] = field(default_factory=set)
    spoken: list[tuple[str, ...]] = field(default_factory=list)
    is_listed: bool = False

    def knows(self, noun: tuple[str, ...]) -> bool:
        """Whether a name is that of a resource."""
        if not noun:
            return False
        name = name_of(noun)
        if name in self.declared or plural(name) in self.declared or singular(name) in self.declared:
            return True
        if any(one.endswith((f"_{name}", f"_{plural(name)}")) for one in self.declared):
            return True
        return resource_in(self.spec, noun) is not None

    def has_field(self, name: str) -> bool:
        """Whether some resource has such a field."""
        names = {name, singular(name)}
        return bool(names & self.fields) or any(names & members(one).keys() for one in self.spec.resources)


def context_of(chart: Chart) -> Context:
    """Return what is known where a sentence is read."""
    assert isinstance(chart.context, Context)  # noqa: S101 - the reader gives no other
    return chart.context


def known_resource_named(chart: Chart, noun: Sequence[str]) -> bool:
    """Whether a name is that of a resource."""
    return context_of(chart).knows(tuple(noun))


def word_cost(chart: Chart, at: int) -> float | None:
    """Return what a token costs as a word of a name; None where it cannot be one."""
    token = chart.tokens[at]
    if token.kind == "quoted":
        return ORDINARY if token.value and len(token.value.split()) <= MOST else None
    if token.kind != "word" or token.lower in words("never_names"):
        return None
    if token.lower in words("unlikely"):
        return _UNLIKELY
    return _USED if token.lower in chart.grammar.words else ORDINARY


def read_name(chart: Chart, at: int, most: int) -> Outcomes:
    """Return the names that begin here: value is a node, cost by the words."""
    found: Outcomes = {}
    cost = 0.0
    for end in range(at, min(at + most, chart.size)):
        token = chart.tokens[end]
        step = word_cost(chart, end)
        if step is None:
            if token.key == "<s>" and end > at:
                cost += _INNER
                continue
            if end == at or token.lower not in words("inner"):
                break
            cost += _INNER
            if token.lower in words("last") and _ends(chart, end + 1):
                found[end + 1] = (cost, Node("name", None, at, end + 1))
            if token.lower in words("last"):
                break
            continue
        if token.kind == "quoted" and end > at:
            break
        if end == at and token.lower in words("not_first"):
            step += 2.0
        cost += step + (_MORE if end > at else 0.0)
        found[end + 1] = (cost, Node("name", None, at, end + 1))
        if token.kind == "quoted":
            break
    return found


def _ends(chart: Chart, at: int) -> bool:
    """Whether a list element can end here: at a mark, a dash, the end, or a type."""
    if at >= chart.size or chart.tokens[at].kind in ("mark", "dash", "op"):
        return True
    return any(
        at_end >= chart.size or chart.tokens[at_end].kind in ("mark", "dash")
        for at_end in (*chart.read("FirmType", at), *chart.read("SoftType", at))
    )


def noun_at(chart: Chart, start: int, end: int) -> tuple[str, ...]:
    """Return the words of a name as they were written."""
    return tuple(chart.tokens[place].value for place in range(start, end) if chart.keys[place] != "<s>")


def field_name(chart: Chart, at: int) -> Outcomes:
    """Read the name of a field: what is usually one costs less."""
    found = read_name(chart, at, MOST)
    for end, (cost, node) in list(found.items()):
        name = snake("_".join(noun_at(chart, at, end)))
        context = context_of(chart)
        if name in words("switches"):
            del found[end]
        elif context.has_field(name):
            found[end] = (min(cost, 0.8), node)
        elif end - at > 1 and (context.knows((name,)) or _is_moment(chart, end)):
            found[end] = (min(cost, 0.8 if _is_moment(chart, end) else 1.0), node)
        elif context.knows((name,)) and name not in lexicon().fields and end - at == 1:
            found[end] = (cost + 0.3, node)
        elif is_usual(name):
            found[end] = (min(cost, 1.0), node)
        elif singular(name) in context.likely and singular(name) != name:
            found[end] = (cost + 2.0, node)
    if not found and chart.tokens[at].lower in words("last") and _ends(chart, at + 1):
        found[at + 1] = (2.0, Node("name", None, at, at + 1))
    return found


def _is_moment(chart: Chart, end: int) -> bool:
    """Whether a name ends in ``at`` or ``on`` and a type follows: ``ends at datetime``."""
    return chart.keys[end - 1] in ("at", "on") and end < chart.size and bool(chart.read("FirmType", end))


def is_usual(name: str) -> bool:
    """Whether fields are often called so."""
    return name in lexicon().fields


def any_resource(chart: Chart, at: int) -> Outcomes:
    """Read the name of a resource, there or not."""
    found = read_name(chart, at, MOST - 1)
    context = context_of(chart)
    for end, (cost, node) in list(found.items()):
        noun = noun_at(chart, at, end)
        is_generic = end - at == 1 and chart.keys[at] in words("generic_nouns") | words("verbs")
        is_key = end - at > 1 and chart.keys[at] in ("uuid", "primary") and chart.keys[end - 1] == "key"
        if is_generic or is_key or any(chart.keys[place] in words("inner") for place in range(at, end)):
            del found[end]
        elif context.knows(noun):
            found[end] = (0.4, node)
        elif (
            end - at > 1
            and is_plural(chart.keys[end - 1])
            and context.knows(noun[:-1])
            and not context.knows(noun[-1:])
        ):
            found[end] = (0.9, node)
        elif singular(name_of(noun)) in context.likely:
            found[end] = (0.6, node)
        else:
            last = chart.keys[end - 1]
            is_many = is_plural(last) or last in words("uncounted") or (at > 0 and chart.tokens[at].text[:1].isupper())
            known_end = end - at > 1 and context.knows(noun[-1:])
            bent = end - at > 1 and not is_many and any(is_plural(word) for word in chart.keys[at : end - 1])
            is_field = "_" in last and not is_plural(last)
            known_last = 0.3 if end - at > 1 and last in _GENERIC else 1.0
            found[end] = (
                cost
                + (known_last if last in chart.grammar.words or is_field else 0.0)
                + (0.0 if is_many else 1.0)
                + (1.5 if bent else 0.0)
                + (0.5 if known_end else 0.0)
                + (2.0 if at and end - at == 1 and last in _GENERIC and chart.keys[at - 1] in _SPECIFIC else 0.0),
                node,
            )
    return found


def plural_resource(chart: Chart, at: int) -> Outcomes:
    """Read the plural name of a resource, there or not."""
    return {end: outcome for end, outcome in any_resource(chart, at).items() if is_plural(chart.keys[end - 1].lower())}


def likely_resource(chart: Chart, at: int) -> Outcomes:
    """Read the plural name of a resource that is there, is spoken of elsewhere, or is a usual one."""
    likely = context_of(chart).likely
    return {
        end: outcome
        for end, outcome in plural_resource(chart, at).items()
        if context_of(chart).knows(noun := noun_at(chart, at, end))
        or singular(name_of(noun)) in likely
        or lexicon().knows(singular(name_of(noun)))
    }


def known_resource(chart: Chart, at: int) -> Outcomes:
    """Read the name of a resource that is there."""
    context = context_of(chart)
    found: Outcomes = {}
    for end, (_, node) in read_name(chart, at, MOST - 1).items():
        noun = noun_at(chart, at, end)
        if context.knows(noun):
            found[end] = (0.3, node)
        elif singular(name_of(noun)) in context.likely:
            found[end] = (0.5, node)
    return found


def resource_there(chart: Chart, at: int) -> Outcomes:
    """Read the name of a resource that is there or was declared before this sentence."""
    context = context_of(chart)
    return {
        end: outcome for end, outcome in known_resource(chart, at).items() if context.knows(noun_at(chart, at, end))
    }


def known_field(chart: Chart, at: int) -> Outcomes:
    """Read the name of a field that is there."""
    context = context_of(chart)
    return {
        end: (0.3, node)
        for end, (_, node) in read_name(chart, at, MOST).items()
        if context.has_field(snake("_".join(noun_at(chart, at, end))))
    }


def any_name(chart: Chart, at: int) -> Outcomes:
    """Read a new name."""
    return read_name(chart, at, MOST)


def role_name(chart: Chart, at: int) -> Outcomes:
    """Read the name of a role: one that is known or usual, else a plural that is no resource: ``landlords``."""
    context = context_of(chart)
    found = {}
    for end, (cost, node) in any_role(chart, at).items():
        noun = noun_at(chart, at, end)
        last = chart.keys[end - 1]
        name = singular(snake("_".join(noun)))
        if name in context.roles:
            found[end] = (0.5, node)
        elif context.knows(noun):
            if name in words("roles"):
                found[end] = (1.8, node)
        elif name in words("roles"):
            found[end] = (0.8, node)
        elif singular(last) in words("roles") and chart.keys[at] not in chart.grammar.words:
            found[end] = (1.0, node)
        elif end == at + 1 and is_plural(last) and last not in chart.grammar.words and "_" not in last:
            found[end] = (cost + 1.3, node)
    return found


def any_role(chart: Chart, at: int) -> Outcomes:
    """Read what is said to be a role: any name of one or two words."""
    return {
        end: (cost + 0.3, node)
        for end, (cost, node) in read_name(chart, at, 2).items()
        if not words("not_roles") & set(chart.keys[at:end])
    }


def owner_word(chart: Chart, at: int) -> Outcomes:
    """Read ``owner``, ``author`` and the like, where these are no resources."""
    key = chart.keys[at]
    context = context_of(chart)
    if singular(key) not in words("owners") or context.knows((key,)) or singular(key) in context.likely:
        return {}
    return {at + 1: (0.1, Node("owner", None, at, at + 1))}
