"""The house stands as docs/architecture.md draws it: every room is on the list, and imports go down it only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import backwright
import pytest

ROOT = Path(backwright.__file__).parent
DRAWING = ROOT.parents[1] / "docs" / "architecture.md"
ABOVE_ALL = {"__init__.py", "__main__.py"}


@pytest.fixture(scope="module")
def floors() -> dict[str, int]:
    """The floor of each room, the top one first."""
    drawn = DRAWING.read_text(encoding="utf-8").split("## The package", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    rows = [line.split("|")[1] for line in drawn.splitlines() if line.startswith("| `")]
    return {name.rstrip("/"): floor for floor, row in enumerate(rows) for name in re.findall(r"`([\w./]+)`", row)}


def test_every_room_is_on_the_list(floors: dict[str, int]) -> None:
    rooms = {path.name for path in ROOT.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert sorted(rooms - floors.keys() - ABOVE_ALL) == []


def test_imports_go_down_the_list_only(floors: dict[str, int]) -> None:
    upward = [
        f"{path.relative_to(ROOT)} imports {room}"
        for path in sorted(ROOT.rglob("*.py"))
        if path.name not in ABOVE_ALL or path.parent != ROOT
        for room in imported(ast.parse(path.read_text(encoding="utf-8")))
        if floors.get(room, 99) < floors.get(path.relative_to(ROOT).parts[0], 0)
    ]
    assert upward == []


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the rooms that are imported when code runs: not those named for types alone."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "backwright":
        inner = node.module.split(".")[1:] or [alias.name for alias in node.names]
        yield from (name if (ROOT / name).is_dir() else f"{name}.py" for name in inner[:1])
    for child in ast.iter_child_nodes(node):
        yield from imported(child)
