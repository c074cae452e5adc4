"""Find an agent: by path, by its exact name, by the only name that begins or ends so."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from backwright.agents.flaw import shown_path
from backwright.agents.reader import read_agent
from backwright.agents.scopes import Scope, absolute, markdown_below, scopes
from backwright.agents.spec import AgentFile
from backwright.errors import BadInput, NotFound

_SUFFIXES = (".md", ".markdown", ".txt")


def list_agents(start: Path) -> tuple[AgentFile, ...]:
    """Return every definition seen from a folder, nearest scope first, those that cannot be used among them."""
    return tuple(file for scope in scopes(start, "agents") for file in agents_in(scope))


def agents_in(scope: Scope) -> Iterator[AgentFile]:
    """Yield the definitions of one scope, by path."""
    for path in markdown_below(scope.folder):
        yield read_agent(path, scope=scope.kind)


def find_agent(name_or_path: str, start: Path) -> AgentFile:
    """Return the one definition that is meant; its ``spec`` is there.

    Raises:
        NotFound: the name leads to none, or to several; ``candidates`` lists them with their paths.
        BadInput: nothing was named, or the file that was named holds no definition.
    """
    wanted = name_or_path.strip()
    if not wanted or "\0" in wanted:
        raise BadInput("no agent was named")
    if _is_path(wanted):
        return _at_path(wanted, start)
    seen: list[AgentFile] = []
    for scope in scopes(start, "agents"):
        here = tuple(agents_in(scope))
        exact = [file for file in here if file.spec is not None and file.spec.name == wanted]
        if len(exact) > 1:
            raise NotFound(f"{len(exact)} files define an agent `{wanted}`", candidates=described(exact))
        if exact:
            return exact[0]
        seen.extend(here)
    return _by_part(wanted, seen)


def described(files: Sequence[AgentFile]) -> tuple[str, ...]:
    """Return a line for each file: the name, the path, and why it cannot be used where that is so."""
    width = max((len(file.spec.name) for file in files if file.spec), default=0)
    return tuple(
        f"  {file.spec.name:<{width}}  {shown_path(file.path)}" if file.spec else f"  (not usable) {file.error}"
        for file in files
    )


def nearest_of_each(files: Sequence[AgentFile]) -> tuple[AgentFile, ...]:
    """Return the files without those that a nearer scope hides; two of one name in one folder tree both stay."""
    scope_of: dict[str, tuple[str, Path]] = {}
    kept: list[AgentFile] = []
    for file in files:
        if file.spec is None:
            continue
        here = (file.scope, _root(file))
        if scope_of.setdefault(file.spec.name, here) == here:
            kept.append(file)
    return tuple(kept)


def _root(file: AgentFile) -> Path:
    """Return the folder of the scope a file was found in."""
    return next((parent for parent in file.path.parents if parent.name == "agents"), file.path.parent)


def _is_path(wanted: str) -> bool:
    separators = tuple(part for part in (os.sep, os.altsep, "/") if part)
    return wanted.startswith("~") or wanted.endswith(_SUFFIXES) or any(part in wanted for part in separators)


def _at_path(wanted: str, start: Path) -> AgentFile:
    named = Path(os.path.expanduser(wanted))  # noqa: PTH111 - Path.expanduser raises for an unknown user
    tried = tuple(dict.fromkeys((absolute(named), absolute(start / named))))
    path = next((place for place in tried if os.path.lexists(place)), None)
    if path is None:
        raise NotFound(f"no file {wanted}", candidates=tuple(f"  {place}" for place in tried))
    file = read_agent(path)
    if file.spec is None:
        raise _unusable(file)
    return file


def _by_part(wanted: str, seen: Sequence[AgentFile]) -> AgentFile:
    names = nearest_of_each(seen)
    matching = [f for f in names if f.spec and (f.spec.name.startswith(wanted) or f.spec.name.endswith(wanted))]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise NotFound(f"`{wanted}` could be {len(matching)} agents", candidates=described(matching))
    broken = [file for file in seen if file.spec is None]
    meant = [file for file in broken if file.path.stem == wanted]
    if meant:
        raise _unusable(meant[0])
    raise NotFound(f"no agent `{wanted}`", candidates=described((*names, *broken)))


def _unusable(file: AgentFile) -> BadInput:
    error = file.error
    if error is None:
        return BadInput(f"{file.path} holds no agent definition")
    return BadInput(f"no agent definition: {error.message} ({error.code})", place=error.place)
