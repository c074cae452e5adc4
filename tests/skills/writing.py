"""Skills for tests, written to a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FRONT = "name: {name}\ndescription: Does what {name} does.\n"


def write_skill(
    skills: Path, name: str, front: str | None = None, files: Mapping[str, str] | None = None, body: str = ""
) -> Path:
    """Write a skill below ``skills`` and return its folder."""
    folder = skills / name
    contents = {"SKILL.md": f"---\n{front or FRONT.format(name=name)}---\n{body}", **(files or {})}
    for path, text in contents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
