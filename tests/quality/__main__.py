"""Measure generated backends: `python -m tests.quality [LABEL=DIRECTORY ...]`.

Without directories both styles are generated from "add products CRUD" first, twice, so
that the bytes can be compared, and two backends whose rows belong to users, which are
served and fuzzed as two users, one of them by cookies.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.quality.fuzz import served_rows
from tests.quality.generated import GUARDED, STYLES, NotGenerated, generate, same_bytes_row
from tests.quality.measure import ANY_DATABASE, Row, details, table
from tests.quality.mutation import Bounds, mutation_row
from tests.quality.startup import startup_row
from tests.quality.static import static_rows
from tests.quality.subject import PARTS, Subject, database
from tests.quality.suite import suite_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KINDS = ("sqlite", "postgresql")
LEFT_BEHIND = shutil.ignore_patterns(".git", "*.db", "__pycache__", ".*_cache", ".venv", ".env")


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    parser.add_argument("backends", nargs="*", metavar="LABEL=DIRECTORY", help="a backend that is there already")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone (repeatable)")
    parser.add_argument("--database", choices=KINDS, action="append", help="use this database alone (repeatable)")
    parser.add_argument("--examples", type=int, default=30, help="Schemathesis examples per operation")
    parser.add_argument("--mutants", type=int, default=Bounds.sample, help="mutants tried at most")
    parser.add_argument("--mutation-seconds", type=float, default=Bounds.seconds, help="time for all mutants")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures in FILE")
    return parser.parse_args(arguments)


def measure(subject: Subject, chosen: argparse.Namespace, scratch: Path) -> Iterator[Row]:
    """Yield the rows of one backend as they are measured, on a copy of it."""
    parts = [part for part in chosen.only or PARTS if part in subject.parts]
    kinds = chosen.database or KINDS
    if "static" in parts:
        yield from static_rows(subject)
    for kind in kinds:
        if "suite" in parts:
            with database(subject, kind, scratch) as url:
                yield from suite_rows(subject, kind, url, scratch)
        if "startup" in parts:
            with database(subject, kind, scratch) as url:
                yield startup_row(subject, kind, url, scratch)
    if "mutation" in parts:
        yield mutation_row(subject, scratch, Bounds(chosen.mutants, chosen.mutation_seconds))
    if "served" in parts:
        kind = "postgresql" if "postgresql" in kinds else "sqlite"
        with database(subject, kind, scratch) as url:
            yield from served_rows(subject, kind, url, scratch, chosen.examples)


def subjects(chosen: argparse.Namespace, scratch: Path) -> Iterator[tuple[Subject | None, list[Row]]]:
    """Yield each backend to measure (None: it could not be made), with the rows that making it has settled."""
    for backend in chosen.backends:
        label, _, directory = backend.rpartition("=")
        source = Path(directory).resolve()
        copy = scratch / "backends" / (label or source.name)
        shutil.copytree(source, copy, ignore=LEFT_BEHIND)
        yield Subject(label or source.name, copy), []
    served = "served" in (chosen.only or PARTS)
    for style in () if chosen.backends else (*STYLES, *(GUARDED if served else ())):
        try:
            first, second = (generate(style, scratch / "backends" / f"{style.label}-{n}" / "shop") for n in (1, 2))
        except NotGenerated as failure:
            yield None, [Row(style.label, ANY_DATABASE, "generated", "yes", "no", False, str(failure))]
        else:
            subject = Subject(style.label, first, ("served",), 1) if style in GUARDED else Subject(style.label, first)
            yield subject, [same_bytes_row(style, first, second)]


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and return 1 where a bar was missed."""
    chosen = options(arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="quality-") as folder:
        for subject, settled in subjects(chosen, Path(folder)):
            rows += settled
            if subject is None:
                continue
            scratch = Path(folder) / f"scratch-{subject.style}"
            scratch.mkdir()
            for row in measure(subject, chosen, scratch):
                rows.append(row)
                state = "ok" if row.ok else "MISSED"
                print(f"{row.style} {row.database} {row.name}: {row.measured} {state}", file=sys.stderr, flush=True)
    print(table(rows))
    if missed := details(rows):
        print(f"\n{missed}")
    if chosen.json:
        chosen.json.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
    return 0 if rows and all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
