"""Random lives of a generated tree: nothing of people's is lost, whatever they and the generator do."""

from __future__ import annotations

import random

import pytest
from backwright.target import content
from backwright.target.keyed import Refusal
from backwright.target.scratch import scratch

from .sequences import Life, Tally

SEQUENCES = 500
STEPS = 5


def live(sequences: int) -> Tally:
    tally = Tally()
    with scratch() as git:
        for seed in range(sequences):
            try:
                Life(git, random.Random(seed), tally).play(STEPS)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {error}") from error
    return tally


def judge(tally: Tally) -> None:
    """Assert that no merge was refused but where both sides wrote the same, and that merging by key has its share."""
    assert not tally.needless, f"{len(tally.needless)} refused without need, such as\n{tally.needless[0]}"
    assert tally.by_key >= tally.by_text / 10
    contested, plain = tally.steps["contest"], tally.steps["edit"]
    assert contested >= (contested + plain) / 5


@pytest.mark.slow
def test_that_no_line_of_people_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    tally = live(SEQUENCES)
    with capsys.disabled():
        print(f"\n{SEQUENCES} sequences: {tally}")
    judge(tally)


def test_that_it_needs_the_merge_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_by_key", lambda _path, _base, ours, theirs: Refusal("off", ours, theirs))
    tally = live(SEQUENCES // 10)
    assert tally.by_text > 0
    assert tally.by_key == 0
    with pytest.raises(AssertionError, match="refused without need"):
        judge(tally)
