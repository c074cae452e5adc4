"""Data access for products."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.pagination import Page, filtered, ordered, paginate, searched
from app.features.products.models import Product
from app.features.products.schemas import ProductCreate, ProductQuery, ProductUpdate

COLUMNS = {
    "name": Product.name,
    "sku": Product.sku,
    "price": Product.price,
    "stock": Product.stock,
    "created_at": Product.created_at,
    "updated_at": Product.updated_at,
    "id": Product.id,
}
SEARCHED = (
    Product.name,
    Product.sku,
    Product.description,
)


def list_products(session: Session, query: ProductQuery) -> Page[Product]:
    """Return the products that the query asks for."""
    statement = filtered(select(Product), query, COLUMNS)
    statement = searched(statement, query.search, SEARCHED)
    statement = ordered(statement, query.sort, COLUMNS, Product.id)
    return paginate(session, statement, query)


def get_product(session: Session, product_id: int) -> Product:
    """Return a product.

    Raises:
        NotFoundError: No row has the key.
    """
    product = session.get(Product, product_id)
    if product is None:
        raise NotFoundError(resource="product", key=product_id)
    return product


def create_product(session: Session, data: ProductCreate) -> Product:
    """Store a new product."""
    product = Product(
        name=data.name,
        sku=data.sku,
        price=data.price,
        description=data.description,
        stock=data.stock,
    )
    session.add(product)
    session.flush()
    return product


def replace_product(session: Session, product_id: int, data: ProductCreate) -> Product:
    """Give every field of a product the value sent, or its default."""
    product = get_product(session, product_id)
    product.name = data.name
    product.sku = data.sku
    product.price = data.price
    product.description = data.description
    product.stock = data.stock
    session.flush()
    return product


def update_product(session: Session, product_id: int, data: ProductUpdate) -> Product:
    """Change the fields of a product that were sent."""
    product = get_product(session, product_id)
    for name, value in data.model_dump().items():
        setattr(product, name, value)
    session.flush()
    return product


def delete_product(session: Session, product_id: int) -> None:
    """Remove a product."""
    session.delete(get_product(session, product_id))
