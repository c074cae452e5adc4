"""The PostgreSQL database that a probe makes for itself: what it is called, on which server, and its end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

SERVER = "TEST_POSTGRES_URL"
"""The variable with the address of a server whose user may create databases: any of them, which is left alone."""
CONNECT_SECONDS = 5


def new_name() -> str:
    """Return the name of a database that there is not yet."""
    return f"backwright_probe_{secrets.token_hex(12)}"


def lent_server(environment: Mapping[str, str]) -> str | None:
    """Return the address of the server that a person lends, in the environment file or in their own environment."""
    return environment.get(SERVER) or os.environ.get(SERVER) or None


def drop(name: str, note: Path) -> str:
    """Drop a probe's database where its note says that one was made; return why that was not possible, or nothing."""
    if not note.exists():
        return ""
    import psycopg
    from psycopg.sql import SQL, Identifier

    try:
        address = note.read_text(encoding="utf-8")
        with psycopg.connect(address, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
    except psycopg.Error as error:
        return f"the probe's database {name} could not be dropped: {(str(error).splitlines() or [''])[0]}"
    return ""
