"""Calls counted in Redis, for all workers together."""

from redis import RedisError
from redis.asyncio import Redis

from app.core.rate_limit import Window


class RedisCounter:
    """Counts in Redis; a window is a key that expires."""

    def __init__(self, url: str) -> None:
        """Take a URL such as `redis://host:6379/0`; the first call connects."""
        self._redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)

    async def hit(self, key: str, seconds: int) -> Window:
        """Count a call.

        Raises:
            ConnectionError: Redis does not answer.
        """
        name = f"rate:{key}"
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.set(name, 0, ex=seconds, nx=True)
                pipeline.incr(name)
                pipeline.ttl(name)
                _, count, left = await pipeline.execute()
        except RedisError as error:
            message = "Redis does not answer"
            raise ConnectionError(message) from error
        return Window(count, max(left, 1))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
