"""The Markdown has effect: who edits a definition or a note sees another outcome."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pipeline.running import agent, build, changed_lines, commits, record
from tests.target.repositories import commit, every_file, git, put

TASK = "add customers CRUD"
BODY = "\nYou build FastAPI backends: endpoints, models, tests.\n"
MEMORY = ".claude/agent-memory/{name}/MEMORY.md"


def define(repo: Path, name: str, more: str = "", *, file: str | None = None) -> Path:
    path = repo / ".claude" / "agents" / f"{file or name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\nname: {name}\ndescription: Builds backends.\n{more}---\n{BODY}")
    commit(repo, "a definition")
    return path


def note(repo: Path, *lines: str, name: str = "fastapi-backend") -> None:
    path = repo / MEMORY.format(name=name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# Notes\n\n" + "\n".join(lines) + "\n")


def names(repo: Path) -> list[str]:
    return git(repo, "show", "--name-status", "--no-renames", "--format=", "HEAD").splitlines()


def test_an_agent_with_one_skill_writes_only_what_that_skill_owns(shop: Path) -> None:
    define(shop, "tester", "skills: [test-builder]\n")
    before = set(git(shop, "ls-files", "app", "migrations").splitlines())

    build(shop, "add an integer stock field to products", name="tester")

    assert not [line for line in names(shop) if line.startswith("D") and "/.base/" not in line], names(shop)
    assert set(git(shop, "ls-files", "app", "migrations").splitlines()) == before
    assert not [name for name in changed_lines(shop) if name.startswith(("app/", "migrations/"))]
    assert "stock" in (shop / "tests/factories/product.py").read_text()
    assert not [name for name in changed_lines(shop) if name.startswith("tests/") and "product" not in name]


def test_all_skills_then_build_what_one_alone_left_out(shop: Path) -> None:
    define(shop, "tester", "skills: [test-builder]\n")
    build(shop, "add an integer stock field to products", name="tester")

    build(shop, "apply the spec")

    assert "stock" in (shop / "app/models/product.py").read_text()
    assert [name for name in changed_lines(shop) if name.startswith("migrations/versions/")]


def test_an_agent_with_an_empty_list_of_skills_builds_nothing(shop: Path) -> None:
    define(shop, "idle", "skills: []\n")
    before = every_file(shop)
    ran = agent("run", "idle", TASK, "--repo", shop, "--yes", "--verify", "none")
    assert ran.status == 2
    assert "skill" in ran.err
    assert every_file(shop) == before


def test_what_a_skill_requires_comes_along_and_is_said(shop: Path) -> None:
    define(shop, "router", "skills: [endpoint-generator]\n")
    ran = build(shop, TASK, name="router")
    assert "crud-builder" in ran.out
    assert (shop / "app/crud/customer.py").exists()


@pytest.mark.parametrize("tools", ["tools: Read, Grep, Glob, Bash\n", "disallowedTools: Write, Edit\n", "tools: []\n"])
def test_an_agent_that_may_not_write_can_only_report(shop: Path, tools: str) -> None:
    define(shop, "reader", tools)
    before = every_file(shop)
    ran = agent("run", "reader", TASK, "--repo", shop, "--yes", "--verify", "none")
    assert ran.status == 2
    assert "can only report" in ran.err
    assert every_file(shop) == before
    assert agent("run", "reader", "review the API", "--repo", shop, "--yes").status == 0


def test_plan_mode_is_a_dry_run(shop: Path) -> None:
    define(shop, "planner", "permissionMode: plan\n")
    before = every_file(shop)
    ran = build(shop, TASK, name="planner")
    assert "nothing was applied" in ran.out
    assert "class Customer(" in ran.out
    assert every_file(shop) == before


def test_without_memory_no_notes_are_read_or_written(shop: Path) -> None:
    define(shop, "forgetful")
    note(shop, "- ids: uuid", name="forgetful")
    commit(shop)
    ran = build(shop, TASK, name="forgetful")
    assert "from memory" not in ran.out
    assert "UUID" not in (shop / "app/models/customer.py").read_text()
    assert not [name for name in names(shop) if "agent-memory" in name]


def test_notes_of_user_scope_are_written_outside_the_commit(shop: Path, own_home: Path) -> None:
    define(shop, "mine", "memory: user\n")
    folder = own_home / ".claude" / "agent-memory" / "mine"
    folder.mkdir(parents=True)
    (folder / "MEMORY.md").write_text("# Notes\n\n- page size: 50\n")
    ran = build(shop, TASK, name="mine")
    assert "from memory: " in ran.out
    assert not [name for name in names(shop) if "agent-memory" in name]
    assert git(shop, "status", "--porcelain") == ""
    assert "page_size: 50" in (shop / "specs/backend/customers.yaml").read_text()
    facts = [path for path in folder.rglob("*.md") if path.name != "MEMORY.md"]
    assert any("customers" in path.read_text() for path in facts)


def test_a_dry_run_writes_no_notes_of_user_scope(shop: Path, own_home: Path) -> None:
    define(shop, "mine", "memory: user\n")
    agent("run", "mine", TASK, "--repo", shop, "--dry-run", "--verify", "none")
    assert not (own_home / ".claude").exists()


def test_notes_of_local_scope_stay_out_of_the_commit(shop: Path) -> None:
    define(shop, "near", "memory: local\n")
    build(shop, TASK, name="near")
    assert not [name for name in names(shop) if "agent-memory" in name]
    assert list((shop / ".claude" / "agent-memory-local" / "near").rglob("*.md"))


def test_notes_change_the_next_new_resource_and_the_record_names_them(shop: Path) -> None:
    note(shop, "- ids: uuid", "- page size: 50")
    commit(shop)
    products = (shop / "app/models/product.py").read_bytes()

    ran = build(shop, TASK)

    assert "id: Mapped[UUID]" in (shop / "app/models/customer.py").read_text()
    assert "50" in (shop / "app/schemas/customer.py").read_text()
    assert (shop / "app/models/product.py").read_bytes() == products
    kept = record(shop, "0002")
    for text in ("ids: uuid", "page size: 50"):
        assert (
            f"MEMORY.md:{3 if 'ids' in text else 4} - {text}" in kept or text in kept.split("notes:")[1].split("---")[0]
        )
        assert text in ran.out


def test_a_note_added_by_the_command_has_effect_too(shop: Path) -> None:
    assert agent("memory", "add", "fastapi-backend", "ids: uuid", "--repo", shop).status == 0
    ran = build(shop, TASK)
    assert "id: Mapped[UUID]" in (shop / "app/models/customer.py").read_text()
    assert "ids: uuid" in ran.out


@pytest.mark.parametrize("line", ["- pagination: cursor", "- ids: snowflake", "- page size: many"])
def test_a_note_that_cannot_be_honoured_is_reported(shop: Path, line: str) -> None:
    note(shop, line)
    commit(shop)
    ran = build(shop, TASK)
    (said,) = [shown for shown in ran.out.splitlines() if re.match(r"\.claude/\S+: warning memory-convention ", shown)]
    assert line.split(": ")[1] in said
    assert "MEMORY.md:3: " in said
    assert f"not honoured: {said}" in record(shop, "0002")


def test_what_is_known_of_a_resource_goes_with_it(shop: Path) -> None:
    build(shop, TASK)
    folder = shop / ".claude/agent-memory/fastapi-backend/resources"
    assert sorted(path.name for path in folder.iterdir()) == ["customers.md", "products.md"]

    build(shop, "remove customers")
    build(shop, "rename products to goods")

    assert [path.name for path in folder.iterdir()] == ["goods.md"]


def test_what_people_wrote_about_a_resource_stays_and_it_is_said(shop: Path) -> None:
    build(shop, TASK)
    known = ".claude/agent-memory/fastapi-backend/resources/customers.md"
    text = (shop / known).read_text() + "- the sales team owns it\n"
    put(shop, {known: text})
    commit(shop)

    ran = build(shop, "remove customers")

    assert (shop / known).read_text() == text
    assert f"note: {known} stays, since people wrote in it" in ran.out


def test_an_edited_skill_template_in_the_repository_changes_what_is_built(shop: Path) -> None:
    bundled = Path(__file__).parents[2] / "skills" / "sql-schema-builder" / "assets" / "model.py.j2"
    put(
        shop,
        {".claude/skills/sql-schema-builder/assets/model.py.j2": bundled.read_text() + "\n# Ours.\n"},
    )
    commit(shop)
    ran = agent("run", "fastapi-backend", "add tags with name", "--repo", shop, "--yes", "--verify", "none")
    assert ran.status == 2
    assert "agent skills trust sql-schema-builder" in ran.err
    trusted = agent("skills", "trust", "sql-schema-builder", cwd=shop)
    assert trusted.status == 0, trusted.err
    build(shop, "add tags with name")
    assert "# Ours." in (shop / "app/models/tag.py").read_text()


LIKE_THE_SEEDS = {
    "capital colour": "---\nname: {name}\ndescription: Use this agent for FastAPI backends.\ncolor: Purple\n---\n"
    + BODY,
    "plain value with a colon and skills": (
        "---\nname: {name}\ndescription: Use this agent when building REST APIs. It owns all FastAPI work: endpoints, "
        "models. Example: user: add a route\nmodel: sonnet\ncolor: red\nskills:\n  - fastapi-endpoint-generator\n"
        "  - crud-builder\n  - sql-schema-builder\n  - code-reviewer\n  - test-builder\n---\n" + BODY
    ),
    "literal line breaks": (
        '---\nname: {name}\ndescription: "Use this agent for APIs. \\\\n\\\\n<example>\\\\nContext: The user is adding '
        'a route.\\\\n</example>"\nmodel: sonnet\ncolor: yellow\n---\n' + BODY
    ),
    "project memory baked in": (
        '---\nname: {name}\ndescription: "Use this agent for backends. Examples:\\\\n\\\\n<example>x</example>"\n'
        "model: sonnet\ncolor: yellow\nmemory: project\n---\n" + BODY + "\n# Persistent Agent Memory\n\nYou have a "
        "persistent memory directory at `/home/somebody/.claude/agent-memory/x/`.\n"
    ),
    "list of examples": (
        '---\nname: {name}\ndescription: "Use this agent for APIs.\\n\\nExamples:\\n- <example>\\n  Context: x\\n  '
        '</example>"\nmodel: sonnet\ncolor: orange\n---\n' + BODY
    ),
}


@pytest.mark.parametrize("kind", LIKE_THE_SEEDS)
def test_a_definition_as_they_are_found_runs_by_its_name(shop: Path, kind: str) -> None:
    path = shop / ".claude" / "agents" / "001_found.md"
    path.parent.mkdir(parents=True)
    path.write_text(LIKE_THE_SEEDS[kind].replace("{name}", "found-agent"))
    commit(shop)

    ran = build(shop, TASK, name="found-agent")

    assert (shop / "app/models/customer.py").exists()
    assert "found-agent" in git(shop, "log", "-1", "--format=%(trailers:key=Assisted-by)")
    assert "model" not in kind or "leaves them out" in ran.out


def test_two_definitions_of_one_name_run_by_path_only(shop: Path) -> None:
    for file in ("first", "second"):
        define(shop, "twin", file=file)
    count = commits(shop)

    ran = agent("run", "twin", TASK, "--repo", shop, "--yes", "--verify", "none")

    assert ran.status == 2
    assert "first.md" in ran.err
    assert "second.md" in ran.err
    assert commits(shop) == count
    build(shop, TASK, name=str(shop / ".claude" / "agents" / "second.md"))
    assert commits(shop) == count + 1
