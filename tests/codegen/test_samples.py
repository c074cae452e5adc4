"""Values made up for a field: those it takes, and those it does not."""

from __future__ import annotations

from typing import Any

import pytest
from backwright.codegen.patterns import matching
from backwright.codegen.samples import accepted, is_taken, refused, samples
from backwright.errors import NotSupported
from backwright.spec.model import FieldSpec

FIELDS: list[dict[str, Any]] = [
    {},
    {"max_length": 2},
    {"min_length": 20, "max_length": 20},
    {"pattern": "^[A-Z]{2,3}-[0-9]{4}$"},
    {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "min_length": 3, "max_length": 50},
    {"pattern": r"^\+?[1-9]\d{6,14}$"},
    {"pattern": r"^(draft|live)\.v\d$"},
    {"format": "email"},
    {"format": "email", "min_length": 30, "max_length": 60},
    {"format": "uri"},
    {"format": "uuid"},
    {"format": "date"},
    {"format": "date-time"},
    {"format": "time"},
    {"format": "text", "max_length": 10_000},
    {"enum": ("new", "paid", "shipped")},
    {"type": "boolean"},
    {"type": "integer"},
    {"type": "integer", "minimum": 1, "maximum": 5},
    {"type": "integer", "minimum": 3, "multiple_of": 5},
    {"type": "integer", "minimum": -10, "maximum": -5},
    {"type": "integer", "exclusive_minimum": 0, "exclusive_maximum": 3},
    {"type": "integer", "format": "int64", "minimum": 5_000_000_000},
    {"type": "number"},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"type": "number", "exclusive_minimum": 0, "maximum": "0.25"},
    {"type": "number", "format": "decimal", "precision": 10, "scale": 2, "exclusive_minimum": 0},
    {"type": "number", "format": "decimal", "precision": 3, "scale": 2, "minimum": 0, "maximum": 1},
    {"type": "number", "format": "decimal", "precision": 5, "scale": 0},
    {"type": "number", "format": "decimal"},
]


@pytest.fixture(params=FIELDS, ids=str)
def field(request: pytest.FixtureRequest) -> FieldSpec:
    return FieldSpec(name="some_field", **request.param)


def test_samples_are_taken_different_and_in_order(field: FieldSpec) -> None:
    found = samples(field)

    assert found
    assert all(is_taken(field, value) for value in found)
    assert len(set(found)) == len(found)
    if field.enum is None and not isinstance(found[0], str):
        assert list(found) == sorted(found)  # type: ignore[type-var]


def test_samples_are_the_same_every_time(field: FieldSpec) -> None:
    assert samples(field) == samples(field)
    assert samples(field, 2) == samples(field)[:2]


def test_values_at_the_bounds_are_taken(field: FieldSpec) -> None:
    for case in accepted(field):
        assert is_taken(field, case.value), case


def test_labels_tell_cases_apart(field: FieldSpec) -> None:
    labels = [case.label for case in refused(field)]

    assert labels
    assert len(set(labels)) == len(labels)


def test_nearest_values_beyond_the_bounds_are_refused() -> None:
    rating = FieldSpec(name="rating", type="integer", minimum=1, maximum=5)
    name = FieldSpec(name="name", min_length=2, max_length=4)
    price = FieldSpec(name="price", type="number", format="decimal", precision=6, scale=2, exclusive_minimum=0)

    assert {(case.label, case.value) for case in refused(rating)} >= {("too small", 0), ("too great", 6)}
    assert {(case.label, case.value) for case in refused(name)} >= {("too short", "x"), ("too long", "xxxxx")}
    assert {(case.label, case.value) for case in refused(price)} >= {
        ("at the lower bound", "0.00"),
        ("too many decimals", "1.001"),
        ("too many digits", "10000.00"),
    }


def test_a_field_that_nothing_fits_is_refused_by_name() -> None:
    with pytest.raises(NotSupported, match="code"):
        samples(FieldSpec(name="code", pattern="^(?=x)y$"))


def test_examples_help_where_nothing_can_be_made_up() -> None:
    field = FieldSpec(name="code", pattern="^(?!a)[a-b]c$", examples=("bc",))

    assert samples(field) == ("bc",)


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("^[A-Z]{3}-[0-9]{2}$", ["AAA-00", "AAA-01"]),
        ("^(red|green)$", ["red"]),
        (r"^\d{3}$", ["000", "001"]),
        ("^[^a-c]$", ["d", "e"]),
        ("^x+$", ["x", "xx"]),
    ],
)
def test_texts_of_a_pattern(pattern: str, first: list[str]) -> None:
    assert list(matching(pattern))[: len(first)] == first


def test_texts_of_a_pattern_keep_to_the_lengths() -> None:
    assert all(4 <= len(text) <= 6 for text in matching("^[a-z]+$", 4, 6))
    assert next(matching("^[a-z]+$", 4, 6)) == "aaaa"
