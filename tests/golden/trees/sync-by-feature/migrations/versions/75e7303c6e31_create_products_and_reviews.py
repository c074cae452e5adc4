"""Create products and reviews."""

import sqlalchemy as sa
from alembic import op

from app.db.decimals import ExactDecimal
from app.db.utc import UtcDateTime

revision = "75e7303c6e31"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("price", ExactDecimal(10, 2), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("stock", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "length(name) >= 1", name=op.f("ck_products_name_min_length")
        ),
        sa.CheckConstraint("length(sku) >= 1", name=op.f("ck_products_sku_min_length")),
        sa.CheckConstraint("price > 0", name=op.f("ck_products_price_above")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_products_stock_minimum")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("sku", name=op.f("uq_products_sku")),
    )
    op.create_index("ix_products_name", "products", ["name"])
    op.create_index("ix_products_price", "products", ["price"])
    op.create_index("ix_products_stock", "products", ["stock"])
    op.create_index("ix_products_created_at", "products", ["created_at"])
    op.create_index("ix_products_updated_at", "products", ["updated_at"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("rating >= 1", name=op.f("ck_reviews_rating_minimum")),
        sa.CheckConstraint("rating <= 5", name=op.f("ck_reviews_rating_maximum")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_reviews_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_rating", "reviews", ["rating"])
    op.create_index("ix_reviews_product_id", "reviews", ["product_id"])
    op.create_index("ix_reviews_created_at", "reviews", ["created_at"])
    op.create_index("ix_reviews_updated_at", "reviews", ["updated_at"])


def downgrade() -> None:
    """Bring the schema back; what was dropped comes back empty."""
    op.drop_table("reviews")
    op.drop_table("products")
