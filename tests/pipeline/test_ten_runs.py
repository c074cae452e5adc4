"""Run after run on one repository, with people's edits between: small diffs, one commit each, every edit kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.pipeline.running import agent, build, changed_lines, commits, run_suite, trailers
from tests.target.repositories import git

NEW_RESOURCE = 1100
"""Lines that one resource may add: four modules, their tests and factory, a revision and a spec."""
NEW_FIELD = 260
"""Lines that a field may change, the revision with the table's copy on SQLite included."""


@dataclass
class Life:
    """One repository, and what people have put into it that has to stay: a text in a file, or a file that is gone."""

    repo: Path
    kept: dict[str, list[str]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.repo / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def keep(self, name: str, text: str) -> None:
        assert text in (self.repo / name).read_text(encoding="utf-8")
        self.kept.setdefault(name, []).append(text)

    def append(self, name: str, text: str) -> None:
        path = self.repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
        self.keep(name, text.strip())

    def commit(self, message: str) -> None:
        git(self.repo, "add", "-A")
        git(self.repo, "commit", "-qm", message)

    def check(self) -> None:
        for name, texts in self.kept.items():
            content = (self.repo / name).read_text(encoding="utf-8")
            for text in texts:
                assert text in content, f"{name} has lost {text!r}"
        for name in self.gone:
            assert not (self.repo / name).exists(), f"{name} is back"


def in_models(life: Life) -> None:
    life.append(
        "app/models/product.py",
        "\n    @property\n    def label(self) -> str:\n"
        '        """What a shelf says."""\n        return f"{self.name} ({self.id})"\n',
    )


def in_schemas(life: Life) -> None:
    life.edit("app/schemas/product.py", '"""', '"""What the shop tells the world. ')
    life.keep("app/schemas/product.py", "What the shop tells the world. ")


def in_data_access(life: Life) -> None:
    life.append(
        "app/crud/product.py",
        '\n\ndef shelf_mark(product: Product) -> str:\n    """Return where it stands."""\n'
        '    return f"{product.name[:1].upper()}-{product.id}"\n',
    )


def in_routers(life: Life) -> None:
    old = '    """Get one product."""\n'
    new = '    """Get one product, or 404.\n\n    Asked for by the shelf scanners too.\n    """\n'
    life.edit("app/api/v1/endpoints/products.py", old, new)
    life.keep("app/api/v1/endpoints/products.py", "Asked for by the shelf scanners too.")


def in_tests(life: Life) -> None:
    life.append(
        "tests/api/test_products.py",
        "\n\ndef test_shelf_mark() -> None:\n"
        '    assert shelf_mark(Product(id=7, name="lamp")) == "L-7"\n'
        '    assert Product(id=7, name="lamp").label == "lamp (7)"\n',
    )
    life.edit(
        "tests/api/test_products.py",
        "from tests.",
        "from app.crud.product import shelf_mark\nfrom app.models.product import Product\nfrom tests.",
    )
    life.keep("tests/api/test_products.py", "from app.crud.product import shelf_mark")


def in_readme(life: Life) -> None:
    life.edit("README.md", "## Settings\n", "## Who to ask\n\nAda, room 12.\n\n## Settings\n")
    life.keep("README.md", "Ada, room 12.")


def an_import_in_main(life: Life) -> None:
    life.edit("app/main.py", "from fastapi import FastAPI", "from app import clock\nfrom fastapi import FastAPI")
    life.append("app/clock.py", '"""The shop\'s clock."""\n\nZONE = "Europe/London"\n')
    life.append("app/main.py", "\nZONE = clock.ZONE\n")
    life.keep("app/main.py", "from app import clock")


def a_moved_file(life: Life) -> None:
    git(life.repo, "mv", "tests/factories/review.py", "tests/factories/opinion.py")
    life.edit("tests/api/test_reviews.py", "tests.factories.review", "tests.factories.opinion")
    life.gone.append("tests/factories/review.py")
    life.keep("tests/factories/opinion.py", "def ")


def a_deleted_file(life: Life) -> None:
    git(life.repo, "rm", "-q", "compose.yaml")
    life.gone.append("compose.yaml")


def in_spec(life: Life) -> None:
    life.edit("specs/backend/customers.yaml", "fields:", "# agreed with sales on Monday\nfields:")
    life.keep("specs/backend/customers.yaml", "# agreed with sales on Monday")


def in_what_is_renamed(life: Life) -> None:
    with (life.repo / "app/models/tag.py").open("a") as file:
        file.write('\n    def shout(self) -> str:\n        """Loud."""\n        return self.name.upper()\n')
    with (life.repo / "tests/api/test_tags.py").open("a") as file:
        file.write('\n\ndef test_mine() -> None:\n    """Mine."""\n    assert len("mine") == 4\n')


RUNS: tuple[tuple[Callable[[Life], None] | None, str, int], ...] = (
    (None, "add categories with unique name", NEW_RESOURCE),
    (in_models, "add customers CRUD", NEW_RESOURCE),
    (in_schemas, "add reviews with rating 1..5 and text, belonging to products", NEW_RESOURCE),
    (in_data_access, "add an integer stock field to products", NEW_FIELD),
    (in_routers, "add orders belonging to customers", NEW_RESOURCE + 100),
    (in_tests, "rename price to unit_price in products", NEW_FIELD),
    (in_readme, "add posts CRUD", NEW_RESOURCE),
    (a_deleted_file, "add comments belonging to posts", NEW_RESOURCE),
    (an_import_in_main, "remove description from products", NEW_FIELD),
    (a_moved_file, "add an optional title to reviews", NEW_FIELD),
    (in_spec, "add category to products", NEW_FIELD + 100),
    (None, "add tags with name", NEW_RESOURCE),
    (in_what_is_renamed, "rename tags to labels", 2 * NEW_RESOURCE),
    (None, "add tasks CRUD", NEW_RESOURCE),
    (None, "remove comments", NEW_RESOURCE),
)


@pytest.mark.slow
def test_run_after_run_on_one_repository(shop: Path) -> None:
    life = Life(shop)
    for edit, task, most in RUNS:
        if edit:
            edit(life)
            life.commit(edit.__name__)
        count = commits(shop)

        build(shop, task)

        assert commits(shop) == count + 1, task
        assert git(shop, "status", "--porcelain") == "", task
        assert trailers(shop)["Assisted-by"] == "fastapi-backend:offline"
        assert int(trailers(shop)["Prompt-Record"]) > 1
        lines = changed_lines(shop)
        assert sum(lines.values()) <= most, (task, lines)
        elsewhere = {name: number for name, number in lines.items() if number and not _is_about(name, task)}
        assert sum(elsewhere.values()) <= 20, (task, elsewhere)
        life.check()
    life.keep("app/models/label.py", "def shout(self) -> str:")
    life.keep("tests/api/test_labels.py", "def test_mine() -> None:")
    life.check()
    _last_command_again(life, "add tasks CRUD")
    assert "compose.yaml" not in agent("run", "fastapi-backend", "add teams CRUD", "--repo", shop, "--dry-run").err
    run_suite(shop)


def _is_about(name: str, task: str) -> bool:
    """Whether a file's name says that it belongs to what the task names; revisions do by their slug."""
    stems = {word[:3].lower() for word in task.replace(",", " ").split() if len(word) > 3}
    return any(stem in name for stem in stems) or name.startswith(("migrations/versions/", "app/core/"))


def _last_command_again(life: Life, task: str) -> None:
    head = git(life.repo, "rev-parse", "HEAD")
    assert "nothing to do" in build(life.repo, task).out
    assert git(life.repo, "rev-parse", "HEAD") == head
    assert git(life.repo, "status", "--porcelain") == ""


def test_the_same_command_again_does_nothing(shop: Path) -> None:
    head = git(shop, "rev-parse", "HEAD")

    assert "nothing to do" in build(shop, "add products CRUD").out
    assert "nothing to do" in build(shop, "apply the spec").out

    assert git(shop, "rev-parse", "HEAD") == head
    assert git(shop, "status", "--porcelain") == ""
    assert len(list(shop.glob("history/prompts/*/*.md"))) == 1
