"""What is written as a record is read back exactly, and others' records are read whatever state they are in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import PurePosixPath

import pytest
import yaml
from backwright.errors import BadInput
from backwright.memory.record import CheckResult, Evaluation, Links, Outcome, Record, Run, Stage
from backwright.memory.record_names import next_id, record_path, slug_of, stage_and_feature, title_of
from backwright.memory.record_reader import parse_record
from backwright.memory.record_text import normal, render_record
from hypothesis import given, settings
from hypothesis import strategies as st

RECORD = Record(
    id="0010",
    title="Add products CRUD",
    stage="green",
    date="2026-03-01",
    prompt="add products CRUD",
    surface="cli",
    model="offline",
    feature="007-shop",
    branch="007-shop",
    user="Ann: O'Neil",
    command="agent run fastapi-backend",
    labels=("backend", "products"),
    links=Links(spec="specs/007-shop/spec.md"),
    files=("app/models/product.py",),
    tests=("tests/test_products.py",),
    run=Run(
        engine="offline",
        version="0.1.0",
        agent="fastapi-backend",
        agent_digest="ab" * 32,
        skills={"crud-builder": "cd" * 32},
        spec="0" * 64,
        memory="1e10",
        seconds=1.25,
        tokens=1200,
        cost=Decimal("0.0125"),
        verification=(CheckResult("tests", "PASS", "34 passed: all"), CheckResult("lint", "FAIL")),
        notes=("ids: uuid",),
    ),
    response="Built it.\n\n## Outcome\n\nis a heading, and so is\n\\## Prompt",
    outcome=Outcome(impact="a resource\n\n- with a list\n  deeper", tests="34 passed"),
    evaluation=Evaluation(graders="tests PASS"),
    other={"reviewer": "yes"},
)

lines = st.text(max_size=40)
prompts = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "---",
                "```",
                "````text",
                "## Outcome",
                "## Response snapshot",
                "# Prompt",
                "",
                "  x",
                "a\r",
                "- Impact: b",
            ]
        ),
        max_size=8,
    ).map("\n".join),
)
records = st.builds(
    Record,
    id=st.integers(1, 99999).map("{:04}".format),
    title=prompts.map(title_of),
    stage=st.sampled_from([str(stage) for stage in Stage]),
    date=st.dates().map(str),
    prompt=prompts,
    surface=st.none() | lines,
    model=st.none() | lines,
    feature=st.none() | lines,
    branch=st.none() | lines,
    user=st.none() | lines,
    command=st.none() | lines,
    labels=st.lists(lines, max_size=3).map(tuple),
    links=st.builds(Links, st.none() | lines, st.none() | lines),
    files=st.lists(lines, max_size=3).map(tuple),
    run=st.none()
    | st.builds(
        Run,
        engine=lines,
        version=lines,
        agent=lines,
        skills=st.dictionaries(st.from_regex(r"[a-z]+(-[a-z]+)*", fullmatch=True), lines, max_size=2),
        seconds=st.none() | st.floats(0, 1e6),
        tokens=st.none() | st.integers(0, 10**9),
        cost=st.none() | st.decimals(0, 100, places=4),
        verification=st.lists(st.builds(CheckResult, lines, st.sampled_from(["PASS", "FAIL"]), lines)).map(tuple),
        notes=st.lists(lines, max_size=3).map(tuple),
    ),
    response=prompts,
    outcome=st.builds(Outcome, prompts, prompts, prompts, prompts, prompts),
    evaluation=st.builds(Evaluation, prompts, prompts, prompts, prompts),
)


@given(records)
@settings(max_examples=300, deadline=None)
def test_a_record_is_read_back_exactly(record: Record) -> None:
    text = render_record(record)
    read, _ = parse_record(text)
    assert read == normal(record)
    assert render_record(read) == text
    assert parse_record(text.encode().decode())[0] == read


def test_a_whole_record_has_no_findings() -> None:
    text = render_record(RECORD)
    read, findings = parse_record(text, str(record_path(RECORD)))
    assert findings == ()
    assert read == normal(RECORD)
    assert read is not None
    assert read.response == RECORD.response
    assert read.outcome.impact == RECORD.outcome.impact


def test_any_yaml_reader_gets_text_where_text_is_meant() -> None:
    front = yaml.safe_load(render_record(RECORD).split("\n---\n")[0].removeprefix("---\n"))
    assert (front["id"], front["date"], front["run"]["memory"]) == ("0010", "2026-03-01", "1e10")
    assert front["run"]["seconds"] == 1.25
    assert set(front) >= {"links", "files", "tests", "labels", "surface", "command"}
    assert 'id: "0010"\n' in render_record(RECORD)


def test_the_sections_are_those_of_the_convention_in_order() -> None:
    outside = render_record(RECORD).split("\n")
    assert [line for line in outside if line.startswith("## ")] == [
        "## Prompt",
        "## Response snapshot",
        "## Outcome",
        "## Evaluation notes (flywheel)",
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "one\n---\nid: 5\n---\n## Outcome\n",
        "````\ncode\n````\nand ``` more",
        "~~~\n## Response snapshot\n",
        "windows\r\nlines\r\n",
        "\n\n  leading and trailing  \n\n",
        "",
        "{{response}} and {{frontmatter}}",
        "emoji 👩‍💻 and \u2028 separators \x0b\x0c",
    ],
)
def test_a_prompt_is_kept_whole(prompt: str) -> None:
    read, _ = parse_record(render_record(Record("0001", "A b c", "general", "2026-01-01", prompt)))
    assert read is not None
    assert read.prompt == prompt


def test_secrets_and_local_folders_never_reach_a_record() -> None:
    secret = "ghp_" + "a1B2c3" * 6
    record = Record(
        "0001",
        "A b c",
        "general",
        "2026-01-01",
        f"use {secret} in /srv/work/shop/app and /home/ann/spec.md",
        user=f"{secret}",
        response="DB_PASSWORD=hunter2 in /srv/work/shop, not /srv/work/shopping",
        files=("app/a.py",),
    )
    text = render_record(record, roots=("/srv/work/shop/",))
    assert secret not in text
    assert "hunter2" not in text
    assert "use [redacted:github-token] in [redacted:path]/app and [redacted:home]/spec.md" in text
    assert "not /srv/work/shopping" in text


def test_a_text_that_utf8_cannot_say_is_still_written() -> None:
    assert render_record(Record("0001", "A b c", "general", "2026-01-01", "bad \udcff byte")).encode()


BODY = "## Prompt\n\nadd it\n\n## Response snapshot\n\nDone.\n\n## Outcome\n\n- ✅ Impact: all\n- 🧪 Tests: 3\n"
KEYS = "title: Add it now\nstage: general\ndate: 2025-12-01\nfiles: []\ntests: []\n"


def read(text: str, path: str = "history/prompts/general/0008-add-it.general.prompt.md") -> tuple[Record, set[str]]:
    record, findings = parse_record(text, path)
    assert record is not None
    return record, {finding.code for finding in findings}


@pytest.mark.parametrize("number", ["0010", "010", "8", "'0010'", '"0010"'])
def test_an_id_is_text_as_written(number: str) -> None:
    record, _ = read(f"---\nid: {number}\n{KEYS}---\n{BODY}")
    assert record.id == number.strip("'\"")


@pytest.mark.parametrize(
    ("front", "code"),
    [
        (f"---\nid: 0008\ntitle: Fix: the id\n{KEYS[21:]}---\n", "record-yaml"),
        ('---\nid: 0008\nuser: "C:\\Users\\x"\n' + KEYS + "---\n", "record-yaml"),
        (f"---\nid: 0008\nlabels: [a, b\n{KEYS}---\n", "record-yaml"),
        (f"---\nid: 0008\n\tbranch: x\n{KEYS}---\n", "record-yaml"),
        (f"---\nid: 0008\nid: 0009\n{KEYS}---\n", "record-yaml"),
        (f"---\nid: 0008\nfeature: &a [*a]\n{KEYS}---\n", "record-yaml"),
        (f"---\nid: {{{{ID}}}}\n{KEYS}---\n", "record-placeholder"),
        (f"\n---\nid: 0008\n{KEYS}---\n", "record-frontmatter"),
        (f"# A record\n\n---\nid: 0008\n{KEYS}---\n", "record-frontmatter"),
        (f"id: 0008\n{KEYS}---\n", "record-frontmatter"),
        (f"---\nid: 0008\n{KEYS}\n", "record-frontmatter"),
        ("", "record-frontmatter"),
        (f"---\n{KEYS}---\n", "record-missing"),
        (f"---\nid: 0008\n{KEYS.replace('files: []', 'files:')}---\n", "record-missing"),
        (f"---\nid: 0009\n{KEYS}---\n", "record-id"),
        (f"---\nid: 0008\n{KEYS.replace('general', 'implementation')}---\n", "record-stage"),
        (f"---\nid: 0008\n{KEYS.replace('general', 'green')}feature: 001-x\n---\n", "record-route"),
        (f"---\nid: 0008\n{KEYS}surface: /home/ann/shop/x\n---\n", "record-path"),
        (f"---\nid: 0008\n{KEYS}command: run --password=hunter2\n---\n", "record-secret"),
    ],
)
def test_every_failure_is_read_and_said(front: str, code: str) -> None:
    record, codes = read(front + BODY)
    assert code in codes
    assert (record.prompt, record.response) == ("add it", "Done.")
    assert record.outcome.impact == "all"
    assert record.id in {"0008", "0009"}


@pytest.mark.parametrize("fence", ["---\r\n", "\ufeff---\n", "-----\n"])
def test_line_ends_marks_and_long_fences_are_no_matter(fence: str) -> None:
    text = f"{fence}id: 0008\n{KEYS}{fence.strip(chr(0xFEFF))}{BODY}"
    text = text if "\r" not in fence else text.replace("\r\n", "\n").replace("\n", "\r\n")
    record, codes = read(text)
    assert not codes
    assert record.prompt == "add it"


def test_lists_are_read_however_they_are_written() -> None:
    for files in (
        "a.py, b/c.py",
        "[a.py, b/c.py]",
        "\n - a.py\n - b/c.py",
        "|\n  - a.py\n  - b/c.py",
        "\n- a.py\n- b/c.py",
    ):
        record, _ = read(f"---\nid: 0008\n{KEYS.replace('files: []', f'files: {files}')}---\n{BODY}")
        assert record.files == ("a.py", "b/c.py")
    record, _ = read(f"---\nid: 0008\n{KEYS.replace('files: []', 'files_yaml: none')}---\n{BODY}")
    assert record.files == ()


def test_broken_yaml_still_gives_lists_and_links() -> None:
    record, _ = read(
        "---\nid: 0008\ntitle: a: b: c\nlinks:\n  spec: s.md\n  pr: null\nlabels:\n  - x\n  - y: z\n"
        f"{KEYS[21:]}---\n{BODY}"
    )
    assert (record.title, record.links.spec, record.links.pr) == ("a: b: c", "s.md", None)
    assert record.labels[0] == "x"


@pytest.mark.parametrize("prompt", ["# User Prompt", "## PROMPT_TEXT", "## **Prompt**", "## Prompt:", "## prompt ##"])
def test_headings_are_known_in_the_spellings_that_are_met(prompt: str) -> None:
    body = BODY.replace("## Prompt", prompt).replace("## Response snapshot", "## RESPONSE_TEXT")
    record, _ = read(f"---\nid: 0008\n{KEYS}---\n{body}")
    assert (record.prompt, record.response) == ("add it", "Done.")


def test_lists_in_the_outcome_stand_below_their_label() -> None:
    text = render_record(replace(RECORD, outcome=Outcome(impact="- one\n- two", tests="3 passed", files="- a.py")))
    assert "Impact:\n  - one\n  - two\n" in text
    assert "Tests: 3 passed\n" in text
    assert "Files:\n  - a.py\n" in text
    assert not any(line.endswith(" ") for line in text.split("\n"))


def test_what_is_no_record_is_none() -> None:
    record, (finding,) = parse_record("# Readme\n\nWords.\n", "history/prompts/README.md")
    assert record is None
    assert finding.code == "record-empty"


@given(st.text(max_size=400))
@settings(max_examples=200)
def test_reading_never_fails(text: str) -> None:
    for whole in (text, f"---\n{text}\n---\n{text}"):
        record, findings = parse_record(whole)
        assert record is not None or findings


def test_numbers_are_allocated_over_all_widths_stages_and_folders() -> None:
    assert next_id([]) == "0001"
    names = [
        "001-a.spec.prompt.md",
        "history/prompts/general/0007-b.general.prompt.md",
        "12-c.green.prompt.md",
        "README.md",
    ]
    assert next_id(names) == "0013"
    assert next_id(["PHR-0020-x.md", "20251207-by-date.misc.prompt.md"]) == "0021"
    assert next_id(["9999-x.misc.prompt.md"]) == "10000"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Add products CRUD", "add-products-crud"),
        ("Añadir señales Größe", "anadir-senales-grosse"),
        ("Don't / stop: it", "don-t-stop-it"),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=120))
def test_a_slug_is_never_empty_and_always_safe(title: str) -> None:
    slug = slug_of(title)
    assert 0 < len(slug) <= 70
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_titles_of_other_scripts_do_not_share_a_slug() -> None:
    assert slug_of("添加产品接口") != slug_of("删除产品接口")
    assert slug_of("Добавить товары и products") != slug_of("Удалить товары и products")


@given(st.text(max_size=300))
def test_a_title_has_three_to_seven_words(prompt: str) -> None:
    assert 3 <= len(title_of(prompt).split()) <= 7


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("add products CRUD", "Add products CRUD"),
        ("add reviews with rating 1..5 and text, belonging to products", "Add reviews with rating 1..5 and text"),
        ("add reviews with rating 1..5 by the user", "Add reviews with rating 1..5"),
        ("review", "Request for review"),
        ("apply it", "Request: apply it"),
        ("", "Request for nothing"),
        ("# Heading\n\n- `code`  **bold**", "Heading code bold"),
        ("use password=hunter2 for the database", "Use password for the database"),
    ],
)
def test_titles(prompt: str, title: str) -> None:
    assert title_of(prompt) == title


def test_stage_and_route_come_from_the_branch() -> None:
    there = {
        PurePosixPath("specs/007-shop"),
        PurePosixPath("specs/backend"),
        PurePosixPath("specs/feat/x"),
    }.__contains__
    assert stage_and_feature("007-shop", there, built=True) == ("green", "007-shop")
    assert stage_and_feature("007-shop", there, built=True, spec_only=True) == ("spec", "007-shop")
    assert stage_and_feature("007-shop", there, built=False) == ("explainer", "007-shop")
    assert stage_and_feature("feat/x", there, built=True) == ("green", "feat/x")
    for branch in ("main", "backend", None, "../specs/007-shop"):
        assert stage_and_feature(branch, there, built=True) == ("general", None)


def test_where_a_record_lies() -> None:
    assert record_path(RECORD).as_posix() == "history/prompts/007-shop/0010-add-products-crud.green.prompt.md"
    general = Record("0001", "添加产品", "general", "2026-01-01", "x")
    assert record_path(general).as_posix().startswith("history/prompts/general/0001-record-")
    with pytest.raises(BadInput):
        record_path(Record("0001", "t", "green", "", "", feature="../../x"))
