"""What is said of a new resource or backend beside its fields: keys, timestamps, pages, style, database."""

from __future__ import annotations

from dataclasses import dataclass, field

from backwright.spec.model import KeyType, Layout, SessionKind
from backwright.spec.words import Cursor, Misread, Token

_IDS = {"uuid": KeyType.UUID, "uuids": KeyType.UUID, "integer": KeyType.INTEGER, "int": KeyType.INTEGER}
_ID_NOUNS = frozenset({"id", "ids", "key", "keys", "primary"})
COMES_ANYWAY = frozenset(
    {"pagination", "filtering", "filters", "sorting", "search", "searching", "validation", "tests", "docs"}
    | {"documentation", "migrations", "migration", "openapi"}
)
_STYLES = frozenset(
    {"sync", "synchronous", "async", "asynchronous", "layout", "by", "feature", "layer", "features", "layers"}
)
_DATABASES = {"postgresql": "postgresql", "postgres": "postgresql", "sqlite": "sqlite"}


@dataclass
class Options:
    """What was said of new resources beside their fields."""

    key: KeyType | None = None
    timestamps: bool | None = None
    page_size: int | None = None
    layout: Layout | None = None
    session: SessionKind | None = None
    database: str | None = None
    without_auth: bool = False
    name: str | None = None
    taken: list[str] = field(default_factory=list)


def without_options(tokens: tuple[Token, ...], options: Options) -> tuple[Token, ...]:
    """Take out what is said of keys, timestamps, pages and style, wherever it stands."""
    rest: list[Token] = []
    cursor = Cursor(tokens)
    while not cursor.ended:
        before = cursor.position
        if _read_option(cursor, options):
            options.taken += [token.text for token in cursor.tokens[before : cursor.position]]
            continue
        cursor.position = before
        rest.append(cursor.take())
    return tuple(_tidied(rest))


def _tidied(tokens: list[Token]) -> list[Token]:
    """Leave out a ``with``, ``and`` or comma that introduced only an option."""
    kept: list[Token] = []
    joins = ("with", "and", ",", "using", "on")
    for at, token in enumerate(tokens):
        following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        if (
            token.lower in joins
            and following in ("", *joins)
            and not (token.lower in (",",) and following in ("with", "and"))
        ):
            continue
        kept.append(token)
    while kept and kept[-1].lower in joins:
        kept.pop()
    return kept


def _read_option(cursor: Cursor, options: Options) -> bool:
    cursor.accept("using", "on") if cursor.word(1) in (*_DATABASES, *_STYLES, "uuid") else None
    word = cursor.word()
    if word in _IDS and cursor.word(1) in _ID_NOUNS:
        options.key = _IDS[cursor.take().lower]
        cursor.skip(_ID_NOUNS)
    elif cursor.phrase("without timestamps", "no timestamps"):
        options.timestamps = False
    elif cursor.accept("timestamps"):
        options.timestamps = True
    elif cursor.phrase("page size", "pages of"):
        options.page_size = _page_size(cursor)
    elif cursor.phrase("without auth", "without authentication", "no auth", "no authentication"):
        options.without_auth = True
    elif word in _DATABASES:
        options.database = _DATABASES[cursor.take().lower]
        cursor.accept("database", "db")
    else:
        return _read_style(cursor, options) or _comes_anyway(cursor)
    return True


def _page_size(cursor: Cursor) -> int:
    cursor.accept("of", ":", "=")
    token = cursor.take()
    if token.kind != "number" or not token.value.isdigit() or not 1 <= int(token.value) <= 1000:  # noqa: PLR2004
        raise Misread((token.text,), "a page size is a whole number from 1 to 1,000")
    cursor.accept("items")
    return int(token.value)


def _read_style(cursor: Cursor, options: Options) -> bool:
    cursor.accept("with", "in") if cursor.word(1) in ("layout", "sync", "async") else None
    if cursor.phrase("layout by feature", "layout feature", "feature layout", "by feature", "layout : feature"):
        options.layout = Layout.FEATURE
    elif cursor.phrase("layout by layer", "layout layer", "layer layout", "by layer", "layout : layer"):
        options.layout = Layout.LAYER
    elif cursor.accept("sync", "synchronous"):
        options.session = SessionKind.SYNC
        cursor.accept("session", "sessions", "style")
    elif cursor.accept("async", "asynchronous"):
        options.session = SessionKind.ASYNC
        cursor.accept("session", "sessions", "style")
    else:
        return False
    return True


def _comes_anyway(cursor: Cursor) -> bool:
    """Read what every resource has: ``with pagination, filtering by category and tests``."""
    previous = cursor.tokens[cursor.position - 1].lower if cursor.position else ""
    if previous not in ("with", ",", "and", "including"):
        return False
    if previous == "with" and cursor.phrase("crud endpoints", "crud operations", "full crud", "crud", "rest endpoints"):
        return True
    return bool(cursor.accept(*COMES_ANYWAY))
