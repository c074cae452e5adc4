"""Calls an endpoint inside this process, over ASGI, and measures it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .foreign import Foreign
from .watching import Heart, Place, Statements

ANSWER_SECONDS = 30.0


@dataclass
class Answer:
    """What came of one request; ``error`` is the exception that left the app, if any."""

    status: int = 0
    size: int = 0
    seconds: float = 0.0
    error: str = ""


async def call(app: Foreign, address: str) -> Answer:
    """Send one GET request and return what was answered."""
    answer = Answer()
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"probe")],
        "client": ("127.0.0.1", 1),
        "server": ("probe", 80),
        "state": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        answer.status = message.get("status", answer.status)
        answer.size += len(message.get("body", b""))

    began = time.perf_counter()
    try:
        await asyncio.wait_for(app(scope, receive, send), ANSWER_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever the app raises is what is measured
        answer.status = answer.status or 500
        answer.error = described(error)
    answer.seconds = time.perf_counter() - began
    return answer


def described(error: BaseException) -> str:
    """Return an exception and what caused it, one line each."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < 5:  # noqa: PLR2004 - as many as anybody reads
        first = (str(seen).splitlines() or [""])[0]
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}: {first}".removeprefix("builtins."))
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


async def measured(app: Foreign, address: str, statements: Statements, root: Path) -> dict[str, Any]:
    """Call twice, the second time measured: statements, time, and how long the event loop stood still."""
    await call(app, address)
    statements.seen.clear()
    heart = Heart(root)
    beating = asyncio.ensure_future(heart.beat())
    await asyncio.sleep(0)
    try:
        answer = await call(app, address)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
    return {
        "status": answer.status,
        "size": answer.size,
        "seconds": round(answer.seconds, 4),
        "error": answer.error,
        "statements": [{"sql": one.sql, "place": one.place} for one in statements.seen],
        "standstill": {"seconds": round(heart.longest, 3), "place": _listed(heart.place)},
    }


def _listed(place: Place | None) -> list[Any] | None:
    return None if place is None else list(place)


async def crowded(app: Foreign, address: str, count: int) -> dict[str, Any]:
    """Call many times at once and count what failed."""
    answers = await asyncio.gather(*(call(app, address) for _ in range(count)))
    failed = [answer for answer in answers if answer.status >= 500]  # noqa: PLR2004 - HTTP's server errors
    return {
        "calls": count,
        "failed": len(failed),
        "errors": sorted({answer.error for answer in failed if answer.error}),
        "seconds": round(max(answer.seconds for answer in answers), 3),
    }
