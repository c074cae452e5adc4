"""Endpoints of order items."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status

from app.api.dependencies import CurrentUser, SessionDep
from app.core.errors import problems
from app.core.numbers import MAX_INTEGER
from app.core.pagination import Page
from app.crud import order_item as crud
from app.models.order_item import OrderItem
from app.schemas.order_item import (
    OrderItemCreate,
    OrderItemList,
    OrderItemQuery,
    OrderItemResponse,
    OrderItemUpdate,
)

router = APIRouter(
    prefix="/order-items", tags=["order items"], responses=problems(401, 403)
)

OrderItemId = Annotated[
    int, Path(ge=1, le=MAX_INTEGER, description="The key of the order item.")
]


@router.get(
    "",
    response_model=OrderItemList,
    summary="List order items",
    responses=problems(422),
)
async def list_order_items(
    session: SessionDep, user: CurrentUser, query: Annotated[OrderItemQuery, Query()]
) -> Page[OrderItem]:
    """List your own order items, filtered, sorted and in pages."""
    return await crud.list_order_items(session, query, user)


@router.post(
    "",
    response_model=OrderItemResponse,
    status_code=status.HTTP_201_CREATED,
    summary="Create an order item",
    responses=problems(400, 409, 413, 422),
)
async def create_order_item(
    session: SessionDep,
    user: CurrentUser,
    data: OrderItemCreate,
    request: Request,
    response: Response,
) -> OrderItem:
    """Create an order item; `Location` says where it is."""
    order_item = await crud.create_order_item(session, data, user)
    response.headers["Location"] = str(
        request.app.url_path_for("get_order_item", order_item_id=order_item.id)
    )
    return order_item


@router.get(
    "/{order_item_id}",
    response_model=OrderItemResponse,
    summary="Get an order item",
    responses=problems(404, 422),
)
async def get_order_item(
    session: SessionDep, user: CurrentUser, order_item_id: OrderItemId
) -> OrderItem:
    """Get one order item."""
    return await crud.get_own_order_item(session, order_item_id, user)


@router.put(
    "/{order_item_id}",
    response_model=OrderItemResponse,
    summary="Replace an order item",
    responses=problems(400, 404, 409, 413, 422),
)
async def replace_order_item(
    session: SessionDep,
    user: CurrentUser,
    order_item_id: OrderItemId,
    data: OrderItemCreate,
) -> OrderItem:
    """Replace an order item; a field that is not sent gets its default."""
    return await crud.replace_order_item(session, order_item_id, data, user)


@router.patch(
    "/{order_item_id}",
    response_model=OrderItemResponse,
    summary="Update an order item",
    responses=problems(400, 404, 409, 413, 422),
)
async def update_order_item(
    session: SessionDep,
    user: CurrentUser,
    order_item_id: OrderItemId,
    data: OrderItemUpdate,
) -> OrderItem:
    """Change some fields of an order item; a field that is not sent stays as it is."""
    return await crud.update_order_item(session, order_item_id, data, user)


@router.delete(
    "/{order_item_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete an order item",
    responses=problems(404, 422),
)
async def delete_order_item(
    session: SessionDep, user: CurrentUser, order_item_id: OrderItemId
) -> None:
    """Delete one order item."""
    await crud.delete_order_item(session, order_item_id, user)
