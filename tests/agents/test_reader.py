"""Every way a real definition goes wrong is read, and said, with its line."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from backwright.agents.flaw import Code
from backwright.agents.reader import read_agent
from backwright.agents.spec import AgentFile, McpServer
from backwright.finding import Severity

FIXTURES = Path(__file__).parent / "fixtures"
BODY = b"\nYou keep the books of the shop.\n\n---\n\nA rule above, and trailing space  \n\tand a tab.\n"

# For each file what is found, by code and line.
READ = {
    "every_field.md": [],
    "only_frontmatter.md": [],
    "capital_color.md": [("AG021", 4)],
    "colon_in_plain.md": [("FM021", 3), ("AG023", 3)],
    "quoted_examples.md": [("AG023", 3)],
    "column_0.md": [("FM022", 6)],
    "text_before.md": [("FM011", 1)],
    "code_fence_before.md": [("FM011", 1)],
    "code_fence_only.md": [("FM011", 1)],
    "tools_star.md": [("FM023", 4), ("AG030", 4)],
    "leading_blank.md": [("FM010", 1)],
    "no_opening_fence.md": [("FM012", 1)],
    "no_closing_fence.md": [("FM013", 5)],
    "no_closing_fence_but_rule.md": [("FM013", 5)],
    "long_closing_fence.md": [("FM014", 4)],
    "colon_in_lines.md": [("FM024", 4)],
    "template_value.md": [("FM025", 3), ("AG020", 4), ("AG022", 4)],
    "crlf.md": [("FM006", 2)],
    "cr.md": [("FM006", 2)],
    "bom.md": [("FM004", 1)],
    "tabs.md": [("FM027", 5)],
    "duplicate_keys.md": [("AG012", 5)],
    "alias_bomb.md": [("FM023", 6), ("AG020", 5)],
    "yaml_tag.md": [("FM026", 3)],
    "deep_nesting.md": [("FM029", 4), ("AG020", 4)],
    "nul.md": [("FM005", 2), ("FM005", 5)],
    "invalid_utf8.md": [("FM003", 3), ("FM003", 5)],
    "utf16.md": [("FM003", 1)],
    "unclosed_quote.md": [("FM020", 3)],
    "bad_escape.md": [("FM020", 3)],
    "indented_key.md": [("FM020", 3)],
    "stray_line.md": [("FM030", 2)],
    "bad_name.md": [("AG003", 2)],
    "misspelt_keys.md": [
        *(("AG011", line) for line in (2, 4, 5, 6, 7)),
        *(("AG010", line) for line in (8, 9)),
        *(("AG021", line) for line in (4, 5, 6, 7)),
        ("AG032", 4),
    ],
    "bad_values.md": [
        ("AG004", 2),
        ("AG033", 4),
        *(("AG022", line) for line in (5, 6, 7, 8, 9, 10, 11, 12)),
        ("AG020", 13),
    ],
}
NOT_READ = {
    "no_name.md": ("AG001", 2),
    "no_description.md": ("AG002", 2),
    "no_frontmatter.md": ("FM015", 1),
    "empty.md": ("FM015", 1),
}
OTHER_BODY = {"utf16.md", "nul.md", "invalid_utf8.md", "only_frontmatter.md", "no_closing_fence.md"} | {
    "no_closing_fence_but_rule.md",
    "code_fence_before.md",
    "crlf.md",
    "cr.md",
}


def read(name: str) -> AgentFile:
    return read_agent(FIXTURES / name)


def spec_of(name: str):
    spec = read(name).spec
    assert spec is not None
    return spec


def test_every_fixture_is_expected_somewhere() -> None:
    assert {path.name for path in FIXTURES.glob("*.md")} == READ.keys() | NOT_READ.keys()


@pytest.mark.parametrize("name", READ)
def test_the_definition_is_read_and_what_was_wrong_is_said_with_its_line(name: str) -> None:
    file = read(name)
    assert file.spec is not None
    assert sorted((f.code, f.place.line) for f in file.findings) == sorted(READ[name])
    assert {f.place.path for f in file.findings} <= {str(FIXTURES / name)}
    assert all(f.severity is not Severity.ERROR for f in file.findings)


@pytest.mark.parametrize("name", sorted(READ.keys() - OTHER_BODY))
def test_the_body_is_kept_byte_for_byte(name: str) -> None:
    assert read(name).body_bytes == BODY
    assert spec_of(name).body == BODY.decode()


@pytest.mark.parametrize("name", sorted(READ.keys() - {"utf16.md"}))
def test_the_body_is_the_end_of_the_file(name: str) -> None:
    assert (FIXTURES / name).read_bytes().endswith(read(name).body_bytes)


@pytest.mark.parametrize("name", sorted(READ.keys() - {"bad_name.md", "bad_values.md"}))
def test_the_name_is_read(name: str) -> None:
    assert spec_of(name).name == "book-keeper"


@pytest.mark.parametrize(("name", "expected"), NOT_READ.items())
def test_what_is_no_definition_is_an_error_with_its_place(name: str, expected: tuple[str, int]) -> None:
    file = read(name)
    assert file.spec is None
    assert file.error is not None
    assert (file.error.code, file.error.place.line) == expected


def test_every_field_is_typed() -> None:
    spec = spec_of("every_field.md")
    assert spec.description == "Keeps the books. Use it for invoices."
    assert spec.tools == ("Read", "Grep", "Bash(git diff:*, git log *)", "mcp__ledger__post")
    assert spec.disallowed_tools == ("Write", "WebFetch")
    assert (spec.model, spec.permission_mode, spec.max_turns) == ("opus", "plan", 12)
    assert spec.skills == ("crud-builder", "test-builder")
    config = {"command": "mail-server", "args": ["--quiet"], "retries": 3}
    assert spec.mcp_servers == (McpServer("ledger"), McpServer("mail", config))
    hook = {"matcher": "Bash", "hooks": [{"type": "command", "command": "./check.sh"}]}
    assert spec.hooks == {"PreToolUse": [hook]}
    assert (spec.memory, spec.background, spec.effort) == ("local", True, "high")
    assert (spec.isolation, spec.color, spec.omit_claude_md) == ("worktree", "pink", True)
    assert spec.initial_prompt == "Look at the open invoices first."
    assert spec.extra == {}
    assert spec.digest == hashlib.sha256((FIXTURES / "every_field.md").read_bytes()).hexdigest()


def test_what_is_left_out_has_its_default() -> None:
    spec = spec_of("only_frontmatter.md")
    assert (spec.tools, spec.disallowed_tools, spec.skills, spec.memory) == (None, (), None, None)
    assert (spec.model, spec.permission_mode, spec.max_turns, spec.effort) == ("inherit", "default", None, None)
    assert (spec.background, spec.omit_claude_md, spec.isolation, spec.color) == (False, False, None, None)
    assert (spec.mcp_servers, spec.hooks, spec.initial_prompt, spec.body) == ((), {}, None, "")


def test_a_colon_in_a_plain_value_loses_neither_the_value_nor_the_keys_after_it() -> None:
    spec = spec_of("colon_in_plain.md")
    assert spec.description.startswith("Use this agent to keep books. It owns the ledger.\\n\\nExamples:\\n- <example>")
    assert spec.description.endswith("\\n</example>")
    assert (spec.model, spec.color, spec.skills) == ("sonnet", "red", ("fastapi-endpoint-generator", "crud-builder"))
    assert spec.summary == "Use this agent to keep books. It owns the ledger."


def test_lines_at_column_0_stay_in_the_description_up_to_the_next_known_key() -> None:
    spec = spec_of("column_0.md")
    assert spec.description.splitlines()[1:] == [
        "",
        "<example>",
        "Context: An invoice came in.",
        'user: "Please book it."',
        "note: this line looks like a key",
        "</example>",
    ]
    assert (spec.model, spec.tools) == ("sonnet", ("Read",))


def test_a_star_means_all_tools() -> None:
    assert spec_of("tools_star.md").tools is None


def test_misspelt_keys_are_read_as_the_only_ones_they_can_mean() -> None:
    spec = spec_of("misspelt_keys.md")
    assert (spec.tools, spec.color, spec.model) == (("Read", "MultiEdit"), "orange", "haiku")
    assert spec.permission_mode == "plan"
    assert spec.extra == {"version": 1.0, "descripton": "twice"}


def test_values_that_mean_nothing_leave_the_default() -> None:
    spec = spec_of("bad_values.md")
    assert (spec.name, spec.tools, spec.model) == ("Book Keeper", (), "gpt-4")
    assert (spec.permission_mode, spec.max_turns, spec.memory, spec.effort) == ("default", None, None, None)


def test_a_name_that_is_a_path_becomes_a_name() -> None:
    assert spec_of("bad_name.md").name == "etc-passwd"


@pytest.mark.parametrize("name", ["a/b", "a\\b", "..", "a:b", "-a", "a\0b", ".hidden", "a..b", "a" * 300, "{x}", "*"])
def test_no_name_can_lead_out_of_a_folder(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.md"
    file.write_text(f'---\nname: "{name}"\ndescription: d\n---\n'.replace("\\", "\\\\"), encoding="utf-8")
    found = read_agent(file)
    assert found.findings
    if found.spec is not None:
        assert not set(found.spec.name) & set("/\\:\0*{}")
        assert not found.spec.name.startswith((".", "-"))
        assert ".." not in found.spec.name
        assert len(found.spec.name) <= 128


@pytest.mark.parametrize(
    ("value", "tools"),
    [
        ("Read, Write", ("Read", "Write")),
        ("[Read, Write]", ("Read", "Write")),
        ("Read Write", ("Read", "Write")),
        ('"Read, Write"', ("Read", "Write")),
        ("Read,Read", ("Read",)),
        ("Bash(a, b), Read", ("Bash(a, b)", "Read")),
        ("{read: true, write: false}", ("Read",)),
        ('["*"]', None),
        ("", ()),
        ("\n  - Read, Grep\n  - Write", ("Read", "Grep", "Write")),
        ("\n- Read\n- *", None),
        ("[Read, Write", ("Read", "Write")),
    ],
)
def test_tools_are_read_however_they_are_listed(tmp_path: Path, value: str, tools: tuple[str, ...] | None) -> None:
    file = tmp_path / "a.md"
    file.write_text(f"---\nname: a\ndescription: d\ntools: {value}\nmodel: opus\n---\n", encoding="utf-8")
    spec = read_agent(file).spec
    assert spec is not None
    assert (spec.tools, spec.model) == (tools, "opus")


def test_yaml_on_and_no_and_numbers_are_text_where_text_is_meant(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("---\nname: no\ndescription: 12\nmodel: 'on'\neffort: 4096\n---\n", encoding="utf-8")
    spec = read_agent(file).spec
    assert spec is not None
    assert (spec.name, spec.description, spec.model, spec.effort) == ("no", "12", "on", 4096)


def test_a_typed_control_character_is_left_out_and_said(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text('---\nname: a\ndescription: "red \\e[31m text"\n---\n', encoding="utf-8")
    found = read_agent(file)
    assert found.spec is not None
    assert found.spec.description == "red [31m text"
    assert [f.code for f in found.findings] == ["FM005"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    (tmp_path / "folder.md").mkdir()
    for name in ("loop.md", "folder.md", "missing.md", "nul\0.md"):
        file = read_agent(tmp_path / name)
        assert file.spec is None
        assert file.error is not None
        assert file.error.code == "FM001"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert read_agent(tmp_path / "pipe.md").error is not None


SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not beside this checkout")
def test_the_seed_documents_are_read() -> None:
    files = [read_agent(path) for path in sorted(SEEDS.glob("*.txt"))]
    names = [file.spec.name for file in files if file.spec]
    assert names == ["fastapi-backend-agent"] * 2 + [
        "fastapi-backend-developer",
        "fastapi-backend",
        "fastapi-backend-expert",
    ]
    assert [file.spec.color for file in files if file.spec] == ["purple", "red", "yellow", "yellow", "orange"]
    second, fourth = files[1].spec, files[3].spec
    assert second is not None
    assert second.skills is not None
    assert second.skills[0] == "fastapi-endpoint-generator"
    assert second.description.endswith("</commentary>")
    assert fourth is not None
    assert fourth.memory == "project"
    assert all(
        path.read_bytes().endswith(file.body_bytes)
        for path, file in zip(sorted(SEEDS.glob("*.txt")), files, strict=True)
    )


def test_tools_that_are_not_known_are_said_once(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    names = ", ".join(f"tool{number}" for number in range(12))
    file.write_text(f"---\nname: a\ndescription: d\ntools: Read, mcp__x__y, {names}\n---\n", encoding="utf-8")
    (finding,) = read_agent(file).findings
    assert (finding.code, finding.place.line) == ("AG031", 4)
    assert finding.message.endswith("tool9 and 2 more")


def test_a_document_that_shows_a_definition_is_none(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    shown = "---\nname: a\ndescription: d\n---\n"
    file.write_text("# How to write one\n\n" + "A line of text.\n" * 30 + shown, encoding="utf-8")
    assert read_agent(file).spec is None
    file.write_text("Here it is:\n\n```\n" + shown + "Body.\n```\n", encoding="utf-8")
    assert read_agent(file).spec is not None
    file.write_text("Here it is:\n\n```\n" + shown + "Body.\n```\nAnd so on.\n", encoding="utf-8")
    assert read_agent(file).spec is None


def test_a_key_that_is_twice_in_a_nested_mapping_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("---\nname: a\ndescription: d\nhooks:\n  Stop: [x]\n  Stop: [y]\n---\n", encoding="utf-8")
    found = read_agent(file)
    assert found.spec is not None
    assert found.spec.hooks == {"Stop": ["y"]}
    assert [(f.code, f.place.line) for f in found.findings] == [("FM028", 6)]


def test_every_code_is_said_somewhere() -> None:
    said = {code for expected in READ.values() for code, _ in expected} | {code for code, _ in NOT_READ.values()}
    elsewhere = {"FM001", "FM002", "FM028", "FM031", "AG031"}
    assert {code for code in Code if not code.startswith("SK")} == said | elsewhere
