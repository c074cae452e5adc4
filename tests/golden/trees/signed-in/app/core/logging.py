"""Structured logs: one JSON object a line, each with the id of its request."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
client_address: ContextVar[str] = ContextVar("client_address", default="")


class JsonFormatter(logging.Formatter):
    """Writes a record as JSON, with the `fields` passed in `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def configure_logging(*, debug: bool) -> None:
    """Send the application's log and the server's to standard output.

    The server's access log is switched off: every request has a line of ours.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.getLogger("app").setLevel(logging.DEBUG if debug else logging.INFO)
    for name in ("app", "uvicorn"):
        logging.getLogger(name).handlers = [handler]
    logging.getLogger("uvicorn.access").disabled = True
