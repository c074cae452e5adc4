"""The reviews table."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.timestamped import Timestamped


class Review(Timestamped, Base):
    """A review."""

    __tablename__ = "reviews"
    __table_args__ = (
        sa.CheckConstraint("rating >= 1", name="rating_minimum"),
        sa.CheckConstraint("rating <= 5", name="rating_maximum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rating: Mapped[int] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(sa.Text())
    product_id: Mapped[int] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
