"""Backends to attack: generated once, migrated and served for each database."""

from __future__ import annotations

import secrets
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.attacks.mailbox import Mailbox
from tests.attacks.target import HASHES, KIB, LOG, ROUNDS, Target
from tests.attacks.weaknesses import weakened
from tests.quality.processes import environment, python, run, server
from tests.services import postgres_server, redis_server

HERE = Path(__file__).parent
ROUTES = ("LOGIN", "REGISTER", "REFRESH", "ACCOUNT", "RECOVERY")
WIDE = {f"RATE_LIMIT_{route}": "100000/minute" for route in ROUTES}
"""Limits that only the attacks on limits are to meet."""


@dataclass(frozen=True)
class Kind:
    """A backend as it is served.

    Attributes:
        spec: The spec that it is generated from.
        database: `sqlite` or `postgresql`.
        sync: Whether sessions are not awaited, and modules lie by feature.
        limited: Whether it has the limits that backends have by themselves.
        redis: Whether calls are counted in Redis.
        connections: How many connections to the database stay open; None for as many as backends keep by themselves.
    """

    spec: str
    database: str
    sync: bool = False
    limited: bool = False
    redis: bool = False
    connections: int | None = None


KINDS = {
    "sqlite": Kind("office", "sqlite"),
    "postgresql": Kind("office", "postgresql"),
    "postgresql-sync": Kind("office", "postgresql", sync=True),
    "few-connections": Kind("office", "postgresql", connections=1),
    "few-connections-sync": Kind("office", "postgresql", sync=True, connections=1),
    "cookies-sqlite": Kind("cookies", "sqlite"),
    "cookies-postgresql": Kind("cookies", "postgresql"),
    "limited-sqlite": Kind("office", "sqlite", limited=True),
    "limited-postgresql-redis": Kind("office", "postgresql", limited=True, redis=True),
    "limited-sqlite-sync-redis": Kind("office", "sqlite", sync=True, limited=True, redis=True),
}


class Backends:
    """The running backends of a session: each is started when it is first asked for, and all stop at its end."""

    def __init__(self, scratch: Path, weakness: str | None = None) -> None:
        self._scratch, self._weakness = scratch, weakness
        self._open = ExitStack()
        self._trees: dict[tuple[str, bool], Path] = {}
        self._targets: dict[str, Target] = {}
        self._mailbox = Mailbox()
        self._open.callback(self._mailbox.close)

    def close(self) -> None:
        self._open.close()

    def target(self, name: str, **env: str) -> Target:
        """Return the running backend of that name."""
        if name not in self._targets:
            self._targets[name] = self._open.enter_context(self._served(name, env))
        return self._targets[name]

    def tree(self, spec: str, sync: bool) -> Path:
        """Return the folder of a generated backend."""
        if (spec, sync) not in self._trees:
            root = generated(spec, sync, self._scratch / f"{spec}-{'sync' if sync else 'async'}")
            if self._weakness is not None:
                weakened(root, self._weakness)
            self._trees[spec, sync] = root
        return self._trees[spec, sync]

    @contextmanager
    def _served(self, name: str, more: Mapping[str, str]) -> Iterator[Target]:
        kind, folder = KINDS[name], self._scratch / name
        folder.mkdir(exist_ok=True)
        root, key = self.tree(kind.spec, kind.sync), secrets.token_urlsafe(32)
        with database(kind.database, folder) as url:
            env = {
                "DATABASE_URL": url,
                "SECRET_KEY": key,
                "ENVIRONMENT": "production",
                "SMTP_URL": self._mailbox.url,
                "PASSWORD_HASH_ROUNDS": str(ROUNDS),
                "PASSWORD_HASH_KIB": str(KIB),
                "PYTHONPATH": str(HERE / "counting"),
                "ATTACKS_HASHES": str(folder / HASHES),
                **({} if kind.limited else WIDE),
                **({"REDIS_URL": redis_server()} if kind.redis else {}),
                **({"DATABASE_POOL_SIZE": str(kind.connections)} if kind.connections else {}),
                **more,
            }
            migrated(root, env)
            with server(root, env, folder / LOG) as running:
                target = Target(running.url, sync_url(url), key, folder, self._mailbox)
                try:
                    yield target
                finally:
                    target.close()


def generated(spec: str, sync: bool, folder: Path) -> Path:
    """Write the backend of a spec into a folder, and return the folder."""
    from backwright.skills.generate import generate
    from backwright.spec.model import BackendSpec
    from backwright.spec.yaml import read_spec_text

    path = HERE / "specs" / f"{spec}.yaml"
    text = path.read_text()
    if sync:
        text = text.replace("service:\n", "service:\n  layout: feature\n  session: sync\n", 1)
    model = read_spec_text(text, str(path))
    assert isinstance(model, BackendSpec)
    for name, owned in generate(model).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(owned.file.content, encoding="utf-8")
    return folder


def migrated(root: Path, env: Mapping[str, str]) -> None:
    """Run the migrations of a backend on its empty database."""
    done = run(python("-m", "alembic", "upgrade", "head"), root, env, limit=120)
    assert done.status == 0, done.output


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database as people write it, without a driver; it goes afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'office.db'}"
        return
    import psycopg

    server_url, name = postgres_server(), f"attacks_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def sync_url(url: str) -> str:
    """Return the URL with the driver that the tests read the database with."""
    return url.replace("postgresql://", "postgresql+psycopg://")


def command(root: Path, env: Mapping[str, str], *argv: str, words: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program of a backend to its end, with words on its standard input."""
    return subprocess.run(
        [sys.executable, *argv],
        cwd=root,
        env=environment(env),
        input=words,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
