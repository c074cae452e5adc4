"""What a complaint is about."""

from __future__ import annotations

import pytest
from backwright.diagnosis.symptom import Trouble, meant, symptom_of

PATHS = ("/api/v1/users", "/api/v1/users/{user_id}", "/api/v1/order-items", "/health")


@pytest.mark.parametrize(
    ("task", "trouble", "path"),
    [
        ("The /users endpoint is taking 5 seconds to respond", Trouble.SLOW, "/users"),
        ("GET /api/v1/users takes forever", Trouble.SLOW, "/api/v1/users"),
        ("why is the users list so slow?", Trouble.SLOW, None),
        ("my async queries are timing out", Trouble.TIMEOUT, None),
        ("requests hang under load", Trouble.TIMEOUT, None),
        ("My FastAPI app is having issues connecting to PostgreSQL", Trouble.CONNECTION, None),
        ("can't reach the database", Trouble.CONNECTION, None),
        ("/users/7 returns a 500", Trouble.FAILING, "/users/7"),
    ],
)
def test_a_complaint_is_read(task: str, trouble: Trouble, path: str | None) -> None:
    symptom = symptom_of(task)

    assert symptom is not None
    assert (symptom.trouble, symptom.path) == (trouble, path)


@pytest.mark.parametrize("task", ["review the code", "add products CRUD", "is there an index on email?"])
def test_what_complains_of_nothing_is_no_complaint(task: str) -> None:
    assert symptom_of(task) is None


@pytest.mark.parametrize(
    ("task", "paths"),
    [
        ("/users is slow", ("/api/v1/users",)),
        ("/users/7 is slow", ("/api/v1/users/{user_id}",)),
        ("the users list is slow", ("/api/v1/users", "/api/v1/users/{user_id}")),
        ("order items are slow", ("/api/v1/order-items",)),
        ("everything is slow", ()),
        ("/user is slow", ()),
    ],
)
def test_the_endpoints_meant_are_found(task: str, paths: tuple[str, ...]) -> None:
    symptom = symptom_of(task)

    assert symptom is not None
    assert meant(symptom, PATHS) == paths
