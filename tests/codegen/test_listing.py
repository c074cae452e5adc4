"""What a list offers where the spec leaves it open."""

from __future__ import annotations

from typing import Any

import pytest
from backwright.codegen.listing import filters, operators, search_fields, sort_keys
from backwright.spec.model import FieldSpec, ListSpec, RelationSpec, ResourceSpec


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ({}, "eq ne in contains"),
        ({"enum": ("a", "b")}, "eq ne in"),
        ({"format": "uuid"}, "eq ne in"),
        ({"format": "text"}, ""),
        ({"write_only": True}, ""),
        ({"type": "boolean"}, "eq"),
        ({"type": "integer"}, "eq lt le gt ge"),
        ({"type": "number"}, "lt le gt ge"),
        ({"type": "number", "format": "decimal"}, "eq lt le gt ge"),
        ({"format": "date"}, "eq lt le gt ge"),
    ],
)
def test_operators_follow_from_the_type(said: dict[str, Any], offered: str) -> None:
    assert " ".join(operators(FieldSpec(name="some", **said))) == offered


REVIEWS = ResourceSpec(
    name="reviews",
    singular="review",
    fields=(FieldSpec(name="title"), FieldSpec(name="text", format="text")),
    relations=(RelationSpec(name="product", target="products"),),
)


def test_lists_offer_what_the_fields_allow() -> None:
    assert list(filters(REVIEWS)) == ["title", "product_id", "created_at", "updated_at"]
    assert sort_keys(REVIEWS) == ("id", "title", "created_at", "updated_at")
    assert search_fields(REVIEWS) == ("title", "text")


def test_what_the_spec_says_is_what_is_offered() -> None:
    said = ListSpec(filters={"title": ("eq",)}, sort=("title",), search=())
    resource = REVIEWS.model_copy(update={"list": said})

    assert dict(filters(resource)) == {"title": ("eq",)}
    assert sort_keys(resource) == ("title",)
    assert search_fields(resource) == ()
