"""A request as words: a tokenizer that makes quotes, dashes and contractions plain, and a cursor over the tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<url>https?://[^\s,;()"']+)"""
    r"""|(?P<pattern>\^\S+\$|(?<=\s)/\^\S+\$/)"""
    r"""|(?P<quoted>"[^"\n]*"|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9])|`[^`\n]*`)"""
    r"""|(?P<email>[\w.+-]+@[\w-]+\.[\w.]*\w)"""
    r"""|(?P<hex>\#[0-9A-Fa-f]{3,8}\b)"""
    r"""|(?P<day>\d{4}-\d\d-\d\d)"""
    r"""|(?P<rate>\d+\s*/\s*(?:seconds?|sec|s|minutes?|min|m|hours?|hr|h|days?|d)\b)"""
    r"""|(?P<range>(?<![\w.])\d+(?:\.\d+)?\s?(?:-|\.\.\.?)\s?\d+(?:\.\d+)?(?![\w-]))"""
    r"""|(?P<number>[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|[-+]?\d+(?:\.\d+)?(?![A-Za-z_\d]))"""
    r"""|(?P<dash>--+|(?<=\s)-(?=[\s,;.)]|$))"""
    r"""|(?P<op>->|>=|<=|=>|==|!=|\.\.\.?|[<>=])"""
    r"""|(?P<path>(?<![\w)])/(?:[A-Za-z][\w-]*|\{\w+\}|:\w+|<\w+>)(?:/(?:[\w-]+|\{\w+\}|:\w+|<\w+>))*/?)"""
    r"""|(?P<word>(?:\d+[A-Za-z]|[^\W\d_])(?:\w|-(?=[^\W_])|'(?=\w)|\.(?=[^\W\d])|/(?=\w))*)"""
    r"""|(?P<mark>[,;:()|&+/\[\]%$€£]|[.!?\n])"""
    r"""|(?P<other>\S)"""
)
_PLAIN = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u00b4", "'")
    | {"\u2013": "-", "\u2014": " -- ", "\u2026": " ... ", "\u00a0": " ", "\u2022": "*", "\t": "  ", "\r": ""}
)
_RESPELT = (
    (re.compile(r"\be\.\s?g\.?,?", re.I), "eg"),
    (re.compile(r"\bi\.\s?e\.?,?", re.I), "ie"),
    (re.compile(r"\b(max|min|incl|approx|vs|etc|req|opt|chars?)\.(?=\s|,|\))", re.I), r"\1"),
    (re.compile(r"\bw/o\b", re.I), "without"),
    (re.compile(r"\bw/(?=\s|\w)", re.I), "with "),
    (re.compile(r"≥|⩾"), ">="),
    (re.compile(r"≤|⩽"), "<="),
    (re.compile(r"→|⇒|➜"), "->"),
    (re.compile("\N{MULTIPLICATION SIGN}"), "x"),
    (re.compile(r"(?<=\s)\{(?=\s)"), "("),
    (re.compile(r"(?<=\s)\}(?=\s|$)"), ")"),
    (re.compile(r"(?<=\d)\s?\.\s?\.\s?\.?\s?(?=\d)"), ".."),
    (re.compile(r"\b(enum|decimal|string|varchar|char|numeric|money|text)\s+\(", re.I), r"\1("),
)  # fmt: skip
_CONTRACTED = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "let's": "let us",
    "i'm": "i am", "it's": "it is", "that's": "that is", "there's": "there is", "here's": "here is",
    "what's": "what is", "who's": "who is", "he's": "he is", "she's": "she is", "how's": "how is",
    "y'all": "you all", "gonna": "going to", "wanna": "want to", "gotta": "have to", "lets": "let us",
}  # fmt: skip
_ENDINGS = {"n't": "not", "'ve": "have", "'re": "are", "'ll": "will", "'d": "would", "'m": "am"}
_RATE_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}


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
            return self.text[1:-1].strip()
        return self.text.replace(",", "") if self.kind == "number" else self.text

    @property
    def is_name(self) -> bool:
        """Whether it can be a part of a name."""
        return self.kind in ("word", "quoted")


class Misread(Exception):
    """Some words were not understood; they are what the person is told."""

    def __init__(self, words: Iterable[str], why: str = "") -> None:
        """Keep the words, in order, and why where that is known."""
        super().__init__(why)
        self.words = tuple(words)
        self.why = why


def plain_text(text: str) -> str:
    """Return a text with typographic quotes, dashes, arrows and abbreviations made plain."""
    plain = text.translate(_PLAIN)
    for wanted, by in _RESPELT:
        plain = wanted.sub(by, plain)
    return plain


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the words of a text."""
    found: list[Token] = []
    for match in _TOKEN.finditer(plain_text(text)):
        found += _token(match.lastgroup or "other", match[0])
    return tuple(found)


def _token(kind: str, text: str) -> Iterator[Token]:
    if kind == "word":
        yield from _words(text)
    elif kind == "rate":
        count, _, unit = text.replace(" ", "").partition("/")
        yield Token(kind, text, f"{count}/{_RATE_UNITS[unit[0].lower()]}")
    elif kind == "range":
        low, high = re.findall(r"\d+(?:\.\d+)?(?=\D|$)", text.replace("..", " "))
        yield Token(kind, text, f"{low}..{high}")
    else:
        yield Token(kind, text, text.lower())


def _words(text: str) -> Iterator[Token]:
    lower = text.lower()
    if lower in _CONTRACTED:
        yield from (_word(part) for part in _CONTRACTED[lower].split())
        return
    for ending, means in _ENDINGS.items():
        if lower.endswith(ending) and len(lower) > len(ending):
            yield _word(text[: -len(ending)])
            yield _word(means)
            return
    if lower.endswith("'s"):
        yield _word(text[:-2])
        yield Token("mark", "'s", "'s")
        return
    if "." in text:
        first, _, rest = text.partition(".")
        yield _word(first)
        yield Token("dot", ".", ".")
        yield from _words(rest)
        return
    yield _word(text)


def _word(text: str) -> Token:
    return Token("word", text, text.lower())


class Cursor:
    """Walks over the tokens of one sentence."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        """Start before the first token."""
        self.tokens = tuple(tokens)
        self.position = 0

    def peek(self, ahead: int = 0) -> Token | None:
        """Return a token without taking it."""
        at = self.position + ahead
        return self.tokens[at] if 0 <= at < len(self.tokens) else None

    def word(self, ahead: int = 0) -> str:
        """Return the lower-case text of a token that is not quoted; empty at the end."""
        token = self.peek(ahead)
        return "" if token is None or token.kind == "quoted" else token.lower

    def kind(self, ahead: int = 0) -> str:
        """Return the kind of a token; empty at the end."""
        token = self.peek(ahead)
        return "" if token is None else token.kind

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

    def sees(self, *phrases: str, ahead: int = 0) -> str:
        """Return the longest of these phrases that stands here, without taking it."""
        best = ""
        first = self.word(ahead)
        for phrase in phrases if first else ():
            if not phrase.startswith(first):
                continue
            parts = phrase.split()
            if len(phrase) > len(best) and all(self.word(ahead + at) == part for at, part in enumerate(parts)):
                best = phrase
        return best

    def phrase(self, *phrases: str) -> str:
        """Take several words if they are one of these phrases, longest first."""
        best = self.sees(*phrases)
        self.position += len(best.split())
        return best

    def one_of(self, phrases: Phrases) -> str:
        """Take the longest phrase of a set that stands here."""
        best = phrases.at(self)
        self.position += len(best.split())
        return best

    def skip(self, words: Iterable[str]) -> list[str]:
        """Take words as long as they are among these."""
        taken: list[str] = []
        while self.word() and self.word() in words:
            taken.append(self.take().text)
        return taken

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.position >= len(self.tokens)

    def rest(self) -> tuple[Token, ...]:
        """Return what is left."""
        return self.tokens[self.position :]

    def before(self) -> str:
        """Return the word before this place; empty at the beginning."""
        return self.word(-1)


class Phrases:
    """A set of phrases, looked up by their first word."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Keep them, longest first."""
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(phrases, key=lambda one: -len(one.split())):
            parts = tuple(phrase.split())
            self._by_first.setdefault(parts[0], []).append(parts)

    def at(self, cursor: Cursor, ahead: int = 0) -> str:
        """Return the longest phrase that stands at a cursor; empty where there is none."""
        for parts in self._by_first.get(cursor.word(ahead), ()):
            if all(cursor.word(ahead + at) == part for at, part in enumerate(parts)):
                return " ".join(parts)
        return ""

    def __contains__(self, phrase: str) -> bool:
        """Whether a phrase is one of them."""
        parts = tuple(phrase.split())
        return bool(parts) and parts in self._by_first.get(parts[0], ())
