"""The JSON Schemas of every file format: those of the spec, and the frontmatter of agents and skills."""

from __future__ import annotations

from typing import Any

from backwright.errors import NotFound

NAMES = ("backend", "service", "resource", "agent", "skill")
"""The schemas there are."""

_TEXT: dict[str, Any] = {"type": "string"}
_NAMES: dict[str, Any] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}, {"type": "null"}]}


def json_schema(name: str) -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a file format.

    Raises:
        NotFound: there is no schema of that name; the candidates are those there are.
    """
    from backwright.spec.schema import DRAFT
    from backwright.spec.schema import json_schema as of_spec

    if name not in NAMES:
        raise NotFound(f"there is no schema {name!r}", candidates=NAMES)
    if name not in ("agent", "skill"):
        return of_spec(name)
    properties = _agent() if name == "agent" else _skill()
    return {
        "$schema": DRAFT,
        "title": f"Backwright {name}: the frontmatter",
        "type": "object",
        "properties": properties,
        "required": ["name", "description"],
        "additionalProperties": True,
    }


def _agent() -> dict[str, Any]:
    from backwright.agents.values import values

    known = values()
    return {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "description": "the identity"},
        "description": {"type": "string", "minLength": 1, "description": "when to use the agent"},
        "tools": {**_NAMES, "description": "omitted: all; empty: none"},
        "disallowedTools": {**_NAMES, "description": "taken off before tools"},
        "model": {"type": "string", "description": "one of the examples, or a full id", "examples": list(known.models)},
        "permissionMode": {"enum": list(known.permission_modes)},
        "maxTurns": {"type": "integer", "minimum": 1},
        "skills": {**_NAMES, "description": "omitted: all; empty: none"},
        "mcpServers": {"type": "array", "items": {"type": ["string", "object"]}},
        "hooks": {"type": "object"},
        "memory": {"enum": list(known.memory_scopes)},
        "background": {"type": "boolean"},
        "effort": {"anyOf": [{"enum": list(known.efforts)}, {"type": "integer"}]},
        "isolation": {"enum": list(known.isolations)},
        "color": {"enum": list(known.colors)},
        "initialPrompt": _TEXT,
        "omitClaudeMd": {"type": "boolean"},
    }


def _skill() -> dict[str, Any]:
    return {
        "name": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 64},
        "description": {"type": "string", "minLength": 1, "maxLength": 1024},
        "license": _TEXT,
        "compatibility": {"type": "string", "maxLength": 500},
        "metadata": {"type": "object", "additionalProperties": _TEXT},
        "allowed-tools": {"type": "string", "description": "separated by spaces"},
    }
