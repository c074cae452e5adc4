"""Whether a folder holds an application that Backwright did not create."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from backwright.errors import Place

APPLICATION = re.compile(rb"^[ \t]*(?:\w+(?::[^=\n]+)?\s*=|return)\s*(?:fastapi\.)?FastAPI\(", re.MULTILINE)
SKIPPED = {"tests", "test", "docs", "examples", "node_modules", "site-packages"}


def foreign_application(
    paths: Iterable[PurePosixPath], read: Callable[[PurePosixPath], bytes | None], backend: PurePosixPath
) -> Place | None:
    """Return where a FastAPI application is made below the backend's folder, or None."""
    for path in sorted(paths):
        if path.suffix != ".py" or not path.is_relative_to(backend) or SKIPPED & set(path.parts):
            continue
        content = read(path) or b""
        found = APPLICATION.search(content)
        if found:
            return Place(str(path), content.count(b"\n", 0, found.start()) + 1)
    return None
