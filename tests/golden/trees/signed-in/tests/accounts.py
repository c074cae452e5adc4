"""Users made behind the API, and clients that are signed in as them."""

from functools import cache
from itertools import count

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.core.auth import Auth
from app.models.user import User
from tests.serving import AsyncClient, same_app

CORRECT = "Correct-horse-7"
WRONG = "Wrong-horse-8"

_numbers = count(1)


@cache
def correct_hash() -> str:
    """Return a cheap hash of the correct password."""
    cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHash((cheap,)).hash(CORRECT)


def auth_of(client: AsyncClient) -> Auth:
    """Return what the application's authentication works with."""
    auth: Auth = client.app.state.auth
    return auth


async def stored_user(client: AsyncClient, **changes: object) -> User:
    """Store an ordinary user with the correct password; changes replace attributes."""
    number = next(_numbers)
    values = {
        "email": f"somebody{number}@example.com",
        "password_hash": correct_hash(),
        **changes,
    }
    user = User(**values)
    async with auth_of(client).new_session.begin() as session:
        session.add(user)
    return user


async def stored_again(client: AsyncClient, user: User) -> User:
    """Return what is stored of a user now."""
    async with auth_of(client).new_session() as session:
        return await session.get_one(User, user.id)


def client_of(client: AsyncClient, user: User) -> AsyncClient:
    """Return a client of the same application that is signed in as a user."""
    token = auth_of(client).tokens.issue(user.id, user.token_version or 0)
    return same_app(client, {"Authorization": f"Bearer {token}"})


async def signed_in(
    client: AsyncClient, *, superuser: bool = False, role: str | None = None
) -> AsyncClient:
    """Return a client of the same application that is signed in as a new user."""
    changes: dict[str, object] = {"is_superuser": superuser}
    if role is not None:
        changes["role"] = role
    return client_of(client, await stored_user(client, **changes))
