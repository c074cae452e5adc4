"""Rate limits: what is counted together, and for how long."""

import sys

import pytest
from fastapi import Request

from app.config import Settings
from app.core import rate_limit
from app.core.rate_limit import (
    MemoryCounter,
    Window,
    caller_of,
    worker_count,
)
from app.main import create_app
from tests.problems import assert_problem
from tests.serving import serving

pytestmark = pytest.mark.anyio


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        """Start somewhere."""
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock that counters go by."""
    clock = Clock()
    monkeypatch.setattr(rate_limit, "monotonic", clock)
    return clock


async def test_calls_are_counted_until_the_window_ends(clock: Clock) -> None:
    counter = MemoryCounter()

    assert await counter.hit("a", 60) == Window(1, 60)
    clock.now += 59.5
    assert await counter.hit("a", 60) == Window(2, 1)
    assert await counter.hit("b", 60) == Window(1, 60)
    clock.now += 0.5
    assert await counter.hit("a", 60) == Window(1, 60)
    await counter.close()
    assert await counter.hit("a", 60) == Window(1, 60)


async def test_ended_windows_are_forgotten(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "FULL", 2)
    counter = MemoryCounter()
    await counter.hit("short", 1)
    await counter.hit("long", 60)
    clock.now += 30

    assert await counter.hit("new", 60) == Window(1, 60)
    assert await counter.hit("long", 60) == Window(2, 30)
    assert await counter.hit("short", 1) == Window(1, 1)


@pytest.mark.parametrize(
    ("client", "caller"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("testclient", 1), "testclient"),
        (None, ""),
    ],
)
def test_address_counts_as_one_site(
    client: tuple[str, int] | None, caller: str
) -> None:
    request = Request({"type": "http", "client": client})

    assert caller_of(request) == caller


@pytest.mark.parametrize(
    ("argv", "environment", "count"),
    [
        ([], {}, 1),
        (["--workers", "4"], {}, 4),
        (["--workers=3"], {}, 3),
        (["-w2"], {}, 2),
        (["--workers", "1"], {"WEB_CONCURRENCY": "4"}, 1),
        ([], {"WEB_CONCURRENCY": "4"}, 4),
        ([], {"WEB_CONCURRENCY": ""}, 1),
        ([], {"GUNICORN_CMD_ARGS": "-k asgi --workers 5"}, 5),
    ],
)
def test_workers_are_those_the_server_was_told_to_start(
    argv: list[str], environment: dict[str, str], count: int
) -> None:
    assert worker_count(["fastapi", "run", *argv], environment) == count


def test_several_workers_need_redis(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["fastapi", "run", "--workers", "2"])

    with pytest.raises(ValueError, match="REDIS_URL"):
        create_app(settings)
    assert create_app(settings.model_copy(update={"redis_url": "redis://nowhere"}))


async def test_without_redis_that_is_named_nobody_signs_in(settings: Settings) -> None:
    away = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    async with serving(create_app(away)) as client:
        response = await client.post(
            "/api/v1/auth/login", data={"username": "a", "password": "b"}
        )

    assert_problem(response, 503, "unavailable")
