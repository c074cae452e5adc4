"""Signing in and registering tells nobody who has an account, and guessing comes to an end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.attacks.forgery import claims_of
from tests.attacks.target import PASSWORD, Account, Target, address, assert_refused, same_to_the_eye

WRONG = "Wrong-horse-7"
MOST = 5
"""Wrong passwords after which an account is locked."""


def lock(target: Target, account: Account) -> None:
    for _ in range(MOST):
        assert_refused(target.log_in(account.email, WRONG))


def test_unknown_wrong_and_locked_get_the_same_answer(target: Target) -> None:
    known, locked = target.account("known"), target.account("locked")
    away = target.account("away", is_active=False)
    lock(target, locked)
    answers = [
        target.log_in(address("nobody"), WRONG),
        target.log_in(known.email, WRONG),
        target.log_in(locked.email, WRONG),
        target.log_in(locked.email, PASSWORD),
        target.log_in(away.email, WRONG),
    ]
    for answer in answers:
        assert_refused(answer)
        assert same_to_the_eye(answer, answers[0])


def test_unknown_wrong_and_locked_cost_the_same_work_on_passwords(target: Target) -> None:
    known, locked = target.account("known"), target.account("locked")
    lock(target, locked)
    work = []
    for email, password in (
        (address("nobody"), WRONG),
        (known.email, WRONG),
        (locked.email, WRONG),
        (locked.email, PASSWORD),
        (known.email, PASSWORD),
    ):
        with target.working() as done:
            target.log_in(email, password)
        work.append(done)
    assert work == [["verify m=8,t=1,p=1"]] * 5


def test_asking_for_a_reset_costs_no_work_on_passwords_for_anybody(target: Target) -> None:
    account = target.account()
    with target.working() as work:
        for email in (account.email, address("nobody")):
            target.anonymous.post("/auth/password-reset", {"email": email})
    assert work == []


def test_an_account_is_locked_after_five_wrong_passwords(target: Target) -> None:
    account = target.account()
    lock(target, account)
    assert_refused(target.log_in(account.email, PASSWORD))
    assert target.row("users", account.id)["locked_until"] is not None
    assert target.rows("refresh_tokens", user_id=account.id) == []


def test_a_wrong_password_is_counted_although_the_answer_is_a_refusal(target: Target) -> None:
    account = target.account()
    for count in range(1, MOST):
        target.log_in(account.email, WRONG)
        assert target.row("users", account.id)["failed_login_count"] == count


def test_four_wrong_passwords_and_a_right_one_lock_nobody_out(target: Target) -> None:
    account = target.account()
    for _ in range(2):
        for _ in range(MOST - 1):
            target.log_in(account.email, WRONG)
        assert target.log_in(account.email, PASSWORD).status_code == 200


def test_guessing_at_the_same_time_gets_no_more_guesses(target: Target) -> None:
    account = target.account()
    with target.working() as work, ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: target.log_in(account.email, WRONG).status_code, range(24)))
    assert set(answers) == {401}
    assert len(work) == 24
    assert target.row("users", account.id)["failed_login_count"] == MOST
    assert_refused(target.log_in(account.email, PASSWORD))


SPELLINGS = {
    "capitals": str.upper,
    "mixed case": str.title,
    "space before": lambda email: f" {email}",
    "space behind": lambda email: f"{email} ",
    "a line end": lambda email: f"{email}\n",
    "NUL": lambda email: f"{email}\x00",
    "a full-width at": lambda email: email.replace("@", "\uff20"),
    "an invisible space": lambda email: f"{email}\u200b",
    "a dotless i": lambda email: email.replace("i", "\u0131"),
    "a long s": lambda email: email.replace("s", "\u017f"),
    "a Kelvin sign": lambda email: email.replace("k", "\u212a"),
    "plus": lambda email: email.replace("@", "+1@"),
    "a dot behind": lambda email: f"{email}.",
    "angle brackets": lambda email: f"<{email}>",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_lock_is_not_passed_by_spelling_the_address_differently(target: Target, spelling: str) -> None:
    account = target.account("kim.kiss")
    lock(target, account)
    answer = target.log_in(SPELLINGS[spelling](account.email), PASSWORD)
    assert answer.status_code in (401, 422)
    assert target.rows("refresh_tokens", user_id=account.id) == []


def test_wrong_passwords_count_whatever_the_spelling_of_the_address(target: Target) -> None:
    account = target.account("kim.kiss")
    for email in (account.email.upper(), account.email.title(), account.email, account.email.swapcase()):
        target.log_in(email, WRONG)
    target.log_in(account.email, WRONG)
    assert_refused(target.log_in(account.email, PASSWORD))


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"])
def test_a_lock_is_not_passed_from_another_address(target: Target, header: str) -> None:
    account = target.account()
    for number in range(MOST):
        target.log_in(account.email, WRONG, headers={header: f"198.51.100.{number}"})
    for number in range(MOST, MOST + 3):
        assert_refused(target.log_in(account.email, PASSWORD, headers={header: f"198.51.100.{number}"}))


def test_a_lock_is_not_lifted_by_what_an_attacker_can_do(target: Target) -> None:
    attacker, account = target.somebody("attacker"), target.account()
    lock(target, account)
    target.log_in(attacker.account.email, PASSWORD)
    target.anonymous.post("/auth/register", {"email": account.email, "password": PASSWORD})
    target.anonymous.post("/auth/password-reset", {"email": account.email})
    target.anonymous.post("/auth/password-reset/confirm", {"token": "x" * 43, "new_password": WRONG})
    target.anonymous.post("/auth/logout", {"refresh_token": attacker.refresh})
    assert_refused(target.log_in(account.email, PASSWORD))


def test_guessing_while_locked_starts_no_new_count(target: Target) -> None:
    account = target.account()
    lock(target, account)
    until = target.row("users", account.id)["locked_until"]
    for _ in range(3):
        target.log_in(account.email, WRONG)
    assert target.row("users", account.id)["locked_until"] == until
    over = target.moment(datetime.now(UTC) - timedelta(seconds=1))
    target.change("users", {"id": account.id}, locked_until=over)
    assert target.log_in(account.email, PASSWORD).status_code == 200


def test_a_lock_that_ended_is_not_renewed_by_one_wrong_password(target: Target) -> None:
    account = target.account()
    lock(target, account)
    over = target.moment(datetime.now(UTC) - timedelta(seconds=1))
    target.change("users", {"id": account.id}, locked_until=over)
    for _ in range(MOST - 1):
        assert_refused(target.log_in(account.email, WRONG))
    assert target.log_in(account.email, PASSWORD).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "' OR 1=1 --",
        "' OR '1'='1",
        "%",
        "_%",
        "*",
        "admin'--",
        '"',
        "\\",
        "\x00",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "a" * 254,
    ],
)
def test_a_made_up_name_signs_nobody_in(target: Target, name: str) -> None:
    target.account()
    for password in (PASSWORD, name, ""):
        assert target.log_in(name, password).status_code in (401, 422)


@pytest.mark.parametrize("field", ["role", "is_superuser", "is_active", "sub", "user_id", "otp", "remember", "exp"])
def test_a_login_with_more_fields_is_refused(target: Target, field: str) -> None:
    account = target.account()
    form = {"username": account.email, "password": PASSWORD, field: "1"}
    assert_refused(target.send("POST", "/auth/login", data=form), 422)
    assert target.rows("refresh_tokens", user_id=account.id) == []


def test_scopes_that_are_asked_for_are_not_given(target: Target) -> None:
    account = target.account()
    form = {"username": account.email, "password": PASSWORD, "scope": "admin editor", "client_id": "admin"}
    answer = target.send("POST", "/auth/login", data=form)
    assert set(claims_of(answer.json()["access_token"])) == {"sub", "ver", "iat", "exp"}
    assert_refused(target.anonymous.get("/users", headers=bearer(answer.json()["access_token"])), 403)


@pytest.mark.parametrize("grant", ["client_credentials", "refresh_token", "implicit", "authorization_code", "PASSWORD"])
def test_other_grants_sign_nobody_in(target: Target, grant: str) -> None:
    form = {"username": target.account().email, "password": PASSWORD, "grant_type": grant}
    assert_refused(target.send("POST", "/auth/login", data=form), 422)


def test_credentials_come_in_the_form_and_nowhere_else(target: Target) -> None:
    credentials = {"username": target.account().email, "password": PASSWORD}
    assert_refused(target.send("GET", "/auth/login", params=credentials), 405)
    assert_refused(target.send("POST", "/auth/login", params=credentials), 422)
    assert target.anonymous.post("/auth/login", credentials).status_code in (400, 422)
    assert_refused(target.send("POST", "/auth/login", auth=(credentials["username"], PASSWORD)), 422)


def test_a_form_that_says_two_names_signs_in_one_of_them_or_nobody(target: Target) -> None:
    attacker, victim = target.account("attacker", password_hash=other_hash()), target.account("victim")
    form = f"username={victim.email}&username={attacker.email}&password=Attacker-horse-7"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = target.send("POST", "/auth/login", content=form, headers=kind)
    if answer.status_code == 200:
        assert claims_of(answer.json()["access_token"])["sub"] == str(attacker.id)
    assert target.rows("refresh_tokens", user_id=victim.id) == []


@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.title, str.swapcase], ids=lambda it: it.__name__)
def test_an_address_is_registered_once_however_it_is_spelled(target: Target, spelling: Callable[[str], str]) -> None:
    victim = target.account("victim")
    email = spelling(victim.email)
    assert_refused(target.anonymous.post("/auth/register", {"email": email, "password": WRONG}), 409)
    assert len([row for row in target.rows("users") if row["email"].lower() == victim.email]) == 1
    assert target.log_in(victim.email, WRONG).status_code == 401
    assert target.log_in(victim.email, PASSWORD).status_code == 200


LOOK_ALIKES = [name for name in SPELLINGS if name not in ("capitals", "mixed case", "plus")]


@pytest.mark.parametrize("spelling", LOOK_ALIKES)
def test_an_address_that_looks_like_anothers_is_no_address(target: Target, spelling: str) -> None:
    victim = target.account("kim.kiss")
    email = SPELLINGS[spelling](victim.email)
    assert email != victim.email
    assert_refused(target.anonymous.post("/auth/register", {"email": email, "password": WRONG}), 422)
    assert_refused(target.anonymous.post("/auth/password-reset", {"email": email}), 422)
    assert email not in {row["email"] for row in target.rows("users")}


def test_two_registrations_at_the_same_time_make_one_account(target: Target) -> None:
    email = address("twin")
    with ThreadPoolExecutor(6) as pool:
        body = {"email": email, "password": PASSWORD}
        answers = list(pool.map(lambda _: target.anonymous.post("/auth/register", body).status_code, range(6)))
    assert sorted(answers) == [201, 409, 409, 409, 409, 409]
    assert len(target.rows("users", email=email)) == 1


def test_a_stolen_session_does_not_take_the_address(target: Target) -> None:
    thief = target.somebody()
    evil = address("thief")
    for body in ({}, {"current_password": WRONG}):
        assert_refused(thief.patch("/users/me", {"email": evil, **body}), 403)
    for nothing in ("", None):
        assert_refused(thief.patch("/users/me", {"email": evil, "current_password": nothing}), 422)
    assert target.row("users", thief.account.id)["email"] == thief.account.email


def test_a_stolen_session_guesses_the_password_no_more_often_than_anybody(target: Target) -> None:
    thief = target.somebody()
    evil = address("thief")
    for _ in range(MOST):
        assert_refused(thief.patch("/users/me", {"email": evil, "current_password": WRONG}), 403)
    assert_refused(thief.patch("/users/me", {"email": evil, "current_password": PASSWORD}), 403)
    assert target.row("users", thief.account.id)["email"] == thief.account.email


@pytest.mark.parametrize("spelling", [str.lower, str.upper], ids=lambda it: it.__name__)
def test_nobody_takes_the_address_of_another(target: Target, spelling: Callable[[str], str]) -> None:
    victim, attacker = target.account("victim"), target.somebody("attacker")
    body = {"email": spelling(victim.email), "current_password": PASSWORD}
    assert_refused(attacker.patch("/users/me", body), 409)
    assert target.row("users", attacker.account.id)["email"] == attacker.account.email


def test_without_the_password_nobody_learns_who_has_an_account(target: Target) -> None:
    caller = target.somebody()
    for body in ({}, {"current_password": WRONG}):
        known = caller.patch("/users/me", {"email": target.account().email, **body})
        unknown = caller.patch("/users/me", {"email": address("nobody"), **body})
        assert same_to_the_eye(known, unknown)


def test_a_reset_token_sent_to_the_address_before_is_dead(target: Target) -> None:
    caller = target.somebody()
    before, after = caller.account.email, address("moved")
    target.anonymous.post("/auth/password-reset", {"email": before})
    token = target.mailbox.token(before)
    assert caller.patch("/users/me", {"email": after, "current_password": PASSWORD}).status_code == 200
    body = {"token": token, "new_password": "Another-horse-8"}
    assert_refused(target.anonymous.post("/auth/password-reset/confirm", body), 403)
    assert_refused(target.log_in(before, PASSWORD))
    assert target.log_in(after, PASSWORD).status_code == 200


def test_a_key_for_programs_does_not_change_who_one_is(target: Target) -> None:
    caller = target.somebody()
    key = {"X-API-Key": caller.post("/auth/api-keys", {"name": "import"}).json()["key"]}
    body = {"email": address("thief"), "current_password": PASSWORD}
    assert_refused(target.anonymous.patch("/users/me", body, headers=key))
    assert target.row("users", caller.account.id)["email"] == caller.account.email


def other_hash() -> str:
    import argon2

    return argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("Attacker-horse-7")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
