"""What is said of who may call what, of which operations there are, and of whose rows are."""

from __future__ import annotations

from backwright.errors import NotFound
from backwright.naming import snake
from backwright.spec.language.clauses import (
    Allow,
    Deny,
    Endpoint,
    Offer,
    OneOf,
    OnlyThese,
    Owned,
    ProtectAdmin,
    Setting,
    Who,
)
from backwright.spec.language.draft import Draft, access_of_who
from backwright.spec.language.nouns import many_of, name_of
from backwright.spec.language.settings import apply_setting
from backwright.spec.language.tokens import Misread
from backwright.spec.model import Access, ActionSpec, OperationName, OperationSpec, ResourceSpec

Op = OperationName
_OWNER = Who(frozenset({"owner"}))
_READ = (Op.LIST, Op.GET)
EVERYTHING = ("*",)
"""Stands for every resource, as in ``accesses``."""


def _targets(draft: Draft, subject: tuple[str, ...], *, broad: bool = False) -> list[ResourceSpec]:
    """Return the resources that are meant: the one that is named, or was before; else those that are new."""
    if subject and subject != EVERYTHING:
        resource = draft.named(subject)
        draft.focus = draft.accessed = resource.name
        return [resource]
    if not subject and not broad and draft.accessed and draft.accessed == draft.focus:
        return [draft.at_hand()]
    if draft.focus_is_said and draft.focus and draft.focus not in draft.new and not subject:
        return [draft.at_hand()]
    fresh = [draft.named((name,)) for name in draft.new if draft.spec.resource(name) is not None]
    return fresh or (list(draft.spec.resources) if subject and draft.spec.resources else [draft.at_hand()])


def apply_allow(draft: Draft, clause: Allow) -> None:
    """Let these call these operations."""
    _need_auth(draft, clause)
    if clause.narrow and draft.endpoint is not None and not clause.subject:
        _allow_endpoint(draft, clause, *draft.endpoint)
        return
    loose = clause.loose and not clause.subject and not draft.focus
    broad = (clause.everything or clause.rest) and not clause.it
    for resource in _targets(draft, EVERYTHING if loose else clause.subject, broad=broad):
        operations = draft.operations(resource.name)
        wanted = (
            tuple(operations)
            if clause.everything
            else tuple(name for name in operations if (resource.name, name) not in draft.said_access)
            if clause.rest
            else clause.operations
        )
        for name in wanted:
            if name not in operations:
                if not _is_offered(draft, clause, resource, name):
                    continue
                operations[name] = OperationSpec(name=name)
            operations[name] = operations[name].model_copy(
                update=_access(draft, clause, resource.name, operations[name])
            )
            _note(draft, clause, (resource.name, name))
        draft.set_operations(resource.name, operations)
        if "owner" in clause.who.kinds:
            _own(draft, resource.name)


def _is_offered(draft: Draft, clause: Allow, resource: ResourceSpec, name: Op) -> bool:
    """Whether to say who may call an operation also offers it."""
    return (
        bool(clause.operations)
        and not clause.everything
        and name not in (Op.REPLACE, Op.UPDATE)
        and len(clause.operations) == 1
        and resource.name not in draft.limited
    )


def _access(draft: Draft, clause: Allow, owner: str, before: OperationSpec) -> dict[str, object]:
    """Return who may call an operation, after what was said before: more may where nothing says that only these may."""
    place = (owner, before.name)
    who = clause.who
    if place not in draft.said_access:
        shares = owner in draft.owned and who.kinds == {"role"} and not clause.only and before.name is not Op.CREATE
        return access_of_who(who.joined(_OWNER) if shares else who, None)
    is_narrow = before.access in (Access.ROLE, Access.OWNER)
    if clause.only and not clause.everything:
        return access_of_who(who, None)
    if who.kinds & {"public", "authenticated"}:
        keeps = clause.everything and before.access in (
            Access.PUBLIC,
            *(() if "public" in who.kinds else (Access.AUTHENTICATED,)),
        )
        return {} if keeps or (clause.everything and place in draft.exclusive) else access_of_who(who, None)
    if not is_narrow:
        return {} if clause.everything else access_of_who(who, None)
    there = Who(frozenset({"owner"} if before.access is Access.OWNER else {"role"}), before.roles)
    return access_of_who(there.joined(who), None)


def _note(draft: Draft, clause: Allow, place: tuple[str, Op]) -> None:
    draft.said_access.add(place)
    if clause.only and not clause.everything:
        draft.exclusive.add(place)


def _allow_endpoint(draft: Draft, clause: Allow, name: str, names: tuple[OperationName, ...], action: str) -> None:
    resource = draft.named((name,))
    values = access_of_who(clause.who, None)
    if action:
        actions = tuple(one.model_copy(update=values) if one.name == action else one for one in resource.actions)
        draft.update(name, actions=actions)
    operations = draft.operations(name)
    for one in names:
        if one in operations:
            operations[one] = operations[one].model_copy(update=values)
            draft.said_access.add((name, one))
    draft.set_operations(name, operations)
    if "owner" in clause.who.kinds:
        _own(draft, name)


def _need_auth(draft: Draft, clause: Allow) -> None:
    """Turn authentication on where a rule needs it; keep the roles that are named."""
    who = clause.who
    if who.roles:
        apply_setting(draft, Setting("roles", who.roles))
    auth = draft.spec.service.auth
    if who.kinds != frozenset({"public"}) and auth.kind == "none":
        draft.assume("authentication is turned on (jwt), since it is said who may do what")
        apply_setting(draft, Setting("auth", "jwt"))


def _own(draft: Draft, name: str) -> None:
    resource = draft.named((name,))
    if resource.owner is None:
        draft.update(name, owner="user")
        draft.assume(f"each of {name} belongs to the user who created it")


def apply_owned(draft: Draft, clause: Owned) -> None:
    """Let rows belong to the signed-in user."""
    if draft.spec.service.auth.kind == "none":
        draft.assume("authentication is turned on (jwt), since rows belong to users")
        apply_setting(draft, Setting("auth", "jwt"))
    for resource in _targets(draft, clause.subject) if clause.subject or draft.focus_is_said else [draft.at_hand()]:
        _own(draft, resource.name)
        draft.owned.add(resource.name)
        operations = draft.operations(resource.name)
        for name, before in operations.items():
            place = (resource.name, name)
            if (
                name in (clause.operations or _READ)
                and before.access is Access.ROLE
                and place in draft.said_access - draft.exclusive
            ):
                operations[name] = before.model_copy(update={"access": Access.OWNER})
        draft.set_operations(resource.name, operations)


def apply_offer(draft: Draft, clause: Offer) -> None:
    """Let a resource have only these operations, or all but these."""
    for resource in _targets(draft, clause.subject):
        there = draft.operations(resource.name)
        if clause.without:
            if Op.REPLACE in clause.operations and Op.UPDATE not in clause.operations and len(clause.operations) == 1:
                pass
            kept = {name: operation for name, operation in there.items() if name not in clause.operations}
        elif clause.adds or resource.name in draft.limited:
            kept = {**there, **{name: there.get(name, OperationSpec(name=name)) for name in clause.operations}}
        else:
            kept = {name: there.get(name, OperationSpec(name=name)) for name in clause.operations}
            draft.limited.add(resource.name)
        if not kept:
            raise Misread([str(name) for name in clause.operations], f"{resource.name} would have no operations")
        draft.set_operations(resource.name, kept)


def apply_endpoint(draft: Draft, clause: Endpoint) -> None:
    """Let there be one endpoint: an operation of a resource, an action, or routes below another resource."""
    parts = [part for part in clause.path.split("/") if part]
    names = [part for part in parts if not part.startswith(("{", ":", "<"))]
    is_parameter = [part.startswith(("{", ":", "<")) for part in parts]
    if is_parameter[:3] == [False, True, False]:
        _below(draft, clause, names)
        return
    if is_parameter not in ([False], [False, True]):
        raise NotFound(
            f"{clause.path} is not a path that can be built",
            candidates=("Paths are /products, /products/{id}, /orders/{id}/cancel and /posts/{id}/comments.",),
        )
    _standard(draft, clause, names[0].replace("-", "_"), single=any(is_parameter))


def _standard(draft: Draft, clause: Endpoint, word: str, *, single: bool) -> None:
    methods = {
        "get": Op.GET if single else Op.LIST,
        "post": Op.CREATE,
        "put": Op.REPLACE,
        "patch": Op.UPDATE,
        "delete": Op.DELETE,
    }
    operations = tuple(methods[method] for method in clause.methods)
    resource = draft.find((word,))
    if resource is None or (resource.name in draft.new and resource.name not in draft.limited):
        name = (resource or _declare_path(draft, word)).name
        draft.set_operations(name, {one: OperationSpec(name=one) for one in operations})
        draft.limited.add(name)
    else:
        name = resource.name
        there = draft.operations(name)
        if all(one in there for one in operations):
            draft.assume(f"{', '.join(method.upper() for method in clause.methods)} {clause.path} is there already")
        draft.set_operations(name, {**{one: OperationSpec(name=one) for one in operations}, **there})
    draft.focus = name
    draft.endpoint = (name, operations, "")


def _declare_path(draft: Draft, word: str) -> ResourceSpec:
    return draft.declare((word,))


def _below(draft: Draft, clause: Endpoint, names: list[str]) -> None:
    owner = draft.named((names[0].replace("-", "_"),)) if draft.find((names[0].replace("-", "_"),)) else None
    last = names[-1].replace("-", "_")
    child = draft.find((last,))
    if child is not None and child.name != (owner.name if owner else ""):
        draft.update(child.name, nested_under=(owner or draft.named((names[0],))).name)
        draft.focus = child.name
        draft.endpoint = (child.name, (), "")
        return
    if owner is None:
        owner = draft.named((many_of(names[0].replace("-", "_")),))
    if clause.methods != ("post",):
        raise NotFound(f"there is no resource {last}", candidates=(f"An action is POST {clause.path}.",))
    name = snake(last)
    if not any(one.name == name for one in owner.actions):
        draft.update(owner.name, actions=(*owner.actions, ActionSpec(name=name)))
    draft.focus = owner.name
    draft.endpoint = (owner.name, (), name)


def apply_one_of(draft: Draft, clause: OneOf) -> None:
    """Let there be one endpoint by what it does."""
    word = name_of(clause.subject)
    resource = draft.find((word,))
    if resource is None or (resource.name in draft.new and resource.name not in draft.limited):
        name = (resource or draft.declare((word,))).name
        draft.set_operations(name, {one: OperationSpec(name=one) for one in clause.operations})
        draft.limited.add(name)
    else:
        name = resource.name
        there = draft.operations(name)
        if all(one in there for one in clause.operations):
            draft.assume(f"{name} have {', '.join(clause.operations)} already")
        draft.set_operations(name, {**{one: OperationSpec(name=one) for one in clause.operations}, **there})
    draft.focus = name
    draft.endpoint = (name, clause.operations, "")


def apply_deny(draft: Draft, clause: Deny) -> None:
    """Leave these out of those who may call the operations.

    Raises:
        Misread: everybody may who is signed in, and a role cannot be left out of them.
    """
    for resource in _targets(draft, clause.subject):
        operations = draft.operations(resource.name)
        for name in clause.operations:
            before = operations.get(name)
            if before is None:
                continue
            if clause.who.kinds == {"authenticated"}:
                if before.access not in (Access.ROLE, Access.OWNER):
                    del operations[name]
                continue
            if before.access not in (Access.ROLE, Access.OWNER):
                raise Misread(
                    [*clause.who.roles, "not", str(name)], f"say who may: only admins can {name} {resource.name}"
                )
            kept = tuple(role for role in before.roles if role not in clause.who.roles)
            operations[name] = before.model_copy(update={"roles": kept})
        draft.set_operations(resource.name, operations)


def apply_only_these(draft: Draft, _clause: OnlyThese) -> None:
    """Take away the operations of a new resource that were not spoken of, where some were."""
    if not draft.focus:
        return
    resource = draft.at_hand()
    said = {name for owner, name in draft.said_access if owner == resource.name}
    if said and resource.name in draft.new and resource.name not in draft.limited:
        operations = draft.operations(resource.name)
        draft.set_operations(resource.name, {name: one for name, one in operations.items() if name in said})


def apply_protect_admin(draft: Draft, _clause: ProtectAdmin) -> None:
    """Let only a role change and delete what everybody may read."""
    roles = draft.spec.service.auth.roles
    role = draft.ask(
        "which role may use the admin endpoints?",
        (*roles, "admin"),
        "admin" if "admin" in roles or not roles else roles[0],
    )
    draft.assume(f"the admin endpoints are those that write; only the role {role} may call them")
    apply_allow(draft, Allow(Who(frozenset({"role"}), (role,)), (Op.CREATE, Op.REPLACE, Op.UPDATE, Op.DELETE)))
