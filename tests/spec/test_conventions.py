from __future__ import annotations

import dataclasses

import pytest
from backwright.errors import BadInput
from backwright.spec.conventions import CONVENTIONS, Conventions, convention, is_honoured, new_service, with_convention
from backwright.spec.model import KeyType, Layout, Pagination


@pytest.mark.parametrize(
    ("key", "value", "attribute", "meant"),
    [
        ("ids", "uuid", "ids", KeyType.UUID),
        ("page size", "50", "page_size", 50),
        ("Page-Size", "1,000", "page_size", 1000),
        ("timestamps", "no", "timestamps", False),
        ("layout", "Feature", "layout", Layout.FEATURE),
        ("pagination", "cursor", "pagination", Pagination.CURSOR),
        ("string_length", "100", "string_length", 100),
        ("authentication", "jwt", "auth", "jwt"),
    ],
)
def test_a_note_sets_a_convention(key: str, value: str, attribute: str, meant: object) -> None:
    assert getattr(with_convention(Conventions(), key, value), attribute) == meant


@pytest.mark.parametrize(
    ("key", "value"), [("ids", "snowflake"), ("page size", "0"), ("page size", "many"), ("colour", "red")]
)
def test_what_is_not_in_the_list_is_refused_with_what_is(key: str, value: str) -> None:
    with pytest.raises(BadInput) as caught:
        with_convention(Conventions(), key, value)
    assert caught.value.hint


def test_every_attribute_has_its_key() -> None:
    assert {one.attribute for one in CONVENTIONS} == {field.name for field in dataclasses.fields(Conventions)}


def test_values_that_are_not_honoured_yet_are_known() -> None:
    pagination = convention("pagination")
    assert pagination is not None
    assert is_honoured(pagination, "offset")
    assert not is_honoured(pagination, "cursor")


@pytest.mark.parametrize(
    ("folder", "name"),
    [("My Shop", "my-shop"), ("shop_api", "shop-api"), ("2024-shop", "shop"), ("Übung", "bung"), ("日本", "backend")],
)
def test_a_service_is_named_after_its_folder(folder: str, name: str) -> None:
    assert new_service(folder, Conventions()).name == name
