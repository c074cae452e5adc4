"""Two branches with a resource each: plain git merges them, and the next run settles the migrations."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from tests.pipeline.conftest import ada_at_home
from tests.pipeline.running import agent, build, commits, run_suite
from tests.target.repositories import git

REVIEWS = "add reviews with rating 1..5 and text, belonging to products"


@pytest.fixture(scope="module")
def built_branches(built_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """On main: customers; on the branch `reviews`: reviews. Neither is merged."""
    repo = Path(shutil.copytree(built_shop, tmp_path_factory.mktemp("branches") / "shop", symlinks=True))
    with ada_at_home(tmp_path_factory.mktemp("builder")):
        git(repo, "checkout", "-q", "-b", "reviews")
        build(repo, REVIEWS)
        git(repo, "checkout", "-q", "main")
        build(repo, "add customers CRUD")
    return repo


@pytest.fixture
def branches(built_branches: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built_branches, tmp_path / "shop", symlinks=True))


def revisions(repo: Path) -> dict[str, object]:
    """Return what each revision follows, by the words of its file's name."""
    found = {}
    for path in sorted(repo.glob("migrations/versions/*.py")):
        assigned = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        found[assigned["revision"]] = assigned["down_revision"]
    return found


def heads(repo: Path) -> list[str]:
    found = revisions(repo)
    followed = {
        one
        for down in found.values()
        if down
        for one in ([down] if isinstance(down, str) else down)  # type: ignore[attr-defined]
    }
    return sorted(found.keys() - followed)


def publish(repo: Path, folder: Path, *branch: str) -> None:
    git(folder.parent, "init", "-q", "--bare", str(folder))
    git(repo, "remote", "add", "origin", str(folder))
    git(repo, "push", "-q", "origin", *branch)


def test_plain_git_merges_them_without_a_conflict(branches: Path) -> None:
    git(branches, "merge", "-q", "--no-edit", "reviews")

    assert git(branches, "status", "--porcelain") == ""
    assert len(heads(branches)) == 2


@pytest.mark.parametrize(
    "tasks",
    [
        ("add events with day (date)", "add shops with email"),
        ("add slots with start (time)", "add links with address (url)"),
        (REVIEWS, "add offers with text, belonging to products"),
    ],
)
def test_branches_that_need_more_modules_or_change_the_same_one_merge_too(shop: Path, tasks: tuple[str, str]) -> None:
    git(shop, "checkout", "-q", "-b", "other")
    build(shop, tasks[0])
    git(shop, "checkout", "-q", "main")
    build(shop, tasks[1])

    git(shop, "merge", "-q", "--no-edit", "other")
    build(shop, "apply the spec")

    assert len(heads(shop)) == 1


def test_what_nobody_else_has_seen_is_put_behind_the_other(branches: Path) -> None:
    git(branches, "merge", "-q", "--no-edit", "reviews")
    before = commits(branches)

    ran = build(branches, "apply the spec")

    assert len(heads(branches)) == 1
    assert all(not isinstance(down, tuple) for down in revisions(branches).values())
    assert "let migration" in ran.out
    assert "a database that has it already" in ran.out
    assert commits(branches) == before + 1
    assert "nothing to do" in build(branches, "apply the spec").out


def test_what_was_pushed_stays_where_it_is(branches: Path, tmp_path: Path) -> None:
    publish(branches, tmp_path / "origin.git", "reviews")
    was = revisions(branches)
    git(branches, "merge", "-q", "--no-edit", "reviews")
    merged = revisions(branches)
    (reviews,) = merged.keys() - was.keys()

    build(branches, "apply the spec")

    (customers,) = [one for one in was if was[one] is not None]
    assert revisions(branches)[customers] == reviews
    assert revisions(branches)[reviews] == merged[reviews]
    assert heads(branches) == [customers]


def test_where_both_were_pushed_a_revision_merges_them(branches: Path, tmp_path: Path) -> None:
    publish(branches, tmp_path / "origin.git", "reviews", "main")
    git(branches, "merge", "-q", "--no-edit", "reviews")
    two = heads(branches)
    was = revisions(branches)

    build(branches, "apply the spec")

    (last,) = heads(branches)
    found = revisions(branches)
    assert found.pop(last) == tuple(two)
    assert found == was


def test_a_task_on_two_heads_settles_them_too(branches: Path, tmp_path: Path) -> None:
    publish(branches, tmp_path / "origin.git", "reviews", "main")
    git(branches, "merge", "-q", "--no-edit", "reviews")

    build(branches, "add an integer stock field to products")

    assert len(heads(branches)) == 1


def test_a_migration_written_by_a_person_is_not_moved(branches: Path) -> None:
    first = next(one for one, down in revisions(branches).items() if down is None)
    mine = branches / "migrations" / "versions" / "mine.py"
    mine.write_text(
        f'"""Mine."""\n\nrevision = "mine"\ndown_revision = "{first}"\nbranch_labels = None\ndepends_on = None\n\n\n'
        'def upgrade() -> None:\n    """Up."""\n\n\ndef downgrade() -> None:\n    """Down."""\n'
    )
    text = mine.read_bytes()
    git(branches, "add", "-A")
    git(branches, "commit", "-qm", "a migration of my own")

    build(branches, "apply the spec")

    assert mine.read_bytes() == text
    assert len(heads(branches)) == 1


@pytest.mark.slow
def test_merged_branches_verify_and_their_suite_is_green(branches: Path) -> None:
    git(branches, "merge", "-q", "--no-edit", "reviews")

    ran = agent("run", "fastapi-backend", "apply the spec", "--repo", branches, "--yes", "--verify", "full", "--json")

    assert ran.status == 0, ran.err
    assert ran.document["checks"].keys() >= {"import", "migrations", "tests"}
    assert git(branches, "status", "--porcelain") == ""
    assert '"/api/v1/reviews"' in (branches / "specs/backend/openapi.json").read_text()


@pytest.mark.slow
@pytest.mark.postgres
def test_the_suite_of_merged_branches_is_green_on_postgresql(branches: Path, postgres_url: str) -> None:
    git(branches, "merge", "-q", "--no-edit", "reviews")
    build(branches, "apply the spec")

    run_suite(branches, "tests/test_migrations.py", "tests/api", environment={"DATABASE_URL": postgres_url})
