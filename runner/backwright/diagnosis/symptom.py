"""What a complaint is about: which endpoint, and slow, timing out, not connecting, or failing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What somebody complains about."""

    CONNECTION = "connection"
    TIMEOUT = "timeout"
    SLOW = "slow"
    FAILING = "failing"


@dataclass(frozen=True)
class Symptom:
    """A complaint; ``path`` is the address it names, ``words`` what may name an endpoint otherwise."""

    trouble: Trouble
    path: str | None
    words: frozenset[str]


_SIGNS = (
    (
        Trouble.CONNECTION,
        r"\bconnect(?!ion pool)(ing|ion|ions|s)?\b|\b(can.?t|cannot|unable to|fails? to) reach\b|\brefused\b",
    ),
    (Trouble.TIMEOUT, r"\btim(e|es|ed|ing)[ -]?outs?\b|\bhang(s|ing)?\b|\bpool\b|\bdeadlocks?\b|\bstuck\b"),
    (
        Trouble.SLOW,
        (
            r"\bslow(ly|er)?\b|\b(take|takes|taking|took)\b.*\b(s|ms|sec|secs|seconds?|minutes?|long|ages|forever)\b"
            r"|\b\d+ ?(s|ms|sec|seconds?)\b|\bperformance\b|\blatency\b|\bn\+1\b|\blagg?(s|ing|y)\b"
        ),
    ),
    (Trouble.FAILING, r"\b500\b|\b(fail|fails|failing|crash(es|ing)?|broken|raises|throws)\b|\berrors?\b"),
)
_ADDRESS = re.compile(r"(?<![\w.])(/[\w{}/.-]+)")
_NOUN = re.compile(r"[a-z][a-z_]{2,}")


def symptom_of(task: str) -> Symptom | None:
    """Return the complaint that a task is, or None where it complains of nothing that can be measured."""
    text = task.lower().replace("\u2019", "'")
    trouble = next((trouble for trouble, sign in _SIGNS if re.search(sign, text)), None)
    if trouble is None:
        return None
    address = _ADDRESS.search(task)
    path = address[1].rstrip("/.") if address else None
    return Symptom(trouble, path or None, frozenset(_NOUN.findall(text)))


def meant(symptom: Symptom, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that a complaint is about, nearest first; none where it names none of them.

    A path may be named without the API's prefix (``/users`` for ``/api/v1/users``), with a value for a parameter
    (``/users/7``), or by the noun in it.
    """
    known = tuple(paths)
    if symptom.path is not None:
        wanted = [part for part in symptom.path.split("/") if part]
        return tuple(path for path in known if _ends_with([part for part in path.split("/") if part], wanted))
    named = [path for path in known if symptom.words & {part for part in re.split(r"[/_-]", path) if len(part) > 2}]  # noqa: PLR2004 - "v1" is no noun
    return tuple(sorted(named, key=lambda path: path.count("{")))


def _ends_with(parts: list[str], wanted: list[str]) -> bool:
    if len(wanted) > len(parts):
        return False
    first, *rest = zip(parts[len(parts) - len(wanted) :], wanted, strict=True)
    return first[0] == first[1] and all(have == want or have.startswith("{") for have, want in rest)
