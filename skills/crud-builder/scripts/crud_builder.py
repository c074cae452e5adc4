"""Write what goes over the wire about each resource, and its data access."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backwright.codegen.access_rules import KEYED, REFERRING, PrivateParent, Rule, Rules, rules_of, users_of
from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution, File
from backwright.codegen.listing import belongs_to, filters, search_fields, sort_keys
from backwright.codegen.names import attribute, class_name, key_variable, query_parameter, type_alias, variable
from backwright.codegen.python_source import (
    decimal_source,
    docstring,
    names_source,
    pair_source,
    string_source,
    value_source,
)
from backwright.codegen.schema_types import EXAMPLE_MOMENT, example_value, wire_type
from backwright.codegen.tables import is_nullable, precision_of
from backwright.naming import article, title, words
from backwright.spec.model import (
    FieldSpec,
    FieldType,
    FilterOperator,
    Format,
    KeyType,
    OnDelete,
    OperationName,
    ResourceSpec,
)

DEFAULT_PAGE = (100, 1000)
SECRET = {"pass", "passphrase", "password", "pwd", "secret", "token"}
EXAMPLE_UUID = "7f9c24e5-b1d8-4c0f-8f6e-3a2d1c0b9a88"
LONG_ATTRIBUTE = 30
MODULES = {
    "Absent": "pagination",
    "DecimalText": "decimals",
    "EMAIL": "emails",
    "Input": "schemas",
    "JsonDate": "dates",
    "JsonNumber": "numbers",
    "Key": "numbers",
    "ListOutput": "schemas",
    "ListQuery": "pagination",
    "LowerCased": "emails",
    "MAX_INTEGER": "numbers",
    "NoNul": "patterns",
    "Output": "schemas",
    "Reference": "numbers",
    "SearchTerm": "text",
    "Text": "text",
    "TimeOfDay": "times",
    "URI": "uris",
    "UtcTime": "moments",
    "decimal_text": "decimals",
    "sort_pattern": "pagination",
}


@dataclass(frozen=True)
class Member:
    """A column as its resource's schemas have it; the types are source."""

    name: str
    body: str
    query: str
    output: str
    nullable: bool
    default: str | None
    required: bool
    example: object
    immutable: bool = False
    read_only: bool = False
    write_only: bool = False

    @property
    def attribute(self) -> str:
        """The Python attribute in schemas and model."""
        return attribute(self.name)


def build(context: Build) -> Contribution:
    """Return two modules per resource: schemas and data access."""
    files = {}
    for resource in context.resources():
        members, aliases = _members(context, resource)
        schemas = _schemas(context, resource, members, aliases)
        files[context.project.path("schemas", resource)] = File(schemas, part=resource.name)
        files[context.project.path("crud", resource)] = File(_crud(context, resource, members), part=resource.name)
    return Contribution(files)


def _operations(resource: ResourceSpec) -> set[OperationName]:
    return {operation.name for operation in resource.operations}


def _members(context: Build, resource: ResourceSpec) -> tuple[list[Member], list[tuple[str, str]]]:
    """Return the columns that are written or read, and the aliases of their types."""
    members, aliases = [], []
    for field in resource.fields:
        wire = wire_type(field)
        body, query = wire.body, wire.query
        alias = type_alias(resource, field.name)
        filtered = any(operator is not FilterOperator.CONTAINS for operator in filters(resource).get(field.name, ()))
        if body.startswith("Annotated") or field.enum:
            used = not field.read_only or (filtered and query == wire.body)
            if used:
                aliases.append((alias, body))
                body = alias
            if query == wire.body:
                query = alias
        if query.startswith("Annotated") and filtered:
            aliases.append((f"{alias}Filter", query))
            query = f"{alias}Filter"
        output = alias if field.enum and body == alias else wire.output
        members.append(_member(field, body, query, output))
    for relation in belongs_to(resource):
        target = context.spec.resource(relation.target)
        is_uuid = target is not None and target.key is KeyType.UUID
        members.append(
            Member(
                name=f"{relation.name}_id",
                body="UUID" if is_uuid else "Reference",
                query="UUID" if is_uuid else "Key",
                output="UUID" if is_uuid else "int",
                nullable=not relation.required or relation.on_delete is OnDelete.SET_NULL,
                default=None,
                required=relation.required,
                example=EXAMPLE_UUID if is_uuid else 1,
                immutable=relation.immutable,
            )
        )
    owner = rules_of(context.spec, resource).owner
    if owner is not None:
        members.append(
            Member(
                name=owner,
                body="Reference",
                query="Key",
                output="int",
                nullable=False,
                default=None,
                required=True,
                example=1,
                read_only=True,
            )
        )
    return members, aliases


def _member(field: FieldSpec, body: str, query: str, output: str) -> Member:
    return Member(
        name=field.name,
        body=body,
        query=query,
        output=output,
        nullable=is_nullable(field),
        default=None if field.required else _default(field),
        required=field.required,
        example=example_value(field),
        immutable=field.immutable,
        read_only=field.read_only,
        write_only=field.write_only,
    )


def _default(field: FieldSpec) -> str | None:
    value = field.default
    if value is None:
        return None
    if field.format is Format.DECIMAL:
        return decimal_source(round(Decimal(str(value)), precision_of(field)[1]))
    quoted = string_source(str(value))
    if field.format is Format.UUID:
        return f"UUID({quoted})"
    timed = {Format.DATE: "date", Format.TIME: "time", Format.DATE_TIME: "datetime"}
    if field.format in timed:
        return f"{timed[field.format]}.fromisoformat({quoted})"
    return quoted if field.type is FieldType.STRING else repr(value)


def _created(member: Member) -> str:
    """Return the line of a field in what is sent to create or replace."""
    type_ = f"{member.body} | None" if member.nullable else member.body
    if member.default is not None:
        return _line(member, type_, member.default)
    return _line(member, type_, None if member.required else "None")


def _updated(member: Member) -> str:
    return _line(
        member, f"{member.body} | MISSING | None" if member.nullable else f"{member.body} | MISSING", "MISSING"
    )


def _line(member: Member, type_: str, default: str | None) -> str:
    if member.attribute != member.name:
        type_ = f"Annotated[{type_}, Field(alias={string_source(member.name)})]"
    return f"{member.attribute}: {type_}" + (f" = {default}" if default is not None else "")


def _returned(member: Member) -> str:
    type_ = f"{member.output} | None" if member.nullable else member.output
    if member.attribute != member.name:
        type_ = f"Annotated[{type_}, Field(serialization_alias={string_source(member.name)})]"
    return f"{member.attribute}: {type_}"


def _example(members: Sequence[Member]) -> dict[str, object]:
    """Return an example of a body, empty where a value is unknown or nobody should copy it."""
    known = {member.name: member.example for member in members}
    return {} if any(value is None or SECRET.intersection(name.split("_")) for name, value in known.items()) else known


def _response_example(resource: ResourceSpec, members: Sequence[Member]) -> dict[str, object]:
    known = _example(members)
    if not known and members:
        return {}
    times = dict.fromkeys(("created_at", "updated_at") if resource.timestamps else (), EXAMPLE_MOMENT)
    return {"id": EXAMPLE_UUID if resource.key is KeyType.UUID else 1, **known, **times}


def _schemas(context: Build, resource: ResourceSpec, members: list[Member], aliases: list[tuple[str, str]]) -> str:
    operations = _operations(resource)
    writable = [member for member in members if not member.read_only]
    mutable = [member for member in writable if not member.immutable]
    shown = [member for member in members if not member.write_only]
    replaces = OperationName.REPLACE in operations and (
        len(mutable) < len(writable) or OperationName.CREATE not in operations
    )
    key = "UUID" if resource.key is KeyType.UUID else "int"
    returned = [f"id: {key}", *map(_returned, shown)]
    if resource.timestamps:
        returned += ["created_at: datetime", "updated_at: datetime"]
    lists = OperationName.LIST in operations
    noun = words(resource.singular)
    values: dict[str, object] = {
        "class_name": class_name(resource),
        "noun_plural": words(resource.name),
        "a_noun": f"{article(noun)} {noun}",
        "title": title(f"{article(noun)} {noun}"),
        "aliases": aliases,
        "sort_names": names_source(sort_keys(resource)) if lists else "",
        "sort_example": f"-{sort_keys(resource)[-1]}" if sort_keys(resource) else "",
        "replaces": replaces,
        "replaceable": OperationName.REPLACE in operations,
        "replaced": [_created(member) for member in mutable] or ["pass"],
        "replace_example": _example(writable) and _example(mutable),
        "creates": OperationName.CREATE in operations,
        "created": [_created(member) for member in writable] or ["pass"],
        "immutable": [_created(member) for member in writable if member.immutable],
        "create_example": _example(writable),
        "updates": OperationName.UPDATE in operations,
        "updated": [_updated(member) for member in mutable] or ["pass"],
        "update_example": _example(mutable[:1]),
        "returns": bool(operations - {OperationName.DELETE}),
        "returned": returned,
        "response_example": _response_example(resource, shown),
        "lists": lists,
        "query_fields": list(_query_fields(resource, members)),
        "value": value_source,
        "source": string_source,
        "docstring": docstring,
    }
    imports = _schema_imports(_used_names(values))
    return context.templates.render("schemas.py.j2", **values, **imports).rstrip() + "\n"


def _query_fields(resource: ResourceSpec, members: list[Member]) -> Iterator[str]:
    default, most = resource.list.page_size, resource.list.max_page_size
    if (default, most) != DEFAULT_PAGE:
        yield f"limit: Annotated[int, Field(ge=1, le={max(most, default)})] = {default}"
    if sort_keys(resource):
        yield f"sort: {class_name(resource)}Sort | Absent = None"
    if search_fields(resource):
        yield "search: SearchTerm | Absent = None"
    types = {member.name: member.query for member in members}
    types |= dict.fromkeys(("created_at", "updated_at"), "UtcTime")
    for column, operators in filters(resource).items():
        for operator in operators:
            yield _filter(column, operator, types[column])


def _filter(column: str, operator: FilterOperator, type_: str) -> str:
    name = query_parameter(column, operator)
    if operator is FilterOperator.CONTAINS:
        type_ = "SearchTerm"
    elif operator is FilterOperator.IN:
        type_ = f"Annotated[list[{type_}], Field(max_length=50)]"
    own = attribute(name)
    if own != name:
        return f"{own}: Annotated[{type_} | Absent, Field(alias={string_source(name)})] = None"
    return f"{own}: {type_} | Absent = None"


def _used_names(values: Mapping[str, Any]) -> set[str]:
    """Return the names that a module of schemas uses."""
    bodies = ("replaced", "created", "immutable", "updated", "returned", "query_fields")
    shown = {"replaced": "replaces", "created": "creates", "updated": "updates", "returned": "returns"}
    lines = [
        line for body in bodies if values[shown.get(body, "lists")] or body == "immutable" for line in values[body]
    ]
    text = "\n".join((*lines, *(annotation for _, annotation in values["aliases"])))
    names = set(re.findall(r"[A-Za-z_]\w*", re.sub(r'"(?:[^"\\]|\\.)*"', "", text)))
    inputs = bool(values["replaces"] or values["creates"] or values["updates"])
    examples = (
        ("replaces", "replace_example"),
        ("creates", "create_example"),
        ("updates", "update_example"),
        ("returns", "response_example"),
    )
    for name, used in (
        ("Input", inputs),
        ("Output", values["returns"]),
        ("ListOutput", values["lists"]),
        ("ListQuery", values["lists"]),
        ("ConfigDict", any(values[shape] and values[example] for shape, example in examples)),
        *((name, values["sort_names"]) for name in ("Annotated", "Field", "sort_pattern")),
    ):
        if used:
            names.add(name)
    return names


def _schema_imports(names: set[str]) -> dict[str, list[str]]:
    """Return the import lines for the names a module uses."""
    standard = []
    times = sorted(names & {"date", "datetime", "time"})
    if times:
        standard.append(f"from datetime import {', '.join(times)}")
    if "Decimal" in names:
        standard.append("from decimal import Decimal")
    typing = sorted(names & {"Annotated", "Literal"})
    if typing:
        standard.append(f"from typing import {', '.join(typing)}")
    if "UUID" in names:
        standard.append("from uuid import UUID")
    pydantic = sorted(names & {"ConfigDict", "Field", "MISSING"}, key=lambda name: (not name.isupper(), name))
    by_module: dict[str, list[str]] = {}
    for name in sorted(names & MODULES.keys()):
        by_module.setdefault(MODULES[name], []).append(name)
    local = [f"from app.core.{module} import {', '.join(found)}" for module, found in sorted(by_module.items())]
    return {"standard": standard, "pydantic": pydantic, "local": local}


def _crud(context: Build, resource: ResourceSpec, members: list[Member]) -> str:
    operations = _operations(resource)
    project, name = context.project, class_name(resource)
    writable = [member.attribute for member in members if not member.read_only]
    mutable = [member.attribute for member in members if not member.read_only and not member.immutable]
    separate = len(mutable) < len(writable) or OperationName.CREATE not in operations
    noun = words(resource.singular)
    lists = OperationName.LIST in operations
    gets = bool(operations & {OperationName.GET, OperationName.REPLACE, OperationName.UPDATE, OperationName.DELETE})
    replace_class = f"{name}{'Replace' if separate else 'Create'}"
    rules = rules_of(context.spec, resource)
    columns = dict.fromkeys((*filters(resource), *sort_keys(resource)))
    schemas = {
        f"{name}Query" if lists else "",
        f"{name}Create" if OperationName.CREATE in operations else "",
        replace_class if OperationName.REPLACE in operations else "",
        f"{name}Update" if OperationName.UPDATE in operations else "",
    } - {""}
    errors = _errors(rules, gets=gets)
    local = [f"from app.core.errors import {', '.join(errors)}"] if errors else []
    searched = [attribute(field) for field in search_fields(resource)]
    if lists:
        steps = {"filtered": filters(resource), "ordered": sort_keys(resource), "searched": searched}
        used = ", ".join(("Page", "paginate", *(step for step, wanted in steps.items() if wanted)))
        local.append(f"from app.core.pagination import {used}")
    local += _model_imports(context, resource, rules)
    if schemas:
        local.append(f"from {project.module('schemas', resource)} import {', '.join(sorted(schemas))}")
    return context.templates.render(
        "crud.py.j2",
        resource=resource,
        class_name=name,
        noun=noun,
        noun_plural=words(resource.name),
        a_noun=f"{article(noun)} {noun}",
        row=variable(resource),
        key=key_variable(resource),
        key_type="UUID" if resource.key is KeyType.UUID else "int",
        is_async=project.is_async,
        async_="async " if project.is_async else "",
        await_="await " if project.is_async else "",
        session_class="AsyncSession" if project.is_async else "Session",
        local=local,
        standard=["from uuid import UUID"] if _uses_uuid(resource, rules, gets=gets) else [],
        lists=lists,
        filters=bool(filters(resource)),
        sorts=bool(sort_keys(resource)),
        searched=searched,
        pair=pair_source,
        columns=[(column, attribute(column)) for column in columns],
        gets=gets,
        creates=OperationName.CREATE in operations,
        created=writable,
        replaces=OperationName.REPLACE in operations,
        replaced=mutable,
        replace_class=replace_class,
        updates=OperationName.UPDATE in operations,
        deletes=OperationName.DELETE in operations,
        long=any(len(name) > LONG_ATTRIBUTE for name in writable),
        source=string_source,
        docstring=docstring,
        **_access(rules),
    )


def _access(rules: Rules) -> dict[str, object]:
    """Return what the data access of a resource has to know about who calls it."""
    keyed = rules.those(*KEYED)
    owned = tuple(rule for rule in keyed if rule.is_owned)
    listed = rules.those(OperationName.LIST)
    return {
        "owner": rules.owner,
        "found": bool(keyed) and len(owned) < len(keyed),
        "gets_own": bool(owned),
        "owned": {rule.operation.value for rule in rules.every if rule.is_owned},
        "is_visible": rules.is_visible,
        "own_roles": any(rule.roles for rule in owned),
        "roles": {rule.operation.value: _arguments(rule) for rule in keyed},
        "own_list": bool(listed) and listed[0].is_owned,
        "list_open": is_open(listed[0].roles) if listed else "",
        "users": {rule.operation.value for rule in rules.every if rules.needs_user(rule.operation)},
        "private": [_parent(parent) for parent in rules.parents if rules.those(*REFERRING)],
    }


def is_open(roles: Sequence[str]) -> str:
    """Return the condition under which rows of others are open to a user, as source."""
    if not roles:
        return "user.is_superuser"
    same = f"== {string_source(roles[0])}" if len(roles) == 1 else f"in {{{', '.join(map(string_source, roles))}}}"
    return f"user.is_superuser or user.role {same}"


def _arguments(rule: Rule) -> str:
    """Return the roles beside the owner as further arguments."""
    return "".join(f", {string_source(role)}" for role in rule.roles) if rule.is_owned else ""


def _parent(parent: PrivateParent) -> dict[str, object]:
    key = "UUID" if parent.target.key is KeyType.UUID else "int"
    return {
        "name": parent.relation.name,
        "noun": words(parent.relation.name),
        "a_noun": f"{article(words(parent.relation.name))} {words(parent.relation.name)}",
        "attribute": attribute(parent.column),
        "immutable": parent.relation.immutable,
        "class_name": class_name(parent.target),
        "owner": parent.owner,
        "nullable": parent.is_nullable,
        "key_type": f"{key} | None" if parent.is_nullable else key,
        "is_open": is_open(parent.roles),
    }


def _errors(rules: Rules, *, gets: bool) -> list[str]:
    owned = any(rule.is_owned for rule in rules.those(*KEYED))
    wanted = {
        "ConflictError": bool(rules.parents and rules.those(*REFERRING)),
        "ForbiddenError": owned and rules.is_visible,
        "NotFoundError": gets,
    }
    return [name for name, used in wanted.items() if used]


def _model_imports(context: Build, resource: ResourceSpec, rules: Rules) -> list[str]:
    """Return the imports of the models: its own, those it may not refer to freely, and users."""
    needed = {resource.name: resource}
    if rules.those(*REFERRING):
        needed |= {parent.target.name: parent.target for parent in rules.parents}
    if any(rules.needs_user(rule.operation) for rule in rules.every):
        users = users_of(context.spec)
        needed[users.name] = users
    lines = [f"from {context.project.module('models', one)} import {class_name(one)}" for one in needed.values()]
    return sorted(lines)


def _uses_uuid(resource: ResourceSpec, rules: Rules, *, gets: bool) -> bool:
    parents = rules.parents if rules.those(*REFERRING) else ()
    keys = [resource.key] if gets else []
    return KeyType.UUID in (*keys, *(parent.target.key for parent in parents))
