"""Settings: where they come from and what they refuse."""

import pytest
from pydantic import ValidationError

from app.config import Settings


def test_defaults_are_for_development() -> None:
    settings = Settings()

    assert settings.environment == "development"
    assert settings.debug is False
    assert settings.https is False
    assert settings.database_url.startswith("sqlite+aiosqlite:///")
    assert settings.allowed_origins == ()
    assert settings.max_body_bytes == 1_048_576


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("MAX_BODY_BYTES", "10")
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example, https://b.example,")

    settings = Settings()

    assert settings.environment == "production"
    assert settings.max_body_bytes == 10
    assert settings.allowed_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@host/name", "postgresql+asyncpg://u:p@host/name"),
        ("postgresql://host/name", "postgresql+asyncpg://host/name"),
        ("sqlite:///file.db", "sqlite+aiosqlite:///file.db"),
        ("postgresql+asyncpg://host/name", "postgresql+asyncpg://host/name"),
    ],
)
def test_database_url_gets_its_driver(given: str, used: str) -> None:
    assert Settings(database_url=given).database_url == used


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_ORIGINS", "*"),
        ("ENVIRONMENT", "moon"),
        ("MAX_BODY_BYTES", "0"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "1001"),
        ("SLOW_QUERY_MS", "-1"),
        ("DEBUG", "perhaps"),
    ],
)
def test_wrong_value_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match=name.lower()):
        Settings()
