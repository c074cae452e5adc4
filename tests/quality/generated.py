"""Backends made for measuring, by the command a person would type."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.quality.measure import ANY_DATABASE, Row
from tests.quality.processes import python, run

SOURCE = Path(__file__).parents[2] / "runner"
SPECS = Path(__file__).with_name("specs")
TASK = "add products CRUD"


class NotGenerated(Exception):
    """A run that should have made a backend failed; holds what it said."""


@dataclass(frozen=True)
class Style:
    """A style of backend: its label and the spec that asks for it (None: the default)."""

    label: str
    spec: str | None = None


STYLES = (
    Style("async by layer"),
    Style("sync by feature", "service:\n  name: shop\n  layout: feature\n  session: sync\n"),
)

GUARDED = (
    Style("owned rows", (SPECS / "owned.yaml").read_text(encoding="utf-8")),
    Style("cookies", (SPECS / "cookies.yaml").read_text(encoding="utf-8")),
)
"""Backends whose rows belong to users: of them it is measured how they are served, the rest is as in the others."""


def generate(style: Style, target: Path) -> Path:
    """Generate a backend into a new folder and return the folder.

    Raises:
        NotGenerated: The run failed; its output is in the message.
    """
    target.mkdir(parents=True)
    argv = python("-m", "backwright", "run", "fastapi-backend", TASK, "--repo", str(target))
    options = ["--yes", "--verify", "none"]
    if style.spec is not None:
        document = target.parent / f"{target.name}.yaml"
        document.write_text(style.spec)
        options += ["--spec", str(document)]
    done = run([*argv, *options], target.parent, {"PYTHONPATH": str(SOURCE)}, limit=300)
    if done.status:
        raise NotGenerated(f"{style.label} could not be generated:\n{done.output}")
    return target


def same_bytes_row(style: Style, first: Path, second: Path) -> Row:
    """Compare two backends generated from the same input, their records aside."""
    left, right = _bytes(first), _bytes(second)
    differ = sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
    measured = f"{len(differ)} of {len(left)} files differ"
    return Row(
        style.label, ANY_DATABASE, "same input, same bytes", "0", measured, bool(left) and not differ, "\n".join(differ)
    )


def _bytes(root: Path) -> dict[str, bytes]:
    """Return every file of a backend but git's own and the records, which hold dates."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] not in {".git", "history"}
    }
