"""How many of the tasks dispatch gives to the agent that is meant: ``python -m tests.dispatch.score [--missed]``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml
from backwright.agents.dispatch import dispatch
from backwright.errors import NotFound

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One task, and the names that are meant: one agent, several that could take it as well, or none."""

    task: str
    meant: frozenset[str]


def cases(half: str) -> list[Case]:
    """Return the tasks of ``held_back`` or ``open``."""
    entries = yaml.safe_load((HERE / "tasks.yaml").read_text(encoding="utf-8")).get(half, [])
    return [Case(entry["task"], _meant(entry)) for entry in entries]


def _meant(entry: dict[str, object]) -> frozenset[str]:
    tie = entry.get("tie")
    return (
        frozenset(map(str, tie)) if isinstance(tie, list) else frozenset(map(str, filter(None, [entry.get("agent")])))
    )


def repository(folder: Path) -> Path:
    """Return a new repository in that folder with the definitions in it."""
    (folder / ".git").mkdir(parents=True)
    shutil.copytree(HERE / "agents", folder / ".claude" / "agents")
    return folder


def chosen(task: str, repo: Path) -> frozenset[str]:
    """Return the agent that dispatch takes, those it lists as a tie, or nothing."""
    try:
        choice = dispatch(task, repo)
    except NotFound as error:
        listed = frozenset(line.split()[0] for line in error.candidates)
        return listed if "as well" in error.message else frozenset()
    return frozenset({choice.file.spec.name}) if choice.file.spec else frozenset()


def main() -> None:
    """Print the score of each half, and with ``--missed`` what the open half missed."""
    with tempfile.TemporaryDirectory() as folder:
        repo = repository(Path(folder) / "repo")
        for half in ("held_back", "open"):
            of_half = cases(half)
            missed = [case for case in of_half if chosen(case.task, repo) != case.meant]
            print(f"{half}: {len(of_half) - len(missed)} of {len(of_half)}")
            if half == "open" and "--missed" in sys.argv:
                for case in missed:
                    print(f"  {case.task}: {sorted(chosen(case.task, repo))}, meant {sorted(case.meant)}")


if __name__ == "__main__":
    main()
