"""Print every figure the README claims about speed and memory."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.process import Figures, measure

AGENT = [sys.executable, "-m", "backwright"]
TASK = "add products CRUD"
SIZES = (1, 10, 100, 1000)


def main() -> None:
    """Measure on folders of their own, and print as it goes."""
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores; medians of whole processes\n")
    print(f"{'command':44}{'wall s':>8}{'min':>7}{'max':>7}{'cpu s':>7}{'MiB':>6}  status")
    with tempfile.TemporaryDirectory(prefix="backwright-bench-") as name:
        root = Path(name)
        env = {**os.environ, "BACKWRIGHT_STATE": str(root / "state"), "BACKWRIGHT_CACHE": str(root / "cache")}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # what is measured is what an installed program does
        empty = root / "empty"
        empty.mkdir()
        row("python -c pass", measure([sys.executable, "-c", "pass"], root, env, runs=9))
        row("agent --help", measure([str(Path(sys.executable).with_name("agent")), "--help"], root, env, runs=9))
        run = [*AGENT, "run", "fastapi-backend", TASK]
        dry = [*run, "--dry-run", "--verify", "none"]
        row("agent run --dry-run --verify none", measure(dry, empty, env, runs=5))
        row("agent run --dry-run", measure([*run, "--dry-run"], empty, env, runs=3))
        _whole_runs(root, env, run)
    print()
    generation()
    print()
    reading()


def _whole_runs(root: Path, env: dict[str, str], run: list[str]) -> None:
    shop = root / "shop"

    def fresh() -> None:
        shutil.rmtree(shop, ignore_errors=True)
        shop.mkdir()

    row("agent run --yes --verify none", measure([*run, "--yes", "--verify", "none"], shop, env, runs=5, before=fresh))
    full = measure([*run, "--yes", "--verify", "full"], shop, env, runs=3, before=fresh)
    row("agent run --yes --verify full", full)
    by_hand = measure([sys.executable, "-m", "pytest", "-p", "no:cacheprovider"], shop, env, runs=3)
    row("the result's own suite by hand (pytest)", by_hand)
    bound = 1.3 * by_hand.wall + 1
    print(f"  full / by hand = {full.wall / by_hand.wall:.2f}; bound 1.3 x by hand + 1 s = {bound:.2f} s")


def row(name: str, figures: Figures) -> None:
    """Print one row of the table."""
    statuses = ",".join(map(str, sorted(figures.statuses)))
    print(
        f"{name:44}{figures.wall:8.3f}{figures.fastest:7.3f}{figures.slowest:7.3f}{figures.cpu:7.2f}"
        f"{figures.memory:6.0f}  {statuses}",
        flush=True,
    )


def generation() -> None:
    """Time ``generate`` for specs of growing size; the last column says how it grows against the spec."""
    from backwright.skills.generate import generate

    from tests.bench.specs import spec_of

    print(f"{'resources':>10}{'files':>8}{'s':>9}{'ms/resource':>13}")
    for size in SIZES:
        spec = spec_of(size)
        times = []
        for _ in range(3 if size < SIZES[-1] else 1):
            began = time.perf_counter()
            files = generate(spec)
            times.append(time.perf_counter() - began)
        seconds = statistics.median(times)
        print(f"{size:10}{len(files):8}{seconds:9.3f}{seconds / size * 1000:13.2f}", flush=True)


def reading() -> None:
    """Time what reads: requests, definitions, reviews, and staging a large repository."""
    from tests.bench import reading as measured

    print(f"{'what':60}{'median':>12}")
    for name, seconds in measured.rows():
        print(f"{name:60}{seconds * 1000:9.1f} ms", flush=True)


if __name__ == "__main__":
    main()
