"""Each planted fault is named with its line and a measurement, and is no longer found once it is mended."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from backwright.diagnosis.diagnose import Diagnosis, diagnose
from backwright.diagnosis.symptom import symptom_of

from tests.diagnosis.apps import KEPT, ONE_BY_ONE, line_of, shop
from tests.services import postgres_server

SLOW = "The /users endpoint is taking 5 seconds to respond"
TIMEOUT = "My async database queries are timing out. How should I configure connection pooling?"
CONNECTION = "My FastAPI app is having issues connecting to PostgreSQL, can you help?"


@dataclass(frozen=True)
class Fault:
    """A fault: what is complained of, how it is planted, its code, the line it is on, and words of its measurement."""

    task: str
    planted: Mapping[str, str]
    code: str
    line: str
    words: tuple[str, ...]


FAULTS = {
    "a query per row": Fault(
        SLOW, {"load": "", "orders": ONE_BY_ONE}, "D101", "Order.user_id == user.id", ("51 for 50", "runs 50 times")
    ),
    "a blocking call": Fault(
        SLOW, {"before": "    time.sleep(0.3)\n"}, "D102", "time.sleep", ("stood still for 0.", "/users")
    ),
    "a slow call elsewhere": Fault(
        SLOW, {"before": "    await asyncio.sleep(0.4)\n"}, "D103", '@app.get("/users")', ("takes 0.", "2 statements")
    ),
    "a filter without an index": Fault(
        SLOW, {"index": ""}, "D104", "session.scalars(statement)", ("SCAN users", "email")
    ),
    "a list without pages": Fault(SLOW, {"page": ""}, "D105", "session.scalars(statement)", ("for 50", "no LIMIT")),
    "sessions that stay open": Fault(
        TIMEOUT, {"session": KEPT}, "D106", "session.scalars(statement)", ("connections were not given back",)
    ),
    "a pool too small": Fault(
        TIMEOUT,
        {
            "pool": ", pool_size=1, max_overflow=0",
            "before": "    await session.connection()\n    await asyncio.sleep(0.15)\n",
        },
        "D107",
        '@app.get("/users")',
        ("of 25 requests at once", "pool_size=1, max_overflow=0"),
    ),
    "a session shared by tasks": Fault(
        SLOW,
        {"before": "    await asyncio.gather(*(session.scalars(select(User)) for _ in range(3)))\n"},
        "D108",
        '@app.get("/users")',
        ("several tasks at once", "IllegalStateChangeError"),
    ),
    "an endpoint that raises": Fault(
        "GET /users answers 500",
        {"before": "    raise KeyError(limit)\n"},
        "D109",
        '@app.get("/users")',
        ("KeyError: 50",),
    ),
}


def diagnosis_of(task: str, root: Path, environment: Mapping[str, str] | None = None) -> Diagnosis:
    symptom = symptom_of(task)
    assert symptom is not None
    return diagnose(symptom, root, Path(sys.executable), environment or {})


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_named_first_with_its_line_and_measurement(fault: Fault, tmp_path: Path) -> None:
    root = shop(tmp_path, **fault.planted)

    first = diagnosis_of(fault.task, root).findings[0]

    assert (first.code, first.place.path) == (fault.code, "main.py"), first
    assert first.place.line == line_of(root, fault.line)
    assert [word for word in fault.words if word not in first.message] == []


@pytest.mark.parametrize("task", [SLOW, TIMEOUT])
def test_without_the_fault_no_cause_is_named_and_the_measurement_is_told(task: str, tmp_path: Path) -> None:
    findings = diagnosis_of(task, shop(tmp_path)).findings

    assert {finding.code for finding in findings} == {"D198", "D199"}
    assert any("GET /users answered 200" in finding.message for finding in findings)


def test_a_slow_pool_is_not_blamed_once_it_is_large_enough(tmp_path: Path) -> None:
    before = FAULTS["a pool too small"].planted["before"]

    findings = diagnosis_of(TIMEOUT, shop(tmp_path, pool=", pool_size=30", before=before)).findings

    assert "D107" not in {finding.code for finding in findings}


URLS = {
    "nothing listens": ("postgresql+asyncpg://shop:secret@127.0.0.1:1/shop", "D207"),
    "an old name of the dialect": ("postgres://shop:secret@127.0.0.1:1/shop", "D201"),
    "a synchronous driver": ("postgresql+psycopg2://shop:secret@127.0.0.1:1/shop", "D203"),
    "an unknown host": ("postgresql+asyncpg://shop:secret@nowhere.invalid:5432/shop", "D206"),
    "no URL at all": ("localhost 5432", "D212"),
}


@pytest.mark.parametrize(("url", "code"), URLS.values(), ids=URLS)
def test_a_connection_that_fails_is_tried_and_its_error_read(url: str, code: str, tmp_path: Path) -> None:
    root = shop(tmp_path)
    file = root / "main.py"
    file.write_text(file.read_text(encoding="utf-8").replace("postgresql+asyncpg://shop:secret@127.0.0.1:1/shop", url))

    first = diagnosis_of(CONNECTION, root).findings[0]

    assert first.code == code, first
    assert first.place.line == line_of(root, "create_async_engine(")
    assert "secret" not in first.message


def test_a_database_that_is_not_there_and_one_that_is(tmp_path: Path) -> None:
    url = postgres_server()
    root = shop(tmp_path)
    file = root / "main.py"
    source = file.read_text(encoding="utf-8")
    url = url.replace("postgresql://", "postgresql+asyncpg://")
    address, _, _ = url.rpartition("/")

    file.write_text(source.replace("postgresql+asyncpg://shop:secret@127.0.0.1:1/shop", f"{address}/no_such_database"))
    missing = diagnosis_of(CONNECTION, root).findings[0]
    file.write_text(source.replace("postgresql+asyncpg://shop:secret@127.0.0.1:1/shop", url))
    found = diagnosis_of(CONNECTION, root).findings

    assert (missing.code, "no_such_database" in missing.message) == ("D205", True)
    assert {finding.code for finding in found} == {"D220", "D221"}


def test_an_endpoint_that_is_not_there_is_said_and_nothing_blamed(tmp_path: Path) -> None:
    findings = diagnosis_of("GET /customers is slow", shop(tmp_path)).findings

    assert [finding.code for finding in findings] == ["D100"]
    assert "no GET endpoint /customers" in findings[0].message
    assert "/users" in findings[0].message


def test_an_app_that_does_not_import_is_said_with_its_error(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("from fastapi import FastAPI\nimport no_such_module\n\napp = FastAPI()\n")

    findings = diagnosis_of(SLOW, tmp_path).findings

    assert [finding.code for finding in findings] == ["D100"]
    assert "No module named 'no_such_module'" in findings[0].message


def test_the_database_of_the_target_is_never_touched_by_a_measurement(tmp_path: Path) -> None:
    database = tmp_path / "shop.db"
    database.write_bytes(b"")
    root = shop(tmp_path)
    file = root / "main.py"
    source = file.read_text(encoding="utf-8")
    file.write_text(
        source.replace("postgresql+asyncpg://shop:secret@127.0.0.1:1/shop", f"sqlite+aiosqlite:///{database}")
    )
    before = database.stat().st_mtime_ns

    diagnosis_of(SLOW, root)

    assert (database.read_bytes(), database.stat().st_mtime_ns) == (b"", before)
