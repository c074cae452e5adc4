"""The Prompt History Record of a run: whole, verbatim, from what the program knows."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.running import agent, build, commits, record, trailers
from tests.target.repositories import every_file, git


def parsed(repo: Path, identity: str):
    from backwright.memory.record_reader import parse_record

    found, findings = parse_record(record(repo, identity))
    assert found is not None
    assert findings == ()
    return found


def test_the_record_says_everything_about_the_run(shop: Path) -> None:
    build(shop, "add reviews with rating 1..5 and text, belonging to products")

    found = parsed(shop, "0002")

    assert found.id == "0002" == trailers(shop)["Prompt-Record"]
    assert found.stage == "general"
    assert 3 <= len(found.title.split()) <= 7
    assert found.prompt == "add reviews with rating 1..5 and text, belonging to products"
    assert found.branch == "main"
    assert found.user == "Ada"
    assert found.model == "offline"
    changed = git(shop, "show", "--name-only", "--format=", "HEAD").splitlines()
    assert set(found.files) <= set(changed)
    left_out = set(changed) - set(found.files)
    assert all("/.base/objects/" in name or name.startswith("history/prompts/") for name in left_out), left_out
    assert found.tests == ("tests/api/test_reviews.py",)
    assert found.run is not None
    assert found.run.engine == "offline"
    assert set(found.run.skills) >= {"crud-builder", "sql-schema-builder", "test-builder"}
    assert [(check.name, check.result) for check in found.run.verification] == [("compile", "PASS")]
    text = record(shop, "0002")
    assert "{{" not in text
    assert "TODO" not in text
    assert str(shop) not in text
    assert git(shop, "rev-parse", "HEAD") not in text


def test_a_prompt_of_several_lines_is_kept_verbatim(shop: Path) -> None:
    prompt = "add tags with name\nadd posts CRUD"
    ran = agent("run", "fastapi-backend", prompt, "--repo", shop, "--yes", "--verify", "none")
    assert ran.status == 0, ran.err
    assert parsed(shop, "0002").prompt == prompt


def test_backticks_and_fences_in_the_prompt_do_not_end_its_section(shop: Path) -> None:
    prompt = "review the API\n```\n## Outcome\nid: 7\n```\nand ~~~ too"
    ran = agent("run", "api-reviewer", prompt, "--repo", shop, "--yes")
    assert ran.status == 0, ran.err
    assert parsed(shop, "0002").prompt == prompt


def test_secrets_in_the_prompt_are_redacted_everywhere(shop: Path) -> None:
    secret = "ghp_" + "a1B2" * 9
    ran = agent("run", "api-reviewer", f"review the API, the token is {secret}", "--repo", shop, "--yes")
    assert ran.status == 0, ran.err
    assert "[redacted:" in record(shop, "0002")
    assert secret.encode() not in b"".join(
        content for name, content in every_file(shop).items() if not name.startswith(".git/")
    )
    assert secret not in git(shop, "log", "-1", "--format=%B")


def test_a_review_is_recorded_and_changes_nothing_else(shop: Path) -> None:
    (shop / "app/api/v1/endpoints/extra.py").write_text(
        '"""More."""\n\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get("/extra")\n'
        'async def extra(limit: int = 10):\n    """More."""\n    return {"limit": limit}\n'
    )
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "more")
    count = commits(shop)

    ran = agent("run", "api-reviewer", "review the API", "--repo", shop, "--yes", "--json")

    assert ran.status == 0, ran.err
    assert any("app/api/v1/endpoints/extra.py" in finding for finding in ran.document["findings"])
    assert commits(shop) == count + 1
    (name,) = git(shop, "show", "--name-only", "--format=", "HEAD").splitlines()
    assert name.startswith("history/prompts/")
    found = parsed(shop, "0002")
    assert "extra.py" in found.response
    assert found.labels == ("api-reviewer", "offline", "review")


def test_a_dry_review_leaves_no_record(shop: Path) -> None:
    before = every_file(shop)
    assert agent("run", "api-reviewer", "review the API", "--repo", shop, "--dry-run").status == 0
    assert every_file(shop) == before


def test_on_a_feature_branch_the_record_goes_to_the_feature(shop: Path) -> None:
    git(shop, "checkout", "-q", "-b", "001-tags")
    (shop / "specs" / "001-tags").mkdir()
    (shop / "specs" / "001-tags" / "spec.md").write_text("# Tags\n")
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "feature")
    build(shop, "add tags with name")
    assert len(list(shop.glob("history/prompts/001-tags/0002-*.green.prompt.md"))) == 1
    assert parsed(shop, "0002").feature == "001-tags"


def test_history_lists_and_shows_what_was_recorded(shop: Path) -> None:
    build(shop, "add tags with name")
    assert "0002" in agent("history", "list", "--repo", shop).out
    assert "add tags with name" in agent("history", "show", "2", "--repo", shop).out
