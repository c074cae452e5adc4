"""Signed in by cookies: other sites cannot use them, and scripts cannot read them."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

import pytest

from tests.attacks.target import PASSWORD, Answer, Target, assert_refused

ACCESS, CSRF, REFRESH = "__Host-access_token", "__Host-csrf_token", "__Secure-refresh_token"
HEADER = "X-CSRF-Token"


class Browser:
    """Somebody signed in with a browser; cookies go with every request, the header only where a script adds it."""

    def __init__(self, target: Target, answer: Answer) -> None:
        self.target = target
        self.set = SimpleCookie()
        for line in answer.headers.get_list("set-cookie"):
            self.set.load(line)
        self.cookies = {name: morsel.value for name, morsel in self.set.items()}

    def send(self, method: str, path: str, body: Any = None, **headers: str | bytes) -> Answer:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.target.anonymous.send(method, path, body, headers={"Cookie": jar, **headers})

    def as_script(self) -> dict[str, str]:
        return {HEADER: self.cookies[CSRF]}


def browser(target: Target, name: str = "somebody") -> Browser:
    answer = target.log_in(target.account(name).email, PASSWORD)
    assert answer.status_code == 200, answer.text
    return Browser(target, answer)


def titles(target: Target) -> list[str]:
    return [row["title"] for row in target.rows("tasks")]


def test_one_is_signed_in_by_cookies_so_that_refusals_mean_something(cookie_target: Target) -> None:
    one = browser(cookie_target)
    assert one.send("GET", "/users/me").status_code == 200
    assert one.send("POST", "/tasks", {"title": "By a script of ours"}, **one.as_script()).status_code == 201


def test_cookies_are_for_this_host_over_https_and_not_for_scripts(cookie_target: Target) -> None:
    one = browser(cookie_target)
    assert set(one.set) == {ACCESS, CSRF, REFRESH}
    for name, morsel in one.set.items():
        assert morsel["secure"], name
        assert morsel["samesite"].lower() == "strict"
        assert not morsel["domain"]
        assert bool(morsel["httponly"]) is (name != CSRF)
    assert one.set[REFRESH]["path"] == "/api/v1/auth"


def test_tokens_are_in_no_body_that_scripts_read(cookie_target: Target) -> None:
    answer = cookie_target.log_in(cookie_target.account().email, PASSWORD)
    one = Browser(cookie_target, answer)
    renewed = one.send("POST", "/auth/refresh", **one.as_script())
    for shown in (answer, renewed):
        for name in (ACCESS, REFRESH):
            assert Browser(cookie_target, shown).cookies[name] not in shown.text


WITHOUT: dict[str, dict[str, str | bytes]] = {
    "no header": {},
    "an empty header": {HEADER: ""},
    "a made-up header": {HEADER: "x" * 43},
    "a cut header": {HEADER: "{cut}"},
    "the access token for a header": {HEADER: "{access}"},
    "another name of the header": {"X-XSRF-Token": "{csrf}"},
    "an empty bearer": {"Authorization": "Bearer"},
    "another scheme": {"Authorization": "Basic YTpi"},
    "a key for programs": {"X-API-Key": "x"},
    "a script's mark": {"X-Requested-With": "XMLHttpRequest"},
    "plain text": {"Content-Type": "text/plain"},
    "not ASCII": {HEADER: b"\xe9" * 43},
    "another method's name": {"X-HTTP-Method-Override": "GET"},
    "our own origin": {"Origin": "https://office.example", "Sec-Fetch-Site": "same-origin"},
}


@pytest.mark.parametrize("what", WITHOUT)
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_change_without_the_csrf_token_is_refused(cookie_target: Target, method: str, what: str) -> None:
    one = browser(cookie_target)
    key = one.send("POST", "/tasks", {"title": "As it was"}, **one.as_script()).json()["id"]
    values = {"{csrf}": one.cookies[CSRF], "{cut}": one.cookies[CSRF][:-1], "{access}": one.cookies[ACCESS]}
    headers = {name: values.get(str(value), value) for name, value in WITHOUT[what].items()}
    before = cookie_target.rows("tasks")
    path = "/tasks" if method == "POST" else f"/tasks/{key}"
    answer = one.send(method, path, None if method == "DELETE" else {"title": "Forged"}, **headers)
    assert answer.status_code in (401, 403, 422)
    assert cookie_target.rows("tasks") == before


def test_the_csrf_cookie_alone_is_not_enough_nor_is_the_header_alone(cookie_target: Target) -> None:
    one = browser(cookie_target)
    assert_refused(one.send("POST", "/tasks", {"title": "Cookie only"}), 403)
    token = one.cookies.pop(CSRF)
    assert_refused(one.send("POST", "/tasks", {"title": "Header only"}, **{HEADER: token}), 403)
    assert not {"Cookie only", "Header only"} & set(titles(cookie_target))


@pytest.mark.parametrize("path", ["/auth/password", "/auth/refresh", "/auth/logout"])
def test_nobody_elses_site_changes_a_password_or_ends_a_session(cookie_target: Target, path: str) -> None:
    one = browser(cookie_target)
    body = {"current_password": PASSWORD, "new_password": "Another-horse-8"} if path.endswith("password") else None
    assert_refused(one.send("POST", path, body), 403)
    assert one.send("GET", "/users/me").status_code == 200
    assert one.send("POST", "/auth/refresh", **one.as_script()).status_code == 200


def test_another_sites_form_signs_nobody_in(cookie_target: Target) -> None:
    account = cookie_target.account("attacker")
    answer = cookie_target.log_in(account.email, PASSWORD, headers={"Sec-Fetch-Site": "cross-site"})
    assert_refused(answer, 403)
    assert "set-cookie" not in answer.headers


def test_a_refresh_cookie_that_was_used_ends_the_session(cookie_target: Target) -> None:
    one = browser(cookie_target)
    renewed = Browser(cookie_target, one.send("POST", "/auth/refresh", **one.as_script()))
    assert_refused(one.send("POST", "/auth/refresh", **one.as_script()))
    assert_refused(renewed.send("POST", "/auth/refresh", **renewed.as_script()))


def test_signing_out_ends_the_session_also_for_who_copied_its_cookies(cookie_target: Target) -> None:
    one = browser(cookie_target)
    answer = one.send("POST", "/auth/logout", **one.as_script())
    assert answer.status_code == 204
    cleared = Browser(cookie_target, answer)
    assert set(cleared.cookies.values()) == {""}
    assert_refused(one.send("POST", "/auth/refresh", **one.as_script()))


def test_the_cookies_of_one_with_the_csrf_token_of_another_change_nothing(cookie_target: Target) -> None:
    victim, attacker = browser(cookie_target, "victim"), browser(cookie_target, "attacker")
    answer = victim.send("POST", "/tasks", {"title": "Crossed"}, **attacker.as_script())
    assert_refused(answer, 403)
    assert "Crossed" not in titles(cookie_target)


def test_tokens_of_cookies_go_nowhere_else(cookie_target: Target) -> None:
    one = browser(cookie_target)
    for name in ("access_token", "token", ACCESS.lower() + "x"):
        cookie = {"Cookie": f"{name}={one.cookies[ACCESS]}"}
        assert_refused(cookie_target.anonymous.get("/users/me", headers=cookie))
    assert_refused(cookie_target.anonymous.get("/users/me", params={ACCESS: one.cookies[ACCESS]}))
    swapped = {"Cookie": f"{ACCESS}={one.cookies[REFRESH]}"}
    assert_refused(cookie_target.anonymous.get("/users/me", headers=swapped))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://office.example.evil.example"])
def test_no_other_origin_reads_with_cookies(cookie_target: Target, origin: str) -> None:
    one = browser(cookie_target)
    answer = one.send("GET", "/users/me", Origin=origin)
    assert "access-control-allow-origin" not in answer.headers
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": HEADER}
    preflight = one.send("OPTIONS", "/tasks", **asked)
    assert preflight.status_code >= 400
    assert "access-control-allow-origin" not in preflight.headers


def test_the_named_origin_reads_with_cookies_and_never_a_star(cookie_target: Target) -> None:
    answer = browser(cookie_target).send("GET", "/users/me", Origin="https://office.example")
    assert answer.headers["access-control-allow-origin"] == "https://office.example"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "Origin" in answer.headers["vary"]
