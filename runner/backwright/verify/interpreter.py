"""Which interpreter runs the target's code, and with which environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from backwright.errors import BadInput, Place

PLACES = (".venv/bin/python", ".venv/Scripts/python.exe")
ASSIGNMENT = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>.*)")
SECRET_LENGTH = 6


def find_interpreter(folders: Iterable[Path]) -> Path | None:
    """Return the interpreter of the first folder with a virtual environment of its own, or None.

    The path is not resolved: a virtual environment is found by where its link lies.
    """
    return next((folder / place for folder in folders for place in PLACES if (folder / place).exists()), None)


def read_env_file(path: Path) -> dict[str, str]:
    """Read ``NAME=value`` lines; comments, ``export`` and quotes around a value are understood, nothing is expanded.

    Raises:
        BadInput: the file cannot be read, or a line is none of these; with its line number.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the environment file cannot be read: {error}") from error
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = ASSIGNMENT.fullmatch(stripped)
        if match is None:
            raise BadInput("not an assignment NAME=value", place=Place(str(path), number))
        values[match["name"]] = _unquoted(match["value"])
    return values


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"') and value.count(value[0]) > 1:
        return value[1 : value.index(value[0], 1)]
    return re.split(r"\s#", value, maxsplit=1)[0].rstrip()


def without_values(text: str, values: Mapping[str, str]) -> str:
    """Replace the values of an environment file in a text; short ones (``true``, ``8000``) are no secrets."""
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        if len(value) >= SECRET_LENGTH:
            text = text.replace(value, f"[redacted:{name}]")
    return text
