"""Logs: one JSON object a line."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.core.logging import JsonFormatter, configure_logging, request_id


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """Return the application's logger; what is configured is put back afterwards."""
    logger, server = logging.getLogger("app"), logging.getLogger("uvicorn")
    access = logging.getLogger("uvicorn.access")
    kept = logger.level, logger.handlers, server.handlers, access.disabled
    yield logger
    logger.level, logger.handlers, server.handlers, access.disabled = kept


def record(**extra: object) -> logging.LogRecord:
    """Return a log record."""
    made = logging.LogRecord(
        "app.some", logging.WARNING, "file.py", 1, "%s done", ("job",), None
    )
    made.__dict__.update(extra)
    return made


def test_record_is_one_json_object() -> None:
    token = request_id.set("abc")
    line = JsonFormatter().format(record(fields={"count": 3}))
    request_id.reset(token)

    entry = json.loads(line)
    age = datetime.now(UTC) - datetime.fromisoformat(entry.pop("time"))
    assert timedelta(0) <= age < timedelta(minutes=1)
    assert entry == {
        "level": "warning",
        "logger": "app.some",
        "message": "job done",
        "request_id": "abc",
        "count": 3,
    }
    assert "\n" not in line


def test_exception_is_part_of_the_object() -> None:
    try:
        int("x")
    except ValueError:
        made = record(exc_info=sys.exc_info())

    entry = json.loads(JsonFormatter().format(made))
    assert "ValueError" in entry["exception"]


@pytest.mark.parametrize(
    ("debug", "level"), [(True, logging.DEBUG), (False, logging.INFO)]
)
def test_debug_sets_the_level(
    logger: logging.Logger, *, debug: bool, level: int
) -> None:
    configure_logging(debug=debug)

    assert logger.level == level


def test_log_goes_to_standard_output(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(debug=False)
    configure_logging(debug=False)
    logger.info("once")

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["message"] == "once"


@pytest.mark.usefixtures("logger")
def test_server_writes_the_same_lines_and_no_access_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging(debug=False)
    logging.getLogger("uvicorn.error").error("stopping")
    logging.getLogger("uvicorn.access").error("GET /")

    (line,) = capsys.readouterr().out.splitlines()
    entry = json.loads(line)
    assert (entry["logger"], entry["message"]) == ("uvicorn.error", "stopping")
