"""The OpenAPI document may grow; what clients rely on goes only when the task asks for it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from backwright.finding import Severity
from backwright.spec.change import (
    AddField,
    AddRelation,
    AddResource,
    ChangeField,
    ChangeResource,
    ChangeService,
    RemoveField,
    RemoveResource,
    RenameField,
    RenameResource,
    SpecChange,
    Step,
)
from backwright.spec.model import FieldSpec, RelationSpec, ResourceSpec, ServiceSpec
from backwright.verify.breakages import breakages
from backwright.verify.contract import contract_findings, pretty

Edit = Callable[[dict[str, Any]], None]


def document() -> dict[str, Any]:
    product = {"$ref": "#/components/schemas/ProductResponse"}
    created = {"$ref": "#/components/schemas/ProductCreate"}
    limit = {"type": "integer", "minimum": 1, "maximum": 1000}
    return {
        "openapi": "3.1.0",
        "paths": {
            "/api/v1/products": {
                "get": {
                    "parameters": [
                        {"name": "limit", "in": "query", "schema": limit},
                        {"name": "sort", "in": "query", "schema": {"type": "string", "pattern": "^(name|price)$"}},
                        {"name": "price__gte", "in": "query", "schema": {"type": "number"}},
                    ],
                    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": LIST}}}}},
                },
                "post": {
                    "requestBody": {"required": True, "content": {"application/json": {"schema": created}}},
                    "responses": {"201": {"content": {"application/json": {"schema": product}}}, "422": {}},
                },
            },
            "/api/v1/products/{product_id}": {
                "parameters": [
                    {"name": "product_id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
                ],
                "get": {"responses": {"200": {"content": {"application/json": {"schema": product}}}, "404": {}}},
            },
            "/health": {"get": {"responses": {"200": {}}}},
        },
        "components": {
            "schemas": {
                "ProductCreate": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name", "price"],
                    "properties": {
                        "name": {"type": "string", "maxLength": 100},
                        "price": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]},
                        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                        "state": {"type": "string", "enum": ["new", "used"]},
                    },
                },
                "ProductResponse": {
                    "type": "object",
                    "required": ["id", "name"],
                    "properties": {
                        "id": {"type": "integer"},
                        "name": {"type": "string"},
                        "parent": {"anyOf": [{"$ref": "#/components/schemas/ProductResponse"}, {"type": "null"}]},
                    },
                },
                "ProductList": {
                    "type": "object",
                    "required": ["items"],
                    "properties": {
                        "items": {"type": "array", "items": {"$ref": "#/components/schemas/ProductResponse"}}
                    },
                },
            }
        },
    }


LIST = "#/components/schemas/ProductList"


def schema(doc: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = doc["components"]["schemas"][name]
    return found


def properties(doc: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = schema(doc, name)["properties"]
    return found


def operation(doc: dict[str, Any], method: str) -> dict[str, Any]:
    found: dict[str, Any] = doc["paths"]["/api/v1/products"][method]
    return found


def edited(*edits: Edit) -> dict[str, Any]:
    new = copy.deepcopy(document())
    for edit in edits:
        edit(new)
    return new


def drop_price_filter(doc: dict[str, Any]) -> None:
    del operation(doc, "get")["parameters"][2]


BREAKING: dict[str, tuple[Edit, str]] = {
    "path gone": (lambda d: d["paths"].pop("/health"), "GET /health: the path is gone"),
    "operation gone": (lambda d: d["paths"]["/api/v1/products"].pop("post"), "the operation is gone"),
    "code gone": (lambda d: operation(d, "post")["responses"].pop("422"), "the response 422 is gone"),
    "output field gone": (lambda d: properties(d, "ProductResponse").pop("name"), "name: no longer there"),
    "output may be missing": (lambda d: schema(d, "ProductResponse")["required"].remove("name"), "may now be missing"),
    "output may be null": (
        lambda d: properties(d, "ProductResponse").update(name={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "it may now be null (it was string)",
    ),
    "output of another type": (
        lambda d: properties(d, "ProductResponse").update(id={"type": "string"}),
        "id: it may now be string (it was integer)",
    ),
    "output in another format": (
        lambda d: d["components"]["schemas"].update(
            ProductList={"type": "object", "properties": {}, "required": ["items"]}
        ),
        "items: no longer there",
    ),
    "new required input": (lambda d: schema(d, "ProductCreate")["required"].append("note"), "note: now required"),
    "input field refused": (lambda d: properties(d, "ProductCreate").pop("note"), "note: no longer accepted"),
    "shorter input": (lambda d: properties(d, "ProductCreate")["name"].update(maxLength=50), "maxLength is now 50"),
    "pattern added": (lambda d: properties(d, "ProductCreate")["name"].update(pattern="^a"), "pattern is now ^a"),
    "null refused": (
        lambda d: properties(d, "ProductCreate").update(note={"type": "string"}),
        "note: null is no longer accepted (only string)",
    ),
    "enum value refused": (
        lambda d: properties(d, "ProductCreate")["state"].update(enum=["new"]),
        "state: no longer accepted: used",
    ),
    "one of two types refused": (
        lambda d: properties(d, "ProductCreate").update(price={"type": "string"}),
        "price: number is no longer accepted",
    ),
    "higher minimum in one of two types": (
        lambda d: properties(d, "ProductCreate")["price"]["anyOf"][0].update(exclusiveMinimum=5),
        "exclusiveMinimum is now 5",
    ),
    "smaller limit": (
        lambda d: operation(d, "get")["parameters"][0]["schema"].update(maximum=100),
        "limit: maximum is now 100",
    ),
    "filter gone": (drop_price_filter, "price__gte: the parameter is no longer accepted"),
    "parameter required": (lambda d: operation(d, "get")["parameters"][0].update(required=True), "is now required"),
    "new required parameter": (
        lambda d: operation(d, "get")["parameters"].append({"name": "x", "in": "query", "required": True}),
        "x: the parameter is new and required",
    ),
    "narrower path parameter": (
        lambda d: d["paths"]["/api/v1/products/{product_id}"]["parameters"][0]["schema"].update(maximum=9),
        "product_id: maximum is now 9",
    ),
    "credentials": (lambda d: d.update(security=[{"jwt": []}]), "credentials are now required"),
    "media type gone": (
        lambda d: operation(d, "post")["requestBody"]["content"].clear(),
        "application/json is gone",
    ),
}

HARMLESS: dict[str, Edit] = {
    "nothing": lambda _: None,
    "another path": lambda d: d["paths"].update({"/x": {"get": {"responses": {"200": {}}}}}),
    "another code": lambda d: operation(d, "post")["responses"].update({"409": {}}),
    "another output field": lambda d: properties(d, "ProductResponse").update(stock={"type": "integer"}),
    "another optional input": lambda d: properties(d, "ProductCreate").update(stock={"type": "integer"}),
    "another optional parameter": lambda d: operation(d, "get")["parameters"].append({"name": "y", "in": "query"}),
    "longer input": lambda d: properties(d, "ProductCreate")["name"].update(maxLength=500),
    "another enum value": lambda d: properties(d, "ProductCreate")["state"]["enum"].append("old"),
    "no longer required input": lambda d: schema(d, "ProductCreate")["required"].remove("price"),
    "integer where a number was": lambda d: properties(d, "ProductResponse").update(id={"type": "integer"}),
    "path parameter under another name": lambda d: d["paths"].update(
        {"/api/v1/products/{id}": d["paths"].pop("/api/v1/products/{product_id}")}
    ),
    "descriptions": lambda d: schema(d, "ProductCreate").update(description="A product."),
}


@pytest.mark.parametrize("case", BREAKING)
def test_what_breaks_clients_is_found(case: str) -> None:
    edit, message = BREAKING[case]
    texts = [str(breakage) for breakage in breakages(document(), edited(edit))]
    assert any(message in text for text in texts), texts


@pytest.mark.parametrize("case", HARMLESS)
def test_what_only_adds_is_not(case: str) -> None:
    assert breakages(document(), edited(HARMLESS[case])) == ()


def errors(edit: Edit, *steps: Step) -> list[str]:
    found = contract_findings(pretty(document()), edited(edit), SpecChange(steps=steps))
    return [finding.message for finding in found if finding.severity is Severity.ERROR]


def add_required(doc: dict[str, Any]) -> None:
    properties(doc, "ProductCreate")["stock"] = {"type": "integer"}
    schema(doc, "ProductCreate")["required"].append("stock")


def rename_name(doc: dict[str, Any]) -> None:
    for part in ("ProductCreate", "ProductResponse"):
        properties(doc, part)["title"] = properties(doc, part).pop("name")
        schema(doc, part)["required"].remove("name")
        schema(doc, part)["required"].append("title")
    operation(doc, "get")["parameters"][1]["schema"]["pattern"] = "^(price|title)$"


def drop_products(doc: dict[str, Any]) -> None:
    for path in list(doc["paths"]):
        if "products" in path:
            del doc["paths"][path]


RESOURCE = ResourceSpec(name="products", singular="product")
ALLOWED: dict[str, tuple[Edit, Step]] = {
    "add field": (add_required, AddField(resource="products", field=FieldSpec(name="stock"))),
    "rename field": (rename_name, RenameField(resource="products", field="name", name="title")),
    "remove field": (
        lambda d: properties(d, "ProductResponse").pop("name"),
        RemoveField(resource="products", field="name"),
    ),
    "its filters": (drop_price_filter, RemoveField(resource="products", field="price")),
    "change field": (
        lambda d: properties(d, "ProductCreate")["name"].update(maxLength=9),
        ChangeField(resource="products", field=FieldSpec(name="name")),
    ),
    "add relation": (
        lambda d: (
            properties(d, "ProductCreate").update(shop_id={}),
            schema(d, "ProductCreate")["required"].append("shop_id"),
        )[-1],
        AddRelation(resource="products", relation=RelationSpec(name="shop", target="shops")),
    ),
    "remove resource": (drop_products, RemoveResource(resource="products")),
    "rename resource": (drop_products, RenameResource(resource="products", name="goods", singular="good")),
    "change resource": (drop_price_filter, ChangeResource(resource=RESOURCE)),
    "change service": (drop_products, ChangeService(service=ServiceSpec(name="shop", api_prefix="/api/v2"))),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_what_the_task_asks_for_is_let_through(case: str) -> None:
    edit, step = ALLOWED[case]
    assert errors(edit) != []
    assert errors(edit, step) == []


@pytest.mark.parametrize(
    "step",
    [
        RemoveField(resource="products", field="price"),
        RemoveField(resource="reviews", field="name"),
        AddField(resource="products", field=FieldSpec(name="names")),
        AddResource(resource=ResourceSpec(name="names", singular="name")),
        RemoveResource(resource="prod"),
    ],
)
def test_asking_for_one_thing_lets_no_other_through(step: Step) -> None:
    assert errors(lambda d: properties(d, "ProductResponse").pop("name"), step) != []


def test_a_field_of_a_resource_shown_inside_another_counts_as_its_own() -> None:
    old = document()
    old["paths"] = {"/api/v1/reviews": {"get": old["paths"]["/api/v1/products"]["get"]}}
    new = copy.deepcopy(old)
    del properties(new, "ProductResponse")["name"]
    change = SpecChange(steps=(RemoveField(resource="products", field="name"),))
    found = contract_findings(pretty(old), new, change)
    assert [finding.severity for finding in found] == [Severity.INFO] * len(found) != []


def test_the_kept_document_is_the_same_whatever_order_it_came_in() -> None:
    turned = document()
    turned["paths"] = dict(reversed(turned["paths"].items()))
    turned["components"]["schemas"] = dict(reversed(turned["components"]["schemas"].items()))
    assert pretty(turned) == pretty(document())
    assert json.loads(pretty(turned)) == document()
    assert next(iter(json.loads(pretty(turned))["components"]["schemas"]["ProductCreate"]["properties"])) == "name"


def test_a_contract_that_is_not_json_is_an_error() -> None:
    (finding,) = contract_findings(b"{", document(), SpecChange())
    assert "not JSON" in finding.message
