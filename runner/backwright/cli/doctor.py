"""``agent doctor``."""

from __future__ import annotations

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def doctor() -> None:
    """Check what Backwright needs on this machine; exit 1 if something is missing."""
    from backwright.doctor import examine

    checks = examine()
    for check in checks:
        typer.echo(f"{'ok' if check.ok else 'MISSING':8}{check.name:12}{check.detail}")
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)
