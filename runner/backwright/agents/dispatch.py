"""Which agent a task is for, where none is named: by the names, the descriptions and the examples in them."""

from __future__ import annotations

import math
import re
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from backwright.agents.description import read_description
from backwright.agents.lookup import list_agents, nearest_of_each
from backwright.agents.spec import AgentFile, AgentSpec
from backwright.agents.tools import tools_of
from backwright.agents.vocabulary import Word, vocabulary, words
from backwright.errors import BadInput, NotFound

# What a word of the task counts by where the agent has it: what users say in examples weighs more than prose.
_NAME, _SAID, _PURPOSE, _SITUATION, _ANSWER, _NOT_FOR = 1.5, 1.5, 1.0, 0.6, 0.3, -1.0
# What a word counts for an agent that is at home in its subject, the most.
_SUBJECT = 0.8
# Distinct words of a subject (in the weights above) from which on an agent is fully at home in it.
_AT_HOME = 3.0
# From this part of the score on a reason says that the agent is at home there.
_AT_HOME_ENOUGH = 0.2
_WEAK, _MAKING = 0.25, 0.5
# What the first word counts, as most tasks begin with what is to be done.
_FIRST = 1.5
# What is left for an agent that may not write where a task begins with a verb of making.
_CANNOT_MAKE = 0.5
# Less evidence than this is none: a word in one description of eight has 1.
_LEAST = 0.4
# Two scores nearer to each other than this share of the better one are a tie.
_TIE = 0.06
# A part of a task is clearly an agent's from this score on, where no other has more than half of it.
_CLEAR = 1.0
_AND = re.compile(r"\s+(?:and|then|plus)\s+|;\s*", re.IGNORECASE)
# How many words a reason names.
_NAMED = 4
# How many characters of a description or an example are shown.
_SHOWN = 100


@dataclass(frozen=True)
class Choice:
    """The agent a task goes to, and why, in words for a person."""

    file: AgentFile
    reason: str


@dataclass(frozen=True)
class Profile:
    """What an agent is for: ``weights`` of stems, ``at_home`` in each subject from 0 to 1, lines of its examples."""

    file: AgentFile
    spec: AgentSpec
    weights: Mapping[str, float]
    subjects: Mapping[str, float]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """How well a task fits an agent: each word's part of the score, from its description and from subjects."""

    profile: Profile
    shared: Mapping[Word, float]
    related: Mapping[Word, float]

    @property
    def score(self) -> float:
        """The sum of all parts; nothing where all words are weak."""
        words = (*self.shared, *self.related)
        if all(word.stem in vocabulary().weak for word in words):
            return 0.0
        return math.fsum((*self.shared.values(), *self.related.values()))


def dispatch(task: str, start: Path) -> Choice:
    """Return the agent that a task fits best.

    Raises:
        BadInput: the task is empty.
        NotFound: it fits no agent, or several as well; ``candidates`` lists them, each with why or what it is for.
    """
    if not task.strip():
        raise BadInput("the task is empty")
    agents = nearest_of_each(list_agents(start))
    best = best_matches(task, agents)
    if not best:
        message = "no agent's description fits the task; name one"
        everybody = [(file.spec.name, _first_sentence(file.spec)) for file in agents if file.spec]
        raise NotFound(message, candidates=_lines(everybody))
    if len(best) > 1:
        candidates = _lines([(match.profile.spec.name, reason(match)) for match in best])
        raise NotFound(f"the task fits {len(best)} agents as well; name one", candidates=candidates)
    return Choice(best[0].profile.file, reason(best[0]))


def best_matches(task: str, agents: Sequence[AgentFile]) -> tuple[Match, ...]:
    """Return the agents that a task fits best: one, several that it fits as well, or none."""
    ranked = [match for match in ranking(task, agents) if match.score >= _LEAST]
    return _of_each_part(task, ranked, agents) or tuple(
        match for match in ranked if match.score >= ranked[0].score * (1 - _TIE)
    )


def _of_each_part(task: str, ranked: Sequence[Match], agents: Sequence[AgentFile]) -> tuple[Match, ...]:
    """Return the agents of a task that is two jobs, each clearly somebody else's; nothing where it is one."""
    parts = _AND.split(task)
    if len(parts) == 1:
        return ()
    clear: list[AgentFile] = []
    for part in parts:
        first, *others = ranking(part, agents) or (None,)
        if first and first.score >= _CLEAR and all(other.score <= first.score / 2 for other in others):
            clear.append(first.profile.file)
    found = tuple(match for match in ranked if match.profile.file in clear)
    return found if len(found) > 1 else ()


def ranking(task: str, agents: Sequence[AgentFile]) -> list[Match]:
    """Return every agent with how well the task fits it, best first.

    A word counts the more the fewer agents have it (inverse document frequency), by where they have it, and the more
    for the words of a subject the more the agent's description is about that subject.
    """
    task_words = list({word.stem: word for word in reversed(words(task))}.values())[::-1]
    profiles = [profile(file, file.spec) for file in agents if file.spec]
    used = Counter[str]()
    for one in profiles:
        used.update({stem: min(1.0, max(0.0, weight)) for stem, weight in one.weights.items()})
    most = {name: max((one.subjects[name] for one in profiles), default=0.0) for name in vocabulary().subjects}
    matches = [_match(task_words, one, used, most, len(profiles)) for one in profiles]
    return sorted(matches, key=lambda match: -match.score)


def profile(file: AgentFile, spec: AgentSpec) -> Profile:
    """Return what an agent is for, by its name and its description."""
    parts = read_description(spec.description)
    weights: dict[str, float] = {}
    for text, weight in (
        (parts.not_for, _NOT_FOR),
        (parts.answers, _ANSWER),
        (parts.situations, _SITUATION),
        (parts.purpose, _PURPOSE),
        ("\n".join(parts.said), _SAID),
        (spec.name, _NAME),
    ):
        weights.update({word.stem: weight for word in words(text)})
    subjects = {
        name: max(0.0, math.fsum(weights.get(stem, 0.0) for stem in sorted(stems)))
        for name, stems in vocabulary().subjects.items()
    }
    return Profile(file, spec, weights, subjects, parts.said)


def _match(
    task: Sequence[Word], profile: Profile, used: Mapping[str, float], most: Mapping[str, float], count: int
) -> Match:
    known = vocabulary()
    shared: dict[Word, float] = {}
    related: dict[Word, float] = {}
    makes = bool(task) and task[0].stem in known.making
    fits = _CANNOT_MAKE if makes and not tools_of(profile.spec).can_write else 1.0
    for place, word in enumerate(task):
        counts = _counts(word, is_first=place == 0) * fits
        weight = profile.weights.get(word.stem, 0.0)
        if weight:
            rare = math.log(1 + count / max(used[word.stem], 1.0)) / math.log(1 + count)
            shared[word] = counts * weight * rare
        home = max((_at_home(profile, most, name) for name in known.subjects_of.get(word.stem, ())), default=0.0)
        if home > 0 and weight >= 0:
            related[word] = counts * _SUBJECT * home
    return Match(profile, shared, related)


def _counts(word: Word, *, is_first: bool) -> float:
    known = vocabulary()
    if word.stem in known.weak:
        return _WEAK
    return _MAKING if word.stem in known.making else _FIRST if is_first else 1.0


def _at_home(profile: Profile, most: Mapping[str, float], subject: str) -> float:
    """Return how much an agent's description is about a subject, from 0 to 1, compared with the others."""
    own = profile.subjects[subject]
    return own / most[subject] * own / max(most[subject], _AT_HOME) if own else 0.0


def reason(match: Match) -> str:
    """Return why a task fits an agent: the words they share, the example it is like, the subjects it is about."""
    shared = [word.text for word, part in _best(match.shared)]
    subjects: dict[str, list[str]] = {}
    for word, part in _best({word: part for word, part in match.related.items() if word not in match.shared}):
        if part < _AT_HOME_ENOUGH:
            continue
        names = vocabulary().subjects_of[word.stem]
        name = max(names, key=lambda subject: match.profile.subjects[subject])
        subjects.setdefault(name, []).append(word.text)
    like = _nearest_said(match)
    parts = [f"shares {_quoted(shared)}"] if shared else []
    parts += [f"like its example “{textwrap.shorten(like, _SHOWN, placeholder=' …')}”"] if like else []
    parts += [f"at home in {name} ({_quoted(texts)})" for name, texts in subjects.items()]
    return "; ".join(parts)


def _best(parts: Mapping[Word, float]) -> list[tuple[Word, float]]:
    return sorted(((word, part) for word, part in parts.items() if part > 0), key=lambda pair: -pair[1])[:_NAMED]


def _nearest_said(match: Match) -> str | None:
    """Return what a user says in an example that has most of the task's words in it, if any has two."""
    stems = {word.stem for word, part in match.shared.items() if part > 0}
    common = [(len(stems & {word.stem for word in words(line)}), line) for line in match.profile.said]
    most, line = max(common, key=lambda pair: pair[0], default=(0, ""))
    return line if most > 1 else None


def _first_sentence(spec: AgentSpec) -> str:
    sentence = re.split(r"(?<=[.!?])\s", spec.summary, maxsplit=1)[0]
    return textwrap.shorten(sentence, _SHOWN, placeholder=" …")


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _lines(named: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    width = max((len(name) for name, _ in named), default=0)
    return tuple(f"  {name:<{width}}  {text}" for name, text in named)
