"""How the application is put together: debug, CORS, middleware, secrets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backwright.reviewer.flow import Frame, Trace, frame_of, value_nodes
from backwright.reviewer.found import Edit, Found, found_at, replaced
from backwright.reviewer.modules import (
    Function,
    Module,
    argument_of,
    elements_of,
    functions_in,
    is_constant,
    keyword_of,
    origin_of,
    text_of,
)
from backwright.reviewer.project import Project

APPLICATIONS = ("FastAPI", "Starlette")
SECRET = re.compile(
    r"(^|_)(secret(_key)?|password|passwd|pwd|api_?key|private_key|access_key|auth_token|jwt_key|signing_key|token_key)$",
    re.IGNORECASE,
)
EXAMPLE = re.compile(
    r"^$|change|example|dummy|placeholder|your|xxx|\*\*\*|todo|<.*>|\{.*\}|^test[_-]|^(password|secret|token|test|none|null|access|refresh|bearer)$|\s|^/|://[^:@]*$",
    re.IGNORECASE,
)
CREDENTIALS = re.compile(r"^[a-z][a-z0-9+]*://[^:/@\s]+:([^@/\s{}]+)@", re.IGNORECASE)
HARMLESS = re.compile(
    r"^(postgres|password|secret|user|root|guest|changeme|app|test|example|localhost)$", re.IGNORECASE
)
KNOWN = re.compile(
    r"^(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|sk_live_[A-Za-z0-9]{16,}|xox[bap]-[A-Za-z0-9-]{10,}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----)"
)
OWN_ANSWERS = re.compile(
    r"auth|limit|session|csrf|error|token|guard|trustedhost|https|block|api_?key|security_?check", re.IGNORECASE
)
LOCAL = re.compile(r"@(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)([:/]|$)", re.IGNORECASE)
WRAPPING = {"Field", "SecretStr", "SecretBytes", "str", "Secret", "Annotated"}
LEAST = 8


def debug_on(project: Project) -> Iterator[Found]:
    """Find applications whose debug page everybody sees."""
    trace = Trace(project)
    for module, call in project.calls_of(*APPLICATIONS):
        option = keyword_of(call, "debug")
        if option is not None:
            yield from _true(trace, module, call, option)
    for module in project.modules:
        for node in module.all(ast.Assign):
            target = node.targets[0]
            if (
                isinstance(target, ast.Attribute)
                and target.attr == "debug"
                and _is_application(trace, target.value, frame_of(module, node))
            ):
                yield from _true(trace, module, node, node.value)


def _true(trace: Trace, module: Module, node: ast.AST, option: ast.expr) -> Iterator[Found]:
    for value, _ in value_nodes(trace, option, frame_of(module, node)):
        if is_constant(value, True):
            yield found_at("CR012", module, node, edits=(replaced(option, "False"),) if value is option else ())
            return


def _is_application(trace: Trace, node: ast.expr, frame: Frame) -> bool:
    values = value_nodes(trace, node, frame)
    return any(
        isinstance(value, ast.Call) and origin_of(where.module, value) in APPLICATIONS for value, where in values
    )


def any_origin(project: Project) -> Iterator[Found]:
    """Find CORS for every origin together with credentials."""
    trace = Trace(project)
    for module, call in (*project.calls_of("add_middleware"), *project.calls_of("CORSMiddleware", "Middleware")):
        if origin_of(module, call) != "CORSMiddleware" and not _is_cors(project, module, call):
            continue
        credentials = keyword_of(call, "allow_credentials")
        frame = frame_of(module, call)
        if credentials is None or not any(is_constant(v, True) for v, _ in value_nodes(trace, credentials, frame)):
            continue
        origins, pattern = keyword_of(call, "allow_origins"), keyword_of(call, "allow_origin_regex")
        wild = origins is not None and _is_wild(trace, origins, frame)
        wild = wild or (
            pattern is not None
            and any(text_of(v) in {".*", "^.*$", ".+", "https?://.*"} for v, _ in value_nodes(trace, pattern, frame))
        )
        if wild:
            edits: tuple[Edit, ...] = (replaced(credentials, "False"),) if isinstance(credentials, ast.Constant) else ()
            yield found_at("CR013", module, call, edits=edits)


def _is_cors(project: Project, module: Module, call: ast.Call) -> bool:
    first = call.args[0] if call.args else keyword_of(call, "middleware_class")
    if first is None:
        return False
    if origin_of(module, first) == "CORSMiddleware":
        return True
    found = project.class_named(module, first)
    return bool(found and "CORSMiddleware" in project.base_names(found))


def _is_wild(trace: Trace, origins: ast.expr, frame: Frame) -> bool:
    for value, where in value_nodes(trace, origins, frame):
        if text_of(value) == "*":
            return True
        if any(text_of(inner) == "*" for one in elements_of(value) for inner, _ in value_nodes(trace, one, where)):
            return True
    return False


def middleware_order(project: Project) -> Iterator[Found]:
    """Find middleware that answers by itself and is added after CORS, in one function."""
    by_place: dict[tuple[Module, ast.AST | None], list[tuple[Module, ast.Call, ast.expr]]] = {}
    for module in project.modules:
        for function in (None, *functions_in(module)):
            added = list(_added(project, module, function, 3))
            if added:
                by_place[module, function] = added
    for added in by_place.values():
        cors = next((i for i, (m, call, _) in enumerate(added) if _is_cors(project, m, call)), None)
        for module, call, name in added[cors + 1 :] if cors is not None else ():
            text = origin_of(module, name) or ast.unparse(name)
            if OWN_ANSWERS.search(text):
                yield found_at("CR027", module, call, name=text)


def _added(
    project: Project, module: Module, function: Function | None, depth: int
) -> Iterator[tuple[Module, ast.Call, ast.expr]]:
    """Yield the middleware that a function, or the top of a module, adds, in order, through helpers too."""
    for call in module.calls_in_functions.get(function, ()):
        if origin_of(module, call) == "add_middleware" and (call.args or keyword_of(call, "middleware_class")):
            name = argument_of(call, "middleware_class", 0)
            if name is not None:
                yield module, call, name
        elif depth:
            callee = project.function_called(module, call)
            if callee and callee[1] is not function and b"add_middleware" in callee[0].source:
                yield from _added(project, *callee, depth - 1)


def secrets_in_source(project: Project) -> Iterator[Found]:
    """Find passwords, keys and URLs with passwords that are written down."""
    for module in project.modules:
        for assign in module.all(ast.Assign):
            for target in assign.targets:
                yield from _secret(module, assign, _name(target), assign.value)
        for annotated in module.all(ast.AnnAssign):
            if annotated.value is not None:
                yield from _secret(module, annotated, _name(annotated.target), _default(annotated.value))
        for keyword in module.all(ast.keyword):
            yield from _secret(module, keyword.value, keyword.arg or "", keyword.value)
        for call in module.all(ast.Call):
            if origin_of(module, call) in {"getenv", "get"} and "env" in ast.unparse(call.func) and len(call.args) > 1:
                yield from _secret(module, call, text_of(call.args[0]), call.args[1])
            elif (
                origin_of(module, call) in {"encode", "decode"}
                and module.imports.get("jwt")
                and "jwt" in ast.unparse(call.func)
            ):
                yield from _secret(module, call, "secret_key", call.args[1] if len(call.args) > 1 else None)
        for constant in module.all(ast.Constant):
            if isinstance(constant.value, str) and (KNOWN.match(constant.value) or _has_password(constant.value)):
                yield found_at("CR016", module, constant, name="a key or password")


def _name(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript):
        return text_of(target.slice)
    return target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""


def _default(value: ast.expr) -> ast.expr:
    """Return the default inside ``Field(…)`` or ``SecretStr(…)``; other calls are given the name of a setting first."""
    if not isinstance(value, ast.Call):
        return value
    name = value.func.id if isinstance(value.func, ast.Name) else getattr(value.func, "attr", "")
    if value.args and name in WRAPPING:
        return _default(value.args[0])
    given = keyword_of(value, "default")
    return _default(given) if given is not None else value


def _has_password(text: str) -> bool:
    match = CREDENTIALS.match(text)
    return match is not None and not HARMLESS.match(match[1]) and LOCAL.search(text) is None


def _secret(module: Module, node: ast.AST, name: str, value: ast.expr | None) -> Iterator[Found]:
    text = text_of(_default(value) if value is not None else None)
    is_name = re.sub(r"^_+", "", name).lower() in text.lower()  # of a field or a setting, not its value
    if (
        SECRET.search(name)
        and len(text) >= LEAST
        and not is_name
        and not EXAMPLE.search(text)
        and not HARMLESS.match(text)
    ):
        yield found_at("CR016", module, node, name=name)
