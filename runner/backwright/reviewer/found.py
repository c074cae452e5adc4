"""What a detector hands over: a rule broken at a place, and the edits that would mend it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from backwright.reviewer.modules import Module, keyword_of


@dataclass(frozen=True)
class Edit:
    """Text that takes the place of what lies between two points (lines from 1, columns in bytes from 0)."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True)
class Found:
    """Something found: its rule, the file and lines, what its message names, and the mechanical mend, if there is one.

    ``end`` is the last line, included.
    """

    code: str
    module: Module
    line: int
    end: int
    values: Mapping[str, str]
    edits: tuple[Edit, ...] = ()


def found_at(code: str, module: Module, node: ast.AST, *, edits: tuple[Edit, ...] = (), **values: str) -> Found:
    """Return what was found at a node; of a statement with a body, its head is the place."""
    line = getattr(node, "lineno", 1)
    end = getattr(node, "end_lineno", None) or line
    body = getattr(node, "body", None)
    if isinstance(body, list) and body:
        first = min([body[0].lineno, *(d.lineno for d in getattr(body[0], "decorator_list", []))])
        end = max(line, first - 1)
    return Found(code, module, line, end, values, edits)


def replaced(node: ast.expr, text: str) -> Edit:
    """Return the edit that writes another expression in place of one."""
    return Edit((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0), text)


def with_argument(call: ast.Call, name: str, value: str) -> tuple[Edit, ...]:
    """Return the edit that gives a call a keyword argument, or another value to the one it has."""
    given = keyword_of(call, name)
    if given is not None:
        return (replaced(given, value),)
    last = [*call.args, *(keyword.value for keyword in call.keywords)]
    if last:
        end = max((node.end_lineno or 0, node.end_col_offset or 0) for node in last)
        return (Edit(end, end, f", {name}={value}"),)
    end = (call.end_lineno or 0, (call.end_col_offset or 1) - 1)
    return (Edit(end, end, f"{name}={value}"),)
