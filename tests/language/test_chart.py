from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from backwright.spec.conventions import Conventions, new_service
from backwright.spec.language.chart import WORD_COST, Chart, Node, Outcomes, Word
from backwright.spec.language.names import Context
from backwright.spec.language.reader import grammar
from backwright.spec.language.tokens import tokens_of
from backwright.spec.model import BackendSpec

from tests.language.conftest import Rules

Read = Callable[..., Rules]


def test_a_sentence_that_no_alternative_reads_has_no_tree(rules: Read) -> None:
    assert rules("S:\n  a b\n").whole("a c") is None


def test_every_end_is_kept_not_only_the_longest(rules: Read) -> None:
    assert set(rules("S:\n  a\n  a b\n  a b c\n").outcomes("a b c")) == {1, 2, 3}


def test_the_cheapest_reading_wins_wherever_it_stands(rules: Read) -> None:
    first = rules("S:\n  a #cheap\n  a ~1 #dear\n").whole("a")
    second = rules("S:\n  a ~1 #dear\n  a #cheap\n").whole("a")
    assert first is not None
    assert second is not None
    assert (first.tag, second.tag) == ("cheap", "cheap")


def test_of_two_equally_cheap_readings_the_first_wins(rules: Read) -> None:
    node = rules("S:\n  a #first\n  a #second\n").whole("a")
    assert node is not None
    assert node.tag == "first"


def test_a_word_of_the_grammar_is_cheaper_than_a_name(rules: Read) -> None:
    node = rules("S:\n  n:Name #named\n  delete #verb\n").whole("delete")
    assert node is not None
    assert node.tag == "verb"


def test_a_negative_cost_beats_the_words(rules: Read) -> None:
    node = rules("S:\n  a #plain\n  n:Name ~-2 #wanted\n").whole("a")
    assert node is not None
    assert node.tag == "wanted"


def test_costs_add_up_over_words_rules_and_lines(rules: Read) -> None:
    read = rules("S:\n  a A ~0.5\nA:\n  b b ~0.25\n")
    assert read.cost("a b b") == pytest.approx(3 * WORD_COST + 0.75)


def test_an_inner_rule_is_taken_in_its_cheapest_reading(rules: Read) -> None:
    node = rules("S:\n  x:A\nA:\n  b ~2 #dear\n  n:Name #cheap\n").whole("b")
    assert node is not None
    inner = node.one("x")
    assert inner is not None
    assert inner.tag == "cheap"


@pytest.mark.parametrize(
    ("element", "read", "not_read"),
    [
        ("b?", ["a c", "a b c"], ["a b b c"]),
        ("b*", ["a c", "a b c", "a b b b c"], ["a d c"]),
        ("b+", ["a b c", "a b b b c"], ["a c"]),
        ("(b | d e)", ["a b c", "a d e c"], ["a c", "a d c", "a b d e c"]),
        ("(b | d)?", ["a c", "a b c", "a d c"], ["a b d c"]),
        ("(b | d e)*", ["a c", "a d e b d e c"], ["a d d e c"]),
        ("(b d?)+", ["a b c", "a b d b c"], ["a c", "a d c"]),
        ("B*", ["a c", "a b b c"], ["a d c"]),
    ],
)
def test_how_often_an_element_may_stand(rules: Read, element: str, read: list[str], not_read: list[str]) -> None:
    grammar = rules(f"S:\n  a {element} c\nB:\n  b\n")
    assert [one for one in read if grammar.whole(one) is None] == []
    assert [one for one in not_read if grammar.whole(one) is not None] == []


def test_a_repeated_group_that_may_be_empty_comes_to_an_end(rules: Read) -> None:
    assert rules("S:\n  a (b?)* c\n").whole("a b b c") is not None


def test_a_repetition_keeps_the_cheaper_way_to_the_same_place(rules: Read) -> None:
    read = rules("S:\n  (One | Two)*\nOne:\n  a ~1\nTwo:\n  a a ~0.5\n")
    assert read.cost("a a a a") == pytest.approx(4 * WORD_COST + 1)


def test_a_rule_may_come_back_behind_a_word(rules: Read) -> None:
    read = rules("S:\n  a\n  '(' S ')'\n")
    assert read.whole("((a))") is not None
    assert read.whole("((a)") is None


def test_an_empty_alternative_reads_nothing(rules: Read) -> None:
    read = rules("S:\n  a Gap b\nGap:\n  ','\n  ~0.5\n")
    assert read.cost("a b") == pytest.approx(2 * WORD_COST + 0.5)
    assert read.cost("a, b") == pytest.approx(3 * WORD_COST)


def test_what_stands_in_quotes_is_no_word_of_the_grammar(rules: Read) -> None:
    assert rules("S:\n  delete\n").whole('"delete"') is None


def test_words_are_compared_in_lower_case(rules: Read) -> None:
    assert rules("S:\n  delete it\n").whole("DELETE It") is not None


def test_labels_bind_nodes_in_the_order_of_the_sentence(rules: Read) -> None:
    read = rules("S:\n  n:Name (and n:Name)* o:Name?\n")
    chart = read.chart("x and y and z last")
    node = chart.read("S", 0)[chart.size][1]
    assert isinstance(node, Node)
    assert [chart.text(one) for one in node.all("n")] == ["x", "y", "z"]
    first, last = node.one("n"), node.one("o")
    assert first is not None
    assert last is not None
    assert (chart.text(first), chart.text(last)) == ("x", "last")


def test_a_label_that_bound_nothing_is_not_there(rules: Read) -> None:
    node = rules("S:\n  a o:Name?\n").whole("a")
    assert node is not None
    assert node.all("o") == []
    assert node.one("o") is None
    assert not node.has("o")


def test_a_label_on_a_group_binds_the_words_it_took(rules: Read) -> None:
    chart = rules("S:\n  a w:(b | c)* d\n").chart("a b c d")
    node = chart.read("S", 0)[chart.size][1]
    assert isinstance(node, Node)
    words = node.one("w")
    assert words is not None
    assert chart.text(words) == "b c"


def test_an_optional_group_with_a_label_binds_only_what_is_said(rules: Read) -> None:
    read = rules("S:\n  a w:(b)? c\n")
    said, unsaid = read.whole("a b c"), read.whole("a c")
    assert said is not None
    assert unsaid is not None
    assert said.has("w")
    assert not unsaid.has("w")


def test_an_ambiguous_list_is_parted_the_cheapest_way(rules: Read) -> None:
    read = rules("S:\n  i:Item ('and' i:Item)*\nItem:\n  n:Name\n  n:Name and n:Name ~3\n")
    node = read.whole("a and b and c")
    assert node is not None
    assert len(node.all("i")) == 3


def test_a_terminal_is_asked_once_for_each_place(rules: Read) -> None:
    asked: list[int] = []

    def noted(chart: Chart, at: int) -> Outcomes:
        asked.append(at)
        return {at + 1: (1.0, Node("noted", None, at, at + 1))}

    read = rules("S:\n  N x\n  N N\n  N N N\n  (N | N N)*\n", {"N": noted})
    assert read.whole("a b c") is not None
    assert sorted(asked) == [0, 1, 2]


def test_a_terminal_is_not_asked_behind_the_end(rules: Read) -> None:
    def strict(chart: Chart, at: int) -> Outcomes:
        return {at + 1: (1.0, Node(chart.tokens[at].text, None, at, at + 1))}

    assert rules("S:\n  N N\n", {"N": strict}).whole("a") is None


def steps(monkeypatch: pytest.MonkeyPatch, read: Callable[[], object]) -> int:
    """How many words were compared while something was read."""
    count = 0
    compare = Word.run

    def counted(self: Word, *args: object) -> None:
        nonlocal count
        count += 1
        compare(self, *args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Word, "run", counted)
        read()
    return count


def test_steps_do_not_grow_with_the_readings(rules: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read = rules("S:\n  P S\n  P\nP:\n  a\n  a a\n  a a a\n  '(' S ')'\n")
    short, long = (steps(monkeypatch, partial(read.whole, "a " * length)) for length in (30, 60))
    assert read.whole("a " * 60) is not None
    assert long < 5 * short


def test_steps_do_not_grow_with_the_depth_of_what_fails(rules: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read = rules("S:\n  '(' S ')' a\n  '(' S ')' b\n  '(' S ')'\n  c\n")
    short, long = (
        steps(monkeypatch, partial(read.whole, "(" * depth + "c" + ")" * depth + " d")) for depth in (10, 20)
    )
    assert long < 5 * short


@pytest.mark.parametrize(
    "sentence",
    [
        "add products with {}",
        "make {} optional",
        "only admins may delete {}",
    ],
)
def test_a_long_list_takes_no_exponential_time(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = BackendSpec(service=new_service("shop", Conventions()))

    def read(count: int) -> None:
        tokens = tokens_of(sentence.format(" and ".join(f"thing{number}" for number in range(count))))
        Chart(grammar(), tokens, Context(spec)).read("Sentence", 0)

    short, long = (steps(monkeypatch, partial(read, count)) for count in (6, 12))
    assert long < 9 * short
