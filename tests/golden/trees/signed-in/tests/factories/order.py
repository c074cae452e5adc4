"""Makes orders for tests."""

from typing import Any

from tests.serving import AsyncClient

ORDERS_PATH = "/api/v1/orders"


def order_body(**changes: object) -> dict[str, Any]:
    """Return a valid body in which the changes replace single values."""
    return {
        "note": "note a",
        **changes,
    }


async def create_order(client: AsyncClient, /, **changes: object) -> dict[str, Any]:
    """Create an order and return it as the API answers it."""
    body = order_body(**changes)
    response = await client.post(ORDERS_PATH, json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created
