"""The ways not taken, and that the words which ask for them are read."""

from __future__ import annotations

import re

from backwright.engines.alternatives import MOST, alternatives_of
from backwright.spec.apply import apply_change
from backwright.spec.change import AddField, Question, RemoveField, SpecChange
from backwright.spec.conventions import Conventions
from backwright.spec.model import BackendSpec, FieldSpec
from backwright.spec.request import read_request
from backwright.spec.yaml import read_spec

SHOP = read_spec(
    {
        "specs/backend/service.yaml": b"name: shop\nauth: none\n",
        "specs/backend/products.yaml": b"fields:\n  name: string(1..80)\n",
    }
)


def alternatives(task: str, spec: BackendSpec | None = SHOP) -> tuple[str, ...]:
    reading = read_request(task, spec, Conventions())
    start = spec or read_spec({"specs/backend/service.yaml": b"name: shop\nauth: none\n"})
    return alternatives_of(reading.change, spec, apply_change(start, reading.change))


def test_a_relation_could_go_with_its_parent() -> None:
    found = alternatives("add reviews with text, belonging to products")
    assert any("reviews that go with their product" in text for text in found)


def test_a_required_field_could_be_optional() -> None:
    change = SpecChange(steps=(AddField(resource="products", field=FieldSpec(name="stock")),))
    (found,) = alternatives_of(change, SHOP, apply_change(SHOP, change))
    assert 'clients need not send stock: "make stock optional on products"' in found


def test_a_new_backend_could_have_another_database_and_other_access() -> None:
    found = alternatives("add products CRUD", None)
    assert any("PostgreSQL" in text for text in found)
    assert any("authentication" in text for text in found)


def test_what_is_removed_could_be_kept() -> None:
    change = SpecChange(steps=(RemoveField(resource="products", field="name"),))
    (found,) = alternatives_of(change, SHOP, apply_change(SHOP, change))
    assert "keep the values of products.name" in found


def test_the_other_answers_to_what_was_assumed_come_first() -> None:
    question = Question("Who owns tasks?", ("the user", "nobody", "a team"), "the user")
    assert alternatives_of(SpecChange(), SHOP, SHOP, [question]) == (
        "Who owns tasks? nobody or a team instead of the user",
    )


def test_a_plan_is_no_manual() -> None:
    many = (
        "add authors with name; add books with title, belonging to authors; add notes with text, belonging to books; "
    )
    assert len(alternatives(many + "add tags with name; add pages with text, belonging to books", None)) == MOST


def test_the_words_that_ask_for_an_alternative_are_read() -> None:
    for task, spec in (("add reviews with text, belonging to products", SHOP), ("add products CRUD", None)):
        start = spec or read_spec({"specs/backend/service.yaml": b"name: shop\nauth: none\n"})
        after = apply_change(start, read_request(task, spec, Conventions()).change)
        for text in alternatives(task, spec):
            for words in re.findall(r'"([^"]+)"', text):
                read_request(words, spec if "from the start" in text else after, Conventions())
