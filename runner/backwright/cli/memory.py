"""``agent memory``: what an agent has noted, and adding to it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from backwright.cli.history import JSON, REPO, repository
from backwright.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backwright.finding import Finding
    from backwright.memory.store import Added, MemoryFolder

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="An agent's notes.")


@app.command()
def show(
    agent: str | None = typer.Argument(None, help="An agent's name; all that have notes by default."),
    repo: Path = REPO,
    as_json: bool = JSON,
) -> None:
    """Show notes and facts, which of them have an effect, and what is wrong with them."""
    root = repository(repo)
    folders = list(_folders(agent, root))
    if agent is not None and not folders:
        folders = list(_folders(_agent(agent, repo)[0], root))
    shown = [_document(folder, root) for folder in folders]
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    for document in shown:
        _print(document)
    if not shown:
        typer.echo(f"{agent or 'no agent'} has no notes yet", err=True)


@app.command()
def add(
    agent: str = typer.Argument(help="The agent that shall know it."),
    fact: str = typer.Argument(help='The note, such as "ids: uuid".'),
    scope: str | None = typer.Option(None, "--scope", help="project, user or local; else as the agent says."),
    move: bool = typer.Option(False, "--move-out", help="Move old entries out where the memory is over its limit."),
    repo: Path = REPO,
) -> None:
    """Add a note to an agent's memory."""
    from backwright.memory.conventions import convention_findings
    from backwright.memory.store import add_note, memory_folder

    root = repository(repo)
    name, own = _agent(agent, repo)
    folder = memory_folder(name, scope or own or "project", root, Path.home())
    added = add_note(folder, fact)
    typer.echo(f"{'noted in' if added.paths else 'known already:'} {folder.path / 'MEMORY.md'}")
    if own is None:
        typer.echo(f"note: the definition of {name} names no memory; runs of it read no notes", err=True)
    elif scope is not None and scope != own:
        typer.echo(f"note: the definition of {name} says memory: {own}; runs of it read no {scope} notes", err=True)
    memory = folder.read()
    for finding in (*memory.findings, *convention_findings(memory)):
        typer.echo(str(finding), err=True)
    if added.unseen:
        _offer_room(folder, added, move=move)


def _agent(name: str, repo: Path) -> tuple[str, str | None]:
    """Return the full name of an agent and the memory scope of its definition."""
    from backwright.agents.lookup import find_agent

    spec = find_agent(name, repo.resolve()).spec
    if spec is None:
        return name, None
    return spec.name, None if spec.memory is None else str(spec.memory)


def _offer_room(folder: MemoryFolder, added: Added, *, move: bool) -> None:
    from backwright.memory.store import move_out

    if not move and sys.stdin.isatty():
        move = typer.confirm(f"{counted(len(added.unseen), 'line')} over the limit. Move old entries to a file?")
    if not move:
        typer.echo("agent memory add … --move-out moves old entries into a file of their own", err=True)
        return
    moved = move_out(folder)
    typer.echo(f"moved old entries to {', '.join(str(path) for path in moved.paths[:-1]) or 'nowhere: none can go'}")


def _folders(agent: str | None, root: Path) -> Iterator[MemoryFolder]:
    """Yield the memories there are: of every agent, or of one, in all scopes."""
    from backwright.errors import BadInput
    from backwright.memory.store import SCOPES, folder_path, memory_folder

    for scope in SCOPES:
        base = Path.home() if scope == "user" else root
        above = base / folder_path("any", scope).parent
        names = sorted(place.name for place in above.iterdir() if place.is_dir()) if above.is_dir() else []
        for name in names if agent is None else [agent] if agent in names else []:
            try:
                yield memory_folder(name, scope, root, Path.home())
            except BadInput as error:
                typer.echo(f"{above / name} is left out: {error.message}", err=True)


def _document(folder: MemoryFolder, root: Path) -> dict[str, Any]:
    import hashlib
    from pathlib import PurePosixPath

    from backwright.memory.conventions import convention_findings, read_conventions
    from backwright.memory.notes import stale_facts

    def digest(path: PurePosixPath) -> str | None:
        place = root / path
        inside = not path.is_absolute() and ".." not in path.parts and place.is_file()
        return hashlib.sha256(place.read_bytes()).hexdigest() if inside else None

    memory = folder.read()
    _, used, _ = read_conventions(memory)
    findings: tuple[Finding, ...] = (*memory.findings, *convention_findings(memory), *stale_facts(memory, digest))
    return {
        "agent": folder.agent,
        "scope": folder.scope,
        "path": str(folder.path),
        "notes": [str(note) for note in memory.notes],
        "with_effect": [str(note) for note in used],
        "facts": [{"name": fact.name, "description": fact.description, "path": fact.path} for fact in memory.facts],
        "unseen": [str(note) for note in memory.unseen],
        "findings": [str(finding) for finding in findings],
        "text": memory.text,
    }


def _print(document: dict[str, Any]) -> None:
    from backwright.shown import visible

    typer.echo(f"{document['agent']} ({document['scope']}): {document['path']}")
    typer.echo(visible(document["text"].rstrip("\n")))
    for title, key in (("with an effect on what is built", "with_effect"), ("not read, over the limit", "unseen")):
        if document[key]:
            typer.echo(f"\n{title}:")
            for line in document[key]:
                typer.echo(f"  {visible(line)}")
    if document["facts"]:
        typer.echo("\nfacts:")
        for fact in document["facts"]:
            typer.echo(visible(f"  {fact['name']}: {fact['description']}  ({fact['path']})"))
    for finding in document["findings"]:
        typer.echo(visible(finding), err=True)
    typer.echo("")
