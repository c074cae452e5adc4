"""What reads, timed in one process on synthetic input."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

DEFINITION = (
    "---\nname: agent-{0}\ndescription: Builds and mends part {0} of the backend.\ntools: Read, Write, Edit\n"
    "model: sonnet\ncolor: blue\n---\n\nYou build part {0}.\n" + "A line of the prompt.\n" * 100
)
REQUESTS = (
    "add customers CRUD",
    "add reviews with rating 1..5 and text, belonging to products",
    "add gadgets with name, price > 0 and a category",
    "rename stock to quantity in products",
)
ROUTE = '@router.get("/x{0}", response_model=X)\ndef f{0}(limit: Annotated[int, Query(le=9)]) -> X:\n    return {0}\n\n'


def rows() -> Iterator[tuple[str, float]]:
    """Yield what was timed and the median of its seconds."""
    with tempfile.TemporaryDirectory(prefix="backwright-bench-") as name:
        folder = Path(name)
        yield "reading a request (mean of four)", _requests()
        yield "reading a request (mean of tests/requests/open.yaml)", _open_requests()
        yield "reading 10,000 agent definitions", _definitions(folder / "agents")
        yield "reviewing 1,000 files", _reviews()
        yield from _staging(folder / "large")


def median(function: Callable[[], object], runs: int) -> float:
    """Return the median of the wall-clock seconds of some calls, after one that is not counted."""
    function()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def _requests() -> float:
    from backwright.spec.change import Reading
    from backwright.spec.conventions import Conventions
    from backwright.spec.request import read_request

    from tests.bench.specs import spec_of

    spec = spec_of(1)
    product = spec.resources[0].model_copy(update={"name": "products", "singular": "product"})
    spec = spec.model_copy(update={"resources": (product,)})

    def read() -> list[Reading]:
        return [read_request(text, spec, Conventions()) for text in REQUESTS]

    return median(read, 20) / len(REQUESTS)


def _open_requests() -> float:
    from tests.requests.reading import backends, entries, judge

    specs, asked = backends(), entries("open")
    return median(lambda: [judge(entry, specs[entry["backend"]]) for entry in asked], 3) / len(asked)


def _definitions(folder: Path) -> float:
    from backwright.agents.reader import read_agent

    folder.mkdir()
    for number in range(10_000):
        (folder / f"agent-{number}.md").write_text(DEFINITION.format(number), encoding="utf-8")
    return median(lambda: [read_agent(path) for path in folder.iterdir()], 1)


def _reviews() -> float:
    from backwright.skills.loader import load_review
    from backwright.skills.lookup import find_skill

    review = load_review(find_skill("code-reviewer", Path()))
    routes = "from fastapi import APIRouter, Query\nrouter = APIRouter()\n" + "".join(ROUTE.format(n) for n in range(6))
    plain = "\n".join(f"def f{n}(x: int) -> int:\n    return x\n" for n in range(60))
    tree = {PurePosixPath(f"app/m{n}.py"): (routes if n % 3 else plain).encode() for n in range(1000)}
    return median(lambda: review(tree), 3)


def _staging(folder: Path) -> Iterator[tuple[str, float]]:
    from backwright.target.repository import open_target
    from backwright.target.staged import stage

    for number in range(2000):
        path = folder / f"pkg{number % 40}" / f"m{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"N = {number}\n" * 20, encoding="utf-8")
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    for arguments in (("init", "--quiet"), ("add", "--all"), (*identity, "commit", "--quiet", "--message", "bench")):
        subprocess.run(("git", *arguments), cwd=folder, check=True)
    target = open_target(folder)

    def staged(*, on_disk: bool) -> None:
        with stage(target) as tree:
            if on_disk:
                tree.materialise()

    yield "staging a repository of 2,000 files", median(lambda: staged(on_disk=False), 3)
    yield "the same, put on disk for verification", median(lambda: staged(on_disk=True), 3)
