"""Requests that cannot be done: what is not built yet, other languages; and the nearest way to say it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from backwright.naming import plural, singular
from backwright.spec.heads import NAMELESS, PRONOUNS, SYSTEMS
from backwright.spec.model import BackendSpec
from backwright.spec.words import (
    ADD,
    ARTICLES,
    BACKEND_NOUNS,
    CHANGE,
    CRUD_NOUNS,
    FIELD_NOUNS,
    NOISE,
    REMOVE,
    RENAME,
    RESOURCE_NOUNS,
    VERBS,
    Token,
)

NOT_YET: dict[str, tuple[str, ...]] = {
    "authentication": (
        "auth", "authentication", "authenticate", "authenticated", "authorization", "authorisation", "jwt", "oauth",
        "oauth2", "login", "logins", "log in", "sign in", "signin", "logout", "signup", "sign up", "registration",
        "user management", "password reset", "protect", "protected", "refresh token", "refresh tokens", "api keys",
        "api key", "permissions", "rbac", "profile management", "admin only", "user roles", "roles", "sso",
    ),
    "many-to-many relations": ("many-to-many", "many to many", "m2m", "n:m"),
    "has-many relations": ("has-many", "one-to-many", "one to many", "have many", "has many"),
    "one-to-one relations": ("one-to-one", "one to one"),
    "soft delete": ("soft delete", "soft-delete", "soft deletes", "soft deletion"),
    "cursor pagination": ("cursor pagination", "cursor-based", "keyset pagination"),
    "bulk operations": ("bulk", "batch"),
    "optimistic locking (ETag)": ("etag", "etags", "optimistic locking", "if-match"),
    "state transitions": ("state machine", "transitions", "workflow"),
    "composite keys": ("composite key", "composite primary key"),
    "nested routes": ("nested routes", "nested route", "nested under"),
    "GraphQL": ("graphql",),
    "gRPC": ("grpc",),
    "WebSockets": ("websocket", "websockets", "real-time", "realtime"),
    "MongoDB and other non-relational stores": ("mongodb", "mongo", "dynamodb", "cassandra", "couchdb", "firestore"),
    "MySQL": ("mysql", "mariadb"),
    "a frontend": ("frontend", "front-end", "react", "vue", "angular", "html pages", "admin panel", "dashboard"),
    "rate limits": ("rate limit", "rate limits", "rate limiting", "throttling"),
    "caching": ("cache", "caching", "redis"),
    "background tasks": (
        "celery", "background job", "background jobs", "background tasks", "queue", "kafka", "rabbitmq",
    ),
    "file uploads": ("upload", "uploads", "file upload", "file uploads"),
    "sending e-mail": ("send email", "send emails", "emails sent", "smtp", "newsletter sending"),
    "payments": ("stripe", "paypal", "checkout"),
    "full-text search engines": ("elasticsearch", "opensearch", "full-text search"),
    "SQLModel and other ORMs": ("sqlmodel", "tortoise", "tortoise-orm", "peewee", "django", "flask"),
}  # fmt: skip
"""What is understood and not built yet, with the words people use for it."""

_FOREIGN = frozenset(
    {"ajoute", "ajouter", "avec", "les", "des", "une", "dans", "supprimer", "produits", "renommer"}
    | {"füge", "hinzu", "mit", "und", "ein", "eine", "einen", "für", "erstelle", "entferne", "der", "das", "produkte"}
    | {"agrega", "agregar", "añade", "añadir", "con", "los", "las", "una", "productos", "crear", "eliminar"}
    | {"aggiungi", "crea", "prodotti", "voeg", "toe", "met", "een", "het", "adicione", "adicionar", "com", "produtos"}
    | {"dodaj", "lägg", "till", "och", "tilføj", "lisää", "ekle", "pridat", "přidej"}
)
_COMMON = (
    PRONOUNS | NAMELESS | SYSTEMS | VERBS | ARTICLES | NOISE | CRUD_NOUNS | RESOURCE_NOUNS | FIELD_NOUNS | BACKEND_NOUNS
    | {"with", "and", "for", "to", "in", "of", "on", "from", "that", "which", "thing", "things", "stuff", "it", "all"}
    | {"everything", "something", "name", "price", "description", "can", "you", "should", "have", "has", "is", "are"}
    | {"feature", "features", "hello", "what", "many", "several", "them", "want", "this", "like", "not", "don't"}
)  # fmt: skip
_SHORT, _LONG = 2, 32
_COMPARED = 200
ABILITIES = (
    "I can add, rename and remove resources and fields, change a field's type, limits and options, "
    "and apply an edited spec."
)


def not_yet(tokens: Sequence[Token]) -> list[str]:
    """Return the names of what is asked for and not built yet."""
    words = [" " if token.kind == "quoted" else token.lower for token in tokens]
    line = f" {' '.join(words)} "
    for told in (" without authentication ", " without auth ", " no authentication ", " no auth "):
        line = line.replace(told, " ")
    return [name for name, phrases in NOT_YET.items() if any(f" {phrase} " in line for phrase in phrases)]


def is_foreign(tokens: Sequence[Token]) -> bool:
    """Whether a request is in another language than English."""
    plain = [token.lower for token in tokens if token.kind in ("word", "other")]
    letters = [character for word in plain for character in word if character.isalpha()]
    strange = [character for character in letters if not character.isascii()]
    if letters and len(strange) * 4 > len(letters):
        return True
    english = ADD | RENAME | REMOVE | CHANGE | ARTICLES | frozenset({"with", "to", "and", "in", "of", "for"})
    foreign = sum(word in _FOREIGN for word in plain)
    return foreign > sum(word in english for word in plain) and foreign > 0


def examples(tokens: Sequence[Token], spec: BackendSpec) -> list[str]:
    """Return ways to ask that are understood, of the kind that was asked for, with the names at hand put in."""
    said = {token.lower for token in tokens}
    known = [resource.name for resource in spec.resources]
    there = next((name for name in known if {name, singular(name)} & said), known[0] if known else "products")
    fields = [field.name for resource in spec.resources if resource.name == there for field in resource.fields]
    field = next((name for name in fields if name in said), (fields or ["stock"])[0])
    if said & RENAME:
        return [f"rename {field} to {field}_new in {there}", f"rename {there} to items"]
    if said & REMOVE:
        return [f"remove {field} from {there}", f"remove {there}"]
    if said & (CHANGE - {"set"}):
        return [f"make {field} unique on {there}", f"make {field} optional on {there}"]
    to_known = [
        f"add an integer quantity to {there}",
        f"add a unique email to {there}",
        f"add an optional note (text, up to 2000 characters) to {there}",
    ]
    noun = _noun(tokens, known)
    if noun in known:
        return to_known
    new = [f"add {noun} CRUD", f"add {noun} with name, price > 0 and description"]
    if known:
        new.append(f"add {noun} with rating 1..5 and text, belonging to {there}")
    return [*to_known, *new] if {there, singular(there)} & said else new


def nearest(tokens: Sequence[Token], spec: BackendSpec, count: int = 2) -> list[str]:
    """Return the ways to ask that are nearest to what was said."""
    said = " ".join(token.lower for token in tokens)[:_COMPARED]
    every = examples(tokens, spec)
    if not VERBS & {token.lower for token in tokens}:
        return every[:count]
    return sorted(every, key=lambda one: SequenceMatcher(None, said, one.lower()).ratio(), reverse=True)[:count]


def _noun(tokens: Sequence[Token], known: Sequence[str]) -> str:
    """Return the word that most likely names what is wanted, in the plural."""
    words = [token.lower for token in tokens if token.kind == "word" and token.lower not in _COMMON]
    usable = [word for word in words if word.isascii() and word.isidentifier() and _SHORT < len(word) < _LONG]
    named = [plural(word) for word in usable if plural(word) in known]
    if not named and VERBS & {token.lower for token in tokens}:
        named = [plural(word) for word in usable]
    return (named or [plural(word) for word in usable if plural(word) == word] or ["products"])[0]
