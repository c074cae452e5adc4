"""The entry point of the ``agent`` command."""

from __future__ import annotations

import sys

from backwright.cli.overview import at_once


def main() -> None:
    """Answer at once what needs nothing loaded, else run the command; exit with its status."""
    arguments = sys.argv[1:]
    answer = at_once(arguments)
    if answer is not None:
        sys.stdout.write(answer)
        return
    from backwright.cli.app import run_command

    sys.exit(run_command(arguments))


if __name__ == "__main__":
    main()
