"""Users: registration, oneself, and what superusers may do."""

import logging
from datetime import timedelta

import pytest
from httpx2 import Response
from sqlalchemy import select

from app.config import Settings
from app.db.utc import utc_now
from app.main import create_app
from app.models.password_reset import PasswordReset
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
from tests.serving import AsyncClient, serving
from tests.sessions import ME_PATH, login, me, refresh

pytestmark = pytest.mark.anyio

USERS_PATH = "/api/v1/users"
REGISTER_PATH = "/api/v1/auth/register"
EMAIL = "Ada@Example.com"
PROFILE: dict[str, object] = {}


def new_user(**changes: object) -> dict[str, object]:
    """Return the body of a new user."""
    return {"email": EMAIL, "password": CORRECT, **PROFILE, **changes}


async def create(client: AsyncClient, **changes: object) -> Response:
    """Register."""
    return await client.post(REGISTER_PATH, json=new_user(**changes))


# New users


async def test_new_user_has_no_privileges(
    anonymous: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="app"):
        response = await create(anonymous)

    assert response.status_code == 201
    body = response.json()
    assert body == {
        **body,
        **PROFILE,
        "email": "ada@example.com",
        "is_active": True,
        "is_superuser": False,
        "role": "user",
    }
    assert CORRECT not in response.text
    assert "hash" not in response.text
    assert "user_created" in caplog.messages
    assert CORRECT not in caplog.text
    session = await login(anonymous, EMAIL)
    assert (await me(anonymous, session)).json() == body
    assert response.headers["location"] == ME_PATH


async def test_password_is_stored_as_argon2(
    anonymous: AsyncClient,
) -> None:
    await create(anonymous)

    async with auth_of(anonymous).new_session() as session:
        chosen = select(User.password_hash).where(User.email == "ada@example.com")
        stored = await session.scalar(chosen)
    assert stored is not None
    assert stored.startswith("$argon2id$")


async def test_address_is_taken_in_any_case(anonymous: AsyncClient) -> None:
    await create(anonymous)

    response = await create(anonymous, email=EMAIL.swapcase())

    assert_problem(response, 409, "duplicate")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ada"),
        ("email", f"{'x' * 250}@a.de"),
        ("password", "weak"),
        ("password", 7),
        ("is_superuser", True),
        ("is_active", True),
        ("role", "admin"),
        ("token_version", 1),
    ],
)
async def test_what_is_not_ones_own_to_say_is_refused(
    anonymous: AsyncClient, field: str, value: object
) -> None:
    response = await create(anonymous, **{field: value})

    assert refused_fields(response) == [f"body.{field}"]


async def test_registrations_of_one_address_are_limited(
    anonymous: AsyncClient, settings: Settings
) -> None:
    assert anonymous
    limited = settings.model_copy(update={"rate_limit_register": "1/hour"})
    async with serving(create_app(limited)) as client:
        first = await create(client)
        second = await create(client, email="bob@example.com")

    assert first.status_code == 201
    assert_problem(second, 429, "too_many_requests")


# Oneself


async def test_one_cannot_raise_oneself(member: AsyncClient) -> None:
    response = await member.patch(ME_PATH, json={"is_superuser": True})

    assert refused_fields(response) == ["body.is_superuser"]
    assert (await member.get(ME_PATH)).json()["is_superuser"] is False


async def test_new_address_needs_the_password(
    anonymous: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(anonymous, failed_login_count=1)
    client = client_of(anonymous, user)

    without = await client.patch(ME_PATH, json={"email": EMAIL})
    wrong = await client.patch(
        ME_PATH, json={"email": EMAIL, "current_password": WRONG}
    )
    counted = await stored_again(anonymous, user)
    same = await client.patch(ME_PATH, json={"email": user.email.upper()})
    with caplog.at_level(logging.INFO, logger="app"):
        caplog.clear()
        right = await client.patch(
            ME_PATH, json={"email": EMAIL, "current_password": CORRECT}
        )

    assert_problem(without, 403, "wrong_credentials")
    assert_problem(wrong, 403, "wrong_credentials")
    assert counted.failed_login_count == 2
    assert counted.email == user.email
    assert same.json()["email"] == user.email
    assert right.json()["email"] == "ada@example.com"
    assert "email_changed" in caplog.messages
    stored = await stored_again(anonymous, user)
    assert stored.email == "ada@example.com"
    assert stored.failed_login_count == 0


async def test_new_address_ends_mails_to_the_old_one(
    anonymous: AsyncClient,
) -> None:
    user, other = await stored_user(anonymous), await stored_user(anonymous)
    until = utc_now() + timedelta(minutes=1)
    async with auth_of(anonymous).new_session.begin() as session:
        for owner in (user, other):
            row = PasswordReset(
                user_id=owner.id, token_hash=owner.email, expires_at=until
            )
            session.add(row)

    body = {"email": EMAIL, "current_password": CORRECT}
    await client_of(anonymous, user).patch(ME_PATH, json=body)

    async with auth_of(anonymous).new_session() as session:
        rows = await session.scalars(select(PasswordReset.user_id))
        assert rows.all() == [other.id]


async def test_address_of_another_user_is_taken(
    anonymous: AsyncClient, superuser: User, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(anonymous, failed_login_count=1)
    body = {"email": superuser.email, "current_password": CORRECT}

    with caplog.at_level(logging.INFO, logger="app"):
        response = await client_of(anonymous, user).patch(ME_PATH, json=body)

    assert_problem(response, 409, "duplicate")
    assert "email_changed" not in caplog.messages
    stored = await stored_again(anonymous, user)
    assert stored.failed_login_count == 0


async def test_changes_of_oneself_are_limited(
    anonymous: AsyncClient, settings: Settings
) -> None:
    user = await stored_user(anonymous)
    limited = settings.model_copy(update={"rate_limit_account": "1/hour"})
    async with serving(create_app(limited)) as client:
        member = client_of(client, user)
        first = await member.patch(ME_PATH, json={})
        second = await member.patch(ME_PATH, json={})

    assert first.status_code == 200
    assert_problem(second, 429, "too_many_requests")


# Superusers


async def test_only_superusers_look_after_users(
    member: AsyncClient, anonymous: AsyncClient
) -> None:
    user = await stored_user(anonymous)
    path = f"{USERS_PATH}/{user.id}"

    for caller, status, code in (
        (anonymous, 401, "unauthorized"),
        (member, 403, "forbidden"),
    ):
        assert_problem(await caller.get(USERS_PATH), status, code)
        assert_problem(await caller.get(path), status, code)
        assert_problem(await caller.patch(path, json={}), status, code)


async def test_list_is_filtered_searched_sorted_and_cut(client: AsyncClient) -> None:
    for letter in "bac":
        await stored_user(
            client, email=f"{letter}@list.example", is_active=letter != "c"
        )

    wanted = {"search": "list.", "sort": "-email"}
    every = (await client.get(USERS_PATH, params=wanted)).json()
    active = (
        await client.get(USERS_PATH, params={**wanted, "is_active": "true"})
    ).json()
    page = (
        await client.get(USERS_PATH, params={"search": "LIST.", "skip": 1, "limit": 1})
    ).json()

    def first_letters(body: dict[str, list[dict[str, str]]]) -> list[str]:
        return [item["email"][0] for item in body["items"]]

    assert first_letters(every) == ["c", "b", "a"]
    assert first_letters(active) == ["b", "a"]
    assert first_letters(page) == ["a"]
    assert (page["total"], page["has_more"]) == (3, True)


@pytest.mark.parametrize("key", ["id", "email", "created_at"])
async def test_users_are_sorted(client: AsyncClient, key: str) -> None:
    for _ in range(2):
        await stored_user(client)

    response = await client.get(USERS_PATH, params={"sort": f"-{key}"})

    values = [item[key] for item in response.json()["items"]]
    assert len(values) == 3
    assert values == sorted(values, reverse=True)


async def test_superusers_are_found(client: AsyncClient, superuser: User) -> None:
    await stored_user(client)

    response = await client.get(USERS_PATH, params={"is_superuser": "true"})

    assert [item["id"] for item in response.json()["items"]] == [superuser.id]


async def test_unknown_user_is_404(client: AsyncClient) -> None:
    path = f"{USERS_PATH}/2147483647"

    for response in (
        await client.get(path),
        await client.patch(path, json={"is_active": False}),
    ):
        body = assert_problem(response, 404, "not_found")
        assert body["detail"] == "There is no user with the key 2147483647."


async def test_deactivated_user_is_out_at_once(
    client: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user, other = await stored_user(client), await stored_user(client)
    session, others = await login(client, user.email), await login(client, other.email)
    path = f"{USERS_PATH}/{user.id}"

    with caplog.at_level(logging.INFO, logger="app"):
        off = await client.patch(path, json={"is_active": False})
        again = await client.patch(path, json={"is_active": False})

    assert off.status_code == 200
    assert off.json()["is_active"] is False
    assert again.json() == off.json()
    assert caplog.messages.count("active_changed") == 1
    stored = await stored_again(client, user)
    assert stored.token_version == 1
    on = await client.patch(path, json={"is_active": True})
    assert on.json()["is_active"] is True
    assert_problem(await me(client, session), 401, "invalid_session")
    assert_problem(await refresh(client, session), 401, "invalid_session")
    assert (await refresh(client, others)).status_code == 200
    assert (await client.get(path)).json() == on.json()


async def test_nothing_sent_changes_nothing(client: AsyncClient) -> None:
    user = await stored_user(client)

    response = await client.patch(f"{USERS_PATH}/{user.id}", json={})

    assert response.status_code == 200
    assert (await client_of(client, user).get(ME_PATH)).json() == response.json()
    assert (await stored_again(client, user)).token_version == 0


async def test_superuser_cannot_change_the_own_account(
    client: AsyncClient, superuser: User
) -> None:
    response = await client.patch(
        f"{USERS_PATH}/{superuser.id}", json={"is_active": False}
    )

    assert_problem(response, 409, "own_account")
    assert (await client.get(ME_PATH)).status_code == 200


@pytest.mark.parametrize(
    "field", ["is_superuser", "email", "password", "password_hash", "token_version"]
)
async def test_superuser_changes_no_more_than_that(
    client: AsyncClient, field: str
) -> None:
    user = await stored_user(client)

    response = await client.patch(f"{USERS_PATH}/{user.id}", json={field: None})

    assert refused_fields(response) == [f"body.{field}"]


async def test_role_is_given_and_taken(
    client: AsyncClient, superuser: User, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stored_user(client)
    path = f"{USERS_PATH}/{user.id}"

    with caplog.at_level(logging.INFO, logger="app"):
        given = await client.patch(path, json={"role": "staff"})
        again = await client.patch(path, json={"role": "staff"})
    found = await client.get(USERS_PATH, params={"role": "staff"})

    assert given.json()["role"] == "staff"
    assert again.json() == given.json()
    assert found.json()["items"] == [given.json()]
    (record,) = [it for it in caplog.records if it.message == "role_changed"]
    fields = vars(record)["fields"]
    assert fields["user_id"] == user.id
    assert fields["by"] == superuser.id
    assert fields["role"] == "staff"
    taken = await client.patch(path, json={"role": "user"})
    assert taken.json()["role"] == "user"


async def test_unknown_role_is_refused(client: AsyncClient) -> None:
    user = await stored_user(client)

    response = await client.patch(f"{USERS_PATH}/{user.id}", json={"role": "king"})

    assert refused_fields(response) == ["body.role"]
