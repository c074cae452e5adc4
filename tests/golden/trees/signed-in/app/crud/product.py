"""Data access for products."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFoundError
from app.core.pagination import Page, filtered, ordered, paginate, searched
from app.models.product import Product
from app.schemas.product import ProductCreate, ProductQuery, ProductUpdate

COLUMNS = {
    "name": Product.name,
    "price": Product.price,
    "created_at": Product.created_at,
    "updated_at": Product.updated_at,
    "id": Product.id,
}
SEARCHED = (Product.name,)


async def list_products(session: AsyncSession, query: ProductQuery) -> Page[Product]:
    """Return the products that the query asks for."""
    statement = filtered(select(Product), query, COLUMNS)
    statement = searched(statement, query.search, SEARCHED)
    statement = ordered(statement, query.sort, COLUMNS, Product.id)
    return await paginate(session, statement, query)


async def get_product(session: AsyncSession, product_id: int) -> Product:
    """Return a product.

    Raises:
        NotFoundError: No row has the key.
    """
    product = await session.get(Product, product_id)
    if product is None:
        raise NotFoundError(resource="product", key=product_id)
    return product


async def create_product(session: AsyncSession, data: ProductCreate) -> Product:
    """Store a new product."""
    product = Product(
        name=data.name,
        price=data.price,
    )
    session.add(product)
    await session.flush()
    return product


async def update_product(
    session: AsyncSession, product_id: int, data: ProductUpdate
) -> Product:
    """Change the fields of a product that were sent."""
    product = await get_product(session, product_id)
    for name, value in data.model_dump().items():
        setattr(product, name, value)
    await session.flush()
    return product


async def delete_product(session: AsyncSession, product_id: int) -> None:
    """Remove a product."""
    await session.delete(await get_product(session, product_id))
