"""Passwords changed by those who know them, and set anew by those who forgot them."""

from datetime import timedelta
from email.message import EmailMessage

from anyio import to_thread
from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import audit
from app.core.auth import Auth
from app.core.errors import ForbiddenError
from app.core.security import digest, new_token
from app.db.utc import utc_now
from app.models.password_reset import PasswordReset
from app.models.refresh_token import RefreshToken
from app.models.user import User
from app.services.auth import confirm, end_sessions

RESET_TEXT = """\
Somebody, probably you, asked for a new password. Set it here:

{url}#token={token}

The link works once, for {minutes} minutes. If it was not you, do nothing.
"""


async def change_password(
    session: AsyncSession, auth: Auth, user_id: int, current: str, new: str
) -> None:
    """Change a password; every session of the user ends.

    Raises:
        ForbiddenError: The current one is wrong, which counts as a failed login.
    """
    await confirm(session, auth, user_id, current)
    hashed = await auth.passwords.hash(new)
    await _set_password(session, user_id, hashed)
    audit.record_on_commit(session, "password_changed", user_id)


async def _set_password(session: AsyncSession, user_id: int, hashed: str) -> None:
    """Store a hash, unlock the account, and end what the old password began."""
    await session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            password_hash=hashed,
            token_version=User.token_version + 1,
            failed_login_count=0,
            locked_until=None,
        )
    )
    await end_sessions(session, RefreshToken.user_id == user_id)
    await session.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))


async def request_reset(auth: Auth, email: str) -> None:
    """Send an active user a token to set a new password; it replaces earlier ones."""
    token = new_token()
    minutes = auth.settings.recovery_expire_minutes
    async with auth.new_session.begin() as session:
        user = await session.scalar(
            select(User).where(User.email == email, User.is_active)
        )
        if user is None:
            return
        await session.execute(
            delete(PasswordReset).where(PasswordReset.user_id == user.id)
        )
        row = PasswordReset(
            user_id=user.id,
            token_hash=digest(token),
            expires_at=utc_now() + timedelta(minutes=minutes),
        )
        session.add(row)
    message = EmailMessage()
    message["To"] = user.email
    message["Subject"] = "A new password"
    message.set_content(
        RESET_TEXT.format(url=auth.settings.recovery_url, token=token, minutes=minutes)
    )
    await to_thread.run_sync(auth.mailer.send, message)
    audit.record("password_reset_requested", user.id)


async def reset_password(auth: Auth, token: str, new: str) -> None:
    """Set a password by a token that was sent; every session of the user ends.

    Raises:
        ForbiddenError: The token is unknown, used or expired.
    """
    valid = and_(
        PasswordReset.token_hash == digest(token), PasswordReset.expires_at > utc_now()
    )
    async with auth.new_session() as session:
        known = await session.scalar(select(PasswordReset.id).where(valid))
    if known is None:
        raise ForbiddenError(error_code="invalid_link")
    hashed = await auth.passwords.hash(new)
    spent = delete(PasswordReset).where(valid).returning(PasswordReset.user_id)
    async with auth.new_session.begin() as session:
        user_id = await session.scalar(spent)
        if user_id is not None:
            await _set_password(session, user_id, hashed)
    if user_id is None:
        raise ForbiddenError(error_code="invalid_link")
    audit.record("password_reset", user_id)
