"""Frontmatter read strictly, as YAML, into text values with their lines.

Events are read one by one and nothing is constructed, so that neither a tag nor an alias nor depth can do harm: each
ends the reading with ``NotYaml``.
"""

from __future__ import annotations

from typing import Any

from backwright.agents.flaw import Code
from backwright.agents.node import Map, Node, Scalar, Seq
from backwright.agents.values import values

_STANDARD = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(_STANDARD + name for name in ("str", "int", "float", "bool", "null", "seq", "map"))


class NotYaml(Exception):
    """The text is not YAML that frontmatter may hold; ``line`` is counted from 1 in the text that was given."""

    def __init__(self, problem: str, line: int, code: Code = Code.NOT_YAML) -> None:
        """Keep what is wrong and where."""
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.code = code


def read_mapping(text: str) -> Map:
    """Return the one mapping the text holds.

    Raises:
        NotYaml: it is no YAML, or more than one document, or no mapping, or has tags, anchors, aliases, keys that are
            no text, or more levels or values than frontmatter may have.
    """
    import yaml

    limit = values().limits.frontmatter
    if len(text) > limit:
        raise NotYaml(f"more than {limit} characters", 1, Code.LARGE_FRONTMATTER)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        top = _documents(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
        raise NotYaml(str(problem), mark.line + 1 if mark else 1) from None
    except (RecursionError, ValueError) as error:
        raise NotYaml(str(error), 1) from None
    if not isinstance(top, Map):
        raise NotYaml("no mapping of keys to values", 1)
    return top


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("items", "line", "mapping")

    def __init__(self, line: int, *, mapping: bool) -> None:
        self.line = line
        self.mapping = mapping
        self.items: list[Node] = []

    def close(self) -> Node:
        if not self.mapping:
            return Seq(tuple(self.items), self.line)
        keys = self.items[::2]
        pairs: list[tuple[Scalar, Node]] = []
        for key, value in zip(keys, self.items[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise NotYaml("a key that is no text", key.line, Code.TEMPLATE)
            pairs.append((key, value))
        return Map(tuple(pairs), self.line)


def _documents(events: Any) -> Node | None:  # noqa: ANN401 - PyYAML has no types for its events
    from yaml import events as kinds

    limits = values().limits
    stack: list[_Open] = []
    top: Node | None = None
    for count, event in enumerate(events):
        kind = type(event)
        if kind is kinds.ScalarEvent:
            _check(event)
            node: Node = Scalar(event.value, event.start_mark.line + 1, event.implicit[0] and not event.style)
        elif kind is kinds.MappingStartEvent or kind is kinds.SequenceStartEvent:
            _check(event)
            stack.append(_Open(event.start_mark.line + 1, mapping=kind is kinds.MappingStartEvent))
            if len(stack) > limits.depth or count > limits.events:
                raise NotYaml("nested too deeply, or too many values", event.start_mark.line + 1, Code.NESTING)
            continue
        elif kind is kinds.MappingEndEvent or kind is kinds.SequenceEndEvent:
            node = stack.pop().close()
        elif kind is kinds.AliasEvent:
            raise NotYaml(f"`*{event.anchor}` is an alias in YAML", event.start_mark.line + 1, Code.ALIAS)
        elif kind is kinds.DocumentStartEvent and top is not None:
            raise NotYaml("more than one document", event.start_mark.line + 1)
        else:
            continue
        if stack:
            stack[-1].items.append(node)
        else:
            top = node
    return top


def _check(event: Any) -> None:  # noqa: ANN401
    if event.anchor is not None:
        raise NotYaml(f"`&{event.anchor}` is an anchor in YAML", event.start_mark.line + 1, Code.ALIAS)
    if event.tag is not None and event.tag not in _PLAIN_TAGS:
        raise NotYaml(f"`{event.tag}` is a tag in YAML", event.start_mark.line + 1, Code.TAG)
