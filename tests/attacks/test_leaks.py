"""Secrets stay where they are: not in the log, not in answers, not with other origins."""

from __future__ import annotations

import json
import secrets

import pytest

from tests.attacks.target import PASSWORD, Target, address, assert_guarded, assert_refused


def test_a_whole_life_of_an_account_leaves_no_secret_in_the_log_or_in_an_error(target: Target) -> None:
    email = address("secretive")
    mark = secrets.token_hex(8)
    first, second, third, wrong = (f"{word}-Horse7-{mark}" for word in ("First", "Second", "Third", "Wrong"))
    everything = [first, second, third, wrong]
    refused = []
    ask = target.anonymous.post
    ask("/auth/register", {"email": email, "password": first})
    refused.append(ask("/auth/register", {"email": email, "password": second}))
    refused.append(ask("/auth/register", {"email": "no address", "password": first, "role": "editor"}))
    refused.append(ask("/auth/register", {"email": address("x"), "password": mark}))
    refused.append(target.log_in(email, wrong))
    refused.append(target.log_in(wrong, email))
    tokens = target.log_in(email, first).json()
    access = {"Authorization": f"Bearer {tokens['access_token']}"}
    renewed = ask("/auth/refresh", {"refresh_token": tokens["refresh_token"]}).json()
    refused.append(ask("/auth/refresh", {"refresh_token": tokens["refresh_token"]}))
    refused.append(ask("/auth/refresh", {"refresh_token": tokens["refresh_token"], "more": wrong}))
    refused.append(target.anonymous.get("/users/me", headers=access))
    tokens = target.log_in(email, first).json()
    access = {"Authorization": f"Bearer {tokens['access_token']}"}
    key = ask("/auth/api-keys", {"name": "import"}, headers=access).json()["key"]
    refused.append(ask("/auth/password", {"current_password": wrong, "new_password": second}, headers=access))
    refused.append(ask("/auth/password", {"current_password": first, "new_password": mark}, headers=access))
    ask("/auth/password", {"current_password": first, "new_password": second}, headers=access)
    refused.append(target.anonymous.get("/users/me", headers=access))
    refused.append(target.anonymous.get("/users/me", params={"access_token": tokens["access_token"], "x": wrong}))
    ask("/auth/password-reset", {"email": email})
    reset = target.mailbox.token(email)
    refused.append(ask("/auth/password-reset/confirm", {"token": reset, "new_password": mark}))
    ask("/auth/password-reset/confirm", {"token": reset, "new_password": third})
    refused.append(ask("/auth/password-reset/confirm", {"token": reset, "new_password": first}))
    refused.append(target.send("POST", "/auth/login", content=f'{{"password": "{wrong}"', headers=JSON))
    assert all(answer.status_code >= 400 for answer in refused)
    everything += [tokens["access_token"], renewed["access_token"], tokens["refresh_token"], renewed["refresh_token"]]
    (user,) = target.rows("users", email=email)
    everything += [key, reset, user["password_hash"], target.key, mark, PASSWORD, "$argon2"]
    log = target.log.read_text()
    shown = "\n".join(answer.text + str(answer.headers) for answer in refused)
    for secret in everything:
        assert secret not in log
        assert secret not in shown


JSON = {"Content-Type": "application/json"}


def test_the_log_says_what_happened_to_the_account(target: Target) -> None:
    account = target.account()
    for _ in range(5):
        target.log_in(account.email, "Wrong-horse-7")
    caller = target.somebody()
    for _ in range(2):
        target.anonymous.post("/auth/refresh", {"refresh_token": caller.refresh})
    lines = [json.loads(line) for line in target.log.read_text().splitlines() if line.startswith("{")]
    seen = {(line.get("user_id"), line["message"]) for line in lines}
    assert {(account.id, "wrong_password"), (account.id, "account_locked")} <= seen
    assert (caller.account.id, "refresh_token_reused") in seen


def test_the_log_does_not_say_what_was_rolled_back(target: Target) -> None:
    victim, caller = target.account("victim"), target.somebody()
    for email, status in ((victim.email, 409), (address("moved"), 200)):
        body = {"email": email, "current_password": PASSWORD}
        assert caller.patch("/users/me", body).status_code == status
    lines = [json.loads(line) for line in target.log.read_text().splitlines() if line.startswith("{")]
    own = [line["message"] for line in lines if line.get("user_id") == caller.account.id]
    assert own.count("email_changed") == 1


def test_a_line_of_the_log_cannot_be_forged(target: Target) -> None:
    forged = '\n{"level": "info", "message": "login", "user_id": 1, "forged": true}\n'
    target.log_in(forged, "x")
    target.anonymous.get("/tasks/%0a%7b%22forged%22:true%7d")
    target.anonymous.get("/users/me", headers={"X-Request-ID": '"}{"forged": true}'})
    for line in target.log.read_text().splitlines():
        if line.startswith("{"):
            assert "forged" not in json.loads(line)


def test_answers_show_accounts_without_what_keeps_them(target: Target) -> None:
    chief = target.somebody("chief", is_superuser=True)
    shown = (chief.get("/users/me"), chief.get(f"/users/{chief.account.id}"), chief.get("/users?sort=-id&limit=1"))
    for answer in shown:
        for word in ("password", "hash", "token_version", "failed_login_count", "locked_until"):
            assert word not in answer.text


@pytest.mark.parametrize("field", ["password_hash", "token_version", "failed_login_count", "locked_until"])
def test_users_are_neither_sorted_nor_filtered_by_what_keeps_them(target: Target, field: str) -> None:
    chief = target.somebody("chief", is_superuser=True)
    for query in (f"sort={field}", f"{field}=x", f"{field}__ge=a", f"{field}__contains=argon2"):
        assert_refused(chief.get(f"/users?{query}"), 422)


def test_a_search_among_users_does_not_look_into_hashes(target: Target) -> None:
    chief = target.somebody("chief", is_superuser=True)
    for term in ("argon2id", "$v=19", target.row("users", chief.account.id)["password_hash"][-10:]):
        assert chief.get("/users", params={"search": term}).json()["total"] == 0


OTHERS = (
    "https://evil.example",
    "null",
    "http://office.example",
    "https://office.example.evil.example",
    "https://evil-office.example",
    "https://sub.office.example",
    "https://office.example:8443",
    "https://office.exampl",
    "HTTPS://OFFICE.EXAMPLE.",
    "*",
)


@pytest.mark.parametrize("origin", OTHERS)
def test_no_other_origin_reads_answers_or_sends_credentials(target: Target, origin: str) -> None:
    caller = target.somebody()
    answers = [
        caller.get("/users/me", headers={"Origin": origin}),
        target.anonymous.get("/users/me", headers={"Origin": origin}),
        target.log_in(caller.account.email, PASSWORD, headers={"Origin": origin}),
    ]
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = target.anonymous.send("OPTIONS", "/users/me", headers=asked)
    assert preflight.status_code >= 400
    for answer in (*answers, preflight):
        assert "access-control-allow-origin" not in answer.headers


def test_the_named_origin_reads_a_refusal_too_but_never_any_origin(target: Target) -> None:
    answer = target.anonymous.get("/users/me", headers={"Origin": "https://office.example"})
    assert_refused(answer)
    assert answer.headers["access-control-allow-origin"] == "https://office.example"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users/me"),
        ("GET", "/nowhere"),
        ("PUT", "/users/me"),
        ("POST", "/auth/login"),
        ("POST", "/auth/refresh"),
    ],
)
def test_every_refusal_has_the_headers_that_keep_browsers_from_harm(target: Target, method: str, path: str) -> None:
    answer = target.anonymous.send(method, path, {})
    assert answer.status_code in (401, 404, 405, 422)
    assert_guarded(answer)
    assert "server-timing" not in answer.headers


def test_a_fault_of_the_form_does_not_repeat_what_was_sent(target: Target) -> None:
    secret = f"Secret-{secrets.token_hex(8)}"
    for body in ({"password": secret}, {"password": [secret]}, {secret: secret}, secret, [secret]):
        answer = target.anonymous.post("/auth/register", body)
        assert_refused(answer, 422)
        assert answer.text.count(secret) <= (1 if isinstance(body, dict) and secret in body else 0)
