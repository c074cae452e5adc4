"""What an agent may use: its tools, resolved from the two lists of its definition."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backwright.agents.spec import AgentSpec
from backwright.agents.values import values

_RULE = re.compile(r"([^\s(]+)\s*(?:\((.*)\))?\s*\Z", re.DOTALL)


@dataclass(frozen=True)
class ToolRule:
    """One entry of a list of tools, ``Bash(git diff *)``: the tool and, where there is one, its pattern."""

    name: str
    pattern: str | None = None


@dataclass(frozen=True)
class Tools:
    """The tools an agent has.

    ``names`` are the built-in ones, ``mcp`` the names ``mcp__server`` and ``mcp__server__tool`` it lists (None: all).
    ``allowed`` and ``denied`` are the entries that hold a pattern.
    """

    names: frozenset[str]
    mcp: tuple[str, ...] | None
    allowed: tuple[ToolRule, ...] = ()
    denied: tuple[ToolRule, ...] = ()

    @property
    def can_write(self) -> bool:
        """Whether it may change files; without it can only report."""
        return bool(self.names & values().writing_tools)

    @property
    def can_run(self) -> bool:
        """Whether it may run commands."""
        return bool(self.names & values().running_tools)


def tools_of(spec: AgentSpec) -> Tools:
    """Return what a definition leaves its agent: what is disallowed is taken off before what is allowed."""
    known = values().tools
    denied = tuple(rule(entry) for entry in spec.disallowed_tools)
    gone = {entry.name for entry in denied if entry.pattern is None}
    allowed = None if spec.tools is None else tuple(rule(entry) for entry in spec.tools)
    names = known if allowed is None else frozenset(entry.name for entry in allowed)
    mcp = None if allowed is None else tuple(entry.name for entry in allowed if entry.name.startswith("mcp__"))
    return Tools(
        names=frozenset() if "*" in gone else frozenset(name for name in names if not name.startswith("mcp__")) - gone,
        mcp=() if "*" in gone else mcp if mcp is None else tuple(name for name in mcp if not _is_gone(name, gone)),
        allowed=tuple(entry for entry in allowed or () if entry.pattern is not None),
        denied=tuple(entry for entry in denied if entry.pattern is not None),
    )


def rule(entry: str) -> ToolRule:
    """Return one entry of a list of tools, parted."""
    match = _RULE.match(entry.strip())
    if match is None:
        return ToolRule(entry.strip())
    pattern = match.group(2)
    return ToolRule(match.group(1), pattern if pattern not in (None, "", "*") else None)


def _is_gone(name: str, gone: set[str]) -> bool:
    return any(name == other or name.startswith(f"{other}__") for other in gone)
