"""Signing in and out.

What must outlive a refusal (counted attempts, locks, revoked families) is decided and
committed in a transaction of its own; the refusal is raised after it.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, case, delete, literal, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import audit
from app.core.auth import Auth
from app.core.errors import ForbiddenError, UnauthorizedError
from app.core.security import Tokens, digest, new_token
from app.db.utc import UtcDateTime, utc_now
from app.models.refresh_token import RefreshToken
from app.models.user import User


async def sign_in(auth: Auth, email: str, password: str) -> Tokens:
    """Begin a session.

    Raises:
        UnauthorizedError: No such user, a wrong password or a locked account; which of
            them, neither the answer nor its time tells.
        ForbiddenError: The account is not active.
    """
    attempted = await attempt(auth, User.email == email, password)
    if attempted is None:
        raise UnauthorizedError(error_code="wrong_credentials")
    tokens = None
    async with auth.new_session.begin() as session:
        user = await _forgive(session, attempted)
        if user is not None and user.is_active:
            tokens = _issue(auth, session, user, uuid4())
    if user is None:
        raise UnauthorizedError(error_code="wrong_credentials")
    if tokens is None:
        raise ForbiddenError(error_code="inactive_user")
    audit.record("login", user.id)
    return tokens


async def attempt(auth: Auth, who: ColumnElement[bool], password: str) -> User | None:
    """Return the user whose password this is, None where it is wrong or nobody's.

    The attempt is counted before the password is compared, so that attempts at the same
    time do not get past the limit. A locked account is treated like an unknown one.
    """
    settings, now = auth.settings, utc_now()
    locked_until = now + timedelta(minutes=settings.lockout_minutes)
    # Who is let in with a lock has served it: counting starts again.
    count = case((User.locked_until.is_(None), User.failed_login_count + 1), else_=1)
    counted = (
        update(User)
        .where(who, or_(User.locked_until.is_(None), User.locked_until <= now))
        .values(
            failed_login_count=count,
            locked_until=case(
                (
                    count >= settings.max_failed_logins,
                    literal(locked_until, UtcDateTime()),
                ),
                else_=null(),
            ),
        )
        .returning(User)
    )
    async with auth.new_session.begin() as session:
        user = await session.scalar(counted)
    stored = user.password_hash if user else None
    if await auth.passwords.match(password, stored):
        return user
    audit.record("wrong_password", user.id if user else None)
    if user and user.locked_until:
        audit.record("account_locked", user.id, until=user.locked_until)
    return None


async def confirm(
    session: AsyncSession, auth: Auth, user_id: int, password: str
) -> None:
    """Let somebody who is signed in go on only with the password.

    The session's transaction ends before: requests that wait for a second connection
    with one in hand would wait for each other.

    Raises:
        ForbiddenError: It is wrong, which counts as a failed login.
    """
    await session.commit()
    user = await attempt(auth, User.id == user_id, password)
    if user is None:
        raise ForbiddenError(error_code="wrong_credentials")
    async with auth.new_session.begin() as own:
        forgiven = await _forgive(own, user)
    if forgiven is None:
        raise ForbiddenError(error_code="wrong_credentials")


async def _forgive(session: AsyncSession, user: User) -> User | None:
    """Forget failed attempts, and return the user as stored now.

    None if the password was changed since the attempt.
    """
    forgiven = (
        update(User)
        .where(User.id == user.id, User.password_hash == user.password_hash)
        .values(failed_login_count=0, locked_until=None)
        .returning(User)
    )
    expired = RefreshToken.expires_at <= utc_now()
    await session.execute(
        delete(RefreshToken).where(RefreshToken.user_id == user.id, expired)
    )
    return await session.scalar(forgiven)


def _issue(auth: Auth, session: AsyncSession, user: User, family: UUID) -> Tokens:
    token = new_token()
    lifetime = timedelta(days=auth.settings.refresh_token_expire_days)
    row = RefreshToken(
        user_id=user.id,
        token_hash=digest(token),
        family=family,
        expires_at=utc_now() + lifetime,
    )
    session.add(row)
    return Tokens(
        access_token=auth.tokens.issue(user.id, user.token_version),
        refresh_token=token,
        expires_in=int(auth.tokens.lifetime.total_seconds()),
    )


async def refresh(auth: Auth, token: str) -> Tokens:
    """Exchange a refresh token for the next pair; used twice, it ends its session.

    Raises:
        UnauthorizedError: The token is unknown, used, revoked or expired.
        ForbiddenError: The account is not active.
    """
    now = utc_now()
    spent = (
        update(RefreshToken)
        .where(
            RefreshToken.token_hash == digest(token),
            RefreshToken.used_at.is_(None),
            RefreshToken.revoked_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(RefreshToken)
    )
    tokens = None
    async with auth.new_session.begin() as session:
        user = await _lock_owner(session, token)
        row = await session.scalar(spent)
        if user is None or row is None:
            await _end_if_used(session, token)
        elif user.is_active:
            tokens = _issue(auth, session, user, row.family)
    if row is None:
        raise UnauthorizedError(error_code="invalid_session")
    if tokens is None:
        raise ForbiddenError(error_code="inactive_user")
    return tokens


async def _lock_owner(session: AsyncSession, token: str) -> User | None:
    """Return whose refresh token it is, and let nobody else change the user meanwhile.

    Sessions of one user then begin and end one after another: a token that is issued
    while they are ended would outlive them.
    """
    return await session.scalar(
        select(User)
        .join(RefreshToken, RefreshToken.user_id == User.id)
        .where(RefreshToken.token_hash == digest(token))
        .with_for_update(of=User)
    )


async def _end_if_used(session: AsyncSession, token: str) -> None:
    """End the session of a token that was used before: one of its users is a thief."""
    used = select(RefreshToken).where(
        RefreshToken.token_hash == digest(token), RefreshToken.used_at.is_not(None)
    )
    row = await session.scalar(used)
    if row is not None:
        await _end_session(session, row)
        audit.record_on_commit(session, "refresh_token_reused", row.user_id)


async def sign_out(auth: Auth, token: str) -> None:
    """End the session of a refresh token; an unknown one is none."""
    found = select(RefreshToken).where(RefreshToken.token_hash == digest(token))
    async with auth.new_session.begin() as session:
        await _lock_owner(session, token)
        row = await session.scalar(found)
        if row is not None:
            await _end_session(session, row)
            audit.record_on_commit(session, "logout", row.user_id)


async def _end_session(session: AsyncSession, token: RefreshToken) -> None:
    """End the session of a refresh token, and with it the user's access tokens.

    Access tokens do not say which session they are of: other sessions have to refresh
    theirs, which they know how to do, and no request has to look sessions up.
    """
    if token.revoked_at is None:
        await end_sessions(session, RefreshToken.family == token.family)
        await session.execute(
            update(User)
            .where(User.id == token.user_id)
            .values(token_version=User.token_version + 1)
        )


async def end_sessions(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """Revoke refresh tokens."""
    await session.execute(
        update(RefreshToken)
        .where(which, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=utc_now())
    )
