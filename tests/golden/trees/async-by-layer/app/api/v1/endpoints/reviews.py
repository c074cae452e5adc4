"""Endpoints of reviews."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status

from app.api.dependencies import SessionDep
from app.core.errors import problems
from app.core.numbers import MAX_INTEGER
from app.core.pagination import Page
from app.crud import review as crud
from app.models.review import Review
from app.schemas.review import (
    ReviewCreate,
    ReviewList,
    ReviewQuery,
    ReviewResponse,
    ReviewUpdate,
)

router = APIRouter(prefix="/reviews", tags=["reviews"])

ReviewId = Annotated[
    int, Path(ge=1, le=MAX_INTEGER, description="The key of the review.")
]


@router.get(
    "",
    response_model=ReviewList,
    summary="List reviews",
    responses=problems(422),
)
async def list_reviews(
    session: SessionDep, query: Annotated[ReviewQuery, Query()]
) -> Page[Review]:
    """List reviews, filtered, sorted and in pages."""
    return await crud.list_reviews(session, query)


@router.post(
    "",
    response_model=ReviewResponse,
    status_code=status.HTTP_201_CREATED,
    summary="Create a review",
    responses=problems(400, 409, 413, 422),
)
async def create_review(
    session: SessionDep, data: ReviewCreate, request: Request, response: Response
) -> Review:
    """Create a review; `Location` says where it is."""
    review = await crud.create_review(session, data)
    response.headers["Location"] = str(
        request.app.url_path_for("get_review", review_id=review.id)
    )
    return review


@router.get(
    "/{review_id}",
    response_model=ReviewResponse,
    summary="Get a review",
    responses=problems(404, 422),
)
async def get_review(session: SessionDep, review_id: ReviewId) -> Review:
    """Get one review."""
    return await crud.get_review(session, review_id)


@router.put(
    "/{review_id}",
    response_model=ReviewResponse,
    summary="Replace a review",
    responses=problems(400, 404, 409, 413, 422),
)
async def replace_review(
    session: SessionDep, review_id: ReviewId, data: ReviewCreate
) -> Review:
    """Replace a review; a field that is not sent gets its default."""
    return await crud.replace_review(session, review_id, data)


@router.patch(
    "/{review_id}",
    response_model=ReviewResponse,
    summary="Update a review",
    responses=problems(400, 404, 409, 413, 422),
)
async def update_review(
    session: SessionDep, review_id: ReviewId, data: ReviewUpdate
) -> Review:
    """Change some fields of a review; a field that is not sent stays as it is."""
    return await crud.update_review(session, review_id, data)


@router.delete(
    "/{review_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete a review",
    responses=problems(404, 422),
)
async def delete_review(session: SessionDep, review_id: ReviewId) -> None:
    """Delete one review."""
    await crud.delete_review(session, review_id)
