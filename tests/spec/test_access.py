from __future__ import annotations

import pytest
from backwright.spec.access import access_of, owner_column, roles_used, with_roles
from backwright.spec.apply import apply_change
from backwright.spec.check import check
from backwright.spec.difference import difference
from backwright.spec.model import Access, BackendSpec, OperationSpec
from backwright.spec.yaml import read_spec, write_spec

ADMIN = "auth: {kind: jwt, roles: [admin]}\n"


def spec(resource: str, service: str = ADMIN, name: str = "tasks") -> BackendSpec:
    files = {"service.yaml": f"name: shop\n{service}".encode(), f"{name}.yaml": resource.encode()}
    return read_spec(files)


def codes(resource: str, service: str = ADMIN, name: str = "tasks") -> list[str]:
    return [finding.code for finding in check(spec(resource, service, name))]


@pytest.mark.parametrize(
    ("service", "resource", "code"),
    [
        ("auth: {kind: none, roles: [admin]}\n", "fields: {a: string}\n", "SPEC180"),
        ("auth: {kind: jwt, roles: [admin, admin]}\n", "fields: {a: string}\n", "SPEC181"),
        ("auth: {kind: jwt, roles: [user]}\n", "fields: {a: string}\n", "SPEC182"),
        ("auth: {kind: jwt, profile: {email: email}}\n", "fields: {a: string}\n", "SPEC183"),
        ("auth: {kind: jwt, profile: {bio: integer = x}}\n", "fields: {a: string}\n", "SPEC140"),
        ("", "owner: user\n", "SPEC185"),
        ("", "operations: {list: public, delete: authenticated}\n", "SPEC186"),
        ("", "operations: {delete: [admin]}\n", "SPEC186"),
        (ADMIN, "operations: {delete: [boss]}\n", "SPEC187"),
        (ADMIN, "operations: {delete: owner}\n", "SPEC188"),
        (ADMIN, "operations: {delete: role}\n", "SPEC189"),
        (ADMIN, "operations: {delete: {access: public, roles: [admin]}}\n", "SPEC190"),
        (ADMIN, "owner: user\noperations: {create: public}\n", "SPEC191"),
        (ADMIN, "fields: {pin: {type: string, writeOnly: true}}\nlist: {sort: [pin]}\n", "SPEC123"),
        (ADMIN, "owner: user\nfields: {user_id: integer}\n", "SPEC115"),
        (ADMIN, "owner: author\nfields: {author: string, author_id: integer}\n", "SPEC115"),
    ],
)
def test_a_rule_that_cannot_be_kept_has_a_code(service: str, resource: str, code: str) -> None:
    assert code in codes(resource, service)


def test_names_of_accounts_are_free_without_authentication_only() -> None:
    assert codes("fields: {a: string}\n", "", "users") == []
    assert codes("fields: {a: string}\n", "auth: jwt\n", "users") == ["SPEC184"]
    assert codes("fields: {a: string}\n", "auth: jwt\n", "refresh_tokens") == ["SPEC184"]


def test_rules_that_can_be_kept_are_sound() -> None:
    rules = (
        "owner: user\noperations: {list: public, get: null, update: {access: owner, roles: [admin]}, delete: [admin]}\n"
    )
    assert codes(rules) == []
    assert codes("operations: {list: public}\n", "") == []


def test_what_is_not_said_follows_from_the_service_and_the_owner() -> None:
    without = spec("fields: {a: string}\n", "")
    signed_in = spec("operations: {list: public, get: null, delete: {roles: [admin]}}\n")
    owned = spec("owner: author\noperations: {list: public, get: null, delete: {access: owner, roles: [admin]}}\n")

    def found(given: BackendSpec) -> list[Access]:
        (resource,) = given.resources
        return [access_of(given.service, resource, operation) for operation in resource.operations]

    assert set(found(without)) == {Access.PUBLIC}
    assert found(signed_in) == [Access.PUBLIC, Access.AUTHENTICATED, Access.ROLE]
    assert found(owned) == [Access.PUBLIC, Access.OWNER, Access.OWNER]
    assert (owner_column(signed_in.resources[0]), owner_column(owned.resources[0])) == (None, "author_id")
    assert roles_used(owned) == ("admin",)
    assert with_roles(without.service, ("admin", "boss")).auth.roles == ("admin", "boss")
    assert with_roles(owned.service, ("admin",)) == owned.service


def test_rules_are_written_as_they_are_read() -> None:
    service = (
        "auth:\n  kind: jwt\n  api_keys: true\n  registration: false\n  roles: [admin]\n"
        "  rate_limits:\n    login: 5/minute\n  profile:\n    bio: text optional\n"
    )
    rules = (
        "owner: user\noperations: {list: public, get: null, update: {access: owner, roles: [admin]}, delete: [admin]}\n"
    )
    given = spec(rules, service)

    assert given.service.auth.profile[0].name == "bio"
    assert given.service.auth.rate_limits == {"login": "5/minute"}
    assert given.resources[0].operations[1:] == (
        OperationSpec(name="get"),
        OperationSpec(name="update", access=Access.OWNER, roles=("admin",)),
        OperationSpec(name="delete", access=Access.ROLE, roles=("admin",)),
    )
    assert read_spec({name: text.encode() for name, text in write_spec(given).items()}) == given


def test_authentication_comes_and_goes_as_a_change() -> None:
    before, after = spec("fields: {a: string}\n", ""), spec("fields: {a: string}\nowner: user\n")

    assert apply_change(before, difference(before, after)) == after
    assert apply_change(after, difference(after, before)) == before


@pytest.mark.parametrize(
    ("projects", "tasks", "found"),
    [
        ("owner: user\n", "operations: {create: public}\n", ["SPEC192"]),
        ("owner: user\n", "operations: {list: public}\n", ["SPEC193"]),
        ("owner: user\n", "", ["SPEC193"]),
        ("owner: user\n", "owner: user\n", []),
        ("owner: user\noperations: {get: public}\n", "operations: {create: public, list: public}\n", []),
        ("", "operations: {create: public}\n", []),
    ],
)
def test_rows_that_only_their_owners_see_are_not_reached_through_others(
    projects: str, tasks: str, found: list[str]
) -> None:
    files = {
        "service.yaml": b"name: shop\nauth: jwt\n",
        "projects.yaml": f"{projects}fields: {{a: string}}\n".encode(),
        "tasks.yaml": f"{tasks}fields: {{project: -> Project}}\n".encode(),
    }

    assert [finding.code for finding in check(read_spec(files))] == found
