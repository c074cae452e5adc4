"""``agent schema``."""

from __future__ import annotations

import json
import sys

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def schema(name: str = typer.Argument(help="backend, service, resource, agent or skill")) -> None:
    """Print the JSON Schema of a file format."""
    from backwright.schemas import json_schema

    sys.stdout.write(json.dumps(json_schema(name), ensure_ascii=False, indent=2) + "\n")
