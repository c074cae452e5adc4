"""Clients that talk to an application in this process."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI


class AsyncClient(httpx2.AsyncClient):
    """A client of an application in this process, which it knows."""

    def __init__(self, app: FastAPI, headers: Mapping[str, str] | None = None) -> None:
        """Send requests to `app`, with some headers each."""
        transport, url = httpx2.ASGITransport(app=app), "http://testserver"
        super().__init__(transport=transport, base_url=url, headers=headers)
        self.app = app


def same_app(client: AsyncClient, headers: Mapping[str, str]) -> AsyncClient:
    """Return another client of the same application, with headers of its own."""
    return AsyncClient(client.app, headers)


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Run an application and yield a client of it."""
    async with app.router.lifespan_context(app), AsyncClient(app) as client:
        yield client
