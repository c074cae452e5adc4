"""Servers that tests need: found by address from the environment, and required where CI says so."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

import pytest

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/test")
"""Any database of a server whose user may create others; that database is left alone."""
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


def postgres_server() -> str:
    """Return the URL of a PostgreSQL server; without one the test is skipped, or fails where services are required."""
    import psycopg

    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL server at TEST_POSTGRES_URL: {str(error).strip().splitlines()[0]}"
        if os.environ.get("BACKWRIGHT_REQUIRE_SERVICES"):
            pytest.fail(reason)
        pytest.skip(reason)
    return POSTGRES


def redis_server() -> str:
    """Return the URL of a Redis server; without one the test is skipped, or fails where services are required."""
    address = urlsplit(REDIS)
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 6379), timeout=3):
            return REDIS
    except OSError as error:
        reason = f"no Redis server at TEST_REDIS_URL: {error}"
    if os.environ.get("BACKWRIGHT_REQUIRE_SERVICES"):
        pytest.fail(reason)
    pytest.skip(reason)
