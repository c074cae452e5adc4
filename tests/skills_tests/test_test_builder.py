"""The suite that test-builder writes: which files, for whom, and that they are Python somebody would keep."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from backwright.codegen.assemble import ruff_binary
from backwright.codegen.build import Build
from backwright.codegen.contribution import Contribution
from backwright.codegen.project import own_project
from backwright.codegen.templates import Templates
from backwright.skills.loader import load_build
from backwright.skills.reader import read_skill
from backwright.spec.model import (
    BackendSpec,
    FieldSpec,
    ListSpec,
    OperationSpec,
    RelationSpec,
    ResourceSpec,
    ServiceSpec,
)

SKILL = Path(__file__).parents[2] / "skills" / "test-builder"
ROOT = Path(__file__).parents[2]
QUALITY = ROOT / "tests" / "quality" / "config" / "ruff.toml"


def resource(name: str, singular: str, *fields: FieldSpec, **more: object) -> ResourceSpec:
    return ResourceSpec.model_validate({"name": name, "singular": singular, "fields": fields, **more})


PRODUCTS = resource(
    "products",
    "product",
    FieldSpec(name="name", max_length=200, unique=True),
    FieldSpec(name="price", type="number", format="decimal", precision=10, scale=2, exclusive_minimum=0),
    FieldSpec(name="note", format="text", required=False, nullable=True),
)
REVIEWS = resource(
    "reviews",
    "review",
    FieldSpec(name="rating", type="integer", minimum=1, maximum=5),
    relations=(RelationSpec(name="product", target="products"),),
)
ODD = resource(
    "nodes",
    "node",
    FieldSpec(name="class", pattern="^[A-Z]{2}$", unique=True),
    FieldSpec(name="client", max_length=40, immutable=True),
    FieldSpec(name="limit", type="boolean", required=False, default=True),
    FieldSpec(name="secret", max_length=40, write_only=True),
    FieldSpec(name="version", type="integer", read_only=True, default=1),
    FieldSpec(name="at", format="date-time"),
    relations=(RelationSpec(name="parent", target="nodes", required=False),),
    key="uuid",
)
BARE = resource(
    "flags",
    "flag",
    FieldSpec(name="on", type="boolean", unique=True),
    operations=(OperationSpec(name="create"), OperationSpec(name="list")),
    list=ListSpec(filters={}, sort=(), search=()),
    timestamps=False,
)
FIXED = resource(
    "classes",
    "class",
    FieldSpec(name="grade", type="integer", minimum=1, maximum=9),
    FieldSpec(name="room", max_length=9, immutable=True),
    operations=tuple(OperationSpec(name=name) for name in ("list", "get", "update")),
)
STYLES = ("async", "sync")


def spec_of(style: str, *resources: ResourceSpec) -> BackendSpec:
    layout = "layer" if style == "async" else "feature"
    return BackendSpec(service=ServiceSpec(name="shop", session=style, layout=layout), resources=resources)


def write(style: str, *resources: ResourceSpec, changed: frozenset[str] | None = None) -> Contribution:
    skill = read_skill(SKILL).spec
    assert skill is not None
    spec = spec_of(style, *resources)
    templates = Templates([SKILL / "assets"])
    return load_build(skill)(Build(spec=spec, project=own_project(spec.service), templates=templates, changed=changed))


def texts(contribution: Contribution) -> dict[str, str]:
    return {str(path): file.content for path, file in contribution.files.items()}


@pytest.mark.parametrize(
    ("style", "place"), [("async", "tests/api/test_reviews.py"), ("sync", "tests/features/test_reviews.py")]
)
def test_a_resource_has_a_factory_and_tests(style: str, place: str) -> None:
    files = write(style, PRODUCTS, REVIEWS).files

    assert files[PurePosixPath("tests/factories/review.py")].part == "reviews"
    assert files[PurePosixPath(place)].part == "reviews"


@pytest.mark.parametrize("style", STYLES)
def test_a_resource_more_changes_no_file(style: str) -> None:
    before, after = texts(write(style, PRODUCTS)), texts(write(style, PRODUCTS, REVIEWS))

    assert {path: after[path] for path in before} == before
    assert len(after) == len(before) + 2


def test_only_what_changed_is_written() -> None:
    parts = {file.part for file in write("async", PRODUCTS, REVIEWS, changed=frozenset({"reviews"})).files.values()}

    assert parts == {"service", "reviews"}


@pytest.mark.parametrize("style", STYLES)
def test_the_same_spec_gives_the_same_bytes(style: str) -> None:
    assert texts(write(style, PRODUCTS, REVIEWS, ODD)) == texts(write(style, PRODUCTS, REVIEWS, ODD))


@pytest.mark.parametrize("style", STYLES)
def test_only_one_style_is_spoken(style: str) -> None:
    for path, text in texts(write(style, PRODUCTS, REVIEWS)).items():
        if style == "sync" and path != "tests/core/test_middleware.py":
            assert not re.search(r"\b(async|await|AsyncClient|anyio)\b", text), path
        if style == "async":
            assert "TestClient" not in text, path


@pytest.mark.parametrize("style", STYLES)
def test_what_is_written_is_formatted_and_clean(style: str, tmp_path: Path) -> None:
    """Put it through ruff as a generated tree is, then hold it to the rules of `make quality`."""
    for path, text in texts(write(style, PRODUCTS, REVIEWS, ODD, BARE, FIXED)).items():
        ast.parse(text)
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text('"""An app."""\n')

    def ruff(*arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [ruff_binary(), *arguments, "--no-cache", "--config", str(QUALITY), "."]
        return subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)

    ruff("check", "--fix-only", "--select", "I")
    ruff("format")
    checked = ruff("check", "--ignore-noqa", "--output-format", "concise")

    assert checked.returncode == 0, checked.stdout


def test_nothing_is_tested_that_is_not_offered() -> None:
    text = texts(write("async", BARE))["tests/api/test_flags.py"]

    assert not re.search(r"client\.(put|patch|delete)\(", text)
    assert "test_get_returns_one" not in text
    assert "test_list_is_empty_at_first" in text


@pytest.mark.parametrize("style", STYLES)
def test_what_the_api_does_not_create_is_stored_behind_it(style: str) -> None:
    written = texts(write(style, FIXED))
    folder = "api" if style == "async" else "features"

    assert "stored(client, Class" in written["tests/factories/class_.py"]
    assert "tests.factories.class_ import" in written[f"tests/{folder}/test_classes.py"]
    assert "client.post(" not in written[f"tests/{folder}/test_classes.py"]
    assert "tests/rows.py" not in texts(write(style, PRODUCTS))


def test_column_types_are_tested_where_they_are_used() -> None:
    assert "tests/db/test_decimals.py" in texts(write("async", PRODUCTS))
    assert "tests/db/test_decimals.py" not in texts(write("async", BARE))
    assert "tests/db/test_utc.py" not in texts(write("async", BARE))


def test_requirements_are_for_development() -> None:
    assert {(insert.requirement.split(">")[0], insert.group) for insert in write("sync", PRODUCTS).inserts} == {
        ("pytest", "dev"),
        ("pytest-cov", "dev"),
        ("httpx2", "dev"),
    }


def test_a_bound_is_tried_from_both_sides() -> None:
    text = texts(write("async", REVIEWS, PRODUCTS))["tests/api/test_reviews.py"]

    for case in ('"rating", 0', '"rating", 6', '"rating", 1', '"rating", 5', '"rating", "1"', '"rating", None'):
        assert f"pytest.param({case}," in text, case


def test_the_skill_passes_the_validator_of_its_format() -> None:
    from skills_ref import validate

    assert validate(SKILL) == []
    assert sys.version_info >= (3, 11)
