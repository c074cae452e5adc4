"""Backends to run on: each is built once, and every test gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pipeline.running import build
from tests.target.repositories import git


def know_ada(home: Path) -> None:
    (home / "gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n")


@contextmanager
def ada_at_home(home: Path) -> Iterator[None]:
    """Work as Ada, for fixtures that live longer than one test."""
    know_ada(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("BACKWRIGHT_STATE", str(home / "state"))
        patch.setenv("BACKWRIGHT_CACHE", str(home / "cache"))
        patch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture(scope="session")
def built_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A backend with products, committed; nobody changes it."""
    repo = tmp_path_factory.mktemp("built") / "shop"
    with ada_at_home(tmp_path_factory.mktemp("builder")):
        build(repo, "add products CRUD")
    yield repo
    assert git(repo, "status", "--porcelain") == ""


@pytest.fixture(autouse=True)
def identity(own_home: Path) -> None:
    """Git knows the person."""
    know_ada(own_home)


@pytest.fixture
def shop(built_shop: Path, tmp_path: Path) -> Path:
    """A repository with products in it, to be worked on."""
    return Path(shutil.copytree(built_shop, tmp_path / "shop", symlinks=True))
