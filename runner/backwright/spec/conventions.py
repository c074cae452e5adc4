"""Conventions: defaults for what is new, as noted in memory (``- ids: uuid``, ``- page size: 50``).

The list is closed and kept as data: ``CONVENTIONS`` says for each key what may stand there, what it changes, and which
of its values are honoured yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from backwright.errors import BadInput
from backwright.spec.model import AuthSpec, KeyType, Layout, ListSpec, Pagination, ServiceSpec, SessionKind
from backwright.spec.shorttypes import STRING_LENGTH, TEXT_LENGTH


@dataclass(frozen=True)
class Conventions:
    """What a new resource or a new backend gets where nothing else is said; lengths are in characters."""

    ids: KeyType = KeyType.INTEGER
    page_size: int = 100
    max_page_size: int = 1000
    timestamps: bool = True
    pagination: Pagination = Pagination.OFFSET
    delete: str = "hard"
    string_length: int = STRING_LENGTH
    text_length: int = TEXT_LENGTH
    layout: Layout = Layout.LAYER
    session: SessionKind = SessionKind.ASYNC
    database: str = "sqlite"
    auth: str = "jwt"


@dataclass(frozen=True)
class Convention:
    """One key: its values (words, or whole numbers from ``low`` to ``high``) and what it changes.

    ``values`` leads each word people may write to the attribute's value; ``not_yet`` are the words that are understood
    and not honoured yet.
    """

    key: str
    attribute: str
    changes: str
    values: Mapping[str, Any] | None = None
    low: int = 1
    high: int = 10_000
    not_yet: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What may stand there, in words."""
        return ", ".join(self.values) if self.values is not None else f"a whole number from {self.low} to {self.high}"


_YES_NO: Mapping[str, Any] = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}
_IDS: Mapping[str, Any] = {
    "int": KeyType.INTEGER,
    "integer": KeyType.INTEGER,
    "uuid": KeyType.UUID,
}

CONVENTIONS: tuple[Convention, ...] = (
    Convention("ids", "ids", "the primary key of a new resource", _IDS, aliases=("id", "keys", "primary keys")),
    Convention("page size", "page_size", "how many items a page of a new resource has", high=1000, aliases=("limit",)),
    Convention("max page size", "max_page_size", "how many items a page may be asked for", aliases=("max limit",)),
    Convention("timestamps", "timestamps", "whether a new resource has created_at and updated_at", _YES_NO),
    Convention(
        "pagination",
        "pagination",
        "how lists of a new resource are paged",
        {"offset": Pagination.OFFSET, "cursor": Pagination.CURSOR},
        not_yet=frozenset({"cursor"}),
    ),
    Convention(
        "delete",
        "delete",
        "whether deleting a row keeps it",
        {"hard": "hard", "soft": "soft"},
        not_yet=frozenset({"soft"}),
        aliases=("deletes", "deletion"),
    ),
    Convention("string length", "string_length", "how long a text field of a new resource may be"),
    Convention("text length", "text_length", "how long a long text of a new resource may be", high=1_000_000),
    Convention(
        "layout",
        "layout",
        "how the modules of a new backend are laid out",
        {"layer": Layout.LAYER, "feature": Layout.FEATURE},
        aliases=("layout by",),
    ),
    Convention(
        "session",
        "session",
        "whether a new backend awaits its database",
        {"async": SessionKind.ASYNC, "sync": SessionKind.SYNC},
        aliases=("sessions",),
    ),
    Convention(
        "database",
        "database",
        "the database a new backend is set up for",
        {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql"},
        aliases=("db",),
    ),
    Convention(
        "auth",
        "auth",
        "whether people sign in to a new backend",
        {"jwt": "jwt", "none": "none"},
        aliases=("authentication",),
    ),
)
"""The closed list."""


def convention(key: str) -> Convention | None:
    """Return the convention of a key in any spelling (``Page-size``, ``page_size``), or None."""
    word = " ".join(key.lower().replace("_", " ").replace("-", " ").split())
    return next((known for known in CONVENTIONS if word in (known.key, *known.aliases)), None)


def is_honoured(known: Convention, value: str) -> bool:
    """Whether this value of a convention has its effect already."""
    return value.strip().lower() not in known.not_yet


def with_convention(conventions: Conventions, key: str, value: str) -> Conventions:
    """Return the conventions with one of them set.

    A value that is not honoured yet is set all the same (``is_honoured`` tells); whoever reads notes leaves it out.

    Raises:
        BadInput: there is no such key, or the value is not one of its own.
    """
    known = convention(key)
    if known is None:
        keys = [one.key for one in CONVENTIONS]
        near = get_close_matches(key.lower(), keys, 1)
        hint = f"Did you mean {near[0]}?" if near else f"The conventions are {', '.join(keys)}."
        raise BadInput(f"{key!r} is not a convention", hint=hint)
    word = value.strip().strip("`'\"").lower()
    update = {known.attribute: _value(known, word)}
    return replace(conventions, **update)


def _value(known: Convention, word: str) -> Any:  # noqa: ANN401 - each attribute has a type of its own
    if known.values is not None:
        if word not in known.values:
            raise BadInput(f"{word!r} is not a value of {known.key}", hint=f"It may be {known.allowed}.")
        return known.values[word]
    number = word.replace(",", "").replace("_", "")
    if not number.isascii() or not number.isdigit() or not known.low <= int(number[:12]) <= known.high:
        raise BadInput(f"{word!r} is not a value of {known.key}", hint=f"It may be {known.allowed}.")
    return int(number)


def new_service(name: str, conventions: Conventions) -> ServiceSpec:
    """Return the service of a new backend; ``name`` is made to fit (``My Shop`` → ``my-shop``)."""
    from backwright.naming import kebab, snake

    fitting = kebab(snake(name.encode("ascii", "ignore").decode())).lstrip("-0123456789")[:64].rstrip("-")
    return ServiceSpec(
        name=fitting or "backend",
        layout=conventions.layout,
        session=conventions.session,
        database="postgresql" if conventions.database == "postgresql" else "sqlite",
        auth=AuthSpec(kind="jwt" if conventions.auth == "jwt" else "none"),
    )


def new_list(conventions: Conventions) -> ListSpec:
    """Return what lists of a new resource offer."""
    size = conventions.page_size
    return ListSpec(
        pagination=conventions.pagination,
        page_size=size,
        max_page_size=max(size, conventions.max_page_size),
    )
