"""Risks are said for what a change can really cost, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from backwright.engines.risks import risks_of
from backwright.spec.change import ChangeField, ChangeRelation, RenameResource, SpecChange, Step
from backwright.spec.model import BackendSpec, FieldSpec, RelationSpec, ResourceSpec, ServiceSpec


def risks(old: FieldSpec | RelationSpec, *steps: Step) -> tuple[str, ...]:
    fields = (old,) if isinstance(old, FieldSpec) else ()
    relations = (old,) if isinstance(old, RelationSpec) else ()
    shops = ResourceSpec(name="shops", singular="shop")
    products = ResourceSpec(name="products", singular="product", fields=fields, relations=relations)
    return risks_of(SpecChange(steps=steps), BackendSpec(service=ServiceSpec(name="s"), resources=(products, shops)))


def changed(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    field = FieldSpec.model_validate({"name": "price", **new})
    return risks(FieldSpec.model_validate({"name": "price", **old}), ChangeField(resource="products", field=field))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 0}),
        ({"type": "integer", "exclusive_minimum": 0}, {"type": "integer", "minimum": 0}),
        ({"type": "integer", "maximum": 5}, {"type": "integer"}),
        ({"type": "integer", "multiple_of": 10}, {"type": "integer", "multiple_of": 5}),
        ({"type": "integer"}, {"type": "integer", "format": "int64"}),
        ({"type": "integer"}, {"type": "number"}),
        ({"type": "integer"}, {"type": "string"}),
        ({"max_length": 40}, {"max_length": 80}),
        ({"max_length": 40}, {"format": "text"}),
        ({"min_length": 3}, {"min_length": 1}),
        ({"enum": ["a", "b"]}, {"enum": ["a", "b", "c"]}),
        ({"enum": ["a", "b"]}, {}),
        ({"unique": True}, {"unique": False}),
        ({"required": True}, {"required": False}),
        ({"description": "what it costs"}, {"description": "what it costs, in euros"}),
    ],
)
def test_a_relaxed_rule_is_no_risk(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert changed(old, new) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"type": "integer"}, {"type": "integer", "minimum": 0}, "break the new rule"),
        ({"type": "integer", "minimum": 0}, {"type": "integer", "exclusive_minimum": 0}, "break the new rule"),
        ({"type": "integer", "maximum": 5}, {"type": "integer", "maximum": 4}, "break the new rule"),
        ({"type": "integer", "multiple_of": 5}, {"type": "integer", "multiple_of": 10}, "break the new rule"),
        ({"type": "integer", "format": "int64"}, {"type": "integer"}, "too long"),
        ({"type": "string"}, {"type": "integer"}, "no form in the new type"),
        ({"max_length": 80}, {"max_length": 40}, "too long"),
        ({"format": "text"}, {"max_length": 40}, "too long"),
        ({"min_length": 1}, {"min_length": 3}, "too short"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "rows that hold b"),
        ({}, {"enum": ["a"]}, "rows that hold another value"),
        ({"unique": False}, {"unique": True}, "a second row of the same value"),
    ],
)
def test_a_tightened_rule_says_what_stops_the_migration(old: dict[str, Any], new: dict[str, Any], said: str) -> None:
    (risk,) = changed(old, new)
    assert risk.startswith("products.price: ")
    assert said in risk
    assert risk.endswith(("stop the migration", "stops the migration"))


def test_digits_that_are_rounded_away_are_said() -> None:
    decimal = {"type": "number", "format": "decimal", "precision": 12}
    (risk,) = changed({**decimal, "scale": 4}, {**decimal, "precision": 10, "scale": 2})
    assert "rounds" in risk
    assert changed({**decimal, "scale": 2}, {**decimal, "precision": 14, "scale": 4}) == ()


def test_a_field_that_becomes_required_is_a_risk_for_clients_only() -> None:
    assert changed({"required": False}, {"required": True}) == (
        "products.price: clients that create without it get 422",
    )
    assert changed({"required": False}, {"required": True, "default": "x"}) == ()


def test_a_relation_is_a_risk_only_where_it_asks_for_more() -> None:
    loose = RelationSpec(name="shop", target="shops", required=False)
    tight = RelationSpec(name="shop", target="shops", required=True, unique=True)

    assert risks(tight, ChangeRelation(resource="products", relation=loose)) == ()
    said = risks(loose, ChangeRelation(resource="products", relation=tight))
    assert [risk.split(": ", 1)[1].split(" ")[:3] for risk in said] == [
        ["rows", "that", "have"],
        ["a", "second", "row"],
        ["clients", "that", "create"],
    ]


def test_a_rule_tightened_in_a_renamed_resource_is_a_risk_still() -> None:
    rename = RenameResource(resource="products", name="sale_items", singular="sale_item")
    tighten = ChangeField(resource="sale_items", field=FieldSpec(name="price", max_length=4))

    said = risks(FieldSpec(name="price"), rename, tighten)

    assert said[0].startswith("products: its paths change to /sale-items")
    assert said[1] == "sale_items.price: rows whose value is too long for it now stop the migration"
