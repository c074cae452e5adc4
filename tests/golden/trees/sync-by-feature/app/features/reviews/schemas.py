"""What is sent and received about reviews."""

from datetime import datetime
from typing import Annotated

from pydantic import MISSING, ConfigDict, Field

from app.core.moments import UtcTime
from app.core.numbers import JsonNumber, Key, Reference
from app.core.pagination import Absent, ListQuery, sort_pattern
from app.core.schemas import Input, ListOutput, Output
from app.core.text import SearchTerm, Text

ReviewRating = Annotated[int, Field(ge=1, le=5), JsonNumber]
ReviewRatingFilter = Annotated[int, Field(ge=1, le=5)]
ReviewText = Annotated[Text, Field(max_length=10000)]
ReviewSort = Annotated[
    str,
    Field(
        pattern=sort_pattern("id", "rating", "created_at", "updated_at"),
        description="Fields to sort by, separated by commas; a minus reverses.",
        examples=["-updated_at"],
    ),
]


class ReviewCreate(Input):
    """A review as it is sent to be created, or to replace another."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rating": 1, "text": "Text", "product_id": 1}]}
    )

    rating: ReviewRating
    text: ReviewText
    product_id: Reference


class ReviewUpdate(Input):
    """Changes of a review; what is missing stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": 1}]})

    rating: ReviewRating | MISSING = MISSING
    text: ReviewText | MISSING = MISSING
    product_id: Reference | MISSING = MISSING


class ReviewResponse(Output):
    """A review."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 1,
                    "rating": 1,
                    "text": "Text",
                    "product_id": 1,
                    "created_at": "2026-01-31T09:30:00Z",
                    "updated_at": "2026-01-31T09:30:00Z",
                }
            ]
        }
    )

    id: int
    rating: int
    text: str
    product_id: int
    created_at: datetime
    updated_at: datetime


class ReviewList(ListOutput):
    """A page of reviews."""

    items: list[ReviewResponse]


class ReviewQuery(ListQuery):
    """Which reviews to list, and in which order."""

    sort: ReviewSort | Absent = None
    search: SearchTerm | Absent = None
    rating: ReviewRatingFilter | Absent = None
    rating__lt: ReviewRatingFilter | Absent = None
    rating__le: ReviewRatingFilter | Absent = None
    rating__gt: ReviewRatingFilter | Absent = None
    rating__ge: ReviewRatingFilter | Absent = None
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
