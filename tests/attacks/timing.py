"""Figures of what time tells an attacker: ``python -m tests.attacks.timing``.

For each pair of requests that must not be told apart, the medians in milliseconds, their ratio, and how often a request
of the one kind takes longer than one of the other (0.50: time says nothing). Passwords are hashed at the full cost. Not
a test: on a machine that others use too, a bound on time fails for their reasons. What a test can hold to is the number
of hashes, and ``test_accounts.py`` does.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.backend import Backends
from tests.attacks.target import PASSWORD, Target, address

SAMPLES = 40
"""Requests of each kind, taken in turn."""
TARGETS = ("sqlite", "postgresql", "postgresql-sync")
FULL = {"PASSWORD_HASH_ROUNDS": "3", "PASSWORD_HASH_KIB": "65536", "MAX_FAILED_LOGINS": "100"}
WRONG = "Wrong-horse-7"
HEAD = ("backend", "told apart?", "one, ms", "other, ms", "ratio", "one is longer")


@dataclass(frozen=True)
class Pair:
    """Two requests that must not be told apart; `after`, where given, is what is timed instead, on the same line."""

    words: str
    one: Callable[[], object]
    other: Callable[[], object]
    after: Callable[[], object] | None = None


def main() -> None:
    """Print the table."""
    print(_row(HEAD), _row(["---"] * len(HEAD)), sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        backends = Backends(Path(folder))
        try:
            for name in TARGETS:
                for pair in _pairs(backends.target(name, **FULL)):
                    print(_row([name, pair.words, *_compared(pair)]), flush=True)
        finally:
            backends.close()


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _pairs(target: Target) -> list[Pair]:
    known, locked = _registered(target), _registered(target)
    for _ in range(int(FULL["MAX_FAILED_LOGINS"])):
        target.log_in(locked, WRONG)
    wrong, shut, reset = "wrong password / unknown address", "locked / unknown address", "reset for known / unknown"

    def health() -> object:
        return target.send("GET", "/health")

    return [
        Pair(wrong, lambda: target.log_in(known, WRONG), lambda: target.log_in(address("nobody"), WRONG)),
        Pair(shut, lambda: target.log_in(locked, PASSWORD), lambda: target.log_in(address("nobody"), PASSWORD)),
        Pair(reset, lambda: _ask(target, known), lambda: _ask(target, address("nobody"))),
        Pair(f"what follows a {reset}", lambda: _ask(target, known), lambda: _ask(target, address("nobody")), health),
    ]


def _registered(target: Target) -> str:
    email = address("somebody")
    answer = target.anonymous.post("/auth/register", {"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return email


def _ask(target: Target, email: str) -> object:
    return target.anonymous.post("/auth/password-reset", {"email": email})


def _compared(pair: Pair) -> list[str]:
    ones, others = [], []
    for _ in range(SAMPLES):
        ones.append(_milliseconds(pair.one, pair.after))
        others.append(_milliseconds(pair.other, pair.after))
    longer = sum(one > other for one in ones for other in others) / SAMPLES**2
    one, other = statistics.median(ones), statistics.median(others)
    return [f"{one:.1f}", f"{other:.1f}", f"{one / other:.2f}", f"{longer:.2f}"]


def _milliseconds(request: Callable[[], object], after: Callable[[], object] | None) -> float:
    began = time.perf_counter()
    request()
    if after is not None:
        began = time.perf_counter()
        after()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
