"""What every error answer must be."""

from typing import Any

from httpx2 import Response


def assert_problem(response: Response, status: int, error_code: str) -> dict[str, Any]:
    """Assert that a response is a problem (RFC 9457) of ours and return its body."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert response.headers["content-type"] == "application/problem+json"
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["status"] == status
    assert body["detail"]
    assert body["error_code"] == error_code
    assert body["request_id"] == response.headers["x-request-id"]
    return body


def refused_fields(response: Response) -> list[str]:
    """Return the places that a 422 complains about, such as `body.price`."""
    errors = assert_problem(response, 422, "validation_failed")["errors"]
    assert all(error["message"] and error["error_code"] for error in errors)
    return [error["location"] for error in errors]
