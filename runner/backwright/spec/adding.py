"""``add …``: resources with or without fields, fields for a resource that is there, or a new backend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backwright.codegen.naming import kebab, plural, singular, snake, words
from backwright.errors import BadInput, NotSupported
from backwright.spec.apply import resource_named
from backwright.spec.change import AddField, AddRelation, AddResource, ChangeService, Step
from backwright.spec.conventions import new_list, new_service
from backwright.spec.lexicon import lexicon
from backwright.spec.meaning import Member, World, holds_already, member_of, name_and_type
from backwright.spec.mention import resource_at
from backwright.spec.model import FieldSpec, KeyType, Layout, OnDelete, RelationSpec, ResourceSpec, SessionKind
from backwright.spec.phrase import Phrase, read_phrases
from backwright.spec.words import (
    ARTICLES,
    BACKEND_NOUNS,
    CRUD_NOUNS,
    FIELD_NOUNS,
    NOISE,
    RESOURCE_NOUNS,
    Cursor,
    Misread,
    Token,
)

_WITH = (
    "that have",
    "that has",
    "which have",
    "which has",
    "with the fields",
    "with fields",
    "with",
    "having",
    ":",
    "(",
)
_BELONGING = (
    "that belongs to", "that belong to", "which belong to", "belonging to", "belongs to", "belong to", "referencing",
    "linked to", "related to", "attached to", "of", "for", "per",
)  # fmt: skip
_LINKS = frozenset(
    {"belonging", "belongs", "belong", "linked", "related", "reference", "relation", "attached", "link", "up"}
    | {"connected", "key", "refers", "pointing", "points", "defaults", "default", "equal"}
)
_IDS = {"uuid": KeyType.UUID, "uuids": KeyType.UUID, "integer": KeyType.INTEGER, "int": KeyType.INTEGER}
_ID_NOUNS = frozenset({"id", "ids", "key", "keys", "primary"})
_COMES_ANYWAY = frozenset(
    {"pagination", "filtering", "filters", "sorting", "search", "searching", "validation", "tests", "docs"}
    | {"documentation", "migrations", "migration", "openapi"}
)
_METHODS = frozenset({"get", "post", "put", "patch"})
_STYLES = frozenset(
    {"sync", "synchronous", "async", "asynchronous", "layout", "by", "feature", "layer", "features", "layers"}
)
_DATABASES = {"postgresql": "postgresql", "postgres": "postgresql", "sqlite": "sqlite"}
_LONGEST_NAME = 3


@dataclass
class Options:
    """What was said of new resources beside their fields."""

    key: KeyType | None = None
    timestamps: bool | None = None
    page_size: int | None = None
    layout: Layout | None = None
    session: SessionKind | None = None
    database: str | None = None
    name: str | None = None
    taken: list[str] = field(default_factory=list)


def read_add(tokens: tuple[Token, ...], world: World, *, said: bool) -> tuple[Step, ...]:
    """Return what ``add`` means; ``said`` is whether there was such a word at all."""
    options = Options()
    tokens = _without_options(tokens, options)
    _refuse_single_endpoint(Cursor(tokens))
    to_resource = _to_resource(tokens, world)
    if to_resource is not None:
        if options != Options():
            raise Misread(options.taken or ["with"], "a resource that is there keeps its key and its lists")
        return _add_members(*to_resource, world)
    cursor = Cursor(tokens)
    steps: list[Step] = []
    heads = _read_heads(cursor, options, world.ignored, said=said)
    if not heads and not cursor.ended:
        heads = _heads_after_backend(cursor)
    if options.name or options.layout or options.session or options.database:
        steps.append(_service_step(options, world))
    if not heads and not steps:
        raise Misread([token.text for token in tokens])
    for head in heads:
        world.soon.update({plural(head): plural(head), singular(head): plural(head)})
    members = _read_members(cursor, heads, world)
    steps += [_add_resource(head, members, options, world) for head in heads]
    return tuple(steps)


def _without_options(tokens: tuple[Token, ...], options: Options) -> tuple[Token, ...]:
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
        pass
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
    return bool(cursor.accept(*_COMES_ANYWAY))


def _to_resource(tokens: Sequence[Token], world: World) -> tuple[tuple[Token, ...], str] | None:
    """Return the words about fields and the resource they are for, in ``a stock field to products``."""
    for at in range(len(tokens) - 1, 0, -1):
        word, previous = tokens[at].lower, tokens[at - 1].lower
        if tokens[at].kind != "word" or word not in ("to", "on", "in", "for") or previous in _LINKS:
            continue
        if word in ("on", "in", "for") and (previous in CRUD_NOUNS or not _says_field(tokens[:at])):
            continue
        start = at + 1
        while start < len(tokens) and tokens[start].lower in ARTICLES | RESOURCE_NOUNS:
            start += 1
        hit = resource_at(tokens, start, world)
        if hit is None and word == "to" and start < len(tokens) and not previous.isdigit():
            resource_named(world.spec, snake(tokens[start].value))
        if hit is None:
            continue
        end = hit[1]
        while end < len(tokens) and tokens[end].lower in RESOURCE_NOUNS:
            end += 1
        return (*tokens[:at], *_tail(tokens[end:])), hit[0]
    return None


def _tail(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return what follows the resource as more about the field: ``, unique``, ``with default 0``."""
    start = 0
    while start < len(tokens) and tokens[start].lower in (",", "with", "and", "that", "which", "is"):
        start += 1
    return tokens[start:]


def _says_field(tokens: Sequence[Token]) -> bool:
    return any(token.lower in FIELD_NOUNS for token in tokens)


def _add_members(tokens: tuple[Token, ...], owner: str, world: World) -> tuple[Step, ...]:
    resource = resource_named(world.spec, owner)
    steps: list[Step] = []
    for phrase in read_phrases(tokens):
        name, _ = name_and_type(phrase)
        there = resource.field(name)
        if there is not None and holds_already(there, phrase):
            world.assume(f"{resource.name}.{name} is there already, nothing to do for it")
            continue
        member = member_of(phrase, resource.name, world)
        steps.append(
            AddField(resource=resource.name, field=member)
            if isinstance(member, FieldSpec)
            else AddRelation(resource=resource.name, relation=member)
        )
    return tuple(steps)


def _refuse_single_endpoint(cursor: Cursor) -> None:
    cursor.skip(ARTICLES | NOISE)
    if cursor.word() in _METHODS and cursor.word(1) in (*CRUD_NOUNS, "/", "request", "method"):
        raise NotSupported(
            "single endpoints cannot be added by a request yet; all operations of a resource come together",
            hint="Say: add products CRUD.",
        )


def _read_heads(cursor: Cursor, options: Options, ignored: list[str], *, said: bool) -> list[str]:
    """Read names: ``products CRUD``, ``CRUD endpoints for the products resource``, ``posts and tags``."""
    heads: list[str] = []
    named_crud = False
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
        if cursor.accept(*BACKEND_NOUNS):
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
    if not said and not named_crud and heads:
        raise Misread([token.text for token in cursor.tokens], "what shall be done with it?")
    return heads


def _head(cursor: Cursor) -> str | None:
    """Read the name of one resource, of up to three words."""
    taken: list[str] = []
    stop = {
        "with",
        "that",
        "which",
        "having",
        "belonging",
        "belongs",
        "belong",
        "for",
        "of",
        "per",
        "to",
        "in",
        "on",
        "from",
    }
    stop |= {
        "and",
        ",",
        ":",
        "(",
        "&",
        "+",
        "linked",
        "related",
        "attached",
        "referencing",
        "where",
        "each",
        "without",
        "using",
    }
    while (token := cursor.peek()) is not None and token.kind in ("word", "quoted"):
        if token.kind == "word" and token.lower in stop | CRUD_NOUNS | RESOURCE_NOUNS | BACKEND_NOUNS:
            break
        taken.append(cursor.take().value)
    if not taken:
        return None
    name = snake("_".join(taken))
    if len(taken) > _LONGEST_NAME or not name.isascii() or not name[:1].isalpha():
        raise Misread(taken, "the name of a resource is one to three words")
    return name


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
    return _heads_after_backend(cursor)


def _heads_after_backend(cursor: Cursor) -> list[str]:
    heads: list[str] = []
    while not cursor.ended:
        if cursor.skip(ARTICLES) or cursor.accept("and", ",", *CRUD_NOUNS, *RESOURCE_NOUNS):
            continue
        name = _head(cursor)
        if name is None:
            break
        heads.append(name)
    return heads


def _service_step(options: Options, world: World) -> Step:
    if world.spec.resources and (options.layout or options.session or options.name):
        raise BadInput(
            "layout, session and name are decided when a backend is created; this one has resources already",
        )
    service = world.spec.service
    if options.name:
        service = service.model_copy(update={"name": new_service(kebab(options.name), world.conventions).name})
    update = {"layout": options.layout, "session": options.session, "database": options.database}
    return ChangeService(service=service.model_copy(update={key: value for key, value in update.items() if value}))


def _read_members(cursor: Cursor, heads: list[str], world: World) -> list[Phrase]:
    """Read what follows the names: fields, and what the resource belongs to."""
    if cursor.ended:
        return []
    if len(heads) != 1:
        raise Misread(
            [token.text for token in cursor.rest()], "say the fields of each resource in a sentence of its own"
        )
    phrases: list[Phrase] = []
    while not cursor.ended:
        cursor.accept(",", "and", "each")
        cursor.accept("each")
        if cursor.phrase(*_BELONGING):
            phrases.append(_belonging(cursor, world))
        elif (opened := cursor.phrase(*_WITH)) or (phrases and not cursor.ended):
            rest = cursor.rest()
            if opened == "(" and rest and rest[-1].text == ")":
                rest = rest[:-1]
            cursor.position = len(cursor.tokens)
            phrases += read_phrases(rest)
        else:
            raise Misread([token.text for token in cursor.rest()])
    return phrases


def _belonging(cursor: Cursor, world: World) -> Phrase:
    cursor.skip(ARTICLES)
    hit = resource_at(cursor.rest(), 0, world)
    if hit is None:
        word = cursor.peek()
        name = plural(snake(word.value)) if word is not None else "nothing"
        raise BadInput(f"there is no resource {name} to belong to", hint=f"Add it first: add {name}.")
    phrase = Phrase(target=hit[0], words=[token.text for token in cursor.rest()[: hit[1]]])
    cursor.position += hit[1]
    if cursor.phrase("on delete cascade", "cascading"):
        phrase.on_delete = OnDelete.CASCADE
    elif cursor.phrase("on delete set null"):
        phrase.on_delete = OnDelete.SET_NULL
    elif cursor.phrase("on delete restrict"):
        phrase.on_delete = OnDelete.RESTRICT
    return phrase


def _add_resource(head: str, phrases: list[Phrase], options: Options, world: World) -> Step:
    name = plural(head)
    if "_" in name:
        world.assume(f"the resource is called {name}")
    said = [member_of(phrase, name, world) for phrase in phrases]
    if any(not isinstance(member, RelationSpec) for member in said):
        members = said
    else:
        there = {member.name for member in said} | {
            member.target for member in said if isinstance(member, RelationSpec)
        }
        members = [member for member in _usual(name, world) if _other(member, there)] + said
    names = [member.name for member in members]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise BadInput(f"{twice} is named twice")
    return AddResource(resource=_resource(name, members, options, world))


def _other(member: Member, there: set[str]) -> bool:
    return member.name not in there and not (isinstance(member, RelationSpec) and member.target in there)


def _usual(name: str, world: World) -> list[Member]:
    """Return the fields of the lexicon, and its relations where their resource exists."""
    known = lexicon()
    one = singular(name)
    members: list[Member] = []
    for member in known.members(one):
        if isinstance(member, FieldSpec):
            members.append(member)
        elif (target := world.resource(member.target)) is not None and target != name:
            members.append(member.model_copy(update={"target": target}))
    fields = ", ".join(member.name for member in members)
    source = f"what {words(name)} usually have" if known.knows(one) else "as no fields were named"
    world.assume(f"{name} have {fields} ({source})")
    return members


def _resource(name: str, members: Sequence[Member], options: Options, world: World) -> ResourceSpec:
    conventions = world.conventions
    key = options.key or conventions.ids
    spec = new_list(conventions)
    if options.page_size is not None:
        size = options.page_size
        spec = spec.model_copy(update={"page_size": size, "max_page_size": max(size, spec.max_page_size)})
    timestamps = conventions.timestamps if options.timestamps is None else options.timestamps
    world.assume(
        f"{name} have {'a random UUID' if key is KeyType.UUID else 'an integer'} as key, "
        f"pages of {spec.page_size} (at most {spec.max_page_size})"
        f"{', created_at and updated_at' if timestamps else ' and no timestamps'}"
    )
    return ResourceSpec(
        name=name,
        singular=singular(name),
        key=key,
        fields=tuple(member for member in members if isinstance(member, FieldSpec)),
        relations=tuple(member for member in members if isinstance(member, RelationSpec)),
        list=spec,
        timestamps=timestamps,
    )
