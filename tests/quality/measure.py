"""One measured bar, and the table of all of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ANY_DATABASE = "-"
"""The database of a bar that does not depend on one."""


@dataclass(frozen=True)
class Row:
    """A bar and what was measured against it.

    Attributes:
        style: The label of the backend that was measured.
        database: `sqlite`, `postgresql`, or `ANY_DATABASE`.
        name: The bar.
        wanted: What is required, in words.
        measured: What was found, in words.
        ok: Whether the bar is met.
        detail: What to look at when it is not; empty when it is.
        seconds: How long measuring took, in seconds.
    """

    style: str
    database: str
    name: str
    wanted: str
    measured: str
    ok: bool
    detail: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        """Return the row as plain JSON data."""
        return asdict(self)


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out as one table for a terminal or a Markdown page."""
    head = ("style", "database", "bar", "required", "measured", "ok", "s")
    lines = [
        (
            row.style,
            row.database,
            row.name,
            row.wanted,
            row.measured,
            "yes" if row.ok else "NO",
            f"{row.seconds:.1f}",
        )
        for row in rows
    ]
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]

    def lay(cells: Iterable[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lay(head), rule, *map(lay, lines)])


def details(rows: Sequence[Row]) -> str:
    """Return what to look at for every bar that was missed."""
    return "\n\n".join(
        f"== {row.style} {row.database} {row.name}: {row.measured}\n{row.detail}" for row in rows if not row.ok
    )
