"""What is sent and received about order items."""

from datetime import datetime
from typing import Annotated

from pydantic import MISSING, ConfigDict, Field

from app.core.moments import UtcTime
from app.core.numbers import JsonNumber, Key, Reference
from app.core.pagination import Absent, ListQuery, sort_pattern
from app.core.schemas import Input, ListOutput, Output

OrderItemQuantity = Annotated[int, Field(ge=1, le=1000), JsonNumber]
OrderItemQuantityFilter = Annotated[int, Field(ge=1, le=1000)]
OrderItemSort = Annotated[
    str,
    Field(
        pattern=sort_pattern("id", "quantity", "created_at", "updated_at"),
        description="Fields to sort by, separated by commas; a minus reverses.",
        examples=["-updated_at"],
    ),
]


class OrderItemCreate(Input):
    """An order item as it is sent to be created, or to replace another."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"quantity": 1, "order_id": 1, "product_id": 1}]
        }
    )

    quantity: OrderItemQuantity
    order_id: Reference
    product_id: Reference


class OrderItemUpdate(Input):
    """Changes of an order item; what is missing stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 1}]})

    quantity: OrderItemQuantity | MISSING = MISSING
    order_id: Reference | MISSING = MISSING
    product_id: Reference | MISSING = MISSING


class OrderItemResponse(Output):
    """An order item."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 1,
                    "quantity": 1,
                    "order_id": 1,
                    "product_id": 1,
                    "user_id": 1,
                    "created_at": "2026-01-31T09:30:00Z",
                    "updated_at": "2026-01-31T09:30:00Z",
                }
            ]
        }
    )

    id: int
    quantity: int
    order_id: int
    product_id: int
    user_id: int
    created_at: datetime
    updated_at: datetime


class OrderItemList(ListOutput):
    """A page of order items."""

    items: list[OrderItemResponse]


class OrderItemQuery(ListQuery):
    """Which order items to list, and in which order."""

    sort: OrderItemSort | Absent = None
    quantity: OrderItemQuantityFilter | Absent = None
    quantity__lt: OrderItemQuantityFilter | Absent = None
    quantity__le: OrderItemQuantityFilter | Absent = None
    quantity__gt: OrderItemQuantityFilter | Absent = None
    quantity__ge: OrderItemQuantityFilter | Absent = None
    order_id: Key | Absent = None
    order_id__in: Annotated[list[Key], Field(max_length=50)] | Absent = None
    product_id: Key | Absent = None
    product_id__in: Annotated[list[Key], Field(max_length=50)] | Absent = None
    created_at__lt: UtcTime | Absent = None
    created_at__le: UtcTime | Absent = None
    created_at__gt: UtcTime | Absent = None
    created_at__ge: UtcTime | Absent = None
    updated_at__lt: UtcTime | Absent = None
    updated_at__le: UtcTime | Absent = None
    updated_at__gt: UtcTime | Absent = None
    updated_at__ge: UtcTime | Absent = None
