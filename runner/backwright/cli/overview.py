"""What the ``agent`` command answers at once: its commands and its version. Nothing is loaded for it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

COMMANDS = {
    "run": "Do a task in a repository: build, verify, show, commit.",
    "agents": "List and show agent definitions.",
    "skills": "List, show, trust and run skills.",
    "spec": "Show and check the spec of a backend.",
    "schema": "Print the JSON Schema of a file format.",
    "history": "List and show prompt history records.",
    "memory": "Show and add an agent's notes.",
    "status": "Show what was edited or deleted since it was generated, and what is not applied yet.",
    "doctor": "Check this machine: Python, git, ruff, folders.",
}
"""Each is a module beside this one, loaded when the command is called."""

_OPTIONS = {"--version": "Print the version and stop.", "--help": "Show this message and stop."}
_WIDTH = 80


def at_once(arguments: Sequence[str]) -> str | None:
    """Return the answer to ``--help`` or ``--version`` alone, or None."""
    if list(arguments) == ["--help"]:
        return overview()
    if list(arguments) == ["--version"]:
        from backwright import __version__

        return f"backwright {__version__}\n"
    return None


def overview() -> str:
    """Return the usage of the whole command."""
    return (
        "Usage: agent [OPTIONS] COMMAND [ARGS]...\n\n"
        "  Agent definitions that build verified FastAPI backends in your repository.\n\n"
        f"Options:\n{_table(_OPTIONS)}\nCommands:\n{_table(COMMANDS)}\n"
        "agent COMMAND --help says more.\n"
    )


def _table(rows: dict[str, str]) -> str:
    width = max(map(len, rows)) + 4
    return "".join(
        textwrap.fill(text, _WIDTH, initial_indent=f"  {name:<{width - 2}}", subsequent_indent=" " * width) + "\n"
        for name, text in rows.items()
    )
