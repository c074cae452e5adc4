"""Products: every operation, every constraint, every way to list."""

import operator
from datetime import datetime
from typing import Any

import pytest

from tests.accounts import signed_in
from tests.factories.product import PRODUCTS_PATH, create_product, product_body
from tests.problems import assert_problem, refused_fields
from tests.serving import AsyncClient

pytestmark = pytest.mark.anyio

MISSING_KEY = 2_147_483_647
MISSING_PATH = f"{PRODUCTS_PATH}/{MISSING_KEY}"

REQUIRED = [
    "name",
    "price",
]
REFUSED = [
    pytest.param("name", None, id="name: null"),
    pytest.param("name", 1, id="name: number"),
    pytest.param("name", "", id="name: too short"),
    pytest.param("name", "x" * 201, id="name: too long"),
    pytest.param("name", "\x00", id="name: with NUL"),
    pytest.param("price", None, id="price: null"),
    pytest.param("price", "0.00", id="price: at the lower bound"),
    pytest.param("price", "1.001", id="price: too many decimals"),
    pytest.param("price", "100000000.00", id="price: too many digits"),
    pytest.param("price", 1.0, id="price: a JSON number"),
    pytest.param("price", True, id="price: boolean"),
    pytest.param("price", "many", id="price: no number"),
]
ACCEPTED = [
    pytest.param("name", "x", id="name: shortest"),
    pytest.param("name", "x" * 200, id="name: longest"),
    pytest.param("price", "0.01", id="price: least"),
    pytest.param("price", "99999999.99", id="price: greatest"),
]
CHANGES = [
    pytest.param("name", "name b", id="name"),
    pytest.param("price", "2.00", id="price"),
]
VALUES: dict[str, list[Any]] = {
    "name": ["name a", "name b", "name c"],
    "price": ["1.00", "2.00", "3.00"],
}
FILTERS = [
    pytest.param("name", {"name": "name b"}, [1], id="name"),
    pytest.param("name", {"name__ne": "name b"}, [0, 2], id="name__ne"),
    pytest.param("name", {"name__in": ["name a", "name c"]}, [0, 2], id="name__in"),
    pytest.param("name", {"name__contains": "AME B"}, [1], id="name__contains"),
    pytest.param("price", {"price": "2.00"}, [1], id="price"),
    pytest.param("price", {"price__lt": "2.00"}, [0], id="price__lt"),
    pytest.param("price", {"price__le": "2.00"}, [0, 1], id="price__le"),
    pytest.param("price", {"price__gt": "2.00"}, [2], id="price__gt"),
    pytest.param("price", {"price__ge": "2.00"}, [1, 2], id="price__ge"),
]


# Creating


async def test_create_answers_with_what_was_stored(client: AsyncClient) -> None:
    body = product_body()

    response = await client.post(PRODUCTS_PATH, json=body)

    created = response.json()
    assert response.status_code == 201
    assert created == {
        **body,
        "id": created["id"],
        "created_at": created["created_at"],
        "updated_at": created["updated_at"],
    }
    assert datetime.fromisoformat(created["created_at"]).utcoffset() is not None
    location = response.headers["location"]
    assert location == f"{PRODUCTS_PATH}/{created['id']}"
    assert (await client.get(location)).json() == created


@pytest.mark.parametrize("field", REQUIRED)
async def test_required_field_cannot_be_left_out(
    client: AsyncClient, field: str
) -> None:
    body = product_body()
    del body[field]

    response = await client.post(PRODUCTS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


@pytest.mark.parametrize(("field", "value"), REFUSED)
async def test_wrong_value_is_refused(
    client: AsyncClient, field: str, value: object
) -> None:
    # It is refused before anything is looked for, so no row is needed.
    body = {**product_body(), field: value}

    responses = [await client.post(PRODUCTS_PATH, json=body)]
    responses.append(await client.patch(MISSING_PATH, json={field: value}))

    for response in responses:
        assert {place.split(".")[1] for place in refused_fields(response)} == {field}


@pytest.mark.parametrize(("field", "value"), ACCEPTED)
async def test_value_at_a_bound_is_accepted(
    client: AsyncClient, field: str, value: object
) -> None:
    created = await create_product(client, **{field: value})

    assert created[field] == value


async def test_unknown_field_is_refused(client: AsyncClient) -> None:
    body = {**product_body(), "no_such_field": 1}

    responses = [await client.post(PRODUCTS_PATH, json=body)]
    responses.append(await client.patch(MISSING_PATH, json={"no_such_field": 1}))

    for response in responses:
        assert refused_fields(response) == ["body.no_such_field"]


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
async def test_field_of_the_server_cannot_be_sent(
    client: AsyncClient, field: str
) -> None:
    body = {**product_body(), field: 1}

    response = await client.post(PRODUCTS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


async def test_malformed_body_is_400(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}

    response = await client.post(PRODUCTS_PATH, content=b"{", headers=headers)

    assert_problem(response, 400, "malformed_request")


# Reading


async def test_get_returns_one(client: AsyncClient) -> None:
    created = await create_product(client)
    await create_product(client)

    response = await client.get(f"{PRODUCTS_PATH}/{created['id']}")

    assert response.status_code == 200
    assert response.json() == created


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GET", None),
        ("PATCH", {}),
        ("DELETE", None),
    ],
)
async def test_missing_product_is_404(
    client: AsyncClient, method: str, body: object
) -> None:
    response = await client.request(method, MISSING_PATH, json=body)

    problem = assert_problem(response, 404, "not_found")
    assert problem["detail"] == f"There is no product with the key {MISSING_KEY}."


@pytest.mark.parametrize("key", ["0", "-1", "x", "2147483648"])
async def test_impossible_key_is_refused(client: AsyncClient, key: str) -> None:
    response = await client.get(f"{PRODUCTS_PATH}/{key}")

    (place,) = refused_fields(response)
    assert place.startswith("path.")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", PRODUCTS_PATH, "GET, POST"),
        ("POST", MISSING_PATH, "DELETE, GET, PATCH"),
    ],
)
async def test_other_method_is_405(
    client: AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)

    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == allowed


# Changing


@pytest.mark.parametrize(("field", "value"), CHANGES)
async def test_update_changes_what_is_sent(
    client: AsyncClient, field: str, value: object
) -> None:
    created = await create_product(client)

    response = await client.patch(
        f"{PRODUCTS_PATH}/{created['id']}", json={field: value}
    )

    updated = response.json()
    assert response.status_code == 200
    assert updated == {
        **created,
        field: value,
        "updated_at": updated["updated_at"],
    }
    assert updated["updated_at"] >= created["updated_at"]
    assert (await client.get(f"{PRODUCTS_PATH}/{created['id']}")).json() == updated


async def test_empty_update_changes_nothing(client: AsyncClient) -> None:
    created = await create_product(client)

    response = await client.patch(f"{PRODUCTS_PATH}/{created['id']}", json={})

    assert response.status_code == 200
    assert response.json() == created


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
async def test_field_that_cannot_change_is_refused(
    client: AsyncClient, field: str
) -> None:
    responses = []
    responses.append(await client.patch(MISSING_PATH, json={field: 1}))

    for response in responses:
        assert refused_fields(response) == [f"body.{field}"]


# Deleting


async def test_delete_removes_one(client: AsyncClient) -> None:
    created = await create_product(client)
    other = await create_product(client)

    response = await client.delete(f"{PRODUCTS_PATH}/{created['id']}")

    assert response.status_code == 204
    assert response.content == b""
    assert_problem(
        await client.delete(f"{PRODUCTS_PATH}/{created['id']}"), 404, "not_found"
    )
    kept = await client.get(f"{PRODUCTS_PATH}/{other['id']}")
    assert kept.json() == other


# Listing


async def test_list_is_empty_at_first(client: AsyncClient) -> None:
    response = await client.get(PRODUCTS_PATH)

    assert response.status_code == 200
    assert response.json() == {
        "items": [],
        "total": 0,
        "skip": 0,
        "limit": 100,
        "has_more": False,
    }


@pytest.mark.parametrize(
    ("skip", "limit", "has_more"),
    [(0, 2, True), (0, 3, False), (1, 2, False), (2, 2, False)],
)
async def test_list_is_cut_into_pages(
    client: AsyncClient, *, skip: int, limit: int, has_more: bool
) -> None:
    created = [await create_product(client) for _ in range(3)]
    created.sort(key=operator.itemgetter("id"))

    response = await client.get(PRODUCTS_PATH, params={"skip": skip, "limit": limit})

    assert response.json() == {
        "items": created[skip : skip + limit],
        "total": 3,
        "skip": skip,
        "limit": limit,
        "has_more": has_more,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", 0),
        ("limit", 1001),
        ("skip", -1),
        ("skip", 2**63),
        ("sort", "no_such_field"),
        ("no_such_parameter", 1),
        ("price", "x"),
    ],
)
async def test_wrong_parameter_is_refused(
    client: AsyncClient, name: str, value: object
) -> None:
    response = await client.get(PRODUCTS_PATH, params={name: str(value)})

    assert refused_fields(response) == [f"query.{name}"]


async def test_largest_page_is_allowed(client: AsyncClient) -> None:
    response = await client.get(PRODUCTS_PATH, params={"limit": 1000})

    assert response.status_code == 200


@pytest.mark.parametrize(("field", "query", "expected"), FILTERS)
async def test_list_is_filtered(
    client: AsyncClient, field: str, query: dict[str, Any], expected: list[int]
) -> None:
    created = [
        await create_product(client, **{field: value}) for value in VALUES[field]
    ]

    found = (await client.get(PRODUCTS_PATH, params=query)).json()

    ids = {item["id"] for item in found["items"]}
    assert ids == {created[index]["id"] for index in expected}
    assert found["total"] == len(expected)


@pytest.mark.parametrize(
    ("field", "comparison"),
    [
        ("created_at", "lt"),
        ("created_at", "le"),
        ("created_at", "gt"),
        ("created_at", "ge"),
        ("updated_at", "lt"),
        ("updated_at", "le"),
        ("updated_at", "gt"),
        ("updated_at", "ge"),
    ],
)
async def test_list_is_filtered_by_time(
    client: AsyncClient, field: str, comparison: str
) -> None:
    created = [await create_product(client) for _ in range(3)]
    pivot = created[1][field]

    query = {f"{field}__{comparison}": pivot}
    found = (await client.get(PRODUCTS_PATH, params=query)).json()

    compare = getattr(operator, comparison)
    expected = {
        item["id"]
        for item in created
        if compare(datetime.fromisoformat(item[field]), datetime.fromisoformat(pivot))
    }
    assert {item["id"] for item in found["items"]} == expected


@pytest.mark.parametrize("field", ["name", "price"])
async def test_list_is_sorted(client: AsyncClient, field: str) -> None:
    values = VALUES[field]
    for value in (values[-1], *values[:-1]):
        await create_product(client, **{field: value})

    up = (await client.get(PRODUCTS_PATH, params={"sort": field})).json()["items"]
    down = (await client.get(PRODUCTS_PATH, params={"sort": f"-{field}"})).json()[
        "items"
    ]

    assert [item[field] for item in up] == values
    assert [item[field] for item in down] == values[::-1]


@pytest.mark.parametrize("sort", ["name", "-name"])
async def test_key_settles_ties(client: AsyncClient, sort: str) -> None:
    created = [await create_product(client) for _ in range(3)]

    items = (await client.get(PRODUCTS_PATH, params={"sort": sort})).json()["items"]

    assert [item["id"] for item in items] == sorted(item["id"] for item in created)


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
async def test_list_is_sorted_by_what_the_server_sets(
    client: AsyncClient, field: str
) -> None:
    created = [await create_product(client) for _ in range(3)]

    up = (await client.get(PRODUCTS_PATH, params={"sort": field})).json()["items"]
    down = (await client.get(PRODUCTS_PATH, params={"sort": f"-{field}"})).json()[
        "items"
    ]

    assert up == created
    assert down == created[::-1]


@pytest.mark.parametrize(
    ("field", "value", "term"),
    [
        ("name", "some zebra here", "ZEBRA"),
    ],
)
async def test_list_is_searched(
    client: AsyncClient, field: str, value: str, term: str
) -> None:
    created = await create_product(client, **{field: value})
    await create_product(client)

    found = (await client.get(PRODUCTS_PATH, params={"search": term})).json()

    assert [item["id"] for item in found["items"]] == [created["id"]]


@pytest.mark.parametrize("term", ["%", "_%_", "\\"])
async def test_search_has_no_wildcards(client: AsyncClient, term: str) -> None:
    await create_product(client)

    found = (await client.get(PRODUCTS_PATH, params={"search": term})).json()

    assert found["items"] == []


# Access


async def status_of(
    caller: AsyncClient, operation: str, key: object, body: dict[str, Any]
) -> int:
    """Call an operation and return the status of its answer."""
    path = f"{PRODUCTS_PATH}/{key}"
    method, where, sent = {
        "list": ("GET", PRODUCTS_PATH, None),
        "get": ("GET", path, None),
        "create": ("POST", PRODUCTS_PATH, body),
        "update": ("PATCH", path, {}),
        "delete": ("DELETE", path, None),
    }[operation]
    response = await caller.request(method, where, json=sent)
    return response.status_code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PRODUCTS_PATH),
        ("PATCH", MISSING_PATH),
        ("DELETE", MISSING_PATH),
    ],
)
async def test_who_did_not_sign_in_is_refused(
    anonymous: AsyncClient, method: str, path: str
) -> None:
    response = await anonymous.request(method, path)

    assert_problem(response, 401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PRODUCTS_PATH),
        ("PATCH", MISSING_PATH),
        ("DELETE", MISSING_PATH),
    ],
)
async def test_who_has_no_role_is_refused(
    member: AsyncClient, method: str, path: str
) -> None:
    response = await member.request(method, path)

    assert_problem(response, 403, "forbidden")


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ("list", 200),
        ("get", 200),
    ],
)
async def test_everybody_is_let_in(
    client: AsyncClient, anonymous: AsyncClient, operation: str, status: int
) -> None:
    created = await create_product(client)
    body = product_body()

    assert await status_of(anonymous, operation, created["id"], body) == status


@pytest.mark.parametrize(
    ("operation", "role", "status"),
    [
        ("create", "staff", 201),
        ("update", "staff", 200),
        ("delete", "staff", 204),
    ],
)
async def test_role_is_let_in(
    client: AsyncClient, operation: str, role: str, status: int
) -> None:
    caller = await signed_in(client, role=role)
    created = await create_product(client)
    body = product_body()

    assert await status_of(caller, operation, created["id"], body) == status
