"""What a generated Python module holds, read from its source: endpoints, functions, classes, errors."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_USUAL = {"get": 200, "post": 200, "put": 200, "patch": 200, "delete": 200}
_SIGNED_IN = frozenset({"CurrentUser", "SignedIn", "current_user", "signed_in"})
_TOLD_ELSEWHERE = frozenset({"description", "examples", "strict"})
_SUPERUSERS = frozenset({"Superuser", "current_superuser"})


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; ``path`` begins with the router's prefix, ``errors`` are the statuses it documents.

    ``who`` is everybody, whoever signed in, superusers, or the roles that may call it.
    """

    name: str
    method: str
    path: str
    status: int
    who: str
    errors: tuple[int, ...]


@dataclass(frozen=True)
class Function:
    """A public function: its signature as source, and the first line of its docstring."""

    signature: str
    doc: str


@dataclass(frozen=True)
class Class:
    """A public class and its annotated attributes, each with its type as source, aliases of the module resolved."""

    name: str
    attributes: tuple[tuple[str, str], ...]


def endpoints_in(source: str) -> tuple[Endpoint, ...]:
    """Return the endpoints of a module with an ``APIRouter`` called ``router``; none where there is no such thing."""
    tree = ast.parse(source)
    router = dict(_assigned(tree)).get("router")
    if not isinstance(router, ast.Call):
        return ()
    return tuple(_endpoints(tree, router))


def functions_in(source: str) -> tuple[Function, ...]:
    """Return the public functions of a module, in their order."""
    return tuple(
        Function(_signature(node), (ast.get_docstring(node) or "").partition("\n")[0])
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    )


def classes_in(source: str) -> tuple[Class, ...]:
    """Return the public classes of a module, in their order."""
    tree = ast.parse(source)
    aliases = {name: value for name, value in _assigned(tree) if isinstance(value, ast.Subscript)}
    return tuple(
        Class(node.name, tuple(_attributes(node, aliases)))
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def error_codes_in(source: str) -> dict[int, tuple[str, ...]]:
    """Return the ``error_code`` values by status that a module of errors answers with, the usual one first."""
    found: dict[int, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        for status, code in _codes(node):
            if code not in found.setdefault(status, []):
                found[status].append(code)
    return {status: tuple(codes) for status, codes in sorted(found.items())}


def _codes(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Assign(targets=[ast.Name(id="DETAILS")], value=ast.Dict(keys=keys, values=values)):
            for key, value in zip(keys, values, strict=True):
                match key, value:
                    case ast.Constant(value=int(status)), ast.Tuple(elts=[ast.Constant(value=str(code)), *_]):
                        yield status, code
        case ast.Call(func=ast.Name(id="problem_response"), args=[ast.Constant(value=int(status)), *_], keywords=given):
            for keyword in given:
                if keyword.arg == "error_code" and isinstance(keyword.value, ast.Constant):
                    yield status, str(keyword.value.value)
        case _:
            return


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case _:
                continue


def _endpoints(tree: ast.Module, router: ast.Call) -> Iterator[Endpoint]:
    prefix = str(_constant(_keyword(router, "prefix"), ""))
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            match decorator:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="router"), attr=method), args=[path, *_]) if (
                    method in _METHODS
                ):
                    yield Endpoint(
                        name=node.name,
                        method=method.upper(),
                        path=prefix + str(_constant(path, "")),
                        status=_status(_keyword(decorator, "status_code"), _USUAL[method]),
                        who=_who((router, decorator), node),
                        errors=_errors(router) + _errors(decorator),
                    )
                case _:
                    continue


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _constant(node: ast.expr | None, otherwise: object) -> object:
    return node.value if isinstance(node, ast.Constant) else otherwise


def _status(node: ast.expr | None, usual: int) -> int:
    """Return a status written as ``201`` or as ``status.HTTP_201_CREATED``."""
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.Attribute(attr=name) if name.startswith("HTTP_"):
            return int(name.split("_")[1])
        case _:
            return usual


def _errors(call: ast.Call) -> tuple[int, ...]:
    match _keyword(call, "responses"):
        case ast.Call(func=ast.Name(id="problems"), args=arguments):
            return tuple(
                node.value for node in arguments if isinstance(node, ast.Constant) and isinstance(node.value, int)
            )
        case _:
            return ()


def _who(calls: tuple[ast.Call, ...], function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return who may call an endpoint, by the dependencies of its router, its decorator and its parameters."""
    asked = [node for call in calls if (node := _keyword(call, "dependencies")) is not None]
    asked += [argument.annotation for argument in function.args.args if argument.annotation is not None]
    walked = [node for one in asked for node in ast.walk(one)]
    names = {node.id for node in walked if isinstance(node, ast.Name)}
    for part in walked:
        match part:
            case ast.Call(func=ast.Name(id="require_role"), args=roles):
                return ", ".join((*(str(_constant(role, "?")) for role in roles), "superusers"))
            case _:
                continue
    if names & _SUPERUSERS:
        return "superusers"
    return "whoever signed in" if names & _SIGNED_IN else "everybody"


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    kind = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{kind}{node.name}({ast.unparse(node.args)}){returned}"


def _attributes(node: ast.ClassDef, aliases: Mapping[str, ast.Subscript]) -> Iterator[tuple[str, str]]:
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                yield name, _type(annotation, aliases)
            case _:
                continue


def _type(node: ast.expr, aliases: Mapping[str, ast.Subscript]) -> str:
    """Return a type as people say it: ``int ge=1 le=5 | MISSING``."""
    match node:
        case ast.Name(id=name) if name in aliases:
            return _type(aliases[name], aliases)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return f"{_type(left, aliases)} | {_type(right, aliases)}"
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[base, *facts])):
            return " ".join((_type(base, aliases), *(limit for fact in facts for limit in _limits(fact))))
        case _:
            return ast.unparse(node)


def _limits(fact: ast.expr) -> Iterator[str]:
    match fact:
        case ast.Call(func=ast.Name(id="Field"), keywords=given):
            yield from (f"{one.arg}={ast.unparse(one.value)}" for one in given if one.arg not in _TOLD_ELSEWHERE)
        case _:
            return
