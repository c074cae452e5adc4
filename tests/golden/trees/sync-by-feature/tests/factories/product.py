"""Makes products for tests."""

from itertools import count
from typing import Any

from tests.serving import TestClient

PRODUCTS_PATH = "/api/v1/products"

_numbers = count(1)


def product_body(**changes: object) -> dict[str, Any]:
    """Return a valid body in which the changes replace single values."""
    number = next(_numbers)
    return {
        "name": "name a",
        "sku": f"sku {number:06}",
        "price": "1.00",
        "description": "description a",
        "stock": 1,
        **changes,
    }


def create_product(client: TestClient, /, **changes: object) -> dict[str, Any]:
    """Create a product and return it as the API answers it."""
    body = product_body(**changes)
    response = client.post(PRODUCTS_PATH, json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created
