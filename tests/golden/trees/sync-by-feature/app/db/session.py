"""The session: one per request, one transaction each."""

from collections.abc import Iterator

from fastapi import Request
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker


def create_sessionmaker(
    engine: Engine,
) -> sessionmaker[Session]:
    """Make the factory of sessions that `app.state.sessionmaker` holds."""
    return sessionmaker(engine, expire_on_commit=False)


def get_session(
    request: Request,
) -> Iterator[Session]:
    """Open a transaction; commit when the endpoint returns, roll back when it raises.

    Depend on it with `scope="function"`: the commit then comes before the response,
    so a client never reads a success that was not stored. To commit earlier gives the
    connection back; what follows is a transaction of its own.
    """
    new_session: sessionmaker[Session] = request.app.state.sessionmaker
    with new_session() as session:
        yield session
        session.commit()
