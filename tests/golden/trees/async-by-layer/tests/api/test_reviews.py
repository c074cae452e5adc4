"""Reviews: every operation, every constraint, every way to list."""

import operator
from datetime import datetime
from typing import Any

import pytest

from tests.factories.product import PRODUCTS_PATH, create_product
from tests.factories.review import REVIEWS_PATH, create_review, review_body
from tests.problems import assert_problem, refused_fields
from tests.serving import AsyncClient

pytestmark = pytest.mark.anyio

MISSING_KEY = 2_147_483_647
MISSING_PATH = f"{REVIEWS_PATH}/{MISSING_KEY}"

REQUIRED = [
    "rating",
    "text",
    "product_id",
]
REFUSED = [
    pytest.param("rating", None, id="rating: null"),
    pytest.param("rating", 0, id="rating: too small"),
    pytest.param("rating", 6, id="rating: too great"),
    pytest.param("rating", "1", id="rating: text"),
    pytest.param("rating", 1.5, id="rating: fraction"),
    pytest.param("rating", 9223372036854775808, id="rating: beyond 64 bits"),
    pytest.param("rating", True, id="rating: boolean"),
    pytest.param("rating", "many", id="rating: no number"),
    pytest.param("text", None, id="text: null"),
    pytest.param("text", 1, id="text: number"),
    pytest.param("text", "x" * 10001, id="text: too long"),
    pytest.param("text", "\x00", id="text: with NUL"),
    pytest.param("product_id", None, id="product_id: null"),
    pytest.param("product_id", "x", id="product_id: malformed"),
]
ACCEPTED = [
    pytest.param("rating", 1, id="rating: least"),
    pytest.param("rating", 5, id="rating: greatest"),
    pytest.param("text", "x" * 10000, id="text: longest"),
]
CHANGES = [
    pytest.param("rating", 2, id="rating"),
    pytest.param("text", "text b", id="text"),
]
VALUES: dict[str, list[Any]] = {
    "rating": [1, 2, 3],
}
FILTERS = [
    pytest.param("rating", {"rating": 2}, [1], id="rating"),
    pytest.param("rating", {"rating__lt": 2}, [0], id="rating__lt"),
    pytest.param("rating", {"rating__le": 2}, [0, 1], id="rating__le"),
    pytest.param("rating", {"rating__gt": 2}, [2], id="rating__gt"),
    pytest.param("rating", {"rating__ge": 2}, [1, 2], id="rating__ge"),
]


# Creating


async def test_create_answers_with_what_was_stored(client: AsyncClient) -> None:
    body = await review_body(client)

    response = await client.post(REVIEWS_PATH, json=body)

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
    assert location == f"{REVIEWS_PATH}/{created['id']}"
    assert (await client.get(location)).json() == created


@pytest.mark.parametrize("field", REQUIRED)
async def test_required_field_cannot_be_left_out(
    client: AsyncClient, field: str
) -> None:
    body = await review_body(client, product_id=1)
    del body[field]

    response = await client.post(REVIEWS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


@pytest.mark.parametrize(("field", "value"), REFUSED)
async def test_wrong_value_is_refused(
    client: AsyncClient, field: str, value: object
) -> None:
    # It is refused before anything is looked for, so no row is needed.
    body = {**await review_body(client, product_id=1), field: value}

    responses = [await client.post(REVIEWS_PATH, json=body)]
    responses.append(await client.put(MISSING_PATH, json=body))
    responses.append(await client.patch(MISSING_PATH, json={field: value}))

    for response in responses:
        assert {place.split(".")[1] for place in refused_fields(response)} == {field}


@pytest.mark.parametrize(("field", "value"), ACCEPTED)
async def test_value_at_a_bound_is_accepted(
    client: AsyncClient, field: str, value: object
) -> None:
    created = await create_review(client, **{field: value})

    assert created[field] == value


async def test_unknown_field_is_refused(client: AsyncClient) -> None:
    body = {**await review_body(client, product_id=1), "no_such_field": 1}

    responses = [await client.post(REVIEWS_PATH, json=body)]
    responses.append(await client.put(MISSING_PATH, json=body))
    responses.append(await client.patch(MISSING_PATH, json={"no_such_field": 1}))

    for response in responses:
        assert refused_fields(response) == ["body.no_such_field"]


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
async def test_field_of_the_server_cannot_be_sent(
    client: AsyncClient, field: str
) -> None:
    body = {**await review_body(client, product_id=1), field: 1}

    response = await client.post(REVIEWS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


async def test_malformed_body_is_400(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}

    response = await client.post(REVIEWS_PATH, content=b"{", headers=headers)

    assert_problem(response, 400, "malformed_request")


# Reading


async def test_get_returns_one(client: AsyncClient) -> None:
    created = await create_review(client)
    await create_review(client)

    response = await client.get(f"{REVIEWS_PATH}/{created['id']}")

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
async def test_missing_review_is_404(
    client: AsyncClient, method: str, body: object
) -> None:
    if body == "whole":
        body = await review_body(client, product_id=1)
    response = await client.request(method, MISSING_PATH, json=body)

    problem = assert_problem(response, 404, "not_found")
    assert problem["detail"] == f"There is no review with the key {MISSING_KEY}."


@pytest.mark.parametrize("key", ["0", "-1", "x", "2147483648"])
async def test_impossible_key_is_refused(client: AsyncClient, key: str) -> None:
    response = await client.get(f"{REVIEWS_PATH}/{key}")

    (place,) = refused_fields(response)
    assert place.startswith("path.")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", REVIEWS_PATH, "GET, POST"),
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
    created = await create_review(client)
    other = await review_body(client)
    body = {name: other[name] for name in REQUIRED}
    values = {str(case.values[0]): case.values[1] for case in CHANGES}
    body.update({name: values[name] for name in body if name in values})

    response = await client.put(f"{REVIEWS_PATH}/{created['id']}", json=body)

    replaced = response.json()
    assert response.status_code == 200
    assert replaced == {
        **created,
        **body,
        "updated_at": replaced["updated_at"],
    }
    assert replaced["updated_at"] >= created["updated_at"]
    assert (await client.get(f"{REVIEWS_PATH}/{created['id']}")).json() == replaced


async def test_replace_leaves_others_alone(client: AsyncClient) -> None:
    created = await create_review(client)
    other = await create_review(client)

    await client.put(f"{REVIEWS_PATH}/{created['id']}", json=await review_body(client))

    response = await client.get(f"{REVIEWS_PATH}/{other['id']}")
    assert response.json() == other


@pytest.mark.parametrize("field", REQUIRED)
async def test_replace_needs_every_required_field(
    client: AsyncClient, field: str
) -> None:
    body = await review_body(client, product_id=1)
    del body[field]

    response = await client.put(MISSING_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


@pytest.mark.parametrize(("field", "value"), CHANGES)
async def test_update_changes_what_is_sent(
    client: AsyncClient, field: str, value: object
) -> None:
    created = await create_review(client)

    response = await client.patch(
        f"{REVIEWS_PATH}/{created['id']}", json={field: value}
    )

    updated = response.json()
    assert response.status_code == 200
    assert updated == {
        **created,
        field: value,
        "updated_at": updated["updated_at"],
    }
    assert updated["updated_at"] >= created["updated_at"]
    assert (await client.get(f"{REVIEWS_PATH}/{created['id']}")).json() == updated


async def test_empty_update_changes_nothing(client: AsyncClient) -> None:
    created = await create_review(client)

    response = await client.patch(f"{REVIEWS_PATH}/{created['id']}", json={})

    assert response.status_code == 200
    assert response.json() == created


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
async def test_field_that_cannot_change_is_refused(
    client: AsyncClient, field: str
) -> None:
    responses = []
    body = await review_body(client, product_id=1)
    responses.append(await client.put(MISSING_PATH, json={**body, field: 1}))
    responses.append(await client.patch(MISSING_PATH, json={field: 1}))

    for response in responses:
        assert refused_fields(response) == [f"body.{field}"]


# The product it belongs to


async def test_product_must_exist(client: AsyncClient) -> None:
    created = await create_review(client)
    nobody = {"product_id": 2_147_483_647}

    responses = [
        await client.post(REVIEWS_PATH, json=await review_body(client, **nobody))
    ]
    body = await review_body(client, **nobody)
    responses.append(await client.put(f"{REVIEWS_PATH}/{created['id']}", json=body))
    responses.append(await client.patch(f"{REVIEWS_PATH}/{created['id']}", json=nobody))

    for response in responses:
        assert_problem(response, 409, "broken_reference")


async def test_product_can_be_changed(client: AsyncClient) -> None:
    created = await create_review(client)
    other = await create_product(client)

    response = await client.patch(
        f"{REVIEWS_PATH}/{created['id']}", json={"product_id": other["id"]}
    )

    assert response.status_code == 200
    assert response.json()["product_id"] == other["id"]


async def test_deleting_the_product_deletes_it_too(client: AsyncClient) -> None:
    created = await create_review(client)
    parent_path = f"{PRODUCTS_PATH}/{created['product_id']}"

    response = await client.delete(parent_path)

    assert response.status_code == 204
    after = await client.get(f"{REVIEWS_PATH}/{created['id']}")
    assert_problem(after, 404, "not_found")


# Deleting


async def test_delete_removes_one(client: AsyncClient) -> None:
    created = await create_review(client)
    other = await create_review(client)

    response = await client.delete(f"{REVIEWS_PATH}/{created['id']}")

    assert response.status_code == 204
    assert response.content == b""
    assert_problem(
        await client.delete(f"{REVIEWS_PATH}/{created['id']}"), 404, "not_found"
    )
    kept = await client.get(f"{REVIEWS_PATH}/{other['id']}")
    assert kept.json() == other


# Listing


async def test_list_is_empty_at_first(client: AsyncClient) -> None:
    response = await client.get(REVIEWS_PATH)

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
    created = [await create_review(client) for _ in range(3)]
    created.sort(key=operator.itemgetter("id"))

    response = await client.get(REVIEWS_PATH, params={"skip": skip, "limit": limit})

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
        ("rating", "x"),
    ],
)
async def test_wrong_parameter_is_refused(
    client: AsyncClient, name: str, value: object
) -> None:
    response = await client.get(REVIEWS_PATH, params={name: str(value)})

    assert refused_fields(response) == [f"query.{name}"]


async def test_largest_page_is_allowed(client: AsyncClient) -> None:
    response = await client.get(REVIEWS_PATH, params={"limit": 1000})

    assert response.status_code == 200


@pytest.mark.parametrize(("field", "query", "expected"), FILTERS)
async def test_list_is_filtered(
    client: AsyncClient, field: str, query: dict[str, Any], expected: list[int]
) -> None:
    created = [await create_review(client, **{field: value}) for value in VALUES[field]]

    found = (await client.get(REVIEWS_PATH, params=query)).json()

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
    created = [await create_review(client) for _ in range(3)]
    pivot = created[1][field]

    query = {f"{field}__{comparison}": pivot}
    found = (await client.get(REVIEWS_PATH, params=query)).json()

    compare = getattr(operator, comparison)
    expected = {
        item["id"]
        for item in created
        if compare(datetime.fromisoformat(item[field]), datetime.fromisoformat(pivot))
    }
    assert {item["id"] for item in found["items"]} == expected


async def test_list_is_filtered_by_product(client: AsyncClient) -> None:
    created = await create_review(client)
    await create_review(client)
    key = created["product_id"]

    query = {"product_id": key}
    found = (await client.get(REVIEWS_PATH, params=query)).json()
    assert [item["id"] for item in found["items"]] == [created["id"]]
    query = {"product_id__in": [key]}
    found = (await client.get(REVIEWS_PATH, params=query)).json()
    assert [item["id"] for item in found["items"]] == [created["id"]]


@pytest.mark.parametrize("field", ["rating"])
async def test_list_is_sorted(client: AsyncClient, field: str) -> None:
    values = VALUES[field]
    for value in (values[-1], *values[:-1]):
        await create_review(client, **{field: value})

    up = (await client.get(REVIEWS_PATH, params={"sort": field})).json()["items"]
    down = (await client.get(REVIEWS_PATH, params={"sort": f"-{field}"})).json()[
        "items"
    ]

    assert [item[field] for item in up] == values
    assert [item[field] for item in down] == values[::-1]


@pytest.mark.parametrize("sort", ["rating", "-rating"])
async def test_key_settles_ties(client: AsyncClient, sort: str) -> None:
    created = [await create_review(client) for _ in range(3)]

    items = (await client.get(REVIEWS_PATH, params={"sort": sort})).json()["items"]

    assert [item["id"] for item in items] == sorted(item["id"] for item in created)


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
async def test_list_is_sorted_by_what_the_server_sets(
    client: AsyncClient, field: str
) -> None:
    created = [await create_review(client) for _ in range(3)]

    up = (await client.get(REVIEWS_PATH, params={"sort": field})).json()["items"]
    down = (await client.get(REVIEWS_PATH, params={"sort": f"-{field}"})).json()[
        "items"
    ]

    assert up == created
    assert down == created[::-1]


@pytest.mark.parametrize(
    ("field", "value", "term"),
    [
        ("text", "some zebra here", "ZEBRA"),
    ],
)
async def test_list_is_searched(
    client: AsyncClient, field: str, value: str, term: str
) -> None:
    created = await create_review(client, **{field: value})
    await create_review(client)

    found = (await client.get(REVIEWS_PATH, params={"search": term})).json()

    assert [item["id"] for item in found["items"]] == [created["id"]]


@pytest.mark.parametrize("term", ["%", "_%_", "\\"])
async def test_search_has_no_wildcards(client: AsyncClient, term: str) -> None:
    await create_review(client)

    found = (await client.get(REVIEWS_PATH, params={"search": term})).json()

    assert found["items"] == []
