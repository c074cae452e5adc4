from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from backwright.spec.language.chart import Chart, Grammar, Node, Outcomes
from backwright.spec.language.notation import read_grammar
from backwright.spec.language.tokens import tokens_of


def name(chart: Chart, at: int) -> Outcomes:
    """Any one token, as dear as a word of a name."""
    return {at + 1: (1.0, Node("name", None, at, at + 1))}


class Rules:
    """A grammar written in a test, and what it reads."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar

    def chart(self, sentence: str) -> Chart:
        return Chart(self.grammar, tokens_of(sentence), None)

    def outcomes(self, sentence: str, rule: str = "S") -> Outcomes:
        return self.chart(sentence).read(rule, 0)

    def whole(self, sentence: str) -> Node | None:
        chart = self.chart(sentence)
        found = chart.read("S", 0).get(chart.size)
        return found[1] if found is not None and isinstance(found[1], Node) else None

    def cost(self, sentence: str) -> float:
        chart = self.chart(sentence)
        return round(chart.read("S", 0)[chart.size][0], 6)


@pytest.fixture
def rules(tmp_path: Path) -> Callable[..., Rules]:
    def read(text: str, terminals: Mapping[str, Callable[[Chart, int], Outcomes]] | None = None) -> Rules:
        path = tmp_path / "test.grammar"
        path.write_text(text, encoding="utf-8")
        return Rules(read_grammar([path], {"Name": name} if terminals is None else terminals))

    return read
