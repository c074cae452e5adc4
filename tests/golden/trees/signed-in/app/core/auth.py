"""Authentication, put together once per application."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.config import Settings
from app.core.mailer import Mailer, create_mailer
from app.core.security import AccessTokens, Passwords, signing_key


@dataclass(frozen=True)
class Auth:
    """What the services of authentication work with; `app.state.auth` holds it.

    Attributes:
        new_session: Opens transactions that outlive a refusal.
        passwords: Hashes and compares.
        tokens: Issues and reads access tokens.
        mailer: Takes mail to users.
        settings: How long, how often.
    """

    new_session: async_sessionmaker[AsyncSession]
    passwords: Passwords
    tokens: AccessTokens
    mailer: Mailer
    settings: Settings


def create_auth(
    settings: Settings, new_session: async_sessionmaker[AsyncSession]
) -> Auth:
    """Put authentication together."""
    lifetime = timedelta(minutes=settings.access_token_expire_minutes)
    return Auth(
        new_session=new_session,
        passwords=Passwords(settings),
        tokens=AccessTokens(signing_key(settings), lifetime),
        mailer=create_mailer(settings),
        settings=settings,
    )
