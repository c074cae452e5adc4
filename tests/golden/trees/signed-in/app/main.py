"""The application: `fastapi run app/main.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.api import health
from app.api.router import create_router
from app.config import Settings
from app.core.auth import create_auth
from app.core.errors import Problem, install_error_handlers
from app.core.logging import configure_logging
from app.core.middleware import install_middleware
from app.core.rate_limit import create_rate_limits, refuse_lonely_counters
from app.db.engine import create_engine
from app.db.session import create_sessionmaker


class Application(FastAPI):
    """An application whose document says what errors look like and who may call."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(schema.pop("$defs", {}))
        schemas["Problem"] = schema
        document.setdefault("security", [])
        return document


def operation_id(route: APIRoute) -> str:
    """Name an operation after its function; clients are generated from it."""
    return route.name


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application.

    Args:
        settings: Settings to use instead of the environment's.
    """
    current = settings or Settings()
    refuse_lonely_counters(current)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logging(debug=current.debug)
        engine = create_engine(current)
        app.state.sessionmaker = create_sessionmaker(engine)
        app.state.auth = create_auth(current, app.state.sessionmaker)
        app.state.rate_limits = create_rate_limits(current)
        yield
        await app.state.rate_limits.close()
        await engine.dispose()

    app = Application(
        title="Shop",
        version="0.1.0",
        description="The Shop backend.",
        servers=[{"url": "/", "description": "This server"}],
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    app.include_router(health.router)
    app.include_router(create_router())
    install_error_handlers(app)
    install_middleware(app, current)
    return app


app = create_app()
