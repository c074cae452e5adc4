"""The OpenAPI document: complete enough to write a client from."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.config import Settings
from app.main import create_app

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture
def document(settings: Settings) -> dict[str, Any]:
    """Return the OpenAPI document."""
    return create_app(settings).openapi()


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Yield method, path and content of each operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_operations_say_what_they_are(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["tags"], (method, path)
        assert operation["summary"], (method, path)


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for *_, operation in operations(document)]

    assert len(ids) == len(set(ids))


def test_errors_are_documented_as_problems(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                content = response["content"]
                assert set(content) == {"application/problem+json"}, (method, path)
                assert content["application/problem+json"]["example"]["status"] == int(
                    status
                )


def test_endpoints_document_failures_of_the_server(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        expected = {"500"} if path == "/health" else {"500", "503"}
        found = {status for status in operation["responses"] if status >= "500"}
        assert found == expected, (method, path)


def test_operations_say_who_may_call(document: dict[str, Any]) -> None:
    schemes = set(document["components"]["securitySchemes"])

    assert document["security"] == []
    for method, path, operation in operations(document):
        named = {name for way in operation.get("security", []) for name in way}
        assert named <= schemes, (method, path)
        if named:
            assert {"401", "403"} <= set(operation["responses"]), (method, path)


def test_everything_referred_to_is_there(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    prefix = "#/components/schemas/"

    def references(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    found = set(references(document))
    assert f"{prefix}Problem" in found
    assert {reference.removeprefix(prefix) for reference in found} <= set(schemas)
