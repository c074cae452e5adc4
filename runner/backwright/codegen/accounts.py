"""The tables that authentication needs: users, their refresh tokens, password resets and API keys.

They are resources without operations, so that models and migrations are made for them as for every other table.
"""

from __future__ import annotations

from backwright.codegen.project import Project
from backwright.spec.model import (
    AuthSpec,
    BackendSpec,
    FieldSpec,
    FieldType,
    Format,
    Layout,
    LimitedRoute,
    ListSpec,
    OnDelete,
    RateLimit,
    RelationSpec,
    ResourceSpec,
    ServiceSpec,
)

USERS = "users"
USUAL_ROLE = "user"
"""The role of those who have none of the named ones."""
HASH_LENGTH = 64
"""Hexadecimal digits of SHA-256."""
_OF_SIGNING_IN = {"password_resets", "refresh_tokens"}
_RATE_LIMITS: dict[LimitedRoute, RateLimit] = {
    "login": "5/minute",
    "register": "5/minute",
    "refresh": "30/minute",
    "account": "30/minute",
    "password_reset": "5/minute",
}
_NO_LIST = ListSpec(filters={}, sort=(), search=())


def has_auth(service: ServiceSpec) -> bool:
    """Whether the service knows who calls it."""
    return service.auth.kind != "none"


def has_api_keys(service: ServiceSpec) -> bool:
    """Whether programs may sign in with keys; people who make the keys sign in with a password in any case."""
    return service.auth.kind == "api_key" or (has_auth(service) and service.auth.api_keys)


def rate_limits(service: ServiceSpec) -> dict[str, str]:
    """Return how often each route of authentication may be called by one address, by the name of its setting."""
    said = service.auth.rate_limits
    routes = [route for route in _RATE_LIMITS if route != "register" or service.auth.registration]
    limits = {route: said.get(route, _RATE_LIMITS[route]) for route in routes}
    return {"recovery" if route == "password_reset" else str(route): limit for route, limit in limits.items()}


def account_resources(service: ServiceSpec) -> tuple[ResourceSpec, ...]:
    """Return the tables of authentication, none where the service has none."""
    if not has_auth(service):
        return ()
    keys = (_api_keys(),) if has_api_keys(service) else ()
    return (*keys, _password_resets(), _refresh_tokens(), _users(service.auth))


def with_accounts(spec: BackendSpec) -> BackendSpec:
    """Return a spec with the tables of authentication among its resources, and owners among their relations.

    A spec that has been through this comes back as it is.
    """
    accounts = account_resources(spec.service)
    names = {resource.name for resource in accounts}
    own = [_with_owner(resource) for resource in spec.resources if resource.name not in names]
    return spec.model_copy(update={"resources": tuple(sorted([*accounts, *own], key=lambda it: it.name))})


def models_module(project: Project, service: ServiceSpec, resource: ResourceSpec) -> str:
    """Return the dotted module of a table; by feature, the tables of signing in lie in one module."""
    if has_auth(service) and project.layout is Layout.FEATURE and resource.name in _OF_SIGNING_IN:
        return f"{project.package}.features.auth.models"
    return project.module("models", resource)


def owner_relation(resource: ResourceSpec) -> RelationSpec | None:
    """Return the relation to the user whom a row belongs to, None where rows belong to nobody."""
    if resource.owner is None:
        return None
    return RelationSpec(name=resource.owner, target=USERS, on_delete=OnDelete.CASCADE, immutable=True)


def _with_owner(resource: ResourceSpec) -> ResourceSpec:
    relation = owner_relation(resource)
    if relation is None or any(there.name == relation.name for there in resource.relations):
        return resource
    return resource.model_copy(update={"relations": (*resource.relations, relation)})


def _table(name: str, singular: str, description: str, *fields: FieldSpec, timestamps: bool = False) -> ResourceSpec:
    users = RelationSpec(name="user", target=USERS, on_delete=OnDelete.CASCADE)
    return ResourceSpec(
        name=name,
        singular=singular,
        description=description,
        fields=fields,
        relations=() if name == USERS else (users,),
        operations=(),
        list=_NO_LIST,
        timestamps=timestamps,
    )


def _users(auth: AuthSpec) -> ResourceSpec:
    roles = (USUAL_ROLE, *(role for role in auth.roles if role != USUAL_ROLE))
    role = FieldSpec(name="role", enum=roles, required=False, default=USUAL_ROLE)
    return _table(
        USERS,
        "user",
        "Somebody who can sign in.",
        FieldSpec(name="email", format=Format.EMAIL, unique=True),
        FieldSpec(name="password_hash"),
        _boolean("is_active", default=True),
        _boolean("is_superuser", default=False),
        *((role,) if auth.roles else ()),
        _count("failed_login_count"),
        _moment("locked_until", required=False),
        _count("token_version"),
        *auth.profile,
        timestamps=True,
    )


def _refresh_tokens() -> ResourceSpec:
    return _table(
        "refresh_tokens",
        "refresh_token",
        "A token that buys the next one of its family (one sign-in), once.",
        _hash("token_hash"),
        FieldSpec(name="family", format=Format.UUID, index=True),
        _moment("expires_at"),
        _moment("used_at", required=False),
        _moment("revoked_at", required=False),
    )


def _password_resets() -> ResourceSpec:
    return _table(
        "password_resets",
        "password_reset",
        "What was sent to a user who forgot the password; deleted when used.",
        _hash("token_hash"),
        _moment("expires_at"),
    )


def _api_keys() -> ResourceSpec:
    return _table(
        "api_keys",
        "api_key",
        "A key with which a program acts for a user.",
        FieldSpec(name="name", max_length=100),
        FieldSpec(name="prefix", max_length=12),
        _hash("key_hash"),
        _moment("expires_at", required=False),
        _moment("last_used_at", required=False),
        _moment("revoked_at", required=False),
        timestamps=True,
    )


def _hash(name: str) -> FieldSpec:
    return FieldSpec(name=name, max_length=HASH_LENGTH, unique=True)


def _moment(name: str, *, required: bool = True) -> FieldSpec:
    return FieldSpec(name=name, format=Format.DATE_TIME, required=required)


def _boolean(name: str, *, default: bool) -> FieldSpec:
    return FieldSpec(name=name, type=FieldType.BOOLEAN, required=False, default=default)


def _count(name: str) -> FieldSpec:
    return FieldSpec(name=name, type=FieldType.INTEGER, required=False, default=0)
