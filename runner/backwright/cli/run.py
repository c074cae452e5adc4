"""``agent run``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from backwright.event import Asker, Listener
    from backwright.run_options import Result

    Start = Callable[[Listener, Asker | None], Result]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class EngineName(StrEnum):
    """What ``--engine`` takes."""

    AUTO = "auto"
    OFFLINE = "offline"
    CLAUDE = "claude"


class LevelName(StrEnum):
    """What ``--verify`` takes."""

    QUICK = "quick"
    FULL = "full"
    NONE = "none"


@app.command()
def run(
    words: Annotated[list[str], typer.Argument(metavar="[AGENT] TASK", help="An agent's name or file, and the task.")],
    repo: Annotated[Path, typer.Option(help="The target repository or folder.")] = Path(),
    init: Annotated[bool, typer.Option("--init", help="Make the folder a repository of its own.")] = False,
    spec: Annotated[list[Path] | None, typer.Option(help="A spec file (YAML) to bring in; repeatable.")] = None,
    engine: Annotated[EngineName, typer.Option(help="What does the work.")] = EngineName.AUTO,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and the diff, apply nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply without asking.")] = False,
    no_commit: Annotated[bool, typer.Option("--no-commit", help="Change the working tree only.")] = False,
    branch: Annotated[str | None, typer.Option(help="Commit to a new branch of this name.")] = None,
    verify: Annotated[LevelName, typer.Option(help="How much to check before applying.")] = LevelName.QUICK,
    python: Annotated[Path | None, typer.Option(help="The interpreter of the target's tests.")] = None,
    env_file: Annotated[Path | None, typer.Option(help="Environment of the target's tests.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    events: Annotated[bool, typer.Option("--events", help="One JSON event a line on stdout.")] = False,
) -> int:
    """Give a task to an agent: build it in a staged copy, verify it, show the diff, commit it.

    Exit status: 0 done, 1 built but not verified, 2 bad input or a request it cannot do, 3 the target changed or
    conflicts, 130 interrupted.
    """
    from backwright.run_options import Options

    options = Options(
        words=tuple(words),
        repo=repo,
        init=init,
        spec_files=tuple(spec or ()),
        engine=engine.value,
        dry_run=dry_run,
        yes=yes,
        commit=not no_commit,
        branch=branch,
        verify=verify.value,
        python=python,
        env_file=env_file,
    )
    from backwright.pipeline import run_task

    if as_json or events:
        return conclude_as_json(partial(run_task, options), events=events)
    return conclude_for_person(partial(run_task, options))


def conclude_as_json(start: Start, *, events: bool) -> int:
    """Start a run, write its events or its result as JSON, and return the exit status."""
    import json

    from backwright.cli.listeners import json_lines, plain

    result = start(json_lines(sys.stdout) if events else plain(sys.stderr, with_diff=False), None)
    document = {"event": "finished", **result.as_dict()} if events else result.as_dict()
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    return result.status


def conclude_for_person(start: Start) -> int:
    """Start a run on the terminal or as plain lines, and return the exit status."""
    from backwright.cli.listeners import is_terminal, plain

    if is_terminal():
        from backwright.cli.terminal import Terminal

        with Terminal() as terminal:
            result = start(terminal, terminal)
    else:
        result = start(plain(sys.stdout, with_diff=True), None)
    sys.stdout.write(result.conclusion + "\n")
    return result.status
