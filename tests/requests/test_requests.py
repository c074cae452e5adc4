"""The open requests are read as meant, and none of them by half."""

from __future__ import annotations

from collections import Counter

import pytest
from backwright.errors import BackwrightError
from backwright.spec.apply import apply_change
from backwright.spec.conventions import Conventions
from backwright.spec.request import read_request

from tests.requests.reading import Outcome, backends, entries, judge

FLOOR = 0.97


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    specs = backends()
    return [judge(entry, specs[entry["backend"]]) for entry in entries("open")]


def test_the_open_requests_are_read_as_meant(outcomes: list[Outcome]) -> None:
    counts = Counter(outcome.verdict for outcome in outcomes)
    assert (counts["exact"] + counts["refused"]) / len(outcomes) >= FLOOR


def test_none_of_the_open_requests_is_read_wrongly(outcomes: list[Outcome]) -> None:
    assert [outcome for outcome in outcomes if outcome.verdict == "read wrongly"] == []


@pytest.mark.parametrize("name", ["open", "held_back"])
def test_no_request_is_half_done(name: str) -> None:
    """With a sentence behind it that cannot be read, every request is refused whole."""
    specs = backends()
    for entry in entries(name):
        try:
            reading = read_request(
                f"{entry['request']}\nFrobnicate the quux of nothing.", specs[entry["backend"]], Conventions()
            )
        except BackwrightError:
            continue
        assert reading.change.steps == (), entry["id"]


def test_what_is_read_can_be_applied() -> None:
    specs = backends()
    for entry in entries("open"):
        start = specs[entry["backend"]]
        try:
            reading = read_request(entry["request"], start, Conventions())
        except BackwrightError:
            continue
        assert apply_change(start, reading.change) is not None
