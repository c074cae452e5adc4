"""Requests in one line: ``add reviews with rating 1..5 and text, belonging to products``.

Words are read by a tokenizer and a small grammar; each is used or shown as not used. What cannot be read is refused in
one message, whole: never half of a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from backwright.errors import BadInput, NotSupported
from backwright.spec.apply import apply_change, apply_step, is_there
from backwright.spec.change import Reading, SpecChange, Step
from backwright.spec.clauses import clauses_of, read_clause
from backwright.spec.conventions import Conventions, new_service
from backwright.spec.meaning import World
from backwright.spec.model import BackendSpec
from backwright.spec.refusal import ABILITIES, is_foreign, nearest, not_yet
from backwright.spec.words import BACKEND_NOUNS, CRUD_NOUNS, HAVE, VERBS, Misread, Token, tokens_of

Kind = Literal["build", "apply", "review", "unclear"]
MAX_CHARACTERS = 4000
_REVIEW_VERBS = frozenset(
    {"review", "check", "audit", "analyse", "analyze", "explain", "inspect", "diagnose", "investigate", "debug"}
    | {"evaluate", "assess", "find", "look", "describe", "tell", "show", "compare", "verify", "examine", "summarize"}
)
_QUESTIONS = frozenset(
    {"is", "are", "why", "how", "what", "does", "do", "did", "which", "who", "where", "when", "should", "was", "has"}
)
_TROUBLE = frozenset(
    {"slow", "slowly", "fails", "failing", "failed", "error", "errors", "broken", "crashes", "crash", "bug", "taking"}
    | {"takes", "leaks", "leak", "timeout", "hangs", "wrong", "insecure", "vulnerable", "500", "404"}
)
_REQUESTS = ("can you", "could you", "would you", "will you", "can we", "please")
_SPEC_WORDS = frozenset({"spec", "specs", "specification", "yaml", "changes", "edits"})


def classify(text: str) -> Kind:
    """Return what kind of task a text is: to build, to apply the spec, to review or answer, or unclear."""
    tokens = tokens_of(text)
    words = [token.lower for token in tokens if token.kind != "quoted"]
    line = " ".join(words)
    for request in _REQUESTS:
        line = line.removeprefix(request).strip()
    words = line.split() or ["unclear"]
    if words[0] in ("apply", "build", "generate", "sync") and _SPEC_WORDS & set(words[1:5]):
        return "apply"
    if words[0] in _REVIEW_VERBS | _QUESTIONS:
        return "review"
    return _kind_of_statement(words, tokens)


def _kind_of_statement(words: list[str], tokens: tuple[Token, ...]) -> Kind:
    if words[:2] == ["get", "rid"] or VERBS & set(words[:6]):
        return "build"
    if words[-1] == "?" or _TROUBLE & set(words):
        return "review"
    if HAVE & set(words[:6]) or (CRUD_NOUNS | BACKEND_NOUNS) & set(words) or not_yet(tokens):
        return "build"
    return "unclear"


def read_request(
    text: str, spec: BackendSpec | None, conventions: Conventions, answers: Mapping[str, str] | None = None
) -> Reading:
    """Return what a request means for a spec (None: a new backend); ``answers`` are those to its questions.

    A step that asks for what is there already is left out, and said.

    Raises:
        BadInput: it is empty, cannot be read (the message names the words and the nearest way to say it), or is about
            something that is not there.
        NotSupported: it is understood and cannot be built yet.
    """
    start = spec or BackendSpec(service=new_service("backend", conventions))
    tokens = tokens_of(text)
    _refuse_unreadable(text, tokens, start)
    kind = classify(text)
    if kind == "apply":
        return Reading(SpecChange(), taken=_words(tokens))
    if kind == "review":
        raise BadInput("this is a question or a review, not something to build", hint=ABILITIES)
    world = World(start, conventions, answers or {})
    try:
        steps = _read_clauses(tokens, world)
    except Misread as misread:
        raise _misread(misread, tokens, start) from None
    apply_change(start, SpecChange(steps=steps))
    taken = [word for word in _words(tokens) if word not in world.ignored]
    return Reading(
        SpecChange(steps=steps),
        taken=tuple(taken),
        not_taken=tuple(world.ignored),
        assumptions=tuple(world.assumptions),
        questions=tuple(world.questions),
    )


def _read_clauses(tokens: tuple[Token, ...], world: World) -> tuple[Step, ...]:
    steps: list[Step] = []
    for clause in clauses_of(tokens):
        for step in read_clause(clause, world):
            if is_there(world.spec, step):
                world.assume(f"{_named(step)} is there already, nothing to do for it")
                continue
            world.spec = apply_step(world.spec, step)
            steps.append(step)
    return tuple(steps)


def _named(step: Step) -> str:
    for attribute in ("field", "relation"):
        member = getattr(step, attribute, None)
        if member is not None:
            owner = getattr(step, "resource", "")
            return f"{owner}.{getattr(member, 'name', member)}"
    resource = getattr(step, "resource", None)
    return str(getattr(resource, "name", resource or "what was said of the service"))


def _words(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple(token.text for token in tokens if token.kind in ("word", "number", "quoted", "op"))


def _refuse_unreadable(text: str, tokens: tuple[Token, ...], spec: BackendSpec) -> None:
    if not any(token.kind in ("word", "quoted") for token in tokens):
        if any(token.kind == "other" for token in tokens):
            raise BadInput(f"I could not read {text.strip()[:80]!r}", nearest=_nearest(tokens, spec), hint=ABILITIES)
        raise BadInput("the task is empty", hint=f"For instance: add products CRUD. {ABILITIES}")
    if len(text) > MAX_CHARACTERS:
        raise BadInput(f"the task has {len(text):,} characters; a request has at most {MAX_CHARACTERS:,}")
    if is_foreign(tokens):
        raise BadInput("I read English only, and this seems to be another language", hint=ABILITIES)
    missing = not_yet(tokens)
    if missing:
        raise NotSupported(f"not supported yet: {', '.join(missing)}", hint=ABILITIES)


def _misread(misread: Misread, tokens: tuple[Token, ...], spec: BackendSpec) -> BadInput:
    words = " ".join(misread.words) or " ".join(token.text for token in tokens)
    why = f": {misread}" if str(misread) else ""
    return BadInput(f"I could not read {words!r}{why}", nearest=_nearest(tokens, spec), hint=ABILITIES)


def _nearest(tokens: tuple[Token, ...], spec: BackendSpec) -> tuple[str, ...]:
    return tuple(nearest(tokens, spec))
