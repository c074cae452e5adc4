"""What is wrong with who may do what: rules nobody can keep, roles nobody has, names that accounts need."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.finding import Severity
from backwright.naming import words
from backwright.spec.access import ACCOUNT_RESOURCES, access_of, has_auth, is_private, rules
from backwright.spec.model import (
    Access,
    ActionSpec,
    BackendSpec,
    OperationName,
    OperationSpec,
    ResourceSpec,
    ServiceSpec,
)
from backwright.spec.problem import Problem, error

SERVICE = "service"
REFERRING = (OperationName.CREATE, OperationName.REPLACE, OperationName.UPDATE)
READING = (OperationName.LIST, OperationName.GET)
BUILT_IN_ROLE = "user"
"""The role of everybody who has no other."""
_ACCOUNT_WORDS = frozenset({*ACCOUNT_RESOURCES, "user", "refresh_token", "password_reset", "api_key", "auth", "auths"})
_USER_ATTRIBUTES = frozenset(
    {"id", "created_at", "updated_at", "email", "password", "password_hash", "is_active", "is_superuser", "role"}
    | {"failed_login_count", "locked_until", "token_version", "new_password", "current_password", "token", "user"}
)


def access_problems(spec: BackendSpec) -> Iterator[Problem]:
    """Yield what is wrong with authentication, access rules and ownership."""
    yield from _of_auth(spec.service)
    for resource in spec.resources:
        yield from _of_owner(resource, spec.service)
        for operation in rules(resource):
            yield from _of_rule(operation, resource, spec.service)
        if has_auth(spec.service):
            yield from _of_creating(resource, spec.service)
            yield from _of_parents(resource, spec)


def _of_auth(service: ServiceSpec) -> Iterator[Problem]:
    auth = service.auth
    if not has_auth(service):
        said = [
            name for name in type(auth).model_fields if getattr(auth, name) != type(auth).model_fields[name].default
        ]
        if said:
            yield error(SERVICE, "SPEC180", f"{', '.join(said)} need authentication", "write auth: {kind: jwt, …}")
        return
    for role in dict.fromkeys(auth.roles):
        if auth.roles.count(role) > 1:
            yield error(SERVICE, "SPEC181", f"the role {role} is there twice")
    if BUILT_IN_ROLE in auth.roles:
        yield error(SERVICE, "SPEC182", f"everybody has the role {BUILT_IN_ROLE} already", "leave it out")
    for field in auth.profile:
        if field.name in _USER_ATTRIBUTES:
            yield error(SERVICE, "SPEC183", f"users have {field.name} already", "leave it out of auth.profile")


def _of_owner(resource: ResourceSpec, service: ServiceSpec) -> Iterator[Problem]:
    if has_auth(service) and {resource.name, resource.singular} & _ACCOUNT_WORDS:
        message = "accounts keep this name for themselves"
        yield error(resource.name, "SPEC184", message, "choose another name; fields of users go to auth.profile")
    if resource.owner is not None and not has_auth(service):
        yield error(resource.name, "SPEC185", "rows belong to users, and nobody signs in", "write auth: jwt")


def _of_creating(resource: ResourceSpec, service: ServiceSpec) -> Iterator[Problem]:
    made = [one for one in resource.operations if one.name is OperationName.CREATE]
    if resource.owner is not None and any(access_of(service, resource, one) is Access.PUBLIC for one in made):
        message = "create is public, and rows belong to who creates them"
        yield error(resource.name, "SPEC191", message, "let those create who signed in")


def _of_parents(resource: ResourceSpec, spec: BackendSpec) -> Iterator[Problem]:
    """Yield where rows that only their owners see could be referred to by anybody, or seen through others."""
    access = {one.name: access_of(spec.service, resource, one) for one in resource.operations}
    for relation in resource.relations:
        target = spec.resource(relation.target)
        if target is None or not is_private(spec.service, target):
            continue
        at, noun = f"{resource.name}.{relation.name}", words(target.name)
        public = [name for name in REFERRING if access.get(name) is Access.PUBLIC]
        if public:
            message = f"{public[0]} is public, and only their owners see {noun}"
            yield error(at, "SPEC192", message, f"let those {public[0]} who signed in")
        elif {Access.PUBLIC, Access.AUTHENTICATED} & {access[name] for name in READING if name in access}:
            message = f"only their owners see {noun}, but others see these {words(resource.name)} of them"
            yield at, "SPEC193", Severity.WARNING, message, "write owner: user here too, if they are private"


def _of_rule(operation: OperationSpec | ActionSpec, resource: ResourceSpec, service: ServiceSpec) -> Iterator[Problem]:
    at, access = resource.name, operation.access
    if not has_auth(service):
        if access not in (None, Access.PUBLIC) or operation.roles:
            yield error(at, "SPEC186", f"{operation.name} has a rule of access, and nobody signs in", "write auth: jwt")
        return
    for role in operation.roles:
        if role not in service.auth.roles:
            fix = f"add it to auth.roles in service.yaml: roles: [{', '.join((*service.auth.roles, role))}]"
            yield error(at, "SPEC187", f"{operation.name} needs the role {role}, which nobody can have", fix)
    if access is Access.OWNER and resource.owner is None:
        yield error(at, "SPEC188", f"{operation.name} is for the owner, and rows have none", "write owner: user")
    if access is Access.ROLE and not operation.roles:
        yield error(at, "SPEC189", f"{operation.name} is for a role, and none is named", "write the roles: [admin]")
    if access in (Access.PUBLIC, Access.AUTHENTICATED) and operation.roles:
        yield error(at, "SPEC190", f"{operation.name} is {access}, so its roles mean nothing", "say one of both")
