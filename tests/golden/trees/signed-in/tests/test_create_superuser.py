"""The command that makes superusers."""

import asyncio
import io
import sys

import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from app import create_superuser
from app.config import Settings
from app.main import create_app
from app.models import metadata
from tests.accounts import CORRECT
from tests.serving import serving
from tests.sessions import login, me

EMAIL = "Root@Example.com"


class Terminal(io.StringIO):
    """Standard input where somebody types."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def database(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a database with tables, which the command finds."""
    asyncio.run(make_tables(empty_database))
    monkeypatch.setenv("DATABASE_URL", empty_database)
    monkeypatch.setenv("PASSWORD_HASH_KIB", "8")
    monkeypatch.setattr(sys, "argv", ["create_superuser", EMAIL])
    return empty_database


async def make_tables(url: str) -> None:
    """Create the tables of all models."""

    def create_all(connection: Connection) -> None:
        metadata.create_all(connection)

    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(create_all)
    await engine.dispose()


async def signed_in_as(settings: Settings, email: str) -> dict[str, object]:
    """Sign in and return who that is."""
    async with serving(create_app(settings)) as client:
        answer = await me(client, await login(client, email))
    body: dict[str, object] = answer.json()
    return body


def test_superuser_is_made_from_standard_input(
    database: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{CORRECT}\n"))

    create_superuser.main()

    there = settings.model_copy(update={"database_url": database})
    body = asyncio.run(signed_in_as(there, EMAIL))
    assert body["email"] == "root@example.com"
    assert body["is_superuser"] is True
    assert body["is_active"] is True


@pytest.mark.usefixtures("database")
def test_address_that_is_taken_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(create_superuser, "getpass", lambda: CORRECT)
    create_superuser.main()

    with pytest.raises(SystemExit, match="There is such a user already"):
        create_superuser.main()


@pytest.mark.parametrize(
    ("email", "word", "said"),
    [("nobody", CORRECT, "^email: "), (EMAIL, "weak", "^password: Password should")],
)
def test_what_the_api_refuses_is_refused(
    monkeypatch: pytest.MonkeyPatch, email: str, word: str, said: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["create_superuser", email])
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{word}\n"))

    with pytest.raises(SystemExit, match=said):
        create_superuser.main()
