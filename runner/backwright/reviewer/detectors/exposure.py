"""What goes out and should not, and what comes in and should not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus

from backwright.reviewer.callers import is_authenticated
from backwright.reviewer.flow import Frame, Trace, frame_of
from backwright.reviewer.found import Found, found_at
from backwright.reviewer.modules import Module, arguments_of, keyword_of, origin_of, own_nodes, text_of
from backwright.reviewer.project import FUNCTIONS, Class, Project
from backwright.reviewer.routes import Route, entries_of, reachable, routes_of
from backwright.reviewer.schemas import fields_of, is_model, models_in, nested_models
from backwright.reviewer.tables import tables_of

SECRET = re.compile(
    r"^(password|passwd|pwd|passphrase|secret|client_secret|(old|new|current)_password|password_\w*confirm\w*)$"
)
HASH = re.compile(
    r"^(password|passwd|hashed_password|password_hash|pw_hash|pwd_hash|hashed_pw|secret_hash|totp_secret|api_key_hash)$"
)
PRIVILEGE = re.compile(
    r"^(is_)?(admin|superuser|staff|super_user|moderator)$|^(role|roles|permissions|scopes|role_id|user_role)$"
)
NOT_IN_QUERY = {"Body", "Form", "Header", "Cookie", "Path", "File", "Depends", "Security"}
CHECKING = re.compile(r"admin|superuser|staff|require_role|has_role|permission|role", re.IGNORECASE)
BROAD = {
    "Exception", "BaseException", "SQLAlchemyError", "DBAPIError", "IntegrityError", "OperationalError",
    "ProgrammingError", "OSError", "IOError", "RuntimeError", "HTTPError", "RequestError", "RequestException",
}  # fmt: skip
ANSWERS = (
    "HTTPException",
    "JSONResponse",
    "ORJSONResponse",
    "UJSONResponse",
    "PlainTextResponse",
    "HTMLResponse",
    "Response",
)


def secrets_in_query(project: Project) -> Iterator[Found]:
    """Find passwords that are taken from the query string."""
    for function, module in entries_with_modules(project):
        route = entries_of(project).get(function)
        path = route.path if route else ""
        for argument, default in arguments_of(function.args):
            declared = project.declared(module, argument.annotation)
            marks = {origin_of(where, call) for where, call in declared.calls}
            marks |= {origin_of(module, default)} if isinstance(default, ast.Call) else set()
            calls = [call for _, call in declared.calls] + ([default] if isinstance(default, ast.Call) else [])
            names = {argument.arg, *(text_of(keyword_of(call, "alias")) for call in calls)}
            if (
                any(SECRET.match(name) for name in names)
                and not marks & NOT_IN_QUERY
                and f"{{{argument.arg}" not in path
            ):
                yield found_at("CR006", module, argument, name=argument.arg)
            depended = project.depends_on(module, argument, default)
            made_by = project.referred(*depended) if depended else None
            if "Query" in marks or (made_by is not None and isinstance(made_by[1], ast.ClassDef)):
                yield from _secret_fields(project, module, argument)
    for module, call in project.calls_of("get"):
        read = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) and call.args else ""
        if read.endswith("query_params") and SECRET.match(text_of(call.args[0])):
            yield found_at("CR006", module, call, name=text_of(call.args[0]))
    for module in project.modules:
        for node in module.all(ast.Subscript):
            if SECRET.match(text_of(node.slice)) and ast.unparse(node.value).endswith("query_params"):
                yield found_at("CR006", module, node, name=text_of(node.slice))


def entries_with_modules(project: Project) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Module]]:
    """Yield the functions of routes and dependencies with their modules."""
    for function in entries_of(project):
        if isinstance(function, FUNCTIONS) and function in project.functions:
            yield function, project.functions[function]


def _secret_fields(project: Project, module: Module, argument: ast.arg) -> Iterator[Found]:
    cls = project.class_named(module, argument.annotation) if argument.annotation else None
    if cls is None or "Form" in ast.unparse(argument.annotation or ast.Constant(None)) or cls[1].name.endswith("Form"):
        return
    for one in fields_of(project, cls) if is_model(project, cls) else ():
        if SECRET.match(one.name):
            yield found_at("CR006", one.module, one.node, name=one.name)


def secrets_in_answers(project: Project) -> Iterator[Found]:
    """Find response models, or tables sent as they are, that hold a password or its hash."""
    for route in routes_of(project):
        for cls in _answered(project, route):
            for one in fields_of(project, cls):
                if HASH.match(one.name) and not one.is_excluded and not _is_secret_type(one.node):
                    yield found_at(
                        "CR007", route.declared_in, route.call, route=route.name, name=f"{one.model}.{one.name}"
                    )


def _is_secret_type(node: ast.AnnAssign) -> bool:
    return "SecretStr" in ast.unparse(node.annotation)


def _answered(project: Project, route: Route) -> Iterator[Class]:
    """Yield the models in a route's answer; a table is one where it is returned and no model says otherwise."""
    model = keyword_of(route.call, "response_model")
    annotation: ast.expr | None = model
    where = route.declared_in
    if model is None and isinstance(route.function, FUNCTIONS):
        annotation, where = route.function.returns, route.module
    excluded = keyword_of(route.call, "response_model_exclude")
    if excluded is not None:
        return
    for cls in models_in(project, where, annotation) if annotation is not None else _handed_back(project, route):
        if is_model(project, cls):
            yield from nested_models(project, cls)
        elif cls[1] in tables_of(project):
            yield cls


def _handed_back(project: Project, route: Route) -> Iterator[Class]:
    """Yield the classes of what a route without any model returns, through helpers too: it is sent as it is."""
    for node in own_nodes(route.function) if isinstance(route.function, FUNCTIONS) else ():
        if isinstance(node, ast.Return) and node.value is not None:
            found = project.class_of(route.module, node.value)
            if found:
                yield found


def privileged_fields(project: Project) -> Iterator[Found]:
    """Find body models through which a caller can give themselves rights."""
    for route in routes_of(project):
        if not route.is_writing or not isinstance(route.function, FUNCTIONS) or _is_for_admins(project, route):
            continue
        for where, annotation in _bodies(project, route):
            for cls in models_in(project, where, annotation):
                for one in fields_of(project, cls) if is_model(project, cls) else ():
                    if PRIVILEGE.match(one.name) and "Literal" not in ast.unparse(one.node.annotation):
                        yield found_at("CR008", one.module, one.node, route=route.name, name=f"{one.model}.{one.name}")


def _bodies(project: Project, route: Route) -> Iterator[tuple[Module, ast.expr]]:
    """Yield the annotations of what a route and its dependencies take from the body, or may."""
    takers = [route.definition, *(project.referred(where, node) for where, node in route.depended)]
    for taker in takers:
        if taker and isinstance(taker[1], FUNCTIONS):
            for argument, default in arguments_of(taker[1].args):
                if argument.annotation is not None and project.depends_on(taker[0], argument, default) is None:
                    yield taker[0], argument.annotation


def _is_for_admins(project: Project, route: Route) -> bool:
    if CHECKING.search(route.path) or any(CHECKING.search(ast.unparse(node)) for _, node in route.depended):
        return True
    for where, node in route.depended:
        found = project.code.value(where, node)
        if CHECKING.search(ast.unparse(found[1])[:2000]) and not isinstance(found[1], ast.ClassDef):
            return True
    code = reachable(project, route.definition) if route.definition else ()
    return any(_keeps_rights(project, route, node) for _, function in code for node in own_nodes(function))


def _keeps_rights(project: Project, route: Route, node: ast.AST) -> bool:
    """Whether a node asks for rights, or leaves privileged fields out."""
    if isinstance(node, ast.If):
        return CHECKING.search(ast.unparse(node.test)) is not None
    if not isinstance(node, ast.Call):
        return False
    if "exclude" in {keyword.arg for keyword in node.keywords}:
        return True
    if getattr(node.func, "attr", "") == "pop" and node.args and PRIVILEGE.match(text_of(node.args[0])):
        return True
    asks = re.match(r"require_|ensure_|check_", origin_of(route.module, node)) is not None
    return asks and is_authenticated(project, route)


def raw_attributes(project: Project) -> Iterator[Found]:
    """Find loops that set whatever attributes a request names."""
    for module, call in project.calls_of("setattr"):
        if not call.args[1:] or isinstance(call.args[1], ast.Constant):
            continue
        frame = frame_of(module, call)
        if _is_listed(module, call):
            continue
        source = _raw_source(project, call.args[1], frame)
        if source:
            yield found_at("CR009", module, call, source=source)
    for module, call in project.calls_of("update", "values"):
        target = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        if target.endswith("__dict__") or (origin_of(module, call) == "values" and "update(" in target):
            for value in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is None)):
                source = _raw_source(project, value, frame_of(module, call))
                if source:
                    yield found_at("CR009", module, call, source=source)


def _is_listed(module: Module, call: ast.Call) -> bool:
    """Whether the name is looked up in a list before it is set."""
    name = ast.unparse(call.args[1])
    for outer in module.around(call):
        tests = [outer.test] if isinstance(outer, ast.If) else []
        if any(
            isinstance(n, ast.Compare) and isinstance(n.ops[0], ast.In | ast.NotIn) and ast.unparse(n.left) == name
            for t in tests
            for n in ast.walk(t)
        ):
            return True
        if isinstance(outer, ast.For | ast.AsyncFor):
            for node in ast.walk(outer):
                if isinstance(node, ast.If) and any(
                    isinstance(n, ast.Compare)
                    and isinstance(n.ops[0], ast.NotIn | ast.In)
                    and ast.unparse(n.left) == name
                    for n in ast.walk(node.test)
                ):
                    return True
    return False


def _raw_source(project: Project, node: ast.expr, frame: Frame) -> str | None:
    """Return what raw input the names come from, or None where a model lists them."""
    trace = Trace(project, entries_of(project))
    for leaf in trace.leaves(node, frame):
        if not isinstance(leaf.node, ast.arg) or leaf.frame.function not in entries_of(project):
            continue
        types = project.declared(leaf.frame.module, leaf.node.annotation).types
        if "Request" in types and {"json", "form", "query_params"} & set(leaf.attributes):
            return f"the body of {leaf.node.arg}"
        if types & {"dict", "Dict", "Mapping", "Any"}:
            return leaf.node.arg
    return None


def leaked_errors(project: Project) -> Iterator[Found]:
    """Find answers that hold the text of unexpected errors."""
    trace = Trace(project, entries_of(project), _hides)
    for module, call in project.calls_of(*ANSWERS):
        if dotted_is_foreign(module, call):
            continue
        values = [*call.args, *(k.value for k in call.keywords if k.arg in {"detail", "content", "headers"})]
        for value in values:
            name = _error_in(trace, value, frame_of(module, call))
            if name:
                yield found_at("CR014", module, call, name=name)
                break
    for function, module in entries_with_modules(project):
        for node in own_nodes(function):
            if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Call):
                name = _error_in(trace, node.value, Frame(module, function))
                if name:
                    yield found_at("CR014", module, node, name=name)


def dotted_is_foreign(module: Module, call: ast.Call) -> bool:
    """Whether a class called like one of FastAPI's comes from elsewhere."""
    dotted = module.imports.get(call.func.id, ("", None))[0] if isinstance(call.func, ast.Name) else ""
    return bool(dotted) and dotted.partition(".")[0] in {"httpx", "requests", "urllib", "flask", "django", "aiohttp"}


def _hides(node: ast.AST, frame: Frame) -> bool:
    """Whether nothing of an error's text comes out of an expression."""
    if isinstance(node, ast.Attribute) and node.attr in {
        "status_code",
        "errors",
        "code",
        "headers",
        "status",
        "detail",
        "__name__",
        "__class__",
    }:
        return True
    return isinstance(node, ast.Call) and origin_of(frame.module, node) in {
        "type",
        "isinstance",
        "getattr",
        "is_transient",
        "errors",
        "len",
        "bool",
    }


def _error_in(trace: Trace, value: ast.expr, frame: Frame) -> str | None:
    for leaf in trace.leaves(value, frame):
        if isinstance(leaf.node, ast.ExceptHandler) and _is_broad(leaf.frame.module, leaf.node):
            return leaf.node.name or "the error"
        if isinstance(leaf.node, ast.Call) and origin_of(leaf.frame.module, leaf.node) in {
            "format_exc",
            "format_exception",
            "exc_info",
        }:
            return "the traceback"
        if isinstance(leaf.node, ast.arg) and leaf.frame.function is not None and _handles_all(leaf.frame):
            arguments = [argument.arg for argument in leaf.frame.function.args.args]
            if leaf.node.arg in arguments[1:2]:
                return leaf.node.arg
    return None


def _is_broad(module: Module, handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or origin_of(module, kind) in BROAD for kind in kinds)


def _handles_all(frame: Frame) -> bool:
    """Whether a function is registered as the handler of every exception."""
    for decorator in frame.function.decorator_list if frame.function else ():
        if isinstance(decorator, ast.Call) and origin_of(frame.module, decorator) == "exception_handler":
            return any(
                origin_of(frame.module, a) in BROAD
                or (isinstance(a, ast.Constant) and a.value == HTTPStatus.INTERNAL_SERVER_ERROR)
                for a in decorator.args
            )
    return False
