"""Passwords and tokens: how they are made and how they are checked."""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import jwt
from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.config import Settings
from app.core.errors import UnauthorizedError
from app.db.utc import utc_now

ALGORITHM = "HS256"
CLAIMS = ["sub", "ver", "iat", "exp"]
KEY_FILE = Path(".secret_key")


class Passwords:
    """Hashes passwords with Argon2id, off the event loop.

    Each hash takes a processor and much memory for a while: only so many are worked on
    at the same time, and the others wait.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the cost of a hash, and how many at a time, from the settings."""
        memory, rounds = settings.password_hash_kib, settings.password_hash_rounds
        hasher = Argon2Hasher(time_cost=rounds, memory_cost=memory, parallelism=1)
        self._hasher = PasswordHash((hasher,))
        self._slots = CapacityLimiter(settings.password_hash_parallel)
        # Nobody's password: to refuse it takes as long as to refuse a wrong one.
        self._nobody = f"$argon2id$v=19$m={memory},t={rounds},p=1${'A' * 22}${'A' * 43}"

    async def hash(self, password: str) -> str:
        """Return the hash to store."""
        work = self._hasher.hash
        return await to_thread.run_sync(work, password, limiter=self._slots)

    async def match(self, password: str, stored: str | None) -> bool:
        """Tell whether a password has the stored hash; None takes as long."""
        expected = stored or self._nobody
        work = self._hasher.verify
        return await to_thread.run_sync(work, password, expected, limiter=self._slots)


@dataclass(frozen=True)
class Tokens:
    """What somebody who signed in gets.

    Attributes:
        access_token: Comes with every request.
        refresh_token: Buys the next pair, once.
        expires_in: How long the access token is valid, in seconds.
    """

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True)
class Claims:
    """Whom an access token is for.

    Attributes:
        user_id: The key of the user.
        version: The user's `token_version` when the token was issued.
    """

    user_id: int
    version: int


class AccessTokens:
    """Issues and reads the short-lived tokens that come with every request."""

    def __init__(self, key: str, lifetime: timedelta) -> None:
        """Sign with `key`; what is issued expires after `lifetime`."""
        self._key = key
        self.lifetime = lifetime

    def issue(self, user_id: int, version: int) -> str:
        """Return a signed token."""
        now = utc_now()
        claims = {
            "sub": str(user_id),
            "ver": version,
            "iat": now,
            "exp": now + self.lifetime,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str) -> Claims:
        """Return what a token says.

        Raises:
            UnauthorizedError: It is not one of ours, or has expired.
        """
        try:
            claims = jwt.decode(
                token, self._key, algorithms=[ALGORITHM], options={"require": CLAIMS}
            )
            return Claims(int(claims["sub"]), int(claims["ver"]))
        except (jwt.InvalidTokenError, ValueError) as error:
            raise UnauthorizedError(error_code="invalid_session") from error


def new_token() -> str:
    """Return a random token that nobody can guess."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a random token: enough to find it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def signing_key(settings: Settings) -> str:
    """Return the key that signs tokens; development makes one at its first start."""
    if key := settings.secret_key.get_secret_value():
        return key
    if not KEY_FILE.exists():
        draft = KEY_FILE.with_name(f"{KEY_FILE.name}.{new_token()}")
        draft.touch(mode=0o600)
        draft.write_text(new_token(), encoding="utf-8")
        # Whole or not at all, and the same for workers that start at the same time.
        with suppress(FileExistsError):
            KEY_FILE.hardlink_to(draft)
        draft.unlink()
    return KEY_FILE.read_text(encoding="utf-8")
