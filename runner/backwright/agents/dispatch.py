"""Which agent a task without a name goes to: the one whose description shares the weightiest words with it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from backwright.agents.spec import AgentSpec
from backwright.errors import NotFound

WORD = re.compile(r"[a-z][a-z0-9]+")
EMPTY = frozenset(
    WORD.findall("""
    an and are as at be by can do for from has have how if in into is it me my of on or our please so some that the
    their then there this to up use user was we what when where which who will with you your
    agent agents example examples context assistant commentary
    """)
)


@dataclass(frozen=True)
class Choice:
    """The agent that was chosen, and the words of the task that its description has too, weightiest first."""

    agent: AgentSpec
    shared: tuple[str, ...]


def dispatch(task: str, agents: Sequence[AgentSpec]) -> Choice:
    """Choose an agent by description.

    Raises:
        NotFound: no description shares a word with the task, or two share the same weight; it lists the candidates.
    """
    words = {agent.name: stems(agent.description) for agent in agents}
    wanted = stems(task)
    weights = {
        word: math.log(1 + len(agents) / sum(word in has for has in words.values()))
        for word in wanted
        if any(word in has for has in words.values())
    }
    scored = sorted(
        ((sum(weights[w] for w in wanted & words[a.name] if w in weights), a) for a in agents),
        key=lambda pair: (-pair[0], pair[1].name),
    )
    lines = tuple(f"{agent.name}  {agent.source}" for _, agent in scored)
    if not scored or scored[0][0] == 0:
        raise NotFound("no agent's description fits the task; name one: agent run AGENT TASK", candidates=lines)
    best = [agent for score, agent in scored if math.isclose(score, scored[0][0])]
    if len(best) > 1:
        tied = tuple(f"{agent.name}  {agent.source}" for agent in best)
        raise NotFound("several agents fit the task equally well; name one: agent run AGENT TASK", candidates=tied)
    shared = sorted(wanted & words[best[0].name], key=lambda word: (-weights[word], word))
    return Choice(best[0], tuple(shared))


def stems(text: str) -> frozenset[str]:
    """Return the words of a text that carry meaning, in the singular."""
    from backwright.codegen.naming import singular

    found = WORD.findall(text.lower().replace("\\n", " "))
    return frozenset(singular(word) for word in found if word not in EMPTY)
