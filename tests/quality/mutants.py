"""Small faults planted in Python source, one at a time.

Works on the syntax tree, so functions with decorators are mutated too (mutmut skips them).
A mutant is named by the number of its node in `ast.walk` order and the number of the
change to that node, which makes it reproducible from the source alone.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
OPPOSITE_NAMES = {
    "asc": "desc",
    "desc": "asc",
    "lower": "upper",
    "upper": "lower",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "startswith": "endswith",
    "endswith": "startswith",
    "ge": "gt",
    "gt": "ge",
    "le": "lt",
    "lt": "le",
}
"""Names of methods and functions whose exchange is a likely slip."""
LOGGERS = frozenset({"logger", "log", "logging", "_logger"})
"""Calls on these names say something to an operator; their words are not behaviour."""


@dataclass(frozen=True)
class Mutant:
    """One change to one module.

    Attributes:
        node: The number of the changed node in `ast.walk` order.
        change: The number of the change among those possible for the node.
        line: The line of the change, from 1.
        words: What is changed, for a person.
        body: First and last line of the function that holds the change.
    """

    node: int
    change: int
    line: int
    words: str
    body: tuple[int, int]


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of the functions of a module, in source order."""
    tree = ast.parse(source)
    numbers = {id(node): number for number, node in enumerate(ast.walk(tree))}
    found = []
    for function in _functions(tree):
        span = (function.body[0].lineno, function.end_lineno or function.lineno)
        for node in _mutable_nodes(function):
            for change, mutated in enumerate(_changes(node)):
                words = f"{_words(node)} -> {_words(mutated)}"
                line = getattr(node, "lineno", function.lineno)
                found.append(Mutant(numbers[id(node)], change, line, words, span))
    return sorted(found, key=lambda one: (one.line, one.node, one.change))


def mutate(source: str, node: int, change: int) -> ast.Module:
    """Return the module's tree with one change made."""
    tree = ast.parse(source)
    target = list(ast.walk(tree))[node]
    mutated = list(_changes(target))[change]
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, mutated)
            elif isinstance(value, list):
                for position, item in enumerate(value):
                    if item is target:
                        value[position] = mutated
    return ast.fix_missing_locations(tree)


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the outermost functions and methods; nested ones belong to their owner."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement
        elif isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield inner


def _mutable_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of a function that do something.

    Annotations, docstrings and log messages do not; of a decorator only the status code
    does something that the path operation's words do not merely describe.
    """
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "status_code":
                    yield keyword.value
    yield from (default for default in function.args.defaults)
    yield from (default for default in function.args.kw_defaults if default is not None)
    for statement in _without_docstring(function.body):
        yield from _descend(statement)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if is_docstring else body


def _descend(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and _is_log_call(node.value):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "type_comment", "decorator_list"}:
            continue
        children = value if isinstance(value, list) else [value]
        if name == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            children = _without_docstring(node.body)
        for child in children:
            if isinstance(child, ast.AST):
                yield from _descend(child)


def _is_log_call(node: ast.expr) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = node.func.value
    return isinstance(owner, ast.Name) and owner.id in LOGGERS


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every replacement of a node, in a fixed order."""
    for rule in (_of_operators, _of_constants, _of_calls, _of_statements):
        yield from rule(node)


def _of_operators(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=ops):
            for position, operator in enumerate(ops):
                for other in COMPARISONS[type(operator)]:
                    changed = copy.deepcopy(node)
                    changed.ops[position] = other()
                    yield changed
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            yield ast.BinOp(left, ARITHMETIC[type(operator)](), right)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)


def _of_constants(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str(value)):
            yield ast.Constant(f"XX{value}XX")
        case ast.Attribute(value=ast.Name(id="status"), attr=attr) if attr.startswith("HTTP_"):
            yield ast.Constant(418)


def _of_calls(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if isinstance(owner, ast.Call | ast.Name):
            if name in {"where", "order_by", "limit", "offset", "options", "strip"}:
                yield owner
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr in OPPOSITE_NAMES:
        changed = copy.deepcopy(node)
        changed.func.attr = OPPOSITE_NAMES[node.func.attr]  # type: ignore[attr-defined]
        yield changed
    if isinstance(node.func, ast.Name) and node.func.id in OPPOSITE_NAMES:
        yield ast.Call(ast.Name(OPPOSITE_NAMES[node.func.id]), node.args, node.keywords)
    if len(node.args) > 1 and not any(isinstance(a, ast.Starred) for a in node.args):
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    for position, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            rest = [k for other, k in enumerate(node.keywords) if other != position]
            yield ast.Call(node.func, node.args, rest)


def _of_statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.While(test=test, body=body, orelse=orelse):
            yield ast.While(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.AugAssign():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _words(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
