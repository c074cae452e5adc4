"""Signing in and out, and what must not work."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

import jwt
import pytest
from httpx2 import Response
from sqlalchemy import select, update

from app.config import Settings
from app.core.security import Passwords, digest
from app.db.utc import utc_now
from app.main import create_app
from app.models.refresh_token import RefreshToken
from app.models.user import User
from tests.accounts import (
    CORRECT,
    WRONG,
    auth_of,
    client_of,
    stored_again,
    stored_user,
)
from tests.problems import assert_problem, refused_fields
from tests.serving import AsyncClient, same_app, serving
from tests.sessions import LOGIN_PATH, ME_PATH, bearer, login, logout, me, refresh

pytestmark = pytest.mark.anyio

KEY = "a key of the tests, long enough for HS256"


async def change_tokens(client: AsyncClient, **values: object) -> None:
    """Change all stored refresh tokens."""
    async with auth_of(client).new_session.begin() as session:
        await session.execute(update(RefreshToken).values(**values))


async def change_user(client: AsyncClient, user: User, **values: object) -> None:
    """Change what is stored of a user."""
    async with auth_of(client).new_session.begin() as session:
        await session.execute(update(User).where(User.id == user.id).values(**values))


async def tokens_of(client: AsyncClient) -> list[RefreshToken]:
    """Return all stored refresh tokens, the oldest first."""
    async with auth_of(client).new_session() as session:
        rows = await session.scalars(select(RefreshToken).order_by(RefreshToken.id))
        return list(rows)


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the events in the audit log."""
    return [it.message for it in caplog.records if it.name == "app.core.audit"]


# Signing in


async def test_login_begins_a_session(
    anonymous: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(anonymous)

    with caplog.at_level(logging.INFO, logger="app"):
        session = await login(anonymous, user.email)

    assert session.status_code == 200
    assert session.json()["expires_in"] == 30 * 60
    assert {"token_type": "bearer"}.items() <= session.json().items()
    answer = await me(anonymous, session)
    assert answer.status_code == 200
    assert answer.json()["id"] == user.id
    (row,) = await tokens_of(anonymous)
    age = row.expires_at - utc_now()
    assert timedelta(days=6, hours=23) < age <= timedelta(days=7)
    assert row.token_hash == digest(session.json()["refresh_token"])
    assert "login" in events(caplog)
    assert CORRECT not in caplog.text


async def test_address_is_found_in_any_case(anonymous: AsyncClient) -> None:
    user = await stored_user(anonymous)

    session = await login(anonymous, user.email.upper())

    assert session.status_code == 200


async def test_unknown_address_and_wrong_password_get_the_same_answer(
    anonymous: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(anonymous)

    with caplog.at_level(logging.INFO, logger="app"):
        unknown = await login(anonymous, "nobody@example.com")
        wrong = await login(anonymous, user.email, WRONG)

    for response in (unknown, wrong):
        assert_problem(response, 401, "wrong_credentials")
        assert response.headers["www-authenticate"] == "Bearer"
    assert unknown.json() | {"request_id": ""} == wrong.json() | {"request_id": ""}
    assert events(caplog) == ["wrong_password", "wrong_password"]
    assert WRONG not in caplog.text


async def test_password_of_nobody_is_compared_too(
    anonymous: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[object] = []
    compare = Passwords.match

    async def noting(self: Passwords, password: str, stored: str | None) -> bool:
        compared.append(stored)
        return await compare(self, password, stored)

    monkeypatch.setattr(Passwords, "match", noting)
    await login(anonymous, "nobody@example.com")

    assert compared == [None]


async def test_inactive_user_is_refused(anonymous: AsyncClient) -> None:
    user = await stored_user(anonymous, is_active=False)

    right = await login(anonymous, user.email)
    wrong = await login(anonymous, user.email, WRONG)

    assert_problem(right, 403, "inactive_user")
    assert_problem(wrong, 401, "wrong_credentials")
    assert not await tokens_of(anonymous)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"username": "somebody@example.com"}, "password"),
        ({"password": "x"}, "username"),
        ({"username": "x" * 255, "password": "x"}, "username"),
        ({"username": "a\x00b", "password": "x"}, "username"),
        ({"username": "x", "password": "x" * 129}, "password"),
        ({"username": "x", "password": "x", "grant_type": "code"}, "grant_type"),
        ({"username": "x", "password": "x", "other": "x"}, "other"),
    ],
)
async def test_other_forms_are_refused(
    anonymous: AsyncClient, form: dict[str, str], field: str
) -> None:
    response = await anonymous.post(LOGIN_PATH, data=form)

    assert refused_fields(response) == [f"body.{field}"]


# Locked accounts


async def test_account_is_locked_after_wrong_passwords(
    anonymous: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(anonymous)

    with caplog.at_level(logging.INFO, logger="app"):
        for email in (user.email, user.email.upper(), user.email, user.email):
            await login(anonymous, email, WRONG)
        before = await stored_again(anonymous, user)
        last = await login(anonymous, user.email, WRONG)
    right = await login(anonymous, user.email)

    assert before.failed_login_count == 4
    assert before.locked_until is None
    assert_problem(last, 401, "wrong_credentials")
    assert_problem(right, 401, "wrong_credentials")
    assert events(caplog).count("account_locked") == 1
    locked = await stored_again(anonymous, user)
    assert locked.failed_login_count == 5
    assert locked.locked_until is not None
    left = locked.locked_until - utc_now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


async def test_counting_starts_again_when_a_lock_has_ended(
    anonymous: AsyncClient,
) -> None:
    past = utc_now() - timedelta(seconds=1)
    user = await stored_user(anonymous, failed_login_count=5, locked_until=past)

    await login(anonymous, user.email, WRONG)
    once = await stored_again(anonymous, user)
    for _ in range(4):
        await login(anonymous, user.email, WRONG)

    assert once.failed_login_count == 1
    assert once.locked_until is None
    again = await stored_again(anonymous, user)
    assert again.failed_login_count == 5
    assert again.locked_until is not None
    assert again.locked_until > utc_now()


async def test_right_password_forgets_wrong_ones(anonymous: AsyncClient) -> None:
    past = utc_now() - timedelta(seconds=1)
    user = await stored_user(anonymous, failed_login_count=5, locked_until=past)

    session = await login(anonymous, user.email)

    assert session.status_code == 200
    stored = await stored_again(anonymous, user)
    assert stored.failed_login_count == 0
    assert stored.locked_until is None


async def test_lock_is_of_one_account(anonymous: AsyncClient) -> None:
    future = utc_now() + timedelta(minutes=1)
    await stored_user(anonymous, failed_login_count=5, locked_until=future)
    other = await stored_user(anonymous)

    session = await login(anonymous, other.email)

    assert session.status_code == 200


async def test_attempts_at_the_same_time_do_not_get_past_the_limit(
    anonymous: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stored_user(anonymous)
    compared: list[object] = []

    async def noting(_self: Passwords, _password: str, stored: str | None) -> bool:
        await asyncio.sleep(0)
        compared.append(stored)
        return False

    monkeypatch.setattr(Passwords, "match", noting)
    await asyncio.gather(*(login(anonymous, user.email, WRONG) for _ in range(8)))

    assert compared.count(user.password_hash) == 5


async def test_password_changed_while_it_was_compared_is_refused(
    anonymous: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stored_user(anonymous)

    async def changing(_self: Passwords, password: str, _stored: str | None) -> bool:
        await change_user(anonymous, user, password_hash=f"{user.password_hash}-")
        return password == CORRECT

    monkeypatch.setattr(Passwords, "match", changing)
    response = await login(anonymous, user.email)

    assert_problem(response, 401, "wrong_credentials")
    assert not await tokens_of(anonymous)


async def test_tokens_ended_while_it_was_compared_do_not_matter(
    anonymous: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stored_user(anonymous)

    async def ending(_self: Passwords, password: str, _stored: str | None) -> bool:
        await change_user(anonymous, user, token_version=9)
        return password == CORRECT

    monkeypatch.setattr(Passwords, "match", ending)
    session = await login(anonymous, user.email)

    assert (await me(anonymous, session)).status_code == 200


# Access tokens


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"exp": -1}, id="expired"),
        pytest.param({"exp": None}, id="without end"),
        pytest.param({"iat": None}, id="without beginning"),
        pytest.param({"sub": None}, id="without user"),
        pytest.param({"ver": None}, id="without version"),
        pytest.param({"ver": 1}, id="of another version"),
        pytest.param({"sub": "2147483647"}, id="of an unknown user"),
        pytest.param({"sub": "x"}, id="of no user"),
    ],
)
async def test_other_claims_are_refused(
    anonymous: AsyncClient, settings: Settings, changes: dict[str, Any]
) -> None:
    user = await stored_user(anonymous)
    now = int(utc_now().timestamp())
    claims = {"sub": str(user.id), "ver": 0, "iat": now, "exp": now + 60}
    key = settings.secret_key.get_secret_value()

    for name, value in changes.items():
        claims[name] = now + value if name == "exp" and value else value
    kept = {name: value for name, value in claims.items() if value is not None}
    token = jwt.encode(kept, key, algorithm="HS256")
    client = same_app(anonymous, {"Authorization": f"Bearer {token}"})
    response = await client.get(ME_PATH)

    assert_problem(response, 401, "invalid_session")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_tokens_signed_otherwise_are_refused(
    anonymous: AsyncClient, settings: Settings
) -> None:
    user = await stored_user(anonymous)
    now = int(utc_now().timestamp())
    claims = {"sub": str(user.id), "ver": 0, "iat": now, "exp": now + 60}
    key = settings.secret_key.get_secret_value()

    made = [
        jwt.encode(claims, KEY, algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, key * 2, algorithm="HS512"),
        jwt.encode(claims, key, algorithm="HS256")[:-3] + "xxx",
        "rubbish",
    ]
    for token in made:
        client = same_app(anonymous, {"Authorization": f"Bearer {token}"})
        assert_problem(await client.get(ME_PATH), 401, "invalid_session")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic dTpw"}])
async def test_without_a_token_nobody_is_signed_in(
    anonymous: AsyncClient, header: dict[str, str]
) -> None:
    response = await anonymous.get(ME_PATH, headers=header)

    assert_problem(response, 401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_inactive_user_is_refused_with_every_request(
    anonymous: AsyncClient,
) -> None:
    user = await stored_user(anonymous, is_active=False)

    response = await client_of(anonymous, user).get(ME_PATH)

    assert_problem(response, 403, "inactive_user")


# Refresh tokens


async def test_refresh_goes_on_with_the_session(anonymous: AsyncClient) -> None:
    user = await stored_user(anonymous)
    first = await login(anonymous, user.email)

    second = await refresh(anonymous, first)
    third = await refresh(anonymous, second)

    assert second.status_code == 200
    assert third.status_code == 200
    assert (await me(anonymous, third)).json()["id"] == user.id
    rows = await tokens_of(anonymous)
    assert len({row.token_hash for row in rows}) == 3
    assert len({row.family for row in rows}) == 1
    assert [row.used_at is None for row in rows] == [False, False, True]


async def test_refresh_token_used_twice_ends_its_session(
    anonymous: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(anonymous)
    first = await login(anonymous, user.email)
    other = await login(anonymous, user.email)
    second = await refresh(anonymous, first)

    with caplog.at_level(logging.INFO, logger="app"):
        caplog.clear()
        replayed = await refresh(anonymous, first)
    after = await refresh(anonymous, second)
    elsewhere = await refresh(anonymous, other)

    assert_problem(replayed, 401, "invalid_session")
    assert_problem(after, 401, "invalid_session")
    assert_problem(await me(anonymous, second), 401, "invalid_session")
    assert elsewhere.status_code == 200
    assert events(caplog) == ["refresh_token_reused"]


@pytest.mark.parametrize("seconds", [-1, 60])
async def test_refresh_token_expires(anonymous: AsyncClient, seconds: int) -> None:
    user = await stored_user(anonymous)
    session = await login(anonymous, user.email)
    await change_tokens(anonymous, expires_at=utc_now() + timedelta(seconds=seconds))

    response = await refresh(anonymous, session)

    assert response.status_code == (401 if seconds < 0 else 200)
    left = [row.revoked_at for row in await tokens_of(anonymous)]
    assert left == [None] * len(left)


async def test_login_removes_ones_own_expired_tokens(anonymous: AsyncClient) -> None:
    user, other = await stored_user(anonymous), await stored_user(anonymous)
    await login(anonymous, user.email)
    await login(anonymous, other.email)
    await change_tokens(anonymous, expires_at=utc_now() - timedelta(seconds=1))
    await login(anonymous, user.email)
    await login(anonymous, user.email)

    owners = [row.user_id for row in await tokens_of(anonymous)]

    assert owners == [other.id, user.id, user.id]


async def test_inactive_user_cannot_refresh(anonymous: AsyncClient) -> None:
    user = await stored_user(anonymous)
    session = await login(anonymous, user.email)
    await change_user(anonymous, user, is_active=False)

    response = await refresh(anonymous, session)

    assert_problem(response, 403, "inactive_user")
    assert len(await tokens_of(anonymous)) == 1


# Signing out


async def test_logout_ends_the_session_and_no_other(
    anonymous: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(anonymous)
    first = await login(anonymous, user.email)
    other = await login(anonymous, user.email)

    with caplog.at_level(logging.INFO, logger="app"):
        caplog.clear()
        response = await logout(anonymous, first)

    assert response.status_code == 204
    assert events(caplog) == ["logout"]
    assert_problem(await refresh(anonymous, first), 401, "invalid_session")
    assert (await refresh(anonymous, other)).status_code == 200


async def test_logout_ends_access_tokens_at_once(anonymous: AsyncClient) -> None:
    user, stranger = await stored_user(anonymous), await stored_user(anonymous)
    first = await login(anonymous, user.email)
    other = await login(anonymous, user.email)
    elsewhere = await login(anonymous, stranger.email)

    await logout(anonymous, first)

    assert_problem(await me(anonymous, first), 401, "invalid_session")
    assert_problem(await me(anonymous, other), 401, "invalid_session")
    renewed = await refresh(anonymous, other)
    assert (await me(anonymous, renewed)).status_code == 200
    assert (await me(anonymous, elsewhere)).status_code == 200


async def test_logout_twice_is_no_error(anonymous: AsyncClient) -> None:
    user = await stored_user(anonymous)
    session = await login(anonymous, user.email)
    await logout(anonymous, session)
    (first,) = await tokens_of(anonymous)
    later = await login(anonymous, user.email)

    again = await logout(anonymous, session)

    second, _ = await tokens_of(anonymous)
    assert again.status_code == 204
    assert second.revoked_at == first.revoked_at
    assert (await me(anonymous, later)).status_code == 200


@pytest.mark.parametrize("path", ["refresh", "logout"])
async def test_unknown_refresh_token(anonymous: AsyncClient, path: str) -> None:
    response = await anonymous.post(
        f"/api/v1/auth/{path}", json={"refresh_token": "unknown"}
    )

    assert response.status_code == {"refresh": 401, "logout": 204}[path]


# Limits


@pytest.mark.parametrize("setting", ["rate_limit_login", "rate_limit_refresh"])
async def test_calls_of_one_address_are_limited(
    anonymous: AsyncClient, settings: Settings, setting: str
) -> None:
    user = await stored_user(anonymous)
    limited = settings.model_copy(update={setting: "2/hour"})
    responses: list[Response] = []
    async with serving(create_app(limited)) as client:
        session = await login(client, user.email)
        for _ in range(3):
            if setting == "rate_limit_login":
                responses.append(await login(client, user.email))
            else:
                responses.append(await refresh(client, session))

    allowed = [it.status_code != 429 for it in responses]
    assert allowed == [True, setting != "rate_limit_login", False]
    assert_problem(responses[-1], 429, "too_many_requests")
    assert 3590 < int(responses[-1].headers["retry-after"]) <= 3600
    assert bearer(session)
