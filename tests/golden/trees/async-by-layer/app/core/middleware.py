"""Middleware, each for one thing; `install_middleware` fixes the order."""

import asyncio
import logging
import re
from http import HTTPStatus
from time import perf_counter
from uuid import uuid4

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import Settings
from app.core.errors import is_transient, problem_response, unhandled_response
from app.core.logging import request_id

logger = logging.getLogger(__name__)

ATTEMPTS = 3
PAUSE_SECONDS = 0.05
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
STRICT_CSP = "default-src 'none'; frame-ancestors 'none'"
# The interactive pages load Swagger UI and ReDoc from a CDN and start them inline.
DOCS_CSP = (
    "default-src 'none'; connect-src 'self'; worker-src blob:; "
    "script-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'unsafe-inline' https://cdn.jsdelivr.net https://fonts.googleapis.com; "
    "font-src https://fonts.gstatic.com; "
    "img-src 'self' data: https://fastapi.tiangolo.com https://cdn.redoc.ly; "
    "frame-ancestors 'none'"
)


class RequestIdMiddleware:
    """Gives each request an id, the caller's own if it is sane, and returns it."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the id for the logs and the response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        current = given if REQUEST_ID.fullmatch(given) else uuid4().hex

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = current
            await send(message)

        token = request_id.set(current)
        try:
            await self.app(scope, receive, send_with_id)
        finally:
            request_id.reset(token)


class RequestLogMiddleware:
    """Logs one line per request: never a header, a query or a body."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure the request and log it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        status = 0

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting_status)
        finally:
            fields = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "duration_ms": round((perf_counter() - started) * 1000, 1),
            }
            logger.info("request", extra={"fields": fields})


class SecurityHeadersMiddleware:
    """Adds the headers that keep browsers from doing what an API never wants."""

    def __init__(self, app: ASGIApp, *, https: bool, docs_paths: set[str]) -> None:
        """Wrap `app`.

        Args:
            app: The next application.
            https: Whether browsers may be told to use HTTPS only.
            docs_paths: Paths of the interactive pages, which need a wider policy.
        """
        self.app = app
        self.docs_paths = docs_paths
        self.headers = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        if https:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = DOCS_CSP if scope["path"] in self.docs_paths else STRICT_CSP

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                headers["Content-Security-Policy"] = policy
            await send(message)

        await self.app(scope, receive, send_with_headers)


class CorsMiddleware(CORSMiddleware):
    """CORS whose refusals look like every other error."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer a preflight request."""
        response = super().preflight_response(request_headers)
        if response.status_code < HTTPStatus.BAD_REQUEST:
            return response
        return problem_response(
            response.status_code,
            error_code="cors_refused",
            detail="This origin, method or header is not allowed.",
            headers={"Vary": "Origin"},
        )


class ErrorMiddleware:
    """Answers what nothing else handled, inside the headers of a usual response."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500 or 503; a response that has begun can only be cut off."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting_start)
        except Exception as error:
            logger.exception("unhandled error")
            if started:
                raise
            await unhandled_response(error)(scope, receive, send)


class BodyLimitMiddleware:
    """Refuses bodies over a number of bytes, announced or not."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        """Wrap `app`; bodies over `max_bytes` are answered with 413."""
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what arrives."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > self.max_bytes:
            await problem_response(413)(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_counted, send)


class RetryMiddleware:
    """Runs a request again whose transaction lost against another one.

    Serialisation failures and deadlocks are rolled back whole, and nothing is sent
    before the commit, so the request can be repeated with the body it came with. What
    fails after the answer (a background task) is not: there is one answer only.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Try up to `ATTEMPTS` times."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received: list[Message] = []
        answered = False

        async def send_noting_answer(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        for attempt in range(1, ATTEMPTS):
            try:
                await self.app(
                    {**scope}, replayed(received, receive), send_noting_answer
                )
            except Exception as error:
                if answered or not is_transient(error):
                    raise
                logger.warning("transaction lost, attempt %s", attempt, exc_info=True)
            else:
                return
            await asyncio.sleep(PAUSE_SECONDS * attempt)
        await self.app({**scope}, replayed(received, receive), send)


def replayed(received: list[Message], receive: Receive) -> Receive:
    """Return a `receive` that gives what was received before, then what is new."""
    earlier = iter(tuple(received))

    async def receive_again() -> Message:
        message = next(earlier, None)
        if message is None:
            message = await receive()
            received.append(message)
        return message

    return receive_again


def install_middleware(app: FastAPI, settings: Settings) -> None:
    """Wrap the application; the last one added is the outermost."""
    app.add_middleware(RetryMiddleware)
    app.add_middleware(BodyLimitMiddleware, max_bytes=settings.max_body_bytes)
    app.add_middleware(ErrorMiddleware)
    app.add_middleware(
        CorsMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Content-Type", "X-Request-ID"],
        expose_headers=["Location", "X-Request-ID"],
    )
    app.add_middleware(
        SecurityHeadersMiddleware,
        https=settings.https,
        docs_paths={"/docs", "/redoc"},
    )
    app.add_middleware(RequestLogMiddleware)
    app.add_middleware(RequestIdMiddleware)
