"""A small shop in one module, with one fault planted in it or not."""

from __future__ import annotations

from pathlib import Path

SHOP = '''"""A shop."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

engine = create_async_engine("postgresql+asyncpg://shop:secret@127.0.0.1:1/shop"{pool})
new_session = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column({index})
    orders: Mapped[list["Order"]] = relationship()


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


async def get_session() -> AsyncIterator[AsyncSession]:
{session}


SessionDep = Annotated[AsyncSession, Depends(get_session)]
app = FastAPI()


@app.get("/users")
async def list_users(session: SessionDep, email: str | None = None, limit: int = 50) -> list[dict[str, object]]:
{body}


@app.get("/health")
async def health() -> dict[str, str]:
    return {{"status": "ok"}}
'''

BODY = """    statement = select(User){load}{page}
    if email is not None:
        statement = statement.where(User.email == email)
    users = (await session.scalars(statement)).all()
    return [{{"id": user.id, "email": user.email, "orders": {orders}}} for user in users]"""
LOADED, COUNTED = ".options(selectinload(User.orders))", "len(user.orders)"
ONE_BY_ONE = "len((await session.scalars(select(Order).where(Order.user_id == user.id))).all())"
CLOSED = "    async with new_session() as session:\n        yield session"
KEPT = "    session = new_session()\n    await session.connection()\n    KEPT.append(session)\n    yield session"


def shop(
    root: Path,
    *,
    load: str = LOADED,
    orders: str = COUNTED,
    page: str = ".limit(limit)",
    index: str = "index=True",
    session: str = CLOSED,
    pool: str = "",
    before: str = "",
) -> Path:
    """Write the shop into a folder and return the folder; ``before`` is what the endpoint does first."""
    body = before + BODY.format(load=load, page=page, orders=orders)
    text = SHOP.format(pool=pool, index=index, session=session, body=body)
    if session == KEPT:
        text = text.replace("\n\nclass Base(", "\nKEPT: list[AsyncSession] = []\n\n\nclass Base(", 1)
    (root / "main.py").write_text(text, encoding="utf-8")
    return root


def line_of(root: Path, text: str) -> int:
    """Return the number of the first line that has a text."""
    lines = (root / "main.py").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)
