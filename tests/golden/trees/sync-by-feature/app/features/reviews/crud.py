"""Data access for reviews."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.pagination import Page, filtered, ordered, paginate, searched
from app.features.reviews.models import Review
from app.features.reviews.schemas import ReviewCreate, ReviewQuery, ReviewUpdate

COLUMNS = {
    "rating": Review.rating,
    "product_id": Review.product_id,
    "created_at": Review.created_at,
    "updated_at": Review.updated_at,
    "id": Review.id,
}
SEARCHED = (Review.text,)


def list_reviews(session: Session, query: ReviewQuery) -> Page[Review]:
    """Return the reviews that the query asks for."""
    statement = filtered(select(Review), query, COLUMNS)
    statement = searched(statement, query.search, SEARCHED)
    statement = ordered(statement, query.sort, COLUMNS, Review.id)
    return paginate(session, statement, query)


def get_review(session: Session, review_id: int) -> Review:
    """Return a review.

    Raises:
        NotFoundError: No row has the key.
    """
    review = session.get(Review, review_id)
    if review is None:
        raise NotFoundError(resource="review", key=review_id)
    return review


def create_review(session: Session, data: ReviewCreate) -> Review:
    """Store a new review."""
    review = Review(
        rating=data.rating,
        text=data.text,
        product_id=data.product_id,
    )
    session.add(review)
    session.flush()
    return review


def replace_review(session: Session, review_id: int, data: ReviewCreate) -> Review:
    """Give every field of a review the value sent, or its default."""
    review = get_review(session, review_id)
    review.rating = data.rating
    review.text = data.text
    review.product_id = data.product_id
    session.flush()
    return review


def update_review(session: Session, review_id: int, data: ReviewUpdate) -> Review:
    """Change the fields of a review that were sent."""
    review = get_review(session, review_id)
    for name, value in data.model_dump().items():
        setattr(review, name, value)
    session.flush()
    return review


def delete_review(session: Session, review_id: int) -> None:
    """Remove a review."""
    session.delete(get_review(session, review_id))
