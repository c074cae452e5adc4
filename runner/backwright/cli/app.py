"""The ``agent`` command: its nouns are loaded when they are called, and errors become words here, once."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from backwright.cli.overview import COMMANDS, at_once, overview

if TYPE_CHECKING:
    from typer._click import Command, Context
    from typer._click.formatting import HelpFormatter

    from backwright.errors import BackwrightError

INTERRUPTED = 130


class Nouns(TyperGroup):
    """The commands by name; a module is imported when its command is used."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Import the module of one command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"backwright.cli.{cmd_name}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the overview, which loads no command."""
        formatter.write(overview())


app = typer.Typer(
    cls=Nouns, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True
)


@app.callback()
def agent(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    """Agent definitions that build verified FastAPI backends in your repository."""


def run_command(arguments: Sequence[str]) -> int:
    """Return the exit status of one command; its errors are written as one message."""
    answer = at_once(arguments)
    if answer is not None:
        sys.stdout.write(answer)
        return 0
    command = typer.main.get_command(app)
    output = "events" if "--events" in arguments else "json" if "--json" in arguments else None
    try:
        result = command.main(args=list(arguments), prog_name="agent", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(output)
    except Exception as error:  # noqa: BLE001 - the one place where errors become words
        return _told(error, output)
    if result == INTERRUPTED:  # what Typer makes of Ctrl-C
        return _interrupted(output)
    return result if isinstance(result, int) else 0


def _interrupted(output: str | None) -> int:
    said = "interrupted; nothing was applied"
    _write_document(output, INTERRUPTED, {"kind": "Interrupted", "message": said, "place": None, "hint": None})
    sys.stderr.write(said + "\n")
    return INTERRUPTED


def _told(error: Exception, output: str | None) -> int:
    """Say what went wrong, and return the exit status for it."""
    from typer._click.exceptions import ClickException  # Typer brings its own click and exports no base class

    from backwright.errors import BackwrightError

    match error:
        case BackwrightError():
            return _say(error, output)
        case ClickException():
            wrong = {"kind": "BadInput", "message": error.format_message(), "place": None, "hint": None}
            _write_document(output, error.exit_code, wrong)
            error.show()
            return error.exit_code
        case BrokenPipeError():
            sys.stderr.close()
            return 1
        case _:
            import traceback

            said = "internal error: a fault of Backwright; nothing was applied, the staged tree is kept"
            wrong = {"kind": type(error).__name__, "message": said, "place": None, "hint": None}
            _write_document(output, 1, wrong)
            traceback.print_exception(error)
            sys.stderr.write(said + "\n")
            return 1


def _say(error: BackwrightError, output: str | None) -> int:
    place = str(error.place) if error.place else None
    wrong: dict[str, object] = {"kind": type(error).__name__, "message": error.message, "place": place}
    wrong |= {"hint": error.hint, "nearest": list(error.nearest)}
    _write_document(output, error.exit_status, wrong)
    sys.stderr.write(f"error: {error}\n")
    return error.exit_status


def _write_document(output: str | None, status: int, error: Mapping[str, object]) -> None:
    """Write an error as the one object of ``--json``, or as the last event of ``--events``."""
    if output is not None:
        event = {"event": "failed"} if output == "events" else {}
        sys.stdout.write(json.dumps({**event, "status": status, "error": error}, ensure_ascii=False) + "\n")
