"""Python source as a list of definitions, each with its name and the very lines it is made of.

The lines of all items, in order, are the source again: nothing is reprinted. Comments and blank lines belong to the
statement after them; comments indented deeper than that belong to the block they end.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Item:
    """One definition, or a run of statements that define nothing.

    ``key`` names it among its neighbours. ``lines`` are its comments and source; of a class or an ``if`` they are the
    comments, decorators and head, and ``children`` are what is inside. ``blanks`` counts the empty lines before it,
    which are no part of what it says.
    """

    key: Key
    lines: tuple[str, ...]
    children: tuple[Item, ...] | None = None
    blanks: int = field(default=0, compare=False)

    @property
    def kind(self) -> str:
        """``doc``, ``from``, ``import``, ``def``, ``class``, ``name``, ``if``, ``run`` or ``tail``."""
        return str(self.key[0])

    def source(self) -> Iterator[str]:
        """Yield its lines, without the empty ones before it."""
        yield from self.lines
        for child in self.children or ():
            yield from [""] * child.blanks
            yield from child.source()


def read_items(source: str) -> tuple[Item, ...]:
    """Return the items of a module whose lines end in LF.

    Raises:
        SyntaxError: it is no Python.
    """
    lines = source.split("\n")
    if lines[-1] == "":
        lines.pop()
    return _items(ast.parse(source).body, lines, 0, len(lines))


def write_items(items: Sequence[Item]) -> str:
    """Return the source made of these items."""
    lines: list[str] = []
    for item in items:
        lines.extend([""] * (item.blanks if lines else 0))
        lines.extend(item.source())
    return "\n".join(lines) + "\n" if lines else ""


@dataclass(frozen=True)
class _Span:
    """Statements that share lines, from ``first`` to ``last`` (both counted from 0, ``last`` exclusive)."""

    nodes: tuple[ast.stmt, ...]
    first: int
    last: int


def _items(body: Sequence[ast.stmt], lines: Sequence[str], start: int, stop: int) -> tuple[Item, ...]:
    result: list[Item] = []
    seen: Counter[Key] = Counter()
    position = start
    for span in _spans(body, lines, stop):
        name = _name(span.nodes, first=not result)
        if name is None and result and result[-1].kind == "run":
            result[-1] = Item(
                result[-1].key, (*result[-1].lines, *lines[position : span.last]), blanks=result[-1].blanks
            )
        else:
            name = name or ("run",)
            result.append(_item((*name, seen[name]), span, lines, position))
            seen[name] += 1
        position = span.last
    tail = lines[position:stop]
    if any(line.strip() for line in tail):
        blanks = _leading_blanks(tail)
        result.append(Item(("tail", 0), tuple(tail[blanks:]), blanks=blanks))
    return tuple(result)


def _item(key: Key, span: _Span, lines: Sequence[str], position: int) -> Item:
    blanks = _leading_blanks(lines[position : span.first])
    inside = _inside(span.nodes)
    if not inside:
        return Item(key, tuple(lines[position + blanks : span.last]), blanks=blanks)
    head = _body_start(span.nodes[0], inside, lines)
    children = _items(inside, lines, head, span.last)
    return Item(key, tuple(lines[position + blanks : head]), children, blanks)


def _spans(body: Sequence[ast.stmt], lines: Sequence[str], stop: int) -> list[_Span]:
    spans: list[_Span] = []
    if not body:
        return spans
    for node in body:
        first, last = _first_line(node), node.end_lineno or node.lineno
        if spans and first < spans[-1].last:
            spans[-1] = _Span((*spans[-1].nodes, node), spans[-1].first, max(last, spans[-1].last))
        else:
            spans.append(_Span((node,), first, last))
    starts = [*(span.first for span in spans[1:]), stop]
    return [
        _Span(span.nodes, span.first, _dangling(lines, span.last, until, span.nodes[0].col_offset))
        for span, until in zip(spans, starts, strict=True)
    ]


def _dangling(lines: Sequence[str], last: int, until: int, indent: int) -> int:
    """Return where the comments end that are indented deeper than ``indent``, from ``last`` on."""
    end = last
    for number in range(last, until):
        line = lines[number]
        if not line.strip():
            continue
        if len(line) - len(line.lstrip()) <= indent:
            break
        end = number + 1
    return end


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return int(min([node.lineno, *(decorator.lineno for decorator in decorators)])) - 1


def _body_start(node: ast.stmt, inside: Sequence[ast.stmt], lines: Sequence[str]) -> int:
    """Return the line after the head: the first comment, blank or statement of the body."""
    first = _first_line(inside[0])
    while first > node.lineno and (not lines[first - 1].strip() or lines[first - 1].lstrip().startswith("#")):
        first -= 1
    return first


def _inside(nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the body of a class, or of an ``if`` without ``else``, that stands on lines of its own."""
    if len(nodes) != 1 or not isinstance(nodes[0], ast.ClassDef | ast.If) or getattr(nodes[0], "orelse", None):
        return []
    node = nodes[0]
    head_end = max(_head_end(node), node.lineno)
    return node.body if _first_line(node.body[0]) >= head_end else []


def _head_end(node: ast.ClassDef | ast.If) -> int:
    parts: list[ast.expr] = (
        [*node.bases, *(word.value for word in node.keywords)] if isinstance(node, ast.ClassDef) else [node.test]
    )
    return max((part.end_lineno or 0 for part in parts), default=0)


def _leading_blanks(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if line.strip()), len(lines))


def _name(nodes: Sequence[ast.stmt], *, first: bool) -> Key | None:
    """Return what a statement defines, or None."""
    name: Key | None = None
    match nodes[0]:
        case ast.Expr(value=ast.Constant(value=str())) if first:
            name = ("doc",)
        case ast.FunctionDef(name=defined) | ast.AsyncFunctionDef(name=defined):
            name = ("def", defined, *_accessor(nodes[0]))
        case ast.ClassDef(name=defined):
            name = ("class", defined)
        case ast.ImportFrom(module=module, level=level):
            name = ("from", "." * level + (module or ""))
        case ast.Import(names=names):
            name = ("import", *(alias.asname or alias.name for alias in names))
        case ast.Assign(targets=[ast.Name() | ast.Attribute() as target]) | ast.AnnAssign(target=target):
            name = ("name", ast.unparse(target))
        case ast.If(test=test, orelse=[]):
            name = ("if", ast.unparse(test))
    return name if len(nodes) == 1 else None


def _accessor(node: ast.stmt) -> tuple[str, ...]:
    """Return what tells a property's setter from its getter."""
    decorators = getattr(node, "decorator_list", [])
    return tuple(d.attr for d in decorators if isinstance(d, ast.Attribute) and d.attr in ("setter", "deleter"))
