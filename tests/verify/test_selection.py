"""Quick verification leaves out the tests that a change cannot affect, and no others."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from backwright.spec.model import BackendSpec, RelationSpec, ResourceSpec, ServiceSpec
from backwright.verify.selection import EVERYTHING, affected_tests


def resource(name: str, singular: str, *targets: str) -> ResourceSpec:
    relations = tuple(RelationSpec(name=f"to_{target}", target=target) for target in targets)
    return ResourceSpec(name=name, singular=singular, relations=relations)


SPEC = BackendSpec(
    service=ServiceSpec(name="shop"),
    resources=(
        resource("products", "product"),
        resource("reviews", "review", "products"),
        resource("votes", "vote", "reviews"),
        resource("orders", "order"),
        resource("order_items", "order_item", "orders", "products"),
        resource("tags", "tag"),
    ),
)
TESTS = {
    "tests/api/test_products.py": "",
    "tests/api/test_reviews.py": "",
    "tests/api/test_votes.py": "",
    "tests/api/test_orders.py": "",
    "tests/crud/test_order_item.py": "",
    "tests/tags/test_router.py": "",
    "tests/test_logging.py": "",
    "tests/test_document.py": "app.openapi()",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in TESTS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def selected(folder: Path, *changed: str) -> set[str] | None:
    found = affected_tests(folder, [PurePosixPath(path) for path in changed], SPEC)
    return None if found is EVERYTHING else {PurePosixPath(path).stem.removeprefix("test_") for path in found}


def test_a_resource_affects_itself_and_all_that_point_at_it(folder: Path) -> None:
    assert selected(folder, "app/models/product.py") == {"products", "reviews", "votes", "order_item", "document"}


def test_and_those_it_points_at_but_no_further(folder: Path) -> None:
    assert selected(folder, "app/crud/vote.py") == {"votes", "reviews", "document"}


def test_order_is_not_order_item(folder: Path) -> None:
    assert selected(folder, "app/api/v1/endpoints/order_items.py") == {
        "order_item",
        "orders",
        "products",
        "document",
    }


def test_the_feature_layout_names_resources_by_folders(folder: Path) -> None:
    assert selected(folder, "app/features/tags/service.py") == {"router", "document"}


@pytest.mark.parametrize("path", ["app/main.py", "tests/conftest.py", "pyproject.toml", "app/core/errors.py"])
def test_a_shared_file_affects_everything(folder: Path, path: str) -> None:
    assert selected(folder, "app/models/tag.py", path) is None


def test_a_migration_alone_affects_what_looks_at_the_whole(folder: Path) -> None:
    assert selected(folder, "migrations/versions/abc_initial.py") == {"document"}


def test_documents_specs_and_records_affect_nothing(folder: Path) -> None:
    assert (
        selected(folder, "README.md", "specs/backend/products.yaml", "history/prompts/general/1-x.prompt.md") == set()
    )


def test_without_a_spec_everything_runs(folder: Path) -> None:
    assert affected_tests(folder, [PurePosixPath("app/models/tag.py")], None) is EVERYTHING
