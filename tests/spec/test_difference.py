from __future__ import annotations

from backwright.spec.apply import apply_change, settled
from backwright.spec.change import AddField, ChangeField, RemoveField, RenameField, RenameResource, SpecChange
from backwright.spec.difference import difference, in_order
from backwright.spec.model import BackendSpec
from backwright.spec.yaml import read_spec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.spec.specs import backends

CALM = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
SERVICE = "name: shop\n"


def spec(**files: str) -> BackendSpec:
    return read_spec(
        {"service.yaml": SERVICE.encode(), **{f"{name}.yaml": text.encode() for name, text in files.items()}}
    )


@st.composite
def renaming(draw: st.DrawFn, old: BackendSpec, new: BackendSpec) -> BackendSpec:
    """Say of some things in the new spec that they were others in the old."""
    names = [resource.name for resource in old.resources]
    changed = []
    for resource in new.resources:
        before = draw(st.sampled_from([None, None, *names]))
        source = old.resource(before or resource.name)
        fields = [field.name for field in source.fields] if source else []
        every = tuple(
            field.model_copy(update={"renamed_from": draw(st.sampled_from([None, *fields])), "backfill": None})
            for field in resource.fields
        )
        changed.append(resource.model_copy(update={"fields": every, "renamed_from": before}))
    return new.model_copy(update={"resources": tuple(changed)})


@CALM
@given(backends(), backends(), st.data())
def test_applying_the_difference_gives_the_new_spec(old: BackendSpec, new: BackendSpec, data: st.DataObject) -> None:
    wanted = data.draw(renaming(old, new))
    resources = tuple(settled(resource) for resource in wanted.resources)
    assert apply_change(old, difference(old, wanted)) == wanted.model_copy(update={"resources": resources})


@CALM
@given(backends())
def test_there_is_no_difference_to_oneself(one: BackendSpec) -> None:
    assert difference(one, one) == SpecChange()


@CALM
@given(backends(), backends())
def test_a_difference_survives_json(old: BackendSpec, new: BackendSpec) -> None:
    change = difference(old, new)
    assert SpecChange.model_validate_json(change.model_dump_json()) == change


def test_renamed_from_keeps_the_values_of_a_field() -> None:
    old = spec(products="fields:\n  stock: integer\n")
    new = spec(products="fields:\n  quantity: integer renamed_from stock\n")
    assert difference(old, new).steps == (RenameField(resource="products", field="stock", name="quantity"),)


def test_without_renamed_from_a_field_goes_and_another_comes() -> None:
    old = spec(products="fields:\n  stock: integer\n")
    new = spec(products="fields:\n  quantity: integer\n")
    assert [type(step) for step in difference(old, new).steps] == [RemoveField, AddField]


def test_a_backfill_travels_with_the_step_and_is_gone_after() -> None:
    old = spec(products="fields:\n  name: string\n")
    new = spec(products="fields:\n  name: string\n  stock: integer backfill 3\n")
    (step,) = difference(old, new).steps
    assert isinstance(step, AddField)
    assert step.field.backfill == 3
    applied = apply_change(old, SpecChange(steps=(step,))).resources[0].field("stock")
    assert applied is not None
    assert applied.backfill is None


def test_a_renamed_resource_takes_along_those_that_point_at_it() -> None:
    old = spec(products="fields: {}\n", reviews="fields:\n  product: -> Product\n")
    new = spec(items="renamed_from: products\nfields: {}\n", reviews="fields:\n  product: -> Item\n")
    assert difference(old, new).steps == (RenameResource(resource="products", name="items", singular="item"),)


def test_a_type_may_change() -> None:
    old = spec(products="fields:\n  stock: integer\n")
    new = spec(products="fields:\n  stock: string(20)\n")
    assert [type(step) for step in difference(old, new).steps] == [ChangeField]


def test_names_that_are_swapped_go_through_a_third() -> None:
    assert in_order({"a": "b", "b": "a"}) == [("a", "a_before"), ("b", "a"), ("a_before", "b")]


def test_a_chain_of_renames_starts_at_its_free_end() -> None:
    assert in_order({"a": "b", "b": "c"}) == [("b", "c"), ("a", "b")]
