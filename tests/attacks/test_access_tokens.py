"""Access tokens that the backend did not issue, or not for this, open nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.attacks.forgery import claims_of, encoded, signed, unsigned
from tests.attacks.target import PASSWORD, Caller, Target, assert_refused

NOW, HOUR = int(time.time()), 3600
Claims = dict[str, Any]


@dataclass(frozen=True)
class Real:
    """A token as issued, what it claims, and the key it is signed with."""

    token: str
    claims: Claims
    key: bytes


FORGED: dict[str, Callable[[Real], str]] = {
    "algorithm none": lambda real: unsigned(real.claims),
    "algorithm None": lambda real: unsigned(real.claims, "None"),
    "algorithm nOnE": lambda real: unsigned(real.claims, "nOnE"),
    "no algorithm": lambda real: unsigned(real.claims, ""),
    "none with a signature": lambda real: signed(real.claims, real.key, {"alg": "none"}),
    "no signature": lambda real: real.token.rpartition(".")[0] + ".",
    "two parts": lambda real: real.token.rpartition(".")[0],
    "cut signature": lambda real: real.token[:-5],
    "wrong key": lambda real: signed(real.claims, b"k" * 32),
    "empty key": lambda real: signed(real.claims, b""),
    "the key's name for a key": lambda real: signed(real.claims, b"SECRET_KEY"),
    "RS256 signed by HMAC": lambda real: signed(real.claims, real.key, {"alg": "RS256"}),
    "ES256 signed by HMAC": lambda real: signed(real.claims, real.key, {"alg": "ES256"}),
    "HS512 with the key": lambda real: signed(real.claims, real.key, digest="HS512"),
    "HS384 with the key": lambda real: signed(real.claims, real.key, digest="HS384"),
    "a key in the header": lambda real: signed(
        real.claims, b"k" * 32, {"jwk": {"kty": "oct", "k": encoded(b"k" * 32)}}
    ),
    "an empty file for a key": lambda real: signed(real.claims, b"", {"kid": "/dev/null"}),
    "another's claims under the old signature": lambda real: ".".join(
        [
            real.token.split(".")[0],
            signed({**real.claims, "sub": "1"}, real.key).split(".")[1],
            real.token.split(".")[2],
        ]
    ),
    "expired": lambda real: signed({**real.claims, "iat": NOW - 2 * HOUR, "exp": NOW - HOUR}, real.key),
    "expired this second": lambda real: signed({**real.claims, "exp": int(time.time()) - 1}, real.key),
    "expiry as text": lambda real: signed({**real.claims, "exp": "never"}, real.key),
    "expiry null": lambda real: signed({**real.claims, "exp": None}, real.key),
    "without exp": lambda real: signed(without(real.claims, "exp"), real.key),
    "without iat": lambda real: signed(without(real.claims, "iat"), real.key),
    "without sub": lambda real: signed(without(real.claims, "sub"), real.key),
    "without ver": lambda real: signed(without(real.claims, "ver"), real.key),
    "not valid yet": lambda real: signed({**real.claims, "nbf": NOW + HOUR}, real.key),
    "issued in the future": lambda real: signed({**real.claims, "iat": NOW + HOUR}, real.key),
    "sub a number": lambda real: signed({**real.claims, "sub": int(real.claims["sub"])}, real.key),
    "sub a list": lambda real: signed({**real.claims, "sub": [real.claims["sub"]]}, real.key),
    "sub no number": lambda real: signed({**real.claims, "sub": "admin"}, real.key),
    "sub of nobody": lambda real: signed({**real.claims, "sub": "2000000000"}, real.key),
    "sub negative": lambda real: signed({**real.claims, "sub": "-1"}, real.key),
    "sub SQL": lambda real: signed({**real.claims, "sub": "1 OR 1=1"}, real.key),
    "another version": lambda real: signed({**real.claims, "ver": real.claims["ver"] + 1}, real.key),
    "version null": lambda real: signed({**real.claims, "ver": None}, real.key),
    "claims a list": lambda real: signed([real.claims], real.key),
    "claims a word": lambda real: signed("admin", real.key),
    "dots": lambda _: "..",
    "no base64": lambda _: "!.!.!",
    "eight thousand dots": lambda _: "." * 8_000,
}


def without(claims: Claims, name: str) -> Claims:
    return {key: value for key, value in claims.items() if key != name}


def test_a_token_as_issued_is_accepted_so_that_refusals_mean_something(target: Target) -> None:
    caller = target.somebody()
    assert caller.get("/users/me").json()["id"] == caller.account.id
    again = target.forged(claims_of(caller.access))
    assert target.anonymous.get("/users/me", headers=bearer(again)).status_code == 200


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_token_opens_nothing(target: Target, what: str) -> None:
    caller = victim(target)
    token = FORGED[what](Real(caller.access, claims_of(caller.access), target.key.encode()))
    for path in ("/users/me", "/tasks"):
        assert_refused(target.anonymous.get(path, headers=bearer(token)))


def test_a_refresh_token_is_no_access_token(target: Target) -> None:
    caller = target.somebody()
    assert_refused(target.anonymous.get("/users/me", headers=bearer(caller.refresh)))


HEADERS = {
    "basic": "Basic YWRtaW46YWRtaW4=",
    "digest": 'Digest username="admin"',
    "bearer without a token": "Bearer",
    "two tokens": "Bearer a b",
    "a word": "admin",
    "not ASCII": "Bearer \xfc\xff",
    "a token without a scheme": "{token}",
    "a made-up scheme": "Token {token}",
}


@pytest.mark.parametrize("what", HEADERS)
def test_other_authorization_headers_open_nothing(target: Target, what: str) -> None:
    value = HEADERS[what].replace("{token}", victim(target).access)
    assert_refused(target.anonymous.get("/users/me", headers={"Authorization": value.encode("latin-1")}))


@pytest.mark.parametrize("name", ["access_token", "token", "Authorization", "jwt", "api_key"])
def test_a_token_in_the_query_or_in_a_cookie_is_ignored(target: Target, name: str) -> None:
    token = victim(target).access
    assert_refused(target.anonymous.get("/users/me", params={name: token}))
    assert_refused(target.anonymous.get("/users/me", headers={"Cookie": f"{name}={token}"}))


def test_the_token_of_a_deleted_user_opens_nothing(target: Target) -> None:
    caller = target.somebody()
    target.remove("users", caller.account.id)
    assert_refused(caller.get("/users/me"))
    assert_refused(caller.post("/tasks", {"title": "From the grave"}))
    assert_refused(target.anonymous.post("/auth/refresh", {"refresh_token": caller.refresh}))


def test_the_token_of_a_deactivated_user_opens_nothing(target: Target) -> None:
    caller, chief = target.somebody(), target.somebody("chief", is_superuser=True)
    assert chief.patch(f"/users/{caller.account.id}", {"is_active": False}).status_code == 200
    assert caller.get("/users/me").status_code in (401, 403)
    assert caller.post("/tasks", {"title": "Still here"}).status_code in (401, 403)
    assert target.anonymous.post("/auth/refresh", {"refresh_token": caller.refresh}).status_code in (401, 403)
    assert target.log_in(caller.account.email, PASSWORD).status_code == 403
    assert target.rows("tasks", user_id=caller.account.id) == []


def test_a_flag_in_the_database_alone_stops_tokens_at_once(target: Target) -> None:
    caller = target.somebody()
    target.change("users", {"id": caller.account.id}, is_active=False)
    assert_refused(caller.get("/users/me"), 403)
    assert_refused(target.anonymous.post("/auth/refresh", {"refresh_token": caller.refresh}), 403)


def test_reactivating_a_user_does_not_bring_old_tokens_back(target: Target) -> None:
    caller, chief = target.somebody(), target.somebody("chief", is_superuser=True)
    for active in (False, True):
        assert chief.patch(f"/users/{caller.account.id}", {"is_active": active}).status_code == 200
    assert_refused(caller.get("/users/me"))
    assert_refused(target.anonymous.post("/auth/refresh", {"refresh_token": caller.refresh}))


def test_a_role_taken_away_is_gone_at_once(target: Target) -> None:
    editor, chief = target.somebody(role="editor"), target.somebody("chief", is_superuser=True)
    assert editor.post("/reports", {"title": "While I may"}).status_code == 201
    assert chief.patch(f"/users/{editor.account.id}", {"role": "user"}).status_code == 200
    title = target.account().email
    assert editor.post("/reports", {"title": title}).status_code in (401, 403)
    assert target.rows("reports", title=title) == []


def test_a_superuser_no_more_may_nothing_special_with_the_old_token(target: Target) -> None:
    chief = target.somebody("chief", is_superuser=True)
    target.change("users", {"id": chief.account.id}, is_superuser=False)
    assert_refused(chief.get("/users"), 403)


def test_claims_of_roles_in_a_token_mean_nothing(target: Target) -> None:
    caller = target.somebody()
    more = {"role": "editor", "roles": ["editor"], "is_superuser": True, "scope": "admin"}
    claimed = Caller(target, bearer(target.forged({**claims_of(caller.access), **more})))
    assert_refused(claimed.get("/users"), 403)
    assert_refused(claimed.post("/reports", {"title": "Mine"}), 403)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def victim(target: Target) -> Caller:
    """Return somebody who signed in once for all attacks that change nothing."""
    if target.victim is None:
        target.victim = target.somebody("victim")
    return target.victim
