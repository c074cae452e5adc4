"""Sessions as a client holds them: begun, prolonged and ended over HTTP."""

from httpx2 import Response

from tests.accounts import CORRECT
from tests.serving import AsyncClient

LOGIN_PATH = "/api/v1/auth/login"
REFRESH_PATH = "/api/v1/auth/refresh"
LOGOUT_PATH = "/api/v1/auth/logout"
ME_PATH = "/api/v1/users/me"


async def login(client: AsyncClient, email: str, password: str = CORRECT) -> Response:
    """Sign in as OAuth2's password flow has it."""
    form = {"username": email, "password": password}
    return await client.post(LOGIN_PATH, data=form)


async def refresh(client: AsyncClient, session: Response) -> Response:
    """Exchange a session's tokens for new ones."""
    token = session.json()["refresh_token"]
    return await client.post(REFRESH_PATH, json={"refresh_token": token})


async def logout(client: AsyncClient, session: Response) -> Response:
    """End a session."""
    token = session.json()["refresh_token"]
    return await client.post(LOGOUT_PATH, json={"refresh_token": token})


def bearer(session: Response) -> dict[str, str]:
    """Return the header of a session's access token."""
    return {"Authorization": f"Bearer {session.json()['access_token']}"}


async def me(client: AsyncClient, session: Response) -> Response:
    """Ask who is signed in with a session."""
    return await client.get(ME_PATH, headers=bearer(session))
