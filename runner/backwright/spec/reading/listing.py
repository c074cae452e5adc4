"""What is said of lists: ``filter by genre``, ``sorted by price or name``, ``20 per page``, ``paginated``."""

from __future__ import annotations

from backwright.spec.model import FilterOperator
from backwright.spec.reading.clauses import Clause, Listing, Noun
from backwright.spec.reading.members import SEPARATORS
from backwright.spec.reading.nouns import read_noun
from backwright.spec.reading.numbers import number_at
from backwright.spec.reading.talk import Talk
from backwright.spec.reading.tokens import Cursor, Phrases
from backwright.spec.reading.vocabulary import words

_PAGED = Phrases(["with pagination", "paginated", "pagination", "paged", "with paging", "paging",
    "paginate", "should be paginated", "must be paginated", "is paginated", "are paginated", "in pages",
    "offset pagination", "with offset pagination", "paginated lists", "be paginated", "pages",
    "offset-based pagination", "limit/offset pagination", "limit and offset pagination", "paginate them",
    "paginate it"])  # fmt: skip
_CURSORS = Phrases(["cursor pagination", "with cursor pagination", "cursor-based pagination",
    "keyset pagination", "cursor based pagination", "use cursor pagination", "paginated by cursor",
    "paginate by cursor", "paginated with a cursor", "cursor-paginated", "paginate with cursors",
    "paginated with cursors", "cursor paging", "cursors for pagination", "pagination by cursor",
    "by cursor", "keyset-based pagination", "with cursors", "use cursors", "pagination with cursors",
    "paginate with a cursor"])  # fmt: skip
_FILTER = Phrases(["filter by", "filterable by", "filtered by", "filtering by", "filters on",
    "filters for", "filter on", "filters by", "filtering on", "filter", "can be filtered by",
    "filterable on", "be filterable by", "be filtered by", "filters :", "with filters on",
    "with filters for", "with filters", "filter :", "with filter on", "with filtering by",
    "with filtering on", "filters", "filter for", "with a filter on", "with a filter for", "a filter on",
    "a filter for", "filter them by", "filter it by", "should be filterable by", "are filterable by",
    "is filterable by", "filter results by", "narrow down by", "filtering :", "with filter by",
    "with a filter by", "filtering for", "can filter by", "narrow by", "filtering", "filterable"])  # fmt: skip
_SORT = Phrases(["sort by", "sorted by", "sortable by", "sorting by", "order by", "ordered by", "sort on",
    "sort", "sorting on", "orderable by", "sort them by", "can be sorted by", "be sorted by",
    "be sortable by", "with sorting by", "sorting :", "sort :", "sorting", "sort it by", "ordering by",
    "sort order by", "with sorting on", "with sorting", "sortable on", "are sortable by", "is sortable by",
    "should be sortable by", "order them by", "sort results by", "sortable", "with sort by",
    "orderable on", "can sort by", "ordering on", "sorting for"])  # fmt: skip
_SEARCH = Phrases(["search by", "search in", "search on", "searchable by", "search over", "searching by",
    "searching in", "search through", "search", "full-text search on", "search across", "searchable in",
    "can be searched by", "be searched by", "be searchable by", "text search on", "text search in",
    "with search on", "with search in", "search :", "with search over", "a search over", "a search on",
    "a search in", "searching", "searched by", "search them by", "with search by", "with a search on",
    "with a search over", "with a search in", "can be searched in", "searchable on", "search box over",
    "search for", "are searchable by", "is searchable by", "find them by", "search it by",
    "should be searchable by", "keyword search on", "keyword search in", "keyword search over",
    "text search over", "with search across", "a search across", "search within", "find by", "look up by",
    "look them up by", "searching on", "searching over", "searchable"])  # fmt: skip
_OPERATORS = {
    ">=": "ge", "<=": "le", ">": "gt", "<": "lt", "=": "eq", "==": "eq", "!=": "ne", "min": "ge", "max": "le",
    "minimum": "ge", "maximum": "le", "from": "ge", "to": "le", "before": "lt", "after": "gt",
    "equals": "eq", "contains": "contains", "exact": "eq", "exactly": "eq", "gte": "ge", "lte": "le", "gt": "gt",
    "lt": "lt", "ge": "ge", "le": "le", "eq": "eq", "ne": "ne", "in": "in", "until": "le", "since": "ge", "not": "ne",
}  # fmt: skip
_OPENERS = Phrases(["let people", "let users", "let clients", "let me", "let us", "users can",
    "people can", "clients can", "i want to be able to", "allow to", "allow", "allow users to",
    "make it possible to", "it should be possible to", "callers can", "you can", "we can", "one can",
    "users should be able to", "people should be able to", "clients should be able to",
    "should be able to", "able to", "customers can", "customers should be able to", "users may",
    "allow people to", "allow clients to", "let customers", "make", "i can", "can", "support", "enable",
    "add", "with", "give it", "offer", "the list can be", "the list should be", "lists can be",
    "the list is", "should be", "must be", "can be", "be", "is", "are", "has", "have", "which can be",
    "that can be", "which is", "that is", "they can be", "it can be", "it should be", "they should be",
    "it must be", "they must be", "i should be able to", "visitors can", "anyone can", "we want to",
    "i want to", "callers should be able to", "let callers", "let visitors", "let everyone",
    "let the client", "allow callers to", "that are", "which are", "the list must be", "list must be",
    "list should be", "results should be", "the results should be", "list", "get", "the list", "lists",
    "a list", "they are", "and", "it is", "in", "use", "also", "let anyone", "please", "i need to",
    "i want", "we need"])  # fmt: skip
_PER_PAGE = ("per page", "a page", "items per page", "results per page", "results a page", "items a page",
    "entries per page", "rows per page", "entries a page", "at a time", "each page", "records per page",
    "on a page", "on each page", "hits per page", "elements per page", "rows a page", "records a page",
    "results at a time", "items at a time", "results on a page", "items on a page", "-per-page", "by page",
    "results each", "on one page", "results per request", "to a page", "items to a page",
    "results to a page", "items each", "per default", "entries at a time", "things per page")  # fmt: skip
_BEFORE_FIELDS = frozenset(
    {"field", "fields", "the", "a", "an", "its", "their", "by", "either", "both", "of", "exact", "any"}
)
_ENDS = frozenset({"", ",", "and", "or", "&", "/", "then", "too", "(", "-", "as", "but", ")"})
_LONGEST_NAME = 4


def read_listing(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read what a list offers; None where nothing is said of lists."""
    before = cursor.position
    subject: Noun = _subject(cursor, talk)
    cursor.one_of(_OPENERS)
    cursor.skip(frozenset({"please", "also", "then", "both", "be", "simple", "basic", "proper"}))
    for read in (_cursors, _filters, _search, _sort, _paged, _size):
        inner = cursor.position
        clause = read(cursor, talk, subject)
        if clause is not None:
            _tail(cursor)
            return [clause] if clause.subject or not _after(cursor, talk) else [_with(clause, _of(cursor, talk))]
        cursor.position = inner
    cursor.position = before
    return None


def _after(cursor: Cursor, talk: Talk) -> bool:
    return cursor.word() in ("on", "of", "for", "in") and bool(talk.known(cursor, 1))


def _of(cursor: Cursor, talk: Talk) -> Noun:
    cursor.take()
    known = talk.take_known(cursor)
    cursor.phrase("list endpoint", "listing", "list", "lists", "endpoint")
    return known


def _tail(cursor: Cursor) -> None:
    cursor.phrase(
        "when listing",
        "in the list",
        "in lists",
        "on the list",
        "results",
        "in the listing",
        "please",
        "too",
        "as well",
        "in the list endpoint",
        "on the list endpoint",
        "as query parameters",
        "as query params",
        "via query parameters",
    )


def _with(clause: Listing, subject: Noun) -> Listing:
    from dataclasses import replace

    return replace(clause, subject=subject)


def _subject(cursor: Cursor, talk: Talk) -> Noun:
    """Read ``orders should be``, ``the list endpoint of tasks :`` before what is said of the list."""
    before = cursor.position
    cursor.phrase(
        "the list endpoint of",
        "list endpoint of",
        "the list of",
        "a list of",
        "the listing of",
        "lists of",
        "listing of",
        "list of",
        "the list endpoint for",
        "list endpoint for",
        "the endpoint listing",
        "when listing",
        "on the list of",
        "for",
        "in",
        "on",
    )
    known = talk.take_known(cursor)
    if known:
        cursor.phrase("list", "lists", "listing", "endpoint", "list endpoint", "collection")
        cursor.accept(":", "-") if cursor.position > before else None
        return known
    cursor.position = before
    return ()


def _cursors(cursor: Cursor, _talk: Talk, subject: Noun) -> Listing | None:
    if not cursor.one_of(_CURSORS):
        return None
    if cursor.phrase("for them", "for it", "for these", "for all lists"):
        pass
    return Listing(subject, pagination="cursor")


_VALIDATION = tuple(
    f"{how}{what}validation"
    for how in ("", "proper ", "full ", "good ")
    for what in ("", "response ", "input ", "request ")
)
"""Every backend of ours validates what comes in and what goes out: nothing is to be done for it."""


def _filters(cursor: Cursor, talk: Talk, subject: Noun) -> Listing | None:
    if not cursor.one_of(_FILTER):
        return None
    subject = _object(cursor, talk, ("by", "on")) or subject
    found: list[tuple[Noun, tuple[FilterOperator, ...]]] = []
    while (part := _field(cursor, talk, bool(found))) is not None:
        operators = _operators(cursor) or part[1]
        found.append((part[0], operators))
    if any(operators for _, operators in found):
        found = [(name, operators or (FilterOperator.EQ,)) for name, operators in found]
    return Listing(subject, filters=tuple(found)) if found else None


def _object(cursor: Cursor, talk: Talk, joins: tuple[str, ...]) -> Noun:
    """Read ``filter products by``: what is filtered."""
    before = cursor.position
    if cursor.before() in joins:
        return ()
    cursor.skip(words("articles"))
    known = talk.take_known(cursor) or read_noun(cursor)
    cursor.accept("list", "lists", "listing")
    if known and cursor.accept(*joins):
        return known if known != ("them",) else ()
    cursor.position = before
    return ()


def _field(cursor: Cursor, talk: Talk, again: bool) -> tuple[Noun, tuple[FilterOperator, ...]] | None:
    """Read one field of a list of them."""
    before = cursor.position
    if again:
        if not cursor.accept(",", "and", "or", "&", "/", "+", "as"):
            return None
        cursor.accept("and", "or", "well")
        cursor.accept("as")
        if (
            talk.begins(cursor)
            or (cursor.one_of(_FILTER) or cursor.one_of(_SORT) or cursor.one_of(_SEARCH))
            or number_at(cursor) is not None
            or cursor.kind() in ("range",)
        ):
            cursor.position = before
            return None
        cursor.accept("by", "on", "for")
        if cursor.phrase(*_VALIDATION):
            return None
    cursor.skip(_BEFORE_FIELDS)
    operators: tuple[FilterOperator, ...] = ()
    if (
        cursor.word() in ("minimum", "maximum", "min", "max")
        and cursor.kind(1) == "word"
        and cursor.word(1) not in _ENDS
    ):
        operators = (FilterOperator(_OPERATORS[cursor.take().lower]),)
        if cursor.accept("and", "or") and cursor.word() in ("max", "maximum", "min", "minimum"):
            operators = (FilterOperator.GE, FilterOperator.LE) if cursor.take() else operators
    found: list[str] = []
    while cursor.kind() in ("word", "quoted") and len(found) < _LONGEST_NAME:
        if cursor.word() in _ENDS | SEPARATORS | {
            "range",
            "between",
            "in",
            "on",
            "of",
            "for",
            "with",
            "when",
            "so",
            "descending",
            "ascending",
            "newest",
            "first",
            "which",
            "at",
            "via",
            "using",
            "contains",
            "before",
            "after",
            "-",
            "20",
            "is",
            "ranges",
            "by",
            "to",
            "not",
            "from",
            "desc",
            "asc",
            "case-insensitively",
            "field",
            "fields",
            "only",
        } and (found or cursor.word() != "date"):
            break
        found.append(cursor.take().value)
    if not found:
        cursor.position = before
        return None
    cursor.skip(frozenset({"field", "fields"}))
    if cursor.phrase("range", "ranges", "between two values", "between two dates", "from and to", "from - to"):
        operators = (FilterOperator.GE, FilterOperator.LE)
    if cursor.phrase(
        "in both directions",
        "in either direction",
        "ascending or descending",
        "ascending and descending",
        "descending",
        "ascending",
        "desc",
        "asc",
        "newest first",
        "oldest first",
    ):
        pass
    return tuple(found), operators


def _operators(cursor: Cursor) -> tuple[FilterOperator, ...]:
    """Read ``(>= and <=)`` behind a field's name."""
    before = cursor.position
    opened = cursor.accept("(")
    if cursor.word() == "with" and cursor.word(1) in _OPERATORS:
        cursor.take()
    found: list[FilterOperator] = []
    while (
        cursor.word() in _OPERATORS
        or (found and cursor.word() in (",", "and", "or", "/"))
        or (opened and cursor.word() in ("range", "equal", "greater", "or", "less", "than", "/"))
    ):
        if not opened and (
            (cursor.word() in (",", "and", "or", "/") and cursor.word(1) not in _OPERATORS)
            or (
                cursor.kind() == "word"
                and cursor.word()
                not in ("gte", "lte", "gt", "lt", "ge", "le", "before", "after", "and", "or", "contains")
            )
        ):
            break
        word = cursor.take().lower
        if word in _OPERATORS:
            found.append(FilterOperator(_OPERATORS[word]))
        elif word == "range":
            found += [FilterOperator.GE, FilterOperator.LE]
    if opened and not cursor.accept(")"):
        cursor.position = before
        return ()
    return tuple(dict.fromkeys(found))


def _names(cursor: Cursor, talk: Talk) -> tuple[Noun, ...]:
    found: list[Noun] = []
    while (part := _field(cursor, talk, bool(found))) is not None:
        found.append(part[0])
    return tuple(found)


def _search(cursor: Cursor, talk: Talk, subject: Noun) -> Listing | None:
    phrase = cursor.one_of(_SEARCH)
    if not phrase:
        return None
    subject = _object(cursor, talk, ("by", "in", "on", "over", "through", "across")) or subject
    names = _names(cursor, talk)
    return Listing(subject, search=names) if names else None


def _sort(cursor: Cursor, talk: Talk, subject: Noun) -> Listing | None:
    if not cursor.one_of(_SORT):
        return None
    subject = _object(cursor, talk, ("by", "on")) or subject
    names = _names(cursor, talk)
    return Listing(subject, sort=names) if names else None


def _paged(cursor: Cursor, talk: Talk, subject: Noun) -> Listing | None:
    before = cursor.position
    if not cursor.one_of(_PAGED):
        return None
    if cursor.word(-1) == "pages":
        number = number_at(cursor, 1) if cursor.word() in ("of", "with") else None
        if number is None:
            cursor.position = before
            return None
        cursor.position += 2
        cursor.phrase("items", "results", "entries", "rows")
        return Listing(subject, page_size=int(number))
    if cursor.word(-1) in ("paginate", "pagination", "paging") and not subject:
        cursor.accept("for", "of", "on") if talk.known(cursor, 1) else None
        subject = talk.take_known(cursor)
    cursor.accept("of", "with", ":", "by")
    cursor.accept("pages") and cursor.accept("of")
    if (size := _size(cursor, talk, subject)) is not None and size.page_size is not None:
        return size
    number = number_at(cursor)
    if number is not None and cursor.word(-1) in ("of", "with", ":", "by"):
        cursor.take()
        cursor.phrase("items", "results", "entries", *_PER_PAGE)
        return Listing(subject, page_size=int(number))
    return Listing(subject, pagination="offset")


def _size(cursor: Cursor, talk: Talk, subject: Noun) -> Listing | None:
    """Read ``50 per page``, ``max 200``, ``page size 20``, ``at most 100 per page``."""
    before = cursor.position
    cursor.accept("with", "show", "return", "list", "and", "use", "set", "to", "have", "returning", "showing")
    cursor.accept("the", "a")
    most = cursor.phrase("max", "at most", "maximum", "up to", "no more than", "not more than",
        "a maximum of", "maximum of", "with a maximum of", "capped at", "cap at", "and at most",
        "max page size", "maximum page size", "page size max", "the maximum page size is",
        "max page size of", "maximum page size of", "limit max", "never more than", "but never more than",
        "but at most", "with a limit of at most", "max limit", "page size at most")  # fmt: skip
    opened = cursor.phrase("default page size", "page size", "page size of", "pages of", "limit",
        "default page size of", "page limit", "page limit of", "page length", "a page size of",
        "default limit", "default limit of", "pagesize", "page_size", "default page size is",
        "page size is", "page size to", "pages with") if not most or "page" not in most else "page size"  # fmt: skip
    cursor.accept("of", ":", "=", "is", "to")
    number = number_at(cursor)
    if number is None:
        cursor.position = before
        return None
    cursor.take()
    subject = subject or talk.take_known(cursor)
    per = cursor.phrase(*_PER_PAGE) or (
        cursor.phrase("items", "results", "entries", "rows") and cursor.phrase(*_PER_PAGE)
    )
    if not (per or opened or (most and talk.paged and cursor.word() in ("", ",", "and", ")"))):
        cursor.position = before
        return None
    cursor.phrase("by default", "as default", "at most", "max", "maximum", "items", "results") if not most else None
    if cursor.word(-1) in ("most", "max", "maximum"):
        most = "max"
    talk.paged = True
    return Listing(subject, max_page_size=int(number)) if most else Listing(subject, page_size=int(number))
