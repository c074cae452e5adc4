"""The text templates in the content folder ``memory/``: ``{{name}}`` is replaced, once, by a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=8)
def _template(name: str) -> str:
    from backwright.content import content_root

    return (content_root() / "memory" / name).read_text(encoding="utf-8")


def filled(name: str, values: Mapping[str, str]) -> str:
    """Return the template of that file name with its values; what stands in a value is not replaced again.

    Raises:
        KeyError: the template names a value that is not given.
    """
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], _template(name))
