"""What in one OpenAPI document breaks the clients of another.

A path, operation, response code or output field that is gone; a new required input; an input that accepts less than
before; an output that may be more than before; a request that now needs credentials.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backwright.verify.narrowing import Comparison, Difference, Direction

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Document = Mapping[str, Any]
Side = tuple[Document, Mapping[str, Any], str]
"""A document, one of its path items, and the method that is looked at."""


@dataclass(frozen=True)
class Breakage:
    """One thing that breaks a client of one operation.

    Attributes:
        operation: ``GET /api/v1/products``.
        message: What it is.
        fields: The parameter or the properties it is about, outermost first.
        schemas: The named schemas it lies in.
    """

    operation: str
    message: str
    fields: tuple[str, ...] = ()
    schemas: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return ": ".join(part for part in (self.operation, ".".join(self.fields), self.message) if part)


def breakages(old: Document, new: Document) -> tuple[Breakage, ...]:
    """Return everything in the new document that breaks clients of the old, in the order of paths and methods."""
    comparison = Comparison(old, new)
    after = {_template(path): item for path, item in new.get("paths", {}).items()}
    found: dict[str, Breakage] = {}
    for path, item in sorted(old.get("paths", {}).items()):
        other = after.get(_template(path), {})
        for method in METHODS:
            if method in item:
                name = f"{method.upper()} {path}"
                for breakage in _operation_breakages(name, (old, item, method), (new, other, method), comparison):
                    found.setdefault(str(breakage), breakage)
    return tuple(found.values())


def _operation_breakages(name: str, old: Side, new: Side, comparison: Comparison) -> Iterator[Breakage]:
    if new[2] not in new[1]:
        yield Breakage(name, "the operation is gone" if new[1] else "the path is gone")
        return
    differences = (
        *_parameters(old, new, comparison),
        *_body(old, new, comparison),
        *_responses(old, new, comparison),
        *_security(old, new),
    )
    for difference in sorted(differences, key=lambda d: (d.fields, d.message)):
        yield Breakage(name, difference.message, difference.fields, difference.schemas)


def _template(path: str) -> str:
    """Return a path without the names of its parameters: a client does not see them."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _resolved(document: Document, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference within the document."""
    found: Any = document
    if "$ref" not in entry:
        return entry
    for part in str(entry["$ref"]).removeprefix("#/").split("/"):
        found = found.get(part.replace("~1", "/").replace("~0", "~"), {})
    return found if isinstance(found, Mapping) else {}


def _parameters(old: Side, new: Side, comparison: Comparison) -> Iterator[Difference]:
    before, after = _parameters_of(old), _parameters_of(new)
    for key, parameter in before.items():
        if key not in after:
            yield Difference("the parameter is no longer accepted", (parameter["name"],))
            continue
        other = after[key]
        if other.get("required") and not parameter.get("required"):
            yield Difference("the parameter is now required", (parameter["name"],))
        for found in comparison.differences(parameter.get("schema", {}), other.get("schema", {}), Direction.INPUT):
            yield Difference(found.message, (parameter["name"], *found.fields), found.schemas)
    for key in after.keys() - before.keys():
        if after[key].get("required"):
            yield Difference("the parameter is new and required", (after[key]["name"],))


def _parameters_of(side: Side) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the parameters of an operation; those in the path by their order, the others by name."""
    document, item, method = side
    listed = [_resolved(document, p) for p in (*item.get("parameters", ()), *item[method].get("parameters", ()))]
    in_path = [parameter for parameter in listed if parameter.get("in") == "path"]
    numbered = {("path", str(number)): parameter for number, parameter in enumerate(in_path)}
    return numbered | {(p["in"], p["name"]): p for p in listed if p.get("in") != "path"}


def _body(old: Side, new: Side, comparison: Comparison) -> Iterator[Difference]:
    before = _resolved(old[0], old[1][old[2]].get("requestBody", {}))
    after = _resolved(new[0], new[1][new[2]].get("requestBody", {}))
    if after.get("required") and not before.get("required"):
        yield Difference("a body is now required")
    if before and not after:
        yield Difference("a body is no longer accepted")
        return
    yield from _content(before, after, Direction.INPUT, comparison)


def _responses(old: Side, new: Side, comparison: Comparison) -> Iterator[Difference]:
    before, after = old[1][old[2]].get("responses", {}), new[1][new[2]].get("responses", {})
    for code, response in before.items():
        if code not in after:
            yield Difference(f"the response {code} is gone")
            continue
        one, other = _resolved(old[0], response), _resolved(new[0], after[code])
        yield from _content(one, other, Direction.OUTPUT, comparison)


def _content(
    before: Mapping[str, Any], after: Mapping[str, Any], direction: Direction, comparison: Comparison
) -> Iterator[Difference]:
    for media_type, content in before.get("content", {}).items():
        other = after.get("content", {}).get(media_type)
        if other is None:
            yield Difference(f"{media_type} is gone")
        else:
            yield from comparison.differences(content.get("schema", {}), other.get("schema", {}), direction)


def _security(old: Side, new: Side) -> Iterator[Difference]:
    open_before, open_after = (
        not (asked := side[1][side[2]].get("security", side[0].get("security", ()))) or {} in asked
        for side in (old, new)
    )
    if open_before and not open_after:
        yield Difference("credentials are now required")
