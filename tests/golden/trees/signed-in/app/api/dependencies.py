"""Dependencies shared by the endpoints."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.auth import Auth
from app.core.errors import ForbiddenError, UnauthorizedError
from app.db.session import get_session
from app.models.user import User

SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
BearerToken = Annotated[
    str | None,
    Depends(
        OAuth2PasswordBearer(
            tokenUrl="/api/v1/auth/login",
            refreshUrl="/api/v1/auth/refresh",
            scheme_name="token",
            description="An access token, from signing in.",
            auto_error=False,
        )
    ),
]


def get_auth(request: Request) -> Auth:
    """Return what authentication works with."""
    auth: Auth = request.app.state.auth
    return auth


AuthDep = Annotated[Auth, Depends(get_auth)]


async def current_user(session: SessionDep, auth: AuthDep, token: BearerToken) -> User:
    """Return the user whose access token came with the request.

    Raises:
        UnauthorizedError: There is no token, or it is not valid any more.
        ForbiddenError: The user is not active.
    """
    if token is None:
        raise UnauthorizedError
    claims = auth.tokens.read(token)
    user = await session.get(User, claims.user_id)
    if user is None or user.token_version != claims.version:
        raise UnauthorizedError(error_code="invalid_session")
    return active(user)


CurrentUser = Annotated[User, Depends(current_user)]


def active(user: User) -> User:
    """Return the user.

    Raises:
        ForbiddenError: The user is not active.
    """
    if not user.is_active:
        raise ForbiddenError(error_code="inactive_user")
    return user


async def current_superuser(user: CurrentUser) -> User:
    """Return the user, who may do everything.

    Raises:
        ForbiddenError: The user is not a superuser.
    """
    if not user.is_superuser:
        raise ForbiddenError
    return user


Superuser = Annotated[User, Depends(current_superuser)]


def require_role(*roles: str) -> Callable[[User], Awaitable[User]]:
    """Return a dependency that lets in superusers and users with one of the roles."""

    async def check(user: CurrentUser) -> User:
        if not user.is_superuser and user.role not in roles:
            raise ForbiddenError
        return user

    return check
