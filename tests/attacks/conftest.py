"""Targets: `target` is a backend on each database in turn, and in the other style on one of them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.attacks.backend import Backends
from tests.attacks.target import Target
from tests.attacks.weaknesses import VARIABLE

BOTH = ("sqlite", "postgresql")
ALL = (*BOTH, "postgresql-sync")


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backends]:
    """The running backends of this session."""
    running = Backends(tmp_path_factory.mktemp("attacks"), os.environ.get(VARIABLE))
    try:
        yield running
    finally:
        running.close()


@pytest.fixture(params=ALL)
def target(request: pytest.FixtureRequest, backends: Backends) -> Target:
    """A backend where one signs in by tokens."""
    return backends.target(request.param)


@pytest.fixture(params=[f"cookies-{name}" for name in BOTH])
def cookie_target(request: pytest.FixtureRequest, backends: Backends) -> Target:
    """A backend where one signs in by cookies."""
    return backends.target(request.param)


@pytest.fixture(params=["limited-sqlite", "limited-postgresql-redis", "limited-sqlite-sync-redis"])
def limited(request: pytest.FixtureRequest, backends: Backends) -> Target:
    """A backend with the rate limits that backends have by themselves."""
    return backends.target(request.param)
