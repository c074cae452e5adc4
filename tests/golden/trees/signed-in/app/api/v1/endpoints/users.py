"""Endpoints of users: oneself, and all of them for superusers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from app.api.dependencies import (
    AuthDep,
    CurrentUser,
    SessionDep,
    Superuser,
    current_superuser,
)
from app.core.errors import problems
from app.core.numbers import MAX_INTEGER
from app.core.pagination import Page
from app.core.rate_limit import limited
from app.models.user import User
from app.schemas.user import MeUpdate, UserList, UserQuery, UserResponse, UserUpdate
from app.services import users as service

router = APIRouter(prefix="/users", tags=["users"])

UserId = Annotated[int, Path(ge=1, le=MAX_INTEGER, description="The key of the user.")]


@router.get(
    "/me",
    response_model=UserResponse,
    summary="Get oneself",
    responses=problems(401, 403),
)
async def get_me(user: CurrentUser) -> User:
    """Get the user who is signed in."""
    return user


@router.patch(
    "/me",
    response_model=UserResponse,
    summary="Update oneself",
    dependencies=[Depends(limited("account"))],
    responses=problems(400, 401, 403, 409, 413, 422, 429),
)
async def update_me(
    session: SessionDep, auth: AuthDep, user: CurrentUser, data: MeUpdate
) -> User:
    """Change some fields of oneself; a new address needs the current password."""
    return await service.update_me(session, auth, user, data)


@router.get(
    "",
    response_model=UserList,
    summary="List users",
    dependencies=[Depends(current_superuser)],
    responses=problems(401, 403, 422),
)
async def list_users(
    session: SessionDep, query: Annotated[UserQuery, Query()]
) -> Page[User]:
    """List users, filtered, sorted and in pages; for superusers."""
    return await service.list_users(session, query)


@router.get(
    "/{user_id}",
    response_model=UserResponse,
    summary="Get a user",
    dependencies=[Depends(current_superuser)],
    responses=problems(401, 403, 404, 422),
)
async def get_user(session: SessionDep, user_id: UserId) -> User:
    """Get one user; for superusers."""
    return await service.get_user(session, user_id)


@router.patch(
    "/{user_id}",
    response_model=UserResponse,
    summary="Update a user",
    responses=problems(400, 401, 403, 404, 409, 413, 422),
)
async def update_user(
    session: SessionDep, actor: Superuser, user_id: UserId, data: UserUpdate
) -> User:
    """Change what a user may do; for superusers, and not for their own account."""
    return await service.update_user(session, actor, user_id, data)
