"""Finds faults in FastAPI code by reading it; nothing of it is imported or run."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from backwright.codegen.modules import (
    DEPTH,
    Code,
    Function,
    Module,
    calls_in,
    functions_in,
    has_unknown_options,
    is_constant,
    keyword_of,
    origin_of,
    text_of,
)
from backwright.errors import Place
from backwright.finding import Finding, Severity
from backwright.target.tree import Tree

WORTH_PARSING = rb"\.(?:get|post|put|patch|delete|api_route|add_api_route)\s*\(|Depends|Query|ForeignKey|foreign_key"
NOT_LOOKED_AT = {"tests", "test", "migrations", "alembic", "venv", "node_modules", "site-packages", "__pycache__"}
ROUTE_METHODS = {"get", "post", "put", "patch", "delete", "api_route"}
NO_BODY = r"\b(204|205|304)\b|_(204|205|304)_|NO_CONTENT|RESET_CONTENT|NOT_MODIFIED"
JSON_CLASSES = {"JSONResponse", "ORJSONResponse", "UJSONResponse"}
LIMITS = {"limit", "size", "per_page", "page_size"}
INTEGERS = {"int", "PositiveInt", "NonNegativeInt", "StrictInt", "conint"}
NOT_IN_QUERY = {"Path", "Header", "Cookie", "Body", "Form", "File", "Depends", "Security"}
COLUMN_CALLS = {"mapped_column", "Column", "Field"}
LEADING = {"Index", "UniqueConstraint", "PrimaryKeyConstraint"}


@dataclass(frozen=True)
class Found:
    """Something found: its rule, file and line, and what its message names."""

    code: str
    module: Module
    line: int
    values: Mapping[str, str]


def review(tree: Tree) -> tuple[Finding, ...]:
    """Return the findings of all rules on a tree, in the order of files and lines."""
    code = Code(tree)
    worth = re.compile(WORTH_PARSING)
    modules = [code.module(path) for path in sorted(tree) if _is_looked_at(path) and worth.search(tree[path])]
    found: dict[tuple[PurePosixPath, int, str], Found] = {}
    for module in modules:
        if module is None:
            continue
        for one in (*_routes_without_model(code, module), *_uncapped_limits(code, module), *_bare_keys(code, module)):
            found.setdefault((one.module.path, one.line, one.code + str(one.values)), one)
    return tuple(_finding(found[key]) for key in sorted(found))


def _is_looked_at(path: PurePosixPath) -> bool:
    return path.suffix == ".py" and not any(part in NOT_LOOKED_AT or part.startswith(".") for part in path.parts)


@lru_cache
def _rules() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).parent.parent.joinpath("assets", "rules.json")
    rules: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return rules


def _finding(found: Found) -> Finding:
    rule = _rules()[found.code]
    place = Place(str(found.module.path), found.line)
    message = rule["message"].format(**found.values)
    return Finding(found.code, Severity(rule["severity"]), place, message, rule["fix"])


# Routes


@dataclass(frozen=True)
class Route:
    """A route: the call that declares it, and the function that answers, with the module it lies in."""

    call: ast.Call
    method: str
    module: Module
    function: Function | ast.Lambda | None


def _routes(code: Code, module: Module) -> Iterator[Route]:
    for function in functions_in(module):
        for call in function.decorator_list:
            method = _route_method(code, module, call, ROUTE_METHODS)
            if method and isinstance(call, ast.Call):
                yield Route(call, method, module, function)
    for call in calls_in(module):
        if not _route_method(code, module, call, {"add_api_route"}):
            continue
        endpoint = call.args[1] if len(call.args) > 1 else keyword_of(call, "endpoint")
        where, found = code.value(module, endpoint) if endpoint else (module, None)
        known = isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield Route(call, "api_route", where, found if known else None)  # type: ignore[arg-type]


def _route_method(code: Code, module: Module, call: ast.AST, names: set[str]) -> str | None:
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in names):
        return None
    return call.func.attr if _is_router(code, module, call.func.value) else None


def _is_router(code: Code, module: Module, node: ast.expr) -> bool:
    values = module.assigned.get(ast.unparse(node))
    if values:
        return any(_makes_router(code, module, value) for value in values)
    resolved = code.resolve(module, node)
    if resolved:
        return _makes_router(code, *resolved)
    return b"fastapi" in module.source and re.search(r"(^|_)(router|app|api)$", origin_of(module, node)) is not None


def _makes_router(code: Code, module: Module, node: ast.AST, depth: int = DEPTH) -> bool:
    """Whether a class, annotation or call is or makes a router or an application."""
    if depth == 0:
        return False
    if isinstance(node, ast.Call):
        return _makes_router(code, module, node.func, depth - 1)
    if origin_of(module, node) in {"APIRouter", "FastAPI"}:
        return True
    where, found = code.value(module, node)
    if isinstance(found, ast.ClassDef):
        return any(_makes_router(code, where, base, depth - 1) for base in found.bases)
    if isinstance(found, ast.FunctionDef) and found.returns:
        return _makes_router(code, where, found.returns, depth - 1)
    return found is not node and _makes_router(code, where, found, depth - 1)


def _routes_without_model(code: Code, module: Module) -> Iterator[Found]:
    for route in _routes(code, module):
        methods = _methods(route)
        is_bodiless = methods and methods <= {"HEAD", "OPTIONS"}
        if is_bodiless or has_unknown_options(route.call) or _has_model(code, module, route):
            continue
        path = text_of(route.call.args[0] if route.call.args else keyword_of(route.call, "path"), "…")
        values = {"method": " ".join(sorted(methods)) or route.method.upper(), "path": path or '""'}
        yield Found("CR001", module, route.call.lineno, values)


def _methods(route: Route) -> set[str]:
    if route.method != "api_route":
        return {route.method.upper()}
    listed = keyword_of(route.call, "methods")
    elements = listed.elts if isinstance(listed, ast.List | ast.Tuple | ast.Set) else []
    return {text_of(element).upper() for element in elements}


def _has_model(code: Code, module: Module, route: Route) -> bool:
    model = keyword_of(route.call, "response_model")
    if model is not None and not is_constant(model, None):
        return True
    if _answers_without_json(module, route.call) or route.function is None:
        return True
    returns = None if isinstance(route.function, ast.Lambda) else route.function.returns
    if returns is None:
        return _returns_responses(route.module, route.function)
    where, found = code.value(route.module, returns)
    if model is None:
        return origin_of(where, found) not in {"Any", "object"}
    names = {origin_of(where, returns), getattr(found, "name", ""), *_words(returns)}
    return any(name.endswith("Response") for name in names)


def _answers_without_json(module: Module, call: ast.Call) -> bool:
    """Whether a route's options say that there is no body, or none that a model describes."""
    status, kind = keyword_of(call, "status_code"), keyword_of(call, "response_class")
    if status is not None and re.search(NO_BODY, ast.unparse(status)):
        return True
    return kind is not None and origin_of(module, kind) not in JSON_CLASSES


def _words(node: ast.AST) -> list[str]:
    return re.findall(r"\w+", ast.unparse(node))


def _returns_responses(module: Module, function: Function | ast.Lambda) -> bool:
    """Whether a function returns nothing but responses, made where it returns or assigned before."""
    if isinstance(function, ast.Lambda):
        return origin_of(module, function.body).endswith("Response")
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    for value in returned:
        made = [value, *module.assigned.get(ast.unparse(value), ())] if value else []
        if not any(origin_of(module, one).endswith("Response") for one in made):
            return False
    return bool(returned)


# Limits


@dataclass(frozen=True)
class Declared:
    """What an annotation and a default say: the types named, and the calls that bound or place the value."""

    types: frozenset[str]
    calls: tuple[tuple[Module, ast.Call], ...]

    def __or__(self, other: Declared) -> Declared:
        """Return what both say."""
        return Declared(self.types | other.types, self.calls + other.calls)


def _uncapped_limits(code: Code, module: Module) -> Iterator[Found]:
    for route in _routes(code, module):
        if route.function is not None:
            path = text_of(route.call.args[0]) if route.call.args else ""
            yield from _parameters(code, route.module, route.function, path)
    for where, target in _query_sources(code, module):
        if isinstance(target, ast.ClassDef):
            yield from _fields(code, where, target)
        elif isinstance(target, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _parameters(code, where, target, "")


def _query_sources(code: Code, module: Module) -> Iterator[tuple[Module, ast.AST]]:
    """Yield what is depended on, and the models that are read from the query."""
    for call in calls_in(module):
        if origin_of(module, call) in {"Depends", "Security"} and call.args:
            yield code.value(module, call.args[0])
    for annotation, default in _annotated(module):
        elements = _elements(annotation) if origin_of(module, annotation) == "Annotated" else [annotation]
        marks = [*elements[1:], *([default] if default else [])]
        if any(origin_of(module, mark) in {"Query", "Depends"} for mark in marks if isinstance(mark, ast.Call)):
            yield code.value(module, elements[0])


def _annotated(module: Module) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield the annotations of all parameters with their defaults, and every other ``Annotated[…]``."""
    for function in functions_in(module):
        for argument, default in _arguments(function.args):
            if argument.annotation:
                yield argument.annotation, default
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Subscript) and origin_of(module, node) == "Annotated":
            yield node, None


def _elements(node: ast.expr) -> list[ast.expr]:
    inner = node.slice if isinstance(node, ast.Subscript) else node
    return list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]


def _arguments(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = [None] * (len(positional) - len(arguments.defaults))
    yield from zip(positional, [*missing, *arguments.defaults], strict=True)
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)


def _parameters(code: Code, module: Module, function: Function | ast.Lambda, path: str) -> Iterator[Found]:
    for argument, default in _arguments(function.args):
        in_path = re.search(rf"\{{{argument.arg}[}}:]", path)
        if not in_path and _is_uncapped(code, module, argument.arg, argument.annotation, default):
            capped = any(
                origin_of(module, call) == "min" and any(ast.unparse(value) == argument.arg for value in call.args)
                for call in ast.walk(function)
                if isinstance(call, ast.Call)
            )
            if not capped:
                yield Found("CR002", module, argument.lineno, {"name": argument.arg})


def _fields(code: Code, module: Module, model: ast.ClassDef, depth: int = DEPTH) -> Iterator[Found]:
    """Yield the uncapped limits of a query model or dependency class and its bases, overridden ones aside."""
    settled = _validated(module, model)
    for node in model.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            yield from _parameters(code, module, node, "")
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)) or node.target.id in settled:
            continue
        name = node.target.id
        if "ClassVar" not in _words(node.annotation) and _is_uncapped(code, module, name, node.annotation, node.value):
            yield Found("CR002", module, node.lineno, {"name": name})
        settled.add(name)
    for base in model.bases if depth else ():
        where, found = code.value(module, base)
        if isinstance(found, ast.ClassDef):
            inherited = _fields(code, where, found, depth - 1)
            yield from (one for one in inherited if one.values["name"] not in settled)


def _validated(module: Module, model: ast.ClassDef) -> set[str]:
    return {
        text_of(argument)
        for node in model.body
        if isinstance(node, ast.FunctionDef)
        for call in node.decorator_list
        if isinstance(call, ast.Call) and origin_of(module, call) in {"field_validator", "validator"}
        for argument in call.args
    }


def _is_uncapped(code: Code, module: Module, name: str, annotation: ast.expr | None, default: ast.expr | None) -> bool:
    declared = _declared(code, module, annotation) | _declared_by_default(code, module, default, annotation)
    aliases = {text_of(keyword_of(call, word)) for _, call in declared.calls for word in ("alias", "validation_alias")}
    if not LIMITS & {name, *aliases} or not declared.types & INTEGERS:
        return False
    origins = {origin_of(where, call) for where, call in declared.calls}
    return not origins & NOT_IN_QUERY and not any(_bounds(where, call) for where, call in declared.calls)


def _bounds(module: Module, call: ast.Call) -> bool:
    bound = any(not is_constant(keyword_of(call, word), None) for word in ("le", "lt") if keyword_of(call, word))
    origin = origin_of(module, call)
    return bound or origin in {"Le", "Lt"} or origin.endswith("Validator") or has_unknown_options(call)


def _declared_by_default(code: Code, module: Module, default: ast.expr | None, annotation: ast.expr | None) -> Declared:
    """Read a default; a parameter without annotation has the type of its default."""
    where, value = code.value(module, default) if isinstance(default, ast.Name | ast.Attribute) else (module, default)
    calls = ((where, value),) if isinstance(value, ast.Call) else ()
    if isinstance(value, ast.Call):
        value = value.args[0] if value.args else keyword_of(value, "default")
    is_integer = annotation is None and isinstance(value, ast.Constant) and type(value.value) is int
    return Declared(frozenset({"int"} if is_integer else ()), calls)


def _declared(code: Code, module: Module, annotation: ast.AST | None, depth: int = DEPTH) -> Declared:
    """Read an annotation through aliases, unions and ``Annotated``."""
    if annotation is None or depth == 0:
        return Declared(frozenset(), ())
    where, node = code.value(module, annotation)
    parts: list[ast.expr] = []
    calls: list[tuple[Module, ast.Call]] = []
    if isinstance(node, ast.BinOp):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Subscript) and origin_of(where, node) in {"Annotated", "Optional", "Union", "Mapped"}:
        parts = _elements(node)
        if origin_of(where, node) == "Annotated":
            values = [code.value(where, mark) for mark in parts[1:]]
            calls = [(there, mark) for there, mark in values if isinstance(mark, ast.Call)]
            parts = parts[:1]
    elif isinstance(node, ast.Call):
        calls = [(where, node)]
    types = frozenset({origin_of(where, node)}) if not parts else frozenset()
    declared = Declared(types, tuple(calls))
    for part in parts:
        declared |= _declared(code, where, part, depth - 1)
    return declared


# Foreign keys


@dataclass(frozen=True)
class Column:
    """A column with a foreign key: the names it goes by, and the calls that declare it."""

    names: frozenset[str]
    line: int
    calls: tuple[tuple[Module, ast.Call], ...]


def _bare_keys(code: Code, module: Module) -> Iterator[Found]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            arguments = list(_table_arguments(code, module, node))
            leading = _leading(module, arguments) | _leading(module, _indexes_of(module, node.name))
            columns = [*_columns(code, module, node), *_constrained(module, arguments)]
            yield from _uncovered(module, columns, leading, node.name)
        elif isinstance(node, ast.Call) and origin_of(module, node) == "Table":
            columns = [*_table_columns(module, node), *_constrained(module, node.args)]
            name = text_of(node.args[0]) if node.args else ""
            yield from _uncovered(module, columns, _leading(module, node.args), name)


def _uncovered(module: Module, columns: Sequence[Column], leading: set[str], table: str) -> Iterator[Found]:
    for column in columns:
        covered = any(_indexes(call) or has_unknown_options(call) for _, call in column.calls)
        if not covered and not column.names & leading:
            yield Found("CR003", module, column.line, {"name": f"{table}.{min(column.names)}"})


def _indexes(call: ast.Call) -> bool:
    options = [keyword_of(call, word) for word in ("index", "unique", "primary_key")]
    return any(option is not None and not is_constant(option, False, None) for option in options)


def _columns(code: Code, module: Module, model: ast.ClassDef) -> Iterator[Column]:
    for node in model.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, annotation, value = node.target.id, node.annotation, node.value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, annotation, value = node.targets[0].id, None, node.value
        elif isinstance(node, ast.FunctionDef) and any("declared_attr" in _words(d) for d in node.decorator_list):
            returned = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
            name, annotation, value = node.name, None, returned[0] if returned else None
        else:
            continue
        calls = [
            *_declared(code, module, annotation).calls,
            *([(module, value)] if isinstance(value, ast.Call) else []),
        ]
        column = _column(name, node.lineno, calls)
        if column:
            yield column


def _column(name: str, line: int, calls: Sequence[tuple[Module, ast.Call]]) -> Column | None:
    """Return a column with a foreign key from the calls that declare it, those inside them included."""
    nested = [(where, inner) for where, call in calls for inner in ast.walk(call) if isinstance(inner, ast.Call)]
    declaring = [(where, call) for where, call in nested if origin_of(where, call) in COLUMN_CALLS]
    has_key = any(
        origin_of(where, call) == "ForeignKey" or keyword_of(call, "foreign_key") is not None for where, call in nested
    )
    if not declaring or not has_key:
        return None
    names = {name, *(text_of(call.args[0]) for _, call in declaring if call.args)} - {""}
    return Column(frozenset(names), line, tuple(declaring))


def _table_columns(module: Module, table: ast.Call) -> Iterator[Column]:
    for call in table.args:
        if isinstance(call, ast.Call) and origin_of(module, call) == "Column" and call.args:
            column = _column(text_of(call.args[0]), call.lineno, [(module, call)])
            if column:
                yield column


def _constrained(module: Module, arguments: Sequence[ast.expr]) -> Iterator[Column]:
    """Yield the first column of each composite foreign key: an index that begins with it serves the key."""
    for call in arguments:
        if isinstance(call, ast.Call) and origin_of(module, call) == "ForeignKeyConstraint" and call.args:
            names = call.args[0].elts if isinstance(call.args[0], ast.List | ast.Tuple) else []
            if names and text_of(names[0]):
                yield Column(frozenset({text_of(names[0])}), call.lineno, ())


def _table_arguments(code: Code, module: Module, model: ast.ClassDef) -> Iterator[ast.expr]:
    for node in model.body:
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            values = [node.value] if any(ast.unparse(target) == "__table_args__" for target in targets) else []
        elif isinstance(node, ast.FunctionDef) and node.name == "__table_args__":
            values = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
        for value in values:
            for inner in ast.walk(value) if value else ():
                found = code.value(module, inner)[1] if isinstance(inner, ast.Name) else inner
                if isinstance(found, ast.Call):
                    yield found


def _indexes_of(module: Module, model: str) -> list[ast.expr]:
    """Return the indexes that stand beside a class and name its attributes."""
    return [
        call
        for call in calls_in(module)
        if origin_of(module, call) == "Index"
        and any(f"{model}." in ast.unparse(argument) for argument in call.args[1:2])
    ]


def _leading(module: Module, arguments: Sequence[ast.expr]) -> set[str]:
    """Return the first columns of indexes, unique constraints and primary keys."""
    leading = set()
    for call in arguments:
        if isinstance(call, ast.Call) and origin_of(module, call) in LEADING:
            columns = call.args[1:] if origin_of(module, call) == "Index" else call.args
            first = columns[0] if columns else None
            leading.add(text_of(first) or (ast.unparse(first).rpartition(".")[2] if first else ""))
    return leading
