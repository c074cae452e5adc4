"""A backend with every kind of field, and names that Python, SQL, Pydantic or SQLAlchemy keep for themselves."""

from __future__ import annotations

from backwright.spec.model import (
    BackendSpec,
    FieldSpec,
    KeyType,
    Layout,
    ListSpec,
    OperationName,
    OperationSpec,
    RelationSpec,
    ResourceSpec,
    SessionKind,
)

from tests.skills_app.building import backend

RESERVED = (
    *("class", "from", "metadata", "model_config", "order", "user", "type", "schema", "json", "copy", "registry"),
    *("limit", "sort", "search", "skip", "date", "int", "list", "select", "table", "validate", "match", "none"),
)

SCALARS = (
    FieldSpec(name="email", format="email", unique=True),
    FieldSpec(name="site", format="uri", required=False),
    FieldSpec(name="day", format="date"),
    FieldSpec(name="at", format="date-time"),
    FieldSpec(name="clock", format="time"),
    FieldSpec(name="serial", format="uuid", unique=True),
    FieldSpec(name="count", type="integer", minimum=-5, exclusive_maximum=100),
    FieldSpec(name="big", type="integer", format="int64"),
    FieldSpec(name="step", type="integer", multiple_of=5, minimum=5, maximum=100),
    FieldSpec(name="ratio", type="number", minimum=0, exclusive_maximum=1),
    FieldSpec(name="money", type="number", format="decimal", precision=12, scale=4, minimum="0.5", maximum="99.25"),
    FieldSpec(name="signed", type="number", format="decimal", precision=6, scale=3, default="-1.5", required=False),
    FieldSpec(name="tiny", type="number", format="decimal", precision=18, scale=8, required=False),
    FieldSpec(name="flag", type="boolean"),
    FieldSpec(name="status", enum=("new", "it's"), default="new", required=False),
    FieldSpec(name="code", pattern="^[A-Z]{2}-[0-9]{3}$", unique=True, immutable=True, description='The "code".'),
    FieldSpec(name="seen", type="integer", read_only=True, default=0),
    FieldSpec(name="hint", write_only=True, max_length=20),
    FieldSpec(name="opened", format="date", default="2020-01-01", required=False),
)

EVERYTHING: tuple[ResourceSpec, ...] = (
    ResourceSpec(
        name="classes",
        singular="class",
        key=KeyType.UUID,
        fields=tuple(FieldSpec(name=name, required=False) for name in RESERVED),
        relations=(RelationSpec(name="parent", target="classes", required=False, on_delete="set_null"),),
    ),
    ResourceSpec(
        name="things",
        singular="thing",
        fields=SCALARS,
        relations=(
            RelationSpec(name="class", target="classes", on_delete="cascade"),
            RelationSpec(name="owner", target="things", required=False),
        ),
    ),
    ResourceSpec(
        name="sessions",
        singular="session",
        timestamps=False,
        operations=tuple(OperationSpec(name=OperationName(name)) for name in ("list", "create", "get", "delete")),
        fields=(FieldSpec(name="data"), FieldSpec(name="query"), FieldSpec(name="request")),
    ),
    ResourceSpec(
        name="responses",
        singular="response",
        fields=(FieldSpec(name="page"),),
        list=ListSpec(filters={}, sort=(), search=(), page_size=20, max_page_size=50),
    ),
    ResourceSpec(
        name="warnings",
        singular="warning",
        operations=(OperationSpec(name=OperationName.GET), OperationSpec(name=OperationName.REPLACE)),
        fields=(FieldSpec(name="text"),),
    ),
)


def everything(layout: Layout = Layout.LAYER, session: SessionKind = SessionKind.ASYNC) -> BackendSpec:
    return backend(*EVERYTHING, layout=layout, session=session)
