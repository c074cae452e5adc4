"""Settings, read from the environment and from `.env`."""

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}

MIN_KEY_BYTES = 32
RateLimit = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,5}/(second|minute|hour|day)$")]


class Settings(BaseSettings):
    """Every knob of the application; `.env.example` lists them with a comment each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    environment: Literal["development", "production"] = "development"
    debug: bool = False
    https: bool = False
    database_url: str = "sqlite+aiosqlite:///./app.db"
    database_pool_size: Annotated[int, Field(ge=1, le=1000)] = 10
    slow_query_ms: Annotated[int, Field(ge=0)] = 500
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    max_body_bytes: Annotated[int, Field(ge=1)] = 1_048_576
    secret_key: SecretStr = SecretStr("")
    access_token_expire_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    refresh_token_expire_days: Annotated[int, Field(ge=1, le=365)] = 7
    recovery_expire_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    recovery_url: str = "http://localhost:3000/new-password"
    password_hash_rounds: Annotated[int, Field(ge=1, le=100)] = 3
    password_hash_kib: Annotated[int, Field(ge=8, le=1_048_576)] = 65_536
    password_hash_parallel: Annotated[int, Field(ge=1, le=1000)] = 4
    max_failed_logins: Annotated[int, Field(ge=1, le=100)] = 5
    lockout_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    rate_limit_login: RateLimit = "5/minute"
    rate_limit_register: RateLimit = "5/minute"
    rate_limit_refresh: RateLimit = "30/minute"
    rate_limit_account: RateLimit = "30/minute"
    rate_limit_recovery: RateLimit = "5/minute"
    redis_url: str = ""
    smtp_url: str = ""
    mail_from: str = "no-reply@localhost"

    @model_validator(mode="after")
    def require_secret_key(self) -> Self:
        """Refuse a short key anywhere, and none at all in production."""
        size = len(self.secret_key.get_secret_value().encode())
        if 0 < size < MIN_KEY_BYTES:
            message = f"secret_key needs {MIN_KEY_BYTES} bytes or more"
            raise ValueError(message)
        if not size and self.environment == "production":
            message = "secret_key is required in production"
            raise ValueError(message)
        return self

    @field_validator("database_url")
    @classmethod
    def name_driver(cls, url: str) -> str:
        """Give a plain `postgresql://` or `sqlite://` URL the driver we use."""
        scheme, separator, rest = url.partition("://")
        return f"{DRIVERS.get(scheme, scheme)}{separator}{rest}"

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def split_origins(cls, value: object) -> object:
        """Read a comma-separated list."""
        if not isinstance(value, str):
            return value
        return tuple(origin.strip() for origin in value.split(",") if origin.strip())

    @field_validator("allowed_origins")
    @classmethod
    def refuse_any_origin(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse `*`: origins are named one by one."""
        if "*" in origins:
            message = "name the allowed origins; '*' is not accepted"
            raise ValueError(message)
        return origins
