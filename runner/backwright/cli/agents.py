"""``agent agents``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backwright.cli.document import file_document, write_json

if TYPE_CHECKING:
    from backwright.agents.spec import AgentFile, AgentSpec

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

Repo = Annotated[Path, typer.Option("--repo", help="Look from this folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.callback()
def agents() -> None:
    """List and show agent definitions: the target's, your own, the bundled ones."""


@app.command("list")
def list_command(repo: Repo = Path(), as_json: AsJson = False) -> None:
    """List every definition, nearest first, with what had to be said about its file."""
    from backwright.agents.lookup import list_agents, nearest_of_each
    from backwright.cli.table import shortened, write_table

    files = list_agents(repo)
    if as_json:
        write_json([_document(file) for file in files])
        return
    used = {file.path for file in nearest_of_each(files)}
    rows = [
        (file.spec.name if file.path in used else f"({file.spec.name})", file.scope, shortened(file.spec.summary))
        for file in files
        if file.spec
    ]
    write_table(("NAME", "SCOPE", "DESCRIPTION"), rows)
    if any(file.spec and file.path not in used for file in files):
        sys.stdout.write("(a name in brackets is hidden by a nearer definition of that name)\n")
    for finding in (finding for file in files for finding in file.findings):
        sys.stderr.write(f"{finding}\n")


@app.command("show")
def show_command(name: str, repo: Repo = Path(), as_json: AsJson = False) -> None:
    """Show one definition, by name or path, as it was read."""
    from backwright.agents.lookup import find_agent

    file = find_agent(name, repo)
    if as_json:
        write_json(_document(file))
        return
    if file.spec:
        for key, value in _shown(file.spec):
            sys.stdout.write(f"{key + ':':<16} {value}\n")
        sys.stdout.write(f"{'source:':<16} {file.path} ({file.scope})\n\n{file.spec.body.strip()}\n")
    for finding in file.findings:
        sys.stderr.write(f"{finding}\n")


def _shown(spec: AgentSpec) -> list[tuple[str, str]]:
    from backwright.agents.tools import tools_of

    rows = [
        ("name", spec.name),
        ("description", spec.summary),
        ("tools", "all" if spec.tools is None else _listed(spec.tools)),
        ("not allowed", _listed(spec.disallowed_tools) if spec.disallowed_tools else ""),
        ("may write", "yes" if tools_of(spec).can_write else "no"),
        ("skills", "all" if spec.skills is None else _listed(spec.skills)),
        ("model", spec.model),
        ("permission mode", spec.permission_mode),
        ("memory", spec.memory or "off"),
        ("max turns", str(spec.max_turns or "")),
        ("effort", str(spec.effort or "")),
        ("isolation", spec.isolation or ""),
        ("MCP servers", ", ".join(server.name for server in spec.mcp_servers)),
        ("hooks", ", ".join(spec.hooks)),
        ("color", spec.color or ""),
    ]
    return [(key, value) for key, value in rows if value]


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _document(file: AgentFile) -> dict[str, object]:
    import dataclasses

    return file_document(file.path, file.scope, file.findings, dataclasses.asdict(file.spec) if file.spec else None)
