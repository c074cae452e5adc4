"""Makes products for tests."""

from typing import Any

from tests.serving import AsyncClient

PRODUCTS_PATH = "/api/v1/products"


def product_body(**changes: object) -> dict[str, Any]:
    """Return a valid body in which the changes replace single values."""
    return {
        "name": "name a",
        "price": "1.00",
        **changes,
    }


async def create_product(client: AsyncClient, /, **changes: object) -> dict[str, Any]:
    """Create a product and return it as the API answers it."""
    body = product_body(**changes)
    response = await client.post(PRODUCTS_PATH, json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created
