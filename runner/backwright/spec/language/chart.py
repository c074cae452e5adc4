"""Parses the words of a sentence by a grammar, all readings at once, and keeps the cheapest.

A generalised top-down parser with a memo (a packrat parser that follows every alternative; Frost, Hafiz and
Callaghan, "Parser combinators for ambiguous left-recursive grammars", 2008, without the left recursion). For each rule
and place it keeps the cheapest tree per end, so that time grows with the square of a sentence's length, not with its
readings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from backwright.spec.language.tokens import Token

Choice = TypeVar("Choice")
WORD_COST = 0.1
"""What a word of the grammar costs; a word of a name costs ten times as much."""

_UNKNOWN = "\1"
Bindings = tuple["Bindings", str, object] | None
Outcomes = dict[int, tuple[float, object]]
States = dict[int, tuple[float, Bindings]]
Starts = tuple[frozenset[str] | None, bool]
Terminal = Callable[["Chart", int], Outcomes]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a sentence that a rule read: the tag of the alternative, what it bound, its first and last token."""

    tag: str
    bindings: Bindings
    start: int
    end: int

    def parts(self) -> Iterator[tuple[str, object]]:
        """Yield what was bound, in order."""
        found: list[tuple[str, object]] = []
        at = self.bindings
        while at is not None:
            found.append((at[1], at[2]))
            at = at[0]
        yield from reversed(found)

    def all(self, label: str) -> list[Node]:
        """Return the nodes bound to a label."""
        return [value for name, value in self.parts() if name == label and isinstance(value, Node)]

    def one(self, label: str) -> Node | None:
        """Return the only node bound to a label; None where there is none."""
        return next(iter(self.all(label)), None)

    def has(self, label: str) -> bool:
        """Whether something was bound to a label."""
        return any(name == label for name, _ in self.parts())


class Item(Protocol):
    """One element of an alternative."""

    def run(self, chart: Chart, at: int, cost: float, bindings: Bindings, into: States) -> None:
        """Put every end that is reached from ``at`` into ``into``, the cheapest way each."""

    def prepare(self, rules: Mapping[str, Rule]) -> Starts:
        """Return the words it can begin with (None: any), and whether it can be empty."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A sequence of elements; ``tag`` names what it means, ``passes`` that its only part stands for it."""

    items: tuple[Item, ...]
    tag: str
    cost: float
    passes: bool


@dataclass(slots=True)
class Rule:
    """Alternatives under a name; ``starts`` are the words one can begin with (None: any)."""

    name: str
    alternatives: tuple[Alternative, ...]
    starts: frozenset[str] | None = None
    starts_of: tuple[frozenset[str] | None, ...] = ()
    is_prepared: bool = False
    by_class: dict[str, tuple[Alternative, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Grammar:
    """Rules by name, the terminals they use, every word they know, and every word or mark."""

    rules: Mapping[str, Rule]
    terminals: Mapping[str, Terminal]
    words: frozenset[str]
    keys: frozenset[str]


def put(into: States, end: int, cost: float, bindings: Bindings) -> None:
    """Keep a way to an end if it is the cheapest so far."""
    there = into.get(end)
    if there is None or cost < there[0]:
        into[end] = (cost, bindings)


class Word:
    """One of some words."""

    __slots__ = ("words",)

    def __init__(self, words: frozenset[str]) -> None:
        """Keep the words."""
        self.words = words

    def run(self, chart: Chart, at: int, cost: float, bindings: Bindings, into: States) -> None:
        """Take the word."""
        if chart.classes[at] in self.words:
            put(into, at + 1, cost + WORD_COST, bindings)

    def prepare(self, rules: Mapping[str, Rule]) -> Starts:  # noqa: ARG002 - other items look their rules up
        """Return the words."""
        return self.words, False


class Ref:
    """Another rule or a terminal; what it read is bound to ``label``, by default its name."""

    __slots__ = ("label", "name", "starts")

    def __init__(self, name: str, label: str) -> None:
        """Keep the name of the rule and the label."""
        self.name = name
        self.label = label
        self.starts: frozenset[str] | None = None

    def run(self, chart: Chart, at: int, cost: float, bindings: Bindings, into: States) -> None:
        """Take what the rule reads here."""
        if self.starts is not None and chart.classes[at] not in self.starts:
            return
        for end, (more, value) in chart.read(self.name, at).items():
            put(into, end, cost + more, (bindings, self.label, value))

    def prepare(self, rules: Mapping[str, Rule]) -> Starts:
        """Return the words the rule can begin with."""
        rule = rules.get(self.name)
        self.starts = None if rule is None else prepared(rule, rules).starts
        return self.starts, False


class Group:
    """Alternatives in parentheses: ``?``, ``*`` and ``+`` say how often; a ``label`` binds the words they took."""

    __slots__ = ("_by_class", "choices", "label", "least", "many", "starts")

    def __init__(self, choices: tuple[tuple[Item, ...], ...], label: str, least: int, *, many: bool) -> None:
        """Keep the alternatives and how often they may follow each other."""
        self.choices = choices
        self.label = label
        self.least = least
        self.many = many
        self.starts: tuple[frozenset[str] | None, ...] = ()
        self._by_class: dict[str, tuple[tuple[Item, ...], ...]] = {}

    def run(self, chart: Chart, at: int, cost: float, bindings: Bindings, into: States) -> None:
        """Take one of the alternatives as often as is allowed."""
        if self.least == 0:
            put(into, at, cost, bindings)
        found: States = {}
        self._once(chart, at, cost, bindings, found)
        frontier = found
        while self.many and frontier:
            further: States = {}
            for end, (spent, bound) in frontier.items():
                self._once(chart, end, spent, bound, further)
            frontier = {end: state for end, state in further.items() if end not in found or state[0] < found[end][0]}
            found.update(frontier)
        for end, (spent, bound) in found.items():
            put(into, end, spent, (bound, self.label, Node("words", None, at, end)) if self.label else bound)

    def _once(self, chart: Chart, at: int, cost: float, bindings: Bindings, into: States) -> None:
        key = chart.classes[at]
        choices = self._by_class.get(key)
        if choices is None:
            choices = self._by_class[key] = _beginning(self.choices, self.starts, key)
        for items in choices:
            run_sequence(chart, items, at, cost, bindings, into)

    def prepare(self, rules: Mapping[str, Rule]) -> Starts:
        """Return the words the alternatives can begin with."""
        each = [first_of(items, rules) for items in self.choices]
        self.starts = tuple(None if is_empty else starts for starts, is_empty in each)
        return united(each, is_empty=self.least == 0)


def run_sequence(  # noqa: PLR0917 - the same six for every item, and a call per word
    chart: Chart, items: tuple[Item, ...], at: int, cost: float, bindings: Bindings, into: States
) -> None:
    """Take elements one after the other."""
    if not items:
        put(into, at, cost, bindings)
        return
    states: States = {}
    items[0].run(chart, at, cost, bindings, states)
    for item in items[1:]:
        if not states:
            return
        following: States = {}
        for place, (spent, bound) in states.items():
            item.run(chart, place, spent, bound, following)
        states = following
    for end, (spent, bound) in states.items():
        put(into, end, spent, bound)


def _only(bindings: Bindings) -> object:
    """Return what stands for an alternative with a single part."""
    return None if bindings is None else bindings[2]


def _beginning(
    choices: tuple[Choice, ...], starts_of: tuple[frozenset[str] | None, ...], key: str
) -> tuple[Choice, ...]:
    """Return the choices that can begin with a word."""
    return tuple(one for one, starts in zip(choices, starts_of, strict=True) if starts is None or key in starts)


def first_of(items: tuple[Item, ...], rules: Mapping[str, Rule]) -> Starts:
    """Return the words a sequence can begin with (None: any), and whether it can be empty."""
    words: set[str] = set()
    is_any = False
    is_empty = True
    for item in items:
        starts, nullable = item.prepare(rules)
        if is_empty:
            is_any = is_any or starts is None
            words |= starts or frozenset()
            is_empty = nullable
    return (None if is_any else frozenset(words)), is_empty


def united(each: list[Starts], *, is_empty: bool) -> Starts:
    """Return what any of some alternatives can begin with."""
    empty = is_empty or any(nullable for _, nullable in each)
    if any(starts is None for starts, _ in each):
        return None, empty
    return frozenset(word for starts, _ in each for word in starts or ()), empty


def prepared(rule: Rule, rules: Mapping[str, Rule]) -> Rule:
    """Return the rule with the words its alternatives can begin with found."""
    if rule.is_prepared:
        return rule
    rule.is_prepared = True
    each = [first_of(one.items, rules) for one in rule.alternatives]
    rule.starts_of = tuple(None if is_empty else starts for starts, is_empty in each)
    starts, is_empty = united(each, is_empty=False)
    rule.starts = None if is_empty else starts
    return rule


class Chart:
    """The readings of one sentence. ``keys`` are its words in lower case, and an end that is no word."""

    def __init__(self, grammar: Grammar, tokens: tuple[Token, ...], context: object) -> None:
        """Start with nothing read; ``context`` is for the terminals."""
        self.grammar = grammar
        self.tokens = tokens
        self.context = context
        self.keys = [token.key for token in tokens] + ["\0"]
        self.classes = [key if key in grammar.keys else _UNKNOWN for key in self.keys]
        self.size = len(tokens)
        self._memo: dict[tuple[str, int], Outcomes] = {}

    def read(self, name: str, at: int) -> Outcomes:
        """Return what a rule or terminal reads from a place, by its ends."""
        key = (name, at)
        there = self._memo.get(key)
        if there is None:
            self._memo[key] = {}
            there = self._memo[key] = self._read(name, at)
        return there

    def _read(self, name: str, at: int) -> Outcomes:
        terminal = self.grammar.terminals.get(name)
        if terminal is not None:
            return terminal(self, at) if at < self.size else {}
        rule = self.grammar.rules[name]
        key = self.classes[at]
        alternatives = rule.by_class.get(key)
        if alternatives is None:
            alternatives = rule.by_class[key] = _beginning(rule.alternatives, rule.starts_of, key)
        outcomes: Outcomes = {}
        for alternative in alternatives:
            states: States = {}
            run_sequence(self, alternative.items, at, alternative.cost, None, states)
            for end, (cost, bindings) in states.items():
                best = outcomes.get(end)
                if best is None or cost < best[0]:
                    value = _only(bindings) if alternative.passes else None
                    outcomes[end] = (cost, value or Node(alternative.tag, bindings, at, end))
        return outcomes

    def text(self, node: Node) -> str:
        """Return the words of a node as they were written, parted by spaces."""
        return " ".join(token.text for token in self.tokens[node.start : node.end])
