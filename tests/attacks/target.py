"""What is attacked: a backend that runs, its database, its log, its mail, and the work it does on passwords."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import argon2
import httpx
import sqlalchemy as sa

from tests.attacks.forgery import signed
from tests.attacks.mailbox import Mailbox

API = "/api/v1"
PASSWORD = "Correct-horse-7"
ROUNDS, KIB = 1, 8
"""What a hash costs: as little as there is, and the same for those made here and those made by the backend."""
HASHED = argon2.PasswordHasher(time_cost=ROUNDS, memory_cost=KIB, parallelism=1).hash(PASSWORD)
LOG, HASHES = "log", "hashes"
"""Files that a running backend writes: what it logs, and how much it worked on passwords."""
Answer = httpx.Response


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in."""

    id: int
    email: str
    password: str = PASSWORD


class Target:
    """A running backend."""

    def __init__(self, url: str, database: str, key: str, folder: Path, mailbox: Mailbox) -> None:
        self.url, self.key, self.mailbox = url, key, mailbox
        self.log, self._hashes = folder / LOG, folder / HASHES
        self.victim: Caller | None = None
        self._engine = sa.create_engine(database, connect_args={"timeout": 30} if "sqlite" in database else {})
        self._tables = sa.MetaData()
        self._tables.reflect(self._engine)
        self._http = httpx.Client(base_url=url, timeout=30, limits=httpx.Limits(max_connections=40))

    def close(self) -> None:
        self._http.close()
        self._engine.dispose()

    # What an attacker can do.

    def send(self, method: str, path: str, **what: Any) -> Answer:
        """Send a request; no answer may be a fault of the server, whatever was sent, and none may show a hash."""
        address = path if path.startswith(("/openapi", "/health", "//")) or "/api/" in path else f"{API}{path}"
        answer = self._http.request(method, address, **what)
        self._http.cookies.clear()
        assert answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.text}"
        assert "$argon2" not in answer.text
        assert_guarded(answer)
        return answer

    def log_in(self, email: str, password: str, **what: Any) -> Answer:
        """Send the login form."""
        return self.send("POST", "/auth/login", data={"username": email, "password": password}, **what)

    def forged(self, claims: Mapping[str, Any], **how: Any) -> str:
        """Return a token signed with the backend's own key: what the key alone protects is not what is asked here."""
        return signed(dict(claims), how.pop("key", self.key.encode()), **how)

    # What the attacker cannot see.

    def table(self, name: str) -> sa.Table:
        return self._tables.tables[name]

    def rows(self, name: str, **where: Any) -> list[dict[str, Any]]:
        """Return rows as the database has them."""
        table = self.table(name)
        chosen = sa.select(table).where(*(table.c[column] == value for column, value in where.items()))
        with self._engine.begin() as connection:
            return [dict(row) for row in connection.execute(chosen.order_by(table.c.id)).mappings()]

    def row(self, name: str, key: int) -> dict[str, Any]:
        (found,) = self.rows(name, id=key)
        return found

    def change(self, name: str, where: Mapping[str, Any], **values: Any) -> None:
        """Change rows behind the backend's back."""
        with self.transaction() as connection:
            self.change_in(connection, name, where, **values)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Yield a transaction that is committed at the end; what it changed, the backend has to wait for."""
        with self._engine.begin() as connection:
            yield connection

    def change_in(self, connection: sa.Connection, name: str, where: Mapping[str, Any], **values: Any) -> None:
        """Change rows in a transaction that is still open."""
        table = self.table(name)
        chosen = [table.c[column] == value for column, value in where.items()]
        assert connection.execute(table.update().where(*chosen).values(**values)).rowcount

    def is_waiting(self) -> bool:
        """Whether the backend waits for a lock that somebody else has (PostgreSQL)."""
        waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with self._engine.connect() as connection:
            return connection.scalar(sa.text(waiting)) is not None

    def remove(self, name: str, key: int) -> None:
        """Delete a row behind the backend's back, and what belongs to it."""
        table = self.table(name)
        with self._engine.begin() as connection:
            if self._engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.execute(table.delete().where(table.c.id == key))

    def moment(self, at: datetime) -> datetime:
        """Return a point in time as this database stores it."""
        return at.replace(tzinfo=None) if self._engine.dialect.name == "sqlite" else at

    def everything(self) -> str:
        """Return everything that the database holds, as one text."""
        with self._engine.begin() as connection:
            return "\n".join(
                str(row) for table in self._tables.sorted_tables for row in connection.execute(sa.select(table))
            )

    def hashed(self) -> list[str]:
        """Return the work on passwords so far, a line for every hash."""
        return self._hashes.read_text().splitlines() if self._hashes.exists() else []

    @contextmanager
    def working(self) -> Iterator[list[str]]:
        """Yield a list that holds, afterwards, the work on passwords that was done meanwhile."""
        before, done = len(self.hashed()), list[str]()
        yield done
        done += self.hashed()[before:]

    # Who is there.

    def account(self, name: str = "somebody", **columns: Any) -> Account:
        """Make an account behind the backend's back; `role`, `is_superuser`, `is_active` as given."""
        now = self.moment(datetime.now(UTC))
        table = self.table("users")
        values: dict[str, Any] = {
            "email": address(name),
            "password_hash": HASHED,
            "is_active": True,
            "is_superuser": False,
            "failed_login_count": 0,
            "token_version": 0,
            "created_at": now,
            "updated_at": now,
            **({"role": "user"} if "role" in table.c else {}),
            **columns,
        }
        with self._engine.begin() as connection:
            key = connection.execute(table.insert().values(**values)).inserted_primary_key
        assert key is not None
        return Account(key[0], values["email"])

    @property
    def anonymous(self) -> Caller:
        return Caller(self)

    def signed_in(self, account: Account) -> Caller:
        """Return somebody who signed in with the password."""
        answer = self.log_in(account.email, account.password)
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        return Caller(self, headers, account, tokens["access_token"], tokens["refresh_token"])

    def somebody(self, name: str = "somebody", **columns: Any) -> Caller:
        """Return a new user who signed in."""
        return self.signed_in(self.account(name, **columns))


@dataclass(frozen=True)
class Caller:
    """Somebody who sends requests, with the headers that come with each."""

    target: Target
    headers: dict[str, str] = field(default_factory=dict)
    account: Account = Account(0, "")
    access: str = ""
    refresh: str = ""

    def send(self, method: str, path: str, body: Any = None, **what: Any) -> Answer:
        """Send a request; a body goes as JSON, with all that JSON can say and UTF-8 cannot."""
        headers = {**self.headers, **what.pop("headers", {})}
        if body is not None:
            what["content"] = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        return self.target.send(method, path, headers=headers, **what)

    def get(self, path: str, **what: Any) -> Answer:
        return self.send("GET", path, **what)

    def post(self, path: str, body: Any = None, **what: Any) -> Answer:
        return self.send("POST", path, body, **what)

    def put(self, path: str, body: Any = None, **what: Any) -> Answer:
        return self.send("PUT", path, body, **what)

    def patch(self, path: str, body: Any = None, **what: Any) -> Answer:
        return self.send("PATCH", path, body, **what)

    def delete(self, path: str, **what: Any) -> Answer:
        return self.send("DELETE", path, **what)


def address(name: str) -> str:
    """Return an e-mail address that nobody has yet."""
    return f"{name}.{secrets.token_hex(6)}@office.example"


def assert_guarded(answer: Answer) -> None:
    """Every answer, also a refusal, has the headers that keep browsers from doing harm with it."""
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def assert_refused(answer: Answer, status: int = 401) -> None:
    """A refusal of that status in the one shape of errors; one for want of credentials says how to bring some."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    if status == 429:
        assert int(answer.headers["Retry-After"]) > 0


def same_to_the_eye(one: Answer, other: Answer) -> bool:
    """Whether nobody can tell two answers apart; every answer has a request id and a date of its own."""
    return _seen(one) == _seen(other)


def _seen(answer: Answer) -> tuple[int, dict[str, str], Any]:
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body.pop("request_id", None)
    return answer.status_code, headers, body
