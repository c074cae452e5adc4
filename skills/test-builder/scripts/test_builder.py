"""Writes the test-suite of a backend: fixtures, the tests of the skeleton, and a factory and tests per resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from keyword import iskeyword
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Any

from backwright.codegen.access_cases import access_cases
from backwright.codegen.access_rules import rules_of
from backwright.codegen.accounts import account_resources, has_api_keys, has_auth, models_module, rate_limits
from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution, Dependency, File
from backwright.codegen.list_cases import list_cases
from backwright.codegen.listing import TIMESTAMPS, belongs_to, filters
from backwright.codegen.names import class_name, query_parameter
from backwright.codegen.profile import profile_source, standard_imports
from backwright.codegen.project import Project
from backwright.codegen.python_source import docstring, value_source
from backwright.codegen.samples import Json, accepted, as_json, refused, samples
from backwright.codegen.tables import is_nullable
from backwright.naming import article, kebab, title, words
from backwright.spec.model import (
    BackendSpec,
    FieldSpec,
    FieldType,
    FilterOperator,
    Format,
    KeyType,
    Layout,
    OperationName,
    RelationSpec,
    ResourceSpec,
    ServiceSpec,
)

MISSING_KEYS = {KeyType.INTEGER: "2_147_483_647", KeyType.UUID: '"00000000-0000-4000-8000-000000000000"'}
WRONG_KEYS = {KeyType.INTEGER: ["0", "-1", "x", "2147483648"], KeyType.UUID: ["1", "x"]}
MOST_ROWS = 3
LEAST_CHOICE = 12
HALF = 2
FEATURES = "features"

Source = dict[str, Any]


def build(context: Build) -> Contribution:
    """Return the files below ``tests/``; resources lie in files of their own, so that branches merge."""
    files = service_files(context)
    for resource in context.resources():
        files |= resource_files(context, resource)
    return Contribution(files=files, inserts=development_dependencies())


def development_dependencies() -> tuple[Dependency, ...]:
    """Return what the suite needs beside the app."""
    wanted = ("pytest>=9.0", "pytest-cov>=7.0", "httpx2>=2.0")
    return tuple(Dependency(requirement, "dev") for requirement in wanted)


def style(project: Project, service: ServiceSpec) -> Source:
    """Return the words in which the two kinds of session differ."""
    is_async = project.is_async
    sqlite, postgresql = ("sqlite+aiosqlite", "postgresql+asyncpg") if is_async else ("sqlite", "postgresql+psycopg")
    by_feature = project.layout is Layout.FEATURE
    return {
        "is_async": is_async,
        "package": project.package,
        "prefix": service.api_prefix,
        "metadata_module": f"{project.package}.{FEATURES}" if by_feature else f"{project.package}.models",
        "adef": "async def" if is_async else "def",
        "aw": "await " if is_async else "",
        "lp": "(" if is_async else "",
        "rp": ")" if is_async else "",
        "awith": "async with" if is_async else "with",
        "Client": "AsyncClient" if is_async else "TestClient",
        "Iterator": "AsyncIterator" if is_async else "Iterator",
        "Engine": "AsyncEngine" if is_async else "Engine",
        "create_engine": "create_async_engine" if is_async else "create_engine",
        "pytestmark": "\npytestmark = pytest.mark.anyio\n" if is_async else "",
        "sqlite_driver": "+aiosqlite" if is_async else "",
        "postgres_driver": postgresql,
        "default_database": f"{postgresql}://" if service.database == "postgresql" else f"{sqlite}:///",
        **auth_words(project, service),
    }


def auth_words(project: Project, service: ServiceSpec) -> Source:
    """Return what the tests say about authentication; ``auth`` is None without it."""
    if not has_auth(service):
        return {"auth": None}
    modules = {resource.name: models_module(project, service, resource) for resource in account_resources(service)}
    profile = profile_source(service.auth)
    written = [field for field in service.auth.profile if not field.read_only and not field.write_only]
    changed = [field for field in written if not field.immutable]
    options = [
        option
        for field in service.auth.profile
        if field.name in profile.asked
        for option in (f"--{kebab(field.name)}", str(samples(field, 1)[0]))
    ]
    asked = "".join(f", {value_source(option)}" for option in options)
    return {
        "auth": service.auth,
        "profile": profile,
        "profile_body": value_source({field.name: samples(field, 1)[0] for field in written}),
        "profile_changes": value_source({field.name: samples(field, HALF)[-1] for field in changed}),
        "neutral_imports": standard_imports((*profile.neutral.values(), *profile.counted.values())),
        "argv": lambda email: f'["create_superuser", {email}{asked}]',
        "rate_limits": rate_limits(service),
        "users_module": modules["users"],
        "tokens_module": modules["refresh_tokens"],
        "resets_module": modules["password_resets"],
        "keys_module": modules.get("api_keys"),
    }


SERVICE_FILES = {
    "conftest.py": "conftest.py",
    "databases.py": "databases.py",
    "serving.py": "serving.py",
    "problems.py": "problems.py",
    "schema.py": "schema.py",
    "test_config.py": "test_config.py",
    "test_migrations.py": "test_migrations.py",
    "test_openapi.py": "test_openapi.py",
    "test_health.py": "api/test_health.py",
    "test_errors.py": "core/test_errors.py",
    "test_logging.py": "core/test_logging.py",
    "test_middleware.py": "core/test_middleware.py",
    "test_engine.py": "db/test_engine.py",
}
AUTH_HELP = ("accounts", "sessions")
AUTH_ENDPOINTS = ("auth", "passwords", "users")
AUTH_CORE = ("audit", "mailer", "rate_limit", "redis_counter", "security")
AUTH_TESTS = ("connections", "create_superuser")
PACKAGES = {
    "": "Tests of the backend.",
    "api": "Tests of the endpoints.",
    "core": "Tests of what all resources share.",
    "db": "Tests of the database layer.",
    "factories": "Makers of rows, one module per resource.",
}


def service_files(context: Build) -> dict[PurePosixPath, File]:
    """Return the fixtures and the tests of the skeleton, the same for every set of resources."""
    known = style(context.project, context.spec.service)
    packages = dict(PACKAGES)
    if context.project.layout is Layout.FEATURE:
        packages[FEATURES] = "Tests of the resources, one module each."
    places = SERVICE_FILES | dict(column_types(context.spec))
    texts = {place: context.templates.render(f"service/{name}.j2", **known) for name, place in places.items()}
    texts |= {place: context.templates.render(name, **known) for name, place in auth_places(context)}
    texts |= {f"{package}/__init__.py".lstrip("/"): f'"""{text}"""\n' for package, text in packages.items()}
    return {PurePosixPath("tests", place): File(text) for place, text in texts.items()}


def auth_places(context: Build) -> Iterator[tuple[str, str]]:
    """Yield the templates of authentication's tests and the places they go to."""
    service = context.spec.service
    if not has_auth(service):
        return
    endpoints = FEATURES if context.project.layout is Layout.FEATURE else "api"
    keys = ("api_keys",) if has_api_keys(service) else ()
    cookies = ("cookies",) if service.auth.cookie else ()
    for name in AUTH_HELP:
        yield f"auth/{name}.py.j2", f"{name}.py"
    for name in AUTH_TESTS:
        yield f"auth/test_{name}.py.j2", f"test_{name}.py"
    for folder, names in ((endpoints, (*AUTH_ENDPOINTS, *keys, *cookies)), ("core", AUTH_CORE)):
        for name in names:
            yield f"auth/test_{name}.py.j2", f"{folder}/test_{name}.py"


def column_types(spec: BackendSpec) -> Iterator[tuple[str, str]]:
    """Yield the tests of the column types that the resources use, and what stores rows that the API does not create."""
    if any(not creates(resource) for resource in spec.resources):
        yield "rows.py", "rows.py"
    formats = {field.format for resource in spec.resources for field in resource.fields}
    if Format.DECIMAL in formats:
        yield "test_decimals.py", "db/test_decimals.py"
    if has_auth(spec.service) or Format.DATE_TIME in formats or any(resource.timestamps for resource in spec.resources):
        yield "test_utc.py", "db/test_utc.py"
    if any(rules_of(spec, resource).owner for resource in spec.resources):
        yield "ownership.py", "ownership.py"


def resource_files(context: Build, resource: ResourceSpec) -> dict[PurePosixPath, File]:
    """Return the factory and the tests of one resource."""
    values = resource_words(context.spec, resource) | style(context.project, context.spec.service)
    values |= access_cases(context.spec, context.project, resource, values["rows"])
    with_factories(values)
    values["body_call"] = body_call(values)
    values["docstring"] = docstring
    values["model_module"] = context.project.module("models", resource)
    values["schema_module"] = context.project.module("schemas", resource)
    values["put_body"] = (lambda body: f"replacement({body})") if values["immutable"] else (lambda body: body)
    folder = FEATURES if context.project.layout is Layout.FEATURE else "api"
    places = {
        "resource/factory.py.j2": PurePosixPath("tests", "factories", f"{values['module']}.py"),
        "resource/test_resource.py.j2": PurePosixPath("tests", folder, f"test_{resource.name}.py"),
    }
    return {place: File(context.templates.render(name, **values), part=resource.name) for name, place in places.items()}


def with_factories(values: Source) -> None:
    """Import the factories of the parents that the tests of access make by themselves."""
    used = {target: set(names) for target, names in values["imported"]}
    for parent in values["private"]:
        if parent["tested"] and not parent["is_self"]:
            used.setdefault(parent["target"], set()).add(f"create_{parent['target']}")
    values["imported"] = [(target, sorted(names)) for target, names in sorted(used.items())]


def body_call(values: Source) -> Callable[..., str]:
    """Return what writes a call of the factory's body function, which asks for a client only to make parents."""

    def call(arguments: str = "") -> str:
        if not values["parents"]:
            return f"{values['singular']}_body({arguments})"
        inside = f"client, {arguments.rstrip(', ')}" if arguments else "client"
        return f"{values['aw']}{values['singular']}_body({inside})"

    return call


# What is said about one resource


def resource_words(spec: BackendSpec, resource: ResourceSpec) -> Source:
    """Return everything the templates of a resource name, as source or plain data."""
    operations = {operation.name for operation in resource.operations}
    related = (resource, *(target for _, target in parents(spec, resource)))
    can = {str(name): name in operations for name in OperationName}
    return {
        "title": title(resource.name),
        "singular": resource.singular,
        "module": factory_module(resource),
        "factories": {one.singular: factory_module(one) for one in related},
        "class_name": class_name(resource),
        "answers": bool(operations - {OperationName.DELETE}),
        "refuses": operations != {OperationName.DELETE},
        "singular_words": words(resource.singular),
        "plural_words": words(resource.name),
        "a_singular": f"{article(words(resource.singular))} {words(resource.singular)}",
        "PATH": path_name(resource),
        "path": f"{spec.service.api_prefix}/{kebab(resource.name)}",
        "can": SimpleNamespace(**can),
        "collection_methods": methods(can, {"list": "GET", "create": "POST"}),
        "item_methods": methods(can, {"get": "GET", "replace": "PUT", "update": "PATCH", "delete": "DELETE"}),
        "change_methods": [name for name, key in (("PUT", "replace"), ("PATCH", "update")) if can[key]],
        "missing_key": MISSING_KEYS[resource.key],
        "wrong_keys": value_source(WRONG_KEYS[resource.key]),
        "timestamps": resource.timestamps,
        "rows": row_count(spec, resource),
        "page_size": resource.list.page_size,
        "max_page_size": resource.list.max_page_size,
        **body_words(resource, rules_of(spec, resource).owner),
        **relation_words(spec, resource),
        **list_cases(resource, sent(resource), row_count(spec, resource)),
    }


def creates(resource: ResourceSpec) -> bool:
    """Whether the API creates rows of a resource."""
    return any(operation.name is OperationName.CREATE for operation in resource.operations)


def factory_module(resource: ResourceSpec) -> str:
    """Return the module of a resource's factory; Python's own words (``class``) get an underscore."""
    return f"{resource.singular}_" if iskeyword(resource.singular) else resource.singular


def path_name(resource: ResourceSpec) -> str:
    """Return the name of the constant that holds a resource's path."""
    return f"{resource.name.upper()}_PATH"


def methods(can: dict[str, bool], of_path: dict[str, str]) -> str:
    """Return the value of an Allow header."""
    return ", ".join(sorted(method for operation, method in of_path.items() if can[operation]))


def row_count(spec: BackendSpec, resource: ResourceSpec) -> int:
    """Return how many rows a test may make: at most three, fewer where unique fields have fewer values."""
    most = [MOST_ROWS]
    for name, count in rows_made(spec, resource).items():
        unique = [field for made in spec.resources if made.name == name for field in sent(made) if field.unique]
        most += [len(samples(field)) // count for field in unique]
    return max(min(most), 1)


def rows_made(spec: BackendSpec, resource: ResourceSpec) -> Counter[str]:
    """Return how many rows of each resource the factory makes for one row, that row and its parents' parents too."""
    found = Counter([resource.name])
    for _, target in parents(spec, resource):
        found += rows_made(spec, target)
    return found


def sent(resource: ResourceSpec) -> tuple[FieldSpec, ...]:
    """Return the fields that a client may send."""
    return tuple(field for field in resource.fields if not field.read_only)


def parents(spec: BackendSpec, resource: ResourceSpec) -> Iterator[tuple[RelationSpec, ResourceSpec]]:
    """Yield the relations to other resources whose rows the factory makes first, with those resources."""
    for relation in belongs_to(resource):
        target = spec.resource(relation.target)
        if target is not None and target.name != resource.name:
            yield relation, target


def column(relation: RelationSpec) -> str:
    """Return the column of a relation."""
    return f"{relation.name}_id"


# Bodies


def body_words(resource: ResourceSpec, owner: str | None) -> Source:
    """Return what the factory sends, and the values that are accepted, refused, changed and unique."""
    fields = sent(resource)
    relations = belongs_to(resource)
    required = [field.name for field in fields if field.required]
    required += [column(relation) for relation in relations if relation.required]
    immutable = [field.name for field in fields if field.immutable]
    immutable += [column(relation) for relation in relations if relation.immutable]
    optional = [
        {"name": field.name, "default": value_source(as_json(field, field.default))}
        for field in fields
        if not field.required
    ]
    optional += [{"name": column(relation), "default": "None"} for relation in relations if not relation.required]
    clearable = [field.name for field in fields if is_nullable(field) and not field.immutable and not field.write_only]
    clearable += [column(relation) for relation in relations if not relation.required and not relation.immutable]
    unique = [field.name for field in fields if field.unique and not field.immutable and not field.write_only]
    unique += [column(relation) for relation in relations if relation.unique and not relation.immutable]
    server = ["id", *([owner] if owner else []), *(TIMESTAMPS if resource.timestamps else ())]
    server += [field.name for field in resource.fields if field.read_only]
    return {
        "required": required,
        "required_mutable": [name for name in required if name not in immutable],
        "optional": optional,
        "optional_mutable": [field for field in optional if field["name"] not in immutable],
        "immutable_optional": [field for field in optional if field["name"] in immutable],
        "immutable": value_source(immutable) if immutable else "",
        "unchangeable": value_source([*server, *immutable]),
        "server_fields": value_source(server),
        "hidden": value_source([field.name for field in fields if field.write_only])
        if any(field.write_only for field in fields)
        else "",
        "read_only": [
            {"name": field.name, "default": value_source(as_json(field, field.default))}
            for field in resource.fields
            if field.read_only
        ],
        "clearable": value_source(clearable) if clearable else "",
        "unique": value_source(unique) if unique else "",
        "refused": list(refused_cases(resource)),
        "accepted": list(accepted_cases(resource)),
        "changes": [
            {"field": field.name, "source": case_source(samples(field, HALF)[-1])}
            for field in fields
            if not field.immutable and not field.write_only
        ],
        **factory_words(resource),
    }


def factory_words(resource: ResourceSpec) -> Source:
    """Return the lines of the factory's body; unique fields count upwards or go round their values."""
    body, cycled = [], []
    for field in sent(resource):
        source = counted_source(field) if field.unique else value_source(samples(field, 1)[0])
        if source is None:
            cycled.append({"name": field.name, "cycle": ", ".join(map(value_source, samples(field)))})
            source = f"next(_{field.name}_values)"
        body.append({"name": field.name, "source": source})
    counted = any(field.unique and counted_source(field) for field in sent(resource))
    return {"body": body, "cycled": cycled, "counted": counted}


def counted_source(field: FieldSpec) -> str | None:
    """Return an expression over ``number`` that differs for each number, None where the values are too few."""
    if field.pattern is not None or field.enum is not None or field.multiple_of is not None:
        return None
    text = {
        None: f"{words(field.name)} {{number:06}}",
        Format.TEXT: f"{words(field.name)} {{number:06}}",
        Format.EMAIL: "user{number:06}@example.com",
        Format.URI: "https://example.com/{number:06}",
        Format.UUID: "00000000-0000-4000-8000-{number:012}",
    }.get(field.format)
    if field.type is FieldType.STRING and text:
        length = len(text.format(number=1))
        fits = (field.min_length or 0) <= length and (field.max_length is None or length <= field.max_length)
        return f'f"{text}"' if fits else None
    is_open = field.maximum is None and field.exclusive_maximum is None and (field.minimum or 0) <= 1
    if field.type is FieldType.INTEGER and is_open and (field.exclusive_minimum or 0) < 1:
        return "number"
    return None


def refused_cases(resource: ResourceSpec) -> Iterator[Source]:
    """Yield the wrong values of all fields that can be sent; null too, where it is wrong."""
    for field in sent(resource):
        if field.immutable and not creates(resource):
            continue
        if not is_nullable(field):
            yield {"field": field.name, "label": "null", "source": "None"}
        for case in refused(field):
            yield {"field": field.name, "label": case.label, "source": case_source(case.value)}
    for relation in belongs_to(resource):
        if relation.immutable and not creates(resource):
            continue
        if relation.required:
            yield {"field": column(relation), "label": "null", "source": "None"}
        yield {"field": column(relation), "label": "malformed", "source": '"x"'}


def accepted_cases(resource: ResourceSpec) -> Iterator[Source]:
    """Yield the values at the bounds of all fields, and null where it is accepted."""
    for field in sent(resource):
        if field.write_only:
            continue
        for case in accepted(field):
            yield {"field": field.name, "label": case.label, "source": case_source(case.value)}
        if is_nullable(field):
            yield {"field": field.name, "label": "null", "source": "None"}


def case_source(value: Json) -> str:
    """Return a value as source; a long run of one character is written as a product."""
    if isinstance(value, str) and len(value) > LEAST_CHOICE and len(set(value)) == 1:
        return f"{value_source(value[0])} * {len(value)}"
    return value_source(value)


# Relations


def relation_words(spec: BackendSpec, resource: ResourceSpec) -> Source:
    """Return what the templates say about the resources this one belongs to."""
    relations: list[Source] = []
    for relation in belongs_to(resource):
        target = spec.resource(relation.target)
        if target is None:
            continue
        is_self = target.name == resource.name
        relations.append(
            {
                "name": relation.name,
                "words": words(relation.name),
                "column": column(relation),
                "target": target.singular,
                "PATH": path_name(target),
                "is_self": is_self,
                "required": relation.required,
                "immutable": relation.immutable,
                "missing_key": MISSING_KEYS[target.key],
                "any_key": "1" if target.key is KeyType.INTEGER else MISSING_KEYS[target.key],
                "on_delete": str(relation.on_delete),
                "can_delete": OperationName.DELETE in {operation.name for operation in target.operations},
                "effect": {"restrict": "is_refused", "cascade": "deletes_it_too", "set_null": "clears_it"}[
                    str(relation.on_delete)
                ],
                "queries": [
                    (query_parameter(column(relation), name), "[key]" if name is FilterOperator.IN else "key")
                    for name in filters(resource).get(column(relation), ())
                    if name in (FilterOperator.EQ, FilterOperator.IN)
                ],
            }
        )
    made = [relation for relation in relations if not relation["is_self"]]
    return {
        "relations": relations,
        "unset": [relation["column"] for relation in relations if relation["is_self"]],
        "parents": made,
        "filtered_relations": [relation for relation in relations if relation["queries"]],
        "imported": imported(resource, made, row_count(spec, resource)),
        "nowhere": "".join(f"{relation['column']}={relation['any_key']}, " for relation in made),
    }


def imported(resource: ResourceSpec, relations: list[Source], rows: int) -> list[tuple[str, list[str]]]:
    """Return what the tests use of the factories of parents, by module."""
    can_update = OperationName.UPDATE in {operation.name for operation in resource.operations}
    names: dict[str, set[str]] = {}
    for relation in relations:
        used = {relation["PATH"]} if relation["can_delete"] else set()
        if can_update and rows > 1 and not relation["immutable"]:
            used.add(f"create_{relation['target']}")
        names.setdefault(relation["target"], set()).update(used)
    return [(target, sorted(used)) for target, used in sorted(names.items()) if used]
