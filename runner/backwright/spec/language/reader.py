"""The sentences of a request as clauses: each is read whole by the grammar, or refused with the words that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from backwright.naming import singular, snake
from backwright.spec.language.accesses import ACCESS
from backwright.spec.language.chart import Chart, Grammar, Node
from backwright.spec.language.clauses import Bare, Clause, Focus, Ignored
from backwright.spec.language.listings import LISTS
from backwright.spec.language.names import TERMINALS, Context
from backwright.spec.language.notation import read_grammar
from backwright.spec.language.passage import Sentence, sentences_of
from backwright.spec.language.telling import Telling
from backwright.spec.language.tokens import Misread, Token
from backwright.spec.language.words import phrase_at, words
from backwright.spec.model import BackendSpec

_FARTHEST = 1.0
"""What a word of a sentence may cost whose statements follow one another without a mark or word between them."""
_NEVER_ALONE = frozenset({"that", "bare", "describe", "andallowed"})
"""Statements that are none where nothing parts them from the one before."""
_GRAMMAR = Path(__file__).with_name("grammar")


@dataclass
class Read:
    """Clauses in order, how many there were before the last sentence, and the words that had no effect."""

    clauses: list[Clause] = field(default_factory=list)
    before: int = 0
    ignored: list[str] = field(default_factory=list)


@cache
def grammar() -> Grammar:
    """Return the grammar of requests."""
    return read_grammar(sorted(_GRAMMAR.glob("*.grammar")), TERMINALS)


def read_clauses(text: str, spec: BackendSpec) -> Read:
    """Return what a request says, sentence by sentence.

    Raises:
        Misread: some words could not be read; they are named.
    """
    context = Context(spec, roles=set(spec.service.auth.roles))
    read = Read()
    sentences = sentences_of(text)
    context.likely = likely_resources(sentences)
    for sentence in sentences:
        _read_sentence(sentence, context, read)
    return read


def _read_sentence(sentence: Sentence, context: Context, read: Read) -> None:
    tokens, noise = without_noise(sentence.tokens)
    read.ignored += noise
    while tokens and tokens[0].text in (",", ";"):
        tokens = tokens[1:]
    if not tokens or all(token.kind in ("mark", "dash") for token in tokens):
        return
    chart = Chart(grammar(), tokens, context)
    outcomes = chart.read("Sentence", 0)
    whole = outcomes.get(len(tokens))
    if whole is None:
        if sentence.title:
            read.ignored += [token.text for token in tokens]
            return
        end = max(outcomes, default=0)
        raise Misread([token.text for token in tokens[end:]])
    node = whole[1]
    assert isinstance(node, Node)  # noqa: S101 - a rule reads nodes
    if _is_far(node, whole[0]):
        raise Misread([token.text for token in tokens])
    _tell(node, chart, context, read, title=sentence.title)


def _is_far(node: Node, cost: float) -> bool:
    """Whether a sentence is only read by taking it for statements in a row that nothing parts."""
    parts = [value for label, value in node.parts() if label in ("s", "Join") and isinstance(value, Node)]
    after = [two for one, two in pairwise(parts) if one.tag == "Join" and one.start == one.end]
    return (
        len(after) > 1
        or any(statement.tag in _NEVER_ALONE for statement in after)
        or bool(after and cost > _FARTHEST * (node.end - node.start + 3))
    )


def _tell(node: Node, chart: Chart, context: Context, read: Read, *, title: bool) -> None:
    telling = Telling(chart, context)
    head = node.one("h")
    focus = head.one("f") if head is not None else None
    clauses: list[Clause] = []
    fresh = head.one("n") if head is not None else None
    if fresh is not None:
        clauses += telling.clauses(fresh)
    if focus is not None:
        clauses += telling.clauses(focus)
    statements = node.all("s")
    if statements[1:] and statements[-1].tag == "focus" and statements[-2].tag in {*ACCESS, *LISTS}:
        raise Misread(chart.text(statements[-1]).split(), "what shall be done with it?")
    for before, statement in pairwise(statements):
        if statement.tag == "bare" and before.tag in ACCESS and chart.keys[statement.start - 1] in ("and", "or"):
            raise Misread(chart.text(statement).split(), "what shall be done with it?")
    if any(statement.tag == "retract" for statement in statements):
        del read.clauses[read.before :]
    read.before = len(read.clauses)
    for statement in statements:
        clauses += telling.clauses(statement)
    if title and all(isinstance(clause, (Bare, Ignored)) for clause in clauses):
        read.ignored += [token.text for token in chart.tokens]
        return
    for clause in clauses:
        if isinstance(clause, Ignored):
            read.ignored += clause.words
        else:
            read.clauses.append(clause)


def likely_resources(sentences: Sequence[Sentence]) -> set[str]:
    """Return the names that are spoken of as resources somewhere: ``clients have``, ``each invoice belongs``."""
    found: set[str] = set()
    for sentence in sentences:
        tokens = sentence.tokens
        for at, token in enumerate(tokens[:-1]):
            following = tokens[at + 1].lower
            before = tokens[at - 1].lower if at else ""
            if token.kind not in ("word", "quoted") or token.lower in words("never_names"):
                continue
            if following in words("having") or (before in ("each", "every") and following in words("modals")):
                found |= {singular(snake(token.value)), snake(token.value)}
                if before and before not in words("never_names") and tokens[at - 1].kind == "word":
                    found.add(singular(snake(f"{before}_{token.value}")))
    return found


def without_noise(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], list[str]]:
    """Return the tokens without words that say nothing, and those words."""
    keys = [token.key for token in tokens]
    kept: list[Token] = []
    noise: list[str] = []
    at = 0
    while at < len(tokens):
        length = phrase_at(keys, at, words("noise"))
        if length and keys[at + length - 1 : at + length + 1] != ["instead", "of"]:
            noise += [token.text for token in tokens[at : at + length]]
            at += length
        else:
            kept.append(tokens[at])
            at += 1
    return tuple(kept), noise


__all__ = ["Focus", "Read", "grammar", "read_clauses", "without_noise"]
