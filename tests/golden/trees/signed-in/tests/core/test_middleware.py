"""Middleware: its order, and what each part does to a request."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request
from starlette.types import Message, Scope

from app.config import Settings
from app.main import create_app
from tests.problems import assert_problem
from tests.serving import AsyncClient, serving

pytestmark = pytest.mark.anyio

ORIGIN = "https://shop.example"
STRANGER = "https://stranger.example"
PREFLIGHT = {"Access-Control-Request-Method": "PATCH"}


def echoing_app(settings: Settings) -> FastAPI:
    """Return an application whose `POST /echo` returns the length of the body."""
    app = create_app(settings)

    @app.post("/echo")
    async def echo(request: Request) -> int:
        return len(await request.body())

    return app


def test_order_is_fixed(settings: Settings) -> None:
    names = [str(item.cls) for item in create_app(settings).user_middleware]

    assert [name.rpartition(".")[2].rstrip("'>") for name in names] == [
        "RequestIdMiddleware",
        "RequestLogMiddleware",
        "SecurityHeadersMiddleware",
        "CorsMiddleware",
        "ErrorMiddleware",
        "BodyLimitMiddleware",
        "RetryMiddleware",
    ]


async def test_each_request_has_an_id_of_its_own(client: AsyncClient) -> None:
    first = await client.get("/health")
    second = await client.get("/health")

    assert len(first.headers["x-request-id"]) == 32
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_sane_request_id_of_the_caller_is_kept(client: AsyncClient) -> None:
    response = await client.get("/health", headers={"X-Request-ID": "job-1.2_3"})

    assert response.headers["x-request-id"] == "job-1.2_3"


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, 'a"b'])
async def test_other_request_id_is_replaced(client: AsyncClient, given: str) -> None:
    response = await client.get("/health", headers={"X-Request-ID": given})

    assert len(response.headers["x-request-id"]) == 32


async def test_request_is_logged_without_its_query(
    client: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="app"):
        await client.get("/health?token=secret")

    (record,) = [record for record in caplog.records if record.message == "request"]
    fields = vars(record)["fields"]
    assert fields["method"] == "GET"
    assert fields["path"] == "/health"
    assert fields["status"] == 200
    assert 0 <= fields["duration_ms"] < 10_000
    assert "secret" not in caplog.text


async def test_security_headers_are_set(client: AsyncClient) -> None:
    headers = (await client.get("/health")).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'; frame")
    assert "strict-transport-security" not in headers


async def test_interactive_pages_may_load_their_scripts(client: AsyncClient) -> None:
    response = await client.get("/docs")

    assert response.status_code == 200
    assert "script-src" in response.headers["content-security-policy"]


async def test_https_is_insisted_on_where_it_is_served(settings: Settings) -> None:
    secure = settings.model_copy(update={"https": True})
    async with serving(create_app(secure)) as client:
        response = await client.get("/health")

    assert response.headers["strict-transport-security"] == "max-age=31536000"


async def test_named_origin_may_call(client: AsyncClient) -> None:
    response = await client.get("/health", headers={"Origin": ORIGIN})

    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert "Location" in response.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in response.headers


async def test_other_origin_may_not(client: AsyncClient) -> None:
    response = await client.get("/health", headers={"Origin": STRANGER})

    assert "access-control-allow-origin" not in response.headers


async def test_preflight_of_a_named_origin(client: AsyncClient) -> None:
    response = await client.options("/health", headers={"Origin": ORIGIN, **PREFLIGHT})

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == ORIGIN
    methods = response.headers["access-control-allow-methods"]
    assert methods == "GET, POST, PUT, PATCH, DELETE"


async def test_preflight_of_another_origin_is_refused(client: AsyncClient) -> None:
    response = await client.options(
        "/health", headers={"Origin": STRANGER, **PREFLIGHT}
    )

    assert_problem(response, 400, "cors_refused")
    assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize(("size", "status"), [(0, 200), (100, 200), (101, 413)])
async def test_announced_body_is_limited(
    settings: Settings, size: int, status: int
) -> None:
    limited = settings.model_copy(update={"max_body_bytes": 100})
    async with serving(echoing_app(limited)) as client:
        response = await client.post("/echo", content=b"x" * size)

    assert response.status_code == status


@pytest.mark.parametrize(("chunks", "status"), [(2, 200), (3, 413)])
async def test_unannounced_body_is_limited(
    settings: Settings, chunks: int, status: int
) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(chunks):
            yield b"x" * 50

    limited = settings.model_copy(update={"max_body_bytes": 100})
    async with serving(echoing_app(limited)) as client:
        response = await client.post("/echo", content=body())

    assert response.status_code == status
    if status == 413:
        assert_problem(response, 413, "body_too_large")


def test_other_than_http_passes_through(settings: Settings) -> None:
    app = create_app(settings)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "websocket",
        "path": "/nowhere",
        "headers": [],
        "query_string": b"",
        "subprotocols": [],
    }
    asyncio.run(app(scope, receive, send))

    assert sent[0]["type"] == "websocket.close"
