"""``python -m backwright`` is the ``agent`` command."""

from backwright.cli.app import main

main()
