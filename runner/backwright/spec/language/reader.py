"""The sentences of a request as clauses: each is read whole by the grammar, or refused with the words that are left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from backwright.naming import singular, snake
from backwright.spec.language.accesses import ACCESS
from backwright.spec.language.chart import Chart, Grammar, Node, Outcomes
from backwright.spec.language.clauses import Bare, Clause, Declare, Focus, Ignored, Setting
from backwright.spec.language.declarations import is_bare_plural
from backwright.spec.language.names import Context
from backwright.spec.language.notation import read_grammar
from backwright.spec.language.passage import Sentence, sentences_of
from backwright.spec.language.statements import TELLERS
from backwright.spec.language.telling import Telling
from backwright.spec.language.terminals import TERMINALS
from backwright.spec.language.tokens import Misread, Token
from backwright.spec.language.words import phrase_at, words
from backwright.spec.model import BackendSpec
from backwright.spec.nouns import is_plural

_WHERE = frozenset({"in", "on", "at", "for", "of", "from", "within"})
_NAMES = frozenset({"bare", "focus"})
_PRONOUNS = frozenset({"it", "them", "these", "those"})
_IDLE = frozenset({"idle", "clause", "title"})
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
        Misread: some words could not be read, or nothing is said that could be done; the words are named.
    """
    context = Context(spec, roles=set(spec.service.auth.roles))
    read = Read()
    sentences = sentences_of(text)
    context.likely = likely_resources(sentences)
    for sentence in sentences:
        _read_sentence(sentence, context, read)
    if all(isinstance(clause, Declare) and clause.title for clause in read.clauses):
        tokens = [token for sentence in sentences for token in sentence.tokens]
        is_pointing = any(token.lower in _PRONOUNS for token in tokens)
        why = "it is not said which resource is meant" if is_pointing else "what shall be done?"
        raise Misread([token.text for token in tokens], why)
    return read


def _read_sentence(sentence: Sentence, context: Context, read: Read) -> None:
    tokens, noise = without_noise(sentence.tokens)
    while tokens and tokens[0].key in (",", "--", ":", ";", "->", "|", "/"):
        tokens = tokens[1:]
    read.ignored += noise
    if not tokens or all(token.kind in ("mark", "dash") for token in tokens):
        return
    chart = Chart(grammar(), tokens, context)
    outcomes = chart.read("Sentence", 0)
    whole = outcomes.get(len(tokens))
    if whole is None:
        if sentence.title:
            read.ignored.append(" ".join(token.text for token in tokens))
            return
        raise Misread([token.text for token in tokens[_read_until(outcomes) :]])
    node = whole[1]
    assert isinstance(node, Node)  # noqa: S101 - a rule reads nodes
    _tell(node, chart, context, read, title=sentence.title)


def _read_until(outcomes: Outcomes) -> int:
    """Return how far a sentence was read as more than names of which nothing is said."""
    for end, (_, node) in sorted(outcomes.items(), reverse=True):
        if isinstance(node, Node) and any(one.tag not in _NAMES for one in node.all("s")):
            return end
    return 0


def _told_ahead(head: Node | None, telling: Telling) -> list[Clause]:
    """Return what stands before the first statement: ``for orders:``, ``status of orders:``."""
    if head is None:
        return []
    member = head.one("m")
    clauses: list[Clause] = [] if member is None else [Focus(*telling.member_ref(member))]
    for part in (head.one("n"), head.one("f")):
        if part is not None:
            clauses += telling.clauses(part)
    return clauses


def _refuse_loose_ends(statements: Sequence[Node], chart: Chart) -> None:
    """Refuse a name at the end of which nothing is said."""
    if statements[1:] and statements[-1].tag == "focus" and chart.keys[-1] != ":":
        raise Misread(chart.text(statements[-1]).split(), "what shall be done with it?")
    for before, statement in pairwise(statements):
        if statement.tag == "bare" and before.tag in ACCESS and chart.keys[statement.start - 1] in ("and", "or"):
            raise Misread(chart.text(statement).split(), "what shall be done with it?")


def _tell(node: Node, chart: Chart, context: Context, read: Read, *, title: bool) -> None:
    telling = Telling(chart, context, TELLERS)
    clauses = _told_ahead(node.one("h"), telling)
    statements = node.all("s")
    _refuse_loose_ends(statements, chart)
    if any(statement.tag == "retract" for statement in statements):
        del read.clauses[read.before :]
    read.before = len(read.clauses)
    for statement in statements:
        clauses += telling.clauses(statement)
    is_title = title or (not read.clauses and _is_name_alone(clauses))
    if is_title and not title and len(chart.tokens) == 1:
        read.clauses.append(Declare(((chart.tokens[0].value,),), weak=True, title=True))
        return
    if is_title and all(isinstance(clause, (Bare, Ignored)) for clause in clauses):
        read.ignored.append(chart.text(node))
        return
    if not read.clauses and _is_name_before_settings(clauses):
        read.ignored.append(chart.tokens[0].text)
        clauses = clauses[1:]
    if title:
        clauses = [replace(one, weak=True) if isinstance(one, Declare) and one.plain else one for one in clauses]
    clauses = _listed_resources(clauses)
    for clause in clauses:
        if isinstance(clause, Ignored):
            read.ignored.append(" ".join(clause.words))
        else:
            read.clauses.append(clause)
    for idle in _idle(node):
        phrase = chart.text(idle)
        if not any(phrase in said for said in read.ignored):
            read.ignored.append(phrase)


def _listed_resources(clauses: list[Clause]) -> list[Clause]:
    """Return clauses with the plurals behind a theme as resources: ``bookstore backend with books, authors``."""
    found: list[Clause] = []
    for before, clause in zip([None, *clauses], clauses, strict=False):
        is_theme = isinstance(before, Declare) and before.weak
        if is_theme and isinstance(clause, Bare) and all(is_bare_plural(said) for said in clause.members):
            found += [Declare((tuple(said.name),), "add", counted=True) for said in clause.members]
        else:
            found.append(clause)
    return found


def _idle(node: Node) -> Iterator[Node]:
    """Yield the parts of a sentence that have no effect but are read in the middle of others."""
    for _, part in node.parts():
        if isinstance(part, Node):
            if part.tag in _IDLE:
                yield part
            else:
                yield from _idle(part)


def _is_name_alone(clauses: list[Clause]) -> bool:
    """Whether a sentence is only one name of which nothing is said, as the title of a request is."""
    members = [said for clause in clauses if isinstance(clause, Bare) for said in clause.members]
    return len(members) == 1 and not members[0].said


def _is_name_before_settings(clauses: list[Clause]) -> bool:
    """Whether a name of which nothing is said is followed by settings only: ``simple guestbook without login``."""
    return _is_name_alone(clauses[:1]) and all(isinstance(one, (Setting, Ignored)) for one in clauses[1:])


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
            if not at and following == ":" and is_plural(token.lower) and token.lower not in grammar().words:
                found |= {singular(snake(token.value)), snake(token.value)}
            if before in ("our", "the", "my") and at > 1 and tokens[at - 2].lower in _WHERE:
                continue
            is_duty = at + 2 < len(tokens) and tokens[at + 2].lower == "to"
            if is_duty and following in ("has", "have", "need", "needs"):
                continue
            if following in words("having") or (before in ("each", "every") and following in words("modals")):
                found |= {singular(snake(token.value)), snake(token.value)}
                if (
                    before
                    and before not in words("never_names")
                    and tokens[at - 1].kind == "word"
                    and not is_plural(before)
                ):
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
        kept_length = phrase_at(keys, at, words("kept_phrases"))
        if kept_length > length:
            kept += tokens[at : at + kept_length]
            at += kept_length
        elif length and keys[at + length - 1 : at + length + 1] != ["instead", "of"]:
            noise.append(" ".join(token.text for token in tokens[at : at + length]))
            at += length
        else:
            kept.append(tokens[at])
            at += 1
    plain = [one for one, after in zip(kept, [*kept, None][1:], strict=True) if not _is_idle_comma(one, after)]
    return tuple(plain), noise


def _is_idle_comma(token: Token, after: Token | None) -> bool:
    """Whether a comma is left of words that say nothing: ``subtasks, please: …``."""
    return token.key == "," and after is not None and after.key in (":", ",")
