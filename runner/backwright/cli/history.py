"""``agent history``: the records of a repository, ours and others'."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from backwright.cli.document import finding_document
from backwright.shown import visible

if TYPE_CHECKING:
    from backwright.memory.history import RecordFile

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="Prompt history records.")

REPO = typer.Option(Path(), "--repo", help="The repository; the current folder by default.")
JSON = typer.Option(False, "--json", help="Print one JSON document.")


@app.command("list")
def list_records(repo: Path = REPO, as_json: bool = JSON) -> None:
    """List every record: number, date, stage, feature, title."""
    from backwright.memory.history import duplicate_findings, read_history

    files = read_history(repository(repo))
    if as_json:
        typer.echo(json.dumps([summary(file) for file in files], ensure_ascii=False))
        return
    for file in files:
        typer.echo(_line(file))
    if not files:
        typer.echo("no records yet", err=True)
    for finding in (*(found for file in files for found in file.findings), *duplicate_findings(files)):
        typer.echo(visible(str(finding)), err=True)


@app.command()
def show(
    name: str = typer.Argument(metavar="ID", help="A number, number-and-slug, or path."),
    repo: Path = REPO,
    as_json: bool = JSON,
) -> None:
    """Show one record as it is."""
    from backwright.memory.history import find_record, read_history

    file = find_record(read_history(repository(repo)), name)
    if as_json:
        typer.echo(json.dumps(document(file), ensure_ascii=False, default=str))
        return
    typer.echo(f"{file.path}\n", err=True)
    typer.echo(visible(file.text.replace("\r\n", "\n")), nl=not file.text.endswith("\n"))
    for finding in file.findings:
        typer.echo(visible(str(finding)), err=True)


def repository(start: Path) -> Path:
    """Return the root of the work tree that holds a folder, or the folder itself where there is none.

    Raises:
        BadInput: it is no folder.
    """
    from backwright.agents.scopes import project_folders
    from backwright.errors import BadInput, Place

    folder = start.resolve()
    if not folder.is_dir():
        raise BadInput("this is no folder", place=Place(str(start)))
    return project_folders(folder)[-1]


def summary(file: RecordFile) -> dict[str, object]:
    """Return a record in short, for ``--json``."""
    record = file.record
    return {
        "id": record.id if record else None,
        "title": record.title if record else None,
        "stage": record.stage if record else None,
        "date": record.date if record else None,
        "feature": record.feature if record else None,
        "path": str(file.path),
        "findings": [finding_document(finding) for finding in file.findings],
    }


def document(file: RecordFile) -> dict[str, object]:
    """Return everything that was read of a record, for ``--json``."""
    from dataclasses import asdict

    findings = [finding_document(finding) for finding in file.findings]
    return {"path": str(file.path), "record": asdict(file.record) if file.record else None, "findings": findings}


def _line(file: RecordFile) -> str:
    record = file.record
    if record is None:
        return f"{file.address.partition('-')[0] if file.number else '?':>6}  {'':10}  {'':12}  {file.path}"
    date = record.date.partition("T")[0]
    where = f"{record.feature}: " if record.feature else ""
    return visible(f"{record.id:>6}  {date:10}  {record.stage:12}  {where}{record.title}")
