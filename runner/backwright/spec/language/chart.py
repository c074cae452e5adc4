"""Parses the words of a sentence by a grammar, all readings at once, and keeps the cheapest.

A generalised top-down parser with a memo (a packrat parser that follows every alternative; Frost, Hafiz and Callaghan,
"Parser combinators for ambiguous left-recursive grammars", 2008, without the left recursion). For each rule and place it
keeps the cheapest tree per end, so that time grows with the square of a sentence's length, not with its readings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from backwright.spec.language.tokens import Token

WORD_COST = 0.1
"""What a word of the grammar costs; a word of a name costs ten times as much."""

Bindings = tuple["Bindings", str, object] | None
Outcomes = dict[int, tuple[float, object]]
States = dict[int, tuple[float, Bindings]]
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

    def first(self, rules: Mapping[str, Rule]) -> tuple[frozenset[str] | None, bool]:
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


@dataclass(frozen=True)
class Grammar:
    """Rules by name, the terminals they use, and every word they know."""

    rules: Mapping[str, Rule]
    terminals: Mapping[str, Terminal]
    words: frozenset[str]


def put(into: States, end: int, cost: float, bindings: Bindings) -> None:
    """Keep a way to an end if it is the cheapest so far."""
    there = into.get(end)
    if there is None or cost < there[0]:
        into[end] = (cost, bindings)


@dataclass(frozen=True, slots=True)
class Word:
    """One of some words."""

    words: frozenset[str]

    def run(self, chart: Chart, at: int, cost: float, bindings: Bindings, into: States) -> None:
        """Take the word."""
        if chart.keys[at] in self.words:
            put(into, at + 1, cost + WORD_COST, bindings)

    def first(self, rules: Mapping[str, Rule]) -> tuple[frozenset[str] | None, bool]:
        """Return the words."""
        return self.words, False


@dataclass(frozen=True, slots=True)
class Ref:
    """Another rule or a terminal; what it read is bound to ``label``, by default its name."""

    name: str
    label: str

    def run(self, chart: Chart, at: int, cost: float, bindings: Bindings, into: States) -> None:
        """Take what the rule reads here."""
        for end, (more, value) in chart.read(self.name, at).items():
            put(into, end, cost + more, (bindings, self.label, value))

    def first(self, rules: Mapping[str, Rule]) -> tuple[frozenset[str] | None, bool]:
        """Return the words the rule can begin with."""
        rule = rules.get(self.name)
        return (None, False) if rule is None else (prepared(rule, rules).starts, False)


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives in parentheses: ``?``, ``*`` and ``+`` say how often; a ``label`` binds the words they took."""

    choices: tuple[tuple[Item, ...], ...]
    label: str
    least: int
    many: bool

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
            frontier = {
                end: state for end, state in further.items() if end not in found or state[0] < found[end][0]
            }
            found.update(frontier)
        for end, (spent, bound) in found.items():
            put(into, end, spent, (bound, self.label, Node("words", None, at, end)) if self.label else bound)

    def _once(self, chart: Chart, at: int, cost: float, bindings: Bindings, into: States) -> None:
        for items in self.choices:
            run_sequence(chart, items, at, cost, bindings, into)

    def first(self, rules: Mapping[str, Rule]) -> tuple[frozenset[str] | None, bool]:
        """Return the words the alternatives can begin with."""
        starts, is_empty = _first_of_choices(self.choices, rules)
        return starts, is_empty or self.least == 0


def run_sequence(
    chart: Chart, items: tuple[Item, ...], at: int, cost: float, bindings: Bindings, into: States
) -> None:
    """Take elements one after the other."""
    states: States = {at: (cost, bindings)}
    for item in items:
        following: States = {}
        for place, (spent, bound) in states.items():
            item.run(chart, place, spent, bound, following)
        if not following:
            return
        states = following
    for end, (spent, bound) in states.items():
        put(into, end, spent, bound)


def _only(bindings: Bindings, end: int) -> object:
    """Return what stands for an alternative with a single part."""
    return None if bindings is None else bindings[2]


def _first_of_choices(
    choices: tuple[tuple[Item, ...], ...], rules: Mapping[str, Rule]
) -> tuple[frozenset[str] | None, bool]:
    words: set[str] = set()
    is_empty = False
    is_any = False
    for items in choices:
        for item in items:
            starts, nullable = item.first(rules)
            if starts is None:
                is_any = True
            else:
                words |= starts
            if not nullable:
                break
        else:
            is_empty = True
    return (None if is_any or is_empty else frozenset(words)), is_empty


def prepared(rule: Rule, rules: Mapping[str, Rule]) -> Rule:
    """Return the rule with the words its alternatives can begin with found."""
    if rule.is_prepared:
        return rule
    rule.is_prepared = True
    rule.starts_of = tuple(_first_of_choices((one.items,), rules)[0] for one in rule.alternatives)
    if all(starts is not None for starts in rule.starts_of):
        rule.starts = frozenset(word for starts in rule.starts_of for word in starts or ())
    return rule


class Chart:
    """The readings of one sentence. ``keys`` are its words in lower case, and an end that is no word."""

    def __init__(self, grammar: Grammar, tokens: tuple[Token, ...], context: object) -> None:
        """Start with nothing read; ``context`` is for the terminals."""
        self.grammar = grammar
        self.tokens = tokens
        self.context = context
        self.keys = [token.key for token in tokens] + ["\0"]
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
        if rule.starts is not None and self.keys[at] not in rule.starts:
            return {}
        outcomes: Outcomes = {}
        for alternative, starts in zip(rule.alternatives, rule.starts_of, strict=True):
            if starts is not None and self.keys[at] not in starts:
                continue
            states: States = {}
            run_sequence(self, alternative.items, at, alternative.cost, None, states)
            for end, (cost, bindings) in states.items():
                best = outcomes.get(end)
                if best is None or cost < best[0]:
                    value = _only(bindings, end) if alternative.passes else None
                    outcomes[end] = (cost, value or Node(alternative.tag, bindings, at, end))
        return outcomes

    def text(self, node: Node) -> str:
        """Return the words of a node as they were written, parted by spaces."""
        return " ".join(token.text for token in self.tokens[node.start : node.end])
