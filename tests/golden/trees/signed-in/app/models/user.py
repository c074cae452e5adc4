"""The users table."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.timestamped import Timestamped
from app.db.utc import UtcDateTime


class User(Timestamped, Base):
    """Somebody who can sign in."""

    __tablename__ = "users"
    __table_args__ = (
        sa.CheckConstraint("role IN ('user', 'staff')", name="role_allowed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    is_active: Mapped[bool] = mapped_column(server_default=sa.true())
    is_superuser: Mapped[bool] = mapped_column(server_default=sa.false())
    role: Mapped[str] = mapped_column(sa.String(5), server_default="user")
    failed_login_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    token_version: Mapped[int] = mapped_column(server_default=sa.text("0"))
