"""What the four skills write, before anything runs."""

from __future__ import annotations

import ast
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from backwright.codegen import names
from backwright.errors import BadInput, NotSupported
from backwright.spec.model import FieldSpec, OperationName, OperationSpec, ResourceSpec

from tests.skills_app.building import STYLES, backend, built, product, raw, review
from tests.skills_app.kinds import everything

styles = pytest.mark.parametrize(("layout", "session"), STYLES)


@styles
def test_every_module_is_python_in_both_styles(layout: Any, session: Any) -> None:
    for path, owned in built(everything(layout, session)).items():
        if path.suffix == ".py":
            ast.parse(owned.file.content, str(path))


@styles
def test_the_same_spec_gives_the_same_bytes(layout: Any, session: Any) -> None:
    one, other = (built(everything(layout, session)) for _ in range(2))
    assert {path: owned.file for path, owned in one.items()} == {path: owned.file for path, owned in other.items()}


def test_the_sync_style_awaits_nothing_but_asgi() -> None:
    layout, session = STYLES[1]
    for path, owned in built(backend(product(), layout=layout, session=session)).items():
        if path.suffix == ".py" and path.name not in ("main.py", "middleware.py", "errors.py", "health.py"):
            assert "async " not in owned.file.content, path
            assert "await " not in owned.file.content, path


@styles
def test_a_second_resource_changes_no_file_of_the_first_or_of_the_service(layout: Any, session: Any) -> None:
    before = built(backend(product(), layout=layout, session=session))
    tags = ResourceSpec(name="tags", singular="tag", fields=(FieldSpec(name="name"),))
    after = built(backend(product(), tags, layout=layout, session=session))
    changed = [
        path for path, owned in before.items() if not owned.file.once and after[path].file.content != owned.file.content
    ]
    assert changed == []


def test_only_what_is_needed_is_there() -> None:
    plain = ResourceSpec(name="tags", singular="tag", fields=(FieldSpec(name="name"),), timestamps=False)
    paths = {str(path) for path in built(backend(plain))}
    for module in ("decimals", "dates", "times", "moments", "emails", "uris", "patterns"):
        assert f"app/core/{module}.py" not in paths
    assert "app/db/decimals.py" not in paths
    assert "app/core/decimals.py" in {str(path) for path in built(backend(product()))}


def test_no_module_of_the_service_names_a_resource() -> None:
    for path, owned in built(backend(product(), review())).items():
        if owned.file.part == "service" and not owned.file.once:
            assert "product" not in owned.file.content.replace("production", "").lower(), path


def test_conflicts_are_documented_where_they_can_happen() -> None:
    alone = raw(backend(product()))
    both = raw(backend(product(), review()))
    endpoints = next(path for path in alone if path.name == "products.py")
    assert "409" not in alone[endpoints]
    assert "problems(404, 409, 422)" in both[endpoints]
    cascading = raw(backend(product(), review(on_delete="cascade")))
    assert "409" not in cascading[endpoints]


def test_names_taken_by_the_base_classes_are_known() -> None:
    from pydantic import BaseModel
    from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
    from sqlalchemy.orm import DeclarativeBase

    class Base(DeclarativeBase):
        pass

    inherited = {name for one in (BaseModel, Base) for name in dir(one) if not name.startswith("_")}
    assert [name for name in sorted(inherited) if names.attribute(name) == name] == []
    assert [word for word in sorted(RESERVED_WORDS) if names.sql_name(word) == word] == []


REFUSED = {
    "a pattern with look-ahead": (FieldSpec(name="code", pattern="^(?=a)"), BadInput, "pattern"),
    "no number between the bounds": (FieldSpec(name="n", type="integer", minimum=5, maximum=4), BadInput, "`n`"),
    "no decimal between the bounds": (
        FieldSpec(name="n", type="number", format="decimal", minimum=5, exclusive_maximum=5),
        BadInput,
        "`n`",
    ),
    "no length between the bounds": (FieldSpec(name="n", min_length=9, max_length=3), BadInput, "minLength"),
    "more digits than SQLite holds": (
        FieldSpec(name="n", type="number", format="decimal", precision=30, scale=2),
        BadInput,
        "18 digits",
    ),
    "a decimal of coarse steps": (
        FieldSpec(name="n", type="number", format="decimal", multiple_of="0.05"),
        NotSupported,
        "multiple",
    ),
    "a password": (FieldSpec(name="n", format="password"), NotSupported, "authentication"),
    "an array": (FieldSpec(name="n", type="array"), NotSupported, "array"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_written_is_refused_by_name(case: str) -> None:
    field, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        raw(backend(product(field)))


def test_a_decimal_of_whole_units_is_written() -> None:
    cents = FieldSpec(name="cents", type="number", format="decimal", scale=2, multiple_of="0.01")
    assert raw(backend(product(cents)))


def test_a_model_imports_what_it_uses() -> None:
    bare = ResourceSpec(name="counts", singular="count", fields=(FieldSpec(name="seen", type="integer"),))
    text = raw(backend(bare))[PurePosixPath("app/models/count.py")]
    assert "import sqlalchemy" not in text


def test_schemas_import_what_they_use() -> None:
    only_deleted = product().model_copy(update={"operations": (OperationSpec(name=OperationName.DELETE),)})
    text = raw(backend(only_deleted))[PurePosixPath("app/schemas/product.py")]
    assert "ConfigDict" not in text


def test_no_parameter_of_a_list_can_be_null() -> None:
    text = raw(backend(product()))[PurePosixPath("app/schemas/product.py")]
    query = text[text.index("class ProductQuery") :]
    assert "| Absent = None" in query
    assert "| None" not in query


def test_a_relation_to_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="products"):
        raw(backend(review()))


def test_long_names_fit_the_line(tmp_path: Path) -> None:
    import subprocess
    import sys

    from tests.skills_app.building import write

    name = "customer_loyalty_programme_membership_levels"
    fields = (
        FieldSpec(name="date_of_the_most_recent_contract_renewal", format="date", unique=True),
        FieldSpec(name="identifier_of_the_department_in_charge", enum=tuple(f"department {n}" for n in range(30))),
    )
    resource = ResourceSpec(name=name, singular=name.removesuffix("s"), fields=fields)
    folder = write(built(backend(resource)), tmp_path)
    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length=88", "--select=E,F,I,D205,D415", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout
