"""Calls counted in Redis, which is played here by what it would answer."""

from typing import Any, Self

import pytest
from redis.asyncio import Redis

from app.core.rate_limit import Window
from app.core.redis_counter import RedisCounter

pytestmark = pytest.mark.anyio

URL = "redis://127.0.0.1:6379/0"


class PlayedRedis:
    """Keeps counts, and the commands that were sent."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.counts: dict[str, int] = {}
        self.sent: list[tuple[Any, ...]] = []
        self.closed = False

    def pipeline(self, *, transaction: bool) -> Self:
        """Begin."""
        assert transaction
        self.sent = []
        return self

    async def __aenter__(self) -> Self:
        """Enter."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Leave."""

    def set(self, name: str, value: int, *, ex: int, nx: bool) -> None:
        """Begin a window where there is none."""
        self.sent.append(("set", name, value, ex, nx))
        self.counts.setdefault(name, value)

    def incr(self, name: str) -> None:
        """Count."""
        self.counts[name] += 1
        self.sent.append(("incr", name))

    def ttl(self, name: str) -> None:
        """Ask how long the window lasts."""
        self.sent.append(("ttl", name))

    async def execute(self) -> list[int | None]:
        """Answer all commands."""
        name = self.sent[0][1]
        return [None, self.counts[name], 42 if name == "rate:a" else 0]

    async def aclose(self) -> None:
        """Close."""
        self.closed = True


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> PlayedRedis:
    """Return what counters connect to."""
    played = PlayedRedis()

    def connect(url: str, **options: float) -> PlayedRedis:
        assert url == URL
        assert options == {"socket_timeout": 2, "socket_connect_timeout": 2}
        return played

    monkeypatch.setattr(Redis, "from_url", connect)
    return played


async def test_calls_are_counted_in_windows_that_expire(played: PlayedRedis) -> None:
    counter = RedisCounter(URL)

    first, second = await counter.hit("a", 60), await counter.hit("a", 60)

    assert (first, second) == (Window(1, 42), Window(2, 42))
    assert played.sent == [
        ("set", "rate:a", 0, 60, True),
        ("incr", "rate:a"),
        ("ttl", "rate:a"),
    ]
    assert await counter.hit("ending", 60) == Window(1, 1)
    await counter.close()
    assert played.closed


async def test_redis_that_is_away_is_a_lost_connection() -> None:
    counter = RedisCounter("redis://127.0.0.1:1/0")

    with pytest.raises(ConnectionError, match="Redis does not answer"):
        await counter.hit("a", 60)
    await counter.close()
