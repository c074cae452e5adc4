from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from backwright.spec.language.chart import WORD_COST
from backwright.spec.language.notation import read_grammar

from tests.language.conftest import Rules

Read = Callable[..., Rules]


def test_a_tilde_stands_for_the_inflections_of_a_word(rules: Read) -> None:
    read = rules("S:\n  rename~ it\n")
    assert all(read.whole(f"{word} it") for word in ("rename", "renames", "renamed", "renaming"))
    assert read.whole("renamer it") is None


def test_marks_stand_in_quotes(rules: Read) -> None:
    read = rules("S:\n  a '(' b ')' ('|' | '*')\n")
    assert read.whole("a (b) |") is not None
    assert read.whole("a (b) *") is not None
    assert read.whole("a b |") is None


def test_the_tag_of_a_line_is_that_of_its_node_and_by_default_the_name_of_the_rule(rules: Read) -> None:
    read = rules("S:\n  a #said\n  b\n")
    said, plain = read.whole("a"), read.whole("b")
    assert said is not None
    assert plain is not None
    assert (said.tag, plain.tag) == ("said", "S")


@pytest.mark.parametrize("line", ["a #said ~0.5", "a ~0.5 #said"])
def test_tag_and_cost_may_stand_in_either_order(rules: Read, line: str) -> None:
    read = rules(f"S:\n  {line}\n")
    node = read.whole("a")
    assert node is not None
    assert node.tag == "said"
    assert read.cost("a") == pytest.approx(WORD_COST + 0.5)


def test_a_line_with_one_part_stands_for_it(rules: Read) -> None:
    node = rules("S:\n  the? A\nA:\n  a #inner\n").whole("the a")
    assert node is not None
    assert node.tag == "inner"


@pytest.mark.parametrize("line", ["A #own", "x:A", "A A2", "A A2?"])
def test_a_line_with_a_tag_a_label_or_more_parts_has_a_node_of_its_own(rules: Read, line: str) -> None:
    node = rules(f"S:\n  {line}\nA:\n  a #inner\nA2:\n  b #last\n").whole("a b" if "A2" in line else "a")
    assert node is not None
    assert node.tag in ("own", "S")


def test_a_part_binds_under_its_name_where_it_has_no_label(rules: Read) -> None:
    node = rules("S:\n  A x:B\nA:\n  a\nB:\n  b\n").whole("a b")
    assert node is not None
    assert [label for label, _ in node.parts()] == ["A", "x"]


def test_a_long_line_goes_on_where_it_is_indented_further(rules: Read) -> None:
    read = rules("S:\n  a\n      b\n  c\n")
    assert read.whole("a b") is not None
    assert read.whole("c") is not None
    assert read.whole("a") is None


def test_comments_and_empty_lines_say_nothing(rules: Read) -> None:
    read = rules("# about\n\nS:  # the first\n  a  # b c\n\n  # d\n  c\n")
    assert read.whole("a") is not None
    assert read.whole("c") is not None
    assert read.whole("d") is None


def test_the_rules_of_several_files_are_one_grammar(tmp_path: Path) -> None:
    (tmp_path / "a.grammar").write_text("S:\n  a B\n")
    (tmp_path / "b.grammar").write_text("B:\n  b\n")
    found = Rules(read_grammar(sorted(tmp_path.glob("*.grammar")), {}))
    assert found.whole("a b") is not None


def test_the_words_of_a_grammar_are_known_without_its_marks(rules: Read) -> None:
    grammar = rules("S:\n  add~ (it | ',')\n").grammar
    assert grammar.words == {"add", "adds", "added", "adding", "it"}
    assert grammar.keys == grammar.words | {","}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("S:\n  a\n\nS:\n  b\n", "test.grammar:4: the rule S is there twice"),
        ("S:\n  a\nName:\n  b\n", "test.grammar:3: Name is the name of a terminal"),
        ("S:\n  a\n  b Missing\n", "test.grammar:3: there is no rule or terminal Missing"),
        ("S:\n  a (b | (Missing c)?)\n", "test.grammar:2: there is no rule or terminal Missing"),
        ("S:\n  a\n  (b | c\n", "test.grammar:3: a group is not closed"),
        ("S:\n  a b)\n", "test.grammar:2: ')' closes no group"),
        ("S:\n  a | b\n", "test.grammar:2: '|' closes no group"),
        ("S:\n  ? a\n", "test.grammar:2: '?' follows no element"),
        ("S:\n  a (+ b)\n", "test.grammar:2: '+' follows no element"),
        ("S:\n  (a ~1 | b)\n", "test.grammar:2: a tag or a cost stands in a group"),
        ("S:\n  (a | b #said)\n", "test.grammar:2: a tag or a cost stands in a group"),
        ("S:\n  a #said b\n", "test.grammar:2: 'b' stands behind the tag or the cost"),
        ("S:\n  a\n      ~1 b\n", "test.grammar:2: 'b' stands behind the tag or the cost"),
        ("S:\n  aB\n", "test.grammar:2: 'aB' is no word in lower case"),
        ("S:\n  n1:Name\n", "test.grammar:2: 'n1:Name' is no word in lower case"),
        ("  a\nS:\n  b\n", "test.grammar:1: 'a' stands under no rule"),
        ("S:\n  a\nB\n  b\n", "test.grammar:3: 'B' is no name of a rule and a colon"),
        ("s:\n  a\n", "test.grammar:1: 's:' is no name of a rule and a colon"),
        ("A:\n  a\nS:\n  b\n  S a\n", "test.grammar:3: the rule S begins with itself"),
        ("S:\n  a? S b\n", "test.grammar:1: the rule S begins with itself"),
        ("S:\n  Gap S b\n  c\nGap:\n  ','?\n", "test.grammar:1: the rule S begins with itself"),
        ("S:\n  A b\nA:\n  (c | S)\n", "test.grammar:1: the rule S begins with itself"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_file_and_line(rules: Read, text: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        rules(text)
    assert str(refused.value) == message


def test_a_rule_may_come_back_in_its_middle_or_end(rules: Read) -> None:
    assert rules("S:\n  a S?\n  '(' S ')'\n").whole("a (a a)") is not None
