"""Is the process alive, and can it serve?"""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select

from app.api.dependencies import SessionDep
from app.core.errors import problems

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The answer of a healthy service."""

    status: Annotated[Literal["ok"], Field(examples=["ok"])] = "ok"


@router.get("/health", summary="Is the process alive?", responses=problems(500))
async def health() -> Health:
    """Answer without touching anything else."""
    return Health()


@router.get("/ready", summary="Can it serve?", responses=problems(500, 503))
async def ready(session: SessionDep) -> Health:
    """Answer once the database has answered."""
    await session.execute(select(1))
    return Health()
