"""The Alembic revisions that lie in a tree, read without running them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from backwright.codegen.build import Revision
from backwright.errors import BadInput, Place

VERSIONS = PurePosixPath("migrations/versions")


def revisions_in(paths: Iterable[PurePosixPath], read: Callable[[PurePosixPath], bytes | None]) -> tuple[Revision, ...]:
    """Return the revisions below ``migrations/versions`` (paths relative to the backend), in the order of their names.

    Raises:
        BadInput: a file there is no Python.
    """
    return tuple(located_revisions(paths, read).values())


def located_revisions(
    paths: Iterable[PurePosixPath], read: Callable[[PurePosixPath], bytes | None]
) -> dict[PurePosixPath, Revision]:
    """Return the revisions as ``revisions_in`` does, by their paths.

    Raises:
        BadInput: a file there is no Python.
    """
    found = {}
    for path in sorted(path for path in paths if path.parent == VERSIONS and path.suffix == ".py"):
        try:
            names = _assigned(ast.parse(read(path) or b""))
        except (SyntaxError, ValueError) as error:
            line = error.lineno if isinstance(error, SyntaxError) else None
            raise BadInput(f"the migration is no Python: {error}", place=Place(str(path), line)) from error
        if isinstance(names.get("revision"), str):
            found[path] = Revision(str(names["revision"]), _ids(names.get("down_revision")))
    return found


def _assigned(module: ast.Module) -> dict[str, object]:
    values: dict[str, object] = {}
    for node in module.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name in {"revision", "down_revision"}:
                values[name] = ast.literal_eval(value)
    return values


def _ids(down: object) -> tuple[str, ...]:
    if down is None:
        return ()
    return (down,) if isinstance(down, str) else tuple(map(str, down)) if isinstance(down, (tuple, list)) else ()
