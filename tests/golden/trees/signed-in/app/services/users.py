"""Accounts: made by their users, looked after by superusers."""

from pydantic import MISSING
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import audit
from app.core.auth import Auth
from app.core.errors import ConflictError, ForbiddenError, NotFoundError
from app.core.pagination import Page, filtered, ordered, paginate, searched
from app.core.security import Passwords
from app.models.password_reset import PasswordReset
from app.models.refresh_token import RefreshToken
from app.models.user import User
from app.schemas.user import MeUpdate, UserCreate, UserQuery, UserUpdate
from app.services.auth import confirm, end_sessions

COLUMNS = {
    "id": User.id,
    "email": User.email,
    "is_active": User.is_active,
    "is_superuser": User.is_superuser,
    "role": User.role,
    "created_at": User.created_at,
}
SEARCHED = (User.email,)


async def create_user(
    session: AsyncSession, passwords: Passwords, data: UserCreate
) -> User:
    """Store a new user, who has no privileges."""
    # Who asks is known; nobody keeps a connection while a hash is worked on.
    await session.commit()
    user = User(
        email=data.email,
        password_hash=await passwords.hash(data.password.get_secret_value()),
    )
    session.add(user)
    await session.flush()
    audit.record_on_commit(session, "user_created", user.id)
    return user


async def list_users(session: AsyncSession, query: UserQuery) -> Page[User]:
    """Return the users that the query asks for."""
    statement = searched(filtered(select(User), query, COLUMNS), query.search, SEARCHED)
    statement = ordered(statement, query.sort, COLUMNS, User.id)
    return await paginate(session, statement, query)


async def get_user(session: AsyncSession, user_id: int) -> User:
    """Return a user.

    Raises:
        NotFoundError: No row has the key.
    """
    user = await session.get(User, user_id)
    if user is None:
        raise NotFoundError(resource="user", key=user_id)
    return user


async def update_me(
    session: AsyncSession, auth: Auth, user: User, data: MeUpdate
) -> User:
    """Change what users say about themselves; a new address needs the password.

    Raises:
        ForbiddenError: The password is missing or wrong.
    """
    if data.email is not MISSING and data.email != user.email:
        if data.current_password is MISSING:
            raise ForbiddenError(error_code="wrong_credentials")
        password = data.current_password.get_secret_value()
        await confirm(session, auth, user.id, password)
        await session.execute(
            delete(PasswordReset).where(PasswordReset.user_id == user.id)
        )
        user.email = data.email
        audit.record_on_commit(session, "email_changed", user.id)
    await session.flush()
    return user


async def update_user(
    session: AsyncSession, actor: User, user_id: int, data: UserUpdate
) -> User:
    """Change what a user may do; one who may nothing any more is signed out at once.

    Raises:
        NotFoundError: No row has the key.
        ConflictError: It is the account of the superuser who asks.
    """
    user = await get_user(session, user_id)
    if user.id == actor.id:
        raise ConflictError(error_code="own_account")
    if data.role is not MISSING and data.role != user.role:
        user.role = data.role
        audit.record_on_commit(
            session, "role_changed", user.id, by=actor.id, role=data.role
        )
    if data.is_active is not MISSING and data.is_active != user.is_active:
        user.is_active = data.is_active
        user.token_version = User.token_version + 1
        await end_sessions(session, RefreshToken.user_id == user.id)
        audit.record_on_commit(
            session, "active_changed", user.id, by=actor.id, is_active=data.is_active
        )
    await session.flush()
    return user
