"""Write the models of a backend, and the migrations that bring a database to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution, File, ModelImport
from backwright.codegen.migration import revision_of
from backwright.codegen.names import attribute, class_name
from backwright.codegen.python_source import docstring, string_source
from backwright.codegen.tables import IMPLIED, Check, Column, Table, identifier, table_of
from backwright.naming import article, words
from backwright.spec.model import KeyType, Layout, ResourceSpec

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
    for resource in context.resources():
        path = context.project.path("models", resource)
        files[path] = File(_model(context, resource), part=resource.name)
        inserts.append(ModelImport(context.project.module("models", resource), class_name(resource)))
        if by_feature:
            text = docstring(f"{words(resource.name)}: table, schemas, data access, endpoints")
            files[path.parent / "__init__.py"] = File(f'"""{text}"""\n', part=resource.name)
    assumptions: tuple[str, ...] = ()
    revision = revision_of(context.spec, context.previous, context.change, context.revisions)
    if revision is not None:
        text = context.templates.render("revision.py.j2", revision=revision, source=string_source)
        files[revision.path] = File(text, part=_part(context), once=True)
        assumptions = revision.assumptions
    return Contribution(files, tuple(inserts), assumptions)


def _part(context: Build) -> str:
    """Return the resource whose table the revision changes first; its lock names the revision."""
    new = {resource.name: table_of(resource, context.spec) for resource in context.spec.resources}
    previous = context.previous
    old = {it.name: table_of(it, previous) for it in previous.resources} if previous else {}
    changed = [name for name in sorted(new) if old.get(name) != new[name]]
    return next(iter((*changed, *sorted(old.keys() - new.keys()))), "service")


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
    if not context.spec.resources:
        yield PurePosixPath("migrations/versions/.gitkeep"), File("")


def _model(context: Build, resource: ResourceSpec) -> str:
    table = table_of(resource, context.spec)
    own = table.columns[:-2] if resource.timestamps else table.columns
    columns = [_key(resource), *(_column(table, column) for column in own[1:])]
    arguments = [*_table_arguments(table)]
    noun = words(resource.singular)
    return context.templates.render(
        "model.py.j2",
        table=table,
        resource=resource,
        class_name=class_name(resource),
        doc=docstring(resource.description or f"{article(noun)} {noun}", 4),
        arguments=arguments,
        columns=columns,
        uses_sa=any(re.search(r"\bsa\.", line) for line in (*arguments, *columns)),
        standard=_standard_imports(resource, own, "\n".join(arguments)),
        local=_local_imports(resource, "\n".join((*arguments, *columns))),
        source=string_source,
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


def _standard_imports(resource: ResourceSpec, columns: tuple[Column, ...], text: str) -> list[str]:
    types = {column.python for column in columns}
    lines = []
    times = sorted(types & {"date", "datetime", "time"})
    if times:
        lines.append(f"from datetime import {', '.join(times)}")
    if "Decimal" in types or "Decimal(" in text:
        lines.append("from decimal import Decimal")
    if resource.key is KeyType.UUID:
        lines.append("from uuid import UUID, uuid4")
    elif "UUID" in types:
        lines.append("from uuid import UUID")
    return lines


def _local_imports(resource: ResourceSpec, text: str) -> list[str]:
    lines = ["from app.db.base import Base"]
    if "ExactDecimal(" in text:
        lines.append("from app.db.decimals import ExactDecimal")
    if resource.timestamps:
        lines.append("from app.db.timestamped import Timestamped")
    if "UtcDateTime()" in text:
        lines.append("from app.db.utc import UtcDateTime")
    return lines
