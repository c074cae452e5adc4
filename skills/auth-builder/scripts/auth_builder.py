"""Write authentication: who may sign in, how they prove it, and what they get for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from backwright.codegen.accounts import (
    USUAL_ROLE,
    account_resources,
    has_api_keys,
    has_auth,
    models_module,
)
from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution, File, Router
from backwright.codegen.profile import WIRE_MODULES, Profile, profile_source, standard_imports, used_names
from backwright.codegen.python_source import names_source
from backwright.spec.model import Layout

CORE = ("audit", "auth", "mailer", "passwords", "rate_limit", "redis_counter", "security")
MODULES = WIRE_MODULES | {
    "Absent": "pagination",
    "GivenPassword": "passwords",
    "Input": "schemas",
    "ListOutput": "schemas",
    "ListQuery": "pagination",
    "NewPassword": "passwords",
    "Output": "schemas",
    "SearchTerm": "text",
    "sort_pattern": "pagination",
}
LAYER_PLACES = {
    "services/auth": "services.auth",
    "services/passwords": "services.passwords",
    "services/users": "services.users",
    "services/api_keys": "services.api_keys",
    "schemas/auth": "schemas.auth",
    "schemas/user": "schemas.user",
    "schemas/api_key": "schemas.api_key",
    "endpoints/auth": "api.v1.endpoints.auth",
    "endpoints/users": "api.v1.endpoints.users",
    "endpoints/api_keys": "api.v1.endpoints.api_keys",
}
FEATURE_PLACES = {
    "services/auth": "features.auth.service",
    "services/passwords": "features.auth.passwords",
    "services/users": "features.users.service",
    "services/api_keys": "features.api_keys.service",
    "schemas/auth": "features.auth.schemas",
    "schemas/user": "features.users.schemas",
    "schemas/api_key": "features.api_keys.schemas",
    "endpoints/auth": "features.auth.router",
    "endpoints/users": "features.users.router",
    "endpoints/api_keys": "features.api_keys.router",
}
FEATURE_PACKAGES = {
    "app/features/auth/__init__.py": "Signing in and out, and passwords.",
    "app/features/users/__init__.py": "Users: oneself, and all of them for superusers.",
    "app/features/api_keys/__init__.py": "Keys with which programs act for users.",
}
LAYER_PACKAGES = {"app/services/__init__.py": "Rules that are more than data access."}


def build(context: Build) -> Contribution:
    """Return everything that a backend with authentication has more than one without."""
    if not has_auth(context.spec.service):
        return Contribution()
    values = _values(context)
    places = dict(_places(context))
    files = {
        PurePosixPath("app", *module.split(".")).with_suffix(".py"): context.templates.render(template, **values)
        for template, module in places.items()
    }
    files |= {PurePosixPath(path): f'"""{text}"""\n' for path, text in _packages(context).items()}
    routers = [Router(f"app.{module}") for template, module in places.items() if template.startswith("endpoints/")]
    return Contribution({path: File(text) for path, text in sorted(files.items())}, tuple(routers))


def _places(context: Build) -> Iterator[tuple[str, str]]:
    """Yield each template with the module, below ``app``, that it becomes."""
    service = context.spec.service
    cookies = ("cookies",) if service.auth.cookie else ()
    for name in (*CORE, *cookies):
        yield f"core/{name}.py.j2", f"core.{name}"
    yield "create_superuser.py.j2", "create_superuser"
    for name, module in _modules(context).items():
        if has_api_keys(service) or "api_key" not in name:
            yield f"{name}.py.j2", module


def _modules(context: Build) -> dict[str, str]:
    return FEATURE_PLACES if context.project.layout is Layout.FEATURE else LAYER_PLACES


def _packages(context: Build) -> dict[str, str]:
    if context.project.layout is not Layout.FEATURE:
        return LAYER_PACKAGES
    keys = has_api_keys(context.spec.service)
    return {path: text for path, text in FEATURE_PACKAGES.items() if keys or "api_keys" not in path}


def _imports(profile: Profile, *, has_roles: bool) -> dict[str, list[str]]:
    """Return the import lines of the schemas of users."""
    literal = ["Literal"] if has_roles else []
    usual = {"EMAIL", "GivenPassword", "Input", "LowerCased", "NewPassword", "Output"}
    usual |= {"Absent", "ListOutput", "ListQuery", "SearchTerm", "sort_pattern"}
    return {
        "standard": standard_imports(("Annotated", "datetime", *literal, *profile.lines)),
        "local": _local_imports(used_names(profile.lines) | usual),
    }


def _local_imports(names: set[str]) -> list[str]:
    by_module: dict[str, list[str]] = {}
    for name in sorted(names & MODULES.keys()):
        by_module.setdefault(MODULES[name], []).append(name)
    return [f"from app.core.{module} import {', '.join(found)}" for module, found in sorted(by_module.items())]


def _values(context: Build) -> dict[str, Any]:
    service, is_async = context.spec.service, context.project.is_async
    modules = {
        resource.name: models_module(context.project, service, resource) for resource in account_resources(service)
    }
    places = {name: f"app.{module}" for name, module in _modules(context).items()}
    profile = profile_source(service.auth)
    roles = (USUAL_ROLE, *(role for role in service.auth.roles if role != USUAL_ROLE))
    return {
        "auth": service.auth,
        "api_keys": has_api_keys(service),
        "prefix": service.api_prefix,
        "roles": names_source(roles),
        "profile": profile,
        "imports": _imports(profile, has_roles=bool(service.auth.roles)),
        "neutral_imports": standard_imports(("Annotated", *profile.neutral.values(), *profile.asked.values())),
        "superuser_imports": _local_imports(
            {"EMAIL", "LowerCased", "NewPassword", "Input", *used_names(profile.asked.values())}
        ),
        "is_async": is_async,
        "by_feature": context.project.layout is Layout.FEATURE,
        "adef": "async def" if is_async else "def",
        "aw": "await " if is_async else "",
        "awith": "async with" if is_async else "with",
        "session_class": "AsyncSession" if is_async else "Session",
        "sessionmaker": "async_sessionmaker" if is_async else "sessionmaker",
        "modules": {
            **modules,
            "api_keys_service": places["services/api_keys"],
            "auth_service": places["services/auth"],
            "auth_schemas": places["schemas/auth"],
            "user_schemas": places["schemas/user"],
            "api_key_schemas": places["schemas/api_key"],
        },
    }
