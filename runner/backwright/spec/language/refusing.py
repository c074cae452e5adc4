"""What is refused before it is read: other languages, what is no part of a backend, what is empty or too long."""

from __future__ import annotations

import re

from backwright.errors import BadInput, NotSupported
from backwright.spec.language.tokens import Token, tokens_of
from backwright.spec.language.words import all_words, phrase_at, words

MAX_CHARACTERS = 4000
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
_SQL = re.compile(
    r"\s*(?:CREATE|DROP|ALTER|TRUNCATE)\s+(?:TABLE|INDEX|ROLE|DATABASE|USER|VIEW|UNIQUE)\b|\s*(?:SELECT|INSERT\s+INTO|DELETE\s+FROM)\s"
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
    if _SQL.match(text):
        raise BadInput(
            "this is SQL, not a request",
            nearest=("add products with name and price", "add a price to products"),
            hint=f"Say it in words, or write specs/backend/*.yaml. {ABILITIES}",
        )
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
    hits = {code: sum(word in stop_words for word in plain) for code, stop_words in all_words().languages.items()}
    code = max(hits, key=lambda one: hits[one])
    accents = sum(not character.isascii() for character in letters)
    if (hits[code] > 1 and hits[code] > english) or (
        hits[code] >= 1 and english == 0 and (accents or len(plain) <= _FEW_WORDS)
    ):
        return f" ({code})"
    return ""


def foreign_in(tokens: tuple[Token, ...]) -> list[str]:
    """Return what no backend here has and the request asks for, with the words that say so."""
    found: list[str] = []
    keys = [token.lower if token.kind in ("word", "mark", "dot") else "" for token in tokens]
    for at, token in enumerate(tokens):
        if token.kind != "word":
            continue
        for name, phrases in all_words().foreign.items():
            length = phrase_at(keys, at, phrases)
            if not length:
                continue
            phrase = (
                "".join(f" {key}" if key != "." else key for key in keys[at : at + length]).replace(". ", ".").strip()
            )
            if not _is_name(tokens, at, length, phrase):
                found.append(name if phrase in name.lower() else f"{name} ({phrase})")
    return list(dict.fromkeys(found))


def _is_name(tokens: tuple[Token, ...], at: int, length: int, phrase: str) -> bool:
    """Whether the words are a part of a name or a value: ``google_id``, ``sms (text)``, ``format (pdf, html)``."""
    before = tokens[at - 1].lower if at else ""
    after = tokens[at + length].lower if at + length < len(tokens) else ""
    if after == "." or (before == "." and phrase != "js"):
        return before == "."
    if after in _CAPABLE and before not in ("with", "via", "through"):
        return True
    if phrase in words("callers") and any(token.kind == "url" for token in tokens):
        return True
    if phrase not in words("also_names"):
        return False
    opened = sum({"(": 1, ")": -1}.get(token.text, 0) for token in tokens[:at])
    among = before in ("of", ",", "or", "(", "/", "|", "and") and after in (",", "or", ")", "/", "|", "and", "")
    return bool(among and (opened > 0 or "of" in (token.lower for token in tokens[max(0, at - 8) : at]))) or (
        before in ("a", "an", "each", "every", "the") and after in ("has", "with", "belongs", "crud", "have")
    )
