"""A request as words: a tokenizer that makes quotes, dashes, contractions and abbreviations plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<url>https?://[^\s,;()"']+)"""
    r"""|(?P<pattern>"\^[^"\n]*\$"|'\^[^'\n]*\$'|`\^[^`\n]*\$`|\^[^\s,]\S*\$|(?<=\s)/\^\S+\$/)"""
    r"""|(?P<quoted>"[^"\n]*"|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9])|`[^`\n]*`)"""
    r"""|(?P<email>[\w.+-]+@[\w-]+\.[\w.]*\w)"""
    r"""|(?P<hex>\#[0-9A-Fa-f]{3,8}\b)"""
    r"""|(?P<day>\d{4}-\d\d-\d\d)"""
    r"""|(?P<rate>\d+\s*/\s*(?:seconds?|sec|s|minutes?|mins?|m|hours?|hr|h|days?|d)\b)"""
    r"""|(?P<range>(?<![\w.])-?\d+(?:\.\d+)?\s?(?:-|\.\.\.?)\s?-?\d+(?:\.\d+)?(?![\w-]))"""
    r"""|(?P<code>\b[A-Z]{2,}-\d+\b)"""
    r"""|(?P<number>[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\w.])[-+]?\d+(?:\.\d+)?(?![A-Za-z_\d])|\d+(?:\.\d+)?(?![A-Za-z_\d]))"""
    r"""|(?P<dash>--+|(?<=\s)-(?=[\s,;.)]|$)|^-(?=\s))"""
    r"""|(?P<op><->|->|>=|<=|=>|==|!=|\.\.\.?|[<>=])"""
    r"""|(?P<path>(?<![\w)])/(?:[A-Za-z][\w-]*|\{\w+\}|:\w+|<\w+>)(?:/(?:[\w-]+|\{\w+\}|:\w+|<\w+>))*/?)"""
    r"""|(?P<word>(?:\d+[A-Za-z]|[^\W\d_])(?:\w|-(?=[^\W_])|'(?=\w)|\.(?=[^\W\d]))*)"""
    r"""|(?P<mark>[,;:()|&+/\[\]%$€£{}*#]|[.!?\n'])"""
    r"""|(?P<other>\S)"""
)
_PLAIN = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u00b4", "'")
    | {"\u2013": "-", "\u2014": " -- ", "\u2026": " ... ", "\u00a0": " ", "\t": "  ", "\r": "", "\u2011": "-"}
)
_RESPELT = (
    (re.compile(r'"(?=[^"\n]{40,}")([^"\n]*)"'), r"\1"),
    (re.compile(r"(?<=\d)\u2013(?=\d)"), "-"),
    (re.compile(r"\be\.\s?g\.?,?", re.I), "eg"),
    (re.compile(r"\bi\.\s?e\.?,?", re.I), "ie"),
    (re.compile(r"\b(max|min|incl|approx|vs|nr|resp)\.(?=\s|,|\)|\d)", re.I), r"\1"),
    (re.compile(r"\b(etc|req|opt|chars?)\.(?=\s|,|\)|\d)(?!\s+(?-i:[A-Z]))", re.I), r"\1"),
    (re.compile(r"\bw/o\b", re.I), "without"),
    (re.compile(r"\bw/(?=\s|\w)", re.I), "with "),
    (re.compile(r"\band/or\b", re.I), "or"),
    (re.compile(r"\bopt\b", re.I), "optional"),
    (re.compile(r"\breq\b", re.I), "required"),
    (re.compile(r"\b(?:e-mail|e mail)(?=s?\b)", re.I), "email"),
    (
        re.compile(r"\b(\d+|one|two|three|four|five|six|eight|ten)-(char|letter|digit|character|sign)(?=s?\b)", re.I),
        r"\1 \2",
    ),
    (re.compile(r"\b(?!read|write)(\w+)-only\b", re.I), r"\1 only"),
    (re.compile(r"\bN\+1\b"), "n+1"),
    (re.compile(r"\b1\s?:\s?1\b(?!\d)"), "one-to-one"),
    (re.compile(r"\b[nm]\s?:\s?[nm]\b", re.I), "many-to-many"),
    (re.compile(r"\b[nm]\s?:\s?1\b(?!\d)", re.I), "many-to-one"),
    (re.compile(r"≥|⩾|>\s=(?=\s?\d)"), ">="),
    (re.compile(r"≤|⩽|<\s=(?=\s?\d)"), "<="),
    (re.compile(r"→|⇒|➜|➔|-->|--->|=>(?!=)"), "->"),
    (re.compile(r"↔|⇄|⇆|⟷"), "<->"),
    (re.compile(r"\|\s*None\b"), " optional"),
    (re.compile(r"(?<=\w)\?(?=\s*[:,)\]}])"), " optional"),
    (re.compile("\N{MULTIPLICATION SIGN}"), "x"),
    (re.compile(r"(?<=\d)\s?\.\s?\.\s?\.?\s?(?=\d)"), ".."),
    (re.compile(r"(?<=[\w)])\s-\s(?=\S)"), " -- "),
)  # fmt: skip
_CONTRACTED = {
    "can't": "can not", "cannot": "can not", "cant": "can not", "won't": "will not", "shan't": "shall not",
    "let's": "let us", "i'm": "i am", "it's": "it is", "that's": "that is", "there's": "there is",
    "here's": "here is", "what's": "what is", "who's": "who is", "he's": "he is", "she's": "she is",
    "how's": "how is", "everything's": "everything is", "y'all": "you all", "gonna": "going to", "wanna": "want to",
    "gotta": "have to", "lets": "let us", "dont": "do not", "doesnt": "does not", "shouldnt": "should not",
    "isnt": "is not", "arent": "are not", "wont": "will not",
}  # fmt: skip
_ENDINGS = {"n't": "not", "'ve": "have", "'re": "are", "'ll": "will", "'d": "would", "'m": "am"}
_RATE_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}
_BRACKETS = {"{": "(", "}": ")", "[": "(", "]": ")"}
_AS_IS = ("word", "mark", "op", "other", "dot")


@dataclass(frozen=True, slots=True)
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
    def key(self) -> str:
        """What a grammar's word is compared with: what stands in quotes is no word of a grammar."""
        if self.kind == "dash":
            return "--"
        return self.lower if self.kind in _AS_IS else f"<{self.kind}>"


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
    elif text in _BRACKETS:
        yield Token("mark", _BRACKETS[text], _BRACKETS[text])
    elif text == "'":
        yield Token("mark", text, "<s>")
    elif kind == "rate":
        count, _, unit = text.replace(" ", "").partition("/")
        yield Token(kind, text, f"{count}/{_RATE_UNITS[unit[0].lower()]}")
    elif kind == "range":
        low, high = re.findall(r"-?\d+(?:\.\d+)?", re.sub(r"(?<=\d)\s?(?:-|\.\.\.?)\s?", " ", text, count=1))
        yield Token(kind, text, f"{low}..{high}")
    elif kind == "code":
        yield Token("word", text, text.lower())
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
        yield Token("mark", "'s", "<s>")
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
