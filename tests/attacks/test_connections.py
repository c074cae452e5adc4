"""Many calls at the same time do not leave a backend without connections to its database, whoever sends them.

A request that waits for a second connection with one in hand waits for requests that do the same; the pool gives up
after half a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.attacks.backend import Backends
from tests.attacks.target import PASSWORD, Answer, Caller, Target, address

AT_ONCE = 40
"""Calls at the same time: more than there are connections, with those beyond the pool (1 + 10)."""
PATIENCE = 15.0
"""Seconds after which they must all be answered: half of what the pool waits for a connection."""
NEW = "Another-horse-8"


@pytest.fixture(params=["few-connections", "few-connections-sync"])
def few(request: pytest.FixtureRequest, backends: Backends) -> Target:
    """A backend with few connections to its database."""
    return backends.target(request.param)


def new_address(caller: Caller) -> Answer:
    return caller.patch("/users/me", {"email": address("moved"), "current_password": PASSWORD})


def new_password(caller: Caller) -> Answer:
    return caller.post("/auth/password", {"current_password": PASSWORD, "new_password": NEW})


def wrong_password(caller: Caller) -> Answer:
    return caller.post("/auth/password", {"current_password": "Wrong-horse-7", "new_password": NEW})


def session(caller: Caller) -> Answer:
    return caller.target.log_in(caller.account.email, PASSWORD)


def account(caller: Caller) -> Answer:
    return caller.target.anonymous.post("/auth/register", {"email": address("new"), "password": PASSWORD})


def by_key(caller: Caller) -> Answer:
    key = caller.post("/auth/api-keys", {"name": "import"}).json()["key"]
    return caller.target.anonymous.get("/users/me", headers={"X-API-Key": key})


CALLS: dict[str, Callable[[Caller], Answer]] = {
    "a new address": new_address,
    "a new password": new_password,
    "a wrong password": wrong_password,
    "a session": session,
    "an account": account,
    "a key": by_key,
}


@pytest.mark.parametrize("what", CALLS)
def test_many_calls_of_one_user_at_the_same_time_are_all_answered(few: Target, what: str) -> None:
    caller = few.somebody()
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: CALLS[what](caller).status_code, range(AT_ONCE)))
    assert time.monotonic() - began < PATIENCE
    assert set(answers) <= {200, 201, 204, 401, 403}, answers
    assert few.anonymous.get("/users/me").status_code == 401


def test_many_calls_of_many_users_at_the_same_time_are_all_answered(few: Target) -> None:
    callers = [few.somebody(str(number)) for number in range(AT_ONCE)]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        moved = list(pool.map(lambda caller: new_address(caller).status_code, callers))
        changed = list(pool.map(lambda caller: new_password(caller).status_code, callers))
    assert time.monotonic() - began < PATIENCE
    assert (set(moved), set(changed)) == ({200}, {204})
