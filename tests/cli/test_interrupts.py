"""Ctrl-C stays Ctrl-C."""

from __future__ import annotations

import signal

import pytest
from backwright.interrupts import interrupts_kept


def test_an_error_that_a_library_makes_of_ctrl_c_is_ctrl_c_again() -> None:
    def library() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ValueError("could not serialise") from None

    with pytest.raises(KeyboardInterrupt), interrupts_kept():
        library()


def test_other_errors_and_the_handler_of_before_stay() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError, match="mine"), interrupts_kept():
        raise ValueError("mine")
    assert signal.getsignal(signal.SIGINT) is before
