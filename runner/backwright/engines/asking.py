"""What a request means once the person was asked: the nearest phrasing of what cannot be read, and open points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backwright.errors import BackwrightError
from backwright.event import Asker, Decision, Question
from backwright.spec.change import Question as OpenPoint
from backwright.spec.change import Reading

Read = Callable[[str, Mapping[str, str]], Reading]
"""Reads a request; the mapping answers questions by what was asked."""


@dataclass(frozen=True)
class Understood:
    """What a request was read as.

    ``accepted`` is the phrasing a person took in place of what was typed, None where that could be read; ``decisions``
    are the questions with what was answered or assumed.
    """

    reading: Reading
    accepted: str | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def assumed(self) -> tuple[OpenPoint, ...]:
        """The questions that nobody was asked."""
        unasked = {decision.question for decision in self.decisions if decision.assumed}
        return tuple(question for question in self.reading.questions if question.what in unasked)


def understand(text: str, read: Read, asker: Asker | None) -> Understood:
    """Read a request and ask what is open; ``asker`` None means that everything open is assumed.

    Raises:
        BackwrightError: what ``read`` refuses, where no near phrasing is accepted instead; of the nearest ones it has
            those that can be read.
    """
    try:
        return _decided(text, read, asker, None)
    except BackwrightError as refused:
        refused.nearest = tuple(near for near in refused.nearest if _is_read(near, read))
        accepted = _accepted(refused, asker)
        if accepted is None:
            raise
    return _decided(accepted, read, asker, accepted)


def _is_read(text: str, read: Read) -> bool:
    try:
        read(text, {})
    except BackwrightError:
        return False
    return True


def _accepted(refused: BackwrightError, asker: Asker | None) -> str | None:
    if asker is None or not refused.nearest:
        return None
    nearest = refused.nearest[0]
    question = Question(f"{refused.message}\nDid you mean: {nearest}?", ("yes", "no"), "yes")
    return nearest if asker.ask(question) == "yes" else None


def _decided(text: str, read: Read, asker: Asker | None, accepted: str | None) -> Understood:
    """Ask one question at a time, as an answer can settle others or raise new ones."""
    answers: dict[str, str] = {}
    reading = read(text, answers)
    while asker and (unanswered := [one for one in reading.questions if one.what not in answers]):
        first = unanswered[0]
        answers[first.what] = asker.ask(Question(first.what, first.choices, first.assumed))
        reading = read(text, answers)
    decisions = (
        Decision(one.what, answers.get(one.what, one.assumed), one.what not in answers) for one in reading.questions
    )
    return Understood(reading, accepted, tuple(decisions))
