"""Lists: filtered, searched, sorted and cut into pages, all from allow-lists."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.numbers import MAX_INTEGER
from app.db.base import Base

ModelT = TypeVar("ModelT", bound=Base)
# What a parameter is that was not sent; a query has no way to say null.
Absent = SkipJsonSchema[None]
Columns = Mapping[str, InstrumentedAttribute[Any]]

OPERATORS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "in": lambda column, values: column.in_(values),
    "contains": lambda column, part: column.icontains(part, autoescape=True),
}


class ListQuery(BaseModel):
    """What every list can be asked for; unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    skip: Annotated[int, Field(ge=0, le=MAX_INTEGER)] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


SHARED_PARAMETERS = {*ListQuery.model_fields, "sort", "search"}


def sort_pattern(*names: str) -> str:
    """Return the pattern of `sort`: names from an allow-list, a minus before each."""
    name = f"-?({'|'.join(names)})"
    return f"^{name}(,{name}){{0,9}}$"


@dataclass(frozen=True)
class Page(Generic[ModelT]):
    """A part of a list, and where it lies in the whole.

    Attributes:
        items: The rows of this page.
        total: How many rows there are over all pages.
        skip: How many rows come before this page.
        limit: How many rows a page holds at most.
        has_more: Whether rows follow.
    """

    items: Sequence[ModelT]
    total: int
    skip: int
    limit: int
    has_more: bool


def filtered(
    statement: Select[ModelT], query: ListQuery, columns: Columns
) -> Select[ModelT]:
    """Keep the rows that meet every filter given (`price`, `price__ge` …)."""
    for attribute, info in type(query).model_fields.items():
        value = getattr(query, attribute)
        name, _, operation = (info.alias or attribute).partition("__")
        if attribute not in SHARED_PARAMETERS and value is not None:
            condition = OPERATORS[operation or "eq"](columns[name], value)
            statement = statement.where(condition)
    return statement


def searched(
    statement: Select[ModelT],
    term: str | None,
    columns: Sequence[InstrumentedAttribute[Any]],
) -> Select[ModelT]:
    """Keep the rows where one of the columns contains the term, in either case."""
    if term is None:
        return statement
    return statement.where(
        or_(*(column.icontains(term, autoescape=True) for column in columns))
    )


def ordered(
    statement: Select[ModelT],
    sort: str | None,
    columns: Columns,
    key: InstrumentedAttribute[Any],
) -> Select[ModelT]:
    """Sort by `name,-price`; the key settles ties, so that pages do not overlap."""
    for name in sort.split(",") if sort else ():
        column = columns[name.removeprefix("-")]
        statement = statement.order_by(
            column.desc() if name.startswith("-") else column.asc()
        )
    return statement.order_by(key)


async def paginate(
    session: AsyncSession, statement: Select[ModelT], query: ListQuery
) -> Page[ModelT]:
    """Count all rows and fetch those of the page."""
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    total = await session.scalar(counted) or 0
    rows = await session.scalars(statement.offset(query.skip).limit(query.limit))
    items = rows.all()
    return Page(
        items=items,
        total=total,
        skip=query.skip,
        limit=query.limit,
        has_more=query.skip + len(items) < total,
    )
