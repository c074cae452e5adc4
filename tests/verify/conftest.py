"""A small backend to verify; its own tests are run by the worker, never by us."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

collect_ignore = ["fixtures"]

SHOP = Path(__file__).parent / "fixtures" / "shop"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the fixture backend, to be changed at will."""
    root = tmp_path / "staged"
    shutil.copytree(SHOP, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root
