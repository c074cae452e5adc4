"""A database brought forward by the revisions is the one that the models describe, and its rows are still there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from backwright.errors import NotSupported
from backwright.spec.change import (
    AddField,
    AddRelation,
    AddResource,
    ChangeField,
    ChangeRelation,
    RemoveField,
    RemoveResource,
    RenameField,
    RenameResource,
    SpecChange,
    Step,
)
from backwright.spec.model import BackendSpec, FieldSpec, KeyType, RelationSpec, ResourceSpec

from tests.services import postgres_server
from tests.skills_app.building import STYLES, backend, contributions, product, review, write_history

WORKER = Path(__file__).with_name("schema_worker.py")
databases = pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])

INSERT = (
    "INSERT INTO products (id, name, price, created_at, updated_at) VALUES "
    "(1, 'Lamp', {price}, '2026-01-01 00\\:00\\:00', '2026-01-01 00\\:00\\:00')"
)
INSERT_REVIEW = (
    "INSERT INTO reviews (id, rating, text, product_id, created_at, updated_at) VALUES "
    "(7, 4, 'bright', 1, '2026-01-01 00\\:00\\:00', '2026-01-01 00\\:00\\:00')"
)


def migrate(folder: Path, database: str, insert: Sequence[str], ask: Sequence[str]) -> dict[str, Any]:
    url = "sqlite:///./test.db"
    if database == "postgresql":
        url = _fresh_postgres(folder.name)
    price = "1990" if database == "sqlite" else "19.90"
    plan = {"insert": [statement.replace("{price}", price) for statement in insert], "ask": list(ask)}
    result = subprocess.run(
        [sys.executable, str(WORKER), json.dumps(plan)],
        cwd=folder,
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    return dict(json.loads(result.stdout.splitlines()[-1]))


def _fresh_postgres(name: str) -> str:
    import sqlalchemy as sa

    address = postgres_server()

    database = "".join(c if c.isalnum() else "_" for c in f"bw_{name}").lower()[:60]
    server = sa.create_engine(
        address.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    with server.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{database}"'))
    base = address.rsplit("/", 1)[0]
    return f"{base}/{database}"


def agree(found: dict[str, Any]) -> None:
    """Say where the schemas of migrations and models part."""
    assert found["left"] == []
    assert _differences(found["migrated"], found["models"]) == []
    assert _differences(found["again"], found["models"]) == []


def _differences(one: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    assert one.keys() == other.keys()
    return [
        (table, part, one[table][part], other[table][part])
        for table in one
        for part in one[table]
        if one[table][part] != other[table][part]
    ]


EVERY_KIND = (
    FieldSpec(name="email", format="email", unique=True),
    FieldSpec(name="day", format="date", default="2020-01-01"),
    FieldSpec(name="at", format="date-time"),
    FieldSpec(name="clock", format="time", required=False),
    FieldSpec(name="token", format="uuid"),
    FieldSpec(name="big", type="integer", format="int64", default=5),
    FieldSpec(name="ratio", type="number", minimum="0.5"),
    FieldSpec(name="money", type="number", format="decimal", minimum="0.5", default="1.25"),
    FieldSpec(name="flag", type="boolean", default=True),
    FieldSpec(name="status", enum=("new", "it's"), default="new"),
    FieldSpec(name="order", type="integer", minimum=0),
)

CHANGES: dict[str, tuple[list[list[Step]], list[str], list[list[str]]]] = {
    "an optional field": (
        [[AddField(resource="products", field=FieldSpec(name="color", required=False))]],
        ["SELECT name, color FROM products"],
        [["Lamp", "None"]],
    ),
    "a required field with a back-fill": (
        [[AddField(resource="products", field=FieldSpec(name="stock", type="integer", minimum=1, backfill=3))]],
        ["SELECT stock FROM products"],
        [["3"]],
    ),
    "a required field without one": (
        [[AddField(resource="products", field=FieldSpec(name="color"))]],
        ["SELECT color FROM products"],
        [[""]],
    ),
    "every kind of field": (
        [[AddField(resource="products", field=field) for field in EVERY_KIND]],
        ["SELECT status, big FROM products"],
        [["new", "5"]],
    ),
    "a renamed field": (
        [[RenameField(resource="products", field="name", name="order")]],
        ['SELECT "order" FROM products'],
        [["Lamp"]],
    ),
    "a renamed field that nothing else refers to": (
        [[RenameField(resource="products", field="description", name="details")]],
        ["SELECT name, details FROM products"],
        [["Lamp", "None"]],
    ),
    "a renamed relation": (
        [[RenameField(resource="reviews", field="product", name="item")]],
        ["SELECT item_id FROM reviews"],
        [["1"]],
    ),
    "a renamed resource that others belong to": (
        [[RenameResource(resource="products", name="items", singular="item")]],
        ["SELECT name FROM items", "SELECT rating FROM reviews JOIN items ON items.id = product_id"],
        [["Lamp"], ["4"]],
    ),
    "a removed field": ([[RemoveField(resource="reviews", field="text")]], ["SELECT rating FROM reviews"], [["4"]]),
    "a removed resource": ([[RemoveResource(resource="reviews")]], ["SELECT name FROM products"], [["Lamp"]]),
    "a new resource and a relation to it": (
        [
            [
                AddResource(resource=ResourceSpec(name="shops", singular="shop", fields=(FieldSpec(name="city"),))),
                AddRelation(resource="products", relation=RelationSpec(name="shop", target="shops", required=False)),
            ]
        ],
        ["SELECT name, shop_id FROM products"],
        [["Lamp", "None"]],
    ),
    "another type and other constraints": (
        [
            [
                ChangeField(
                    resource="products",
                    field=FieldSpec(name="price", type="number", format="decimal", precision=12, scale=4, minimum=1),
                ),
                ChangeField(
                    resource="reviews", field=FieldSpec(name="rating", type="number", format="decimal", scale=1)
                ),
                ChangeField(resource="products", field=FieldSpec(name="name", max_length=50, unique=True)),
            ]
        ],
        ["SELECT name FROM products"],
        [["Lamp"]],
    ),
    "nothing may be missing any more": (
        [[ChangeField(resource="products", field=FieldSpec(name="description", format="text", backfill="a: 'b'"))]],
        ["SELECT description FROM products"],
        [["a: 'b'"]],
    ),
    "another rule for deletions": (
        [
            [
                ChangeRelation(
                    resource="reviews",
                    relation=RelationSpec(name="product", target="products", on_delete="cascade", unique=True),
                )
            ]
        ],
        ["SELECT rating FROM reviews"],
        [["4"]],
    ),
    "one change after another": (
        [
            [AddField(resource="products", field=FieldSpec(name="stock", type="integer", default=1))],
            [RenameField(resource="products", field="stock", name="amount")],
            [RenameResource(resource="products", name="items", singular="item")],
            [
                RenameField(resource="items", field="amount", name="number"),
                ChangeField(resource="items", field=FieldSpec(name="number", max_length=20)),
            ],
        ],
        ["SELECT number FROM items"],
        [["1"]],
    ),
}


@databases
@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_backend_keeps_its_rows_and_has_the_schema_of_its_models(
    name: str, database: str, tmp_path: Path
) -> None:
    changes, ask, answers = CHANGES[name]
    write_history(tmp_path, backend(product(), review()), changes)
    found = migrate(tmp_path, database, [INSERT, INSERT_REVIEW], ask)
    agree(found)
    assert [row for rows in found["answers"] for row in rows] == answers


@databases
@pytest.mark.parametrize(("layout", "session"), STYLES)
def test_a_new_backend_has_the_schema_of_its_models(layout: Any, session: Any, database: str, tmp_path: Path) -> None:
    spec = backend(product(*EVERY_KIND), review(on_delete="set_null"), layout=layout, session=session)
    spec = spec.with_resource(ResourceSpec(name="tokens", singular="token", key="uuid", timestamps=False))
    write_history(tmp_path, spec, [])
    agree(migrate(tmp_path, database, [], []))


def change_of(spec: BackendSpec, *steps: Step) -> dict[str, Any]:
    from backwright.spec.apply import apply_change

    change = SpecChange(steps=steps)
    return dict(contributions(apply_change(spec, change), spec, change)["sql-schema-builder"].files)


THEIRS = ["ALTER TABLE products ADD COLUMN theirs TEXT DEFAULT 'kept'", INSERT.replace("{price}", "1990")]


def test_columns_of_somebody_elses_survive_where_sqlite_need_not_rebuild(tmp_path: Path) -> None:
    steps: list[Step] = [
        RenameField(resource="products", field="description", name="details"),
        AddField(resource="products", field=FieldSpec(name="color", required=False)),
    ]
    write_history(tmp_path, backend(product()), [steps])

    found = migrate(tmp_path, "sqlite", THEIRS, ["SELECT name, theirs, color FROM products"])

    assert found["answers"] == [[["Lamp", "kept", "None"]]]


def test_a_rebuild_stops_at_columns_of_somebody_elses(tmp_path: Path) -> None:
    steps: list[Step] = [ChangeField(resource="products", field=FieldSpec(name="name", max_length=50, unique=True))]
    write_history(tmp_path, backend(product()), [steps])

    with pytest.raises(AssertionError, match="products would lose columns that are not in the spec: theirs"):
        migrate(tmp_path, "sqlite", THEIRS, [])


def test_nothing_about_tables_means_no_revision() -> None:
    spec = backend(product())
    described = spec.resources[0].model_copy(update={"description": "Something to buy."})
    parts = contributions(spec.with_resource(described), spec)
    assert not [path for path in parts["sql-schema-builder"].files if "versions" in path.parts]


def test_the_same_change_gives_the_same_revision() -> None:
    step = AddField(resource="products", field=FieldSpec(name="color", required=False))
    once, again = (change_of(backend(product()), step) for _ in range(2))
    assert once == again
    assert [path.name.partition("_")[2] for path in once if "versions" in path.parts] == ["add_color_to_products.py"]


def test_what_rows_get_is_said() -> None:
    spec = backend(product())
    change = SpecChange(steps=(AddField(resource="products", field=FieldSpec(name="stock", type="integer")),))
    from backwright.spec.apply import apply_change

    said = contributions(apply_change(spec, change), spec, change)["sql-schema-builder"].assumptions
    assert said == ("products.stock: rows that have no value get 0",)


@pytest.mark.parametrize(
    "field", [FieldSpec(name="price", format="uuid"), FieldSpec(name="price", format="date")], ids=["uuid", "date"]
)
def test_a_type_that_old_values_cannot_become_is_refused(field: FieldSpec) -> None:
    with pytest.raises(NotSupported, match="price"):
        change_of(backend(product()), ChangeField(resource="products", field=field))


def test_another_type_of_key_is_refused() -> None:
    spec = backend(product())
    other = backend(product().model_copy(update={"key": KeyType.UUID}))
    with pytest.raises(NotSupported, match="key"):
        contributions(other, spec)


def test_resources_in_a_circle_are_refused() -> None:
    one = ResourceSpec(name="as", singular="a", relations=(RelationSpec(name="b", target="bs"),))
    other = ResourceSpec(name="bs", singular="b", relations=(RelationSpec(name="a", target="as"),))
    with pytest.raises(NotSupported, match="circle"):
        contributions(backend(one, other))
