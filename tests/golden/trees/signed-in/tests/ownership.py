"""Whose rows are whose, changed behind the API."""

from sqlalchemy import update

from app.db.base import Base
from tests.serving import AsyncClient


async def user_id_of(client: AsyncClient) -> int:
    """Return the key of the user who signed in with a client."""
    response = await client.get("/api/v1/users/me")
    user_id: int = response.json()["id"]
    return user_id


async def give(client: AsyncClient, model: type[Base], column: str) -> None:
    """Make every row that a table has so far one of the client's user."""
    values = {column: await user_id_of(client)}
    async with client.app.state.sessionmaker.begin() as session:
        await session.execute(update(model).values(values))
