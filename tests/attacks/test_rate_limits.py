"""The limits that backends have by themselves hold, whatever address a caller claims."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable

import httpx
import pytest

from tests.attacks.target import API, PASSWORD, Answer, Target, address, assert_refused

LOGINS = 5
"""Calls a minute that backends allow to sign in, where nothing else is said."""


def somewhere() -> str:
    """Return an address that nobody has called from: a counter in Redis outlives a session of tests."""
    return ".".join(["10", *(str(1 + secrets.randbelow(254)) for _ in range(3))])


def through_proxy(caller: str, *claimed: str) -> dict[str, str]:
    """Return the headers of a request that a proxy on this machine passes on: it adds whom it saw at the end."""
    return {"X-Forwarded-For": ", ".join([*claimed, caller])}


def log_in(target: Target, email: str, password: str, headers: dict[str, str]) -> Answer:
    return target.log_in(email, password, headers=headers)


def exhaust(target: Target, caller: str) -> None:
    for _ in range(LOGINS):
        assert_refused(log_in(target, address("nobody"), "x", through_proxy(caller)), 401)
    assert_refused(log_in(target, address("nobody"), "x", through_proxy(caller)), 429)


def test_guessing_comes_to_an_end_also_for_the_right_password_and_for_other_names(limited: Target) -> None:
    caller = somewhere()
    exhaust(limited, caller)
    account = limited.account()
    assert_refused(log_in(limited, account.email, PASSWORD, through_proxy(caller)), 429)
    assert limited.rows("refresh_tokens", user_id=account.id) == []


def test_one_caller_does_not_use_up_the_limit_of_others(limited: Target) -> None:
    exhaust(limited, somewhere())
    assert log_in(limited, limited.account().email, PASSWORD, through_proxy(somewhere())).status_code == 200


def test_a_refused_call_costs_no_work_on_passwords(limited: Target) -> None:
    caller = somewhere()
    exhaust(limited, caller)
    with limited.working() as work:
        for _ in range(5):
            log_in(limited, address("nobody"), "x", through_proxy(caller))
    assert work == []


CLAIMS: dict[str, Callable[[str, int], dict[str, str]]] = {
    "a claimed first hop": lambda caller, number: through_proxy(caller, f"203.0.113.{number}"),
    "many claimed hops": lambda caller, number: through_proxy(caller, *(f"203.0.113.{number + n}" for n in range(9))),
    "a claimed trusted hop": lambda caller, number: through_proxy(caller, f"203.0.113.{number}", "127.0.0.1"),
    "X-Real-IP": lambda caller, number: {**through_proxy(caller), "X-Real-IP": f"203.0.113.{number}"},
    "Forwarded": lambda caller, number: {**through_proxy(caller), "Forwarded": f"for=203.0.113.{number}"},
    "CF-Connecting-IP": lambda caller, number: {**through_proxy(caller), "CF-Connecting-IP": f"203.0.113.{number}"},
    "True-Client-IP": lambda caller, number: {**through_proxy(caller), "True-Client-IP": f"203.0.113.{number}"},
    "X-Client-IP": lambda caller, number: {**through_proxy(caller), "X-Client-IP": f"203.0.113.{number}"},
    "another host": lambda caller, number: {**through_proxy(caller), "Host": f"{number}.example"},
    "another agent": lambda caller, number: {**through_proxy(caller), "User-Agent": f"{number}"},
    "a request id": lambda caller, number: {**through_proxy(caller), "X-Request-ID": f"{number}"},
    "a session": lambda caller, number: {**through_proxy(caller), "Cookie": f"session={number}"},
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_limit_is_not_passed_by_claiming_another_address(limited: Target, claim: str) -> None:
    caller = somewhere()
    exhaust(limited, caller)
    for number in range(1, 6):
        assert_refused(log_in(limited, address("nobody"), "x", CLAIMS[claim](caller, number)), 429)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers on every loopback address")
def test_a_caller_that_is_no_proxy_is_not_believed(limited: Target) -> None:
    local = f"127{somewhere().removeprefix('10')}"
    with httpx.Client(base_url=limited.url, transport=httpx.HTTPTransport(local_address=local)) as client:
        for turn in range(LOGINS + 3):
            answer = client.post(
                f"{API}/auth/login",
                data={"username": address("nobody"), "password": "x"},
                headers={"X-Forwarded-For": f"203.0.113.{turn}"},
            )
    assert_refused(answer, 429)


def test_one_site_of_ipv6_is_one_caller(limited: Target) -> None:
    site = f"2001:db8:{secrets.randbelow(0xFFFF):x}:{secrets.randbelow(0xFFFF):x}"
    for number in range(LOGINS):
        log_in(limited, address("nobody"), "x", through_proxy(f"{site}:{number}::1"))
    assert_refused(log_in(limited, address("nobody"), "x", through_proxy(f"{site}:ffff::1")), 429)


def test_ipv4_callers_that_a_socket_shows_as_ipv6_are_not_one_caller(limited: Target) -> None:
    attacker, other = somewhere(), somewhere()
    exhaust(limited, f"::ffff:{attacker}")
    assert_refused(log_in(limited, address("nobody"), "x", through_proxy(f"::ffff:{other}")), 401)
    assert_refused(log_in(limited, address("nobody"), "x", through_proxy(attacker)), 429)


def test_the_current_password_is_guessed_no_faster_by_a_stolen_session(limited: Target) -> None:
    caller = somewhere()
    account = limited.account()
    access = log_in(limited, account.email, PASSWORD, through_proxy(somewhere())).json()["access_token"]
    headers = {**through_proxy(caller), "Authorization": f"Bearer {access}"}
    body = {"current_password": "Wrong-horse-7", "new_password": "Another-horse-8"}
    answers = [limited.anonymous.post("/auth/password", body, headers=headers) for _ in range(LOGINS + 1)]
    assert_refused(answers[-1], 429)


@pytest.mark.parametrize(
    ("path", "body", "most"),
    [
        ("/auth/register", {"email": "no", "password": "no"}, 5),
        ("/auth/password-reset", {"email": "no"}, 5),
        ("/auth/password-reset/confirm", {"token": "x", "new_password": "Another-horse-8"}, 5),
        ("/auth/refresh", {"refresh_token": "x"}, 30),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_route_that_can_be_abused_has_a_limit(
    limited: Target, path: str, body: dict[str, str], most: int
) -> None:
    headers = through_proxy(somewhere())
    for _ in range(most):
        assert limited.anonymous.post(path, body, headers=headers).status_code != 429
    assert_refused(limited.anonymous.post(path, body, headers=headers), 429)


def test_an_address_is_not_changed_without_end_by_a_stolen_session(limited: Target) -> None:
    account = limited.account()
    access = log_in(limited, account.email, PASSWORD, through_proxy(somewhere())).json()["access_token"]
    headers = {**through_proxy(somewhere()), "Authorization": f"Bearer {access}"}
    for _ in range(30):
        assert_refused(limited.anonymous.patch("/users/me", {"email": address("x")}, headers=headers), 403)
    assert_refused(limited.anonymous.patch("/users/me", {"email": address("x")}, headers=headers), 429)


def test_mail_to_one_victim_comes_to_an_end(limited: Target) -> None:
    victim, headers = limited.account("victim"), through_proxy(somewhere())
    answers = [
        limited.anonymous.post("/auth/password-reset", {"email": victim.email}, headers=headers) for _ in range(8)
    ]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429] * 3
    limited.mailbox.message(victim.email, 5)
    assert len(limited.mailbox.messages(victim.email)) == 5
