"""Write the skeleton of a backend: application, settings, database, errors, middleware, container and CI files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from backwright.codegen.accounts import has_api_keys, has_auth, rate_limits
from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution, File
from backwright.codegen.listing import filters
from backwright.codegen.python_source import docstring, names_source, string_source
from backwright.naming import title
from backwright.spec.model import BackendSpec, FieldSpec, FieldType, Format, Layout, OperationName, ResourceSpec

ALWAYS = (
    "app/main.py",
    "app/config.py",
    "app/api/dependencies.py",
    "app/api/health.py",
    "app/api/router.py",
    "app/core/discovery.py",
    "app/core/errors.py",
    "app/core/logging.py",
    "app/core/middleware.py",
    "app/db/base.py",
    "app/db/engine.py",
    "app/db/session.py",
    "Dockerfile",
    "compose.yaml",
    "docker-entrypoint.sh",
    "README.md",
    "pyproject.toml",
)
RENAMED = {
    ".env.example": "env.example",
    ".gitignore": "gitignore",
    ".dockerignore": "dockerignore",
    ".github/workflows/ci.yml": "ci.yml",
}
BY_KIND = {
    "app/core/dates.py",
    "app/core/decimals.py",
    "app/core/emails.py",
    "app/core/moments.py",
    "app/core/patterns.py",
    "app/core/times.py",
    "app/core/uris.py",
    "app/db/decimals.py",
    "app/db/timestamped.py",
    "app/db/utc.py",
}
WITH_RESOURCES = ("app/core/schemas.py", "app/core/text.py", "app/core/numbers.py", "app/core/pagination.py")
PACKAGES = {
    "app/api/__init__.py": "The HTTP side of the application.",
    "app/core/__init__.py": "What every resource shares: errors, logging, middleware, lists.",
    "app/db/__init__.py": "The database: engine, session, declarative base and column types.",
}
LAYER_PACKAGES = {
    "app/api/v1/__init__.py": "Version 1 of the API.",
    "app/api/v1/endpoints/__init__.py": "One router per resource; `app.api.router` includes every module found here.",
    "app/crud/__init__.py": "Data access, one module per resource.",
    "app/schemas/__init__.py": "What goes over the wire, one module per resource.",
}


def build(context: Build) -> Contribution:
    """Return every file that does not belong to one resource."""
    values = _values(context)
    files = {path: context.templates.render(template, **values) for path, template in _templates(context)}
    files |= {path: f'"""{text}"""\n' for path, text in _packages(context).items()}
    return Contribution({PurePosixPath(path): _file(path, text) for path, text in sorted(files.items())})


def _file(path: str, text: str) -> File:
    """Return a file; one that only some fields need is locked by itself: branches may each bring another."""
    name = path.removesuffix(".py").replace("/", "-")
    return File(text, part=name if path in BY_KIND else "service", executable=path.endswith(".sh"))


def _values(context: Build) -> dict[str, object]:
    service, is_async = context.spec.service, context.project.is_async
    name = service.title or title(service.name.replace("-", "_"))
    driver = "sqlite+aiosqlite" if is_async else "sqlite"
    local = "postgresql://localhost/app" if service.database == "postgresql" else f"{driver}:///./app.db"
    origins = names_source(service.cors_origins)
    return {
        "service": service,
        "title": name,
        "description": docstring(service.description or f"The {name} backend").splitlines()[0],
        "auth": service.auth if has_auth(service) else None,
        "api_keys": has_api_keys(service),
        "rate_limits": rate_limits(service),
        "is_async": is_async,
        "adef": "async def" if is_async else "def",
        "aw": "await " if is_async else "",
        "by_feature": context.project.layout is Layout.FEATURE,
        "session_class": "AsyncSession" if is_async else "Session",
        "engine_class": "AsyncEngine" if is_async else "Engine",
        "sessionmaker": "async_sessionmaker" if is_async else "sessionmaker",
        "sqlite_driver": driver,
        "postgresql_driver": "postgresql+asyncpg" if is_async else "postgresql+psycopg",
        "database_url": local,
        "origins_source": f"({origins},)" if origins else "()",
        "source": string_source,
        "toml": json.dumps,
    }


def _templates(context: Build) -> Iterator[tuple[str, str]]:
    """Yield each path and the template it comes from."""
    shared = WITH_RESOURCES if context.spec.resources or has_auth(context.spec.service) else ()
    for path in (*ALWAYS, *shared, *_kinds(context.spec)):
        yield path, f"{path}.j2"
    for path, template in RENAMED.items():
        yield path, f"{template}.j2"


def _packages(context: Build) -> dict[str, str]:
    name = title(context.spec.service.name.replace("-", "_"))
    packages = {"app/__init__.py": docstring(f"The {name} backend"), **PACKAGES}
    return packages if context.project.layout is Layout.FEATURE else packages | LAYER_PACKAGES


def _kinds(spec: BackendSpec) -> Iterator[str]:
    """Yield the modules that only some kinds of field need."""
    auth = has_auth(spec.service)
    fields = [field for resource in spec.resources for field in resource.fields]
    fields += spec.service.auth.profile if auth else ()
    timestamps = auth or any(resource.timestamps for resource in spec.resources)
    formats = {field.format for field in fields}
    if timestamps:
        yield "app/db/timestamped.py"
    if timestamps or Format.DATE_TIME in formats:
        yield "app/db/utc.py"
    if Format.DATE_TIME in formats or any(_filters_times(resource) for resource in spec.resources):
        yield "app/core/moments.py"
    for format_, paths in (
        (Format.DECIMAL, ("app/db/decimals.py", "app/core/decimals.py")),
        (Format.DATE, ("app/core/dates.py",)),
        (Format.TIME, ("app/core/times.py",)),
    ):
        if format_ in formats:
            yield from paths
    texts = [field for field in fields if field.type is FieldType.STRING and not field.enum]
    if any(field.pattern is not None and _is_text(field) for field in texts):
        yield "app/core/patterns.py"
    if auth or any(field.format is Format.EMAIL and field.pattern is None for field in texts):
        yield "app/core/emails.py"
    if any(field.format is Format.URI and field.pattern is None for field in texts):
        yield "app/core/uris.py"


def _filters_times(resource: ResourceSpec) -> bool:
    listed = any(operation.name is OperationName.LIST for operation in resource.operations)
    return listed and bool({"created_at", "updated_at"} & filters(resource).keys())


def _is_text(field: FieldSpec) -> bool:
    return field.format not in (Format.DATE, Format.TIME, Format.DATE_TIME, Format.UUID)
