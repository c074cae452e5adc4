"""Data access for orders."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFoundError
from app.core.pagination import Page, filtered, ordered, paginate, searched
from app.models.order import Order
from app.models.user import User
from app.schemas.order import OrderCreate, OrderQuery, OrderUpdate

COLUMNS = {
    "created_at": Order.created_at,
    "updated_at": Order.updated_at,
    "id": Order.id,
}
SEARCHED = (Order.note,)


async def list_orders(
    session: AsyncSession, query: OrderQuery, user: User
) -> Page[Order]:
    """Return the user's own orders that the query asks for."""
    statement = filtered(select(Order), query, COLUMNS)
    if not (user.is_superuser or user.role == "staff"):
        statement = statement.where(Order.user_id == user.id)
    statement = searched(statement, query.search, SEARCHED)
    statement = ordered(statement, query.sort, COLUMNS, Order.id)
    return await paginate(session, statement, query)


async def get_order(session: AsyncSession, order_id: int) -> Order:
    """Return an order.

    Raises:
        NotFoundError: No row has the key.
    """
    order = await session.get(Order, order_id)
    if order is None:
        raise NotFoundError(resource="order", key=order_id)
    return order


async def get_own_order(
    session: AsyncSession, order_id: int, user: User, *roles: str
) -> Order:
    """Return an order of the user's own.

    Superusers and users with one of the roles reach those of others too.

    Raises:
        NotFoundError: No row has the key, or it belongs to somebody else.
    """
    order = await session.get(Order, order_id)
    if order is None or not (
        user.is_superuser or user.role in roles or order.user_id == user.id
    ):
        raise NotFoundError(resource="order", key=order_id)
    return order


async def create_order(session: AsyncSession, data: OrderCreate, user: User) -> Order:
    """Store a new order, which belongs to the user."""
    order = Order(
        note=data.note,
        user_id=user.id,
    )
    session.add(order)
    await session.flush()
    return order


async def update_order(
    session: AsyncSession, order_id: int, data: OrderUpdate, user: User
) -> Order:
    """Change the fields of an order that were sent."""
    order = await get_own_order(session, order_id, user)
    for name, value in data.model_dump().items():
        setattr(order, name, value)
    await session.flush()
    return order


async def delete_order(session: AsyncSession, order_id: int) -> None:
    """Remove an order."""
    await session.delete(await get_order(session, order_id))
