from __future__ import annotations

import pytest
from backwright.spec.language.inflection import inflections


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("add", "adds added adding"),
        ("delete", "deletes deleted deleting"),
        ("modify", "modifies modified modifying"),
        ("display", "displays displayed displaying"),
        ("key", "keys keyed keying"),
        ("fix", "fixes fixed fixing"),
        ("patch", "patches patched patching"),
        ("publish", "publishes published publishing"),
        ("pass", "passes passed passing"),
        ("plan", "plans planned planning"),
        ("step", "steps stepped stepping"),
        ("show", "shows showed shown showing"),
        ("load", "loads loaded loading"),
        ("tie", "ties tied tying"),
        ("agree", "agrees agreed agreeing"),
        ("free", "frees freed freeing"),
        ("write", "writes wrote written writing"),
        ("prefer", "prefers preferred preferring"),
        ("hit", "hits hitting"),
        ("be", "is are was were been being"),
        ("cancel", "cancels cancelled canceled cancelling canceling"),
        ("child", "children"),
    ],
)
def test_a_word_has_its_regular_or_known_inflections(word: str, others: str) -> None:
    assert inflections(word) == {word, *others.split()}
