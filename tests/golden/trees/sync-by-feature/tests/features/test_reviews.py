"""Reviews: every operation, every constraint, every way to list."""

import operator
from datetime import datetime
from typing import Any

import pytest

from tests.factories.product import PRODUCTS_PATH, create_product
from tests.factories.review import REVIEWS_PATH, create_review, review_body
from tests.problems import assert_problem, refused_fields
from tests.serving import TestClient

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


def test_create_answers_with_what_was_stored(client: TestClient) -> None:
    body = review_body(client)

    response = client.post(REVIEWS_PATH, json=body)

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
    assert client.get(location).json() == created


@pytest.mark.parametrize("field", REQUIRED)
def test_required_field_cannot_be_left_out(client: TestClient, field: str) -> None:
    body = review_body(client, product_id=1)
    del body[field]

    response = client.post(REVIEWS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_wrong_value_is_refused(client: TestClient, field: str, value: object) -> None:
    # It is refused before anything is looked for, so no row is needed.
    body = {**review_body(client, product_id=1), field: value}

    responses = [client.post(REVIEWS_PATH, json=body)]
    responses.append(client.put(MISSING_PATH, json=body))
    responses.append(client.patch(MISSING_PATH, json={field: value}))

    for response in responses:
        assert {place.split(".")[1] for place in refused_fields(response)} == {field}


@pytest.mark.parametrize(("field", "value"), ACCEPTED)
def test_value_at_a_bound_is_accepted(
    client: TestClient, field: str, value: object
) -> None:
    created = create_review(client, **{field: value})

    assert created[field] == value


def test_unknown_field_is_refused(client: TestClient) -> None:
    body = {**review_body(client, product_id=1), "no_such_field": 1}

    responses = [client.post(REVIEWS_PATH, json=body)]
    responses.append(client.put(MISSING_PATH, json=body))
    responses.append(client.patch(MISSING_PATH, json={"no_such_field": 1}))

    for response in responses:
        assert refused_fields(response) == ["body.no_such_field"]


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
def test_field_of_the_server_cannot_be_sent(client: TestClient, field: str) -> None:
    body = {**review_body(client, product_id=1), field: 1}

    response = client.post(REVIEWS_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


def test_malformed_body_is_400(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}

    response = client.post(REVIEWS_PATH, content=b"{", headers=headers)

    assert_problem(response, 400, "malformed_request")


# Reading


def test_get_returns_one(client: TestClient) -> None:
    created = create_review(client)
    create_review(client)

    response = client.get(f"{REVIEWS_PATH}/{created['id']}")

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
def test_missing_review_is_404(client: TestClient, method: str, body: object) -> None:
    if body == "whole":
        body = review_body(client, product_id=1)
    response = client.request(method, MISSING_PATH, json=body)

    problem = assert_problem(response, 404, "not_found")
    assert problem["detail"] == f"There is no review with the key {MISSING_KEY}."


@pytest.mark.parametrize("key", ["0", "-1", "x", "2147483648"])
def test_impossible_key_is_refused(client: TestClient, key: str) -> None:
    response = client.get(f"{REVIEWS_PATH}/{key}")

    (place,) = refused_fields(response)
    assert place.startswith("path.")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", REVIEWS_PATH, "GET, POST"),
        ("POST", MISSING_PATH, "DELETE, GET, PATCH, PUT"),
    ],
)
def test_other_method_is_405(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)

    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == allowed


# Changing


def test_replace_sets_every_field(client: TestClient) -> None:
    created = create_review(client)
    other = review_body(client)
    body = {name: other[name] for name in REQUIRED}
    values = {str(case.values[0]): case.values[1] for case in CHANGES}
    body.update({name: values[name] for name in body if name in values})

    response = client.put(f"{REVIEWS_PATH}/{created['id']}", json=body)

    replaced = response.json()
    assert response.status_code == 200
    assert replaced == {
        **created,
        **body,
        "updated_at": replaced["updated_at"],
    }
    assert replaced["updated_at"] >= created["updated_at"]
    assert client.get(f"{REVIEWS_PATH}/{created['id']}").json() == replaced


def test_replace_leaves_others_alone(client: TestClient) -> None:
    created = create_review(client)
    other = create_review(client)

    client.put(f"{REVIEWS_PATH}/{created['id']}", json=review_body(client))

    response = client.get(f"{REVIEWS_PATH}/{other['id']}")
    assert response.json() == other


@pytest.mark.parametrize("field", REQUIRED)
def test_replace_needs_every_required_field(client: TestClient, field: str) -> None:
    body = review_body(client, product_id=1)
    del body[field]

    response = client.put(MISSING_PATH, json=body)

    assert refused_fields(response) == [f"body.{field}"]


@pytest.mark.parametrize(("field", "value"), CHANGES)
def test_update_changes_what_is_sent(
    client: TestClient, field: str, value: object
) -> None:
    created = create_review(client)

    response = client.patch(f"{REVIEWS_PATH}/{created['id']}", json={field: value})

    updated = response.json()
    assert response.status_code == 200
    assert updated == {
        **created,
        field: value,
        "updated_at": updated["updated_at"],
    }
    assert updated["updated_at"] >= created["updated_at"]
    assert client.get(f"{REVIEWS_PATH}/{created['id']}").json() == updated


def test_empty_update_changes_nothing(client: TestClient) -> None:
    created = create_review(client)

    response = client.patch(f"{REVIEWS_PATH}/{created['id']}", json={})

    assert response.status_code == 200
    assert response.json() == created


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
def test_field_that_cannot_change_is_refused(client: TestClient, field: str) -> None:
    responses = []
    body = review_body(client, product_id=1)
    responses.append(client.put(MISSING_PATH, json={**body, field: 1}))
    responses.append(client.patch(MISSING_PATH, json={field: 1}))

    for response in responses:
        assert refused_fields(response) == [f"body.{field}"]


# The product it belongs to


def test_product_must_exist(client: TestClient) -> None:
    created = create_review(client)
    nobody = {"product_id": 2_147_483_647}

    responses = [client.post(REVIEWS_PATH, json=review_body(client, **nobody))]
    body = review_body(client, **nobody)
    responses.append(client.put(f"{REVIEWS_PATH}/{created['id']}", json=body))
    responses.append(client.patch(f"{REVIEWS_PATH}/{created['id']}", json=nobody))

    for response in responses:
        assert_problem(response, 409, "broken_reference")


def test_product_can_be_changed(client: TestClient) -> None:
    created = create_review(client)
    other = create_product(client)

    response = client.patch(
        f"{REVIEWS_PATH}/{created['id']}", json={"product_id": other["id"]}
    )

    assert response.status_code == 200
    assert response.json()["product_id"] == other["id"]


def test_deleting_the_product_deletes_it_too(client: TestClient) -> None:
    created = create_review(client)
    parent_path = f"{PRODUCTS_PATH}/{created['product_id']}"

    response = client.delete(parent_path)

    assert response.status_code == 204
    after = client.get(f"{REVIEWS_PATH}/{created['id']}")
    assert_problem(after, 404, "not_found")


# Deleting


def test_delete_removes_one(client: TestClient) -> None:
    created = create_review(client)
    other = create_review(client)

    response = client.delete(f"{REVIEWS_PATH}/{created['id']}")

    assert response.status_code == 204
    assert response.content == b""
    assert_problem(client.delete(f"{REVIEWS_PATH}/{created['id']}"), 404, "not_found")
    kept = client.get(f"{REVIEWS_PATH}/{other['id']}")
    assert kept.json() == other


# Listing


def test_list_is_empty_at_first(client: TestClient) -> None:
    response = client.get(REVIEWS_PATH)

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
def test_list_is_cut_into_pages(
    client: TestClient, *, skip: int, limit: int, has_more: bool
) -> None:
    created = [create_review(client) for _ in range(3)]
    created.sort(key=operator.itemgetter("id"))

    response = client.get(REVIEWS_PATH, params={"skip": skip, "limit": limit})

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
def test_wrong_parameter_is_refused(
    client: TestClient, name: str, value: object
) -> None:
    response = client.get(REVIEWS_PATH, params={name: str(value)})

    assert refused_fields(response) == [f"query.{name}"]


def test_largest_page_is_allowed(client: TestClient) -> None:
    response = client.get(REVIEWS_PATH, params={"limit": 1000})

    assert response.status_code == 200


@pytest.mark.parametrize(("field", "query", "expected"), FILTERS)
def test_list_is_filtered(
    client: TestClient, field: str, query: dict[str, Any], expected: list[int]
) -> None:
    created = [create_review(client, **{field: value}) for value in VALUES[field]]

    found = client.get(REVIEWS_PATH, params=query).json()

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
def test_list_is_filtered_by_time(
    client: TestClient, field: str, comparison: str
) -> None:
    created = [create_review(client) for _ in range(3)]
    pivot = created[1][field]

    query = {f"{field}__{comparison}": pivot}
    found = client.get(REVIEWS_PATH, params=query).json()

    compare = getattr(operator, comparison)
    expected = {
        item["id"]
        for item in created
        if compare(datetime.fromisoformat(item[field]), datetime.fromisoformat(pivot))
    }
    assert {item["id"] for item in found["items"]} == expected


def test_list_is_filtered_by_product(client: TestClient) -> None:
    created = create_review(client)
    create_review(client)
    key = created["product_id"]

    query = {"product_id": key}
    found = client.get(REVIEWS_PATH, params=query).json()
    assert [item["id"] for item in found["items"]] == [created["id"]]
    query = {"product_id__in": [key]}
    found = client.get(REVIEWS_PATH, params=query).json()
    assert [item["id"] for item in found["items"]] == [created["id"]]


@pytest.mark.parametrize("field", ["rating"])
def test_list_is_sorted(client: TestClient, field: str) -> None:
    values = VALUES[field]
    for value in (values[-1], *values[:-1]):
        create_review(client, **{field: value})

    up = client.get(REVIEWS_PATH, params={"sort": field}).json()["items"]
    down = client.get(REVIEWS_PATH, params={"sort": f"-{field}"}).json()["items"]

    assert [item[field] for item in up] == values
    assert [item[field] for item in down] == values[::-1]


@pytest.mark.parametrize("sort", ["rating", "-rating"])
def test_key_settles_ties(client: TestClient, sort: str) -> None:
    created = [create_review(client) for _ in range(3)]

    items = client.get(REVIEWS_PATH, params={"sort": sort}).json()["items"]

    assert [item["id"] for item in items] == sorted(item["id"] for item in created)


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
def test_list_is_sorted_by_what_the_server_sets(client: TestClient, field: str) -> None:
    created = [create_review(client) for _ in range(3)]

    up = client.get(REVIEWS_PATH, params={"sort": field}).json()["items"]
    down = client.get(REVIEWS_PATH, params={"sort": f"-{field}"}).json()["items"]

    assert up == created
    assert down == created[::-1]


@pytest.mark.parametrize(
    ("field", "value", "term"),
    [
        ("text", "some zebra here", "ZEBRA"),
    ],
)
def test_list_is_searched(
    client: TestClient, field: str, value: str, term: str
) -> None:
    created = create_review(client, **{field: value})
    create_review(client)

    found = client.get(REVIEWS_PATH, params={"search": term}).json()

    assert [item["id"] for item in found["items"]] == [created["id"]]


@pytest.mark.parametrize("term", ["%", "_%_", "\\"])
def test_search_has_no_wildcards(client: TestClient, term: str) -> None:
    create_review(client)

    found = client.get(REVIEWS_PATH, params={"search": term}).json()

    assert found["items"] == []
