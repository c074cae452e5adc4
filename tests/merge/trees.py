"""Trees as tests hold them."""

from __future__ import annotations

from pathlib import PurePosixPath

from backwright.target.tree import Changes, Tree


def with_changes(tree: Tree, changes: Changes) -> dict[PurePosixPath, bytes]:
    """Return the tree after the changes."""
    result = {path: content for path, content in tree.items() if path not in changes}
    result.update({path: content for path, content in changes.items() if content is not None})
    return result
