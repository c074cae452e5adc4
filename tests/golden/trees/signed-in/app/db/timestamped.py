"""Times of creation and change, kept by the application."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db.utc import UtcDateTime, utc_now


class Timestamped:
    """Adds the times of creation and of the last change, both in UTC."""

    created_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=utc_now, index=True, sort_order=900
    )
    updated_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=utc_now, onupdate=utc_now, index=True, sort_order=901
    )
