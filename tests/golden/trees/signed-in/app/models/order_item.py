"""The order_items table."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.timestamped import Timestamped


class OrderItem(Timestamped, Base):
    """An order item."""

    __tablename__ = "order_items"
    __table_args__ = (
        sa.CheckConstraint("quantity >= 1", name="quantity_minimum"),
        sa.CheckConstraint("quantity <= 1000", name="quantity_maximum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column(index=True)
    order_id: Mapped[int] = mapped_column(
        sa.ForeignKey("orders.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[int] = mapped_column(
        sa.ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
