"""An agent definition, typed: every field of its frontmatter, and its body, the system prompt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backwright.agents.node import Json
from backwright.finding import Finding, Severity

_EXAMPLES = re.compile(r"(?:examples?:|<example>|- <example>).*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class McpServer:
    """One MCP server: a name that is configured elsewhere (``config`` None), or its configuration."""

    name: str
    config: Mapping[str, Json] | None = None


@dataclass(frozen=True)
class AgentSpec:
    """Who does the work.

    ``tools`` None means all, an empty tuple none; ``disallowed_tools`` are taken off first. ``skills`` None means all,
    an empty tuple none. ``memory`` None means that no notes are read or written. ``max_turns`` is the number of model
    calls, None without limit; ``effort`` a word or a number of tokens, None the session's. ``extra`` holds the keys
    without a meaning, as they were written. ``digest`` is the sha256 of the whole file, in hex.
    """

    name: str
    description: str
    source: Path
    body: str
    digest: str
    tools: tuple[str, ...] | None = None
    disallowed_tools: tuple[str, ...] = ()
    model: str = "inherit"
    permission_mode: str = "default"
    max_turns: int | None = None
    skills: tuple[str, ...] | None = None
    mcp_servers: tuple[McpServer, ...] = ()
    hooks: Mapping[str, Json] = field(default_factory=dict)
    memory: str | None = None
    background: bool = False
    effort: str | int | None = None
    isolation: str | None = None
    color: str | None = None
    initial_prompt: str | None = None
    omit_claude_md: bool = False
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """The description in one line, without its examples; a typed backslash and n counts as a line's end."""
        text = _EXAMPLES.sub("", self.description.replace("\\n", "\n"))
        return " ".join(text.split()) or " ".join(self.description.split())


@dataclass(frozen=True)
class AgentFile:
    """One definition as it was found.

    ``spec`` is None only where no name or description can be had; then one of ``findings`` is an error, else none is.
    ``scope`` is ``path``, ``project``, ``user`` or ``bundled``; ``body_bytes`` the body as it lies on disk.
    """

    spec: AgentSpec | None
    findings: tuple[Finding, ...]
    path: Path
    scope: str = "path"
    body_bytes: bytes = field(default=b"", repr=False)

    @property
    def error(self) -> Finding | None:
        """Why there is no spec."""
        return next((finding for finding in self.findings if finding.severity is Severity.ERROR), None)
