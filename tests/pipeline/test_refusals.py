"""Bad input: one clear message, the right status, and not a byte of the target is touched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pipeline.running import Ran, agent
from tests.target.repositories import commit, every_file, git, put, repository

TASK = "add customers CRUD"
DEFINITION = (
    "---\nname: {name}\ndescription: Builds backends.\n{more}---\n\nBuild what the person asks for, and test it.\n"
)


def refused(repo: Path, *arguments: str | Path, status: int = 2) -> str:
    """Run, expect one clear message and an untouched target; return the message."""
    before = every_file(repo) if repo.is_dir() else repo.read_bytes()
    ran = agent("run", *arguments, "--repo", repo, "--verify", "none")
    assert ran.status == status, ran
    assert (every_file(repo) if repo.is_dir() else repo.read_bytes()) == before
    check_message(ran)
    as_json = agent("run", *arguments, "--repo", repo, "--verify", "none", "--json")
    check_document(as_json, status)
    assert (every_file(repo) if repo.is_dir() else repo.read_bytes()) == before
    return ran.err


def check_message(ran: Ran) -> None:
    assert ran.err.count("error: ") == 1, ran.err
    assert "Traceback" not in ran.err + ran.out
    assert "object at 0x" not in ran.err


def check_document(ran: Ran, status: int) -> None:
    assert ran.status == status
    assert ran.document["status"] == status
    assert ran.document["error"]["message"]
    assert "Traceback" not in ran.err


def definition(repo: Path, name: str, text: str) -> Path:
    path = repo / ".claude" / "agents" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_an_unknown_agent_is_refused_with_those_there_are(shop: Path) -> None:
    said = refused(shop, "django-backend", TASK, "--yes")
    assert "django-backend" in said
    assert "fastapi-backend" in said
    assert "api-reviewer" in said


def test_a_file_that_is_not_there_is_no_agent(shop: Path) -> None:
    assert "nowhere.md" in refused(shop, "./nowhere.md", TASK, "--yes")


def test_an_unknown_skill_is_named_with_its_definition(shop: Path) -> None:
    definition(shop, "builder", DEFINITION.format(name="builder", more="skills: [test-builder, graphql-builder]\n"))
    said = refused(shop, "builder", TASK, "--yes")
    assert "graphql-builder" in said
    assert "builder.md" in said
    assert "crud-builder" in said


def test_a_definition_without_a_name_says_where(shop: Path) -> None:
    path = definition(shop, "nameless", "---\ndescription: Builds backends.\n---\n\nBuild what the person asks for.\n")
    said = refused(shop, path, TASK, "--yes")
    assert "nameless.md" in said
    assert "name" in said


@pytest.mark.parametrize("words", [("fastapi-backend", ""), ("fastapi-backend", "  \n"), ("",), ("", TASK)])
def test_an_empty_task_is_refused(shop: Path, words: tuple[str, ...]) -> None:
    assert "agent run fastapi-backend" in refused(shop, *words, "--yes")


def test_more_words_than_two_are_refused(shop: Path) -> None:
    assert "quotes" in refused(shop, "fastapi-backend", "add", "products", "--yes")


def test_a_task_that_cannot_be_read_names_the_words(shop: Path) -> None:
    said = refused(shop, "fastapi-backend", "frobnicate the widgets", "--yes")
    assert "frobnicate" in said
    assert "Did you mean: add widgets CRUD" in said


def test_what_cannot_be_done_yet_is_refused_by_name(shop: Path) -> None:
    assert "mongodb" in refused(shop, "fastapi-backend", "store the products in MongoDB", "--yes").lower()


def test_half_a_request_is_not_done(shop: Path) -> None:
    assert refused(shop, "fastapi-backend", "add customers with name, and please make it fast", "--yes")


WRONG_SPEC = """\
name: customers
fields:
  name: string
  email: email unique
  age: integer 0..150
  joined: date
  score: strnig
"""


def test_an_error_in_line_7_of_a_spec_file_is_placed_there(shop: Path, tmp_path: Path) -> None:
    path = tmp_path / "customers.yaml"
    path.write_text(WRONG_SPEC)
    said = refused(shop, "fastapi-backend", "apply the spec", "--yes", "--spec", path)
    assert "customers.yaml:7" in said
    assert "strnig" in said


def test_an_error_in_an_edited_spec_of_the_backend_is_placed_too(shop: Path) -> None:
    path = shop / "specs" / "backend" / "customers.yaml"
    path.write_text(WRONG_SPEC)
    assert "specs/backend/customers.yaml:7" in refused(shop, "fastapi-backend", "apply the spec", "--yes")


def test_a_spec_that_is_no_yaml_is_placed(shop: Path, tmp_path: Path) -> None:
    path = tmp_path / "customers.yaml"
    path.write_text("name: customers\nfields:\n  name: [string\n  email: email\n")
    assert "customers.yaml:" in refused(shop, "fastapi-backend", "apply the spec", "--yes", "--spec", path)


def test_a_spec_file_that_is_not_there_is_named(shop: Path) -> None:
    said = refused(shop, "fastapi-backend", "apply the spec", "--yes", "--spec", "nowhere.yaml")
    assert "nowhere.yaml" in said


def test_a_spec_file_that_is_a_folder_is_named(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert "folder.yaml" in refused(
        shop, "fastapi-backend", "apply the spec", "--yes", "--spec", tmp_path / "folder.yaml"
    )


def test_a_target_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine\n")
    assert "file" in refused(path, "fastapi-backend", TASK, "--yes")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_target_that_is_not_writable_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "locked"
    path.mkdir()
    path.chmod(0o500)
    try:
        assert "writ" in refused(path, "fastapi-backend", TASK, "--yes")
    finally:
        path.chmod(0o700)


def test_a_bare_repository_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    assert "bare" in refused(tmp_path / "bare.git", "fastapi-backend", TASK, "--yes")


def test_a_repository_in_the_middle_of_a_merge_is_refused(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a.txt": "one\n"})
    git(repo, "checkout", "-q", "-b", "other")
    put(repo, {"a.txt": "two\n"})
    commit(repo)
    git(repo, "checkout", "-q", "main")
    put(repo, {"a.txt": "three\n"})
    commit(repo)
    git(repo, "merge", "other", check=False)
    said = refused(repo, "fastapi-backend", TASK, "--yes")
    assert "middle of a merge" in said


def test_a_foreign_application_is_refused_by_name(tmp_path: Path) -> None:
    repo = repository(
        tmp_path / "repo", {"app/main.py": 'from fastapi import FastAPI\n\napp = FastAPI(title="Mine")\n'}
    )
    said = refused(repo, "fastapi-backend", TASK, "--yes")
    assert "app/main.py" in said
    assert "did not create" in said


def test_the_engine_that_is_not_there_says_so(shop: Path) -> None:
    assert "not there yet" in refused(shop, "fastapi-backend", TASK, "--yes", "--engine", "claude")


@pytest.mark.parametrize("branch", ["other", "a..b", "-x", "", "with space", "refs/heads/", "a.lock", "HEAD"])
def test_a_branch_that_exists_or_cannot_be_is_refused(shop: Path, branch: str) -> None:
    git(shop, "branch", "other")
    said = refused(shop, "fastapi-backend", TASK, "--yes", f"--branch={branch}")
    assert "branch" in said


def test_an_interpreter_that_is_not_there_is_refused(shop: Path) -> None:
    before = every_file(shop)
    ran = agent(
        "run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--python", "/nowhere/python", "--verify", "quick"
    )
    assert ran.status == 2
    assert "/nowhere/python" in ran.err
    check_message(ran)
    assert every_file(shop) == before


def test_an_environment_file_that_is_not_there_is_refused(shop: Path) -> None:
    before = every_file(shop)
    ran = agent(
        "run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--env-file", "nowhere.env", "--verify", "quick"
    )
    assert ran.status == 2
    assert "nowhere.env" in ran.err
    assert every_file(shop) == before


def test_nobody_to_be_asked_is_said_before_anything_is_done(shop: Path) -> None:
    assert "--yes" in refused(shop, "fastapi-backend", TASK)


@pytest.mark.parametrize(
    "arguments",
    [("--verify", "much"), ("--engine", "gpt"), ("--frobnicate",), ()],
    ids=["level", "engine", "option", "no words"],
)
def test_a_wrong_call_is_a_usage_error(
    shop: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("fastapi-backend", TASK) if arguments else ()
    before = every_file(shop)
    ran = agent("run", *words, "--repo", shop, "--yes", *arguments)
    assert ran.status == 2
    assert "Traceback" not in ran.err
    assert ran.err.strip()
    assert every_file(shop) == before
    check_document(agent("run", *words, "--repo", shop, "--yes", *arguments, "--json"), 2)


def test_a_touched_file_with_uncommitted_work_stops_the_run(shop: Path) -> None:
    path = shop / "app" / "models" / "product.py"
    path.write_text(path.read_text() + "\n# mine\n")
    said = refused(shop, "fastapi-backend", "add an integer stock field to products", "--yes", status=3)
    assert "app/models/product.py" in said


def test_a_change_on_both_sides_is_reported_with_both(shop: Path) -> None:
    path = shop / "app" / "models" / "product.py"
    text = path.read_text()
    assert "    price: Mapped[Decimal]" in text
    path.write_text(text.replace("    price: Mapped[Decimal]", "    price: Mapped[Decimal | None]"))
    commit(shop)
    said = refused(shop, "fastapi-backend", "rename price to unit_price in products", "--yes", status=3)
    assert "app/models/product.py" in said
    assert "<<< yours" in said
    assert "<<< generated" in said
    assert said.rstrip().endswith("run it again.")


def test_an_edited_file_of_a_removed_resource_is_not_thrown_away(shop: Path) -> None:
    path = shop / "app" / "crud" / "product.py"
    path.write_text(path.read_text() + "\n\nMINE = 1\n")
    commit(shop)
    said = refused(shop, "fastapi-backend", "remove products", "--yes", status=3)
    assert "app/crud/product.py: edited by hand, and no longer generated" in said
    assert "more lines)" in said

    path.unlink()
    commit(shop)
    assert agent("run", "fastapi-backend", "remove products", "--repo", shop, "--yes", "--verify", "none").status == 0


def test_a_damaged_lock_says_which_file(shop: Path) -> None:
    put(shop, {"specs/backend/.base/products.lock.json": '{"format": 1,\n "spec": }\n'})
    commit(shop)
    assert "specs/backend/.base/products.lock.json:2" in refused(shop, "fastapi-backend", TASK, "--yes")


def test_an_agent_that_may_not_write_is_refused_for_a_build(shop: Path) -> None:
    assert "Write" in refused(shop, "api-reviewer", TASK, "--yes")


Spoil = Callable[[Path], None]


def test_a_failed_verification_leaves_the_target_and_names_the_log(shop: Path) -> None:
    """A test of the backend that cannot pass: status 1, the log kept."""
    put(shop, {"tests/test_mine.py": "def test_mine() -> None:\n    assert 1 + 1 == 3\n"})
    commit(shop)
    before = every_file(shop)
    ran = agent("run", "fastapi-backend", TASK, "--repo", shop, "--yes", "--verify", "full", "--json")
    assert ran.status == 1
    assert ran.document["error"]["kind"] == "VerificationFailed"
    assert "test_mine" in ran.err
    log = Path(ran.err.split("log: ")[1].splitlines()[0])
    assert "assert (1 + 1) == 3" in log.read_text()
    assert every_file(shop) == before
    shutil.rmtree(log.parent, ignore_errors=True)


def test_the_last_event_of_a_refused_run_says_why(shop: Path) -> None:
    ran = agent("run", "nobody", TASK, "--repo", shop, "--yes", "--events")
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert all("event" in event for event in events)
    assert (events[-1]["event"], events[-1]["status"]) == ("failed", 2)


def test_the_error_document_is_one_object(shop: Path) -> None:
    ran = agent("run", "nobody", TASK, "--repo", shop, "--yes", "--json")
    assert len(ran.out.splitlines()) == 1
    assert json.loads(ran.out)["error"]["kind"] == "NotFound"
