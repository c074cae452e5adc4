"""Read an agent definition into its spec, whatever state the file is in."""

from __future__ import annotations

import re
from pathlib import Path

from backwright.agents.document import Document, read_document, read_file
from backwright.agents.fields import Fields, KeyCodes, fields_of
from backwright.agents.flaw import Code, Flaw
from backwright.agents.node import Json, Map, Node, Scalar, Seq, plain_value
from backwright.agents.spec import AgentFile, AgentSpec, McpServer
from backwright.agents.tools import rule
from backwright.agents.values import Keys, values
from backwright.finding import Severity

_CODES = KeyCodes(Code.UNKNOWN_KEY, Code.MEANT_KEY, Code.KEY_TWICE, Code.WRONG_TYPE)
# A name becomes a folder's name and part of `mcp__a__b` and `plugin:agent`: these are kept out of it.
_UNSAFE_NAME = re.compile(
    r"[/\\:\x00-\x1f\x7f<>\"|?*{}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|^[-.~\s]|[.\s]$|\.\."
)
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_MODEL_ID = re.compile(r"claude-[a-z0-9.-]+(?:\[\w+\])?\Z|[\w.-]*anthropic[\w.:/-]*\Z|[\w.:-]+/[\w.:/@-]+\Z|arn:\S+\Z")
_LONGEST_NAME = 128
_SHOWN = 10


def read_agent(path: Path, *, scope: str = "path") -> AgentFile:
    """Return the definition in a file with everything that had to be said about it.

    The content never raises: YAML that is none is recovered, misspelt keys and values are read as what they can only
    mean, and each time a finding says so with its line.
    """
    limits = values().limits
    data = read_file(path, limits.file)
    if isinstance(data, Flaw):
        return AgentFile(None, (data.at(path),), path, scope)
    keys = values().agent_keys
    document = read_document(data, keys)
    spec, flaws = _spec(document, keys, path)
    return AgentFile(spec, tuple(flaw.at(path) for flaw in flaws), path, scope, document.body_bytes)


def _spec(document: Document, keys: Keys, path: Path) -> tuple[AgentSpec | None, tuple[Flaw, ...]]:
    if document.fields is None:
        return None, document.flaws
    fields = fields_of(document, keys, _CODES)
    name = _name(fields)
    description = fields.text("description") or None
    missing = [
        Flaw(code, document.first_line, f"the definition has no {what}", f"add `{what}:`", Severity.ERROR)
        for code, what, value in ((Code.NO_NAME, "name", name), (Code.NO_DESCRIPTION, "description", description))
        if value is None
    ]
    if name is None or description is None:
        return None, (*document.flaws, *fields.flaws, *missing)
    if "\\n" in description:
        message = "the description holds a typed `\\n`, which is no line end"
        fields.say(Code.LITERAL_NEWLINE, fields.by_key["description"], message, "write `|` and real lines")
    spec = AgentSpec(
        name=name,
        description=description,
        source=path,
        body=document.body,
        digest=document.digest,
        tools=_tools(fields, "tools"),
        disallowed_tools=_tools(fields, "disallowedTools") or (),
        model=_model(fields),
        permission_mode=fields.choice("permissionMode", values().permission_modes, "default") or "default",
        max_turns=fields.number("maxTurns"),
        skills=fields.names("skills"),
        mcp_servers=_servers(fields),
        hooks=_hooks(fields),
        memory=_memory(fields),
        background=fields.flag("background"),
        effort=_effort(fields),
        isolation=fields.choice("isolation", values().isolations),
        color=fields.choice("color", values().colors),
        initial_prompt=fields.text("initialPrompt"),
        omit_claude_md=fields.flag("omitClaudeMd"),
        extra=fields.extra,
    )
    return spec, (*document.flaws, *fields.flaws)


def _name(fields: Fields) -> str | None:
    written = fields.text("name")
    if not written:
        return None
    node = fields.by_key["name"]
    if _UNSAFE_NAME.search(written) or len(written) > _LONGEST_NAME:
        safe = kebab(written)[:_LONGEST_NAME].strip("-")
        if not safe:
            fields.say(Code.BAD_NAME, node, f"{written[:60]!r} is no name", "use letters, digits and hyphens")
            return None
        message = f"{written[:60]!r} is no name; it was read as `{safe}`"
        fields.say(Code.BAD_NAME, node, message, f"write `{safe}`")
        return safe
    if not _KEBAB.match(written) or len(written) > values().limits.agent_name:
        message = f"the name `{written[:60]}` is not small letters, digits and hyphens, at most 64"
        fields.say(Code.NAME_STYLE, node, message, f"write `{kebab(written)}`" if kebab(written) else None)
    return written


def kebab(text: str) -> str:
    """Return ``Code Reviewer`` as ``code-reviewer``; what is neither letter nor digit parts words."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return re.sub(r"[^a-z0-9]+", "-", parted.lower()).strip("-")


def _tools(fields: Fields, key: str) -> tuple[str, ...] | None:
    """Return the tools as the definition means them, rightly spelt; ``*`` is all of them."""
    written = fields.names(key)
    if written is None:
        return None
    node = fields.by_key[key]
    entries = tuple(dict.fromkeys(_tool(fields, key, node, entry) for entry in _words(written)))
    _say_unknown(fields, key, node, entries)
    if "*" in entries and key == "tools":
        fields.say(Code.ALL_TOOLS, node, "`tools: *` was read as all tools", "leave `tools` out")
        return None
    if not entries and key == "tools":
        fields.say(Code.NO_TOOLS, node, "`tools` is empty: the agent has none", "leave `tools` out for all of them")
    return entries


def _words(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Part ``Read Write``, which lacks its commas."""
    by_word = values().tools_by_word
    parted: list[str] = []
    for entry in entries:
        words = entry.split()
        whole = len(words) < 2 or not all(word.lower() in by_word for word in words)  # noqa: PLR2004
        parted.extend([entry] if whole else words)
    return tuple(parted)


def _tool(fields: Fields, key: str, node: Node, entry: str) -> str:
    found = rule(entry)
    name, rest = found.name, entry[len(found.name) :]
    lists = values()
    if name in lists.legacy_tools:
        message = f"`{key}`: `{name}` no longer exists"
        fields.say(Code.LEGACY_TOOL, node, message, f"write `{lists.legacy_tools[name]}`")
    elif name not in lists.tools and name != "*" and not name.startswith("mcp__"):
        right = lists.tools_by_word.get(name.lower())
        if right is not None:
            fields.say(Code.WRONG_CASE, node, f"`{key}`: `{name}` was read as `{right}`", f"write `{right}`")
            return right + rest
    return entry


def _say_unknown(fields: Fields, key: str, node: Node, entries: tuple[str, ...]) -> None:
    lists = values()
    known = lists.tools | lists.legacy_tools.keys() | {"*"}
    names = (rule(entry).name for entry in entries)
    unknown = [name[:60] for name in names if name not in known and not name.startswith("mcp__")]
    if unknown:
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        message = f"`{key}` names tools that are not known and have no effect: {', '.join(unknown[:_SHOWN])}{more}"
        fields.say(Code.UNKNOWN_TOOL, node, message)


def _model(fields: Fields) -> str:
    word = fields.text("model")
    if word is None or _MODEL_ID.match(word):
        return word or "inherit"
    known = values().models
    right = next((value for value in known if value == word.lower()), None)
    if right is not None:
        if right != word:
            fields.say(Code.WRONG_CASE, fields.by_key["model"], f"`model: {word}` was read as `{right}`")
        return right
    fields.say(Code.BAD_VALUE, fields.by_key["model"], f"`model: {word[:60]}` is no model known here; it was kept")
    return word


def _memory(fields: Fields) -> str | None:
    if (fields.text("memory") or "").lower() in ("false", "none", "off", "no"):
        return None
    return fields.choice("memory", values().memory_scopes)


def _effort(fields: Fields) -> str | int | None:
    word = fields.text("effort")
    if word is not None and word.isascii() and word.isdigit():
        return fields.number("effort")
    return fields.choice("effort", values().efforts)


def _hooks(fields: Fields) -> dict[str, Json]:
    node = fields.by_key.get("hooks")
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return {}
    if isinstance(node, Map):
        return {key.text: plain_value(value) for key, value in node.pairs}
    fields.say(Code.WRONG_TYPE, node, "`hooks` is no mapping of events; it was left out")
    return {}


def _servers(fields: Fields) -> tuple[McpServer, ...]:
    node = fields.by_key.get("mcpServers")
    if node is None:
        return ()
    if isinstance(node, Map):
        return tuple(_server(fields, key, value) for key, value in node.pairs)
    if isinstance(node, Scalar):
        return tuple(McpServer(name) for name in fields.names("mcpServers") or ())
    found: list[McpServer] = []
    for item in node.items:
        if isinstance(item, Scalar):
            found.append(McpServer(item.text))
        elif isinstance(item, Map):
            found.extend(_server(fields, key, value) for key, value in item.pairs)
        else:
            fields.say(Code.WRONG_TYPE, item, "`mcpServers` holds a list in its list; it was left out")
    return tuple(found)


def _server(fields: Fields, key: Scalar, value: Node) -> McpServer:
    if isinstance(value, Map):
        return McpServer(key.text, {k.text: plain_value(v) for k, v in value.pairs})
    if isinstance(value, Seq) or not value.is_null:
        fields.say(Code.WRONG_TYPE, value, f"`mcpServers`: `{key.text[:60]}` has no mapping; only its name was taken")
    return McpServer(key.text)
