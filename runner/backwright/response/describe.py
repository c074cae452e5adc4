"""The record's response: what there is now, in Markdown, read from the spec and from the files as they were written."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright.naming import title
from backwright.response.example import account_example, example_of
from backwright.response.outline import Endpoint, classes_in, endpoints_in, error_codes_in, functions_in
from backwright.spec.access import access_of, has_auth
from backwright.spec.model import Access, OperationName, ResourceSpec

if TYPE_CHECKING:
    from backwright.codegen.tables import Column
    from backwright.engines.engine import Built
    from backwright.spec.model import BackendSpec

ReadText = Callable[[PurePosixPath], str | None]
"""Reads a file of the backend by its path there; None where there is none."""

AUTH_SKILL = "auth-builder"
ERRORS = PurePosixPath("app/core/errors.py")


def describe(built: Built, read: ReadText, backend: PurePosixPath) -> str:
    """Return what a run built; ``backend`` is the folder that ``built`` has before the paths that ``read`` takes."""
    spec = built.after
    changed = built.changed_resources()
    accounts = _account_endpoints(built, read, backend) if _gained_auth(built) else ()
    endpoints = {resource.name: _endpoints(resource, spec, read) for resource in changed}
    parts = [_bullets(built.summary)]
    parts += [_resource(resource, spec, endpoints[resource.name], read) for resource in changed]
    parts += [_section("Accounts", (_table(accounts),))] if accounts else []
    shown = [*(one for found in endpoints.values() for one in found), *accounts]
    parts += [_errors(shown, read), _example(changed, spec, is_account=bool(accounts))]
    return "\n\n".join(part for part in parts if part)


def _gained_auth(built: Built) -> bool:
    before = built.before.service.auth if built.before else None
    return has_auth(built.after.service) and built.after.service.auth != before


def _resource(resource: ResourceSpec, spec: BackendSpec, endpoints: tuple[Endpoint, ...], read: ReadText) -> str:
    from backwright.codegen.project import own_project

    project = own_project(spec.service)
    schemas = _source(read, project.path("schemas", resource))
    crud = _source(read, project.path("crud", resource))
    parts = (
        _table(endpoints),
        _listed("Schemas", (f"`{one.name}`: {_attributes(one.attributes)}" for one in classes_in(schemas))),
        _listed("Data access", (f"`{one.signature}`: {one.doc}" for one in functions_in(crud))),
        _listed("Table", _columns(resource, spec, read)),
    )
    return _section(title(resource.name), parts)


def _endpoints(resource: ResourceSpec, spec: BackendSpec, read: ReadText) -> tuple[Endpoint, ...]:
    """Return the endpoints of a resource as its module has them, with who may call each by the spec."""
    from dataclasses import replace

    from backwright.codegen.project import own_project

    found = endpoints_in(_source(read, own_project(spec.service).path("endpoints", resource)))
    names = {_function(resource, operation.name): operation for operation in resource.operations}
    prefix = spec.service.api_prefix
    return tuple(
        replace(
            one,
            path=prefix + one.path,
            who=_who(access_of(spec.service, resource, names[one.name]), names[one.name].roles)
            if one.name in names
            else one.who,
        )
        for one in found
    )


def _function(resource: ResourceSpec, operation: OperationName) -> str:
    noun = resource.name if operation is OperationName.LIST else resource.singular
    return f"{operation.value}_{noun}"


def _who(access: Access, roles: tuple[str, ...]) -> str:
    match access:
        case Access.PUBLIC:
            return "everybody"
        case Access.AUTHENTICATED:
            return "whoever signed in"
        case Access.OWNER:
            return ", ".join(("the owner", *roles, "superusers"))
        case Access.ROLE:
            return ", ".join((*roles, "superusers"))


def _account_endpoints(built: Built, read: ReadText, backend: PurePosixPath) -> tuple[Endpoint, ...]:
    from dataclasses import replace

    modules = sorted(path for path, skill in built.written.items() if skill == AUTH_SKILL and path.suffix == ".py")
    prefix = built.after.service.api_prefix
    found = (one for path in modules for one in endpoints_in(_source(read, path.relative_to(backend))))
    return tuple(replace(one, path=prefix + one.path) for one in found)


def _source(read: ReadText, path: PurePosixPath) -> str:
    """Return the source of a module; nothing where people moved it, or where it cannot be parsed."""
    text = read(path) or ""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return ""
    return text


def _columns(resource: ResourceSpec, spec: BackendSpec, read: ReadText) -> Iterator[str]:
    from backwright.codegen.accounts import with_accounts
    from backwright.codegen.project import own_project
    from backwright.codegen.tables import table_of

    whole = with_accounts(spec)
    table = table_of(whole.resource(resource.name) or resource, whole)
    models = classes_in(_source(read, own_project(spec.service).path("models", resource)))
    name = models[0].name if models else title(resource.singular)
    yield f"`{table.name}` (model `{name}`): {', '.join(map(_column, table.columns))}"
    yield from (f"check `{check.name}`: `{check.rule}`" for check in table.checks)
    yield from (f"unique: {', '.join(unique.columns)}" for unique in table.uniques)


def _column(column: Column) -> str:
    facts = [column.type.removeprefix("sa.")]
    facts += ["null allowed"] if column.nullable else []
    facts += ["unique"] if column.unique else []
    facts += ["indexed"] if column.index else []
    if column.reference:
        facts.append(f"to {column.reference.table}, on delete {column.reference.on_delete.lower()}")
    return f"`{column.name}` ({', '.join(facts)})"


def _errors(endpoints: Iterable[Endpoint], read: ReadText) -> str:
    """Return every status that these endpoints document, with its error codes and the endpoints that answer it."""
    codes = error_codes_in(_source(read, ERRORS))
    statuses = sorted({status for endpoint in endpoints for status in endpoint.errors})
    lines = [f"{status}: " + ", ".join(f"`{code}`" for code in codes.get(status, ())) for status in statuses]
    return _section("Errors", (_bullets(lines),)) if lines else ""


def _example(changed: tuple[ResourceSpec, ...], spec: BackendSpec, *, is_account: bool) -> str:
    deepest = sorted(changed, key=lambda resource: (-len(resource.relations), resource.name))
    script = next((found for resource in deepest if (found := example_of(spec, resource))), None)
    if script is None and is_account:
        script = account_example(spec)
    return _section("Example call", (f"```sh\n{script}\n```",)) if script else ""


def _table(endpoints: tuple[Endpoint, ...]) -> str:
    if not endpoints:
        return ""
    rows = (
        f"| {one.method} | `{one.path}` | {one.who} | {one.status} | {', '.join(map(str, one.errors))} |"
        for one in endpoints
    )
    return "\n".join(("| method | path | who may call | answers | errors |", "|---|---|---|---|---|", *rows))


def _attributes(attributes: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in attributes) or "nothing of its own"


def _listed(name: str, lines: Iterable[str]) -> str:
    text = _bullets(lines)
    return f"{name}:\n\n{text}" if text else ""


def _section(name: str, parts: Iterable[str]) -> str:
    return "\n\n".join((f"### {name}", *(part for part in parts if part)))


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
