"""Where the spec of a backend lies."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from backwright.errors import NotFound, Place

SPEC_FOLDER = PurePosixPath("specs/backend")
"""Where the files of a spec lie, relative to the backend's folder."""
STORED_BASES = SPEC_FOLDER / ".base" / "objects"
"""Where what was generated last is stored by its digest."""


def find_spec(start: Path) -> Path:
    """Return the ``specs/backend`` folder: at ``start``, above it in its repository, or the only one below.

    Raises:
        NotFound: there is none, or there are several; the candidates are their paths.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SPEC_FOLDER / "service.yaml").is_file():
            return folder / SPEC_FOLDER
        if (folder / ".git").exists():
            break
    below = sorted(path.parent for depth in ("*", "*/*") for path in start.glob(f"{depth}/{SPEC_FOLDER}/service.yaml"))
    if len(below) == 1:
        return below[0]
    candidates = tuple(str(path.parent.parent) for path in below) or ('Make one: agent run "add products CRUD"',)
    message = "there are several backends here; say --repo" if below else "there is no backend with a spec here"
    raise NotFound(message, candidates=candidates, place=Place(str(start)))
