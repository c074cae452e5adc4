"""What kind of task a text is: to build, to apply the spec, to review or answer, or unclear."""

from __future__ import annotations

import re
from typing import Literal

from backwright.spec.language.tokens import Token, tokens_of
from backwright.spec.language.words import words

Kind = Literal["build", "apply", "review", "unclear"]
_REVIEW_VERBS = frozenset(
    {"review", "check", "audit", "analyse", "analyze", "explain", "inspect", "diagnose", "investigate", "debug"}
    | {"evaluate", "assess", "look", "describe", "tell", "compare", "verify", "examine", "summarize", "summarise",
        "find", "profile", "benchmark"}
)  # fmt: skip
_QUESTIONS = frozenset(
    {
        "is",
        "are",
        "why",
        "how",
        "what",
        "does",
        "do",
        "did",
        "which",
        "who",
        "where",
        "when",
        "should",
        "was",
        "am",
        "were",
    }
)
_TROUBLE = frozenset(
    {"slow", "slowly", "fails", "failing", "failed", "broken", "crashes", "crash", "bug", "leaks", "leaking", "timeout",
        "timeouts", "hangs", "insecure", "vulnerable"}
    | {"slower", "sluggish", "deadlock", "deadlocks", "stuck", "stack trace", "traceback", "times", "vulnerabilities"}
)  # fmt: skip
_ASKS = re.compile(
    r"\b(what is wrong|what's wrong|why (?:is|are|does|do|did)|anything wrong|takes? (?:about |more than |over "
    r"|up to |almost |nearly |around )?[\w.]+ (?:seconds?|minutes?|ms)|taking [\w.]+ seconds?|tell me (?:whether"
    r"|if|which|what|why|how)|have a look at|take a look at|is (?:it|this|that) (?:safe|secure|ok|correct)|times? "
    r"out|timing out|n\+1|which indexes|memory leak|issues? (?:connecting|with)|problems? with|performance "
    r"(?:problem|issue)s?|not working|does not work|do not work|security holes?|look over|any (?:security"
    r"|performance))\b"
)
_REQUESTS = re.compile(
    r"^(?:(?:can|could|would|will|may) (?:you|we|i)|please|kindly|hi|hello|hey|i want you to|i would like you to|let us"
    r"|go and|, )+ ?"
)
_LISTED = re.compile(r"(?:can|could) (?:[a-z]+ ){1,3}be (?:found|searched|filtered|sorted|narrowed)\b.* by ")
"""What is asked for as a question: ``can products be found by name?``."""
_SPEC_NOUNS = r"(?:specs?|specifications?|spec files?|specification files?|yaml(?: files?)?|yamls)"
_APPLY_VERBS = (
    r"(?:apply|build|generate|regenerate|re-generate|sync|synchroni[sz]e|update|rebuild|refresh|bring|re-run|rerun"
    r"|implement|pick up|reflect|carry out|take over|catch up|match|reconcile|realign|align)"
)
_CAN_HAVE = re.compile(
    r"could |can (?:(?:a|an|the|each|every) )?[\w-]+ (?:also )?"
    r"(?:have|get|live|sit|be (?:given|found|filtered|sorted|searched|nested))\b"
)
_SENTENCE_WORDS = 3
_POLITE = 6
"""The letters of the shortest request, as ``can we``."""


def classify(text: str) -> Kind:  # noqa: PLR0911 - a list of rules, the first that fits decides
    """Return what kind of task a text is."""
    tokens = tokens_of(text)
    line = " ".join(token.lower for token in tokens if token.kind != "quoted")
    plain = _REQUESTS.sub("", line)
    if not plain.strip():
        return "unclear"
    if _is_apply(plain):
        return "apply"
    if _LISTED.match(line):
        return "build"
    first = plain.split()[0]
    if (first in _REVIEW_VERBS and not _is_build(plain, first)) or _is_question(plain, first) or _ASKS.search(line):
        return "review"
    if _CAN_HAVE.match(plain):
        return "build"
    if plain != line and len(line) - len(plain) > _POLITE:
        return "build"
    return _kind_of_statement(plain.split(), tokens)


def _is_question(line: str, first: str) -> bool:
    """Whether a text asks something: ``does it …``, but not ``do not …`` nor ``when a project is deleted its …``."""
    if (
        first not in _QUESTIONS
        or re.match(r"what (?:we|i) (?:need|want)\b", line)
        or (
            line.startswith(("do not ", "does not ", "when a ", "when the ", "when an ", "when some"))
            and "?" not in line
        )
    ):
        return False
    return (
        first not in ("when", "who", "where", "is", "are", "should", "did", "was")
        or "?" in line
        or not re.search(r"\b(?:delete|deleted|removed)\b", line)
    )


def _is_apply(line: str) -> bool:
    if not re.search(rf"\b{_SPEC_NOUNS}\b", line) or re.search(r"\b(?:field|column) (?:called |named )?specs?\b", line):
        return False
    return bool(
        re.search(rf"\b{_APPLY_VERBS}\b", line)
        and (
            re.match(rf"(?:\W|then|now|so|and|please|just)*{_APPLY_VERBS}\b", line)
            or re.search(
                r"\b(?:edited|changed|updated|modified|adjusted|changes|edits|hand|touched|tweaked|my|our|the)\b", line
            )
        )
        and not re.search(r"\b(?:add|create|rename|remove|drop) (?:a|an|the)?\b", line)
    )


def _is_build(line: str, first: str) -> bool:
    """Whether a verb of reviews is meant as part of a backend: ``look up by name``, ``profile: bio``."""
    return first in ("look", "profile", "find", "check") and bool(
        re.match(r"(?:look up|profiles? |find (?:[a-z]+ ){0,3}by |check (?:that|constraint))", line)
    )


def _kind_of_statement(plain: list[str], tokens: tuple[Token, ...]) -> Kind:
    said = set(plain)
    if plain[:2] == ["get", "rid"] or words("verbs") & set(plain[:6]):
        return "build"
    has_structure = any(token.text in (":", "(") or token.kind in ("quoted", "op") for token in tokens)
    if plain[-1] == "?" or (_TROUBLE & said and not has_structure):
        return "review"
    if (words("building") | words("generic_nouns")) & said or any(token.text in (":", "(", ",") for token in tokens):
        return "build"
    return "unclear" if len(plain) < _SENTENCE_WORDS or not words("having") & said else "build"
