from __future__ import annotations

import pytest
from backwright.spec.language.tokens import plain_text, tokens_of
from hypothesis import given
from hypothesis import strategies as st


def kinds(text: str) -> list[str]:
    return [token.kind for token in tokens_of(text)]


def texts(text: str) -> list[str]:
    return [token.text for token in tokens_of(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("price", "word"),
        ("in_stock", "word"),
        ("first-name", "word"),
        ("rosé", "word"),
        ("3D", "word"),
        ("ABC-12", "word"),
        ('"in stock"', "quoted"),
        ("'in stock'", "quoted"),
        ("`in_stock`", "quoted"),
        ("“in stock”", "quoted"),
        ("12", "number"),
        ("-0.5", "number"),
        ("1,000,000", "number"),
        ("1..5", "range"),
        ("1-5", "range"),
        ("1\N{EN DASH}5", "range"),
        ("-5..5", "range"),
        ("100/min", "rate"),
        ("5 / hour", "rate"),
        ("/products", "path"),
        ("/products/{id}/tags", "path"),
        ("/products/:id", "path"),
        ("/products/<id>", "path"),
        ("https://shop.example/api", "url"),
        ("a.b@shop.example", "email"),
        ("#ff0000", "hex"),
        ("2024-02-29", "day"),
        ("^[a-z]+$", "pattern"),
        ('"^[a-z ]+$"', "pattern"),
        (">=", "op"),
        ("->", "op"),
        ("--", "dash"),
    ],
)
def test_what_belongs_together_is_one_token(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    ("text", "value"),
    [('"in stock"', "in stock"), ("`sku`", "sku"), ("' a '", "a"), ("1,000", "1000"), ("Price", "Price")],
)
def test_a_value_is_without_quotes_and_without_the_commas_of_thousands(text: str, value: str) -> None:
    assert tokens_of(text)[0].value == value


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("can't", "can not"),
        ("don't", "do not"),
        ("doesnt", "does not"),
        ("I'd", "I would"),
        ("we've", "we have"),
        ("they'll", "they will"),
        ("let's", "let us"),
        ("it's", "it is"),
        ("w/ tags w/o notes", "with tags without notes"),
        ("and/or", "or"),
        ("e.g. red", "eg red"),
        ("max. 5 chars", "max 5 chars"),
        ("e-mails", "emails"),
        ("invite-only", "invite only"),
        ("read-only", "read-only"),
        ("10-char", "10 char"),
        ("n:m", "many-to-many"),
        ("1:1", "one-to-one"),
        ("≥ 3", ">= 3"),
        ("a → b", "a -> b"),
        ("note?: text", "note optional : text"),
        ("text | None", "text optional"),
        ("{name}", "( name )"),
        ("tags[]", "tags ( )"),
    ],
)
def test_contractions_abbreviations_and_signs_are_made_plain(text: str, plain: str) -> None:
    assert " ".join(texts(text)) == plain


def test_a_possessive_is_a_mark_of_its_own_and_no_quote() -> None:
    assert [(token.text, token.key) for token in tokens_of("the user's and the users' tasks")][2:] == [
        ("'s", "<s>"),
        ("and", "and"),
        ("the", "the"),
        ("users", "users"),
        ("'", "<s>"),
        ("tasks", "tasks"),
    ]


def test_a_dot_in_a_word_parts_a_resource_from_its_field() -> None:
    assert [(token.kind, token.text) for token in tokens_of("products.price")] == [
        ("word", "products"),
        ("dot", "."),
        ("word", "price"),
    ]


def test_a_range_and_a_rate_are_written_one_way_in_lower_case() -> None:
    assert [token.lower for token in tokens_of("1 .. 5 and 0.5-1.5 and -5..-1")][::2] == ["1..5", "0.5..1.5", "-5..-1"]
    assert [token.lower for token in tokens_of("100/min, 5 / hour, 2/s")][::2] == ["100/minute", "5/hour", "2/second"]


def test_only_a_word_or_a_mark_is_compared_with_words_of_a_grammar() -> None:
    assert [token.key for token in tokens_of('Delete "delete" 5 /delete -')] == [
        "delete",
        "<quoted>",
        "<number>",
        "<path>",
        "--",
    ]


def test_a_slash_between_words_is_no_path() -> None:
    assert texts("red/white/rosé") == ["red", "/", "white", "/", "rosé"]


def test_a_sentence_in_quotes_is_read_as_words() -> None:
    assert kinds('"add products with a name, a price and a stock"')[0] == "word"


@given(st.text(alphabet='ab Z9._-,:;()/#@"`<>=|!?\n$%&*+'))
def test_tokens_are_the_plain_text_in_order_and_nothing_is_lost(text: str) -> None:
    assert "".join("".join(texts(text)).split()) == "".join(plain_text(text).split())


@given(st.text())
def test_any_text_is_parted_and_no_token_is_empty(text: str) -> None:
    assert all(token.text.strip() for token in tokens_of(text) if token.text != "\n")
