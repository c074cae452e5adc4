"""Write the endpoints of each resource."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.codegen.access_rules import Rule, rules_of, users_of
from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution, File, Router
from backwright.codegen.listing import belongs_to
from backwright.codegen.names import class_name, key_variable, variable
from backwright.codegen.python_source import docstring, string_source
from backwright.naming import article, kebab, words
from backwright.spec.access import has_auth
from backwright.spec.model import Access, BackendSpec, KeyType, OnDelete, OperationName, ResourceSpec

KEYED = {OperationName.GET, OperationName.REPLACE, OperationName.UPDATE, OperationName.DELETE}
RETURNING = {OperationName.CREATE, OperationName.GET, OperationName.REPLACE, OperationName.UPDATE}


def build(context: Build) -> Contribution:
    """Return one module of endpoints per resource, to be served."""
    files, inserts = {}, []
    kept = _kept(context.spec)
    for resource in context.resources():
        referenced = bool(kept & {resource.name, resource.singular})
        text = _endpoints(context, resource, referenced=referenced)
        files[context.project.path("endpoints", resource)] = File(text, part=resource.name)
        inserts.append(Router(context.project.module("endpoints", resource)))
    return Contribution(files, tuple(inserts))


def _endpoints(context: Build, resource: ResourceSpec, *, referenced: bool) -> str:
    operations = {operation.name for operation in resource.operations}
    noun, name = words(resource.singular), class_name(resource)
    separate = OperationName.CREATE not in operations or _has_immutable(resource)
    replace_class = f"{name}{'Replace' if separate else 'Create'}"
    is_async = context.project.is_async
    access = _access(context, resource)
    return context.templates.render(
        "endpoints.py.j2",
        resource=resource,
        class_name=name,
        noun=noun,
        noun_plural=words(resource.name),
        a_noun=f"{article(noun)} {noun}",
        path=kebab(resource.name),
        row=variable(resource),
        key=key_variable(resource),
        operations={operation.value for operation in operations},
        keyed=bool(operations & KEYED),
        key_annotation=_key_annotation(resource, noun),
        statuses={
            operation.value: ", ".join(
                map(str, sorted({*_statuses(resource, operation, referenced=referenced), *access.refusals[operation]}))
            )
            for operation in operations
        },
        replace_class=replace_class,
        referenced=referenced,
        async_="async " if is_async else "",
        await_="await " if is_async else "",
        source=string_source,
        docstring=docstring,
        shared=access.shared,
        shared_problems=", ".join(map(str, access.shared_refusals)),
        guards={operation.value: source for operation, source in access.guards.items()},
        users={operation.value: source for operation, source in access.users.items()},
        owned={operation.value for operation in access.owned},
        own_arguments=access.own_arguments,
        **_imports(context, resource, operations, replace_class, access),
    )


SIGNED_IN = "Depends(current_user)"
REFUSALS = (401, 403)
"""What a protected operation answers to those who may not call it."""


@dataclass(frozen=True)
class Protection:
    """Who may call the operations, as source; ``shared`` stands on the router and holds for all of them.

    ``guards`` are dependencies that let nobody else in, ``users`` types of a parameter for the user.
    """

    shared: str
    guards: dict[OperationName, str]
    users: dict[OperationName, str]
    refusals: dict[OperationName, tuple[int, ...]]
    shared_refusals: tuple[int, ...]
    owned: frozenset[OperationName]
    own_arguments: str

    @property
    def text(self) -> str:
        """All source in it."""
        return " ".join((self.shared, *self.guards.values(), *self.users.values()))


def _access(context: Build, resource: ResourceSpec) -> Protection:
    rules = rules_of(context.spec, resource)
    guards = {rule.operation: _guard(rule) for rule in rules.every}
    users = {rule.operation: _user(rule) for rule in rules.every if rules.needs_user(rule.operation)}
    guards = {operation: source for operation, source in guards.items() if operation not in users and source}
    alike = len(guards) == len(rules.every) and len(set(guards.values())) == 1
    shared = next(iter(guards.values())) if alike else SIGNED_IN if rules.is_protected and guards else ""
    refusing = rules.is_protected and has_auth(context.spec.service)
    own = next((rule for rule in rules.those(OperationName.GET) if rule.is_owned), None)
    return Protection(
        shared=shared,
        guards={operation: source for operation, source in guards.items() if source != shared},
        users=users,
        refusals={rule.operation: () if refusing or rule.is_public else REFUSALS for rule in rules.every},
        shared_refusals=REFUSALS if refusing else (),
        owned=frozenset(rule.operation for rule in rules.every if rule.is_owned),
        own_arguments="".join(f", {string_source(role)}" for role in own.roles) if own else "",
    )


def _guard(rule: Rule) -> str:
    """Return the dependency that lets in who may call an operation, nothing where everybody may."""
    if rule.access is Access.ROLE:
        return f"Depends({_role(rule)})"
    return "" if rule.is_public else SIGNED_IN


def _user(rule: Rule) -> str:
    """Return the type of the parameter that is the user who may call an operation."""
    return f"Annotated[User, Depends({_role(rule)})]" if rule.access is Access.ROLE else "CurrentUser"


def _role(rule: Rule) -> str:
    return f"require_role({', '.join(map(string_source, rule.roles))})"


def _key_annotation(resource: ResourceSpec, noun: str) -> str:
    described = f"description={string_source(f'The key of the {noun}.')}"
    if resource.key is KeyType.UUID:
        return f"UUID, Path({described})"
    return f"int, Path(ge=1, le=MAX_INTEGER, {described})"


def _imports(
    context: Build,
    resource: ResourceSpec,
    operations: set[OperationName],
    replace_class: str,
    access: Protection,
) -> dict[str, list[str]]:
    name, project = class_name(resource), context.project
    located = {OperationName.CREATE, OperationName.GET} <= operations
    fastapi = {
        "APIRouter": True,
        "Depends": "Depends(" in access.text,
        "Path": bool(operations & KEYED),
        "Query": OperationName.LIST in operations,
        "Request": located,
        "Response": located,
        "status": bool(operations & {OperationName.CREATE, OperationName.DELETE}),
    }
    schemas = {
        f"{name}Create": OperationName.CREATE in operations,
        f"{name}List": OperationName.LIST in operations,
        f"{name}Query": OperationName.LIST in operations,
        f"{name}Update": OperationName.UPDATE in operations,
        f"{name}Response": bool(operations & RETURNING),
    }
    if OperationName.REPLACE in operations:
        schemas[replace_class] = True
    annotated = bool(operations & (KEYED | {OperationName.LIST})) or "Annotated" in access.text
    standard = ["from typing import Annotated"] if annotated else []
    by_integer = resource.key is KeyType.INTEGER and operations & KEYED
    if resource.key is KeyType.UUID and operations & KEYED:
        standard.append("from uuid import UUID")
    crud_package, _, crud_module = project.module("crud", resource).rpartition(".")
    alias = "" if crud_module == "crud" else " as crud"
    received = ", ".join(sorted(schema for schema, used in schemas.items() if used))
    lines = [
        f"from app.api.dependencies import {', '.join(_dependencies(access))}",
        "from app.core.errors import problems",
        "from app.core.numbers import MAX_INTEGER" if by_integer else "",
        "from app.core.pagination import Page" if OperationName.LIST in operations else "",
        f"from {crud_package} import {crud_module}{alias}",
        f"from {project.module('models', resource)} import {name}"
        if operations & (RETURNING | {OperationName.LIST})
        else "",
        f"from {project.module('models', users_of(context.spec))} import User" if "[User," in access.text else "",
        f"from {project.module('schemas', resource)} import {received}" if received else "",
    ]
    return {
        "standard": standard,
        "fastapi": [imported for imported, used in fastapi.items() if used],
        "local": [line for line in lines if line],
    }


def _dependencies(access: Protection) -> list[str]:
    names = ("CurrentUser", "SessionDep", "current_user", "require_role")
    return [name for name in names if name == "SessionDep" or name in access.text]


def _has_immutable(resource: ResourceSpec) -> bool:
    fields = any(field.immutable and not field.read_only for field in resource.fields)
    return fields or any(relation.immutable for relation in belongs_to(resource))


def _kept(spec: BackendSpec) -> set[str]:
    """Return the resources whose rows others keep from being deleted, plural or singular as the relations say."""
    return {
        relation.target
        for resource in spec.resources
        for relation in belongs_to(resource)
        if relation.on_delete is OnDelete.RESTRICT
    }


def _statuses(resource: ResourceSpec, operation: OperationName, *, referenced: bool) -> list[int]:
    """Return the problems that an operation answers with."""
    fields = [field for field in resource.fields if not field.read_only]
    relations = list(belongs_to(resource))
    if operation in (OperationName.REPLACE, OperationName.UPDATE):
        fields = [field for field in fields if not field.immutable]
        relations = [relation for relation in relations if not relation.immutable]
    conflicts = bool(relations or resource.unique_together or resource.checks or any(f.unique for f in fields))
    if operation is OperationName.LIST:
        return [422]
    if operation is OperationName.CREATE:
        return [400, *([409] if conflicts else []), 413, 422]
    if operation is OperationName.GET:
        return [404, 422]
    if operation is OperationName.DELETE:
        return [404, *([409] if referenced else []), 422]
    return [400, 404, *([409] if conflicts else []), 413, 422]
