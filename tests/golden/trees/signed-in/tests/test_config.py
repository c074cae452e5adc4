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
        ("SECRET_KEY", "x" * 31),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "0"),
        ("REFRESH_TOKEN_EXPIRE_DAYS", "0"),
        ("PASSWORD_HASH_KIB", "7"),
        ("RATE_LIMIT_LOGIN", "0/minute"),
        ("RATE_LIMIT_LOGIN", "5/week"),
    ],
)
def test_wrong_value_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_production_does_not_start_without_a_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    assert not Settings().secret_key.get_secret_value()

    with pytest.raises(ValidationError, match="secret_key is required"):
        Settings(environment="production")


def test_key_is_measured_in_bytes_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", "\N{LATIN SMALL LETTER O WITH DIAERESIS}" * 16)

    assert len(Settings().secret_key) == 16
    assert "\N{LATIN SMALL LETTER O WITH DIAERESIS}" not in repr(Settings())
