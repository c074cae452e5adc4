from __future__ import annotations

import pytest
from backwright.spec.language.passage import Sentence, sentences_of
from hypothesis import given
from hypothesis import strategies as st


def words(sentence: Sentence) -> str:
    return " ".join(token.text for token in sentence.tokens)


def read(text: str) -> list[str]:
    return [words(sentence) for sentence in sentences_of(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Add products. Then orders!", ["Add products", "Then orders"]),
        ("add products; rename orders", ["add products", "rename orders"]),
        ("add products\nrename orders", ["add products", "rename orders"]),
        ("wait... add products", ["wait", "add products"]),
        ("...", []),
        ("add products (name. price) now", ["add products ( name . price ) now"]),
        ("price at least 1.5. name unique", ["price at least 1.5", "name unique"]),
        ("one of e.g. red, i.e. warm", ["one of eg red , ie warm"]),
        ("name of max. 5 chars. Rename orders", ["name of max 5 chars", "Rename orders"]),
        ("5 chars. max, unique", ["5 chars max , unique"]),
        ("make products.price unique. thanks", ["make products . price unique", "thanks"]),
        ("call it `a. b` please", ["call it `a. b` please"]),
        ("", []),
        ("---\n\n***", []),
        ("### Products\nname, price", ["Products", "name , price"]),
    ],
)
def test_a_text_is_parted_into_sentences(text: str, sentences: list[str]) -> None:
    assert read(text) == sentences


@pytest.mark.parametrize(
    "text",
    [
        "add products with\nname and price",
        "add products ,\nname and price",
        "add products\nwith name",
        "products belong to\nshops and\nbranches",
        "a product\nwhich belongs to a shop",
    ],
)
def test_a_line_that_clearly_goes_on_is_joined_to_the_one_before(text: str) -> None:
    assert read(text) == [text.replace("\n", " ")]


@pytest.mark.parametrize("bullet", ["-", "*", "•", "\N{EN DASH}", "+", "1.", "2)", "(3)", "a)", "[ ]", "[x]", "- [ ]"])
def test_a_bullet_begins_a_sentence_and_is_no_part_of_it(bullet: str) -> None:
    found = sentences_of(f"{bullet} add orders and\n{bullet} add products")
    assert [(words(one), one.depth) for one in found] == [("add orders and", 1), ("add products", 1)]


def test_bullets_are_as_deep_as_they_are_indented_and_what_stands_above_heads_them() -> None:
    found = sentences_of("Products:\n- name\n  - unique\n- price\n\nThanks.")
    assert [(words(one), one.depth, one.heads) for one in found] == [
        ("Products :", 0, True),
        ("name", 1, True),
        ("unique", 2, False),
        ("price", 1, False),
        ("Thanks", 0, False),
    ]


def test_only_the_last_sentence_of_a_line_heads_the_bullets() -> None:
    assert [one.heads for one in sentences_of("Hello. Products:\n- name")] == [False, True, False]


@pytest.mark.parametrize(
    "ticket", ["SHOP-12", "[SHOP-12]", "#12", "Ticket #12", "Issue 12", "JIRA SHOP-12 -", "Story 12:"]
)
def test_the_number_of_a_ticket_is_left_out_and_its_first_line_is_a_title(ticket: str) -> None:
    found = sentences_of(f"{ticket} Products\nadd products")
    assert [(words(one), one.title) for one in found] == [("Products", True), ("add products", False)]


def test_a_ticket_of_one_sentence_has_no_title() -> None:
    assert [one.title for one in sentences_of("SHOP-12: add products with a name")] == [False]


def test_a_number_within_a_request_is_no_ticket() -> None:
    assert read("add 3 products") == ["add 3 products"]


@given(st.text(alphabet="ab .;!?-*\n()12\"'#[]x,"))
def test_no_sentence_is_empty(text: str) -> None:
    assert all(sentence.tokens for sentence in sentences_of(text))
