"""Who may do what, as the skills that write endpoints, data access and tests need to know it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.codegen.accounts import USERS, account_resources
from backwright.codegen.listing import belongs_to
from backwright.spec.access import access_of, has_auth, is_private, owner_column
from backwright.spec.model import Access, BackendSpec, OperationName, OperationSpec, RelationSpec, ResourceSpec

KEYED = (OperationName.GET, OperationName.REPLACE, OperationName.UPDATE, OperationName.DELETE)
"""The operations on one row."""
REFERRING = (OperationName.CREATE, OperationName.REPLACE, OperationName.UPDATE)
"""The operations that say what a row belongs to."""


@dataclass(frozen=True)
class Rule:
    """Who may call one operation; ``roles`` are the only ones, or beside the owner."""

    operation: OperationName
    access: Access
    roles: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether nobody has to sign in."""
        return self.access is Access.PUBLIC

    @property
    def is_owned(self) -> bool:
        """Whether rows of others are out of reach."""
        return self.access is Access.OWNER


@dataclass(frozen=True)
class PrivateParent:
    """A relation to rows that only their owner sees, and those who may see them all."""

    relation: RelationSpec
    target: ResourceSpec
    roles: tuple[str, ...]

    @property
    def column(self) -> str:
        """The column that refers to the row."""
        return f"{self.relation.name}_id"

    @property
    def owner(self) -> str:
        """The column of the row's own owner."""
        return f"{self.target.owner}_id"

    @property
    def is_nullable(self) -> bool:
        """Whether a row may belong to none."""
        return not self.relation.required


@dataclass(frozen=True)
class Rules:
    """All rules of a resource; ``owner`` is the column of a row's owner."""

    every: tuple[Rule, ...]
    owner: str | None
    parents: tuple[PrivateParent, ...]

    def of(self, operation: OperationName) -> Rule:
        """Return the rule of an operation that the resource has.

        Raises:
            KeyError: it has no such operation.
        """
        return {rule.operation: rule for rule in self.every}[operation]

    def those(self, *operations: OperationName) -> tuple[Rule, ...]:
        """Return the rules of some operations, as far as the resource has them."""
        return tuple(rule for rule in self.every if rule.operation in operations)

    @property
    def is_protected(self) -> bool:
        """Whether no operation is public."""
        return not any(rule.is_public for rule in self.every)

    @property
    def is_visible(self) -> bool:
        """Whether everybody who signed in may read any row, so that refusing one gives nothing away."""
        return any(rule.access in (Access.PUBLIC, Access.AUTHENTICATED) for rule in self.those(OperationName.GET))

    def needs_user(self, operation: OperationName) -> bool:
        """Whether an operation has to know who calls it, beside whether it may be called."""
        is_new = operation is OperationName.CREATE
        refers = operation in REFERRING and any(is_new or not parent.relation.immutable for parent in self.parents)
        creates = self.owner is not None and is_new
        return self.of(operation).is_owned or refers or creates


def rules_of(spec: BackendSpec, resource: ResourceSpec) -> Rules:
    """Return the rules of a resource's operations."""
    every = tuple(_rule(spec, resource, operation) for operation in resource.operations)
    owner = owner_column(resource) if has_auth(spec.service) else None
    return Rules(every, owner, tuple(_private_parents(spec, resource)))


def _rule(spec: BackendSpec, resource: ResourceSpec, operation: OperationSpec) -> Rule:
    return Rule(operation.name, access_of(spec.service, resource, operation), operation.roles)


def _private_parents(spec: BackendSpec, resource: ResourceSpec) -> Iterator[PrivateParent]:
    for relation in belongs_to(resource):
        target = spec.resource(relation.target)
        if target is not None and is_private(spec.service, target):
            reading = [o for o in target.operations if o.name in (OperationName.GET, OperationName.LIST)]
            yield PrivateParent(relation, target, tuple(dict.fromkeys(role for o in reading for role in o.roles)))


def users_of(spec: BackendSpec) -> ResourceSpec:
    """Return the table of users.

    Raises:
        StopIteration: the service has no authentication.
    """
    return next(table for table in account_resources(spec.service) if table.name == USERS)
