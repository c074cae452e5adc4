"""What is sent and received about orders."""

from datetime import datetime
from typing import Annotated

from pydantic import MISSING, ConfigDict, Field

from app.core.moments import UtcTime
from app.core.pagination import Absent, ListQuery, sort_pattern
from app.core.schemas import Input, ListOutput, Output
from app.core.text import SearchTerm, Text

OrderNote = Annotated[Text, Field(max_length=10000)]
OrderSort = Annotated[
    str,
    Field(
        pattern=sort_pattern("id", "created_at", "updated_at"),
        description="Fields to sort by, separated by commas; a minus reverses.",
        examples=["-updated_at"],
    ),
]


class OrderCreate(Input):
    """An order as it is sent to be created."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Note"}]})

    note: OrderNote | None = None


class OrderUpdate(Input):
    """Changes of an order; what is missing stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Note"}]})

    note: OrderNote | MISSING | None = MISSING


class OrderResponse(Output):
    """An order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 1,
                    "note": "Note",
                    "user_id": 1,
                    "created_at": "2026-01-31T09:30:00Z",
                    "updated_at": "2026-01-31T09:30:00Z",
                }
            ]
        }
    )

    id: int
    note: str | None
    user_id: int
    created_at: datetime
    updated_at: datetime


class OrderList(ListOutput):
    """A page of orders."""

    items: list[OrderResponse]


class OrderQuery(ListQuery):
    """Which orders to list, and in which order."""

    sort: OrderSort | Absent = None
    search: SearchTerm | Absent = None
    created_at__lt: UtcTime | Absent = None
    created_at__le: UtcTime | Absent = None
    created_at__gt: UtcTime | Absent = None
    created_at__ge: UtcTime | Absent = None
    updated_at__lt: UtcTime | Absent = None
    updated_at__le: UtcTime | Absent = None
    updated_at__gt: UtcTime | Absent = None
    updated_at__ge: UtcTime | Absent = None
