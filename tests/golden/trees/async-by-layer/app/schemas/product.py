"""What is sent and received about products."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import MISSING, ConfigDict, Field

from app.core.decimals import DecimalText, decimal_text
from app.core.moments import UtcTime
from app.core.numbers import MAX_INTEGER, JsonNumber
from app.core.pagination import Absent, ListQuery, sort_pattern
from app.core.schemas import Input, ListOutput, Output
from app.core.text import SearchTerm, Text

ProductName = Annotated[Text, Field(min_length=1, max_length=200)]
ProductSku = Annotated[Text, Field(min_length=1, max_length=40)]
ProductPrice = Annotated[
    Decimal,
    *decimal_text(r"^(0\.(0[1-9]|[1-9][0-9]?)|[1-9][0-9]{0,7}(\.[0-9]{1,2})?)$", 2),
]
ProductDescription = Annotated[Text, Field(max_length=10000)]
ProductStock = Annotated[int, Field(ge=0, le=MAX_INTEGER), JsonNumber]
ProductStockFilter = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
ProductSort = Annotated[
    str,
    Field(
        pattern=sort_pattern(
            "id", "name", "sku", "price", "stock", "created_at", "updated_at"
        ),
        description="Fields to sort by, separated by commas; a minus reverses.",
        examples=["-updated_at"],
    ),
]


class ProductCreate(Input):
    """A product as it is sent to be created, or to replace another."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Name",
                    "sku": "Sku",
                    "price": "19.90",
                    "description": "Description",
                    "stock": 0,
                }
            ]
        }
    )

    name: ProductName
    sku: ProductSku
    price: ProductPrice
    description: ProductDescription | None = None
    stock: ProductStock = 0


class ProductUpdate(Input):
    """Changes of a product; what is missing stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Name"}]})

    name: ProductName | MISSING = MISSING
    sku: ProductSku | MISSING = MISSING
    price: ProductPrice | MISSING = MISSING
    description: ProductDescription | MISSING | None = MISSING
    stock: ProductStock | MISSING = MISSING


class ProductResponse(Output):
    """A product."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 1,
                    "name": "Name",
                    "sku": "Sku",
                    "price": "19.90",
                    "description": "Description",
                    "stock": 0,
                    "created_at": "2026-01-31T09:30:00Z",
                    "updated_at": "2026-01-31T09:30:00Z",
                }
            ]
        }
    )

    id: int
    name: str
    sku: str
    price: DecimalText
    description: str | None
    stock: int
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
    sku: ProductSku | Absent = None
    sku__ne: ProductSku | Absent = None
    sku__in: Annotated[list[ProductSku], Field(max_length=50)] | Absent = None
    sku__contains: SearchTerm | Absent = None
    price: ProductPrice | Absent = None
    price__lt: ProductPrice | Absent = None
    price__le: ProductPrice | Absent = None
    price__gt: ProductPrice | Absent = None
    price__ge: ProductPrice | Absent = None
    stock: ProductStockFilter | Absent = None
    stock__lt: ProductStockFilter | Absent = None
    stock__le: ProductStockFilter | Absent = None
    stock__gt: ProductStockFilter | Absent = None
    stock__ge: ProductStockFilter | Absent = None
    created_at__lt: UtcTime | Absent = None
    created_at__le: UtcTime | Absent = None
    created_at__gt: UtcTime | Absent = None
    created_at__ge: UtcTime | Absent = None
    updated_at__lt: UtcTime | Absent = None
    updated_at__le: UtcTime | Absent = None
    updated_at__gt: UtcTime | Absent = None
    updated_at__ge: UtcTime | Absent = None
