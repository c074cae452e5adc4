"""Settings, read from the environment and from `.env`."""

from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "sqlite": "sqlite",
}


class Settings(BaseSettings):
    """Every knob of the application; `.env.example` lists them with a comment each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    environment: Literal["development", "production"] = "development"
    debug: bool = False
    https: bool = False
    database_url: str = "sqlite:///./app.db"
    database_pool_size: Annotated[int, Field(ge=1, le=1000)] = 10
    slow_query_ms: Annotated[int, Field(ge=0)] = 500
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    max_body_bytes: Annotated[int, Field(ge=1)] = 1_048_576

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
