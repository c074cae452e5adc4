"""Clients that talk to an application in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI


class AsyncClient(httpx2.AsyncClient):
    """A client of an application in this process, which it knows."""

    def __init__(self, app: FastAPI) -> None:
        """Send requests to `app`."""
        transport = httpx2.ASGITransport(app=app)
        super().__init__(transport=transport, base_url="http://testserver")
        self.app = app


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Run an application and yield a client of it."""
    async with app.router.lifespan_context(app), AsyncClient(app) as client:
        yield client
