"""Why a database cannot be reached: the attempt's error, read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backwright.diagnosis.causes import Cause
from backwright.diagnosis.report import Report, Try
from backwright.errors import Place
from backwright.finding import Finding, Severity


@dataclass(frozen=True)
class _Reading:
    """What an error says of the cause: a pattern, the cause in words, and what mends it."""

    code: str
    pattern: str
    says: str
    fix: str


_READINGS = (
    _Reading(
        "D201",
        r"Can't load plugin: sqlalchemy\.dialects:postgres\b|dialects:postgres$",
        "the URL begins with postgres://, a name that SQLAlchemy has not known since 1.4",
        "write postgresql+asyncpg:// (async) or postgresql+psycopg:// (sync)",
    ),
    _Reading(
        "D202",
        r"requires an async driver|asyncio extension requires|is not async",
        "an async engine has the URL of a synchronous driver",
        "name an async driver in the URL: postgresql+asyncpg://",
    ),
    _Reading(
        "D203",
        r"No module named '?(psycopg2?|asyncpg|aiosqlite|pg8000|MySQLdb|aiomysql)",
        "the driver that the URL names is not installed",
        "add the driver to the requirements, or name the installed one in the URL",
    ),
    _Reading(
        "D204",
        r"password authentication failed|InvalidPassword|no password supplied|role \"?[^\"]*\"? does not exist"
        r"|InvalidAuthorization",
        "the server answers and refuses the user or password",
        "check user and password in the URL (special characters percent-encoded), and the role on the server",
    ),
    _Reading(
        "D205",
        r"database \"?[^\"]*\"? does not exist|InvalidCatalogName",
        "the server answers and has no database of that name",
        "create the database, or mend its name in the URL",
    ),
    _Reading(
        "D206",
        r"getaddrinfo|Name or service not known|nodename nor servname|could not translate host|failure in name",
        "the host's name is not known",
        "mend the host in the URL; within containers it is the service's name, not localhost",
    ),
    _Reading(
        "D207",
        r"Connection refused|ConnectionRefused|Connect call failed|could not connect to server|Is the server running",
        "nothing listens at that address",
        "start the server, or mend host and port in the URL; within containers localhost is the container itself",
    ),
    _Reading(
        "D208",
        r"unexpected keyword argument '?(\w+)|invalid dsn|invalid connection option|unrecognized configuration",
        "the URL has an option that its driver does not know",
        "asyncpg takes ssl=…, psycopg sslmode=…: use the driver's own word",
    ),
    _Reading(
        "D209",
        r"SSL|certificate|pg_hba",
        "the server refuses the connection as it is made",
        "set ssl as the server asks",
    ),
    _Reading(
        "D210",
        r"TimeoutError|timed? ?out",
        "nothing answers at that address in time",
        "check host, port and firewall; set connect_args={'timeout': …} so that a start fails fast",
    ),
    _Reading(
        "D211",
        r"too many (clients|connections)|remaining connection slots",
        "the server has no connection left",
        "workers times (pool_size + max_overflow) must stay below the server's max_connections",
    ),
    _Reading(
        "D212",
        r"Could not parse SQLAlchemy URL|invalid literal for int|ArgumentError",
        "the URL is no URL",
        "write driver://user:password@host:port/name, special characters in the password percent-encoded",
    ),
)


def connection_causes(report: Report, place: Place) -> Iterator[Cause]:
    """Yield why connections failed, or that they were made; ``place`` is where the engine is made."""
    failed = [one for one in report.tries if not one.connected]
    for one in failed:
        yield _read(one.error, one.url, place)
    if report.error and not failed:
        yield _read(report.error, report.asked[0].url if report.asked else "", place)
    for one in report.tries:
        if one.connected:
            yield from _connected(one, place)


def _read(error: str, url: str, place: Place) -> Cause:
    said = error.replace("\n", "; ")
    at = f" at {url}" if url else ""
    for reading in _READINGS:
        if re.search(reading.pattern, error):
            message = f"{reading.says}: an attempt{at} ended with {said}"
            return Cause(99, Finding(reading.code, Severity.ERROR, place, message, reading.fix))
    message = f"an attempt to connect{at} ended with {said}"
    return Cause(98, Finding("D219", Severity.ERROR, place, message, "mend what the error names"))


def _connected(one: Try, place: Place) -> Iterator[Cause]:
    message = f"a connection to {one.url} was made: the settings work from here"
    yield Cause(10, Finding("D220", Severity.INFO, place, message))
    if not one.pool_pre_ping and not one.url.startswith("sqlite"):
        message = f"connections that the server has closed are handed out again: pool_pre_ping is not set for {one.url}"
        fix = "create the engine with pool_pre_ping=True"
        yield Cause(40, Finding("D221", Severity.WARNING, place, message, fix))
