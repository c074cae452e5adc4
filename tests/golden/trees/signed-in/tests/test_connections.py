"""Connections: no request takes two, or keeps one while a password is hashed.

Requests that wait for a second connection with one in hand wait for each other.
"""

from collections.abc import Callable, Iterator

import pytest
from pwdlib import PasswordHash
from sqlalchemy import event

from tests.accounts import CORRECT, auth_of, client_of, stored_user
from tests.serving import AsyncClient
from tests.sessions import ME_PATH, login, logout, refresh

pytestmark = pytest.mark.anyio

CHANGE_PATH = "/api/v1/auth/password"
NEW = "Another-horse-9"
PROFILE: dict[str, object] = {}
USER = {"email": "new@example.com", "password": CORRECT, **PROFILE}


class Connections:
    """Counts the connections of the application.

    Attributes:
        held: Those that are in use.
        most: How many were in use at the same time.
    """

    def __init__(self) -> None:
        """Start with none."""
        self.held = self.most = 0

    def take(self, _connection: object, _record: object, _proxy: object) -> None:
        """Count one that is taken from the pool."""
        self.held += 1
        self.most = max(self.most, self.held)

    def give_back(self, _connection: object, _record: object) -> None:
        """Count one that is back in the pool."""
        self.held -= 1


@pytest.fixture
def connections(anonymous: AsyncClient) -> Iterator[Connections]:
    """Return what counts the connections of the application."""
    pool = auth_of(anonymous).new_session.kw["bind"].pool
    counted = Connections()
    event.listen(pool, "checkout", counted.take)
    event.listen(pool, "checkin", counted.give_back)
    yield counted
    event.remove(pool, "checkout", counted.take)
    event.remove(pool, "checkin", counted.give_back)


@pytest.fixture
def hashing(connections: Connections, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many connections were in use, each time a password was hashed."""
    held: list[int] = []

    def noting(work: Callable[..., object]) -> Callable[..., object]:
        def noted(*arguments: object) -> object:
            held.append(connections.held)
            return work(*arguments)

        return noted

    for name in ("hash", "verify"):
        work = getattr(PasswordHash, name)
        monkeypatch.setattr(PasswordHash, name, noting(work))
    return held


async def test_sessions_take_one_connection_at_a_time(
    anonymous: AsyncClient, connections: Connections, hashing: list[int]
) -> None:
    user = await stored_user(anonymous)

    session = await login(anonymous, user.email)
    renewed = await refresh(anonymous, session)
    ended = await logout(anonymous, renewed)

    assert ended.status_code == 204
    assert connections.most == 1
    assert hashing == [0]


async def test_changes_of_accounts_take_one_connection_at_a_time(
    anonymous: AsyncClient, connections: Connections, hashing: list[int]
) -> None:
    member = client_of(anonymous, await stored_user(anonymous))
    email = {"email": "moved@example.com", "current_password": CORRECT}
    password = {"current_password": CORRECT, "new_password": NEW}

    moved = await member.patch(ME_PATH, json=email)
    changed = await member.post(CHANGE_PATH, json=password)

    assert (moved.status_code, changed.status_code) == (200, 204)
    assert connections.most == 1
    assert hashing == [0, 0, 0]


async def test_new_user_takes_one_connection_at_a_time(
    anonymous: AsyncClient, connections: Connections, hashing: list[int]
) -> None:
    response = await anonymous.post("/api/v1/auth/register", json=USER)

    assert response.status_code == 201
    assert connections.most == 1
    assert hashing == [0]
