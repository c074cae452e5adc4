"""The products table."""

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.decimals import ExactDecimal
from app.db.timestamped import Timestamped


class Product(Timestamped, Base):
    """A product."""

    __tablename__ = "products"
    __table_args__ = (
        sa.CheckConstraint("length(name) >= 1", name="name_min_length"),
        sa.CheckConstraint("price > 0", name="price_above"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    price: Mapped[Decimal] = mapped_column(ExactDecimal(10, 2), index=True)
