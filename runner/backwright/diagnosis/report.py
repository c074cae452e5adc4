"""What the probe reports, typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

Line = tuple[str, int]


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Statement(_Report):
    """A statement that went to the driver, and the line of the app that it came from."""

    sql: str
    place: Line | None = None


class Standstill(_Report):
    """The longest time (in seconds) in which nothing else could run in the event loop, and where it stood."""

    seconds: float = 0.0
    place: Line | None = None


class Measure(_Report):
    """One request with that many rows in every table; ``size`` in bytes, ``seconds`` of wall clock."""

    rows: int
    status: int
    size: int
    seconds: float
    error: str = ""
    statements: tuple[Statement, ...] = ()
    standstill: Standstill = Standstill()


class Plan(_Report):
    """The plan of one statement: SQLite's, or where PostgreSQL reads all of a table for want of an index."""

    sql: str
    place: Line | None = None
    plan: tuple[str, ...] = ()


class Crowd(_Report):
    """Many requests at once: how many were sent, how many failed and how, and the longest in seconds."""

    calls: int
    failed: int
    errors: tuple[str, ...] = ()
    seconds: float = 0.0


class Endpoint(_Report):
    """Everything measured about one endpoint; ``kept`` counts connections that were never given back."""

    path: str
    place: Line | None = None
    is_async: bool = False
    measures: tuple[Measure, ...] = ()
    plans: tuple[Plan, ...] = ()
    crowd: Crowd | None = None
    kept: int = 0


class Asked(_Report):
    """An engine as the target asked for it; ``url`` without its password."""

    url: str
    driver: str
    pool_size: int | None = None
    max_overflow: int | None = None
    pool_timeout: float | None = None
    pool_pre_ping: bool | None = None


class Try(Asked):
    """One attempt to connect with the target's own settings."""

    connected: bool
    error: str = ""


class Used(_Report):
    """The database that was measured on; ``why_not`` is why it is not the PostgreSQL that the app asks for."""

    name: str = "SQLite"
    version: str = ""
    why_not: str = ""


class Report(_Report):
    """The whole report.

    ``error`` is what kept the probe from measuring, ``left`` what it could not take away again, ``indexed`` the columns
    of each table that an index begins with.
    """

    error: str = ""
    indexed: Mapping[str, tuple[str, ...]] = {}
    database: Used = Used()
    left: str = ""
    asked: tuple[Asked, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    refused: tuple[str, ...] = ()
    tries: tuple[Try, ...] = ()


def read_report(path: Path) -> Report:
    """Return the report in a file that the probe wrote."""
    data: dict[str, Any] = {}
    if path.exists():
        return Report.model_validate_json(path.read_bytes())
    return Report.model_validate({**data, "error": "the probe ended without a report"})
