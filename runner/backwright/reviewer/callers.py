"""Who is calling: what of a route, a dependency or a middleware tells."""

from __future__ import annotations

import ast
import re

from backwright.reviewer.modules import Function, Module, arguments_of, origin_of, own_nodes
from backwright.reviewer.project import FUNCTIONS, Project, remembered
from backwright.reviewer.routes import Route

SCHEMES = {
    "OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer", "OAuth2", "HTTPBearer", "HTTPBasic", "HTTPDigest",
    "APIKeyHeader", "APIKeyCookie", "APIKeyQuery", "OpenIdConnect",
}  # fmt: skip
AUTH_NAME = re.compile(
    r"(^|_)(o?auth\w*|authenticat\w*|authoriz\w*|(current|active|logged_in|verified|require\w*)_\w*user\w*|current_user\w*|"
    r"user_?dep\w*|principal|identity|(require|is|only|current|admin)_\w*|admin\w*|superuser\w*|permissions?|"
    r"has_\w*(role|permission|scope)\w*|roles?|scopes?|bearer|api_?key\w*|verify_\w*|validate_\w*token|\w*token|jwt\w*|"
    r"login_required|session_user|ensure_\w*)($|_)",
    re.IGNORECASE,
)
AUTH_TYPES = re.compile(
    r"^(Current\w*|\w*User(Dep|Required)?|Auth\w*|\w*Admin\w*|Principal|\w*Token\w*|\w*Identity|Claims)$"
)


def says_who(project: Project, module: Module, node: ast.AST) -> bool:
    """Whether a dependency tells who is calling: by its name, its type, or because it is a security scheme."""
    where, value = project.code.value(module, node)
    if isinstance(value, ast.Call):
        callee = project.callee(where, value)
        names = {origin_of(where, value), callee[1].name if callee else ""}
        return bool(names & SCHEMES) or any(AUTH_NAME.search(name) for name in names)
    if isinstance(value, ast.ClassDef):
        return bool(AUTH_TYPES.match(value.name) or project.base_names((where, value)) & SCHEMES)
    if isinstance(value, FUNCTIONS):
        return bool(AUTH_NAME.search(value.name) or _decodes(value))
    return bool(AUTH_NAME.search(origin_of(where, node)))


def _decodes(function: Function) -> bool:
    """Whether a function reads a token or the header that carries one."""
    for node in own_nodes(function):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"decode", "verify_id_token"}
            and "jwt" in ast.unparse(node.value)
        ):
            return True
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.lower() in {"authorization", "x-api-key"}
        ):
            return True
    return False


@remembered
def is_authenticated(project: Project, route: Route) -> bool:
    """Whether a route knows who is calling, by a dependency, a router around it, or its own code."""
    if any(says_who(project, *depended) for depended in route.depended):
        return True
    if not isinstance(route.function, FUNCTIONS):
        return False
    for argument, _ in arguments_of(route.function.args):
        name = origin_of(route.module, argument.annotation)
        if name.startswith("Current"):
            return True
        if AUTH_TYPES.match(name):
            declared = project.declared(route.module, argument.annotation)
            if any(origin_of(where, call) in {"Depends", "Security"} for where, call in declared.calls):
                return True
    return _checks_itself(route.module, route.function)


def _checks_itself(module: Module, function: Function) -> bool:
    if _decodes(function):
        return True
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Name | ast.Call) and AUTH_NAME.search(origin_of(module, decorator)):
            return True
    for node in own_nodes(function):
        if isinstance(node, ast.Call) and AUTH_NAME.search(origin_of(module, node)):
            return True
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {
            "request.user",
            "request.state.user",
            "request.session",
        }:
            return True
    return False


@remembered
def is_guarded_before(project: Project) -> bool:
    """Whether a middleware looks at who is calling before any route does."""
    for function, module in project.functions.items():
        if not isinstance(function, FUNCTIONS):
            continue
        is_middleware = any("middleware" in ast.unparse(d) for d in function.decorator_list)
        around = module.class_around(function)
        is_middleware = is_middleware or (
            around is not None and "Middleware" in around.name and function.name in {"dispatch", "__call__"}
        )
        if is_middleware and (_decodes(function) or (around is not None and AUTH_NAME.search(around.name.lower()))):
            return True
    return False
