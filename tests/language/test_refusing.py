from __future__ import annotations

import pytest
from backwright.errors import BadInput, NotSupported
from backwright.spec.language.refusing import MAX_CHARACTERS, language_of, refuse_unreadable
from backwright.spec.language.tokens import tokens_of


@pytest.mark.parametrize("text", ["", "  \n ", "...", "?!"])
def test_an_empty_request_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="the task is empty") as refused:
        refuse_unreadable(text)
    assert refused.value.hint is not None
    assert "add products CRUD" in refused.value.hint


def test_signs_without_a_word_are_refused() -> None:
    with pytest.raises(BadInput, match="could not read") as refused:
        refuse_unreadable("@@ ##")
    assert refused.value.nearest == ("add products CRUD",)


def test_a_request_has_a_greatest_length() -> None:
    assert refuse_unreadable("add products " + "a" * (MAX_CHARACTERS - 13))
    with pytest.raises(BadInput, match="4,001 characters"):
        refuse_unreadable("add products " + "a" * (MAX_CHARACTERS - 12))


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE products (id int)",
        " DROP INDEX a",
        "ALTER TABLE products ADD COLUMN name text",
        "SELECT * FROM products",
        "INSERT INTO products VALUES (1)",
        "DELETE FROM products",
    ],
)
def test_sql_is_refused_as_sql(text: str) -> None:
    with pytest.raises(BadInput, match="SQL"):
        refuse_unreadable(text)


@pytest.mark.parametrize(
    "text", ["create a table products", "select is a field of products", "drop index on name", "DELETE products"]
)
def test_words_that_sql_has_too_are_no_sql(text: str) -> None:
    assert refuse_unreadable(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Füge Produkte mit Name und Preis hinzu", "German"),
        ("ajoute des produits avec un nom et un prix", "French"),
        ("añade productos con nombre y precio para los usuarios", "Spanish"),
        ("aggiungi prodotti con nome e prezzo", "Italian"),
        ("adicione produtos com nome e preço para os usuários", "Portuguese"),
        ("voeg producten toe met naam en prijs", "Dutch"),
        ("dodaj produkty z nazwą", "Polish"),
        ("lisää tuotteet", "Finnish"),
        ("добавь товары и цены", "not in Latin letters"),
        ("製品を追加する", "not in Latin letters"),
    ],
)
def test_another_language_is_named_and_refused(text: str, language: str) -> None:
    with pytest.raises(BadInput, match="I read English only") as refused:
        refuse_unreadable(text)
    assert language in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "add cafés with a name",
        "add wines with a type red/white/rosé",
        'rename "größe" to size in products',
        "add die cuts with a name and a price",
        "add products con",
        "add a field 製品 to the products of the shop",
    ],
)
def test_a_foreign_word_or_accent_makes_no_other_language(text: str) -> None:
    assert language_of(tokens_of(text)) == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("add products with Django", "django"),
        ("build it in node.js", "node.js"),
        ("use mongodb for products", "MongoDB"),
        ("add a GraphQL endpoint for products", "GraphQL"),
        ("add a react frontend", "react"),
        ("store everything in MySQL", "MySQL"),
        ("add products and a crawler", "crawler"),
    ],
)
def test_what_no_backend_here_has_is_refused_by_its_name(text: str, named: str) -> None:
    with pytest.raises(NotSupported) as refused:
        refuse_unreadable(text)
    assert named in refused.value.message


def test_everything_foreign_is_named_once() -> None:
    with pytest.raises(NotSupported) as refused:
        refuse_unreadable("use GraphQL, mongodb and GraphQL again")
    assert refused.value.message.count("GraphQL") == 1
    assert "MongoDB" in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "add reports with a format (pdf, html, csv)",
        "add users with a google_id",
        'add tags with name "django"',
        "add logins with a facebook url",
        "let the frontend at https://shop.example call the api",
        "every printer has a name",
    ],
)
def test_a_foreign_word_that_is_a_name_or_a_value_is_none(text: str) -> None:
    assert refuse_unreadable(text)
