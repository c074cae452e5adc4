"""Values that words mean."""

from __future__ import annotations

_TRUE = frozenset({"true", "yes", "on", "1", "enabled", "active", "checked", "set", "ticked"})
_FALSE = frozenset({"false", "no", "off", "0", "disabled", "inactive", "unchecked", "unset", "not set", "unticked"})


def as_boolean(value: str) -> str | None:
    """Return ``true`` or ``false`` for a word that means one of them; None for any other."""
    lowered = value.lower()
    return "true" if lowered in _TRUE else "false" if lowered in _FALSE else None
