"""What is asked about a request: the nearest phrasing of one that cannot be read, and open points."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from backwright.engines.asking import understand
from backwright.errors import BadInput
from backwright.event import Decision, Question
from backwright.spec.change import Question as Open
from backwright.spec.change import Reading, SpecChange

from tests.pipeline.running import agent, commits, record
from tests.pipeline.sitting import Sitting, pty_only
from tests.target.repositories import every_file, git

MUMBLED = "frobnicate the widgets"
NEAREST = "add widgets CRUD"
RUN = ("run", "fastapi-backend")


@dataclass
class Answering:
    """An asker who answers in order, and what it was asked."""

    answers: list[str]
    asked: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> str:
        self.asked.append(question)
        return self.answers.pop(0)


def read_owned(text, answers):
    """A reader that asks who owns the rows and, where an admin does, which one."""
    if text != "add tasks":
        raise BadInput("I could not read it", nearest=("add tasks", "add task CRUD"))
    owner = answers.get("Who owns tasks?", "the user")
    asked = [Open("Who owns tasks?", ("the user", "an admin"), owner)]
    if owner == "an admin":
        asked.append(Open("Which admin?", ("any", "one"), answers.get("Which admin?", "any")))
    return Reading(SpecChange(), taken=(text,), questions=tuple(asked))


def test_without_anybody_questions_are_assumed() -> None:
    understood = understand("add tasks", read_owned, None)
    assert understood.decisions == (Decision("Who owns tasks?", "the user", assumed=True),)
    assert understood.accepted is None


def test_an_answer_can_raise_the_next_question() -> None:
    person = Answering(["an admin", "one"])
    understood = understand("add tasks", read_owned, person)
    assert [question.text for question in person.asked] == ["Who owns tasks?", "Which admin?"]
    assert person.asked[0] == Question("Who owns tasks?", ("the user", "an admin"), "the user")
    assert understood.decisions == (
        Decision("Who owns tasks?", "an admin", assumed=False),
        Decision("Which admin?", "one", assumed=False),
    )


def test_the_nearest_phrasing_is_offered_and_its_questions_are_asked() -> None:
    person = Answering(["yes", "the user"])
    understood = understand("mumble", read_owned, person)
    assert "Did you mean: add tasks?" in person.asked[0].text
    assert person.asked[0].default == "yes"
    assert understood.accepted == "add tasks"
    assert understood.decisions == (Decision("Who owns tasks?", "the user", assumed=False),)


def test_only_phrasings_that_can_be_read_are_offered() -> None:
    with pytest.raises(BadInput) as caught:
        understand("mumble", read_owned, None)
    assert caught.value.nearest == ("add tasks",)  # "add task CRUD" is refused by this reader


@pytest.mark.parametrize("asker", [None, Answering(["no"])])
def test_a_request_whose_nearest_phrasing_nobody_takes_stays_refused(asker: Answering | None) -> None:
    with pytest.raises(BadInput, match="could not read"):
        understand("mumble", read_owned, asker)


@pty_only
def test_enter_accepts_the_nearest_phrasing_and_goes_on(shop: Path) -> None:
    count = commits(shop)
    person = Sitting(*RUN, MUMBLED, "--repo", shop, "--verify", "none")
    shown = person.read_until("Did you mean")
    person.type("\n")
    person.read_until("Apply this?")
    person.type("yes\n")
    assert person.end() == 0, person.seen[-2000:]
    assert "frobnicate" in shown
    assert f"Did you mean: {NEAREST}?" in person.seen
    assert "Enter: yes" in person.seen
    assert "Read as:" in person.seen
    assert "add the resource widgets" in person.seen
    assert commits(shop) == count + 1
    text = record(shop, "0002")
    assert MUMBLED in text.partition("## Response")[0].partition("## Prompt")[2]
    assert f"The nearest phrasing was accepted: {NEAREST}" in text


@pty_only
def test_a_no_to_the_nearest_phrasing_refuses_and_leaves_nothing(shop: Path) -> None:
    before = every_file(shop)
    person = Sitting(*RUN, MUMBLED, "--repo", shop, "--verify", "none")
    person.read_until("Did you mean")
    person.type("n\n")
    assert person.end() == 2
    assert every_file(shop) == before


def test_without_a_terminal_the_nearest_phrasings_are_in_the_message_and_the_document(shop: Path) -> None:
    said = agent(*RUN, MUMBLED, "--repo", shop, "--yes")
    assert said.status == 2
    assert f"Did you mean: {NEAREST}" in said.err
    document = agent(*RUN, MUMBLED, "--repo", shop, "--yes", "--json").document
    assert document["error"]["nearest"][0] == NEAREST
    assert "frobnicate" in document["error"]["message"]


ASKING = """
import sys
from dataclasses import replace
import backwright.spec.request as request
from backwright.cli.app import run_command
from backwright.spec.change import Question

read = request.read_request

def asking(text, spec, conventions, answers):
    owner = answers.get("Who owns widgets?", "nobody")
    task = "add widgets with name" if owner == "nobody" else "add widgets with name and owner"
    reading = read(task, spec, conventions, answers)
    return replace(reading, questions=(Question("Who owns widgets?", ("nobody", "a user"), owner),))

request.read_request = asking
sys.exit(run_command(sys.argv[1:]))
"""


@pty_only
def test_an_open_point_is_asked_before_the_plan_and_recorded(shop: Path) -> None:
    person = Sitting(*RUN, "add widgets", "--repo", shop, "--verify", "none", program=("-c", ASKING))
    shown = person.read_until("Who owns widgets?")
    assert "Plan:" not in shown
    person.type("a\n")
    person.read_until("Apply this?")
    person.type("yes\n")
    assert person.end() == 0, person.seen[-2000:]
    assert "Who owns widgets? a user" in person.seen
    assert "(assumed)" not in person.seen
    assert "owner" in (shop / "app/models/widget.py").read_text()
    assert "Who owns widgets? a user" in record(shop, "0002")


@pytest.mark.usefixtures("asks")
def test_an_open_point_is_assumed_visibly_where_nobody_is_asked(shop: Path) -> None:
    ran = agent(*RUN, "add widgets", "--repo", shop, "--verify", "none", "--yes")
    assert ran.status == 0, ran.err
    assert "Who owns widgets? nobody (assumed)" in ran.out
    assert "Who owns widgets? nobody (assumed)" in record(shop, "0002")
    assert "owner" not in (shop / "app/models/widget.py").read_text()
    document = agent(*RUN, "add widgets", "--repo", shop, "--verify", "none", "--dry-run", "--json").document
    assert document["plan"]["decisions"] == [{"question": "Who owns widgets?", "answer": "nobody", "assumed": True}]


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader asks one question about widgets."""
    from backwright.spec import request

    read = request.read_request

    def asking(text, spec, conventions, answers):
        reading = read("add widgets with name", spec, conventions, answers)
        owner = answers.get("Who owns widgets?", "nobody")
        return replace(reading, questions=(Open("Who owns widgets?", ("nobody", "a user"), owner),))

    monkeypatch.setattr(request, "read_request", asking)


def test_the_plan_says_why_this_agent_these_skills_and_each_file(shop: Path) -> None:
    ran = agent(*RUN, "add reviews with text, belonging to products", "--repo", shop, "--dry-run", "--json")
    assert ran.status == 0, ran.err
    plan, files = ran.document["plan"], {file["path"]: file["reason"] for file in ran.document["files"]}
    assert "agent fastapi-backend: named in the command" in plan["reasons"]
    (skills,) = [reason for reason in plan["reasons"] if reason.startswith("skills ")]
    assert "crud-builder" in skills
    assert skills.endswith("fastapi-backend lists no skills, so it has all of them")
    assert files["app/crud/review.py"] == "crud-builder: reviews is new"
    assert files["specs/backend/reviews.yaml"] == "the spec as it is now"
    assert all(files.values()), files
    record_file = next(path for path in files if path.startswith("history/prompts/"))
    assert files[record_file] == "the record of this run"
    plain = agent(*RUN, "add reviews with text, belonging to products", "--repo", shop, "--dry-run").out
    assert "app/crud/review.py  +" in plain
    assert "(crud-builder: reviews is new)" in plain
    assert "Reasons:" in plain


def test_a_skill_is_there_because_it_is_listed_or_required(shop: Path) -> None:
    folder = shop / ".claude" / "agents"
    folder.mkdir(parents=True)
    text = (
        "---\nname: shopkeeper\ndescription: Builds.\nskills: [endpoint-generator]\n---\n\nBuild what is asked for.\n"
    )
    (folder / "shopkeeper.md").write_text(text)
    ran = agent("run", "shopkeeper", "add customers CRUD", "--repo", shop, "--dry-run", "--json", "--verify", "none")
    assert ran.status == 0, ran.err
    reasons = ran.document["plan"]["reasons"]
    assert "skills endpoint-generator: listed by shopkeeper" in reasons
    assert any("crud-builder" in reason and "required by endpoint-generator" in reason for reason in reasons), reasons


def test_a_changed_field_is_the_reason_of_the_files_it_changes(shop: Path) -> None:
    ran = agent(*RUN, "add an integer stock to products", "--repo", shop, "--dry-run", "--json", "--verify", "none")
    files = {file["path"]: file["reason"] for file in ran.document["files"]}
    assert files["app/models/product.py"] == "sql-schema-builder: add the field stock to products"


def test_an_agent_that_was_chosen_is_in_the_plan_with_its_reason(shop: Path) -> None:
    ran = agent("run", "add customers CRUD", "--repo", shop, "--dry-run", "--json", "--verify", "none")
    (reason,) = [line for line in ran.document["plan"]["reasons"] if line.startswith("agent ")]
    assert ran.document["reason"] in reason


def test_words_that_were_not_used_are_in_the_plan(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from backwright.spec import request

    read = request.read_request
    monkeypatch.setattr(request, "read_request", lambda *given: replace(read(*given), not_taken=("kindly",)))
    ran = agent(*RUN, "add customers CRUD", "--repo", shop, "--dry-run", "--verify", "none")
    assert "Not used:\n  - kindly" in ran.out
    assert git(shop, "status", "--porcelain") == ""
    events = agent(*RUN, "add customers CRUD", "--repo", shop, "--dry-run", "--verify", "none", "--events").out
    (plan,) = [event for line in events.splitlines() if (event := json.loads(line))["event"] == "planned"]
    assert plan["not_used"] == ["kindly"]


@pytest.mark.usefixtures("asks")
def test_answers_are_read_back_from_the_record(shop: Path) -> None:
    from backwright.memory.record_reader import parse_record

    assert agent(*RUN, "add widgets", "--repo", shop, "--verify", "none", "--yes").status == 0
    found, findings = parse_record(record(shop, "0002"))
    assert findings == ()
    assert found is not None
    assert found.run is not None
    assert found.run.answers == {"Who owns widgets?": "nobody"}
    assert found.run.read_as is None
