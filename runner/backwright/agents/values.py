"""The values that definitions may hold, read once from ``values.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
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

    @cached_property
    def at_line_start(self) -> re.Pattern[bytes]:
        """What a line starts with that holds a key with a meaning."""
        names = "|".join(re.escape(name) for name in (*self.known, *self.meant))
        return re.compile(rf"(?:{names})[ \t]*:".encode())

    @cached_property
    def at_value_start(self) -> re.Pattern[str]:
        """What a line starts with that starts a value where the text is not YAML."""
        names = "|".join(re.escape(name) for name in (*self.known, *self.meant, *sorted(self.idle)))
        return re.compile(rf"({names})[ \t]*:(?!//)")

    @cached_property
    def by_word(self) -> Mapping[str, str]:
        """The keys by how they read without capitals, hyphens and underscores."""
        return {plain_word(key): key for key in (*self.known, *self.meant)}

    def meaning(self, key: str) -> str | None:
        """Return the documented key that is meant; None: it can have meant several things, or nothing."""
        if key in self.known:
            return key
        near = self.by_word.get(plain_word(key), "")
        return self.meant.get(near, near) or None


def plain_word(key: str) -> str:
    """Return a key without what people vary in it."""
    return key.replace("-", "").replace("_", "").replace(" ", "").lower()


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
