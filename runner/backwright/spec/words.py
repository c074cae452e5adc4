"""A request as words, and what the words are: a tokenizer, a cursor, and the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"\n]*"|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9])|`[^`\n]*`)"""
    r"""|(?P<number>[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|[-+]?\d+(?:\.\d+)?(?![A-Za-z_]))"""
    r"""|(?P<op>->|>=|<=|=>|==|\.\.\.?|[<>=])"""
    r"""|(?P<word>[^\W\d_](?:\w|-(?=\w)|'(?=s\b)|\.(?=[A-Za-z_])|/(?=\w))*)"""
    r"""|(?P<mark>[,;:()|&+/]|[.!?\n])"""
    r"""|(?P<other>\S)"""
)
_STRAIGHT = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
    | dict.fromkeys("\u2018\u2019\u201a", "'")
    | {"\u2013": "-", "\u2014": ",", "\u2026": "..", "\u00a0": " "}
)


_GO_ON = frozenset({",", "and", "&", "or", "with", ":", "(", "to", "of", "belonging", "having"})
_WITH = frozenset({")", "that", "which", "belongs", "on", "in", "default"})


@dataclass(frozen=True)
class Token:
    """One word, number, operator or mark; ``lower`` is what is compared."""

    kind: str
    text: str
    lower: str

    @property
    def value(self) -> str:
        """The text without quotes, or without the commas of thousands."""
        if self.kind == "quoted":
            return self.text[1:-1]
        return self.text.replace(",", "") if self.kind == "number" else self.text


class Misread(Exception):
    """Some words were not understood; they are what the person is told."""

    def __init__(self, words: Sequence[str], why: str = "") -> None:
        """Keep the words, in order, and why where that is known."""
        super().__init__(why)
        self.words = tuple(words)
        self.why = why


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the words of a request; typographic quotes and dashes, ``≥`` and ``≤`` are made plain."""
    plain = text.translate(_STRAIGHT).replace("≥", ">=").replace("≤", "<=").replace("→", "->")
    found: list[Token] = []
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or "other"
        word = match[0]
        if kind == "word" and "." in word:
            first, _, rest = word.partition(".")
            found += [Token("word", first, first.lower()), Token("dot", ".", "."), Token("word", rest, rest.lower())]
            continue
        found.append(Token(kind, word, "..." if word == "\n" else word.lower()))
    return tuple(_lines_joined(found))


def _lines_joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """Let a line end a sentence, except where it clearly goes on: after a comma, before ``with``."""
    for at, token in enumerate(tokens):
        if token.text != "\n":
            yield token
            continue
        before = tokens[at - 1].lower if at else ""
        after = next((one.lower for one in tokens[at:] if one.text != "\n"), "")
        if before not in _GO_ON and after not in _GO_ON | _WITH:
            yield Token("mark", ";", ";")


class Cursor:
    """Walks over tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        """Start before the first token."""
        self.tokens = tuple(tokens)
        self.position = 0

    def peek(self, ahead: int = 0) -> Token | None:
        """Return a token without taking it."""
        at = self.position + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def word(self, ahead: int = 0) -> str:
        """Return the lower-case text of a token that is not quoted; empty at the end."""
        token = self.peek(ahead)
        return "" if token is None or token.kind == "quoted" else token.lower

    def take(self) -> Token:
        """Take the next token."""
        token = self.peek()
        if token is None:
            raise Misread((), "the request ends too early")
        self.position += 1
        return token

    def accept(self, *words: str) -> str:
        """Take the next token if it is one of these, and return it; else return nothing."""
        word = self.word()
        if word and word in words:
            self.position += 1
            return word
        return ""

    def phrase(self, *phrases: str) -> str:
        """Take several words if they are one of these phrases, longest first."""
        for phrase in sorted(phrases, key=len, reverse=True):
            parts = phrase.split()
            if all(self.word(at) == part for at, part in enumerate(parts)):
                self.position += len(parts)
                return phrase
        return ""

    def skip(self, words: frozenset[str]) -> list[str]:
        """Take words as long as they are among these."""
        taken: list[str] = []
        while self.word() in words and self.word():
            taken.append(self.take().text)
        return taken

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.position >= len(self.tokens)

    def rest(self) -> tuple[Token, ...]:
        """Return what is left."""
        return self.tokens[self.position :]


ARTICLES = frozenset(
    {"a", "an", "the", "some", "my", "our", "its", "their", "one", "new", "another", "each", "this", "these"}
)
NOISE = frozenset(
    {"please", "just", "simple", "basic", "nice", "rest", "restful", "fastapi", "also", "full", "complete", "proper"}
    | {"good", "small", "little", "standard", "usual", "normal", "clean", "me", "us", "awesome", "great", "cool"}
    | {"beautiful", "amazing", "fancy", "robust", "scalable", "really", "very", "decent", "kindly", "quickly"}
)
"""Words without an effect: they are shown as not used."""
ADD = frozenset(
    {
        "add",
        "create",
        "build",
        "generate",
        "implement",
        "introduce",
        "scaffold",
        "need",
        "want",
        "new",
        "insert",
        "define",
        "develop",
        "write",
    }
)
HAVE = frozenset({"have", "has", "need", "needs", "get", "gets", "require", "requires", "belong", "belongs"})
"""Verbs behind a resource: ``products need a barcode``."""
RENAME = frozenset({"rename"})
REMOVE = frozenset({"remove", "drop", "delete"})
CHANGE = frozenset({"make", "change", "set", "mark", "limit", "alter", "restrict", "turn"})
VERBS = ADD | RENAME | REMOVE | CHANGE
RESOURCE_NOUNS = frozenset(
    {"resource", "resources", "table", "tables", "model", "models", "entity", "entities", "collection"}
)
CRUD_NOUNS = frozenset(
    {
        "crud",
        "endpoint",
        "endpoints",
        "operations",
        "routes",
        "route",
        "api",
        "apis",
        "router",
        "routers",
        "management",
        "handlers",
    }
)
FIELD_NOUNS = frozenset({"field", "fields", "column", "columns", "attribute", "attributes", "property", "properties"})
BACKEND_NOUNS = frozenset({"backend", "api", "service", "app", "application", "server", "project"})
