"""Everything under the API prefix: the router of each package of `app.features`."""

from fastapi import APIRouter

from app import features
from app.core.discovery import submodules
from app.core.errors import problems


def create_router() -> APIRouter:
    """Collect the routers of all resources."""
    router = APIRouter(prefix="/api/v1", responses=problems(500, 503))
    for module in submodules(features.__name__, features.__path__, "router"):
        router.include_router(module.router)
    return router
