"""Grammar files: rules of words, other rules and terminals, as text.

::

    Rename:                                   # a rule; its alternatives stand below it, one a line
      rename~ old:Member (to | into) new:Name #rename ~0.5

Words in lower case stand for themselves; ``rename~`` also for its inflections (renames, renamed, renaming). Marks
stand in quotes. Names with a capital are rules or terminals, ``label:`` binds what they read. ``?``, ``*`` and ``+``
follow an element or a group. At the end of a line ``#tag`` names the meaning (the rule's name by default), ``~0.5`` is
a cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from backwright.spec.language.chart import Alternative, Grammar, Group, Item, Ref, Rule, Terminal, Word, prepared
from backwright.spec.language.inflection import inflections

_TOKEN = re.compile(r"'[^']+'|[()|?*+]|[a-z]+:(?=[A-Z(])|#[\w-]+|~-?[\d.]+|[^\s()|?*+]+")


def read_grammar(files: list[Path], terminals: Mapping[str, Terminal]) -> Grammar:
    """Return the grammar of some files.

    Raises:
        ValueError: a rule is written twice or names one that there is not.
    """
    rules: dict[str, Rule] = {}
    words: set[str] = set()
    keys: set[str] = set()
    for file in files:
        for name, lines in _rules(file.read_text(encoding="utf-8")):
            if name in rules:
                raise ValueError(f"{file.name}: the rule {name} is there twice")
            rules[name] = Rule(name, tuple(_Line(name, line, words, keys).alternative() for line in lines))
    for rule in rules.values():
        for one in rule.alternatives:
            for missing in _named(one.items) - rules.keys() - terminals.keys():
                raise ValueError(f"{rule.name}: there is no rule or terminal {missing}")
    for rule in rules.values():
        prepared(rule, rules)
    return Grammar(rules, terminals, frozenset(words), frozenset(keys))


def _rules(text: str) -> Iterator[tuple[str, list[str]]]:
    name, lines = "", list[str]()
    for raw in text.splitlines():
        line = re.sub(r"(^|\s)# .*$", "", raw).rstrip()
        if not line.strip():
            continue
        if not line.startswith(" "):
            if name:
                yield name, lines
            name, lines = line.removesuffix(":"), []
        elif line.startswith("      ") and lines:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    if name:
        yield name, lines


def _named(items: tuple[Item, ...]) -> set[str]:
    found: set[str] = set()
    for item in items:
        if isinstance(item, Ref):
            found.add(item.name)
        elif isinstance(item, Group):
            for choice in item.choices:
                found |= _named(choice)
    return found


class _Line:
    """Reads one alternative."""

    def __init__(self, rule: str, line: str, words: set[str], keys: set[str]) -> None:
        self.rule = rule
        self.line = line
        self.tokens = _TOKEN.findall(line)
        self.at = 0
        self.words = words
        self.keys = keys
        self.tag = ""
        self.cost = 0.0

    def alternative(self) -> Alternative:
        items = self._sequence()
        if self.at < len(self.tokens):
            raise ValueError(f"{self.rule}: {self.line!r} cannot be read at {self.tokens[self.at]!r}")
        refs = [item for item in items if isinstance(item, Ref)]
        passes = not self.tag and len(refs) == 1 and not any(_labels(item) for item in items)
        return Alternative(items, self.tag or self.rule, self.cost, passes)

    def _sequence(self) -> tuple[Item, ...]:
        items: list[Item] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token in ("|", ")"):
                break
            self.at += 1
            if token.startswith("#"):
                self.tag = token[1:]
            elif re.fullmatch(r"~-?[\d.]+", token):
                self.cost = float(token[1:])
            else:
                items.append(self._item(token))
        return tuple(items)

    def _item(self, token: str) -> Item:
        label = ""
        if token.endswith(":") and len(token) > 1 and not token.startswith("'"):
            label, token = token[:-1], self.tokens[self.at]
            self.at += 1
        item = self._group(label) if token == "(" else self._plain(token, label)  # noqa: S105 - a parenthesis, not a password
        quantifier = self.tokens[self.at] if self.at < len(self.tokens) else ""
        if quantifier not in ("?", "*", "+") or not quantifier:
            return item
        self.at += 1
        least, many = {"?": (0, False), "*": (0, True), "+": (1, True)}[quantifier]
        if isinstance(item, Group) and item.least == 1 and not item.many:
            return Group(item.choices, item.label, least, many=many)
        return Group(((item,),), "", least, many=many)

    def _group(self, label: str) -> Group:
        choices = [self._sequence()]
        while self.tokens[self.at] == "|":
            self.at += 1
            choices.append(self._sequence())
        self.at += 1
        merged = _merged(choices)
        return Group(merged, label, 1, many=False)

    def _plain(self, token: str, label: str) -> Item:
        if token[0].isupper():
            return Ref(token, label or token)
        if token.startswith("'"):
            self.keys.add(token[1:-1])
            return Word(frozenset({token[1:-1]}))
        words = inflections(token[:-1]) if token.endswith("~") else frozenset({token})
        self.words |= words
        self.keys |= words
        return Word(words)


def _merged(choices: list[tuple[Item, ...]]) -> tuple[tuple[Item, ...], ...]:
    """Return choices with those of a single word made one."""
    words: set[str] = set()
    others: list[tuple[Item, ...]] = []
    for choice in choices:
        if len(choice) == 1 and isinstance(choice[0], Word):
            words |= choice[0].words
        else:
            others.append(choice)
    return ((Word(frozenset(words)),), *others) if words else tuple(others)


def _labels(item: Item) -> bool:
    if isinstance(item, Ref):
        return item.label != item.name
    return isinstance(item, Group) and (
        bool(item.label) or any(_labels(one) for choice in item.choices for one in choice)
    )
