"""What is sent and received about products."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import MISSING, ConfigDict, Field

from app.core.decimals import DecimalText, decimal_text
from app.core.moments import UtcTime
from app.core.pagination import Absent, ListQuery, sort_pattern
from app.core.schemas import Input, ListOutput, Output
from app.core.text import SearchTerm, Text

ProductName = Annotated[Text, Field(min_length=1, max_length=200)]
ProductPrice = Annotated[
    Decimal,
    *decimal_text(r"^(0\.(0[1-9]|[1-9][0-9]?)|[1-9][0-9]{0,7}(\.[0-9]{1,2})?)$", 2),
]
ProductSort = Annotated[
    str,
    Field(
        pattern=sort_pattern("id", "name", "price", "created_at", "updated_at"),
        description="Fields to sort by, separated by commas; a minus reverses.",
        examples=["-updated_at"],
    ),
]


class ProductCreate(Input):
    """A product as it is sent to be created."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Name", "price": "19.90"}]}
    )

    name: ProductName
    price: ProductPrice


class ProductUpdate(Input):
    """Changes of a product; what is missing stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Name"}]})

    name: ProductName | MISSING = MISSING
    price: ProductPrice | MISSING = MISSING


class ProductResponse(Output):
    """A product."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 1,
                    "name": "Name",
                    "price": "19.90",
                    "created_at": "2026-01-31T09:30:00Z",
                    "updated_at": "2026-01-31T09:30:00Z",
                }
            ]
        }
    )

    id: int
    name: str
    price: DecimalText
    created_at: datetime
    updated_at: datetime


class ProductList(ListOutput):
    """A page of products."""

    items: list[ProductResponse]


class ProductQuery(ListQuery):
    """Which products to list, and in which order."""

    sort: ProductSort | Absent = None
    search: SearchTerm | Absent = None
    name: ProductName | Absent = None
    name__ne: ProductName | Absent = None
    name__in: Annotated[list[ProductName], Field(max_length=50)] | Absent = None
    name__contains: SearchTerm | Absent = None
    price: ProductPrice | Absent = None
    price__lt: ProductPrice | Absent = None
    price__le: ProductPrice | Absent = None
    price__gt: ProductPrice | Absent = None
    price__ge: ProductPrice | Absent = None
    created_at__lt: UtcTime | Absent = None
    created_at__le: UtcTime | Absent = None
    created_at__gt: UtcTime | Absent = None
    created_at__ge: UtcTime | Absent = None
    updated_at__lt: UtcTime | Absent = None
    updated_at__le: UtcTime | Absent = None
    updated_at__gt: UtcTime | Absent = None
    updated_at__ge: UtcTime | Absent = None
