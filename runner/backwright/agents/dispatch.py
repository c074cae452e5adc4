"""Which agent a task is for, where none is named: by the words of the descriptions."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from backwright.agents.lookup import described, list_agents, nearest_of_each
from backwright.agents.spec import AgentFile
from backwright.agents.values import values
from backwright.errors import BadInput, NotFound

_WORD = re.compile(r"[^\W\d_]{2,}")
# Two scores nearer to each other than this are a tie.
_TIE = 0.05


def dispatch(task: str, start: Path) -> AgentFile:
    """Return the agent whose description fits a task best.

    Raises:
        BadInput: the task is empty.
        NotFound: no description has a word of the task, or several fit as well; ``candidates`` lists them.
    """
    if not task.strip():
        raise BadInput("the task is empty")
    agents = nearest_of_each(list_agents(start))
    ranked = ranking(task, agents)
    if not ranked:
        message = "no agent's description fits the task; name one"
        raise NotFound(message, candidates=described(agents))
    best = [file for score, file in ranked if score >= ranked[0][0] * (1 - _TIE)]
    if len(best) > 1:
        raise NotFound(f"the task fits {len(best)} agents as well; name one", candidates=described(best))
    return best[0]


def ranking(task: str, agents: Sequence[AgentFile]) -> list[tuple[float, AgentFile]]:
    """Return the agents that share words with the task, best first.

    A word counts the more the fewer agents use it (inverse document frequency), twice where it is in the agent's name
    and three times where the task begins with it; a longer description is no advantage.
    """
    stems = _stems(task)
    words_of = [
        (file, frozenset(_stems(file.spec.description)), _stems(file.spec.name)) for file in agents if file.spec
    ]
    used = Counter(stem for _, words, name in words_of for stem in words.union(name))
    scores: list[tuple[float, AgentFile]] = []
    for file, words, name in words_of:
        shared = sorted(words.union(name) & set(stems))
        score = math.fsum(
            math.log(1 + len(words_of) / used[stem]) * (1 + (stem in name)) * (1 + 2 * (stem == stems[0]))
            for stem in shared
        )
        if score:
            scores.append((score, file))
    return sorted(scores, key=lambda pair: -pair[0])


def _stems(text: str) -> list[str]:
    words = (word.lower() for word in _WORD.findall(text.replace("\\n", " ")))
    return [_stem(word) for word in words if word not in values().common_words]


def _stem(word: str) -> str:
    """Return a word without the ending that English gives it: ``adding`` and ``added`` are ``add``."""
    for ending in ("ing", "ers", "er", "ies", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) > 2:  # noqa: PLR2004
            return word.removesuffix(ending)
    return word
