"""Write the models of a backend, and the migrations that bring a database to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from backwright.codegen.accounts import models_module, with_accounts
from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution, File, ModelImport
from backwright.codegen.migration import revision_of
from backwright.codegen.names import attribute, class_name
from backwright.codegen.python_source import docstring, string_source
from backwright.codegen.tables import IMPLIED, Check, Column, Table, identifier, table_of
from backwright.naming import article, words
from backwright.spec.model import BackendSpec, KeyType, Layout, ResourceSpec

MODELS = '''"""{summary}"""

from app.core.discovery import submodules
from app.db.base import Base

submodules(__name__, __path__{leaf})

metadata = Base.metadata
'''
TIMESTAMPS = ("created_at", "updated_at")


def build(context: Build) -> Contribution:
    """Return one module per table, Alembic's environment, and a revision where the tables changed."""
    by_feature = context.project.layout is Layout.FEATURE
    files = dict(_environment(context, by_feature=by_feature))
    inserts = []
    for module, resources in _modules(context).items():
        path = PurePosixPath(*module.split(".")).with_suffix(".py")
        part = resources[0].name if _is_own(context, resources[0]) else "service"
        files[path] = File(_models(context, resources), part=part)
        inserts += [ModelImport(module, class_name(resource)) for resource in resources]
        if by_feature and part != "service":
            text = docstring(f"{words(part)}: table, schemas, data access, endpoints")
            files[path.parent / "__init__.py"] = File(f'"""{text}"""\n', part=part)
    assumptions: tuple[str, ...] = ()
    revision = revision_of(context.spec, context.previous, context.change, context.revisions)
    if revision is not None:
        text = context.templates.render("revision.py.j2", revision=revision, source=string_source)
        files[revision.path] = File(text, part=_part(context), once=True)
        assumptions = revision.assumptions
    return Contribution(files, tuple(inserts), assumptions)


def _modules(context: Build) -> dict[str, list[ResourceSpec]]:
    """Return the tables to be written now by the modules they lie in; those of authentication are always written."""
    modules: dict[str, list[ResourceSpec]] = {}
    for resource in with_accounts(context.spec).resources:
        if context.changed is None or resource.name in context.changed or not _is_own(context, resource):
            module = models_module(context.project, context.spec.service, resource)
            modules.setdefault(module, []).append(resource)
    return modules


def _is_own(context: Build, resource: ResourceSpec) -> bool:
    """Whether a table is of a resource in the spec, not of authentication."""
    return any(own.name == resource.name for own in context.spec.resources)


def _part(context: Build) -> str:
    """Return the resource whose table the revision changes first; its lock names the revision."""
    spec, previous = with_accounts(context.spec), with_accounts(context.previous) if context.previous else None
    new = {resource.name: table_of(resource, spec) for resource in spec.resources}
    old = {it.name: table_of(it, previous) for it in previous.resources} if previous else {}
    own = {resource.name for one in (context.spec, context.previous) if one for resource in one.resources}
    changed = [name for name in sorted(new) if old.get(name) != new[name]]
    return next((name for name in (*changed, *sorted(old.keys() - new.keys())) if name in own), "service")


def _environment(context: Build, *, by_feature: bool) -> Iterator[tuple[PurePosixPath, File]]:
    values = {"is_async": context.project.is_async, "by_feature": by_feature}
    for path, template in (
        ("alembic.ini", "alembic.ini.j2"),
        ("migrations/env.py", "env.py.j2"),
        ("migrations/script.py.mako", "script.py.mako.j2"),
    ):
        yield PurePosixPath(path), File(context.templates.render(template, **values))
    summary = (
        "One package per resource; importing this one imports every model."
        if by_feature
        else "The tables. Importing the package imports every model, so the metadata is whole."
    )
    package = "features" if by_feature else "models"
    text = MODELS.format(summary=summary, leaf=', "models"' if by_feature else "")
    yield PurePosixPath(f"app/{package}/__init__.py"), File(text)
    if not with_accounts(context.spec).resources:
        yield PurePosixPath("migrations/versions/.gitkeep"), File("")


def _models(context: Build, resources: list[ResourceSpec]) -> str:
    """Return the module of one table or several."""
    spec = with_accounts(context.spec)
    models = [_model(spec, resource) for resource in resources]
    return context.templates.render(
        "model.py.j2",
        models=models,
        names=" and ".join(resource.name for resource in resources),
        uses_sa=any(re.search(r"\bsa\.", model.text) for model in models),
        standard=_standard_imports(resources, models),
        local=_local_imports(resources, "\n".join(model.text for model in models)),
        source=string_source,
    )


@dataclass(frozen=True)
class Model:
    """One model, its lines as source."""

    resource: ResourceSpec
    table: Table
    class_name: str
    doc: str
    arguments: list[str]
    columns: list[str]

    @property
    def text(self) -> str:
        """All source in it."""
        return "\n".join((*self.arguments, *self.columns))


def _model(spec: BackendSpec, resource: ResourceSpec) -> Model:
    table = table_of(resource, spec)
    own = table.columns[:-2] if resource.timestamps else table.columns
    noun = words(resource.singular)
    return Model(
        resource,
        table,
        class_name(resource),
        docstring(resource.description or f"{article(noun)} {noun}", 4),
        [*_table_arguments(table)],
        [_key(resource), *(_column(table, column) for column in own[1:])],
    )


def _key(resource: ResourceSpec) -> str:
    if resource.key is KeyType.UUID:
        return "id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)"
    return "id: Mapped[int] = mapped_column(primary_key=True)"


def _column(table: Table, column: Column) -> str:
    name = attribute(column.name)
    arguments = [string_source(column.name)] if name != column.name else []
    if column.type not in IMPLIED and column.reference is None:
        arguments.append(column.type)
    if column.reference:
        arguments.append(_foreign_key(table, column))
    if column.server_default is not None:
        arguments.append(f"server_default={column.server_default}")
    if column.unique and _is_usual(column.unique, "uq", table, column):
        arguments.append("unique=True")
    if column.index and _is_usual(column.index, "ix", table, column):
        arguments.append("index=True")
    python = f"{column.python} | None" if column.nullable else column.python
    return f"{name}: Mapped[{python}] = mapped_column({', '.join(arguments)})"


def _foreign_key(table: Table, column: Column) -> str:
    reference = column.reference
    assert reference is not None  # noqa: S101 - the caller has looked
    usual = "_".join(("fk", table.name, column.name, reference.table)) == reference.name
    name = "" if usual else f", name={string_source(reference.name)}"
    return f'sa.ForeignKey("{reference.table}.id", ondelete="{reference.on_delete}"{name})'


def _is_usual(name: str, kind: str, table: Table, column: Column) -> bool:
    """Whether the naming convention makes this name by itself (a long one was cut)."""
    return name == "_".join((kind, table.name, column.name)) == identifier(kind, table.name, column.name)


def _table_arguments(table: Table) -> Iterator[str]:
    for check in table.checks:
        yield _check(check)
    for unique in table.uniques:
        names = ", ".join(string_source(name) for name in unique.columns)
        yield f"sa.UniqueConstraint({names}, name={string_source(unique.name)})"
    for column in table.columns:
        name = string_source(column.name)
        if column.index and not _is_usual(column.index, "ix", table, column):
            yield f"sa.Index({string_source(column.index)}, {name})"
        if column.unique and not _is_usual(column.unique, "uq", table, column):
            yield f"sa.UniqueConstraint({name}, name={string_source(column.unique)})"


def _check(check: Check) -> str:
    return f"sa.CheckConstraint({check.rule}, name={string_source(check.short)})"


def _standard_imports(resources: list[ResourceSpec], models: list[Model]) -> list[str]:
    types = {
        column.python for model in models for column in model.table.columns[: -2 if model.resource.timestamps else None]
    }
    lines = []
    times = sorted(types & {"date", "datetime", "time"})
    if times:
        lines.append(f"from datetime import {', '.join(times)}")
    if "Decimal" in types or any("Decimal(" in argument for model in models for argument in model.arguments):
        lines.append("from decimal import Decimal")
    if any(resource.key is KeyType.UUID for resource in resources):
        lines.append("from uuid import UUID, uuid4")
    elif "UUID" in types:
        lines.append("from uuid import UUID")
    return lines


def _local_imports(resources: list[ResourceSpec], text: str) -> list[str]:
    lines = ["from app.db.base import Base"]
    if "ExactDecimal(" in text:
        lines.append("from app.db.decimals import ExactDecimal")
    if any(resource.timestamps for resource in resources):
        lines.append("from app.db.timestamped import Timestamped")
    if "UtcDateTime()" in text:
        lines.append("from app.db.utc import UtcDateTime")
    return lines
