"""New resources: ``add orders with number, total``, ``authors(name), books(title)``, ``a notes app: title, body``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from backwright.naming import singular
from backwright.spec.model import OperationName
from backwright.spec.nouns import is_adverb, is_plural
from backwright.spec.reading.clauses import Allow, Bare, Clause, Declare, Has, Noun, Offer, Owned, Relates, Setting
from backwright.spec.reading.details import read_detail, target_name
from backwright.spec.reading.forms import found
from backwright.spec.reading.members import is_listed_resource, read_member, read_members
from backwright.spec.reading.nouns import STOPS, UNCOUNTED, resource_in
from backwright.spec.reading.operations import READ, read_operations
from backwright.spec.reading.said import Said
from backwright.spec.reading.service import read_service
from backwright.spec.reading.statements import at_end
from backwright.spec.reading.talk import Talk
from backwright.spec.reading.tokens import Cursor, Misread
from backwright.spec.reading.vocabulary import phrases, words

_WITH = ("that have", "that has", "which have", "which has", "with the fields", "with fields", "with",
    "having", "with the following fields", "where each has", "with the following fields :",
    "with fields :", "with the fields :", "each with", "each having", "which consist of",
    "that consist of", "consisting of", "including", "containing", "that contain", "that contains",
    "which contain", "with the attributes", "with columns", "with attributes", "with properties",
    "each has", "that takes", "which takes", "taking", "that accepts", "accepting", "fields :", "fields",
    "where each one has", "storing", "that store", "that stores", "columns", "columns :", "attributes :",
    "where each", "with only", "with just", "made of", "made up of", "with these fields :",
    "with these fields", "which contains", "with the columns", "with the properties", "holding",
    "that hold", "that carry", "carrying", "all with", "which store", "with the following attributes",
    "with the following attributes :", "with following fields", "with following fields :", "; fields :",
    "properties :", "comprising", "which carry", "with at least")  # fmt: skip
_GERUNDS = frozenset({"managing", "handling", "storing", "tracking", "manage", "manages", "handle",
    "handles", "store", "stores", "track", "tracks", "keeping", "keeps", "creating", "recording",
    "collecting", "listing", "saving", "serving", "organising", "organizing", "collects", "records",
    "saves", "serves", "posting", "submitting", "adding", "reading", "fetching", "deleting", "updating",
    "lists", "administering", "maintaining", "registering"})  # fmt: skip
_THEMES = words("backend_nouns") - {"thing", "option"} | {"backend", "apis", "prototype", "mvp"}
_CRUD = frozenset(
    {
        "crud",
        "endpoint",
        "endpoints",
        "operations",
        "routes",
        "route",
        "api",
        "apis",
        "router",
        "management",
        "handlers",
        "resource",
        "resources",
        "table",
        "tables",
        "model",
        "models",
        "entity",
        "entities",
        "collection",
        "collections",
        "cruds",
    }
)
_NO_PLURALS = frozenset(
    {"sales", "goods", "sports", "savings", "customs", "logistics", "settings", "species", "series", "news"}
)
_NAMELESS = frozenset({"thing", "things", "stuff", "feature", "features", "functionality", "data", "code",
    "name", "support", "x", "y", "database", "db", "crud", "logic", "improvements", "relation",
    "relations", "logging", "monitoring", "relationship", "relationships", "index", "indexes",
    "constraint", "constraints", "security", "performance", "pagination", "filtering", "filters",
    "sorting", "search", "searching", "validation", "tests", "docs", "documentation", "migrations",
    "migration", "openapi", "field", "fields", "column", "columns", "endpoint", "it", "them", "something",
    "anything", "everything", "nothing", "one", "ones", "nobody", "class", "spec", "specs", "test",
    "error", "errors", "bug", "bugs", "version", "versions", "help", "idea", "ideas", "way", "ways",
    "change", "changes", "lot", "more", "less", "that", "this", "sure", "fun", "sense", "you", "they", "i",
    "we", "he", "she", "what", "user", "users", "yes", "no", "true", "false", "default", "unique",
    "optional", "nullable", "required", "uuid"})  # fmt: skip
_BELONGING = (
    "that belongs to",
    "that belong to",
    "which belong to",
    "which belongs to",
    "belonging to",
    "belongs to",
    "belong to",
    "referencing",
    "linked to",
    "related to",
    "attached to",
    "for",
    "of",
    "per",
    "in",
    "on",
    "under",
    "about",
    "within",
    "inside",
    "from",
    "at",
)
_LONGEST_NAME = 3
_OF_USER = (
    "which each belong to the user", "for each user", "of the user", "per user", "for users", "for signed-in users",
    "of the signed-in user", "belonging to the user that wrote them", "belonging to the user who created them",
    "that belong to the user who created them", "belonging to the user", "belonging to a user",
    "owned by the user who created them", "owned by a user", "owned by users", "belonging to users",
    "owned by the user",
)  # fmt: skip
_WITH_CRUD = (
    "crud endpoints", "crud operations", "full crud", "crud", "rest endpoints", "all crud endpoints",
    "all crud operations",
)  # fmt: skip


def read_declaration(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read names of new resources with what follows them; None where none are named."""
    start = cursor.position
    verb = cursor.one_of(phrases("add"))
    clauses = _theme(cursor, talk, verb) or _declared(cursor, talk, verb)
    if clauses is None:
        cursor.position = start
    return clauses


def read_bare(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read fields without a resource named: ``title, body``."""
    start = cursor.position
    if cursor.word() in (
        "add",
        "create",
        "build",
        "make",
        "remove",
        "drop",
        "rename",
        "delete",
        "let",
        "give",
        "set",
        "change",
        "copy",
        "insert",
        "select",
    ):
        return None
    cursor.phrase(
        "fields :",
        "fields",
        "with fields",
        "with the fields",
        "with",
        "fields are",
        "the fields are",
        "the fields are :",
        "fields should be",
        "columns :",
        "attributes :",
        "it has",
        "plus",
        "the fields :",
        "properties :",
        "with columns",
        "fields should be :",
        "fields are :",
        "including",
        "needed fields :",
    )
    members = read_members(cursor, talk.begins)
    if not members or not at_end(cursor):
        cursor.position = start
        return None
    return [Bare(members)]


def _theme(cursor: Cursor, talk: Talk, verb: str) -> list[Clause] | None:
    """``a small backend for tracking plants``, ``a notes app``, ``wine tracking``, ``a service that stores flags``."""
    start = cursor.position
    cursor.skip(words("articles") | words("noise"))
    if cursor.word() in _THEMES | {"something", "crud", "endpoints", "endpoint", "rest"} and cursor.skip(
        _THEMES | {"something", "crud", "endpoints", "endpoint", "rest"}
    ):
        what = cursor.tokens[cursor.position - 1].lower
        settings = _settings(cursor, talk)
        opened = cursor.accept("for", "to", "that", "which", "of", "on", "about", "where")
        if not opened:
            cursor.position = start
            return None
        cursor.skip(
            _GERUNDS | {"can", "lets", "people", "us", "me", "users", "will", "should", "helps"}
            if opened != "of"
            else frozenset()
        )
        cursor.skip(words("articles"))
        names = _names(cursor, talk)
        if not names:
            cursor.position = start
            return None
        weak = what in _THEMES - {"api", "apis"} or any(
            singular(name[-1].lower()) == name[-1].lower() for name in names
        )
        more = _followed(
            cursor,
            talk,
            names,
            verb or "add",
            weak=weak and opened in ("for", "to", "that", "which", "about") and verb != "crud",
            crud=True,
        )
        return None if more is None else [*settings, *more]
    names = _names(cursor, talk)
    if (
        len(names) == 1
        and cursor.word() in _THEMES | {"tracking", "management", "tracker", "system"}
        and not talk.is_resource(names[0])
    ):
        cursor.skip(_THEMES | {"tracking", "management", "tracker", "system", "please"})
        return _followed(cursor, talk, names, verb or "theme", weak=True, crud=True)
    cursor.position = start
    return None


def _settings(cursor: Cursor, talk: Talk) -> list[Clause]:
    """Read settings between a theme and what it is for: ``a backend with SQLite and sync sessions that …``."""
    found_settings: list[Clause] = []
    while True:
        before = cursor.position
        cursor.accept("with", "on", "using", "and", ",")
        cursor.accept("and")
        more = read_service(cursor, talk) if cursor.position > before else None
        if not more:
            cursor.position = before
            return found_settings
        found_settings += more


def _names(cursor: Cursor, talk: Talk) -> list[Noun]:
    """Read ``products``, ``posts and tags``; a name has one to three words."""
    names: list[Noun] = []
    while not cursor.ended:
        before = cursor.position
        if names:
            if not cursor.accept(",", "and", "&", "+", "plus"):
                break
            cursor.accept("and")
            if talk.begins(cursor):
                cursor.position = before
                break
        cursor.skip(
            words("articles")
            | words("noise")
            | {"resource", "resources", "table", "model", "entity", "called", "named", "crud", "own", "two", "three"}
            if cursor.word(1) not in ("", ",", "with", ":")
            else words("articles")
        )
        name = _name(cursor)
        if not name:
            cursor.position = before
            break
        names.append(name)
    return names


def _name(cursor: Cursor) -> Noun:
    taken: list[str] = []
    while cursor.kind() in ("word", "quoted") and len(taken) <= _LONGEST_NAME:
        if cursor.kind() == "word" and (
            cursor.word() in STOPS | _CRUD
            or cursor.word() in _THEMES | words("optional")
            or cursor.word()
            in (
                "tracking",
                "fields",
                "called",
                "named",
                "where",
                "please",
                "without",
                "anymore",
                "sorted",
                "filtered",
                "ordered",
                "paginated",
                "secured",
                "protected",
                "backed",
                "filterable",
                "sortable",
                "searchable",
                "having",
                "instead",
                "when",
                "while",
                "if",
                "because",
                "must",
                "should",
            )
            or (taken and cursor.word() in words("articles") | phrases_words())
        ):
            break
        taken.append(cursor.take().value)
    _refuse_loose(taken)
    if (
        not taken
        or taken[0].lower() in _NAMELESS
        or len(taken) > _LONGEST_NAME
        or any(is_adverb(word) for word in taken)
    ):
        return ()
    if any(
        not word.replace("-", "").replace("_", "").replace(" ", "").isalnum()
        or not word.isascii()
        or not word[:1].isalpha()
        for word in taken
    ):
        return ()
    return tuple(taken)


def _refuse_loose(taken: list[str]) -> None:
    """Refuse ``gadgets like products`` and ``stock field``: a plural that other words follow is no name.

    Raises:
        Misread: always where that is so.
    """
    plurals = [is_plural(word.lower()) and word.lower() not in _NO_PLURALS for word in taken]
    loose = len(taken) > 1 and plurals[0] and (not plurals[-1] or len(taken) >= _LONGEST_NAME)
    if loose or "like" in taken:
        raise Misread(taken, "this is not the name of a resource; say add products with name, price")
    if len(taken) > 1 and taken[-1].lower() in ("field", "column", "attribute", "flag"):
        raise Misread(taken, f"say its name and the resource it is for: add a {' '.join(taken)} to products")


def phrases_words() -> frozenset[str]:
    """Return the verbs that end a name."""
    return frozenset(
        {
            "have",
            "has",
            "need",
            "needs",
            "get",
            "gets",
            "consist",
            "carry",
            "contain",
            "belong",
            "belongs",
            "is",
            "are",
            "include",
            "comprise",
        }
    )


def _declared(cursor: Cursor, talk: Talk, verb: str) -> list[Clause] | None:
    start = cursor.position
    _skip_noise(cursor, talk)
    counted = False
    limited = ""
    if cursor.accept("read-only", "readonly", "public"):
        limited = cursor.before()
    article = start > 0 and cursor.word(-1) in ("a", "an", "one")
    named_crud = bool(
        cursor.sees(
            "crud",
            "endpoints",
            "endpoint",
            "resource",
            "resources",
            "table",
            "model",
            "entity",
            "entities",
            "tables",
            "models",
            "operations",
            "collection",
            "api",
            "full crud",
            "new resource",
        )
    )
    only: tuple[OperationName, ...] = ()
    if named_crud:
        while cursor.accept(
            "crud",
            "full",
            "endpoints",
            "endpoint",
            "resource",
            "resources",
            "table",
            "model",
            "entity",
            "entities",
            "tables",
            "models",
            "operations",
            "collection",
            "api",
            "new",
            "called",
            "named",
            "rest",
        ):
            pass
        cursor.accept("for", "on", "to", "of", ":", "called", "named", "-")
        cursor.skip(_GERUNDS)
        cursor.skip(words("articles"))
    else:
        before = cursor.position
        method_only = found(cursor,
            r"(?:single )?(?P<methods>(?:get|post|put|patch|delete)(?:(?: ?,| ?/| and)+ (?:get|post"
            r"|put|patch|delete))*) (?:endpoints?|routes?|requests?) (?:for|to|on|of|that)(?: "
            r"(?:creating|create|list|lists|listing|listing all|list all|add|adding|read|reading"
            r"|fetch|fetching|update|updating|delete|deleting|get|submit|submitting|store|stores|post"
            r"|posting|return|returns|saves|save|creates))?",
            r"(?:single )?(?P<methods>(?:bulk import|bulk create|create|list|read|delete|update|bulk "
            r"insert)) (?:endpoints?|routes?) (?:for|to|on|of)",
            r"endpoints? (?:for|to) (?P<methods>creating|create|list|listing|deleting|delete|update"
            r"|updating|bulk import|bulk create|bulk creating|submitting|adding|fetching|get|retrieve"
            r"|post|posting|submit|add|reading)")  # fmt: skip
        if method_only is not None:
            inner = Cursor(method_only.part("methods"))
            only = read_operations(inner)
            line = method_only.match[0]
            if method_only.text("methods").startswith("get") and "list" in line:
                only = (OperationName.LIST,)
            cursor.skip(words("articles") | {"all", "new", "one"})
        else:
            cursor.position = before
    names = _names(cursor, talk)
    if not names:
        cursor.position = start
        return None
    clauses = _followed(
        cursor,
        talk,
        names,
        verb,
        weak=False,
        crud=named_crud or bool(limited) or bool(only),
        counted=counted,
        article=article,
    )
    if clauses is None:
        cursor.position = start
        return None
    from backwright.spec.reading.access import PUBLIC

    if limited in ("read-only", "readonly"):
        clauses.append(Offer(READ, names[0]))
    elif limited == "public":
        clauses.append(Allow(PUBLIC, READ, names[0]))
    if only:
        clauses.append(Offer(only, names[0]))
    return clauses


class _Next(Enum):
    """What comes after one step of reading what follows the names of resources."""

    OTHER = "it was something else"
    AGAIN = "it was read, more may follow"
    STOP = "what follows belongs to no resource"
    WHOLE = "the declaration is whole"
    NONE = "it is no declaration"


@dataclass
class _Declaration:
    """A declaration while what follows its names is read; ``counts`` once more than bare names are there."""

    talk: Talk
    names: list[Noun]
    verb: str
    clauses: list[Clause]
    weak: bool
    crud: bool
    counted: bool
    counts: bool = False
    before: int = 0
    joined: bool = False


def _followed(
    cursor: Cursor,
    talk: Talk,
    names: list[Noun],
    verb: str,
    *,
    weak: bool,
    crud: bool,
    counted: bool = False,
    article: bool = False,
) -> list[Clause] | None:
    """Read what follows the names: ``CRUD``, members in parentheses or behind ``with``, what they belong to."""
    clauses: list[Clause] = [Declare(tuple(names), verb, counted, weak, article and not crud, crud)]
    foreseen = any(talk.is_resource(name) for name in names) and all(
        singular(name[-1].lower()) != name[-1].lower() and resource_in(talk.spec, name) is None for name in names
    )
    for name in names:
        talk.name(name)
    crud = bool(cursor.skip(_CRUD | {"please"})) or crud
    cursor.phrase("in total") if crud else None
    declared = _Declaration(talk, names, verb, clauses, weak, crud, counted, counts=crud or bool(verb))
    following = _Next.AGAIN
    while following is _Next.AGAIN and not cursor.ended:
        following = _step(cursor, declared)
    if following is _Next.WHOLE:
        return declared.clauses
    is_declaration = following is not _Next.NONE and (declared.counts or foreseen or weak)
    return declared.clauses if is_declaration else None


def _step(cursor: Cursor, declared: _Declaration) -> _Next:
    declared.before = cursor.position
    cursor.phrase("please", "as well", "too", "instead")
    if cursor.ended:
        return _Next.STOP
    if cursor.word() == "(":
        return _members_in_parentheses(cursor, declared)
    declared.joined = cursor.word(1) in ("with", "having", "belonging", "each", "belongs", "all", "both") and bool(
        cursor.accept(",", "and")
    )
    for read in (_members_behind_mark, _setting_behind, _owner_behind, _relation_behind, _members_behind_with):
        following = read(cursor, declared)
        if following is not _Next.OTHER:
            return following
    if declared.joined:
        cursor.position = declared.before
    return _Next.STOP


def _members_in_parentheses(cursor: Cursor, declared: _Declaration) -> _Next:
    if not declared.verb and not declared.crud and not _opens_members(cursor, declared.names[-1], declared.talk):
        return _Next.NONE
    members = _in_parentheses(cursor)
    declared.clauses.append(Has(declared.names[-1], members))
    declared.counts = True
    more = _more_declared(cursor, declared.talk)
    if more:
        declared.names = [*declared.names, *more]
        declared.clauses.append(Declare(tuple(more), declared.verb))
        for name in more:
            declared.talk.name(name)
    return _Next.AGAIN


def _members_behind_mark(cursor: Cursor, declared: _Declaration) -> _Next:
    """Read members behind ``:``, ``=`` and a dash."""
    is_mark = (cursor.word() == "=" and not declared.joined) or cursor.kind() == "dash" or cursor.word() == ":"
    if not is_mark:
        return _Next.OTHER
    mark = cursor.take()
    if declared.weak and mark.text in (":", "-", "--") and _resources_follow(cursor):
        cursor.position = declared.before
        cursor.take()
        return _Next.WHOLE
    cursor.phrase("the fields :", "fields", "it has", "with")
    if declared.talk.begins(cursor):
        return _Next.NONE if mark.text != ":" and not declared.counts else _Next.WHOLE
    members = read_members(cursor, declared.talk.begins)
    if not members:
        cursor.position = declared.before
        return _Next.STOP
    declared.clauses.append(Has(declared.names[-1], members))
    declared.counts = True
    return _Next.AGAIN


def _setting_behind(cursor: Cursor, declared: _Declaration) -> _Next:
    if not cursor.sees("with") or not talk_setting(cursor, declared.talk):
        return _Next.OTHER
    cursor.position = declared.before
    return _Next.STOP


def _owner_behind(cursor: Cursor, declared: _Declaration) -> _Next:
    """Read ``belonging to the user who created them`` where users are no resource, and ``for users``."""
    is_resource = declared.talk.is_resource(("users",))
    if not is_resource and found(
        cursor,
        r"(?:that |which |each )*(?:belongs?|belonging|owned by|are owned by) ?(?:only )?(?:to )?(?:the|a|one) user "
        r"(?:who|that) [a-z]+ (?:it|them)",
    ):
        declared.clauses.append(Owned(declared.names[-1]))
        return _Next.AGAIN
    if not cursor.phrase(*_OF_USER) or is_resource:
        return _Next.OTHER
    opened = cursor.tokens[declared.before].lower
    is_owned = cursor.before() != "users" or "belonging" in opened or "owned" in opened
    declared.clauses.append(Owned(declared.names[-1]) if is_owned else Setting("auth", "jwt"))
    return _Next.AGAIN


def _relation_behind(cursor: Cursor, declared: _Declaration) -> _Next:
    relation = _belonging(cursor, declared.talk, declared.names)
    if relation is None:
        return _Next.OTHER
    declared.clauses.append(relation)
    declared.counts = True
    return _Next.AGAIN


def _no_members_behind_with(cursor: Cursor, declared: _Declaration) -> _Next:
    """Read what stands behind ``with`` and is no members: endpoints, an option, the resources of a theme."""
    cursor.accept(":", "a list of") if cursor.word() == ":" else None
    begins = declared.talk.begins
    if cursor.phrase(*_WITH_CRUD):
        declared.counts = True
        cursor.accept(";", "and", ",") if not begins(cursor) and cursor.word(1) in ("fields",) else None
        return _Next.AGAIN
    if begins(cursor) and cursor.word(-1) in ("with", "including"):
        cursor.position = declared.before + (1 if declared.joined else 0)
        cursor.accept("with", "including")
        return _Next.WHOLE if declared.counts else _Next.NONE
    last = declared.names[-1][-1].lower()
    is_theme = declared.weak or (singular(last) == last and declared.verb != "theme")
    if is_theme and _resources_follow(cursor) and cursor.word(1) == "(":
        declared.clauses[0] = Declare(tuple(declared.names), declared.verb, declared.counted, True)
        return _Next.WHOLE
    return _Next.OTHER


def _members_behind_with(cursor: Cursor, declared: _Declaration) -> _Next:
    """Read members behind ``with``, ``having``, ``each has``; or endpoints, or resources of an application."""
    if not cursor.phrase(*_WITH):
        return _Next.OTHER
    talk = declared.talk
    following = _no_members_behind_with(cursor, declared)
    if following is not _Next.OTHER:
        return following
    members = read_members(cursor, talk.begins)
    if not members:
        cursor.position = declared.before
        return _Next.STOP
    declared.counts = True
    if declared.weak and all(is_listed_resource(member) for member in members):
        for member in members:
            talk.name(tuple(member.name))
        declared.clauses.append(Declare(tuple(tuple(member.name) for member in members), "add"))
        return _Next.AGAIN
    at = declared.before
    is_everyone = any(
        token.lower in ("each", "all", "both") for token in cursor.tokens[at : at + (2 if declared.joined else 1)]
    )
    declared.clauses += [Has(name, members) for name in (declared.names if is_everyone else declared.names[-1:])]
    return _Next.AGAIN


def _skip_noise(cursor: Cursor, talk: Talk) -> None:
    """Take articles, and words without an effect, which are shown as not used."""
    skipped = cursor.skip(words("articles") | words("noise"))
    talk.ignored += [word for word in skipped if word.lower() not in words("articles")]


def talk_setting(cursor: Cursor, talk: Talk) -> bool:
    """Whether ``with`` introduces a setting or a list option: ``with sqlite``, ``with pagination``."""
    inner = Cursor(cursor.tokens)
    inner.position = cursor.position
    return talk.begins(inner)


def _opens_members(cursor: Cursor, name: Noun, talk: Talk) -> bool:
    """Whether what stands in parentheses are members of a resource: ``books (title, …)``, not ``email (unique)``."""
    last = name[-1]
    if not (
        (talk.is_resource(name) and singular(last.lower()) != last.lower())
        or singular(last.lower()) != last.lower()
        or last[:1].isupper()
        or last.lower() in UNCOUNTED
    ):
        return False
    inner = Cursor(cursor.tokens)
    inner.position = cursor.position + 1
    try:
        return read_member(inner).names
    except Misread:
        return False


def _in_parentheses(cursor: Cursor) -> tuple[Said, ...]:
    cursor.take()
    depth, at = 1, cursor.position
    while depth and at < len(cursor.tokens):
        depth += {"(": 1, ")": -1}.get(cursor.tokens[at].text, 0)
        at += 1
    if depth:
        raise Misread([token.text for token in cursor.rest()], "a parenthesis is not closed")
    inner = Cursor(cursor.tokens[cursor.position : at - 1])
    inner.phrase("fields :", "with", "fields", "has", "having")
    members = read_members(inner, lambda _: False)
    if not inner.ended or not members:
        raise Misread([token.text for token in inner.rest()])
    cursor.position = at
    return members


def _more_declared(cursor: Cursor, talk: Talk) -> list[Noun]:
    """Read the next resource of ``countries (…) and cities (…)``."""
    before = cursor.position
    cursor.skip(frozenset({",", "and", ";", "&", "plus", "+"}))
    if cursor.position == before:
        return []
    cursor.skip(words("articles"))
    name = _name(cursor)
    if name and cursor.word() == "(" and len(_paren(cursor)) > 0 and not talk.begins(cursor):
        return [name]
    cursor.position = before
    return []


def _paren(cursor: Cursor) -> str:
    return cursor.word()


def _resources_follow(cursor: Cursor) -> bool:
    """Whether ``companies (name …`` follows: a plural with what it has in parentheses, or behind ``with``."""
    inner = Cursor(cursor.tokens)
    inner.position = cursor.position
    name = _name(inner)
    return bool(name) and singular(name[-1].lower()) != name[-1].lower() and inner.word() in ("(", "with")


def _belonging(cursor: Cursor, talk: Talk, names: list[Noun]) -> Clause | None:
    before = cursor.position
    cursor.accept(",", "and", "each", "that", "which")
    cursor.accept("each", "that")
    if not cursor.phrase(*_BELONGING):
        cursor.position = before
        return None
    preposition = cursor.before()
    article = cursor.word() in ("a", "an", "the", "each", "one", "every")
    known = talk.known(cursor)
    plural_follows = cursor.kind() == "word" and singular(cursor.word()) != cursor.word()
    loose = preposition in ("for", "of", "per", "in", "on", "under", "about", "within", "inside", "from", "at")
    if loose and not known and (preposition not in ("for", "of", "per") or not (plural_follows and not article)):
        if preposition == "for" and article:
            cursor.skip(words("articles"))
            noun = target_name(cursor)
            if noun and at_end(cursor):
                talk.ignored += [token.text for token in cursor.tokens[before : cursor.position]]
                return Relates((), ())
        cursor.position = before
        return None
    cursor.skip(words("articles") | {"one", "exactly"})
    said = Said()
    said.many = bool(cursor.one_of(phrases("many")))
    said.target = target_name(cursor)
    if not said.target or said.target in ("me", "us", "everyone", "free"):
        cursor.position = before
        return None
    while not at_end(cursor) and cursor.word() not in ("with", "(", ":") and read_detail(cursor, said):
        pass
    if loose:
        talk.name((said.target,)) if not known else None
        said.kind = "loose"
    members = [said]
    while cursor.word() in (",", "and") and cursor.word(1) in ("to", "belonging"):
        cursor.take()
        cursor.phrase("belonging to", "to")
        cursor.skip(words("articles"))
        members.append(Said(target=target_name(cursor)))
    return Relates(names[-1], tuple(members))
