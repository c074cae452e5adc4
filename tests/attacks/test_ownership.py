"""What belongs to somebody is out of everybody else's reach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.attacks.target import Caller, Target, assert_refused, same_to_the_eye

REACHES: tuple[tuple[str, Any], ...] = (
    ("GET", None),
    ("PUT", {"title": "Mine now", "done": True}),
    ("PATCH", {"title": "Mine now"}),
    ("PATCH", {}),
    ("PATCH", {"title": ""}),
    ("DELETE", None),
)


def task_of(caller: Caller, title: str = "Private") -> int:
    answer = caller.post("/tasks", {"title": title})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


@pytest.mark.parametrize(("method", "body"), REACHES, ids=str)
@pytest.mark.parametrize("role", ["user", "editor", "auditor"])
def test_a_row_of_another_is_not_there(target: Target, method: str, body: Any, role: str) -> None:
    owner, stranger = target.somebody("owner"), target.somebody("stranger", role=role)
    key = task_of(owner)
    before = target.row("tasks", key)
    answer = stranger.send(method, f"/tasks/{key}", body)
    missing = stranger.send(method, "/tasks/2000000000", body)
    assert answer.status_code == missing.status_code
    assert answer.status_code == (422 if body == {"title": ""} else 404)
    assert "Private" not in answer.text
    assert target.row("tasks", key) == before
    assert_refused(target.anonymous.send(method, f"/tasks/{key}", body))
    assert owner.get(f"/tasks/{key}").status_code == 200


def test_a_row_of_another_looks_like_none_at_all(target: Target) -> None:
    stranger = target.somebody("stranger")
    key = task_of(target.somebody("owner"))
    theirs, none = stranger.get(f"/tasks/{key}"), stranger.get("/tasks/2000000000")
    assert theirs.json()["detail"] == none.json()["detail"].replace("2000000000", str(key))
    differ = {name for name, value in theirs.json().items() if none.json()[name] != value}
    assert differ <= {"detail", "request_id"}


LISTS = (
    "",
    "?limit=1000",
    "?skip=0&sort=-id",
    "?search=Private",
    "?title=Private",
    "?title__contains=riv",
    "?title__ne=x",
    "?done=false",
    "?id__ge=0",
    "?search=%25",
    "?search=_",
)


@pytest.mark.parametrize("query", LISTS)
def test_a_list_neither_shows_nor_counts_what_belongs_to_others(target: Target, query: str) -> None:
    task_of(target.somebody("owner"))
    answer = target.somebody("stranger").get(f"/tasks{query}")
    if answer.status_code == 200:
        assert answer.json()["items"] == []
        assert (answer.json()["total"], answer.json()["has_more"]) == (0, False)
    else:
        assert_refused(answer, 422)


@pytest.mark.parametrize("query", ["user_id={id}", "user_id__ne=0", "user={id}", "owner={id}", "sort=user_id", "all=1"])
def test_a_list_cannot_be_asked_for_another_owner(target: Target, query: str) -> None:
    owner = target.somebody("owner")
    task_of(owner)
    answer = target.somebody("stranger").get(f"/tasks?{query.replace('{id}', str(owner.account.id))}")
    assert_refused(answer, 422)


@pytest.mark.parametrize("field", ["user_id", "user", "owner", "owner_id", "id", "created_at", "author_id"])
def test_nobody_creates_a_row_for_another(target: Target, field: str) -> None:
    owner, stranger = target.somebody("owner"), target.somebody("stranger")
    assert_refused(stranger.post("/tasks", {"title": "Planted", field: owner.account.id}), 422)
    assert target.rows("tasks", user_id=owner.account.id) == []
    made = stranger.post("/tasks", {"title": "Mine"}, params={field: owner.account.id}).json()
    assert target.row("tasks", made["id"])["user_id"] == stranger.account.id


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_nobody_gives_a_row_away_or_takes_one(target: Target, method: str) -> None:
    giver, taker = target.somebody("giver"), target.somebody("taker")
    key = task_of(giver)
    before = target.row("tasks", key)
    for caller in (giver, taker):
        for owner in (giver.account.id, taker.account.id, None):
            answer = caller.send(method, f"/tasks/{key}", {"title": "Given", "user_id": owner})
            assert_refused(answer, 422)
    assert target.row("tasks", key) == before


def test_what_everybody_reads_only_its_author_writes(target: Target) -> None:
    author, stranger = target.somebody("author"), target.somebody("stranger", role="auditor")
    key = author.post("/notes", {"text": "As written"}).json()["id"]
    assert target.anonymous.get(f"/notes/{key}").status_code == 200
    for method, body in (("PUT", {"text": "Changed"}), ("PATCH", {"text": "Changed"}), ("DELETE", None)):
        assert_refused(stranger.send(method, f"/notes/{key}", body), 403)
        assert_refused(target.anonymous.send(method, f"/notes/{key}", body))
    assert target.row("notes", key)["text"] == "As written"


def test_a_role_beside_the_owner_is_for_that_operation_alone(target: Target) -> None:
    author, editor = target.somebody("author"), target.somebody(role="editor")
    key = author.post("/notes", {"text": "As written"}).json()["id"]
    for method in ("PUT", "PATCH"):
        assert_refused(editor.send(method, f"/notes/{key}", {"text": "Changed"}), 403)
    assert target.row("notes", key)["text"] == "As written"
    assert editor.delete(f"/notes/{key}").status_code == 204


def test_what_is_read_by_everybody_says_nothing_of_accounts(target: Target) -> None:
    author = target.somebody("author")
    key = author.post("/notes", {"text": "Public"}).json()["id"]
    shown = target.anonymous.get(f"/notes/{key}").text + target.anonymous.get("/notes?sort=-id").text
    assert author.account.email not in shown


@pytest.mark.parametrize(
    "key", ["0", "-1", "1e3", "1.0", "null", "%00", "1%00", "9" * 30, "1 OR 1=1", "*", "true", "①"]
)
def test_a_strange_key_reaches_nothing(target: Target, key: str) -> None:
    caller = target.somebody()
    for method in ("GET", "DELETE"):
        assert caller.send(method, f"/tasks/{key}").status_code in (400, 404, 422)


def test_a_key_for_programs_reaches_what_its_maker_reaches_and_no_more(target: Target) -> None:
    owner, maker = target.somebody("owner"), target.somebody("maker")
    task = task_of(owner)
    made = maker.post("/auth/api-keys", {"name": "import"}).json()
    program = Caller(target, {"X-API-Key": made["key"]})
    assert program.get("/tasks").json()["items"] == []
    assert_refused(program.get(f"/tasks/{task}"), 404)
    assert_refused(program.get("/users"), 403)


def test_keys_for_programs_are_seen_and_ended_by_their_makers_only(target: Target) -> None:
    maker, stranger = target.somebody("maker"), target.somebody("stranger", role="editor")
    made = maker.post("/auth/api-keys", {"name": "import"}).json()
    assert stranger.get("/auth/api-keys").json()["items"] == []
    assert_refused(stranger.delete(f"/auth/api-keys/{made['id']}"), 404)
    assert_refused(target.anonymous.delete(f"/auth/api-keys/{made['id']}"))
    assert target.anonymous.get("/users/me", headers={"X-API-Key": made["key"]}).status_code == 200
    listed = maker.get("/auth/api-keys").text
    assert made["key"] not in listed
    assert made["key"] not in target.everything()


def test_an_ended_or_made_up_key_for_programs_opens_nothing(target: Target) -> None:
    maker = target.somebody("maker")
    made = maker.post("/auth/api-keys", {"name": "import"}).json()
    (row,) = target.rows("api_keys", user_id=maker.account.id)
    for guess in (
        row["key_hash"],
        made["key"][:8],
        made["prefix"],
        made["key"].swapcase(),
        "",
        "%",
        "\xff",
        "x" * 9000,
    ):
        answer = target.anonymous.get("/users/me", headers={"X-API-Key": guess.encode("latin-1")})
        assert_refused(answer)
    assert_refused(target.anonymous.get("/users/me", params={"api_key": made["key"], "X-API-Key": made["key"]}))
    assert maker.delete(f"/auth/api-keys/{made['id']}").status_code == 204
    assert_refused(target.anonymous.get("/users/me", headers={"X-API-Key": made["key"]}))


def test_a_key_for_programs_that_expired_opens_nothing(target: Target) -> None:
    caller = target.somebody()
    made = caller.post("/auth/api-keys", {"name": "import", "expires_in_days": 1}).json()
    with_key = {"X-API-Key": made["key"]}
    assert target.anonymous.get("/users/me", headers=with_key).status_code == 200
    past = target.moment(datetime.now(UTC) - timedelta(seconds=1))
    target.change("api_keys", {"id": made["id"]}, expires_at=past)
    assert_refused(target.anonymous.get("/users/me", headers=with_key))


def test_a_key_for_programs_dies_with_its_makers_account(target: Target) -> None:
    maker = target.somebody("maker")
    key = {"X-API-Key": maker.post("/auth/api-keys", {"name": "import"}).json()["key"]}
    target.change("users", {"id": maker.account.id}, is_active=False)
    assert_refused(target.anonymous.get("/tasks", headers=key), 403)
    target.remove("users", maker.account.id)
    assert_refused(target.anonymous.get("/tasks", headers=key))


@pytest.mark.parametrize("field", ["user_id", "key", "key_hash", "prefix", "revoked_at", "role"])
def test_a_key_for_programs_is_made_for_oneself_only(target: Target, field: str) -> None:
    maker, victim = target.somebody("maker"), target.account("victim")
    assert_refused(maker.post("/auth/api-keys", {"name": "import", field: victim.id}), 422)
    assert target.rows("api_keys", user_id=victim.id) == []


def test_two_refusals_of_the_same_kind_look_the_same(target: Target) -> None:
    stranger = target.somebody("stranger")
    first, second = (stranger.patch(f"/notes/{note_of(target)}", {"text": "x"}) for _ in range(2))
    assert same_to_the_eye(first, second)


def note_of(target: Target) -> int:
    return int(target.somebody("author").post("/notes", {"text": "Mine"}).json()["id"])
