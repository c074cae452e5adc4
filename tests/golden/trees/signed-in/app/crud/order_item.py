"""Data access for order items."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import ConflictError, NotFoundError
from app.core.pagination import Page, filtered, ordered, paginate
from app.models.order import Order
from app.models.order_item import OrderItem
from app.models.user import User
from app.schemas.order_item import OrderItemCreate, OrderItemQuery, OrderItemUpdate

COLUMNS = {
    "quantity": OrderItem.quantity,
    "order_id": OrderItem.order_id,
    "product_id": OrderItem.product_id,
    "created_at": OrderItem.created_at,
    "updated_at": OrderItem.updated_at,
    "id": OrderItem.id,
}


async def list_order_items(
    session: AsyncSession, query: OrderItemQuery, user: User
) -> Page[OrderItem]:
    """Return the user's own order items that the query asks for."""
    statement = filtered(select(OrderItem), query, COLUMNS)
    if not user.is_superuser:
        statement = statement.where(OrderItem.user_id == user.id)
    statement = ordered(statement, query.sort, COLUMNS, OrderItem.id)
    return await paginate(session, statement, query)


async def get_own_order_item(
    session: AsyncSession, order_item_id: int, user: User
) -> OrderItem:
    """Return an order item of the user's own.

    Superusers reach those of others too.

    Raises:
        NotFoundError: No row has the key, or it belongs to somebody else.
    """
    order_item = await session.get(OrderItem, order_item_id)
    if order_item is None or not (user.is_superuser or order_item.user_id == user.id):
        raise NotFoundError(resource="order item", key=order_item_id)
    return order_item


async def check_order(session: AsyncSession, order_id: int, user: User) -> None:
    """Refuse an order that the user does not see, as one that is not there.

    Raises:
        ConflictError: No row has the key, or it belongs to somebody else.
    """
    order = await session.get(Order, order_id)
    if order is None or not (
        user.is_superuser or user.role == "staff" or order.user_id == user.id
    ):
        raise ConflictError(error_code="broken_reference")


async def create_order_item(
    session: AsyncSession, data: OrderItemCreate, user: User
) -> OrderItem:
    """Store a new order item, which belongs to the user."""
    await check_order(session, data.order_id, user)
    order_item = OrderItem(
        quantity=data.quantity,
        order_id=data.order_id,
        product_id=data.product_id,
        user_id=user.id,
    )
    session.add(order_item)
    await session.flush()
    return order_item


async def replace_order_item(
    session: AsyncSession, order_item_id: int, data: OrderItemCreate, user: User
) -> OrderItem:
    """Give every field of an order item the value sent, or its default."""
    order_item = await get_own_order_item(session, order_item_id, user)
    if data.order_id != order_item.order_id:
        await check_order(session, data.order_id, user)
    order_item.quantity = data.quantity
    order_item.order_id = data.order_id
    order_item.product_id = data.product_id
    await session.flush()
    return order_item


async def update_order_item(
    session: AsyncSession, order_item_id: int, data: OrderItemUpdate, user: User
) -> OrderItem:
    """Change the fields of an order item that were sent."""
    order_item = await get_own_order_item(session, order_item_id, user)
    changes = data.model_dump()
    order_id = changes.get("order_id", order_item.order_id)
    if order_id != order_item.order_id:
        await check_order(session, order_id, user)
    for name, value in changes.items():
        setattr(order_item, name, value)
    await session.flush()
    return order_item


async def delete_order_item(
    session: AsyncSession, order_item_id: int, user: User
) -> None:
    """Remove an order item."""
    await session.delete(await get_own_order_item(session, order_item_id, user))
