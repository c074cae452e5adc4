"""A task without a name goes to the agent whose description fits, with the reason; what is not clear is listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from backwright.agents.description import read_description
from backwright.agents.dispatch import dispatch
from backwright.agents.vocabulary import vocabulary, words
from backwright.errors import BadInput, NotFound


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    return tmp_path / "repo"


def define(repo: Path, name: str, description: str, more: str = "") -> None:
    path = repo / ".claude" / "agents" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\nname: {name}\ndescription: {description}\n{more}---\n", encoding="utf-8")


def name_for(task: str, repo: Path) -> str:
    spec = dispatch(task, repo).file.spec
    assert spec is not None
    return spec.name


def listed(task: str, repo: Path) -> dict[str, str]:
    with pytest.raises(NotFound) as caught:
        dispatch(task, repo)
    return dict(line.split(maxsplit=1) for line in caught.value.candidates)


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("add products CRUD", "fastapi-backend"),
        ("add widgets", "fastapi-backend"),
        ("add reviews with rating 1..5 and text, belonging to products", "fastapi-backend"),
        ("add an integer stock field to products", "fastapi-backend"),
        ("apply the spec", "fastapi-backend"),
        ("How do I protect the admin endpoints?", "fastapi-backend"),
        ("review the endpoints before the merge", "api-reviewer"),
        ("The /users endpoint is taking 5 seconds to respond", "api-reviewer"),
        ("write tests for orders", "test-engineer"),
    ],
)
def test_a_task_finds_its_agent_by_the_descriptions(repo: Path, task: str, name: str) -> None:
    assert name_for(task, repo) == name


def test_a_tie_is_listed_with_reasons_and_not_guessed(repo: Path) -> None:
    define(repo, "left", "Polishes brass.")
    define(repo, "right", "Polishes brass.")
    found = listed("polish brass", repo)
    assert set(found) == {"left", "right"}
    assert "brass" in found["left"]


def test_two_jobs_in_one_task_are_listed_as_a_tie(repo: Path) -> None:
    define(repo, "gardener", "Waters the roses, mows the lawn, prunes every hedge.")
    define(repo, "baker", "Kneads dough and bakes bread.")
    assert set(listed("mow the lawn then bake bread", repo)) == {"gardener", "baker"}
    assert name_for("mow the lawn and prune the hedge", repo) == "gardener"


@pytest.mark.parametrize("task", ["qwertz", "order a pizza", "write a poem about autumn", "please"])
def test_a_task_for_nobody_lists_everybody_with_what_they_do(repo: Path, task: str) -> None:
    define(repo, "baker", "Kneads dough. Bakes bread.")
    found = listed(task, repo)
    assert set(found) == {"baker", "api-reviewer", "fastapi-backend", "test-engineer"}
    assert found["baker"] == "Kneads dough."
    assert all("\n" not in line and len(line) <= 100 for line in found.values())


def test_an_empty_task_is_refused(repo: Path) -> None:
    with pytest.raises(BadInput):
        dispatch("  ", repo)


def test_what_users_say_in_examples_counts_more_than_prose_and_answers_less(repo: Path) -> None:
    said = 'Does work.\\n<example>\\nuser: \\"grind the zircon\\"\\nassistant: \\"Fine.\\"\\n</example>'
    answered = 'Does work.\\n<example>\\nuser: \\"hello there\\"\\nassistant: \\"I grind zircon\\"\\n</example>'
    define(repo, "first", "Grinds zircon.")
    define(repo, "second", f'"{said}"')
    assert name_for("grind zircon", repo) == "second"
    define(repo, "second", f'"{answered}"')
    assert name_for("grind zircon", repo) == "first"


def test_the_reason_names_shared_words_the_like_example_and_the_subject(repo: Path) -> None:
    said = '"Makes cards, menus and forms in the browser.\\n<example>\\nuser: \\"Give me violet cards\\"\\n</example>"'
    define(repo, "painter", said)
    choice = dispatch("I want violet cards with a tooltip", repo)
    assert choice.reason == (
        "shares 'violet', 'cards'; like its example “Give me violet cards”; at home in the browser ('tooltip')"
    )


def test_what_an_agent_is_not_for_speaks_against_it(repo: Path) -> None:
    define(repo, "one", "Cuts glass and mirrors. Do not use it for windows.")
    define(repo, "two", "Cuts glass.")
    assert name_for("cut glass for the windows", repo) == "two"
    assert name_for("cut the mirrors", repo) == "one"


def test_an_agent_that_may_not_write_does_not_get_what_is_to_be_made(repo: Path) -> None:
    define(repo, "teller", "Knows everything of zircon.", "tools: Read\n")
    define(repo, "keeper", "Knows everything of zircon.")
    assert name_for("make zircon", repo) == "keeper"
    assert set(listed("polish zircon", repo)) == {"teller", "keeper"}


def test_a_subject_leads_to_who_is_at_home_in_it_without_a_shared_word(repo: Path) -> None:
    define(repo, "shipper", "Container images, pipelines and deployments.")
    assert name_for("make a helm chart", repo) == "shipper"


ONE_LINE = (
    "Use this agent for A. Do not use it for B; it does C.\\n\\nExamples:\\n- <example>\\n  Context: Some D.\\n"
    '  user: "E now"\\n  assistant: "I will F"\\n  <commentary>\\n  Since G.\\n  </commentary>\\n</example>\\n'
    '<example>\\nuser: "H"\\n</example>\\nNever use it for J.'
)


@pytest.mark.parametrize("text", [ONE_LINE, ONE_LINE.replace("\\n", "\n"), ONE_LINE.replace("\\n", " ")])
def test_a_description_is_taken_apart_however_its_lines_are_written(text: str) -> None:
    parts = read_description(text)
    assert parts.said == ("E now", "H")
    assert "D" in parts.situations
    assert ("F" in parts.answers, "G" in parts.answers) == (True, True)
    assert ("B" in parts.not_for, "J" in parts.not_for, "C" in parts.not_for) == (True, True, False)
    assert ("A" in parts.purpose, "C" in parts.purpose, "B" in parts.purpose) == (True, True, False)


def test_examples_without_tags_are_read_and_labels_in_plain_prose_are_not() -> None:
    assert read_description("Builds. Examples: user: 'add x' assistant: 'ok'").said == ("add x",)
    assert read_description("Keeps what a user: or an admin: may do.").said == ()


@pytest.mark.parametrize(("one", "other"), [("adding", "added"), ("docstrings", "docstring"), ("queries", "query")])
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert words(one)[0].stem == words(other)[0].stem


def test_a_phrase_is_one_word_and_keeps_how_it_was_written() -> None:
    (word,) = words("Sign-up")
    assert (word.text, word.stem) == ("Sign-up", words("signup")[0].stem)


def test_the_vocabulary_names_no_agent_and_no_word_both_common_and_of_a_subject() -> None:
    known = vocabulary()
    of_subjects = set().union(*known.subjects.values())
    assert not {words(word)[0].stem for word in known.common if words(word)} & of_subjects
    assert not known.weak & known.making
    assert not known.weak & of_subjects
