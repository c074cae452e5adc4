"""Sessions and engines of SQLAlchemy: which values are, and of which kind."""

from __future__ import annotations

import ast
import re
from typing import Literal

from backwright.reviewer.modules import Module, origin_of
from backwright.reviewer.project import FUNCTIONS, Project

Kind = Literal["Session", "AsyncSession"]
NAMED = re.compile(r"^(db|session|sess|db_session|async_session|conn|connection)$")
SYNC = {"Session", "sessionmaker", "scoped_session", "SessionLocal"}
ASYNC = {"AsyncSession", "async_sessionmaker", "async_scoped_session", "AsyncSessionLocal"}


def is_session(project: Project, module: Module, node: ast.AST, depth: int = 8) -> Kind | None:
    """Return which kind of session a value is, or None; what only its name tells is taken to be asynchronous."""
    kind = _known(project, module, node, depth)
    if kind is not None:
        return kind
    is_named = isinstance(node, ast.Name | ast.Attribute) and NAMED.match(origin_of(module, node))
    return "AsyncSession" if is_named and not _has_type(project, module, node) else None


def _has_type(project: Project, module: Module, node: ast.AST) -> bool:
    function = module.function_around(node)
    bounds = project.locals_of(function).get(node.id, ()) if function and isinstance(node, ast.Name) else ()
    arguments = [bound.node for bound in bounds if isinstance(bound.node, ast.arg)]
    return any(argument.annotation is not None for argument in arguments)


def _known(  # noqa: PLR0911 - one answer for each kind of expression
    project: Project, module: Module, node: ast.AST, depth: int
) -> Kind | None:
    if depth == 0:
        return None
    if isinstance(node, ast.Call):
        return session_made(project, module, node, depth)
    if isinstance(node, ast.Attribute):
        for value in module.assigned.get(ast.unparse(node), ()):
            found = _named(project, module, value) or _known(project, module, value, depth - 1)
            if found:
                return found
        return None
    if not isinstance(node, ast.Name):
        return None
    function = module.function_around(node)
    while function:
        bounds = project.locals_of(function).get(node.id)
        for bound in bounds or ():
            kind = None
            if isinstance(bound.node, ast.arg):
                kind = _named(project, module, bound.node.annotation) if bound.node.annotation else None
            elif bound.how in {"value", "context"}:
                kind = _known(project, module, bound.node, depth - 1)
            if kind:
                return kind
        if bounds:
            return None
        function = module.function_around(function)
    resolved = project.code.resolve(module, node)
    return _known(project, *resolved, depth - 1) if resolved else None


def _named(project: Project, module: Module, annotation: ast.AST) -> Kind | None:
    types = project.declared(module, annotation).types
    return "AsyncSession" if types & {"AsyncSession"} else "Session" if types & {"Session"} else None


def session_made(  # noqa: PLR0911 - one answer for each way to make one
    project: Project, module: Module, call: ast.Call, depth: int = 8
) -> Kind | None:
    """Return which kind of session a call makes: of the class itself, or of a factory found in the project."""
    name = origin_of(module, call)
    if name in {"AsyncSession", "Session"}:
        return "AsyncSession" if name == "AsyncSession" else "Session"
    if name in {"begin", "begin_nested"} and isinstance(call.func, ast.Attribute):
        return (
            session_made(project, module, ast.copy_location(ast.Call(call.func.value, [], []), call), depth - 1)
            if depth
            else None
        )
    resolved = project.code.resolve(module, call.func)
    if resolved and isinstance(resolved[1], ast.Call):
        factory = resolved[1]
        made = origin_of(resolved[0], factory)
        if made in {"async_sessionmaker", "async_scoped_session"} or "AsyncSession" in ast.unparse(factory):
            return "AsyncSession"
        return "Session" if made in {"sessionmaker", "scoped_session"} else None
    if resolved and isinstance(resolved[1], FUNCTIONS):
        where, function = resolved
        if isinstance(function, FUNCTIONS):
            returns = function.returns
            if returns is not None:
                return _named(project, where, returns)
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Call) and depth:
                    return session_made(project, where, node.value, depth - 1)
    return _made_by_declared(module, call)


def _made_by_declared(module: Module, call: ast.Call) -> Kind | None:
    """Return what a name makes that its function declares to be a sessionmaker, in a parameter or an assignment."""
    function = module.function_around(call)
    if function is None or not isinstance(call.func, ast.Name):
        return None
    if not any(name.encode() in module.source for name in ASYNC | SYNC):
        return None
    for node in ast.walk(function):
        match node:
            case (
                ast.AnnAssign(target=ast.Name(id=name), annotation=annotation)
                | ast.arg(arg=name, annotation=ast.expr() as annotation)
            ) if name == call.func.id:
                said = {part.id for part in ast.walk(annotation) if isinstance(part, ast.Name)}
                return "AsyncSession" if said & ASYNC else "Session" if said & SYNC else None
            case _:
                continue
    return None
