"""Who to send where in tests of access, and what must come back."""

from __future__ import annotations

from typing import Any

from backwright.codegen.access_rules import KEYED, REFERRING, PrivateParent, Rule, Rules, rules_of
from backwright.codegen.names import class_name
from backwright.codegen.project import Project
from backwright.spec.access import has_auth
from backwright.spec.model import Access, BackendSpec, OperationName, ResourceSpec

Source = dict[str, Any]
Path = tuple[str, str]
METHODS = {
    OperationName.LIST: "GET",
    OperationName.CREATE: "POST",
    OperationName.GET: "GET",
    OperationName.REPLACE: "PUT",
    OperationName.UPDATE: "PATCH",
    OperationName.DELETE: "DELETE",
}
SENT = {OperationName.CREATE: "body", OperationName.REPLACE: "whole", OperationName.UPDATE: "{}"}
STATUSES = {OperationName.CREATE: 201, OperationName.DELETE: 204}
WHOLE = (OperationName.CREATE, OperationName.REPLACE)
"""The operations whose test needs a second set of values."""
SIGNED_IN = (Access.OWNER, Access.AUTHENTICATED)
NO_CASES: Source = {
    "owner": None,
    "private": [],
    "models": [],
    **dict.fromkeys(
        ("calls", "protected", "by_role", "allowed", "role_calls", "owned", "list_roles", "from_ownership"), ()
    ),
    **dict.fromkeys(("signs_in", "keyed", "own_list", "whole"), False),
    "creators": "",
}


def access_cases(spec: BackendSpec, project: Project, resource: ResourceSpec, rows: int) -> Source:
    """Return the calls to make of a resource's operations and the answers to expect, as source and plain data.

    Args:
        spec: The whole backend.
        project: Where its modules lie.
        resource: The resource whose operations are called.
        rows: How many rows a test may make.
    """
    if not has_auth(spec.service):
        return NO_CASES
    rules = rules_of(spec, resource)
    called = [rule for rule in rules.every if rows > 1 or rule.operation not in WHOLE]
    owned = [rule for rule in called if rule.is_owned and rule.operation in KEYED]
    by_role = [rule for rule in called if rule.access is Access.ROLE]
    allowed = _allowed(called)
    role_calls = [(str(rule.operation), role, _status(rule)) for rule in (*by_role, *owned) for role in rule.roles]
    listed = next((rule for rule in rules.those(OperationName.LIST) if rule.is_owned), None)
    creator = next(iter(rules.those(OperationName.CREATE)), None)
    private = _private(rules, resource, rows)
    tested = bool(allowed or role_calls or owned)
    cases: Source = {
        "owner": rules.owner,
        "resource_name": resource.name,
        "calls": [_call(rule, resource) for rule in called] if tested else (),
        "keyed": any(rule.operation in KEYED for rule in called),
        "whole": tested and any(rule.operation in WHOLE for rule in called),
        "protected": [_path(rule, resource) for rule in rules.every if not rule.is_public],
        "by_role": [_path(rule, resource) for rule in rules.every if rule.access is Access.ROLE],
        "allowed": allowed,
        "role_calls": role_calls,
        "owned": [(str(rule.operation), _status(rule)) for rule in owned],
        "refusal": 403 if rules.is_visible else 404,
        "own_list": listed is not None,
        "list_roles": listed.roles if listed else (),
        "creators": ("role" if creator.access is Access.ROLE else "member") if creator else "",
        "creator": creator.roles[0] if creator and creator.roles else "",
        "private": private,
    }
    return cases | _imports(project, resource, rules, cases)


def _imports(project: Project, resource: ResourceSpec, rules: Rules, cases: Source) -> Source:
    """Return what the tests have to import for these cases."""
    creates = bool(cases["owner"] and cases["creators"])
    member_called = any(caller == "member" for caller, _ in cases["allowed"])
    tested = [parent for parent in cases["private"] if parent["tested"]]
    named = rules.parents if cases["private"] else ()
    others = [parent for parent in named if parent.target.name != resource.name]
    gives_parents = bool(others and (creates or member_called or cases["role_calls"] or cases["owned"] or tested))
    gives_self = any(parent["is_self"] and parent["patches"] for parent in tested)
    gives_own = bool(cases["owned"] or cases["own_list"] or gives_self)
    gives_own = gives_own or bool(rules.owner and any(parent["on_rows"] for parent in tested))
    models = {parent.target.name: parent.target for parent in others} if gives_parents else {}
    if gives_own:
        models[resource.name] = resource
    by_role = cases["creators"] == "role" and creates
    return {
        "from_ownership": [name for name, used in (("give", models), ("user_id_of", creates)) if used],
        "signs_in": bool(cases["role_calls"] or cases["list_roles"] or by_role)
        or any(parent["caller_role"] or (parent["roles"] and parent["posts"]) for parent in tested),
        "models": sorted(f"from {project.module('models', one)} import {class_name(one)}" for one in models.values()),
    }


def _allowed(called: list[Rule]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return who is let in without further conditions, and where."""
    every = {
        "anonymous": [rule for rule in called if rule.is_public],
        "member": [rule for rule in called if rule.access is Access.AUTHENTICATED],
    }
    return [
        (caller, [(str(rule.operation), _status(rule)) for rule in rules]) for caller, rules in every.items() if rules
    ]


def _status(rule: Rule) -> int:
    return STATUSES.get(rule.operation, 200)


def _path(rule: Rule, resource: ResourceSpec) -> Path:
    path = "MISSING_PATH" if rule.operation in KEYED else f"{resource.name.upper()}_PATH"
    return METHODS[rule.operation], path


def _call(rule: Rule, resource: ResourceSpec) -> tuple[str, str, str, str]:
    where = "path" if rule.operation in KEYED else f"{resource.name.upper()}_PATH"
    return str(rule.operation), METHODS[rule.operation], where, SENT.get(rule.operation, "None")


def _private(rules: Rules, resource: ResourceSpec, rows: int) -> list[Source]:
    return [_parent(parent, rules, resource, rows) for parent in rules.parents] if rules.those(*REFERRING) else []


def _parent(parent: PrivateParent, rules: Rules, resource: ResourceSpec, rows: int) -> Source:
    """Return how to try to refer to somebody else's row, and as whom."""
    referring = rules.those(*(REFERRING[:1] if parent.relation.immutable else REFERRING))
    open_to_all = [rule for rule in referring if rule.access in SIGNED_IN]
    role = next((role for rule in referring for role in rule.roles if role not in parent.roles), "")
    tried = open_to_all or [rule for rule in referring if role and role in rule.roles]
    operations = {rule.operation for rule in tried}
    return {
        "name": parent.relation.name,
        "column": parent.column,
        "class_name": class_name(parent.target),
        "target": parent.target.singular,
        "owner": parent.owner,
        "is_self": parent.target.name == resource.name,
        "tested": bool(tried) and rows > 2,  # noqa: PLR2004 - one to move, one to send, one of another
        "caller_role": "" if open_to_all else role,
        "roles": parent.roles,
        "on_rows": bool(operations - {OperationName.CREATE}),
        "posts": OperationName.CREATE in operations,
        "puts": OperationName.REPLACE in operations,
        "patches": OperationName.UPDATE in operations,
    }
