"""Orders: every operation, every constraint, every way to list."""

import operator
from datetime import datetime
from typing import Any

import pytest

from app.models.order import Order
from tests.accounts import signed_in
from tests.factories.order import ORDERS_PATH, create_order, order_body
from tests.ownership import give, user_id_of
from tests.problems import assert_problem, refused_fields
from tests.serving import AsyncClient

pytestmark = pytest.mark.anyio

MISSING_KEY = 2_147_483_647
MISSING_PATH = f"{ORDERS_PATH}/{MISSING_KEY}"

REQUIRED: list[str] = []
DEFAULTS = {
    "note": None,
}
REFUSED = [
    pytest.param("note", 1, id="note: number"),
    pytest.param("note", "x" * 10001, id="note: too long"),
    pytest.param("note", "\x00", id="note: with NUL"),
]
ACCEPTED = [
    pytest.param("note", "x" * 10000, id="note: longest"),
    pytest.param("note", None, id="note: null"),
]
CHANGES = [
    pytest.param("note", "note b", id="note"),
]


# Creating


async def test_create_answers_with_what_was_stored(client: AsyncClient) -> None:
    body = order_body()

    response = await client.post(ORDERS_PATH, json=body)

    created = response.json()
    assert response.status_code == 201
    assert created == {
        **body,
        "id": created["id"],
        "user_id": created["user_id"],
        "created_at": created["created_at"],
        "updated_at": created["updated_at"],
    }
    assert datetime.fromisoformat(created["created_at"]).utcoffset() is not None
    location = response.headers["location"]
    assert location == f"{ORDERS_PATH}/{created['id']}"
    assert (await client.get(location)).json() == created


async def test_what_is_not_sent_has_its_default(client: AsyncClient) -> None:
    body = order_body()

    response = await client.post(
        ORDERS_PATH, json={name: body[name] for name in REQUIRED}
    )

    assert response.status_code == 201
    created = response.json()
    assert created == {**created, **DEFAULTS}


@pytest.mark.parametrize(("field", "value"), REFUSED)
async def test_wrong_value_is_refused(
    client: AsyncClient, field: str, value: object
) -> None:
    # It is refused before anything is looked for, so no row is needed.
    body = {**order_body(), field: value}

    responses = [await client.post(ORDERS_PATH, json=body)]
    responses.append(await client.patch(MISSING_PATH, json={field: value}))

    for response in responses:
        assert {place.split(".")[1] for place in refused_fields(response)} == {field}


@pytest.mark.parametrize(("field", "value"), ACCEPTED)
async def test_value_at_a_bound_is_accepted(
    client: AsyncClient, field: str, value: object
) -> None:
    created = await create_order(client, **{field: value})

    assert created[field] == value


async def test_unknown_field_is_refused(client: AsyncClient) -> None:
    body = {**order_body(), "no_such_field": 1}

    responses = [await client.post(ORDERS_PATH, json=body)]
    responses.append(await client.patch(MISSING_PATH, json={"no_such_field": 1}))

    for response in responses:
        assert refused_fields(response) == ["body.no_such_field"]


@pytest.mark.parametrize("field", ["id", "user_id", "created_at", "updated_at"])
async def test_field_of_the_server_cannot_be_sent(
    client: AsyncClient, field: str
) -> None:
    body = {**order_body(), field: 1}

    response = await client.post(ORDERS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


async def test_malformed_body_is_400(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}

    response = await client.post(ORDERS_PATH, content=b"{", headers=headers)

    assert_problem(response, 400, "malformed_request")


# Reading


async def test_get_returns_one(client: AsyncClient) -> None:
    created = await create_order(client)
    await create_order(client)

    response = await client.get(f"{ORDERS_PATH}/{created['id']}")

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
async def test_missing_order_is_404(
    client: AsyncClient, method: str, body: object
) -> None:
    response = await client.request(method, MISSING_PATH, json=body)

    problem = assert_problem(response, 404, "not_found")
    assert problem["detail"] == f"There is no order with the key {MISSING_KEY}."


@pytest.mark.parametrize("key", ["0", "-1", "x", "2147483648"])
async def test_impossible_key_is_refused(client: AsyncClient, key: str) -> None:
    response = await client.get(f"{ORDERS_PATH}/{key}")

    (place,) = refused_fields(response)
    assert place.startswith("path.")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", ORDERS_PATH, "GET, POST"),
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
    created = await create_order(client)

    response = await client.patch(f"{ORDERS_PATH}/{created['id']}", json={field: value})

    updated = response.json()
    assert response.status_code == 200
    assert updated == {
        **created,
        field: value,
        "updated_at": updated["updated_at"],
    }
    assert updated["updated_at"] >= created["updated_at"]
    assert (await client.get(f"{ORDERS_PATH}/{created['id']}")).json() == updated


async def test_empty_update_changes_nothing(client: AsyncClient) -> None:
    created = await create_order(client)

    response = await client.patch(f"{ORDERS_PATH}/{created['id']}", json={})

    assert response.status_code == 200
    assert response.json() == created


@pytest.mark.parametrize("field", ["note"])
async def test_update_tells_null_from_absent(client: AsyncClient, field: str) -> None:
    created = await create_order(client)

    response = await client.patch(f"{ORDERS_PATH}/{created['id']}", json={field: None})

    assert response.status_code == 200
    assert response.json()[field] is None


@pytest.mark.parametrize("field", ["id", "user_id", "created_at", "updated_at"])
async def test_field_that_cannot_change_is_refused(
    client: AsyncClient, field: str
) -> None:
    responses = []
    responses.append(await client.patch(MISSING_PATH, json={field: 1}))

    for response in responses:
        assert refused_fields(response) == [f"body.{field}"]


# Deleting


async def test_delete_removes_one(client: AsyncClient) -> None:
    created = await create_order(client)
    other = await create_order(client)

    response = await client.delete(f"{ORDERS_PATH}/{created['id']}")

    assert response.status_code == 204
    assert response.content == b""
    assert_problem(
        await client.delete(f"{ORDERS_PATH}/{created['id']}"), 404, "not_found"
    )
    kept = await client.get(f"{ORDERS_PATH}/{other['id']}")
    assert kept.json() == other


# Listing


async def test_list_is_empty_at_first(client: AsyncClient) -> None:
    response = await client.get(ORDERS_PATH)

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
    created = [await create_order(client) for _ in range(3)]
    created.sort(key=operator.itemgetter("id"))

    response = await client.get(ORDERS_PATH, params={"skip": skip, "limit": limit})

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
        ("sort", "user_id"),
        ("user_id", 1),
    ],
)
async def test_wrong_parameter_is_refused(
    client: AsyncClient, name: str, value: object
) -> None:
    response = await client.get(ORDERS_PATH, params={name: str(value)})

    assert refused_fields(response) == [f"query.{name}"]


async def test_largest_page_is_allowed(client: AsyncClient) -> None:
    response = await client.get(ORDERS_PATH, params={"limit": 1000})

    assert response.status_code == 200


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
    created = [await create_order(client) for _ in range(3)]
    pivot = created[1][field]

    query = {f"{field}__{comparison}": pivot}
    found = (await client.get(ORDERS_PATH, params=query)).json()

    compare = getattr(operator, comparison)
    expected = {
        item["id"]
        for item in created
        if compare(datetime.fromisoformat(item[field]), datetime.fromisoformat(pivot))
    }
    assert {item["id"] for item in found["items"]} == expected


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
async def test_list_is_sorted_by_what_the_server_sets(
    client: AsyncClient, field: str
) -> None:
    created = [await create_order(client) for _ in range(3)]

    up = (await client.get(ORDERS_PATH, params={"sort": field})).json()["items"]
    down = (await client.get(ORDERS_PATH, params={"sort": f"-{field}"})).json()["items"]

    assert up == created
    assert down == created[::-1]


@pytest.mark.parametrize(
    ("field", "value", "term"),
    [
        ("note", "some zebra here", "ZEBRA"),
    ],
)
async def test_list_is_searched(
    client: AsyncClient, field: str, value: str, term: str
) -> None:
    created = await create_order(client, **{field: value})
    await create_order(client)

    found = (await client.get(ORDERS_PATH, params={"search": term})).json()

    assert [item["id"] for item in found["items"]] == [created["id"]]


@pytest.mark.parametrize("term", ["%", "_%_", "\\"])
async def test_search_has_no_wildcards(client: AsyncClient, term: str) -> None:
    await create_order(client)

    found = (await client.get(ORDERS_PATH, params={"search": term})).json()

    assert found["items"] == []


# Access


async def status_of(
    caller: AsyncClient, operation: str, key: object, body: dict[str, Any]
) -> int:
    """Call an operation and return the status of its answer."""
    path = f"{ORDERS_PATH}/{key}"
    method, where, sent = {
        "list": ("GET", ORDERS_PATH, None),
        "get": ("GET", path, None),
        "create": ("POST", ORDERS_PATH, body),
        "update": ("PATCH", path, {}),
        "delete": ("DELETE", path, None),
    }[operation]
    response = await caller.request(method, where, json=sent)
    return response.status_code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ORDERS_PATH),
        ("GET", MISSING_PATH),
        ("POST", ORDERS_PATH),
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
        ("DELETE", MISSING_PATH),
    ],
)
async def test_who_has_no_role_is_refused(
    member: AsyncClient, method: str, path: str
) -> None:
    response = await member.request(method, path)

    assert_problem(response, 403, "forbidden")


@pytest.mark.parametrize(
    ("operation", "role", "status"),
    [
        ("delete", "staff", 204),
        ("get", "staff", 200),
    ],
)
async def test_role_is_let_in(
    client: AsyncClient, operation: str, role: str, status: int
) -> None:
    caller = await signed_in(client, role=role)
    created = await create_order(client)
    body = order_body()

    assert await status_of(caller, operation, created["id"], body) == status


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ("get", 200),
        ("update", 200),
    ],
)
async def test_own_order_is_within_reach(
    client: AsyncClient, member: AsyncClient, operation: str, status: int
) -> None:
    created = await create_order(client)
    body = order_body()
    await give(member, Order, "user_id")

    assert await status_of(member, operation, created["id"], body) == status


@pytest.mark.parametrize(
    "operation",
    [
        "get",
        "update",
    ],
)
async def test_order_of_another_is_out_of_reach(
    client: AsyncClient, member: AsyncClient, operation: str
) -> None:
    created = await create_order(client)
    body = order_body()

    assert await status_of(member, operation, created["id"], body) == 404
    assert (await client.get(f"{ORDERS_PATH}/{created['id']}")).json() == created


async def test_list_has_own_orders_only(
    client: AsyncClient, member: AsyncClient, stranger: AsyncClient
) -> None:
    created = await create_order(client)
    await give(member, Order, "user_id")
    await create_order(client)

    own = (await member.get(ORDERS_PATH)).json()
    none = (await stranger.get(ORDERS_PATH)).json()
    every = (await client.get(ORDERS_PATH)).json()

    assert [item["id"] for item in own["items"]] == [created["id"]]
    assert own["total"] == 1
    assert none["total"] == 0
    assert none["items"] == []
    assert every["total"] == 2


@pytest.mark.parametrize(
    "role",
    [
        "staff",
    ],
)
async def test_role_lists_every_order(client: AsyncClient, role: str) -> None:
    caller = await signed_in(client, role=role)
    await create_order(client)

    found = (await caller.get(ORDERS_PATH)).json()

    assert found["total"] == 1


async def test_created_order_belongs_to_the_user(member: AsyncClient) -> None:
    body = order_body()

    response = await member.post(ORDERS_PATH, json=body)

    assert response.status_code == 201
    assert response.json()["user_id"] == await user_id_of(member)
