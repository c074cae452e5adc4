"""What asks for PostgreSQL is measured on it, in a database that the probe makes and drops; nobody's own is touched."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from backwright.diagnosis import probe as probing
from backwright.diagnosis.diagnose import Diagnosis, diagnose
from backwright.diagnosis.symptom import symptom_of
from backwright.finding import Finding

from tests.diagnosis.apps import KEPT, ONE_BY_ONE, line_of, shop
from tests.services import postgres_server

URL = "postgresql+asyncpg://shop:secret@127.0.0.1:1/shop"
AWAY = "postgresql+asyncpg://shop:secret@db.example/shop"
SLOW = "The /users endpoint is taking 5 seconds to respond"
GOLDEN = Path(__file__).parents[1] / "golden" / "trees"


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    """What the probe's database will be called."""
    name = f"backwright_probe_{uuid.uuid4().hex}"
    monkeypatch.setattr(probing, "new_name", lambda: name)
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
    return name


@pytest.fixture
def own(postgres_url: str) -> Iterator[str]:
    """The database of the application: with a table of users in it, which has to stay as it is."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE users (id int, email text)")
        connection.execute("INSERT INTO users VALUES (7, 'ada@mail.example')")
        yield postgres_url
        assert connection.execute("SELECT * FROM users").fetchall() == [(7, "ada@mail.example")]
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert tables == (1,)


def shop_at(root: Path, url: str, **faults: str) -> Path:
    """Write the shop with another address of its database."""
    shop(root, **faults)
    file = root / "main.py"
    file.write_text(file.read_text(encoding="utf-8").replace(URL, url), encoding="utf-8")
    return root


def is_async(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://")


def diagnosis_of(root: Path, environment: Mapping[str, str] | None = None, task: str = SLOW) -> Diagnosis:
    symptom = symptom_of(task)
    assert symptom is not None
    return diagnose(symptom, root, Path(sys.executable), environment or {})


def by_code(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.code: finding for finding in findings}


def is_there(name: str) -> bool:
    with psycopg.connect(postgres_server()) as connection:
        found = connection.execute("SELECT count(*) FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return found != (0,)


def test_a_filter_without_an_index_is_found_by_postgresqls_plan_and_not_once_there_is_one(
    tmp_path: Path, own: str, name: str
) -> None:
    root = shop_at(tmp_path, is_async(own), index="")

    found = by_code(diagnosis_of(root).findings)

    assert found["D104"].place.line == line_of(root, "session.scalars(statement)")
    assert "Seq Scan on users of 2000 rows, filter " in found["D104"].message
    assert "compare email" in found["D104"].message
    assert found["D198"].message.startswith("measured on PostgreSQL 1")
    shop_at(tmp_path, is_async(own))
    mended = by_code(diagnosis_of(root).findings)
    assert mended.keys() == {"D198", "D199"}
    assert mended["D198"].message.startswith("measured on PostgreSQL 1")
    assert not is_there(name)


def test_a_query_per_row_and_sessions_that_stay_open_are_found_on_postgresql_too(
    tmp_path: Path, own: str, name: str
) -> None:
    root = shop_at(tmp_path, is_async(own), load="", orders=ONE_BY_ONE)
    assert diagnosis_of(root).findings[0].code == "D101"
    shop_at(tmp_path, is_async(own), session=KEPT)
    assert diagnosis_of(root, task="my queries are timing out").findings[0].code == "D106"
    assert not is_there(name)


def test_a_server_away_from_this_machine_is_left_alone_and_that_is_said(tmp_path: Path, name: str) -> None:
    findings = by_code(diagnosis_of(shop_at(tmp_path, AWAY, index="")).findings)

    assert "measured on SQLite" in findings["D198"].message
    assert "db.example, is not this machine's" in findings["D198"].message
    assert "TEST_POSTGRES_URL" in (findings["D198"].fix or "")
    assert "SCAN users" in findings["D104"].message


@pytest.mark.parametrize("url", [f"{AWAY}?host=10.0.0.1", "postgresql+asyncpg:///shop?host=db.example"])
def test_no_word_of_an_address_leads_to_a_server_elsewhere(tmp_path: Path, name: str, url: str) -> None:
    findings = by_code(diagnosis_of(shop_at(tmp_path, url)).findings)

    assert "is not this machine's" in findings["D198"].message


def test_a_server_that_is_lent_is_measured_on_instead(tmp_path: Path, own: str, name: str) -> None:
    findings = by_code(diagnosis_of(shop_at(tmp_path, AWAY, index=""), {"TEST_POSTGRES_URL": own}).findings)

    assert findings["D198"].message.startswith("measured on PostgreSQL 1")
    assert "Seq Scan on users" in findings["D104"].message
    assert not is_there(name)


def test_a_user_who_may_not_create_databases_is_measured_on_sqlite(tmp_path: Path, name: str) -> None:
    server = postgres_server()
    role = f"backwright_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
        try:
            parts = urlsplit(server)
            at = f"{role}:secret@{parts.hostname}:{parts.port or 5432}"
            root = shop_at(tmp_path, is_async(urlunsplit(parts._replace(netloc=at))))
            findings = by_code(diagnosis_of(root).findings)
        finally:
            connection.execute(f"DROP ROLE {role}")

    assert findings.keys() == {"D198", "D199"}
    assert "measured on SQLite" in findings["D198"].message
    assert "permission denied to create database" in findings["D198"].message
    assert "secret" not in findings["D198"].message


def test_the_database_goes_also_where_the_probe_is_stopped(
    tmp_path: Path, own: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop_at(tmp_path, is_async(own), before=f"    open({str(tmp_path / 'called')!r}, 'w')\n    time.sleep(60)\n")
    monkeypatch.setattr(probing, "SECONDS", 6.0)

    findings = diagnosis_of(root).findings

    assert [finding.code for finding in findings] == ["D100"]
    assert (tmp_path / "called").exists()
    assert not is_there(name)


def test_an_application_that_is_synchronous_and_knows_only_postgresqls_types(
    tmp_path: Path, own: str, name: str
) -> None:
    (tmp_path / "main.py").write_text(SYNCHRONOUS.replace("URL", own.replace("postgresql://", "postgresql+psycopg://")))

    findings = by_code(diagnosis_of(tmp_path, task="/notes is slow").findings)

    assert findings["D198"].message.startswith("measured on PostgreSQL 1")
    assert " Scan on notes of 2000 rows, filter " in findings["D104"].message
    assert "compare title" in findings["D104"].message
    assert not is_there(name)


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_a_generated_backend_makes_its_engine_as_it_starts_and_is_in_order_on_either(
    own: str, name: str, database: str
) -> None:
    environment = {"DATABASE_URL": own} if database == "PostgreSQL" else {}

    findings = by_code(diagnosis_of(GOLDEN / "async-by-layer", environment, task="GET /products is slow").findings)

    said = {code: finding.message for code, finding in findings.items() if code != "D199"}
    if database == "SQLite":
        assert said == {}
    else:
        assert said.keys() == {"D198"}
        assert said["D198"].startswith("measured on PostgreSQL 1")
    assert not is_there(name)


SYNCHRONOUS = '''"""Notes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import DateTime, String, create_engine, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine("URL")


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    title: Mapped[str]
    made: Mapped[datetime] = mapped_column(DateTime())
    seen: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    words: Mapped[list[str]] = mapped_column(ARRAY(String))
    more: Mapped[dict[str, str]] = mapped_column(JSONB)


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


app = FastAPI()


@app.get("/notes")
def list_notes(session: Annotated[Session, Depends(get_session)], title: str | None = None) -> list[dict[str, object]]:
    statement = select(Note).order_by(Note.id).limit(10)
    if title is not None:
        statement = statement.where(Note.title == title)
    return [{"id": note.id, "title": note.title} for note in session.scalars(statement)]
'''
