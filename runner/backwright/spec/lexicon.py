"""What is usual: the fields of resources that everybody knows, and the types of fields by their names.

The data are in ``lexicon.yaml``, to be edited there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backwright.spec.model import FieldSpec, RelationSpec
from backwright.spec.node import Mapping as MappingNode
from backwright.spec.node import Node, Scalar, parse
from backwright.spec.short import is_relation, read_field, read_relation
from backwright.spec.values import mapping, text

_FILE = Path(__file__).with_name("lexicon.yaml")


@dataclass(frozen=True)
class Lexicon:
    """The data as read; short forms are read when they are asked for."""

    resources: Mapping[str, Mapping[str, str]]
    otherwise: Mapping[str, str]
    fields: Mapping[str, str]
    endings: Mapping[str, str]
    beginnings: Mapping[str, str]

    def members(self, singular: str) -> tuple[FieldSpec | RelationSpec, ...]:
        """Return the usual fields and relations of a resource."""
        lines = self.resources.get(singular, self.otherwise)
        return tuple(
            read_relation(name, line) if is_relation(line) else read_field(name, line) for name, line in lines.items()
        )

    def knows(self, singular: str) -> bool:
        """Whether this is a resource that has fields of its own here."""
        return singular in self.resources

    def field(self, name: str) -> FieldSpec | None:
        """Return what a field of this name usually is, or None."""
        line = self.fields.get(name)
        line = line or next((line for end, line in self.endings.items() if name.endswith(end)), None)
        line = line or next((line for start, line in self.beginnings.items() if name.startswith(start)), None)
        return None if line is None else read_field(name, line)


@cache
def lexicon() -> Lexicon:
    """Return the lexicon that comes with the program."""
    root = mapping(parse(_FILE.read_text(encoding="utf-8"), str(_FILE)), "the lexicon")
    resources = {entry.key.text: _lines(entry.value) for entry in mapping(root.get("resources"), "resources").entries}
    parts = {key: _lines(root.get(key)) for key in ("otherwise", "fields", "endings", "beginnings")}
    return Lexicon(resources, **parts)


def _lines(node: Node | None) -> dict[str, str]:
    entries = node.entries if isinstance(node, MappingNode) else ()
    return {entry.key.text: text(entry.value) for entry in entries if isinstance(entry.value, Scalar)}
