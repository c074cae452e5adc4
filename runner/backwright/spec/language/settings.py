"""What is said of the service, of lists, and of a resource's switches, as settings of the spec."""

from __future__ import annotations

from typing import Any

from backwright.errors import BadInput, NotFound
from backwright.spec.apply import members
from backwright.spec.conventions import new_service
from backwright.spec.language.clauses import Listing, Noun, Option, Profile, Setting
from backwright.spec.language.completing import add_usual
from backwright.spec.language.draft import Draft, member_name
from backwright.spec.language.fields import field_of
from backwright.spec.language.nouns import name_of
from backwright.spec.language.said import Said
from backwright.spec.model import (
    Access,
    FilterOperator,
    OperationName,
    Pagination,
    RelationSpec,
    ResourceSpec,
    ServiceSpec,
)

_MOST_ON_A_PAGE = 10_000


def apply_setting(draft: Draft, clause: Setting) -> None:
    """Set one thing of the service.

    Raises:
        BadInput: it is decided when a backend is created, and this one has resources already.
    """
    service = draft.spec.service
    value: Any = clause.value
    if clause.name in ("layout",) and draft.start.resources and service.layout != value:
        raise BadInput("the layout is decided when a backend is created; this one has resources already")
    if clause.name == "without_auth" and draft.endpoint is not None and draft.start.service.auth.kind != "none":
        _open_endpoint(draft, *draft.endpoint)
    elif clause.name == "without_auth":
        if draft.endpoint is not None:
            _open_endpoint(draft, *draft.endpoint)
        if draft.start.resources and draft.start.service.auth.kind != "none" and draft.new:
            raise BadInput(
                "people sign in to this backend, also for what is added",
                hint="Say who may call it: make products public. Or: remove authentication.",
            )
        apply_setting(draft, Setting("auth", "none"))
    elif clause.name == "name":
        _named(draft, str(value))
    elif clause.name == "health":
        draft.assume("a health check is there in every backend, at /health")
    elif clause.name == "default_access":
        _default_access(draft, str(value))
    elif clause.name == "rate_limit":
        _rate_limit(draft, *value)
    elif clause.name in ("auth", "cookie", "roles", "register"):
        draft.spec = draft.spec.model_copy(update={"service": _auth(draft, service, clause.name, value)})
    elif clause.name == "cors_origins":
        origins = tuple(dict.fromkeys((*service.cors_origins, *value)))
        draft.spec = draft.spec.model_copy(update={"service": service.model_copy(update={"cors_origins": origins})})
    else:
        draft.spec = draft.spec.model_copy(update={"service": service.model_copy(update={clause.name: value})})


def _open_endpoint(draft: Draft, name: str, names: tuple[OperationName, ...], action: str) -> None:
    """Let everybody call the endpoint that was spoken of: ``POST /feedback with text, no login needed``."""
    update = {"access": Access.PUBLIC, "roles": ()}
    resource = draft.named((name,))
    draft.update(
        name,
        operations=tuple(o.model_copy(update=update) if o.name in names else o for o in resource.operations),
        actions=tuple(one.model_copy(update=update) if one.name == action else one for one in resource.actions),
    )


def _named(draft: Draft, name: str) -> None:
    fitting = new_service(name, draft.conventions).name
    service = draft.spec.service
    if draft.start.resources and service.name != fitting:
        raise BadInput("the name of a service is decided when it is created; this one has resources already")
    draft.spec = draft.spec.model_copy(update={"service": service.model_copy(update={"name": fitting})})


def _auth(draft: Draft, service: ServiceSpec, name: str, value: Any) -> ServiceSpec:  # noqa: ANN401 - each setting has its own type
    auth = service.auth
    if name == "auth":
        if (
            value == "none"
            and (auth.roles or any(r.owner for r in draft.spec.resources))
            and not draft.start.service.auth.roles
            and draft.start.service.auth.kind == "none"
        ):
            raise BadInput("it is said to be without authentication, and who may do what")
        update: dict[str, Any] = {"kind": value}
        if value == "none":
            update |= {
                "cookie": False,
                "roles": (),
                "registration": True,
                "profile": (),
                "rate_limits": {},
                "api_keys": False,
            }
        elif value == "jwt" and auth.kind == "api_key" and draft.start.service.auth.kind != "api_key":
            update = {"kind": "jwt", "api_keys": True}
        return service.model_copy(update={"auth": auth.model_copy(update=update)})
    if name == "roles":
        return _with(service, roles=tuple(dict.fromkeys((*auth.roles, *value))))
    return _with(service, **{"registration" if name == "register" else name: value})


def _with(service: ServiceSpec, **update: object) -> ServiceSpec:
    if service.auth.kind == "none":
        update["kind"] = "jwt"
    return service.model_copy(update={"auth": service.auth.model_copy(update=update)})


def _default_access(draft: Draft, access: str) -> None:
    if access == "public":
        for resource in draft.spec.resources:
            draft.update(
                resource.name,
                operations=tuple(
                    one.model_copy(update={"access": Access.PUBLIC, "roles": ()}) for one in resource.operations
                ),
            )
        return
    if draft.spec.service.auth.kind == "none":
        apply_setting(draft, Setting("auth", "jwt"))
    draft.assume("everything needs a login, since nothing else is said of it")


def _rate_limit(draft: Draft, route: str, limit: str) -> None:
    service = draft.spec.service
    if route == "all":
        draft.spec = draft.spec.model_copy(update={"service": service.model_copy(update={"rate_limit": limit})})
        return
    limits = dict(service.auth.rate_limits) | {route: limit}
    draft.spec = draft.spec.model_copy(update={"service": _with(service, rate_limits=limits)})


def apply_profile(draft: Draft, clause: Profile) -> None:
    """Give accounts more fields."""
    service = draft.spec.service
    there = {field.name: field for field in service.auth.profile}
    for said in clause.members:
        field = field_of(said, draft.conventions)
        there[field.name] = field
    draft.spec = draft.spec.model_copy(update={"service": _with(service, profile=tuple(there.values()))})


def apply_option(draft: Draft, clause: Option) -> None:
    """Set a switch of a resource: of the one that was named, of those that are new, or of the one at hand."""
    if clause.name == "nested_under":
        parent = draft.named((str(clause.value),))
        child = draft.named(clause.subject)
        if not any(relation.target == parent.name for relation in child.relations):
            draft.add_member(child.name, RelationSpec(name=parent.singular, target=parent.name))
        draft.update(child.name, nested_under=parent.name)
        draft.focus = child.name
        return
    targets = (
        [draft.named(clause.subject)]
        if clause.subject
        else [draft.named((name,)) for name in draft.new] or [draft.at_hand()]
    )
    for resource in targets:
        if clause.name == "key" and resource.name not in draft.new and resource.key != clause.value:
            raise BadInput(f"the key of {resource.name} is decided when it is created")
        draft.update(resource.name, **{clause.name: clause.value})
        draft.focus = resource.name if clause.subject else draft.focus


def apply_listing(draft: Draft, clause: Listing) -> None:
    """Say what a list offers; a field that a new resource does not have yet is added to it."""
    resource = _listed(draft, clause)
    spec = resource.list
    update: dict[str, Any] = {}
    if clause.filters:
        named = {
            _column(draft, resource.name, noun): operators or (FilterOperator.EQ,) for noun, operators in clause.filters
        }
        update["filters"] = {**(spec.filters or {}), **named}
    for key, nouns in (("sort", clause.sort), ("search", clause.search)):
        if nouns:
            names = tuple(_column(draft, resource.name, noun) for noun in nouns)
            update[key] = tuple(dict.fromkeys((*(getattr(spec, key) or ()), *names)))
    update |= _pages(clause, resource)
    current = draft.named((resource.name,))
    draft.update(resource.name, list=current.list.model_copy(update=update))
    draft.focus = resource.name


def _pages(clause: Listing, resource: ResourceSpec) -> dict[str, Any]:
    update: dict[str, Any] = {}
    spec = resource.list
    if clause.pagination:
        update["pagination"] = Pagination(clause.pagination)
    size, most = clause.page_size, clause.max_page_size
    for number in (size, most):
        if number is not None and not 1 <= number <= _MOST_ON_A_PAGE:
            raise BadInput("a page has 1 to 1,000 items")
    if size is not None:
        update |= {"page_size": size, "max_page_size": max(size, spec.max_page_size)}
    if most is not None:
        update |= {"max_page_size": most, "page_size": min(size or spec.page_size, most)}
    return update


def _listed(draft: Draft, clause: Listing) -> ResourceSpec:
    if clause.subject:
        return draft.named(clause.subject)
    nouns = [noun for noun, _ in clause.filters] + [*clause.sort, *clause.search]
    if not nouns:
        return draft.at_hand()
    focused = draft.spec.resource(draft.focus) if draft.focus else None
    if focused is not None:
        return focused
    fitting = [
        one for one in draft.spec.resources if all(member_name(one, name_of(noun)) in members(one) for noun in nouns)
    ]
    return fitting[0] if len(fitting) == 1 else draft.at_hand()


def _column(draft: Draft, owner: str, noun: Noun) -> str:
    """Return the column a list is filtered or sorted by.

    Raises:
        NotFound: a resource that is there has no such field.
    """
    resource = draft.named((owner,))
    name = member_name(resource, name_of(noun))
    there = members(resource).get(name)
    if there is None and name in (
        "created_at",
        "updated_at",
        "id",
        "date",
        "created",
        "newest",
        "creation_date",
        "creation_time",
    ):
        return (
            "created_at"
            if name in ("created", "newest", "creation_date", "creation_time")
            or (name == "date" and resource.timestamps)
            else name
        )
    if there is None:
        if owner not in draft.new:
            raise NotFound(
                f"{owner} has no field {name}",
                candidates=(f"The fields of {owner} are {', '.join(members(resource))}.",),
            )
        _add_listed(draft, owner, name)
        there = members(draft.named((owner,)))[name]
    return f"{name}_id" if isinstance(there, RelationSpec) else name


def _add_listed(draft: Draft, owner: str, name: str) -> None:
    field = field_of(Said(name=[name]), draft.conventions)
    if owner in draft.fieldless:
        add_usual(draft, draft.named((owner,)))
    if name not in members(draft.named((owner,))):
        draft.add_member(owner, field)
        draft.assume(f"{owner} have {name}, since the list is filtered or sorted by it")
