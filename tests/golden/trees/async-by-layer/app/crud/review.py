"""Data access for reviews."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFoundError
from app.core.pagination import Page, filtered, ordered, paginate, searched
from app.models.review import Review
from app.schemas.review import ReviewCreate, ReviewQuery, ReviewUpdate

COLUMNS = {
    "rating": Review.rating,
    "product_id": Review.product_id,
    "created_at": Review.created_at,
    "updated_at": Review.updated_at,
    "id": Review.id,
}
SEARCHED = (Review.text,)


async def list_reviews(session: AsyncSession, query: ReviewQuery) -> Page[Review]:
    """Return the reviews that the query asks for."""
    statement = filtered(select(Review), query, COLUMNS)
    statement = searched(statement, query.search, SEARCHED)
    statement = ordered(statement, query.sort, COLUMNS, Review.id)
    return await paginate(session, statement, query)


async def get_review(session: AsyncSession, review_id: int) -> Review:
    """Return a review.

    Raises:
        NotFoundError: No row has the key.
    """
    review = await session.get(Review, review_id)
    if review is None:
        raise NotFoundError(resource="review", key=review_id)
    return review


async def create_review(session: AsyncSession, data: ReviewCreate) -> Review:
    """Store a new review."""
    review = Review(
        rating=data.rating,
        text=data.text,
        product_id=data.product_id,
    )
    session.add(review)
    await session.flush()
    return review


async def replace_review(
    session: AsyncSession, review_id: int, data: ReviewCreate
) -> Review:
    """Give every field of a review the value sent, or its default."""
    review = await get_review(session, review_id)
    review.rating = data.rating
    review.text = data.text
    review.product_id = data.product_id
    await session.flush()
    return review


async def update_review(
    session: AsyncSession, review_id: int, data: ReviewUpdate
) -> Review:
    """Change the fields of a review that were sent."""
    review = await get_review(session, review_id)
    for name, value in data.model_dump().items():
        setattr(review, name, value)
    await session.flush()
    return review


async def delete_review(session: AsyncSession, review_id: int) -> None:
    """Remove a review."""
    await session.delete(await get_review(session, review_id))
