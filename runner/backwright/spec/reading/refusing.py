"""What is refused before it is read: other languages, what is no part of a backend, what is empty or too long."""

from __future__ import annotations

import re

from backwright.errors import BadInput, NotSupported
from backwright.spec.reading.tokens import Cursor, Phrases, Token, tokens_of
from backwright.spec.reading.vocabulary import vocabulary

MAX_CHARACTERS = 4000
_LANGUAGES = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "sv": "Swedish",
    "da": "Danish or Norwegian",
    "tr": "Turkish",
    "fi": "Finnish",
    "cs": "Czech",
}
_ENGLISH = frozenset(
    {"the", "a", "an", "with", "and", "of", "to", "is", "are", "for", "on", "in", "add", "create", "make", "remove",
        "rename", "each", "has", "have", "can", "only", "should", "must", "by", "from", "that", "which", "be", "or",
        "not"}
    | {"i", "we", "want", "need", "please", "field", "optional", "unique", "required", "belongs", "default", "as", "it",
        "one", "users", "api", "crud", "endpoint", "resource", "at", "per", "this", "give", "let", "may", "drop"}
)  # fmt: skip
_CAPABLE = frozenset({"url", "link", "code", "field", "column", "address", "name", "type", "id", "number"})
ABILITIES = (
    "I can add, rename and remove resources, fields and endpoints, change types, limits and options,"
    " say who may do what, "
    "set up authentication, lists and the service, and apply an edited spec."
)
_LAST_LATIN = 0x24F
_FEW_WORDS = 3


def refuse_unreadable(text: str) -> tuple[Token, ...]:
    """Return the tokens of a request.

    Raises:
        BadInput: it is empty, too long, or in another language.
        NotSupported: it is about something that is no part of a backend that can be built.
    """
    if not re.search(r"\w", text):
        if not text.strip() or not re.search(r"[^\s.!?,;:-]", text):
            raise BadInput("the task is empty", hint=f"For instance: add products CRUD. {ABILITIES}")
        raise BadInput(f"I could not read {text.strip()[:80]!r}", hint=ABILITIES, nearest=("add products CRUD",))
    if len(text) > MAX_CHARACTERS:
        raise BadInput(f"the task has {len(text):,} characters; a request has at most {MAX_CHARACTERS:,}")
    tokens = tokens_of(text)
    language = language_of(tokens)
    if language:
        raise BadInput(
            f"I read English only, and this seems to be in another language{language}",
            hint=f"Say it in English, or use the Claude engine: --engine claude. {ABILITIES}",
        )
    names = foreign_in(tokens)
    if names:
        raise NotSupported(f"not supported: {', '.join(names)}", hint=ABILITIES)
    return tokens


def language_of(tokens: tuple[Token, ...]) -> str:
    """Return the language a request is in, as `` (French)``, where it is not English; empty where it is."""
    plain = [token.lower for token in tokens if token.kind in ("word", "other")]
    letters = [character for word in plain for character in word if character.isalpha()]
    strange = [character for character in letters if ord(character) > _LAST_LATIN]
    if letters and len(strange) * 4 > len(letters):
        return " (not in Latin letters)"
    english = sum(word in _ENGLISH for word in plain)
    hits = {code: sum(word in stop_words for word in plain) for code, stop_words in vocabulary().languages.items()}
    code = max(hits, key=lambda one: hits[one])
    accents = sum(not character.isascii() for character in letters)
    if (hits[code] > 1 and hits[code] > english) or (
        hits[code] >= 1 and english == 0 and (accents or len(plain) <= _FEW_WORDS)
    ):
        return f" ({_LANGUAGES[code]})"
    return ""


def foreign_in(tokens: tuple[Token, ...]) -> list[str]:
    """Return what no backend here has and the request asks for, with the words that say so."""
    found: list[str] = []
    cursor = Cursor(tokens)
    for at in range(len(tokens)):
        cursor.position = at
        if tokens[at].kind not in ("word",):
            continue
        for name, phrases in vocabulary().foreign.items():
            phrase = phrases.at(cursor) or _dotted(phrases, cursor)
            if phrase and not _is_name(cursor, phrase):
                label = name if phrase in name.lower() else f"{name} ({phrase})"
                found.append(label)
    return list(dict.fromkeys(found))


def _dotted(phrases: Phrases, cursor: Cursor) -> str:
    """Return ``next.js`` and the like, which are three tokens."""
    if cursor.kind(1) != "dot":
        return ""
    joined = f"{cursor.word()}.{cursor.word(2)}"
    return joined if joined in phrases else ""


def _is_name(cursor: Cursor, phrase: str) -> bool:
    """Whether the words are a part of a field's name: ``google_id``, ``sms (text)``, ``printer name``."""
    after = len(phrase.split())
    following = cursor.word(after)
    before = cursor.word(-1)
    if cursor.kind(after) == "dot" or (cursor.kind(-1) == "dot" and phrase not in ("js",)):
        return cursor.kind(-1) == "dot"
    if following in _CAPABLE and before not in ("with", "via", "through"):
        return True
    if phrase in ("frontend", "front-end", "react", "spa") and any(token.kind == "url" for token in cursor.tokens):
        return True
    if phrase in (
        "ai",
        "express",
        "spring",
        "oracle",
        "node",
        "rust",
        "java",
        "swift",
        "chart",
        "charts",
        "button",
        "buttons",
        "printer",
        "screens",
        "similarity",
        "uploaded",
        "tenants",
        "classifier",
        "ui",
        "graphs",
        "checkout",
        "predict",
        "google",
        "notify the",
        "translate",
        "printing",
        "csv",
        "pdf",
        "excel",
        "spreadsheet",
        "uploads",
        "upload",
        "html",
        "css",
        "javascript",
        "typescript",
        "recommendations",
        "histogram",
        "flask",
        "lambda",
        "predictions",
        "thumbnails",
        "scheduler",
        "deployment",
        "dashboard",
    ):
        return (
            before in ("one", "of", ",", "or", "(", "/", "|")
            and following in (",", "or", ")", "/", "|", "and")
            and "(" in [t.text for t in cursor.tokens]
            and phrase not in ("google", "dashboard")
        ) or (
            before in ("a", "an", "add", "create", "for", "each", "every", "the")
            and phrase in ("node", "printer", "screens", "express", "deployment", "chart")
            and following in ("has", "with", "belongs", "crud")
        )
    return False
