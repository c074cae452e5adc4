from __future__ import annotations

import pytest
from backwright.naming import plural, singular


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("category", "categories"),
        ("potato", "potatoes"),
        ("cookie", "cookies"),
        ("calorie", "calories"),
        ("movie", "movies"),
        ("canoe", "canoes"),
        ("toe", "toes"),
        ("shoe", "shoes"),
        ("series", "series"),
        ("line_tie", "line_ties"),
        ("order_status", "order_statuses"),
    ],
)
def test_names_are_one_and_many(one: str, many: str) -> None:
    assert (singular(many), plural(one)) == (one, many)
    assert (singular(one), plural(many)) == (one, many)
