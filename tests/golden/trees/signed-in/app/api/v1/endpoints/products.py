"""Endpoints of products."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status

from app.api.dependencies import SessionDep, require_role
from app.core.errors import problems
from app.core.numbers import MAX_INTEGER
from app.core.pagination import Page
from app.crud import product as crud
from app.models.product import Product
from app.schemas.product import (
    ProductCreate,
    ProductList,
    ProductQuery,
    ProductResponse,
    ProductUpdate,
)

router = APIRouter(prefix="/products", tags=["products"])

ProductId = Annotated[
    int, Path(ge=1, le=MAX_INTEGER, description="The key of the product.")
]


@router.get(
    "",
    response_model=ProductList,
    summary="List products",
    responses=problems(422),
)
async def list_products(
    session: SessionDep, query: Annotated[ProductQuery, Query()]
) -> Page[Product]:
    """List products, filtered, sorted and in pages."""
    return await crud.list_products(session, query)


@router.post(
    "",
    response_model=ProductResponse,
    status_code=status.HTTP_201_CREATED,
    summary="Create a product",
    responses=problems(400, 401, 403, 413, 422),
    dependencies=[Depends(require_role("staff"))],
)
async def create_product(
    session: SessionDep, data: ProductCreate, request: Request, response: Response
) -> Product:
    """Create a product; `Location` says where it is."""
    product = await crud.create_product(session, data)
    response.headers["Location"] = str(
        request.app.url_path_for("get_product", product_id=product.id)
    )
    return product


@router.get(
    "/{product_id}",
    response_model=ProductResponse,
    summary="Get a product",
    responses=problems(404, 422),
)
async def get_product(session: SessionDep, product_id: ProductId) -> Product:
    """Get one product."""
    return await crud.get_product(session, product_id)


@router.patch(
    "/{product_id}",
    response_model=ProductResponse,
    summary="Update a product",
    responses=problems(400, 401, 403, 404, 413, 422),
    dependencies=[Depends(require_role("staff"))],
)
async def update_product(
    session: SessionDep, product_id: ProductId, data: ProductUpdate
) -> Product:
    """Change some fields of a product; a field that is not sent stays as it is."""
    return await crud.update_product(session, product_id, data)


@router.delete(
    "/{product_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete a product",
    responses=problems(401, 403, 404, 409, 422),
    dependencies=[Depends(require_role("staff"))],
)
async def delete_product(session: SessionDep, product_id: ProductId) -> None:
    """Delete a product; one that is still referenced is kept."""
    await crud.delete_product(session, product_id)
