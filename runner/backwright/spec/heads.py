"""The names in ``add …``: resources, and perhaps a backend."""

from __future__ import annotations

from backwright.errors import NotSupported
from backwright.naming import article, plural, singular, snake
from backwright.spec.lexicon import lexicon
from backwright.spec.nouns import MOST_LETTERS, is_adverb, is_plain, is_plural
from backwright.spec.options import COMES_ANYWAY, Options
from backwright.spec.words import (
    ARTICLES,
    BACKEND_NOUNS,
    CRUD_NOUNS,
    FIELD_NOUNS,
    NOISE,
    RESOURCE_NOUNS,
    VERBS,
    Cursor,
    Misread,
)

_STOP = VERBS | frozenset(
    {"with", "that", "which", "having", "belonging", "belongs", "belong", "for", "of", "per", "to", "in", "on", "from"}
    | {"or", "but", "not", "is", "are", "be", "then", "by", "as", "one", "max", "min", "and", "where", "each"}
    | {"linked", "related", "attached", "referencing", "without", "using"}
)
"""Words that end the name of a resource."""
_GERUNDS = ("managing", "handling", "storing", "tracking", "manage", "handle", "store", "track")
_METHODS = frozenset({"get", "post", "put", "patch"})
_LONGEST_NAME = 3
PRONOUNS = frozenset(
    {"it", "them", "they", "everything", "something", "anything", "nothing", "all", "more", "many", "several"}
    | {"multiple", "various", "few", "i", "you", "we", "what", "whatever", "no", "any", "every", "other"}
    | {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozen"}
)
NAMELESS = frozenset(
    {"thing", "things", "stuff", "feature", "features", "functionality", "data", "code", "name", "support", "x", "y"}
    | {
        "database",
        "db",
        "crud",
        "logic",
        "improvements",
        "relation",
        "relations",
        "timestamps",
        "logging",
        "monitoring",
    }
    | {"relationship", "relationships", "index", "indexes", "constraint", "constraints", "security", "performance"}
    | COMES_ANYWAY
)
SYSTEMS = frozenset(
    {"crm", "erp", "cms", "website", "site", "platform", "system", "software", "program", "webshop", "bookstore"}
    | {"marketplace", "webapp", "saas", "clone", "microservice", "solution", "prototype", "mvp", "e-commerce"}
)
_NO_PLURALS = frozenset(
    {"sales", "goods", "sports", "savings", "customs", "logistics", "settings", "species", "series"}
)


def refuse_single_endpoint(cursor: Cursor) -> None:
    """Refuse ``a GET endpoint …``: one operation alone.

    Raises:
        NotSupported: always where one is asked for.
    """
    cursor.skip(ARTICLES | NOISE)
    if cursor.word() in _METHODS and cursor.word(1) in (*CRUD_NOUNS, "/", "request", "method"):
        raise NotSupported(
            "single endpoints cannot be added by a request yet; all operations of a resource come together",
            hint="Say: add products CRUD.",
        )


def read_heads(cursor: Cursor, options: Options, ignored: list[str], *, said: bool) -> list[str]:
    """Read names: ``products CRUD``, ``CRUD endpoints for the products resource``, ``posts and tags``."""
    heads: list[str] = []
    named_crud = of_backend = False
    while not cursor.ended:
        if cursor.skip(ARTICLES):
            continue
        if cursor.word() in NOISE and cursor.word(1) not in ("", "with", ","):
            ignored.append(cursor.take().text)
            continue
        if cursor.accept(*CRUD_NOUNS - BACKEND_NOUNS, *RESOURCE_NOUNS):
            named_crud = True
            cursor.accept("for", "on", "to", "of") if not heads else None
            continue
        if heads and cursor.word() in BACKEND_NOUNS and not named_crud and len(heads) == 1:
            return _backend_head(cursor, options, heads)
        if not heads and cursor.accept(*_GERUNDS):
            continue
        if cursor.accept(*BACKEND_NOUNS):
            of_backend = not heads
            cursor.accept("for", "on", "of") if not heads else None
            named_crud = True
            continue
        if cursor.phrase("called", "named"):
            continue
        if cursor.word() in ("and", ",", "&", "+") and heads:
            cursor.take()
            continue
        name = _head(cursor)
        if name is None:
            break
        heads.append(name)
    if of_backend and len(heads) == 1 and cursor.word() == "with" and _all_plural(cursor):
        options.name = heads[0]
        cursor.take()
        return heads_after_backend(cursor)
    if not said and not named_crud and heads:
        raise Misread([token.text for token in cursor.tokens], "what shall be done with it?")
    return heads


def _all_plural(cursor: Cursor) -> bool:
    """Whether only plurals follow: ``with books and authors`` names resources, ``with title and price`` fields."""
    names = [token for token in cursor.rest()[1:] if token.lower not in (",", "and", "&", *ARTICLES)]
    return bool(names) and all(token.kind == "word" and singular(token.lower) != token.lower for token in names)


def _head(cursor: Cursor) -> str | None:
    """Read the name of one resource, of up to three words."""
    taken: list[str] = []
    while (token := cursor.peek()) is not None and token.kind in ("word", "quoted"):
        if token.kind == "word" and token.lower in _STOP | CRUD_NOUNS | RESOURCE_NOUNS | BACKEND_NOUNS:
            break
        taken.append(cursor.take().value)
    if not taken:
        return None
    _refuse_nameless(taken, cursor)
    _refuse_loose(taken)
    name = snake("_".join(taken))
    if len(taken) > _LONGEST_NAME or len(plural(name)) > MOST_LETTERS or not name.isascii() or not name[:1].isalpha():
        raise Misread(taken, f"the name of a resource is one to three words, at most {MOST_LETTERS} letters")
    return name


def _refuse_loose(taken: list[str]) -> None:
    """Refuse ``gadgets like products``: a plural that other words follow is not a name.

    Raises:
        Misread: always where that is so.
    """
    plurals = [is_plural(word.lower()) and word.lower() not in _NO_PLURALS for word in taken]
    loose = len(taken) > 1 and plurals[0] and (not plurals[-1] or len(taken) > 2)  # noqa: PLR2004
    if loose or any(is_adverb(word) for word in taken) or not all(is_plain(word) for word in taken):
        raise Misread(taken, "this is not the name of a resource; say add products with name, price")


def _refuse_nameless(taken: list[str], cursor: Cursor) -> None:
    """Refuse ``a field``, ``a stock field``, ``something``: no resource is named.

    Raises:
        Misread: always where that is so.
    """
    last = taken[-1].lower()
    can_be_resource = last in ("properties", "attributes") or (last == "property" and not cursor.ended)
    if last in FIELD_NOUNS and not can_be_resource:
        which = " ".join(taken[:-1]) or "stock"
        raise Misread(taken, f"say its name and the resource it is for: add {article(which)} {which} field to products")
    if len(taken) == 1 and (last in NAMELESS or (last in FIELD_NOUNS and cursor.ended)):
        raise Misread(taken, "name the resource: add products CRUD")
    known = lexicon()
    is_field = last in known.fields and not known.knows(last) and singular(last) == last
    if len(taken) == 1 and is_field and cursor.word() in ("", "for", "of", "on"):
        raise Misread(
            taken, f"say the resource it is for: add {article(last)} {last} to products; or add {plural(last)}"
        )
    if last in SYSTEMS and cursor.ended:
        raise Misread(taken, f"name its resources: new {last} backend with users and orders")
    if taken[0].lower() in PRONOUNS:
        raise Misread(taken, "name the resource: add products CRUD")


def _backend_head(cursor: Cursor, options: Options, heads: list[str]) -> list[str]:
    """Read ``todo backend with tasks``: what was taken for a resource is the backend's name."""
    following = 1
    while cursor.word(following) in BACKEND_NOUNS:
        following += 1
    if cursor.word(following) not in ("with", "for", "having", ":"):
        if cursor.word() in CRUD_NOUNS:
            cursor.skip(BACKEND_NOUNS)
            return heads
        options.name = heads[0]
        cursor.skip(BACKEND_NOUNS)
        return [] if cursor.ended else heads
    options.name = heads[0]
    cursor.skip(BACKEND_NOUNS)
    cursor.accept("with", "for", "having", ":")
    return heads_after_backend(cursor)


def heads_after_backend(cursor: Cursor) -> list[str]:
    """Read the resources of a new backend: ``with tasks, projects and labels``."""
    heads: list[str] = []
    while not cursor.ended:
        if cursor.skip(ARTICLES) or cursor.accept("and", ",", *CRUD_NOUNS, *RESOURCE_NOUNS):
            continue
        name = _head(cursor)
        if name is None:
            break
        heads.append(name)
    return heads
