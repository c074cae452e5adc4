"""Refresh tokens work once, for one session, and a second use ends it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest

from tests.attacks.backend import Backends
from tests.attacks.target import PASSWORD, Answer, Target, assert_refused

REFRESH, LOGOUT = "/auth/refresh", "/auth/logout"


def refreshed(target: Target, token: object) -> Answer:
    return target.anonymous.post(REFRESH, {"refresh_token": token})


def test_a_replayed_refresh_token_is_refused_and_ends_the_session_of_both(target: Target) -> None:
    caller = target.somebody()
    stolen = caller.refresh
    renewed = refreshed(target, stolen)
    assert renewed.status_code == 200
    assert_refused(refreshed(target, stolen))
    assert_refused(refreshed(target, renewed.json()["refresh_token"]))
    assert all(row["revoked_at"] for row in target.rows("refresh_tokens", user_id=caller.account.id))


def test_a_replay_late_in_a_long_session_ends_it_too(target: Target) -> None:
    caller = target.somebody()
    tokens = [caller.refresh]
    for _ in range(4):
        tokens.append(refreshed(target, tokens[-1]).json()["refresh_token"])
    assert_refused(refreshed(target, tokens[1]))
    assert_refused(refreshed(target, tokens[-1]))


def test_a_replay_leaves_the_other_sessions_of_the_user_alone(target: Target) -> None:
    caller = target.somebody()
    other = target.signed_in(caller.account)
    refreshed(target, caller.refresh)
    assert_refused(refreshed(target, caller.refresh))
    assert refreshed(target, other.refresh).status_code == 200


def test_of_concurrent_refreshes_with_one_token_exactly_one_wins_and_the_session_ends(target: Target) -> None:
    caller = target.somebody()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: refreshed(target, caller.refresh), range(8)))
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert {answer.status_code for answer in answers} == {200, 401}
    assert_refused(refreshed(target, won[0].json()["refresh_token"]))
    assert len(target.rows("refresh_tokens", user_id=caller.account.id)) == 2


@pytest.mark.parametrize("name", ["postgresql", "postgresql-sync"])
def test_a_refresh_while_the_password_is_changed_does_not_outlive_the_change(backends: Backends, name: str) -> None:
    target = backends.target(name)
    caller = target.somebody()
    user = caller.account.id
    with ThreadPoolExecutor(1) as pool:
        with target.transaction() as change:
            target.change_in(change, "users", {"id": user}, token_version=1)
            renewal = pool.submit(refreshed, target, caller.refresh)
            while not (renewal.done() or target.is_waiting()):
                sleep(0.01)
            revoked = target.moment(datetime.now(UTC))
            target.change_in(change, "refresh_tokens", {"user_id": user}, revoked_at=revoked)
        assert_refused(renewal.result())


def test_an_expired_refresh_token_is_refused(target: Target) -> None:
    caller = target.somebody()
    past = target.moment(datetime.now(UTC) - timedelta(seconds=1))
    target.change("refresh_tokens", {"user_id": caller.account.id}, expires_at=past)
    assert_refused(refreshed(target, caller.refresh))


def test_signing_out_ends_the_session(target: Target) -> None:
    caller = target.somebody()
    renewed = refreshed(target, caller.refresh).json()["refresh_token"]
    assert caller.post(LOGOUT, {"refresh_token": renewed}).status_code == 204
    assert_refused(refreshed(target, renewed))
    assert_refused(refreshed(target, caller.refresh))


def test_signing_out_ends_access_tokens_also_copied_ones(target: Target) -> None:
    caller = target.somebody()
    assert caller.get("/users/me").status_code == 200
    assert target.anonymous.post(LOGOUT, {"refresh_token": caller.refresh}).status_code == 204
    assert_refused(caller.get("/users/me"))


def test_a_replay_ends_the_access_token_of_the_thief_too(target: Target) -> None:
    caller = target.somebody()
    access = refreshed(target, caller.refresh).json()["access_token"]
    assert_refused(refreshed(target, caller.refresh))
    assert_refused(target.anonymous.get("/users/me", headers={"Authorization": f"Bearer {access}"}))


def test_a_token_of_an_ended_session_ends_no_other_one(target: Target) -> None:
    caller = target.somebody()
    target.anonymous.post(LOGOUT, {"refresh_token": caller.refresh})
    later = target.signed_in(caller.account)
    for path in (LOGOUT, REFRESH, LOGOUT):
        target.anonymous.post(path, {"refresh_token": caller.refresh})
    assert later.get("/users/me").status_code == 200


def test_signing_out_one_does_not_sign_out_another(target: Target) -> None:
    attacker, caller = target.somebody("attacker"), target.somebody()
    for guess in (str(caller.account.id), "%", "' OR 1=1 --", attacker.refresh):
        attacker.post(
            LOGOUT,
            {
                "refresh_token": guess,
            },
        )
    assert_refused(attacker.post(LOGOUT, {"refresh_token": attacker.refresh, "user_id": caller.account.id}), 422)
    assert refreshed(target, caller.refresh).status_code == 200


@pytest.mark.parametrize("field", ["user_id", "sub", "role", "expires_at", "is_superuser"])
def test_a_refresh_takes_nothing_but_the_token(target: Target, field: str) -> None:
    caller = target.somebody()
    body = {"refresh_token": caller.refresh, field: 1}
    assert_refused(target.anonymous.post(REFRESH, body), 422)
    assert refreshed(target, caller.refresh).status_code == 200


def test_what_the_database_holds_of_a_refresh_token_cannot_be_used(target: Target) -> None:
    caller = target.somebody()
    (row,) = target.rows("refresh_tokens", user_id=caller.account.id)
    assert_refused(refreshed(target, row["token_hash"]))
    assert caller.refresh not in target.everything()


@pytest.mark.parametrize(
    "token",
    ["", " ", "%", "\x00", "\ud800", "a\x00b", "é" * 20, "x" * 100_000, None, 1, True, [], {"$ne": ""}, "' OR '1'='1"],
    ids=lambda token: repr(token)[:20],
)
def test_a_made_up_refresh_token_is_refused(target: Target, token: object) -> None:
    answer = refreshed(target, token)
    assert answer.status_code in (400, 401, 422)


def test_an_access_token_is_no_refresh_token(target: Target) -> None:
    answer = refreshed(target, target.somebody().access)
    assert answer.status_code in (401, 422)


def test_a_refresh_token_of_one_stays_that_ones_whoever_sends_it(target: Target) -> None:
    attacker, caller = target.somebody("attacker"), target.somebody()
    answer = attacker.post(REFRESH, {"refresh_token": attacker.refresh}, params={"user_id": caller.account.id})
    token = answer.json()["access_token"]
    me = target.anonymous.get("/users/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["id"] == attacker.account.id


def test_a_changed_password_ends_every_session(target: Target) -> None:
    thief = target.somebody()
    owner = target.signed_in(thief.account)
    body = {"current_password": PASSWORD, "new_password": "Another-horse-8"}
    assert owner.post("/auth/password", body).status_code == 204
    for token in (thief.refresh, owner.refresh):
        assert_refused(refreshed(target, token))
    for caller in (thief, owner):
        assert_refused(caller.get("/users/me"))
    assert_refused(target.log_in(thief.account.email, PASSWORD))
