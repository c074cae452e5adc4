"""Makes reviews for tests."""

from typing import Any

from tests.factories.product import create_product
from tests.serving import AsyncClient

REVIEWS_PATH = "/api/v1/reviews"


async def review_body(client: AsyncClient, /, **changes: object) -> dict[str, Any]:
    """Return a valid body, with new parents unless the changes name some."""
    if "product_id" not in changes:
        changes["product_id"] = (await create_product(client))["id"]
    return {
        "rating": 1,
        "text": "text a",
        **changes,
    }


async def create_review(client: AsyncClient, /, **changes: object) -> dict[str, Any]:
    """Create a review and return it as the API answers it."""
    body = await review_body(client, **changes)
    response = await client.post(REVIEWS_PATH, json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created
