"""Passwords are not changed, reset or guessed by anybody but their owner."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.attacks.target import PASSWORD, Account, Answer, Target, address, assert_refused, same_to_the_eye

NEW, NEWER = "Another-horse-8", "Yet-another-horse-9"
ASK, CONFIRM, CHANGE = "/auth/password-reset", "/auth/password-reset/confirm", "/auth/password"


def asked(target: Target, email: object, **what: object) -> Answer:
    return target.anonymous.post(ASK, {"email": email}, **what)


def confirmed(target: Target, token: object, password: object = NEW, **more: object) -> Answer:
    return target.anonymous.post(CONFIRM, {"token": token, "new_password": password, **more})


def sent(target: Target, account: Account, number: int = 1) -> str:
    """Ask for a token and return it as it was mailed."""
    assert asked(target, account.email).status_code == 202
    return target.mailbox.token(account.email, number)


def signs_in(target: Target, account: Account, password: str) -> bool:
    return target.log_in(account.email, password).status_code == 200


def assert_unchanged(target: Target, account: Account) -> None:
    stored = target.row("users", account.id)
    assert stored["token_version"] == 0
    assert signs_in(target, account, PASSWORD)
    assert not signs_in(target, account, NEW)


def test_a_reset_token_works_once(target: Target) -> None:
    account = target.account()
    token = sent(target, account)
    assert confirmed(target, token).status_code == 204
    assert_refused(confirmed(target, token, NEWER), 403)
    assert not signs_in(target, account, NEWER)
    assert signs_in(target, account, NEW)


def test_of_concurrent_resets_with_one_token_exactly_one_wins(target: Target) -> None:
    account = target.account()
    token = sent(target, account)
    passwords = [f"Another-horse-{number}" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda password: confirmed(target, token, password).status_code, passwords))
    assert sorted(answers) == [204, 403, 403, 403, 403, 403]
    assert [signs_in(target, account, password) for password in passwords] == [it == 204 for it in answers]


def test_a_reset_ends_every_session_and_every_access_token(target: Target) -> None:
    thief = target.somebody()
    assert confirmed(target, sent(target, thief.account)).status_code == 204
    assert_refused(thief.get("/users/me"))
    assert_refused(target.anonymous.post("/auth/refresh", {"refresh_token": thief.refresh}))
    assert not signs_in(target, thief.account, PASSWORD)


def test_a_reset_token_sets_its_own_users_password_only(target: Target) -> None:
    attacker, victim = target.account("attacker"), target.account("victim")
    token = sent(target, attacker)
    for more in ({"email": victim.email}, {"user_id": victim.id}, {"username": victim.email}, {"sub": victim.id}):
        assert_refused(confirmed(target, token, NEW, **more), 422)
    assert confirmed(target, token).status_code == 204
    assert_unchanged(target, victim)


def test_an_old_reset_token_is_dead_once_a_newer_one_was_sent(target: Target) -> None:
    account = target.account()
    old, newer = sent(target, account), sent(target, account, 2)
    assert_refused(confirmed(target, old), 403)
    assert_unchanged(target, account)
    assert confirmed(target, newer).status_code == 204


def test_an_expired_reset_token_is_dead(target: Target) -> None:
    account = target.account()
    token = sent(target, account)
    past = target.moment(datetime.now(UTC) - timedelta(seconds=1))
    target.change("password_resets", {"user_id": account.id}, expires_at=past)
    assert_refused(confirmed(target, token), 403)
    assert_unchanged(target, account)


def test_a_reset_token_is_dead_once_the_password_was_changed(target: Target) -> None:
    caller = target.somebody()
    token = sent(target, caller.account)
    assert caller.post(CHANGE, {"current_password": PASSWORD, "new_password": NEW}).status_code == 204
    assert_refused(confirmed(target, token, NEWER), 403)
    assert signs_in(target, caller.account, NEW)


def test_the_reset_token_of_a_user_deactivated_meanwhile_brings_nobody_back(target: Target) -> None:
    account = target.account()
    token = sent(target, account)
    target.change("users", {"id": account.id}, is_active=False)
    confirmed(target, token)
    assert target.log_in(account.email, NEW).status_code in (401, 403)
    assert target.row("users", account.id)["is_active"] in (False, 0)


def test_what_the_database_holds_of_a_reset_token_cannot_be_used(target: Target) -> None:
    account = target.account()
    token = sent(target, account)
    (row,) = target.rows("password_resets", user_id=account.id)
    assert confirmed(target, row["token_hash"]).status_code in (403, 422)
    assert token not in target.everything()
    assert_unchanged(target, account)


def test_other_tokens_reset_nothing(target: Target) -> None:
    caller = target.somebody()
    for token in (caller.access, caller.refresh, str(caller.account.id), "%", "\x00", "\ud800", "", None, 1, [], {}):
        assert confirmed(target, token).status_code in (400, 403, 422)
    assert_unchanged(target, caller.account)


def test_a_weak_password_is_refused_and_leaves_the_reset_token_for_a_better_one(target: Target) -> None:
    account = target.account()
    token = sent(target, account)
    for weak in ("Short-1", "alllower-7", "ALLUPPER-7", "No-digits", "NoSymbol7", "Aa1-" + "x" * 125, "", None):
        assert_refused(confirmed(target, token, weak), 422)
    assert_unchanged(target, account)
    assert confirmed(target, token).status_code == 204


def test_asking_for_a_reset_says_nothing_about_who_has_an_account(target: Target) -> None:
    known, locked = target.account("known"), target.account("locked")
    away = target.account("away", is_active=False)
    later = target.moment(datetime.now(UTC) + timedelta(hours=1))
    target.change("users", {"id": locked.id}, locked_until=later, failed_login_count=9)
    unknown = address("nobody")
    answers = [asked(target, email) for email in (unknown, known.email, locked.email, away.email)]
    assert all(same_to_the_eye(answer, answers[0]) for answer in answers)
    target.mailbox.message(known.email)
    assert not {unknown, away.email} & target.mailbox.recipients()


def test_a_reset_token_is_in_the_mail_and_nowhere_else(target: Target) -> None:
    account = target.account()
    answer = asked(target, account.email)
    token = target.mailbox.token(account.email)
    assert token not in answer.text + str(answer.headers)
    assert token not in target.log.read_text()


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "Referer", "Origin"])
def test_the_link_in_the_mail_leads_where_the_settings_say_whatever_the_headers_say(
    target: Target, header: str
) -> None:
    account = target.account()
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    asked(target, account.email, headers={header: value})
    assert "evil.example" not in str(target.mailbox.message(account.email))


@pytest.mark.parametrize(
    "ending",
    [
        "\r\nBcc: evil@evil.example",
        "\nBcc: evil@evil.example",
        "\rBcc: evil@evil.example",
        "%0d%0aBcc: evil@evil.example",
        ", evil@evil.example",
        ";evil@evil.example",
        " evil@evil.example",
        ">\r\nRCPT TO:<evil@evil.example",
        "\r\n.\r\nMAIL FROM:<evil@evil.example>",
        "\u2028Bcc: evil@evil.example",
        "\x00evil@evil.example",
    ],
)
def test_an_address_cannot_carry_headers_or_other_recipients(target: Target, ending: str) -> None:
    account = target.account()
    assert_refused(asked(target, account.email + ending), 422)
    assert_refused(
        target.anonymous.post("/auth/register", {"email": address("new") + ending, "password": PASSWORD}), 422
    )
    assert_refused(asked(target, [account.email, "evil@evil.example"]), 422)
    sent(target, account)
    assert not any("evil" in one for one in target.mailbox.recipients())


def test_a_changed_password_needs_the_current_one(target: Target) -> None:
    caller = target.somebody()
    for current in ("Wrong-horse-7", PASSWORD.lower(), PASSWORD + " ", ""):
        answer = caller.post(CHANGE, {"current_password": current, "new_password": NEW})
        assert answer.status_code in (403, 422)
    assert_refused(caller.post(CHANGE, {"new_password": NEW}), 422)
    assert_unchanged(target, caller.account)


def test_a_stolen_session_cannot_guess_the_password_without_end(target: Target) -> None:
    caller = target.somebody()
    for number in range(6):
        assert_refused(caller.post(CHANGE, {"current_password": f"Guess-{number}", "new_password": NEW}), 403)
    assert_refused(caller.post(CHANGE, {"current_password": PASSWORD, "new_password": NEW}), 403)
    assert not signs_in(target, caller.account, NEW)


def test_a_password_is_changed_for_oneself_only(target: Target) -> None:
    attacker, victim = target.somebody("attacker"), target.account("victim")
    for more in ({"user_id": victim.id}, {"email": victim.email}, {"id": victim.id}):
        body = {"current_password": PASSWORD, "new_password": NEW, **more}
        assert_refused(attacker.post(CHANGE, body), 422)
        assert_refused(attacker.post(CHANGE, {"current_password": "x", "new_password": NEW}, params=more), 403)
    assert_refused(target.anonymous.post(CHANGE, {"current_password": PASSWORD, "new_password": NEW}))
    assert_unchanged(target, victim)


def test_an_api_key_changes_no_password_and_makes_no_keys(target: Target) -> None:
    caller = target.somebody()
    key = caller.post("/auth/api-keys", {"name": "stolen"}).json()["key"]
    with_key = {"X-API-Key": key}
    assert target.anonymous.get("/users/me", headers=with_key).status_code == 200
    body = {"current_password": "x", "new_password": NEW}
    assert target.anonymous.post(CHANGE, body, headers=with_key).status_code in (401, 403)
    assert_refused(target.anonymous.post("/auth/api-keys", {"name": "more"}, headers=with_key))
    assert len(target.rows("api_keys", user_id=caller.account.id)) == 1


@pytest.mark.parametrize("way", ["changed", "reset"])
def test_a_new_password_ends_every_key_for_programs(target: Target, way: str) -> None:
    caller, other = target.somebody(), target.somebody("other")
    stolen, others = (it.post("/auth/api-keys", {"name": "import"}).json()["key"] for it in (caller, other))
    if way == "changed":
        assert caller.post(CHANGE, {"current_password": PASSWORD, "new_password": NEW}).status_code == 204
    else:
        assert confirmed(target, sent(target, caller.account)).status_code == 204
    assert_refused(target.anonymous.get("/users/me", headers={"X-API-Key": stolen}))
    assert target.anonymous.get("/users/me", headers={"X-API-Key": others}).status_code == 200


HUGE = "Aa1-" + "x" * 900_000
"""Just under what the server accepts as a body; a hash of it would take the processor long."""


def test_a_huge_password_is_refused_before_it_is_hashed(target: Target) -> None:
    caller, token = target.somebody(), sent(target, target.account())
    with target.working() as work:
        answers = [
            target.log_in(caller.account.email, HUGE),
            target.log_in(address("nobody"), HUGE),
            target.anonymous.post("/auth/register", {"email": address("new"), "password": HUGE}),
            caller.post(CHANGE, {"current_password": HUGE, "new_password": NEW}),
            caller.post(CHANGE, {"current_password": PASSWORD, "new_password": HUGE}),
            confirmed(target, token, HUGE),
        ]
    assert [answer.status_code for answer in answers] == [422] * 6
    assert work == []
    assert all(len(answer.content) < 10_000 for answer in answers)


def test_a_body_beyond_the_limit_is_refused_unread(target: Target) -> None:
    with target.working() as work:
        assert_refused(target.log_in("somebody@office.example", HUGE * 2), 413)
        assert_refused(target.anonymous.post("/auth/register", {"password": HUGE * 2}), 413)
    assert work == []


STRANGE = ["\x00", "Aa1-\x00horse", "\ud800Aa1-horse", "Aa1-\udfff-horse", None, 7, True, ["Aa1-horse"], {"a": 1}]


@pytest.mark.parametrize("password", STRANGE, ids=repr)
def test_a_strange_password_is_no_fault_of_the_server_and_gains_nothing(target: Target, password: object) -> None:
    caller, token = target.somebody(), sent(target, target.account())
    new = address("new")
    register = target.anonymous.post("/auth/register", {"email": new, "password": password})
    assert register.status_code in (201, 400, 422)
    if not isinstance(password, str) or re.search("[\ud800-\udfff]", password):
        assert register.status_code in (400, 422)
        assert target.rows("users", email=new) == []
        assert confirmed(target, token, password).status_code in (400, 422)
    answer = caller.post(CHANGE, {"current_password": password, "new_password": NEW})
    assert answer.status_code in (400, 403, 422)
    assert_unchanged(target, caller.account)


@pytest.mark.parametrize("password", ["\x00", PASSWORD + "\x00", PASSWORD + "\x00tail", "\xff", "%00", ""])
def test_a_strange_password_does_not_sign_in(target: Target, password: str) -> None:
    assert target.log_in(target.account().email, password).status_code in (401, 422)
