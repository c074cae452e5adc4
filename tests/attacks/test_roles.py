"""Nobody gives themselves a role, and a role opens nothing but what it is for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.target import PASSWORD, Caller, Target, address, assert_refused

PRIVILEGES: dict[str, Any] = {
    "role": "editor",
    "roles": ["editor"],
    "is_superuser": True,
    "is_active": True,
    "is_staff": True,
    "id": 1,
    "password_hash": "x",
    "failed_login_count": -1000,
    "locked_until": None,
    "token_version": 0,
    "created_at": "2000-01-01T00:00:00Z",
    "email_verified": True,
    "user": {"role": "editor"},
    "__class__": "User",
    "constructor": {"prototype": {"is_superuser": True}},
}


@pytest.mark.parametrize("field", PRIVILEGES)
def test_registering_with_a_privilege_is_refused(target: Target, field: str) -> None:
    email = address("climber")
    body = {"email": email, "password": PASSWORD, field: PRIVILEGES[field]}
    assert_refused(target.anonymous.post("/auth/register", body), 422)
    assert target.rows("users", email=email) == []


def test_privileges_beside_the_body_are_ignored(target: Target) -> None:
    email = address("climber")
    answer = target.anonymous.post(
        "/auth/register",
        {"email": email, "password": PASSWORD},
        params={"role": "editor", "is_superuser": "true"},
        headers={"X-Role": "editor", "X-Superuser": "true"},
    )
    assert answer.status_code == 201
    (row,) = target.rows("users", email=email)
    assert (row["role"], bool(row["is_superuser"]), bool(row["is_active"])) == ("user", False, True)
    assert "password" not in answer.text


def test_who_registers_first_is_no_superuser(target: Target) -> None:
    answer = target.anonymous.post("/auth/register", {"email": address("first"), "password": PASSWORD})
    assert answer.json()["is_superuser"] is False


@pytest.mark.parametrize("field", [*PRIVILEGES, "password", "new_password"])
def test_changing_oneself_changes_no_privilege(target: Target, field: str) -> None:
    caller = target.somebody()
    before = target.row("users", caller.account.id)
    value = PRIVILEGES.get(field, "Another-horse-8")
    assert_refused(caller.patch("/users/me", {field: value}), 422)
    assert_refused(caller.patch("/users/me", {"bio": "Harmless.", field: value}), 422)
    assert target.row("users", caller.account.id) == before
    assert caller.patch("/users/me", {"bio": "Harmless."}).status_code == 200


@pytest.mark.parametrize("path", ["/users", "/users?search=a", "/users?is_superuser=true", "/users/1", "/users/{own}"])
def test_users_are_seen_by_superusers_only(target: Target, path: str) -> None:
    caller = target.somebody(role="editor")
    where = path.replace("{own}", str(caller.account.id))
    assert_refused(caller.get(where), 403)
    assert_refused(target.anonymous.get(where))


@pytest.mark.parametrize(
    "body", [{"role": "editor"}, {"is_active": True}, {"is_superuser": True}, {}, {"x": 1}], ids=str
)
def test_users_are_changed_by_superusers_only(target: Target, body: dict[str, Any]) -> None:
    caller, victim = target.somebody(role="auditor"), target.account("victim")
    for account in (victim.id, caller.account.id):
        before = target.row("users", account)
        for method in ("PATCH", "PUT", "DELETE", "POST"):
            answer = caller.send(method, f"/users/{account}", body)
            assert answer.status_code in (403, 405, 422)
            assert target.anonymous.send(method, f"/users/{account}", body).status_code in (401, 405, 422)
        assert target.row("users", account) == before


def test_whether_a_user_exists_is_not_told_to_members(target: Target) -> None:
    caller = target.somebody()
    answers = [caller.get(f"/users/{key}").json() for key in (target.account().id, 2_000_000_000)]
    assert [answer["error_code"] for answer in answers] == ["forbidden", "forbidden"]


def test_a_superuser_makes_no_superusers_over_http(target: Target) -> None:
    chief, friend = target.somebody("chief", is_superuser=True), target.account("friend")
    for field in ("is_superuser", "password_hash", "email", "token_version", "password"):
        assert_refused(chief.patch(f"/users/{friend.id}", {field: True}), 422)
    assert_refused(chief.patch(f"/users/{friend.id}", {"role": "superuser"}), 422)
    assert not target.row("users", friend.id)["is_superuser"]


WRITES = (
    ("POST", "/reports"),
    ("PUT", "/reports/{id}"),
    ("PATCH", "/reports/{id}"),
    ("DELETE", "/reports/{id}"),
)


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_what_is_for_a_role_is_refused_to_others_and_changes_nothing(target: Target, method: str, path: str) -> None:
    editor = target.somebody(role="editor")
    report = editor.post("/reports", {"title": "As it was"}).json()["id"]
    before = target.rows("reports")
    body = None if method == "DELETE" else {"title": "Taken over"}
    where = path.replace("{id}", str(report))
    for caller in (target.somebody(), target.somebody(role="auditor")):
        assert_refused(caller.send(method, where, body), 403)
    assert_refused(target.anonymous.send(method, where, body))
    assert target.rows("reports") == before


def test_a_role_reads_what_it_may_and_no_more(target: Target) -> None:
    report = target.somebody(role="editor").post("/reports", {"title": "Read me"}).json()["id"]
    assert target.somebody(role="auditor").get(f"/reports/{report}").status_code == 200
    assert_refused(target.somebody().get(f"/reports/{report}"), 403)


DISGUISES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("POST", "/reports/{id}", {"X-HTTP-Method-Override": "DELETE"}),
    ("GET", "/reports/{id}?_method=DELETE", {"X-Method-Override": "DELETE"}),
    ("GET", "/reports", {"X-Original-URL": "/api/v1/users"}),
    ("GET", "/notes", {"X-Rewrite-URL": "/api/v1/users"}),
    ("GET", "/users/", {}),
    ("GET", "/users//", {}),
    ("GET", "/users;/", {}),
    ("GET", "/users/.", {}),
    ("GET", "/users%2f", {}),
    ("GET", "/USERS", {}),
    ("GET", "/users.json", {}),
    ("GET", "/users%00", {}),
    ("GET", "/%75sers", {}),
    ("GET", "/auth/../users", {}),
    ("GET", "/auth/..%2fusers", {}),
    ("GET", "//api/v1/users", {}),
    ("HEAD", "/users", {}),
    ("OPTIONS", "/users", {}),
    ("TRACE", "/users", {}),
    ("PROPFIND", "/users", {}),
    ("DELETE", "/reports/{id}/", {}),
    ("DELETE", "/reports/{id}?role=editor", {}),
    ("DELETE", "/reports/{id}", {"X-Role": "editor"}),
    ("DELETE", "/reports/{id}", {"X-User-Id": "1", "X-Forwarded-User": "admin", "Remote-User": "admin"}),
)


@pytest.mark.parametrize(("method", "path", "headers"), DISGUISES)
def test_a_disguised_request_opens_nothing(target: Target, method: str, path: str, headers: dict[str, str]) -> None:
    report = target.somebody(role="editor").post("/reports", {"title": "Hidden"}).json()["id"]
    secret = target.account("hidden").email
    for caller in (target.anonymous, target.somebody()):
        answer = caller.send(method, path.replace("{id}", str(report)), headers=headers)
        assert secret not in answer.text
        if method not in ("GET", "OPTIONS"):
            assert answer.status_code >= 400
    assert target.row("reports", report)["title"] == "Hidden"


PUBLIC = {
    ("post", "/api/v1/auth/login"),
    ("post", "/api/v1/auth/logout"),
    ("post", "/api/v1/auth/password-reset"),
    ("post", "/api/v1/auth/password-reset/confirm"),
    ("post", "/api/v1/auth/refresh"),
    ("post", "/api/v1/auth/register"),
    ("get", "/api/v1/notes"),
    ("get", "/api/v1/notes/{note_id}"),
    ("get", "/health"),
    ("get", "/ready"),
}
"""What the spec calls public, and what signing in needs."""


def test_everything_else_is_refused_to_those_who_are_not_signed_in(target: Target) -> None:
    document = target.anonymous.get("/openapi.json").json()
    operations = {
        (method, path) for path, item in document["paths"].items() for method in item if method != "parameters"
    }
    assert operations > PUBLIC
    for method, path in sorted(operations - PUBLIC):
        where = path.replace("{", "").replace("}", "")
        for key in ("1", "999999"):
            concrete = "/".join(key if part.endswith("_id") else part for part in where.split("/"))
            for body in ({}, None, {"title": "x", "text": "x", "name": "x"}):
                answer = Caller(target).send(method.upper(), concrete, body)
                assert_refused(answer)


def test_the_document_says_the_same_of_what_is_public(target: Target) -> None:
    document = target.anonymous.get("/openapi.json").json()
    open_ = {
        (method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if not operation.get("security", document.get("security"))
    }
    assert open_ == PUBLIC
