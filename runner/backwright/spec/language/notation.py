"""Grammar files: rules of words, other rules and terminals, as text.

::

    Rename:                                   # a rule; its alternatives stand below it, one a line
      rename~ old:Member (to | into) new:Name #rename ~0.5

Words in lower case stand for themselves, ``rename~`` also for its inflections (renames, renamed, renaming). Marks are
in quotes. Names with a capital are rules or terminals, ``label:`` binds what they read. ``?``, ``*`` and ``+`` follow
an element or a group. At the end of a line ``#tag`` names the meaning (the rule's name by default), ``~0.5`` is a
cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backwright.spec.language.chart import Alternative, Grammar, Group, Item, Ref, Rule, Terminal, Word, prepared
from backwright.spec.language.inflection import inflections

_TOKEN = re.compile(r"'[^']+'|[()|?*+]|[a-z]+:(?=[A-Z(])|#[\w-]+|~-?[\d.]+|[^\s()|?*+]+")


def read_grammar(files: list[Path], terminals: Mapping[str, Terminal]) -> Grammar:
    """Return the grammar of some files.

    Raises:
        ValueError: a line cannot be read, a rule is there twice, has a terminal's name, names one that there is not,
            or begins with itself. The message begins with the file and the line.
    """
    rules: dict[str, Rule] = {}
    defined: dict[str, _Place] = {}
    named: dict[str, _Place] = {}
    words: set[str] = set()
    keys: set[str] = set()
    for place, name, lines in (rule for file in files for rule in _rules(file)):
        if name in rules:
            raise ValueError(f"{place}: the rule {name} is there twice")
        if name in terminals:
            raise ValueError(f"{place}: {name} is the name of a terminal")
        alternatives: list[Alternative] = []
        for at, line in lines:
            try:
                alternatives.append(_Line(name, line, words, keys).alternative())
            except ValueError as error:
                raise ValueError(f"{at}: {error}") from None
            named |= dict.fromkeys(_named(alternatives[-1].items) - named.keys(), at)
        rules[name], defined[name] = Rule(name, tuple(alternatives)), place
    for missing in named.keys() - rules.keys() - terminals.keys():
        raise ValueError(f"{named[missing]}: there is no rule or terminal {missing}")
    for name in _left_recursive(rules):
        raise ValueError(f"{defined[name]}: the rule {name} begins with itself")
    for rule in rules.values():
        prepared(rule, rules)
    return Grammar(rules, terminals, frozenset(words), frozenset(keys))


@dataclass(frozen=True)
class _Place:
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def _rules(file: Path) -> Iterator[tuple[_Place, str, list[tuple[_Place, str]]]]:
    """Yield where a rule is, its name, and its alternatives with where they are."""
    rule: tuple[_Place, str, list[tuple[_Place, str]]] | None = None
    for number, raw in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        line = re.sub(r"(^|\s)# .*$", "", raw).rstrip()
        place = _Place(file.name, number)
        if not line.strip():
            continue
        if not line.startswith(" "):
            if not re.fullmatch(r"[A-Z]\w*:", line):
                raise ValueError(f"{place}: {line!r} is no name of a rule and a colon")
            if rule is not None:
                yield rule
            rule = (place, line[:-1], [])
        elif rule is None:
            raise ValueError(f"{place}: {line.strip()!r} stands under no rule")
        elif line.startswith("      ") and rule[2]:
            rule[2][-1] = (rule[2][-1][0], f"{rule[2][-1][1]} {line.strip()}")
        else:
            rule[2].append((place, line.strip()))
    if rule is not None:
        yield rule


def _named(items: tuple[Item, ...]) -> set[str]:
    found: set[str] = set()
    for item in items:
        if isinstance(item, Ref):
            found.add(item.name)
        elif isinstance(item, Group):
            for choice in item.choices:
                found |= _named(choice)
    return found


def _left_recursive(rules: Mapping[str, Rule]) -> Iterator[str]:
    """Yield the rules that can begin with themselves, which the parser does not follow."""
    empty = _empty_rules(rules)
    first = {
        name: {one for alternative in rule.alternatives for one in _first_named(alternative.items, empty)}
        & rules.keys()
        for name, rule in rules.items()
    }
    for name in rules:
        found: set[str] = set()
        todo = {name}
        while todo:
            new = first[todo.pop()] - found
            found |= new
            todo |= new
        if name in found:
            yield name


def _first_named(items: tuple[Item, ...], empty: set[str]) -> set[str]:
    found: set[str] = set()
    for item in items:
        if isinstance(item, Ref):
            found.add(item.name)
        elif isinstance(item, Group):
            for choice in item.choices:
                found |= _first_named(choice, empty)
        if not _is_empty((item,), empty):
            break
    return found


def _empty_rules(rules: Mapping[str, Rule]) -> set[str]:
    """Return the rules that can read nothing."""
    empty: set[str] = set()
    before = -1
    while len(empty) > before:
        before = len(empty)
        empty |= {rule.name for rule in rules.values() if any(_is_empty(one.items, empty) for one in rule.alternatives)}
    return empty


def _is_empty(items: tuple[Item, ...], empty: set[str]) -> bool:
    return all(
        item.name in empty
        if isinstance(item, Ref)
        else isinstance(item, Group) and (item.least == 0 or any(_is_empty(one, empty) for one in item.choices))
        for item in items
    )


class _Line:
    """Reads one alternative."""

    def __init__(self, rule: str, line: str, words: set[str], keys: set[str]) -> None:
        self.rule = rule
        self.tokens = _TOKEN.findall(line)
        self.at = 0
        self.words = words
        self.keys = keys
        self.tag = ""
        self.cost = 0.0

    def alternative(self) -> Alternative:
        items = self._sequence()
        if self.at < len(self.tokens):
            raise ValueError(f"{self.tokens[self.at]!r} closes no group")
        refs = [at for at, item in enumerate(items) if isinstance(item, Ref)]
        is_last = len(refs) == 1 and not _named(items[refs[0] + 1 :])
        passes = not self.tag and is_last and not any(_labels(item) for item in items)
        return Alternative(items, self.tag or self.rule, self.cost, passes)

    def _sequence(self) -> tuple[Item, ...]:
        items: list[Item] = []
        while self.at < len(self.tokens):
            part = self.tokens[self.at]
            if part in "|)":
                break
            self.at += 1
            if part in ("?", "*", "+"):
                raise ValueError(f"{part!r} follows no element")
            if part.startswith("#"):
                self.tag = part[1:]
            elif re.fullmatch(r"~-?[\d.]+", part):
                self.cost = float(part[1:])
            elif self.tag or self.cost:
                raise ValueError(f"{part!r} stands behind the tag or the cost")
            else:
                items.append(self._item(part))
        return tuple(items)

    def _item(self, part: str) -> Item:
        label = ""
        if part.endswith(":") and len(part) > 1 and not part.startswith("'"):
            label, part = part[:-1], self.tokens[self.at]
            self.at += 1
        item = self._group(label) if part == "(" else self._plain(part, label)
        quantifier = self.tokens[self.at] if self.at < len(self.tokens) else ""
        if quantifier not in ("?", "*", "+") or not quantifier:
            return item
        self.at += 1
        least, many = {"?": (0, False), "*": (0, True), "+": (1, True)}[quantifier]
        if isinstance(item, Group) and item.least == 1 and not item.many:
            return Group(item.choices, item.label, least, many=many)
        return Group(((item,),), "", least, many=many)

    def _group(self, label: str) -> Group:
        choices = [self._choice()]
        while self.tokens[self.at : self.at + 1] == ["|"]:
            self.at += 1
            choices.append(self._choice())
        if self.tokens[self.at : self.at + 1] != [")"]:
            raise ValueError("a group is not closed")
        self.at += 1
        merged = _merged(choices)
        return Group(merged, label, 1, many=False)

    def _choice(self) -> tuple[Item, ...]:
        items = self._sequence()
        if self.tag or self.cost:
            raise ValueError("a tag or a cost stands in a group")
        return items

    def _plain(self, part: str, label: str) -> Item:
        if part[0].isupper():
            return Ref(part, label or part)
        if label:
            raise ValueError(f"{label}: binds {part!r}, which is a word")
        if part != part.lower():
            raise ValueError(f"{part!r} is no word in lower case")
        if part.startswith("'"):
            self.keys.add(part[1:-1])
            return Word(frozenset({part[1:-1]}))
        words = inflections(part[:-1]) if part.endswith("~") else frozenset({part})
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
