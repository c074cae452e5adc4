"""Passwords: changed, forgotten, set anew."""

import logging
import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from httpx2 import Response
from sqlalchemy import select, update

from app.core.mailer import ConsoleMailer
from app.core.security import Passwords, digest
from app.db.utc import utc_now
from app.models.password_reset import PasswordReset
from tests.accounts import (
    CORRECT,
    WRONG,
    auth_of,
    client_of,
    stored_again,
    stored_user,
)
from tests.problems import assert_problem, refused_fields
from tests.serving import AsyncClient
from tests.sessions import ME_PATH, login, refresh

pytestmark = pytest.mark.anyio

CHANGE_PATH = "/api/v1/auth/password"
RESET_PATH = "/api/v1/auth/password-reset"
CONFIRM_PATH = "/api/v1/auth/password-reset/confirm"
NEW = "Another-horse-9"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """Return what is sent."""
    sent: list[EmailMessage] = []
    monkeypatch.setattr(ConsoleMailer, "send", lambda _self, mail: sent.append(mail))
    return sent


async def change(client: AsyncClient, current: str, new: str = NEW) -> Response:
    """Change one's password."""
    body = {"current_password": current, "new_password": new}
    return await client.post(CHANGE_PATH, json=body)


async def ask(client: AsyncClient, email: str) -> Response:
    """Ask for a mail to set a new password."""
    return await client.post(RESET_PATH, json={"email": email})


async def confirm(client: AsyncClient, key: str, new: str = NEW) -> Response:
    """Set a new password by what the mail brought."""
    return await client.post(CONFIRM_PATH, json={"token": key, "new_password": new})


def key_in(message: EmailMessage) -> str:
    """Return the token of a mail."""
    found = re.search(r"#token=(\S{43})\n", message.get_content())
    assert found
    return found[1]


async def test_changed_password_works_and_the_old_one_does_not(
    anonymous: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(anonymous)
    session = await login(anonymous, user.email)
    other = await stored_user(anonymous)
    elsewhere = await login(anonymous, other.email)
    client = client_of(anonymous, user)

    with caplog.at_level(logging.INFO, logger="app"):
        response = await change(client, CORRECT)

    assert response.status_code == 204
    assert "password_changed" in caplog.text
    assert NEW not in caplog.text
    assert_problem(await client.get(ME_PATH), 401, "invalid_session")
    assert_problem(await refresh(anonymous, session), 401, "invalid_session")
    assert (await refresh(anonymous, elsewhere)).status_code == 200
    assert (await login(anonymous, user.email)).status_code == 401
    assert (await login(anonymous, user.email, NEW)).status_code == 200
    assert (await login(anonymous, other.email)).status_code == 200


async def test_wrong_current_password_is_refused_and_counted(
    anonymous: AsyncClient,
) -> None:
    user = await stored_user(anonymous, failed_login_count=3)
    other = await stored_user(anonymous)
    client = client_of(anonymous, user)

    wrong = [await change(client, WRONG), await change(client, WRONG)]
    right = await change(client, CORRECT)

    for response in (*wrong, right):
        assert_problem(response, 403, "wrong_credentials")
    assert (await stored_again(anonymous, user)).locked_until is not None
    assert (await stored_again(anonymous, other)).failed_login_count == 0


async def test_only_who_is_signed_in_changes_a_password(anonymous: AsyncClient) -> None:
    response = await change(anonymous, CORRECT)

    assert_problem(response, 401, "unauthorized")


@pytest.mark.parametrize(
    "weak",
    ["Short-7", "correct-horse-7", "CORRECT-HORSE-7", "Correct-horse", "Correcthorse7"],
)
async def test_weak_password_is_refused(member: AsyncClient, weak: str) -> None:
    response = await change(member, CORRECT, weak)

    assert refused_fields(response) == ["body.new_password"]
    assert weak not in response.text


async def test_half_a_character_is_no_password(member: AsyncClient) -> None:
    body = r'{"current_password": "\ud800", "new_password": "\ud800"}'
    json = {"Content-Type": "application/json"}

    response = await member.post(CHANGE_PATH, content=body, headers=json)

    assert refused_fields(response) == ["body.current_password", "body.new_password"]


@pytest.mark.parametrize("length", [7, 8, 128, 129])
async def test_password_has_8_to_128_characters(
    member: AsyncClient, length: int
) -> None:
    response = await change(member, CORRECT, "aA1-".ljust(length, "x"))

    assert response.status_code == (204 if 8 <= length <= 128 else 422)


async def test_reset_sets_a_new_password_once(
    anonymous: AsyncClient,
    mailbox: list[EmailMessage],
    caplog: pytest.LogCaptureFixture,
) -> None:
    until = utc_now() + timedelta(minutes=9)
    user = await stored_user(anonymous, failed_login_count=7, locked_until=until)
    client = client_of(anonymous, user)
    other = await stored_user(anonymous)

    with caplog.at_level(logging.INFO, logger="app"):
        asked = await ask(anonymous, user.email.upper())
        (message,) = mailbox
        key = key_in(message)
        response = await confirm(anonymous, key)
        again = await confirm(anonymous, key, WRONG)

    assert asked.status_code == 202
    assert key not in asked.text
    assert key not in caplog.text
    assert "password_reset_requested" in caplog.messages
    assert "password_reset" in caplog.messages
    assert message["To"] == user.email
    assert message["Subject"] == "A new password"
    assert "for 30 minutes" in message.get_content()
    assert "\nhttp://localhost:3000/new-password#" in message.get_content()
    assert response.status_code == 204
    assert_problem(again, 403, "invalid_link")
    assert_problem(await client.get(ME_PATH), 401, "invalid_session")
    assert (await login(anonymous, user.email, NEW)).status_code == 200
    assert (await login(anonymous, other.email)).status_code == 200


async def test_reset_is_stored_as_a_hash_and_expires(
    anonymous: AsyncClient, mailbox: list[EmailMessage]
) -> None:
    user = await stored_user(anonymous)
    await ask(anonymous, user.email)
    key = key_in(mailbox[0])
    async with auth_of(anonymous).new_session.begin() as session:
        row = await session.scalar(select(PasswordReset))
        assert row is not None
        left = row.expires_at - utc_now()
        await session.execute(
            update(PasswordReset).values(expires_at=utc_now() - timedelta(seconds=1))
        )

    response = await confirm(anonymous, key)

    assert row.token_hash == digest(key)
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    assert_problem(response, 403, "invalid_link")


async def test_later_mail_replaces_earlier_ones_of_the_same_user(
    anonymous: AsyncClient, mailbox: list[EmailMessage]
) -> None:
    user, other = await stored_user(anonymous), await stored_user(anonymous)
    for email in (other.email, user.email, user.email):
        await ask(anonymous, email)
    others, first, second = map(key_in, mailbox)

    assert_problem(await confirm(anonymous, first), 403, "invalid_link")
    assert (await confirm(anonymous, second)).status_code == 204
    assert (await confirm(anonymous, others)).status_code == 204


async def test_changed_password_ends_a_reset(
    anonymous: AsyncClient, mailbox: list[EmailMessage]
) -> None:
    user = await stored_user(anonymous)
    await ask(anonymous, user.email)
    await change(client_of(anonymous, user), CORRECT)

    response = await confirm(anonymous, key_in(mailbox[0]), WRONG)

    assert_problem(response, 403, "invalid_link")


async def test_reset_used_while_it_was_compared_is_refused(
    anonymous: AsyncClient, mailbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stored_user(anonymous)
    await ask(anonymous, user.email)

    async def expiring(_self: Passwords, _password: str) -> str:
        async with auth_of(anonymous).new_session.begin() as session:
            await session.execute(
                update(PasswordReset).values(expires_at=utc_now() - timedelta(days=1))
            )
        return "hash"

    monkeypatch.setattr(Passwords, "hash", expiring)
    response = await confirm(anonymous, key_in(mailbox[0]))

    assert_problem(response, 403, "invalid_link")
    stored = await stored_again(anonymous, user)
    assert stored.password_hash == user.password_hash


async def test_nobody_learns_who_has_an_account(
    anonymous: AsyncClient, mailbox: list[EmailMessage]
) -> None:
    user = await stored_user(anonymous)
    inactive = await stored_user(anonymous, is_active=False)

    known = await ask(anonymous, user.email)
    unknown = await ask(anonymous, "nobody@example.com")
    refused = await ask(anonymous, inactive.email)

    assert {known.status_code, unknown.status_code, refused.status_code} == {202}
    assert {known.text, unknown.text, refused.text} == {"null"}
    assert [message["To"] for message in mailbox] == [user.email]


async def test_unknown_reset_is_refused(anonymous: AsyncClient) -> None:
    response = await confirm(anonymous, "unknown")

    assert_problem(response, 403, "invalid_link")


async def test_wrong_address_is_refused(anonymous: AsyncClient) -> None:
    response = await ask(anonymous, "nobody")

    assert refused_fields(response) == ["body.email"]
