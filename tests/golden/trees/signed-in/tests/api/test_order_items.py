"""Order items: every operation, every constraint, every way to list."""

import operator
from datetime import datetime
from typing import Any

import pytest

from app.models.order import Order
from app.models.order_item import OrderItem
from tests.accounts import signed_in
from tests.factories.order import ORDERS_PATH, create_order
from tests.factories.order_item import (
    ORDER_ITEMS_PATH,
    create_order_item,
    order_item_body,
)
from tests.factories.product import PRODUCTS_PATH, create_product
from tests.ownership import give, user_id_of
from tests.problems import assert_problem, refused_fields
from tests.serving import AsyncClient

pytestmark = pytest.mark.anyio

MISSING_KEY = 2_147_483_647
MISSING_PATH = f"{ORDER_ITEMS_PATH}/{MISSING_KEY}"

REQUIRED = [
    "quantity",
    "order_id",
    "product_id",
]
REFUSED = [
    pytest.param("quantity", None, id="quantity: null"),
    pytest.param("quantity", 0, id="quantity: too small"),
    pytest.param("quantity", 1001, id="quantity: too great"),
    pytest.param("quantity", "1", id="quantity: text"),
    pytest.param("quantity", 1.5, id="quantity: fraction"),
    pytest.param("quantity", 9223372036854775808, id="quantity: beyond 64 bits"),
    pytest.param("quantity", True, id="quantity: boolean"),
    pytest.param("quantity", "many", id="quantity: no number"),
    pytest.param("order_id", None, id="order_id: null"),
    pytest.param("order_id", "x", id="order_id: malformed"),
    pytest.param("product_id", None, id="product_id: null"),
    pytest.param("product_id", "x", id="product_id: malformed"),
]
ACCEPTED = [
    pytest.param("quantity", 1, id="quantity: least"),
    pytest.param("quantity", 1000, id="quantity: greatest"),
]
CHANGES = [
    pytest.param("quantity", 2, id="quantity"),
]
VALUES: dict[str, list[Any]] = {
    "quantity": [1, 2, 3],
}
FILTERS = [
    pytest.param("quantity", {"quantity": 2}, [1], id="quantity"),
    pytest.param("quantity", {"quantity__lt": 2}, [0], id="quantity__lt"),
    pytest.param("quantity", {"quantity__le": 2}, [0, 1], id="quantity__le"),
    pytest.param("quantity", {"quantity__gt": 2}, [2], id="quantity__gt"),
    pytest.param("quantity", {"quantity__ge": 2}, [1, 2], id="quantity__ge"),
]


# Creating


async def test_create_answers_with_what_was_stored(client: AsyncClient) -> None:
    body = await order_item_body(client)

    response = await client.post(ORDER_ITEMS_PATH, json=body)

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
    assert location == f"{ORDER_ITEMS_PATH}/{created['id']}"
    assert (await client.get(location)).json() == created


@pytest.mark.parametrize("field", REQUIRED)
async def test_required_field_cannot_be_left_out(
    client: AsyncClient, field: str
) -> None:
    body = await order_item_body(client, order_id=1, product_id=1)
    del body[field]

    response = await client.post(ORDER_ITEMS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


@pytest.mark.parametrize(("field", "value"), REFUSED)
async def test_wrong_value_is_refused(
    client: AsyncClient, field: str, value: object
) -> None:
    # It is refused before anything is looked for, so no row is needed.
    body = {**await order_item_body(client, order_id=1, product_id=1), field: value}

    responses = [await client.post(ORDER_ITEMS_PATH, json=body)]
    responses.append(await client.put(MISSING_PATH, json=body))
    responses.append(await client.patch(MISSING_PATH, json={field: value}))

    for response in responses:
        assert {place.split(".")[1] for place in refused_fields(response)} == {field}


@pytest.mark.parametrize(("field", "value"), ACCEPTED)
async def test_value_at_a_bound_is_accepted(
    client: AsyncClient, field: str, value: object
) -> None:
    created = await create_order_item(client, **{field: value})

    assert created[field] == value


async def test_unknown_field_is_refused(client: AsyncClient) -> None:
    body = {
        **await order_item_body(client, order_id=1, product_id=1),
        "no_such_field": 1,
    }

    responses = [await client.post(ORDER_ITEMS_PATH, json=body)]
    responses.append(await client.put(MISSING_PATH, json=body))
    responses.append(await client.patch(MISSING_PATH, json={"no_such_field": 1}))

    for response in responses:
        assert refused_fields(response) == ["body.no_such_field"]


@pytest.mark.parametrize("field", ["id", "user_id", "created_at", "updated_at"])
async def test_field_of_the_server_cannot_be_sent(
    client: AsyncClient, field: str
) -> None:
    body = {**await order_item_body(client, order_id=1, product_id=1), field: 1}

    response = await client.post(ORDER_ITEMS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


async def test_malformed_body_is_400(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}

    response = await client.post(ORDER_ITEMS_PATH, content=b"{", headers=headers)

    assert_problem(response, 400, "malformed_request")


# Reading


async def test_get_returns_one(client: AsyncClient) -> None:
    created = await create_order_item(client)
    await create_order_item(client)

    response = await client.get(f"{ORDER_ITEMS_PATH}/{created['id']}")

    assert response.status_code == 200
    assert response.json() == created


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GET", None),
        ("PUT", "whole"),
        ("PATCH", {}),
        ("DELETE", None),
    ],
)
async def test_missing_order_item_is_404(
    client: AsyncClient, method: str, body: object
) -> None:
    if body == "whole":
        body = await order_item_body(client, order_id=1, product_id=1)
    response = await client.request(method, MISSING_PATH, json=body)

    problem = assert_problem(response, 404, "not_found")
    assert problem["detail"] == f"There is no order item with the key {MISSING_KEY}."


@pytest.mark.parametrize("key", ["0", "-1", "x", "2147483648"])
async def test_impossible_key_is_refused(client: AsyncClient, key: str) -> None:
    response = await client.get(f"{ORDER_ITEMS_PATH}/{key}")

    (place,) = refused_fields(response)
    assert place.startswith("path.")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", ORDER_ITEMS_PATH, "GET, POST"),
        ("POST", MISSING_PATH, "DELETE, GET, PATCH, PUT"),
    ],
)
async def test_other_method_is_405(
    client: AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)

    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == allowed


# Changing


async def test_replace_sets_every_field(client: AsyncClient) -> None:
    created = await create_order_item(client)
    other = await order_item_body(client)
    body = {name: other[name] for name in REQUIRED}
    values = {str(case.values[0]): case.values[1] for case in CHANGES}
    body.update({name: values[name] for name in body if name in values})

    response = await client.put(f"{ORDER_ITEMS_PATH}/{created['id']}", json=body)

    replaced = response.json()
    assert response.status_code == 200
    assert replaced == {
        **created,
        **body,
        "updated_at": replaced["updated_at"],
    }
    assert replaced["updated_at"] >= created["updated_at"]
    assert (await client.get(f"{ORDER_ITEMS_PATH}/{created['id']}")).json() == replaced


async def test_replace_leaves_others_alone(client: AsyncClient) -> None:
    created = await create_order_item(client)
    other = await create_order_item(client)

    await client.put(
        f"{ORDER_ITEMS_PATH}/{created['id']}", json=await order_item_body(client)
    )

    response = await client.get(f"{ORDER_ITEMS_PATH}/{other['id']}")
    assert response.json() == other


@pytest.mark.parametrize("field", REQUIRED)
async def test_replace_needs_every_required_field(
    client: AsyncClient, field: str
) -> None:
    body = await order_item_body(client, order_id=1, product_id=1)
    del body[field]

    response = await client.put(MISSING_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


@pytest.mark.parametrize(("field", "value"), CHANGES)
async def test_update_changes_what_is_sent(
    client: AsyncClient, field: str, value: object
) -> None:
    created = await create_order_item(client)

    response = await client.patch(
        f"{ORDER_ITEMS_PATH}/{created['id']}", json={field: value}
    )

    updated = response.json()
    assert response.status_code == 200
    assert updated == {
        **created,
        field: value,
        "updated_at": updated["updated_at"],
    }
    assert updated["updated_at"] >= created["updated_at"]
    assert (await client.get(f"{ORDER_ITEMS_PATH}/{created['id']}")).json() == updated


async def test_empty_update_changes_nothing(client: AsyncClient) -> None:
    created = await create_order_item(client)

    response = await client.patch(f"{ORDER_ITEMS_PATH}/{created['id']}", json={})

    assert response.status_code == 200
    assert response.json() == created


@pytest.mark.parametrize("field", ["id", "user_id", "created_at", "updated_at"])
async def test_field_that_cannot_change_is_refused(
    client: AsyncClient, field: str
) -> None:
    responses = []
    body = await order_item_body(client, order_id=1, product_id=1)
    responses.append(await client.put(MISSING_PATH, json={**body, field: 1}))
    responses.append(await client.patch(MISSING_PATH, json={field: 1}))

    for response in responses:
        assert refused_fields(response) == [f"body.{field}"]


# The order it belongs to


async def test_order_must_exist(client: AsyncClient) -> None:
    created = await create_order_item(client)
    nobody = {"order_id": 2_147_483_647}

    responses = [
        await client.post(
            ORDER_ITEMS_PATH, json=await order_item_body(client, **nobody)
        )
    ]
    body = await order_item_body(client, **nobody)
    responses.append(await client.put(f"{ORDER_ITEMS_PATH}/{created['id']}", json=body))
    responses.append(
        await client.patch(f"{ORDER_ITEMS_PATH}/{created['id']}", json=nobody)
    )

    for response in responses:
        assert_problem(response, 409, "broken_reference")


async def test_order_can_be_changed(client: AsyncClient) -> None:
    created = await create_order_item(client)
    other = await create_order(client)

    response = await client.patch(
        f"{ORDER_ITEMS_PATH}/{created['id']}", json={"order_id": other["id"]}
    )

    assert response.status_code == 200
    assert response.json()["order_id"] == other["id"]


async def test_deleting_the_order_deletes_it_too(client: AsyncClient) -> None:
    created = await create_order_item(client)
    parent_path = f"{ORDERS_PATH}/{created['order_id']}"

    response = await client.delete(parent_path)

    assert response.status_code == 204
    after = await client.get(f"{ORDER_ITEMS_PATH}/{created['id']}")
    assert_problem(after, 404, "not_found")


# The product it belongs to


async def test_product_must_exist(client: AsyncClient) -> None:
    created = await create_order_item(client)
    nobody = {"product_id": 2_147_483_647}

    responses = [
        await client.post(
            ORDER_ITEMS_PATH, json=await order_item_body(client, **nobody)
        )
    ]
    body = await order_item_body(client, **nobody)
    responses.append(await client.put(f"{ORDER_ITEMS_PATH}/{created['id']}", json=body))
    responses.append(
        await client.patch(f"{ORDER_ITEMS_PATH}/{created['id']}", json=nobody)
    )

    for response in responses:
        assert_problem(response, 409, "broken_reference")


async def test_product_can_be_changed(client: AsyncClient) -> None:
    created = await create_order_item(client)
    other = await create_product(client)

    response = await client.patch(
        f"{ORDER_ITEMS_PATH}/{created['id']}", json={"product_id": other["id"]}
    )

    assert response.status_code == 200
    assert response.json()["product_id"] == other["id"]


async def test_deleting_the_product_is_refused(client: AsyncClient) -> None:
    created = await create_order_item(client)
    parent_path = f"{PRODUCTS_PATH}/{created['product_id']}"

    response = await client.delete(parent_path)

    assert_problem(response, 409, "broken_reference")
    after = await client.get(f"{ORDER_ITEMS_PATH}/{created['id']}")
    assert after.json() == created


# Deleting


async def test_delete_removes_one(client: AsyncClient) -> None:
    created = await create_order_item(client)
    other = await create_order_item(client)

    response = await client.delete(f"{ORDER_ITEMS_PATH}/{created['id']}")

    assert response.status_code == 204
    assert response.content == b""
    assert_problem(
        await client.delete(f"{ORDER_ITEMS_PATH}/{created['id']}"), 404, "not_found"
    )
    kept = await client.get(f"{ORDER_ITEMS_PATH}/{other['id']}")
    assert kept.json() == other


# Listing


async def test_list_is_empty_at_first(client: AsyncClient) -> None:
    response = await client.get(ORDER_ITEMS_PATH)

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
    created = [await create_order_item(client) for _ in range(3)]
    created.sort(key=operator.itemgetter("id"))

    response = await client.get(ORDER_ITEMS_PATH, params={"skip": skip, "limit": limit})

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
        ("quantity", "x"),
    ],
)
async def test_wrong_parameter_is_refused(
    client: AsyncClient, name: str, value: object
) -> None:
    response = await client.get(ORDER_ITEMS_PATH, params={name: str(value)})

    assert refused_fields(response) == [f"query.{name}"]


async def test_largest_page_is_allowed(client: AsyncClient) -> None:
    response = await client.get(ORDER_ITEMS_PATH, params={"limit": 1000})

    assert response.status_code == 200


@pytest.mark.parametrize(("field", "query", "expected"), FILTERS)
async def test_list_is_filtered(
    client: AsyncClient, field: str, query: dict[str, Any], expected: list[int]
) -> None:
    created = [
        await create_order_item(client, **{field: value}) for value in VALUES[field]
    ]

    found = (await client.get(ORDER_ITEMS_PATH, params=query)).json()

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
    created = [await create_order_item(client) for _ in range(3)]
    pivot = created[1][field]

    query = {f"{field}__{comparison}": pivot}
    found = (await client.get(ORDER_ITEMS_PATH, params=query)).json()

    compare = getattr(operator, comparison)
    expected = {
        item["id"]
        for item in created
        if compare(datetime.fromisoformat(item[field]), datetime.fromisoformat(pivot))
    }
    assert {item["id"] for item in found["items"]} == expected


async def test_list_is_filtered_by_order(client: AsyncClient) -> None:
    created = await create_order_item(client)
    await create_order_item(client)
    key = created["order_id"]

    query = {"order_id": key}
    found = (await client.get(ORDER_ITEMS_PATH, params=query)).json()
    assert [item["id"] for item in found["items"]] == [created["id"]]
    query = {"order_id__in": [key]}
    found = (await client.get(ORDER_ITEMS_PATH, params=query)).json()
    assert [item["id"] for item in found["items"]] == [created["id"]]


async def test_list_is_filtered_by_product(client: AsyncClient) -> None:
    created = await create_order_item(client)
    await create_order_item(client)
    key = created["product_id"]

    query = {"product_id": key}
    found = (await client.get(ORDER_ITEMS_PATH, params=query)).json()
    assert [item["id"] for item in found["items"]] == [created["id"]]
    query = {"product_id__in": [key]}
    found = (await client.get(ORDER_ITEMS_PATH, params=query)).json()
    assert [item["id"] for item in found["items"]] == [created["id"]]


@pytest.mark.parametrize("field", ["quantity"])
async def test_list_is_sorted(client: AsyncClient, field: str) -> None:
    values = VALUES[field]
    for value in (values[-1], *values[:-1]):
        await create_order_item(client, **{field: value})

    up = (await client.get(ORDER_ITEMS_PATH, params={"sort": field})).json()["items"]
    down = (await client.get(ORDER_ITEMS_PATH, params={"sort": f"-{field}"})).json()[
        "items"
    ]

    assert [item[field] for item in up] == values
    assert [item[field] for item in down] == values[::-1]


@pytest.mark.parametrize("sort", ["quantity", "-quantity"])
async def test_key_settles_ties(client: AsyncClient, sort: str) -> None:
    created = [await create_order_item(client) for _ in range(3)]

    items = (await client.get(ORDER_ITEMS_PATH, params={"sort": sort})).json()["items"]

    assert [item["id"] for item in items] == sorted(item["id"] for item in created)


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
async def test_list_is_sorted_by_what_the_server_sets(
    client: AsyncClient, field: str
) -> None:
    created = [await create_order_item(client) for _ in range(3)]

    up = (await client.get(ORDER_ITEMS_PATH, params={"sort": field})).json()["items"]
    down = (await client.get(ORDER_ITEMS_PATH, params={"sort": f"-{field}"})).json()[
        "items"
    ]

    assert up == created
    assert down == created[::-1]


# Access


async def status_of(
    caller: AsyncClient, operation: str, key: object, body: dict[str, Any]
) -> int:
    """Call an operation and return the status of its answer."""
    path = f"{ORDER_ITEMS_PATH}/{key}"
    method, where, sent = {
        "list": ("GET", ORDER_ITEMS_PATH, None),
        "get": ("GET", path, None),
        "create": ("POST", ORDER_ITEMS_PATH, body),
        "replace": ("PUT", path, body),
        "update": ("PATCH", path, {}),
        "delete": ("DELETE", path, None),
    }[operation]
    response = await caller.request(method, where, json=sent)
    return response.status_code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ORDER_ITEMS_PATH),
        ("GET", MISSING_PATH),
        ("POST", ORDER_ITEMS_PATH),
        ("PUT", MISSING_PATH),
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
    ("operation", "status"),
    [
        ("get", 200),
        ("replace", 200),
        ("update", 200),
        ("delete", 204),
    ],
)
async def test_own_order_item_is_within_reach(
    client: AsyncClient, member: AsyncClient, operation: str, status: int
) -> None:
    created = await create_order_item(client)
    body = await order_item_body(client)
    await give(member, Order, "user_id")
    await give(member, OrderItem, "user_id")

    assert await status_of(member, operation, created["id"], body) == status


@pytest.mark.parametrize(
    "operation",
    [
        "get",
        "replace",
        "update",
        "delete",
    ],
)
async def test_order_item_of_another_is_out_of_reach(
    client: AsyncClient, member: AsyncClient, operation: str
) -> None:
    created = await create_order_item(client)
    body = await order_item_body(client)
    await give(member, Order, "user_id")

    assert await status_of(member, operation, created["id"], body) == 404
    assert (await client.get(f"{ORDER_ITEMS_PATH}/{created['id']}")).json() == created


async def test_list_has_own_order_items_only(
    client: AsyncClient, member: AsyncClient, stranger: AsyncClient
) -> None:
    created = await create_order_item(client)
    await give(member, OrderItem, "user_id")
    await create_order_item(client)

    own = (await member.get(ORDER_ITEMS_PATH)).json()
    none = (await stranger.get(ORDER_ITEMS_PATH)).json()
    every = (await client.get(ORDER_ITEMS_PATH)).json()

    assert [item["id"] for item in own["items"]] == [created["id"]]
    assert own["total"] == 1
    assert none["total"] == 0
    assert none["items"] == []
    assert every["total"] == 2


async def test_created_order_item_belongs_to_the_user(
    client: AsyncClient, member: AsyncClient
) -> None:
    body = await order_item_body(client)
    await give(member, Order, "user_id")

    response = await member.post(ORDER_ITEMS_PATH, json=body)

    assert response.status_code == 201
    assert response.json()["user_id"] == await user_id_of(member)


async def test_order_of_another_is_refused(
    client: AsyncClient, member: AsyncClient
) -> None:
    created = await create_order_item(client)
    body = await order_item_body(client)
    await give(member, Order, "user_id")
    await give(member, OrderItem, "user_id")
    other = await create_order(client)
    moved = {"order_id": other["id"]}

    responses = [await member.post(ORDER_ITEMS_PATH, json={**body, **moved})]
    responses.append(
        await member.put(f"{ORDER_ITEMS_PATH}/{created['id']}", json={**body, **moved})
    )
    responses.append(
        await member.patch(f"{ORDER_ITEMS_PATH}/{created['id']}", json=moved)
    )

    for response in responses:
        assert_problem(response, 409, "broken_reference")

    await give(member, Order, "user_id")
    response = await member.patch(f"{ORDER_ITEMS_PATH}/{created['id']}", json=moved)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "role",
    [
        "staff",
    ],
)
async def test_role_may_use_every_order(client: AsyncClient, role: str) -> None:
    caller = await signed_in(client, role=role)
    body = await order_item_body(client)

    response = await caller.post(ORDER_ITEMS_PATH, json=body)

    assert response.status_code == 201
