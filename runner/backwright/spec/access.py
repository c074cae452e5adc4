"""Who may call an operation, and whose a row is."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.spec.model import (
    Access,
    ActionSpec,
    BackendSpec,
    OperationName,
    OperationSpec,
    ResourceSpec,
    ServiceSpec,
)

ACCOUNT_RESOURCES = ("users", "refresh_tokens", "password_resets", "api_keys")
"""The tables of accounts, which every backend with authentication keeps for itself."""


def has_auth(service: ServiceSpec) -> bool:
    """Whether anybody signs in."""
    return service.auth.kind != "none"


def access_of(service: ServiceSpec, resource: ResourceSpec, operation: OperationSpec | ActionSpec) -> Access:
    """Return who may call an operation.

    What is not said is for the owner where rows have one, else for everybody who signed in; without authentication
    everything is public. Roles alone (``roles: [admin]``) mean those roles.
    """
    if not has_auth(service):
        return Access.PUBLIC
    if operation.access is not None:
        return operation.access
    if resource.owner is not None:
        return Access.OWNER
    return Access.ROLE if operation.roles else Access.AUTHENTICATED


def owner_column(resource: ResourceSpec) -> str | None:
    """Return the column that holds a row's owner, None where rows belong to nobody."""
    return None if resource.owner is None else f"{resource.owner}_id"


def is_private(service: ServiceSpec, resource: ResourceSpec) -> bool:
    """Whether rows are read by their owners only, and by those who may read all of them."""
    if not has_auth(service) or resource.owner is None:
        return False
    reading = [one for one in resource.operations if one.name in (OperationName.GET, OperationName.LIST)]
    return not {Access.PUBLIC, Access.AUTHENTICATED} & {access_of(service, resource, one) for one in reading}


def roles_used(spec: BackendSpec) -> tuple[str, ...]:
    """Return the roles that the resources name, each once, in the order of the resources."""
    return tuple(dict.fromkeys(role for resource in spec.resources for role in _roles_of(resource)))


def rules(resource: ResourceSpec) -> tuple[OperationSpec | ActionSpec, ...]:
    """Return everything about a resource that somebody may call or not."""
    return (*resource.operations, *resource.actions)


def _roles_of(resource: ResourceSpec) -> Iterator[str]:
    for operation in rules(resource):
        yield from operation.roles


def with_roles(service: ServiceSpec, roles: tuple[str, ...]) -> ServiceSpec:
    """Return the service with these roles beside its own; the same where it has them."""
    every = tuple(dict.fromkeys((*service.auth.roles, *roles)))
    return service.model_copy(update={"auth": service.auth.model_copy(update={"roles": every})})
