"""Rate limits: how often one address may call a route."""

import os
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import monotonic
from typing import Protocol

from fastapi import Request

from app.config import Settings
from app.core.errors import TooManyRequestsError

PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
WORKERS = re.compile(r"(?:^|\s)(?:--workers|-w)[= ]?(\d+)")
SITE_BITS = 64
FULL = 10_000


@dataclass(frozen=True)
class Window:
    """How often a key was counted in the current window, and when that ends.

    Attributes:
        count: Calls so far, this one included.
        seconds_left: Until counting starts again.
    """

    count: int
    seconds_left: int


class Counter(Protocol):
    """Counts calls in windows of time."""

    async def hit(self, key: str, seconds: int) -> Window:
        """Count a call in the window of that many seconds."""

    async def close(self) -> None:
        """Let go of connections."""


class MemoryCounter:
    """Counts in this process, which must be the only one."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._windows: dict[str, tuple[float, int]] = {}
        self._full = FULL

    async def hit(self, key: str, seconds: int) -> Window:
        """Count a call."""
        now = monotonic()
        if len(self._windows) >= self._full:
            open_ = {it: end for it, end in self._windows.items() if end[0] > now}
            self._windows = open_
            # Where all are open, to look again at each call would be slow.
            self._full = max(FULL, 2 * len(open_))
        ends, count = self._windows.get(key, (now, 0))
        if ends <= now:
            ends, count = now + seconds, 0
        self._windows[key] = (ends, count + 1)
        return Window(count + 1, ceil(ends - now))

    async def close(self) -> None:
        """Forget everything."""
        self._windows.clear()


class RateLimits:
    """The limits of all routes; `app.state.rate_limits` holds them."""

    def __init__(self, counter: Counter, limits: Mapping[str, str]) -> None:
        """Count with `counter`; `limits` are such as `5/minute`, by route."""
        self._counter = counter
        self._limits = limits

    async def check(self, route: str, caller: str) -> None:
        """Count a call.

        Raises:
            TooManyRequestsError: There were more of this caller than the limit.
        """
        most, _, period = self._limits[route].partition("/")
        window = await self._counter.hit(f"{route}:{caller}", PERIODS[period])
        if window.count > int(most):
            raise TooManyRequestsError(retry_after=window.seconds_left)

    async def close(self) -> None:
        """Let go of connections."""
        await self._counter.close()


def create_rate_limits(settings: Settings) -> RateLimits:
    """Return the limits that the settings name."""
    counter: Counter = MemoryCounter()
    if settings.redis_url:
        # Redis takes long to load: those who do without do not wait for it.
        module = import_module("app.core.redis_counter")
        counter = module.RedisCounter(settings.redis_url)
    limits = {
        "login": settings.rate_limit_login,
        "register": settings.rate_limit_register,
        "refresh": settings.rate_limit_refresh,
        "account": settings.rate_limit_account,
        "recovery": settings.rate_limit_recovery,
    }
    return RateLimits(counter, limits)


def limited(route: str) -> Callable[[Request], Awaitable[None]]:
    """Return a dependency that limits how often one address calls a route."""

    async def check(request: Request) -> None:
        limits: RateLimits = request.app.state.rate_limits
        await limits.check(route, caller_of(request))

    return check


def caller_of(request: Request) -> str:
    """Return the address of the caller; of IPv6, what one site has as a whole."""
    host = request.client.host if request.client else ""
    with suppress(ValueError):
        address = ip_address(host)
        if isinstance(address, IPv6Address):
            site = ip_network((address, SITE_BITS), strict=False)
            # A socket for both kinds shows IPv4 addresses as IPv6: one site of all.
            return str(address.ipv4_mapped or site)
    return host


def worker_count(argv: Sequence[str], environment: Mapping[str, str]) -> int:
    """Return how many workers the server was told to start."""
    told = " ".join((*argv, environment.get("GUNICORN_CMD_ARGS", "")))
    found = WORKERS.search(told)
    return int(found[1] if found else environment.get("WEB_CONCURRENCY") or 1)


def refuse_lonely_counters(settings: Settings) -> None:
    """Refuse to start several workers that would each count for themselves.

    Raises:
        ValueError: There are more workers than one and no Redis.
    """
    if not settings.redis_url and worker_count(sys.argv, os.environ) > 1:
        message = "more workers than one need REDIS_URL, to count calls together"
        raise ValueError(message)
