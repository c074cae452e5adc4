"""Clients that talk to an application in this process."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from starlette.testclient import TestClient

__all__ = ["TestClient", "serving"]


@contextmanager
def serving(app: FastAPI) -> Iterator[TestClient]:
    """Run an application and yield a client of it."""
    with TestClient(app) as client:
        yield client
