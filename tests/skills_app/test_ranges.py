"""The pattern of a decimal takes exactly the decimals of its range."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from backwright.codegen.ranges import decimal_pattern
from hypothesis import given, settings
from hypothesis import strategies as st

NUMBERS = st.integers(-3000, 3000)


def spellings(units: int, scale: int) -> set[str]:
    """Return every text of a decimal without leading zeros: with all its digits, and with zeros at the end left out."""
    text = f"{Decimal(units).scaleb(-scale):f}"
    found = {text}
    while "." in text and text.endswith("0"):
        text = text[:-1]
        found.add(text.rstrip("."))
        if text.endswith("."):
            break
    return found - {""}


@settings(max_examples=400, deadline=None)
@given(low=NUMBERS, width=st.integers(0, 3000), scale=st.integers(0, 4), others=st.lists(NUMBERS, max_size=20))
def test_a_decimal_matches_where_it_is_in_the_range(low: int, width: int, scale: int, others: list[int]) -> None:
    high = low + width
    pattern = re.compile(decimal_pattern(low, high, scale))
    for units in {low, high, low - 1, high + 1, 0, *others}:
        for text in spellings(units, scale):
            assert bool(pattern.fullmatch(text)) == (low <= units <= high), (pattern.pattern, text)


@pytest.mark.parametrize("text", ["", ".", "1.", ".5", "01", "-0", "+1", "1e3", " 1", "1 ", "1.234", "٣"])
def test_other_texts_do_not_match(text: str) -> None:
    assert not re.fullmatch(decimal_pattern(-(10**6), 10**6, 2), text)


def test_the_usual_price_reads_well() -> None:
    assert decimal_pattern(0, 10**10 - 1, 2) == r"^(0|[1-9][0-9]{0,7})(\.[0-9]{1,2})?$"


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        decimal_pattern(2, 1, 0)
