"""Makes order items for tests."""

from typing import Any

from tests.factories.order import create_order
from tests.factories.product import create_product
from tests.serving import AsyncClient

ORDER_ITEMS_PATH = "/api/v1/order-items"


async def order_item_body(client: AsyncClient, /, **changes: object) -> dict[str, Any]:
    """Return a valid body, with new parents unless the changes name some."""
    if "order_id" not in changes:
        changes["order_id"] = (await create_order(client))["id"]
    if "product_id" not in changes:
        changes["product_id"] = (await create_product(client))["id"]
    return {
        "quantity": 1,
        **changes,
    }


async def create_order_item(
    client: AsyncClient, /, **changes: object
) -> dict[str, Any]:
    """Create an order item and return it as the API answers it."""
    body = await order_item_body(client, **changes)
    response = await client.post(ORDER_ITEMS_PATH, json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created
