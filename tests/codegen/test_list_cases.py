"""What tests of a list store and ask, and what they must find."""

from __future__ import annotations

from backwright.codegen.list_cases import list_cases
from backwright.spec.model import FieldSpec, ListSpec, ResourceSpec

RATING = FieldSpec(name="rating", type="integer", minimum=1, maximum=5)
TITLE = FieldSpec(name="title", max_length=80)
CODE = FieldSpec(name="code", pattern="^[A-Z]{2}$")
REVIEWS = ResourceSpec(name="reviews", singular="review", fields=(RATING, TITLE, CODE))


def found(resource: ResourceSpec, rows: int = 3) -> dict[str, tuple[str, str]]:
    cases = list_cases(resource, resource.fields, rows)["filters"]
    return {case["label"]: (case["query"], case["expected"]) for case in cases}


def test_each_operator_keeps_what_it_must() -> None:
    cases = found(REVIEWS)

    assert cases["rating"] == ('{"rating": 2}', "[1]")
    assert cases["rating__lt"] == ('{"rating__lt": 2}', "[0]")
    assert cases["rating__ge"] == ('{"rating__ge": 2}', "[1, 2]")
    assert cases["title__ne"] == ('{"title__ne": "title b"}', "[0, 2]")
    assert cases["title__in"] == ('{"title__in": ["title a", "title c"]}', "[0, 2]")


def test_a_part_is_asked_for_in_the_other_case_where_any_text_may_be() -> None:
    cases = found(REVIEWS)

    assert cases["title__contains"] == ('{"title__contains": "ITLE B"}', "[1]")
    assert cases["code__contains"] == ('{"code__contains": "AB"}', "[1]")


def test_no_more_values_are_stored_than_rows_can_be_made() -> None:
    assert found(REVIEWS, rows=1)["rating__ge"] == ('{"rating__ge": 1}', "[0]")
    assert list_cases(REVIEWS, REVIEWS.fields, 1)["sorts"] == ""


def test_times_are_compared_as_the_spec_allows() -> None:
    some = REVIEWS.model_copy(update={"list": ListSpec(filters={"updated_at": ("le",)})})

    assert list_cases(some, some.fields, 3)["times"] == [("updated_at", "le")]
    assert ("created_at", "gt") in list_cases(REVIEWS, REVIEWS.fields, 3)["times"]


def test_what_is_searched_for_is_found_in_one_row_only() -> None:
    searches = list_cases(REVIEWS, REVIEWS.fields, 3)["searches"]

    assert {"field": "title", "value": '"some zebra here"', "term": '"ZEBRA"'} in searches
