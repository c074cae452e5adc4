"""Tables: ruled and coloured by Rich on a terminal, plain columns elsewhere."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from backwright.shown import visible


def write_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows to stdout; control characters in them are made visible."""
    clean = [[visible(" ".join(cell.split())) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _ruled(headers, clean)
        return
    widths = [max(len(row[column]) for row in (headers, *clean)) for column in range(len(headers))]
    for row in (headers, *clean):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def shortened(text: str, width: int = 72) -> str:
    """Return text that fits; on a terminal its lines are broken instead."""
    if sys.stdout.isatty() and shutil.get_terminal_size().columns > width:
        return text
    return text if len(text) <= width else text[: width - 1] + "…"


def _ruled(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headers)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
