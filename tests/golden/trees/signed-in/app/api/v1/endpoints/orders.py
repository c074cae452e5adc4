"""Endpoints of orders."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status

from app.api.dependencies import CurrentUser, SessionDep, current_user, require_role
from app.core.errors import problems
from app.core.numbers import MAX_INTEGER
from app.core.pagination import Page
from app.crud import order as crud
from app.models.order import Order
from app.schemas.order import (
    OrderCreate,
    OrderList,
    OrderQuery,
    OrderResponse,
    OrderUpdate,
)

router = APIRouter(
    prefix="/orders",
    tags=["orders"],
    dependencies=[Depends(current_user)],
    responses=problems(401, 403),
)

OrderId = Annotated[
    int, Path(ge=1, le=MAX_INTEGER, description="The key of the order.")
]


@router.get(
    "",
    response_model=OrderList,
    summary="List orders",
    responses=problems(422),
)
async def list_orders(
    session: SessionDep, user: CurrentUser, query: Annotated[OrderQuery, Query()]
) -> Page[Order]:
    """List your own orders, filtered, sorted and in pages."""
    return await crud.list_orders(session, query, user)


@router.post(
    "",
    response_model=OrderResponse,
    status_code=status.HTTP_201_CREATED,
    summary="Create an order",
    responses=problems(400, 413, 422),
)
async def create_order(
    session: SessionDep,
    user: CurrentUser,
    data: OrderCreate,
    request: Request,
    response: Response,
) -> Order:
    """Create an order; `Location` says where it is."""
    order = await crud.create_order(session, data, user)
    response.headers["Location"] = str(
        request.app.url_path_for("get_order", order_id=order.id)
    )
    return order


@router.get(
    "/{order_id}",
    response_model=OrderResponse,
    summary="Get an order",
    responses=problems(404, 422),
)
async def get_order(session: SessionDep, user: CurrentUser, order_id: OrderId) -> Order:
    """Get one order."""
    return await crud.get_own_order(session, order_id, user, "staff")


@router.patch(
    "/{order_id}",
    response_model=OrderResponse,
    summary="Update an order",
    responses=problems(400, 404, 413, 422),
)
async def update_order(
    session: SessionDep, user: CurrentUser, order_id: OrderId, data: OrderUpdate
) -> Order:
    """Change some fields of an order; a field that is not sent stays as it is."""
    return await crud.update_order(session, order_id, data, user)


@router.delete(
    "/{order_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete an order",
    responses=problems(404, 422),
    dependencies=[Depends(require_role("staff"))],
)
async def delete_order(session: SessionDep, order_id: OrderId) -> None:
    """Delete one order."""
    await crud.delete_order(session, order_id)
