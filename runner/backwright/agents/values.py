"""The values that definitions may hold, read once from ``values.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """The keys of one kind of frontmatter.

    ``text`` are those that hold prose, ``idle`` those without a meaning that real files hold, ``meant`` leads from keys
    that are not documented to the one they can only have meant.
    """

    known: tuple[str, ...]
    text: frozenset[str]
    idle: frozenset[str]
    meant: Mapping[str, str]


@dataclass(frozen=True)
class Limits:
    """Sizes beyond which a definition is not read as usual; ``file`` and ``frontmatter`` in bytes."""

    agent_name: int
    skill_name: int
    skill_description: int
    skill_compatibility: int
    file: int
    frontmatter: int
    depth: int
    events: int


@dataclass(frozen=True)
class Values:
    """Every list of values; ``tools_by_word`` leads from a tool's name in small letters to its right spelling."""

    agent_keys: Keys
    skill_keys: Keys
    colors: tuple[str, ...]
    models: tuple[str, ...]
    permission_modes: tuple[str, ...]
    memory_scopes: tuple[str, ...]
    efforts: tuple[str, ...]
    isolations: tuple[str, ...]
    tools: frozenset[str]
    tools_by_word: Mapping[str, str]
    legacy_tools: Mapping[str, str]
    writing_tools: frozenset[str]
    running_tools: frozenset[str]
    limits: Limits


@cache
def values() -> Values:
    """Return the lists."""
    import tomllib

    data = tomllib.loads(Path(__file__).with_name("values.toml").read_text(encoding="utf-8"))
    agent, tools = data["agent"], data["tools"]
    known = frozenset(tools["known"])
    return Values(
        agent_keys=_keys(agent),
        skill_keys=_keys(data["skill"]),
        colors=tuple(agent["colors"]),
        models=tuple(agent["models"]),
        permission_modes=tuple(agent["permission_modes"]),
        memory_scopes=tuple(agent["memory_scopes"]),
        efforts=tuple(agent["efforts"]),
        isolations=tuple(agent["isolations"]),
        tools=known,
        tools_by_word={name.lower(): name for name in (*known, *tools["legacy"])},
        legacy_tools=tools["legacy"],
        writing_tools=frozenset(tools["writing"]),
        running_tools=frozenset(tools["running"]),
        limits=Limits(**data["limits"]),
    )


def _keys(table: Mapping[str, object]) -> Keys:
    def names(key: str) -> tuple[str, ...]:
        found = table[key]
        return tuple(str(name) for name in found) if isinstance(found, list) else ()

    meant = table["meant"]
    return Keys(
        known=names("keys"),
        text=frozenset(names("text_keys")),
        idle=frozenset(names("idle_keys")),
        meant={str(key): str(value) for key, value in meant.items()} if isinstance(meant, dict) else {},
    )
