"""``agent status``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def status(
    repo: Annotated[Path, typer.Option(help="The backend's repository or folder.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show generated files edited, moved or deleted since, and spec changes that are not applied yet."""
    from backwright.status import read_status

    found = read_status(repo)
    if as_json:
        import json

        document = {
            "folder": str(found.folder),
            "generated": found.generated,
            "edited": [str(path) for path in found.edited],
            "moved": [{"from": str(old), "to": str(new)} for old, new in found.moved],
            "deleted": [str(path) for path in found.deleted],
            "pending": list(found.pending),
        }
        typer.echo(json.dumps(document))
        return
    typer.echo(f"{found.folder}: {found.generated} generated files")
    for path in found.edited:
        typer.echo(f"edited   {path}")
    for old, new in found.moved:
        typer.echo(f"moved    {old} -> {new}")
    for path in found.deleted:
        typer.echo(f"deleted  {path}")
    for text in found.pending:
        typer.echo(f"pending  {text}  (agent run fastapi-backend 'apply the spec')")
    if found.is_clean:
        typer.echo("everything is as it was generated, and the spec is applied")
