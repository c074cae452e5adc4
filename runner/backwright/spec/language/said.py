"""What was said of one field or relation, as the cursor walks over it: no more than the words say."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from backwright.spec.model import OnDelete


@dataclass
class Said:
    """A name and details. ``type`` is a key of ``shorttypes.TYPES``, ``items`` that of a list's items."""

    name: list[str] = field(default_factory=list)
    type: str = ""
    arguments: dict[str, int] = field(default_factory=dict)
    items: str = ""
    flags: dict[str, bool] = field(default_factory=dict)
    bounds: dict[str, Decimal] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    enum: tuple[str, ...] = ()
    default: str | None = None
    example: str | None = None
    pattern: str | None = None
    note: str = ""
    target: str = ""
    kind: str = ""
    many: bool = False
    on_delete: OnDelete | None = None
    unique_per: list[str] = field(default_factory=list)
    children: tuple[Said, ...] = ()
    checks: list[tuple[str, str, str]] = field(default_factory=list)
    together: tuple[str, ...] = ()
    shares_type: bool = False
    pair: tuple[str, ...] = ()
    article: bool = False
    words: list[str] = field(default_factory=list)

    @property
    def said(self) -> dict[str, Any]:
        """Everything that was said beside the name."""
        given = vars(self).items()
        return {key: value for key, value in given if value not in ("", None, False, [], (), {}) and key not in _NAMING}

    @property
    def names(self) -> bool:
        """Whether there is a name or a target."""
        return bool(self.name or self.target)

    def join(self, more: Said) -> None:
        """Let details that name nothing say more of this one."""
        for key, value in more.said.items():
            mine = getattr(self, key)
            setattr(self, key, {**mine, **value} if isinstance(value, dict) else value)
        self.words += more.words


_NAMING = ("name", "words", "article", "checks", "shares_type", "pair")
