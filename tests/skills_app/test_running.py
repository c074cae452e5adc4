"""A generated backend, started for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from backwright.spec.model import FieldSpec

from tests.skills_app.building import STYLES, backend, built, product, review, write
from tests.skills_app.kinds import RESERVED, everything

PROBE = """
import asyncio, json, sys
from httpx2 import ASGITransport, AsyncClient
from alembic import command
from alembic.config import Config

command.upgrade(Config("alembic.ini"), "head")
from app.config import Settings
from app.main import create_app

async def main():
    app = create_app(Settings(allowed_origins="https://shop.example"))
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    answers = []
    async with app.router.lifespan_context(app):
        async with AsyncClient(transport=transport, base_url="http://test") as client:
            for method, path, body, headers in json.loads(sys.stdin.read()):
                kind = {"content": body} if isinstance(body, str) else {"json": body} if body is not None else {}
                response = await client.request(method, path, headers=headers, **kind)
                try:
                    content = response.json()
                except ValueError:
                    content = response.text
                answers.append([response.status_code, dict(response.headers), content])
    print(json.dumps(answers))

asyncio.run(main())
"""

JSON = {"content-type": "application/json"}
PRODUCT = {"name": "Lamp", "price": "19.90"}
Call = tuple[str, str, Any, dict[str, str]]


def asked(
    folder: Path, calls: list[Call], database: str = "sqlite:///./test.db"
) -> list[tuple[int, dict[str, str], Any]]:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE],
        input=json.dumps(calls),
        cwd=folder,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return [tuple(answer) for answer in json.loads(result.stdout.splitlines()[-1])]


@pytest.fixture(scope="module", params=STYLES, ids=lambda style: style[1].value)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    layout, session = request.param
    spec = backend(
        product(FieldSpec(name="stock", type="integer", minimum=0, default=0, required=False)),
        review(),
        layout=layout,
        session=session,
    )
    return write(built(spec), tmp_path_factory.mktemp("shop"))


def call(method: str, path: str, body: Any = None, **headers: str) -> Call:
    return (method, path, body, headers)


def test_a_resource_lives(shop: Path) -> None:
    api = "/api/v1/products"
    (shop / "test.db").unlink(missing_ok=True)
    made, got, replaced, patched, nulled, listed, gone, missing = asked(
        shop,
        [
            call("POST", api, {**PRODUCT, "description": "Bright."}),
            call("GET", f"{api}/1"),
            call("PUT", f"{api}/1", {"name": "Desk lamp", "price": "20"}),
            call("PATCH", f"{api}/1", {"stock": 4}),
            call("PATCH", f"{api}/1", {"description": None}),
            call("GET", f"{api}?price__ge=20&name__contains=DESK&sort=-price&search=lamp&limit=1"),
            call("DELETE", f"{api}/1"),
            call("GET", f"{api}/1"),
        ],
    )
    assert made[0] == 201
    assert made[1]["location"] == f"{api}/1"
    assert got[2] == made[2]
    assert made[2]["price"] == "19.90"
    assert made[2]["created_at"].endswith("Z")
    assert replaced[2]["description"] is None
    assert replaced[2]["price"] == "20.00"
    assert patched[2]["stock"] == 4
    assert patched[2]["name"] == "Desk lamp"
    assert nulled[0] == 200
    assert listed[2]["total"] == 1
    assert listed[2]["has_more"] is False
    assert (gone[0], missing[0]) == (204, 404)


REFUSALS: dict[str, tuple[Call, int, str]] = {
    "no such path": (call("GET", "/nowhere"), 404, "not_found"),
    "no such row": (call("GET", "/api/v1/products/99"), 404, "not_found"),
    "no such method": (call("POST", "/api/v1/products/1"), 405, "method_not_allowed"),
    "no JSON": (
        call("POST", "/api/v1/products", "{", **{"content-type": "application/json"}),
        400,
        "malformed_request",
    ),
    "an unknown key": (call("POST", "/api/v1/products", {**PRODUCT, "x": 1}), 422, "validation_failed"),
    "a price of nothing": (call("POST", "/api/v1/products", {**PRODUCT, "price": "0"}), 422, "validation_failed"),
    "a price as a number": (call("POST", "/api/v1/products", {**PRODUCT, "price": 1}), 422, "validation_failed"),
    "a truth for a number": (call("POST", "/api/v1/products", {**PRODUCT, "stock": True}), 422, "validation_failed"),
    "the character NUL": (call("POST", "/api/v1/products", {**PRODUCT, "name": "a\0"}), 422, "validation_failed"),
    "null where a value is due": (call("PATCH", "/api/v1/products/1", {"name": None}), 422, "validation_failed"),
    "an unknown filter": (call("GET", "/api/v1/products?color=red"), 422, "validation_failed"),
    "an unknown order": (call("GET", "/api/v1/products?sort=color"), 422, "validation_failed"),
    "too many at once": (call("GET", "/api/v1/products?limit=1001"), 422, "validation_failed"),
    "a key out of range": (call("GET", "/api/v1/products/2147483648"), 422, "validation_failed"),
    "a body too large": (call("POST", "/api/v1/products", {**PRODUCT, "name": "x" * 1_100_000}), 413, "body_too_large"),
    "a reference to nothing": (
        call("POST", "/api/v1/reviews", {"rating": 5, "text": "x", "product_id": 77}),
        409,
        "broken_reference",
    ),
}


def test_every_refusal_has_one_shape_and_all_headers(shop: Path) -> None:
    (shop / "test.db").unlink(missing_ok=True)
    calls = [(m, p, b, {**h, "Origin": "https://shop.example"}) for (m, p, b, h), _, _ in REFUSALS.values()]
    for (name, (_, status, code)), (got, headers, body) in zip(REFUSALS.items(), asked(shop, calls), strict=True):
        assert (got, body["error_code"], body["status"]) == (status, code, status), name
        assert headers["content-type"] == "application/problem+json", name
        assert headers["x-request-id"] == body["request_id"], name
        assert headers["access-control-allow-origin"] == "https://shop.example", name
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers.get("allow", "DELETE, GET, PATCH, PUT") == "DELETE, GET, PATCH, PUT", name


@pytest.mark.parametrize(
    ("query", "location", "code"),
    [
        ("sort=foo", "query.sort", "string_pattern_mismatch"),
        ("price=cheap", "query.price", "decimal_text"),
        (f"name__in=lamp&name__in={'x' * 300}", "query.name__in.1", "string_too_long"),
        ("limit=0", "query.limit", "greater_than_equal"),
        ("colour=red", "query.colour", "extra_forbidden"),
    ],
)
def test_a_wrong_parameter_is_said_once_under_its_own_name(shop: Path, query: str, location: str, code: str) -> None:
    ((status, _, body),) = asked(shop, [call("GET", f"/api/v1/products?{query}")])
    assert status == 422
    assert [(error["location"], error["error_code"]) for error in body["errors"]] == [(location, code)]


def test_a_row_that_is_referenced_is_kept(shop: Path) -> None:
    (shop / "test.db").unlink(missing_ok=True)
    answers = asked(
        shop,
        [
            call("POST", "/api/v1/products", PRODUCT),
            call("POST", "/api/v1/reviews", {"rating": 5, "text": "x", "product_id": 1}),
            call("DELETE", "/api/v1/products/1"),
            call("GET", "/api/v1/reviews?product_id=1&rating__ge=5"),
            call("DELETE", "/api/v1/reviews/1"),
            call("DELETE", "/api/v1/products/1"),
        ],
    )
    assert [status for status, _, _ in answers] == [201, 201, 409, 200, 204, 204]
    assert answers[2][2]["error_code"] == "broken_reference"


def test_the_pages_and_the_health_of_the_service(shop: Path) -> None:
    health, ready, docs, document = asked(
        shop, [call("GET", "/health"), call("GET", "/ready"), call("GET", "/docs"), call("GET", "/openapi.json")]
    )
    assert (health[0], ready[0]) == (200, 200)
    assert "cdn.jsdelivr.net" in docs[1]["content-security-policy"]
    assert health[1]["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    price = document[2]["components"]["schemas"]["ProductCreate"]["properties"]["price"]
    assert price["type"] == "string"
    assert price["pattern"].startswith("^")


BREAK = """
import sqlite3
with sqlite3.connect("test.db") as connection:
    connection.execute("DROP TABLE products")
"""


def test_what_nobody_expected_leaks_nothing_and_has_all_headers(shop: Path) -> None:
    (shop / "test.db").unlink(missing_ok=True)
    asked(shop, [])
    subprocess.run([sys.executable, "-c", BREAK], cwd=shop, check=True)
    ((status, headers, body),) = asked(shop, [call("GET", "/api/v1/products", Origin="https://shop.example")])
    (shop / "test.db").unlink()
    assert (status, body["error_code"]) == (500, "internal_error")
    assert "products" not in json.dumps(body)
    assert headers["x-request-id"] == body["request_id"]
    assert headers["access-control-allow-origin"] == "https://shop.example"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(("layout", "session"), STYLES, ids=["async", "sync"])
def test_reserved_names_keep_their_names_in_json_and_in_the_table(layout: Any, session: Any, tmp_path: Path) -> None:
    write(built(everything(layout, session)), tmp_path)
    api = "/api/v1/classes"
    body = dict.fromkeys(RESERVED, "x")
    made, listed, bad = asked(
        tmp_path,
        [
            call("POST", api, body),
            call("GET", f"{api}?class=x&from__contains=X&limit__eq=x&sort__in=x&metadata=x&sort=-class,json"),
            call("GET", f"{api}?class_=x"),
        ],
    )
    assert made[0] == 201, made
    assert {name: made[2][name] for name in RESERVED} == body
    assert listed[2]["total"] == 1, listed
    assert bad[0] == 422


def test_every_kind_of_field_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    write(built(everything()), tmp_path)
    thing = {
        "email": "Ada@Example.com",
        "site": "https://example.com/a?b=c",
        "day": "2024-02-29",
        "at": "2020-01-01T00:00:00+02:00",
        "clock": "23:59:59",
        "serial": "7f9c24e5-b1d8-4c0f-8f6e-3a2d1c0b9a88",
        "count": -5,
        "big": 9007199254740991,
        "step": 100,
        "ratio": 0.25,
        "money": "99.25",
        "tiny": "0.00000001",
        "flag": False,
        "code": "AB-123",
        "hint": "h",
    }
    (made,) = asked(tmp_path, [call("POST", "/api/v1/classes", {})])
    sent = {**thing, "class_id": made[2]["id"]}
    asking = "money__gt=99&day=2024-02-29&clock__le=23:59:59&at__lt=2020-01-01T00:00:00Z&flag=0"
    created, read, twice, moved, found = asked(
        tmp_path,
        [
            call("POST", "/api/v1/things", sent),
            call("GET", "/api/v1/things/1"),
            call("POST", "/api/v1/things", sent),
            call("PATCH", "/api/v1/things/1", {"code": "XY-999"}),
            call("GET", f"/api/v1/things?{asking}"),
        ],
    )
    assert created[0] == 201, created
    assert read[2] == created[2]
    changed = {"email": "ada@example.com", "at": "2019-12-31T22:00:00Z", "money": "99.2500"}
    expected = {name: changed.get(name, value) for name, value in thing.items() if name != "hint"}
    assert {name: read[2].get(name) for name in expected} == expected
    assert "hint" not in read[2]
    assert (read[2]["signed"], read[2]["seen"], read[2]["status"]) == ("-1.500", 0, "new")
    assert (twice[0], twice[2]["error_code"]) == (409, "duplicate")
    assert moved[0] == 422
    assert found[2]["total"] == 1
