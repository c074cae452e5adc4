"""``python -m backwright`` is the ``agent`` command."""

from backwright.cli.main import main

main()
