"""``agent run``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from backwright.run_options import Options, Result

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
    if as_json or events:
        return _as_json(options, events=events)
    return _for_person(options)


def _as_json(options: Options, *, events: bool) -> int:
    import json

    from backwright.cli.listeners import json_lines, plain
    from backwright.pipeline import run_task

    listen = json_lines(sys.stdout) if events else plain(sys.stderr, with_diff=False)
    result = run_task(options, listen, None)
    document = {"event": "finished", **result.as_dict()} if events else result.as_dict()
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    return result.status


def _for_person(options: Options) -> int:
    from backwright.cli.listeners import is_terminal, plain
    from backwright.pipeline import run_task

    if is_terminal():
        from backwright.cli.terminal import Terminal

        with Terminal() as terminal:
            result = run_task(options, terminal, terminal)
    else:
        result = run_task(options, plain(sys.stdout, with_diff=True), None)
    _conclude(result)
    return result.status


def _conclude(result: Result) -> None:
    out = sys.stdout if result.status == 0 else sys.stderr
    out.write(result.conclusion + "\n")
