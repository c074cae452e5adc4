"""Requests in words: ``add reviews with rating 1..5 and text, belonging to products``, a sentence or a short list.

What cannot be read is refused first; clauses are read and applied to a draft of the spec; the difference is the change.
Each word is used or shown as not used. One word that is not understood refuses the whole: never half of a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backwright.errors import BadInput
from backwright.spec.apply import apply_change
from backwright.spec.change import Reading
from backwright.spec.conventions import Conventions, new_service
from backwright.spec.difference import difference
from backwright.spec.language.classifying import Kind, classify
from backwright.spec.language.draft import Draft
from backwright.spec.language.meaning import apply_clauses
from backwright.spec.language.nearest import nearest
from backwright.spec.language.reader import read_clauses
from backwright.spec.language.refusing import ABILITIES, refuse_unreadable
from backwright.spec.language.tokens import Misread, Token
from backwright.spec.language.words import words
from backwright.spec.model import BackendSpec


def read_request(
    text: str, spec: BackendSpec | None, conventions: Conventions, answers: Mapping[str, str] | None = None
) -> Reading:
    """Return what a request means for a spec (None: a new backend); ``answers`` are those to its questions.

    A step that asks for what is there already is left out, and said.

    Raises:
        BadInput: it is empty, cannot be read (the message names the words and the nearest way to say it), or is about
            something that is not there.
        NotSupported: it is understood and cannot be built.
    """
    start = spec or BackendSpec(service=new_service("backend", conventions))
    tokens = refuse_unreadable(text)
    kind = classify(text)
    if kind == "apply":
        return Reading(change=difference(start, start), taken=_words(tokens))
    if kind == "review":
        raise BadInput("this is a question or a review, not something to build", hint=ABILITIES)
    draft = Draft(start, conventions, start, answers or {})
    try:
        read = read_clauses(text, start)
        apply_clauses(draft, read.clauses)
    except Misread as misread:
        raise _misread(misread, tokens, start) from None
    except BadInput as error:
        error.nearest = error.nearest or tuple(nearest(tokens, start))
        raise
    change = difference(start, draft.stamped())
    apply_change(start, change)
    ignored = {word for phrase in read.ignored for word in phrase.split()}
    return Reading(
        change,
        taken=tuple(word for word in _words(tokens) if word not in ignored),
        not_taken=tuple(read.ignored),
        assumptions=tuple(draft.assumptions),
        questions=tuple(draft.questions),
    )


def _words(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple(token.text for token in tokens if token.kind not in ("mark", "dash", "dot"))


def _misread(misread: Misread, tokens: tuple[Token, ...], spec: BackendSpec) -> BadInput:
    unread = " ".join(misread.words) or " ".join(token.text for token in tokens)
    why = f": {misread}" if str(misread) else _why(misread.words)
    return BadInput(f"I could not read {unread!r}{why}", nearest=tuple(nearest(tokens, spec)), hint=ABILITIES)


def _why(unread: Sequence[str]) -> str:
    """Return what is missing where nothing but a general noun is left: ``add a field``."""
    nameless = {word.lower() for word in unread} <= words("articles") | words("generic_nouns") | {"it", "them", "new"}
    return ": say its name, and the resource it is for" if unread and nameless else ""


__all__ = ["Kind", "classify", "read_request"]
