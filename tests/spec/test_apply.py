from __future__ import annotations

import pytest
from backwright.errors import BadInput, NotFound
from backwright.spec.apply import apply_change
from backwright.spec.change import (
    AddField,
    AddRelation,
    AddResource,
    RemoveField,
    RemoveResource,
    RenameField,
    RenameResource,
    SpecChange,
    Step,
)
from backwright.spec.model import BackendSpec, FieldSpec, RelationSpec, ResourceSpec
from backwright.spec.yaml import read_spec

SHOP = read_spec(
    {
        "service.yaml": b"name: shop\n",
        "products.yaml": b"fields:\n  name: string\n  stock: integer\nlist:\n  sort: [stock, name]\n"
        b"unique_together: [[name, stock]]\n",
        "reviews.yaml": b"fields:\n  text: text\n  product: -> Product\n",
    }
)


def after(*steps: Step) -> BackendSpec:
    return apply_change(SHOP, SpecChange(steps=steps))


def refused(*steps: Step) -> BadInput:
    with pytest.raises(BadInput) as caught:
        after(*steps)
    return caught.value


def test_a_resource_that_is_not_there_is_met_with_the_nearest_one() -> None:
    error = refused(RemoveResource(resource="prodcts"))
    assert isinstance(error, NotFound)
    assert error.candidates == ("Did you mean products?",)


def test_a_field_that_is_not_there_is_met_with_the_nearest_one() -> None:
    error = refused(RemoveField(resource="products", field="stok"))
    assert isinstance(error, NotFound)
    assert error.candidates == ("Did you mean stock?",)


def test_what_others_point_at_is_not_removed() -> None:
    assert "reviews.product" in refused(RemoveResource(resource="products")).message


def test_it_is_removed_together_with_those() -> None:
    assert after(RemoveResource(resource="products"), RemoveResource(resource="reviews")).resources == ()


def test_a_relation_to_nothing_is_refused() -> None:
    error = refused(AddRelation(resource="products", relation=RelationSpec(name="shop", target="shops")))
    assert "products.shop points at shops" in error.message


def test_two_resources_may_point_at_each_other_in_one_change() -> None:
    one = ResourceSpec(
        name="cats", singular="cat", relations=(RelationSpec(name="dog", target="dogs", required=False),)
    )
    other = ResourceSpec(name="dogs", singular="dog", relations=(RelationSpec(name="cat", target="cats"),))
    assert len(after(AddResource(resource=one), AddResource(resource=other)).resources) == 4


def test_adding_the_same_again_changes_nothing() -> None:
    there = SHOP.resources[0].fields[0]
    assert after(AddField(resource="products", field=there)) == SHOP


def test_adding_another_of_that_name_is_refused() -> None:
    assert "has a field name already" in refused(AddField(resource="products", field=FieldSpec(name="name"))).message


def test_a_renamed_field_is_renamed_wherever_it_is_named() -> None:
    products = after(RenameField(resource="products", field="stock", name="quantity")).resources[0]
    assert products.list.sort == ("quantity", "name")
    assert products.unique_together == (("name", "quantity"),)


def test_a_field_that_something_else_names_is_not_removed() -> None:
    assert "unique_together" in refused(RemoveField(resource="products", field="stock")).message


def test_a_renamed_resource_is_still_pointed_at() -> None:
    spec = after(RenameResource(resource="products", name="items", singular="item"))
    reviews = spec.resource("reviews")
    assert reviews is not None
    assert reviews.relations[0].target == "items"


def test_the_old_spec_stays_as_it_was() -> None:
    before = SHOP.model_dump_json()
    after(RenameResource(resource="products", name="items", singular="item"))
    assert SHOP.model_dump_json() == before
