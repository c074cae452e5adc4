"""Everything under the API prefix: each module of `app.api.v1.endpoints`."""

from fastapi import APIRouter

from app.api.v1 import endpoints
from app.core.discovery import submodules
from app.core.errors import problems


def create_router() -> APIRouter:
    """Collect the routers of all resources."""
    router = APIRouter(prefix="/api/v1", responses=problems(500, 503))
    for module in submodules(endpoints.__name__, endpoints.__path__):
        router.include_router(module.router)
    return router
