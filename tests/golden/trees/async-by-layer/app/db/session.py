"""The session: one per request, one transaction each."""

from collections.abc import AsyncIterator

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker


def create_sessionmaker(
    engine: AsyncEngine,
) -> async_sessionmaker[AsyncSession]:
    """Make the factory of sessions that `app.state.sessionmaker` holds."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def get_session(
    request: Request,
) -> AsyncIterator[AsyncSession]:
    """Open a transaction; commit when the endpoint returns, roll back when it raises.

    Depend on it with `scope="function"`: the commit then comes before the response,
    so a client never reads a success that was not stored. To commit earlier gives the
    connection back; what follows is a transaction of its own.
    """
    new_session: async_sessionmaker[AsyncSession] = request.app.state.sessionmaker
    async with new_session() as session:
        yield session
        await session.commit()
