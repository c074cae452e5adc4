"""``agent spec``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from backwright.cli.document import finding_document

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

Repo = Annotated[Path, typer.Option("--repo", help="The repository, or the backend in it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.callback()
def spec() -> None:
    """Show and check the spec of a backend."""


@app.command("show")
def show_command(repo: Repo = Path(), as_json: AsJson = False) -> None:
    """Show the whole spec in its normal form, as one YAML file."""
    from backwright.spec.find import find_spec
    from backwright.spec.yaml import read_spec, write_backend

    whole = read_spec(find_spec(repo))
    if as_json:
        _write_json(whole.model_dump(mode="json", by_alias=True))
    else:
        sys.stdout.write(write_backend(whole))


@app.command("check")
def check_command(repo: Repo = Path(), as_json: AsJson = False) -> None:
    """Check the spec; exit 2 if it has an error, or asks for what cannot be built yet."""
    from backwright.counting import counted
    from backwright.errors import Place
    from backwright.finding import Severity
    from backwright.spec.check import check
    from backwright.spec.find import find_spec
    from backwright.spec.support import unsupported
    from backwright.spec.yaml import read_spec

    places: dict[str, Place] = {}
    whole = read_spec(find_spec(repo), places)
    findings = check(whole, places)
    missing = unsupported(whole)
    if as_json:
        rows = [finding_document(finding) for finding in findings]
        _write_json({"resources": len(whole.resources), "findings": rows, "unsupported": missing})
    else:
        for line in (*findings, *(f"not supported yet: {name}" for name in missing)):
            sys.stdout.write(f"{line}\n")
        said = (counted(len(whole.resources), "resource"), counted(len(findings), "finding"))
        sys.stdout.write(f"{', '.join(said)}, {len(missing)} not supported yet\n")
    wrong = missing or any(finding.severity is Severity.ERROR for finding in findings)
    raise typer.Exit(2 if wrong else 0)


def _write_json(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
