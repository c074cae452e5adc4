"""Imperatives: add something to a resource, rename, remove, change, replace; single endpoints by method and path."""

from __future__ import annotations

import re

from backwright.naming import singular
from backwright.spec.reading.access import read_who
from backwright.spec.reading.clauses import (
    Bare,
    Clause,
    Declare,
    Describe,
    Endpoint,
    Focus,
    Has,
    ManyToMany,
    Noun,
    Offer,
    Option,
    Relates,
    Remove,
    Rename,
    Replace,
)
from backwright.spec.reading.details import read_detail, target_name
from backwright.spec.reading.forms import found
from backwright.spec.reading.members import read_members
from backwright.spec.reading.nouns import read_noun
from backwright.spec.reading.numbers import number_at
from backwright.spec.reading.operations import read_operations
from backwright.spec.reading.said import Said
from backwright.spec.reading.statements import at_end, read_subject
from backwright.spec.reading.talk import Talk
from backwright.spec.reading.tokens import Cursor
from backwright.spec.reading.vocabulary import phrases, words

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_FIELDISH = (
    words("field_nouns")
    if False
    else frozenset(
        {"field", "fields", "column", "columns", "attribute", "attributes", "property", "properties", "flag"}
    )
)
_RESOURCEISH = frozenset(
    {
        "resource",
        "resources",
        "table",
        "tables",
        "model",
        "models",
        "entity",
        "entities",
        "collection",
        "endpoint",
        "endpoints",
        "api",
    }
)
_IN = frozenset({"in", "on", "of", "from", "for"})
_LONGEST_NAME = 4
_FIELDS_TO = (
    "fields to", "the fields to", "these fields to", "the following fields to", "columns to", "fields on",
    "new fields to",
)  # fmt: skip
_MANY_TO_MANY = (
    "many-to-many", "many to many", "as many-to-many", "as a many-to-many relation", "as many to many", "m2m",
    "as a many-to-many relationship",
)  # fmt: skip
_DEFAULT_OF = (
    "default of", "the default of", "default value of", "the default value of", "the default for", "default for",
    "the default value for",
)  # fmt: skip
_PART_OF = (
    "the type of", "type of", "the maximum length of", "the max length of", "the length of", "length of",
    "the maximum of", "the range of", "the limit of", "the maximum for", "the values of", "max length of",
    "maximum length of", "the minimum of", "the min length of", "the length limit of", "the limit on",
    "the datatype of", "the data type of", "the max of", "the allowed range of",
)  # fmt: skip
_LIMIT_PARTS = frozenset({"maximum", "max", "length", "limit", "minimum", "min"})
_LIMITING = frozenset({"limit", "cap", "restrict", "raise", "increase", "extend", "constrain"})
_LONGEST_TARGET = 5


def read_command(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read one imperative that changes what is there; None where there is none."""
    before = cursor.position
    for read in (_nest, _endpoint, _rename, _replace, _remove, _change, _add_to):
        clauses = read(cursor, talk)
        if clauses is not None:
            return clauses
        cursor.position = before
    return None


def _nest(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``move the comments under /posts/{id}/comments``; ``GET and POST under /posts/{id}/comments``."""
    at = found(
        cursor,
        r"(?:move|nest|put|serve|mount|expose|place|offer) {a}(?:{x} )?(?:under|below|beneath|inside|within|at) "
        r"(?P<path>/\S+)",
        r"(?:(?:get|post|put|patch|delete|list)(?: ?(?:,|and|&|/) ?)?)* ?(?:(?:endpoints?|routes?) )?(?:under|at"
        r"|below) (?P<path>/\S+)",
        r"{a}{x} (?:should |must |shall )?(?:live|be|be nested|be served|be available|be reachable|are nested|sit"
        r"|hang|belong) (?:under|below|at|beneath) (?P<path>/\S+)",
    )
    if at is not None:
        parts = [part for part in at.part("path")[0].text.split("/") if part]
        names = [part for part in parts if not part.startswith(("{", ":", "<"))]
        if len(parts) > len(names) > 1 and parts[1].startswith(("{", ":", "<")):
            cursor.phrase("please", "instead", "too")
            return [Focus((names[-1],)), Option("nested_under", names[-2], (names[-1],))]
        return None
    at = found(
        cursor,
        r"(?:nest|move|put) {a}{x} (?:routes |endpoints )?(?:under|below|beneath|inside|within) {a}{y}{end}",
        r"{a}{x} (?:should be |must be |are |shall be )?nested (?:under|below|in|beneath|inside|within) {a}{y}{end}",
        r"nested (?:routes?|endpoints?) for {a}{x} (?:under|below|in|of) {a}{y}{end}",
    )
    if at is None or not talk.is_resource(at.noun("y")):
        return None
    cursor.phrase("routes", "please")
    return [Option("nested_under", "_".join(at.noun("y")), at.noun("x"))]


def _endpoint(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``a POST /orders/{id}/cancel endpoint for admins``, ``GET /products``."""
    cursor.one_of(phrases("add"))
    described = found(
        cursor,
        r"(?:an? |one |the )?(?:new |custom )?(?:endpoint|route|action) (?:to|for|that|which) "
        r"(?P<verb>[a-z]+?)(?:ing|s)? {a}{x}{end}",
    )
    if (
        described is not None
        and talk.is_resource(described.noun("x"))
        and described.text("verb")
        not in (
            "list",
            "get",
            "creat",
            "create",
            "delet",
            "delete",
            "updat",
            "update",
            "add",
            "fetch",
            "read",
            "edit",
            "remove",
            "remov",
            "stor",
            "store",
        )
    ):
        return [Endpoint(("post",), f"/{'_'.join(described.noun('x'))}/{{id}}/{described.text('verb')}")]
    cursor.phrase(
        "an endpoint",
        "a new endpoint",
        "endpoint",
        "a route",
        "one endpoint",
        "a single endpoint",
        "the endpoint",
        "the endpoints",
        "an action",
        "a custom action",
        "custom action",
        "action",
        "an action endpoint",
        "endpoints",
        "routes",
    ) and cursor.accept(":", "for")
    cursor.skip(words("articles") | {"single", "public", "one", "custom", "endpoint", "route"} - {"public"})
    methods: list[str] = []
    while (
        cursor.word() in _METHODS
        and (cursor.kind(1) == "path" or cursor.word(1) in ("and", ",", "/", "&", "or"))
        and cursor.tokens[cursor.position].text[:2].isupper()
    ):
        methods.append(cursor.take().lower)
        if not cursor.accept("and", ",", "/", "&", "or"):
            break
    if cursor.kind() != "path" or not methods:
        return None
    path = cursor.take().text.rstrip("/")
    if path.startswith("/api/") or re.fullmatch(r"/v\d+", path):
        return None
    clauses: list[Clause] = [Endpoint(tuple(methods), path)]
    cursor.phrase(
        "endpoint",
        "route",
        "action",
        "operation",
        "request",
        "call",
        "endpoint please",
        "action endpoint",
        "list",
        "handler",
    )
    cursor.skip(words("noise"))
    if cursor.phrase(
        "that takes",
        "which takes",
        "taking",
        "that accepts",
        "which accepts",
        "accepting",
        "with",
        "with the fields",
        "that takes a",
        "which receives",
        "receiving",
        "with fields",
        "with a body of",
        "that expects",
        "expecting",
    ) and not talk.begins(cursor):
        members = read_members(cursor, talk.begins)
        if members:
            clauses.append(Bare(members))
    return clauses


def _rename(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    at = found(
        cursor,
        r"(?:(?:i would like|we would like|i want|we want|let) )?{a}(?P<kind>field |column |attribute |resource "
        r"|table |model |entity )?{old} (?:to be called|to be named|should be called|should be named|shall be "
        r"called|must be called|be called|are now called|is now called|should be renamed to|should be renamed"
        r"|should have been called|ought to be called|should rather be called|to be renamed to|are called|will be "
        r"called|should now be called|need to be called|needs to be called) {new}(?: (?!from now)(?:in|on|of"
        r"|from) {a}{of})?(?: from now on| instead| now)?$",
        r"(?:call|name) {a}(?:(?P<kind>field |column ))?{old} (?:of {a}{of} )?(?:\"?)(?:instead )?{new} (?:from "
        r"now on|instead|now)$",
    )
    if at is None:
        if not cursor.one_of(phrases("rename")) and not cursor.phrase(
            "change the name of", "change name of", "change the field name", "change the name"
        ):
            return None
        return _renamed(cursor, talk)
    groups = at.match.groupdict()
    old, of = at.noun("old"), at.noun("of") if groups.get("of") else ()
    return [
        Rename(
            tuple(w for w in old if w.lower() not in words("articles")),
            at.noun("new"),
            of,
            bool((groups.get("kind") or "").strip() in _FIELDISH),
        )
    ]


def _renamed(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    old, of, is_field = _target(cursor, talk)
    if not old or not cursor.accept("to", "into", "as", "->", "="):
        return None
    renames: list[Clause] = []
    while True:
        cursor.skip(words("articles"))
        new: list[str] = []
        while (
            cursor.kind() in ("word", "quoted")
            and len(new) < _LONGEST_NAME
            and cursor.word() not in _IN | {"and", "then", "but", "from", "with"}
        ):
            new.append(cursor.take().value)
        if not new:
            return None
        new = [
            word
            for word in new
            if word.lower() not in _FIELDISH | _RESOURCEISH | {"instead", "please", "now", "too", "everywhere"}
        ] or new
        if cursor.word() in _IN and not of:
            before = cursor.position
            cursor.take()
            of = talk.take_known(cursor) or read_noun(cursor)
            cursor.accept(*_RESOURCEISH)
            if not of:
                cursor.position = before
        renames.append(Rename(old, tuple(new), of, is_field))
        before = cursor.position
        if cursor.accept(",", "and"):
            cursor.accept("and")
            if not talk.begins(cursor):
                second, second_of, second_field = _target(cursor, talk)
                if second and cursor.accept("to", "into", "as", "->"):
                    old, of, is_field = second, second_of or of, second_field
                    continue
        cursor.position = before
        break
    return renames if at_end(cursor) else None


def _target(cursor: Cursor, talk: Talk) -> tuple[Noun, Noun, bool]:
    """Read ``the stock field of products``, ``products.stock``, ``post's title``: what, of what, if it is a field."""
    cursor.skip(words("articles"))
    is_field = False
    if cursor.word() in _FIELDISH and cursor.kind(1) in ("word", "quoted") and cursor.word(1) not in _IN | {"and"}:
        cursor.take()
        cursor.accept("called", "named")
        is_field = True
    elif cursor.word() in _RESOURCEISH and cursor.kind(1) in ("word", "quoted"):
        cursor.take()
    owner = talk.known(cursor)
    if owner and (cursor.kind(len(owner)) == "dot" or cursor.word(len(owner)) == "'s"):
        cursor.position += len(owner) + 1
        name = _words(cursor)
        return name, owner, True
    if (
        owner
        and cursor.kind(len(owner)) in ("word", "quoted")
        and cursor.word(len(owner))
        not in _IN
        | {"to", "and", "into", "as", "with", "by", "from", "entirely", "completely", "altogether", "again"}
        | _RESOURCEISH
        | _FIELDISH
    ):
        start = cursor.position
        cursor.position += len(owner)
        name = _words(cursor)
        if name and (at_end(cursor) or cursor.word() in ("to", "into", "as", "->", "by", "with")):
            return name, owner, True
        cursor.position = start
    name = _words(cursor)
    if name and name[-1].lower() in _FIELDISH and len(name) > 1:
        name, is_field = name[:-1], True
    if name and name[-1].lower() in _RESOURCEISH and len(name) > 1:
        name = name[:-1]
    of: Noun = ()
    if cursor.word() in _IN:
        before = cursor.position
        cursor.take()
        cursor.phrase("the table", "the model", "the resource")
        of = talk.take_known(cursor) or read_noun(cursor)
        cursor.accept(*_RESOURCEISH)
        if not of or of[0].lower() in ("now", "here"):
            of = ()
            cursor.position = before
    return name, of, is_field or bool(of)


def _words(cursor: Cursor) -> Noun:
    taken: list[str] = []
    while cursor.kind() in ("word", "quoted") and len(taken) < _LONGEST_TARGET:
        word = cursor.word()
        if (word in _IN and not (word == "of" and cursor.word(1) == "birth")) or word in (
            "to",
            "and",
            "into",
            "as",
            "by",
            "with",
            "instead",
            "again",
            "entirely",
            "completely",
            "altogether",
            "please",
            "but",
            "then",
            "nullable",
            "any",
            "so",
            "or",
            "because",
        ):
            break
        taken.append(cursor.take().value)
    return tuple(taken)


def _replace(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    if not cursor.one_of(phrases("replace")):
        return None
    old, of, _ = _target(cursor, talk)
    if not old or not cursor.accept("by", "with", "for"):
        return None
    members = read_members(cursor, talk.begins)
    if not members:
        return None
    if cursor.accept("on", "in", "of", "for") and not of:
        of = talk.take_known(cursor)
    return [Replace(old, members, of)]


def _remove(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    if not cursor.one_of(phrases("remove")):
        return _taken_away(cursor, talk)
    if cursor.before() == "take":
        return _taken_away(cursor, talk)
    operations = _operation_names(cursor, talk)
    if operations is not None:
        return operations
    names: list[Noun] = []
    of: Noun = ()
    is_field = False
    while True:
        name, said_of, field = _target(cursor, talk)
        if not name:
            break
        names.append(name)
        of, is_field = said_of or of, is_field or field
        cursor.phrase("again", "entirely", "completely", "altogether", "please", "instead", "from now on")
        before = cursor.position
        if said_of and cursor.accept("and", ",", "as well as"):
            cursor.accept("and")
            if not talk.begins(cursor):
                inner = Cursor(cursor.tokens)
                inner.position = cursor.position
                if _target(inner, talk)[1]:
                    rest = _more_removed(cursor, talk)
                    return [Remove(tuple(names), of, is_field), *rest] if rest and at_end(cursor) else None
            cursor.position = before
            break
        if cursor.accept("and", ",", "as well as", "&"):
            cursor.accept("and")
            if talk.begins(cursor):
                cursor.position = before
                break
            continue
        break
    cursor.skip(_FIELDISH)
    if names in ([("it",)], [("them",)]):
        return [Remove((), (), False)] if at_end(cursor) else None
    return [Remove(tuple(names), of, is_field)] if names and at_end(cursor) else None


def _more_removed(cursor: Cursor, talk: Talk) -> list[Clause]:
    name, of, is_field = _target(cursor, talk)
    return [Remove((name,), of, is_field)] if name else []


def _operation_names(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``remove PUT``, ``drop the delete endpoint of orders``."""
    start = cursor.position
    cursor.skip(words("articles"))
    owner = talk.take_known(cursor)
    token = cursor.peek()
    if token is None or not (
        token.text.isupper()
        or token.lower in ("delete", "update", "create", "list", "get", "replace", "patch", "put", "post", "bulk")
    ):
        cursor.position = start
        return None
    upper = token.text.isupper() and token.lower in _METHODS
    if cursor.kind(1) == "path" and upper:
        method = cursor.take().lower
        path = cursor.take().text
        return [_without(method, path)] if at_end(cursor) else None
    operations = read_operations(cursor)
    noun = cursor.phrase("endpoint", "endpoints", "route", "routes", "operation", "operations", "method", "support")
    if not operations or not (upper or noun):
        cursor.position = start
        return None
    if not owner and cursor.accept("of", "from", "for", "on"):
        owner = talk.take_known(cursor)
    cursor.phrase("away", "please")
    if not at_end(cursor):
        cursor.position = start
        return None
    return [Offer(operations, owner, without=True)]


def _without(method: str, path: str) -> Offer:
    from backwright.spec.model import OperationName as Op

    parts = [part for part in path.split("/") if part]
    single = len(parts) > 1
    operations = {
        "get": (Op.GET,) if single else (Op.LIST,),
        "post": (Op.CREATE,),
        "put": (Op.REPLACE,),
        "patch": (Op.UPDATE,),
        "delete": (Op.DELETE,),
    }[method]
    return Offer(operations, (parts[0],), without=True)


def _taken_away(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``take the DELETE route away``, ``no longer offer PUT``."""
    cursor.accept("take")
    clauses = _operation_names(cursor, talk)
    if clauses is not None:
        cursor.accept("away")
    return clauses


def _change(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``make sku unique on products``, ``change the type of price to decimal``, ``limit rating to 1..5``."""
    verb = cursor.one_of(phrases("change"))
    if not verb or (verb in ("make", "let") and _is_statement(cursor, talk)):
        return None
    if cursor.phrase(*_DEFAULT_OF):
        return _new_default(cursor, talk)
    part = _part_asked(cursor)
    subject, of = _changed(cursor, talk)
    if not subject:
        return None
    said = Said()
    cursor.phrase(
        "to be", "be", "become", "into", "from being", "as", "field", "fields", "column", "a", "an"
    ) or cursor.accept("to")
    if _LIMIT_PARTS & set(part):
        _new_limit(cursor, said, part)
    elif verb in ("limit", "cap") or (verb in _LIMITING and cursor.word(-1) == "to"):
        _at_most(cursor, said)
    _details(cursor, talk, said)
    if not of and cursor.accept(*_IN):
        of = _changed_of(cursor, talk, said)
    if not said.said or not at_end(cursor):
        return None
    if len(subject) == 1 and subject[0].lower() in ("it", "them", "that", "this"):
        subject = ()
    more = _also(cursor, talk, of) if verb in ("make", "mark", "set", "change") else []
    return [Describe(subject, said, of), *more]


def _is_statement(cursor: Cursor, talk: Talk) -> bool:
    """Whether ``let`` only opens a statement: ``let orders have a note``."""
    behind = Cursor(cursor.tokens)
    behind.position = cursor.position
    return bool(talk.take_known(behind)) and behind.word() in (
        "belong", "belongs", "have", "has", "reference", "refer", "point",
    )  # fmt: skip


def _part_asked(cursor: Cursor) -> tuple[str, ...]:
    """Return the last words of ``the maximum length of``; none where no part of a field is named."""
    if not cursor.phrase(*_PART_OF) or cursor.before() != "of":
        return ()
    return tuple(token.lower for token in cursor.tokens[max(0, cursor.position - 4) : cursor.position])


def _new_limit(cursor: Cursor, said: Said, part: tuple[str, ...]) -> None:
    """Read the number behind ``the maximum length of name to``; ``part`` are the words before the field."""
    if cursor.accept("from") and number_at(cursor) is not None and cursor.word(1) == "to":
        cursor.position += 2
    cursor.accept("to")
    number = number_at(cursor)
    if number is None:
        return
    cursor.take()
    cursor.skip(frozenset({"characters", "chars", "letters"}))
    end = "min" if {"minimum", "min"} & set(part) else "max"
    if part[-2] == "length" or cursor.word(-1) in ("characters", "chars", "letters"):
        said.lengths[f"{end}_length"] = int(number)
    else:
        said.bounds[f"{end}imum"] = number


def _at_most(cursor: Cursor, said: Said) -> None:
    """Read ``100`` and ``80 characters`` behind ``limit name to``."""
    number = number_at(cursor)
    if number is None or cursor.kind() != "number" or cursor.word(1) in ("to", "or", "-"):
        return
    cursor.take()
    if cursor.skip(frozenset({"characters", "chars", "letters", "long"})):
        said.lengths["max_length"] = int(number)
    else:
        said.bounds["maximum"] = number


def _changed_of(cursor: Cursor, talk: Talk, said: Said) -> Noun:
    """Read the resource behind ``of`` or ``on``, and what more is said of the field behind it."""
    of = talk.take_known(cursor) or read_noun(cursor)
    cursor.accept(*_RESOURCEISH)
    before = cursor.position
    if not at_end(cursor) or cursor.accept(","):
        _details(cursor, talk, said)
        if cursor.position == before + 1:
            cursor.position = before
    return of


def _also(cursor: Cursor, talk: Talk, of: Noun) -> list[Clause]:
    """Read ``and priority optional`` behind ``make due_date required``."""
    found_more: list[Clause] = []
    while cursor.word() in ("and", ","):
        before = cursor.position
        cursor.skip(frozenset({"and", ","}))
        said = Said()
        subject, said_of = ((), ()) if talk.begins(cursor) else _changed(cursor, talk)
        if subject:
            _details(cursor, talk, said)
        if not subject or not said.said or not at_end(cursor):
            cursor.position = before
            break
        found_more.append(Describe(subject, said, said_of or of))
    return found_more


def _details(cursor: Cursor, talk: Talk, said: Said) -> None:
    while not cursor.ended:
        before = cursor.position
        if said.said:
            separated = cursor.accept(",", "and", "but", ";")
            cursor.accept("and") if separated else None
            if separated and talk.begins(cursor):
                cursor.position = before
                return
        cursor.phrase("please", "any more", "again", "from now on", "too", "as well", "there")
        if cursor.ended:
            return
        if not read_detail(cursor, said, typed=True):
            cursor.position = before
            return


def _changed(cursor: Cursor, talk: Talk) -> tuple[Noun, Noun]:
    """Read what is changed, and of what: ``the category of a product``, ``customer emails``, ``title of posts``."""
    cursor.skip(words("articles"))
    cursor.phrase("field", "column", "attribute")
    owner = talk.known(cursor)
    if owner and (cursor.kind(len(owner)) == "dot" or cursor.word(len(owner)) == "'s"):
        cursor.position += len(owner) + 1
        subject = _up_to_detail(cursor)
        return subject, owner
    subject = _up_to_detail(cursor)
    of: Noun = ()
    if subject and cursor.word() in _IN and talk.known(cursor, 1):
        cursor.take()
        of = talk.take_known(cursor)
        cursor.accept(*_RESOURCEISH)
    return subject, of


def _up_to_detail(cursor: Cursor) -> Noun:
    taken: list[str] = []
    while cursor.kind() in ("word", "quoted") and len(taken) < _LONGEST_NAME:
        if taken and (
            cursor.word()
            in _IN | {"to", "be", "as", "into", "from", "become", "at", "and", "a", "an", "is", "between", "not"}
            or _is_detail(cursor)
        ):
            break
        taken.append(cursor.take().value)
    if len(taken) > 1 and taken[-1].lower() in _FIELDISH:
        taken.pop()
    return tuple(taken)


def _is_detail(cursor: Cursor) -> bool:
    inner = Cursor(cursor.tokens)
    inner.position = cursor.position
    return read_detail(inner, Said(), typed=False)


def _new_default(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    subject, of = _changed(cursor, talk)
    if not subject or not cursor.accept("to", "as", "be"):
        return None
    said = Said(default=cursor.take().value)
    if not of and cursor.accept(*_IN):
        of = talk.take_known(cursor) or read_noun(cursor)
    return [Describe(subject, said, of)] if at_end(cursor) else None


def _add_to(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``add a stock integer >= 0 to products``, ``give customers a vip flag``, ``projects: add starts_on``."""
    verb = cursor.one_of(phrases("add"))
    if not verb or verb == "make":
        return None
    if verb in ("give", "extend", "equip"):
        return _give(cursor, talk, verb)
    if cursor.phrase(*_FIELDS_TO):
        subject = talk.take_known(cursor) or read_noun(cursor)
        cursor.accept(":", "-")
        members = read_members(cursor, talk.begins)
        return [Has(subject, members, adds=True)] if members and at_end(cursor) else None
    start = cursor.position
    cursor.phrase("the following fields :", "the fields", "fields :", "the following", "fields", "these fields :")
    members = read_members(cursor, talk.begins)
    if not members:
        cursor.position = start
        return None
    preposition = cursor.accept("to", "on", "in", "for", "into", "onto", "of")
    if preposition:
        return _members_to(cursor, talk, members, preposition, start)
    single = all(singular(member.name[-1].lower()) == member.name[-1].lower() for member in members if member.name)
    is_said = talk.at_hand and verb in ("add", "introduce", "insert", "include", "append") and single
    return [Has((), members, adds=True)] if is_said and at_end(cursor) else None


def _give(cursor: Cursor, talk: Talk, verb: str) -> list[Clause] | None:
    """Read ``customers a vip flag`` behind ``give``, ``them with a phone`` behind ``extend``."""
    start = cursor.position
    cursor.accept("each", "every", "all")
    subject = talk.take_known(cursor)
    if not subject and cursor.accept("them", "it"):
        subject = ("it",)
    if subject and (verb not in ("extend", "equip") or cursor.accept("with", "by")):
        cursor.accept("with")
        members = read_members(cursor, talk.begins)
        if members and at_end(cursor):
            return [Has(() if subject == ("it",) else subject, members, adds=True)]
    cursor.position = start
    return None


def _members_to(
    cursor: Cursor, talk: Talk, members: tuple[Said, ...], preposition: str, start: int
) -> list[Clause] | None:
    """Read to what resource members are added, and what is said of the last one behind it."""
    cursor.phrase("the table", "the model", "the resource", "each", "every", "all", "our", "a", "an")
    subject = talk.take_known(cursor)
    is_fieldish = any(token.lower in _FIELDISH for token in cursor.tokens[start : cursor.position])
    if not subject:
        more = _more_values(cursor, members) if preposition == "to" else None
        if more is not None:
            return more
        if preposition == "to" or (preposition in ("on", "in", "for") and is_fieldish):
            subject = ("it",) if cursor.accept("it", "them") else read_noun(cursor)
    elif _is_part_of_name(members, preposition, is_fieldish=is_fieldish):
        return None
    if not subject:
        return None
    cursor.accept(*_RESOURCEISH)
    cursor.accept(",") if cursor.word(1) in ("many-to-many", "many", "as", "m2m") else None
    if cursor.phrase(*_MANY_TO_MANY) and at_end(cursor):
        nouns = tuple(tuple(member.name) for member in members)
        return [
            *(Declare((noun,), "") for noun in nouns if not talk.is_resource(noun)),
            *(ManyToMany(subject, noun) for noun in nouns),
        ]
    _trailing(cursor, talk, members[-1])
    if not at_end(cursor) and cursor.word() not in (":",):
        return None
    return [Has(() if subject == ("it",) else subject, members, adds=True)]


def _is_part_of_name(members: tuple[Said, ...], preposition: str, *, is_fieldish: bool) -> bool:
    """Whether ``for orders`` behind members rather says what something new is for: ``add invoices for orders``."""
    if preposition in ("for", "of"):
        return not is_fieldish and not all(member.said for member in members)
    return (
        preposition == "in"
        and len(members) == 1
        and not members[0].said
        and bool(members[0].name)
        and members[0].name[-1].lower().endswith("s")
    )


def _more_values(cursor: Cursor, members: tuple[Said, ...]) -> list[Clause] | None:
    """Read ``add cancelled to the order status``: more values of an enum."""
    start = cursor.position
    cursor.phrase("the possible values of", "the values of", "the allowed values of", "the options of", "the possible")
    cursor.skip(words("articles"))
    subject = read_subject(cursor)
    cursor.phrase("values", "enum", "options", "choices")
    if (
        not subject
        or not any(
            word.lower()
            in (
                "status",
                "state",
                "priority",
                "type",
                "kind",
                "severity",
                "role",
                "category",
                "plan",
                "genre",
                "currency",
                "level",
                "values",
                "enum",
            )
            for word in subject
        )
        or not at_end(cursor)
        or any(member.said for member in members)
    ):
        cursor.position = start
        return None
    return [
        Describe(
            tuple(word for word in subject if word.lower() not in ("enum", "values")),
            Said(enum=tuple("_".join(member.name) for member in members)),
            to="values",
        )
    ]


def _trailing(cursor: Cursor, talk: Talk, said: Said) -> None:
    """Read what follows the resource as more of the last field: ``, unique``, ``with default 0``, ``: a, b``."""
    while not cursor.ended:
        before = cursor.position
        separated = cursor.accept(",", "with", "and", ":", "-", "that", "which", "instead") or (
            cursor.kind() == "dash" and cursor.take() and "-"
        )
        if separated == ":":
            cursor.position = before
        if separated and separated not in (":",) and talk.begins(cursor):
            cursor.position = before
            return
        if cursor.ended:
            return
        if not read_detail(cursor, said, typed=True):
            cursor.position = before
            return


def path_relates(noun: Noun) -> Relates:
    """Return the relation that a nested path says."""
    return Relates(noun, (Said(target=target_name(Cursor(()))),))


__all__ = ["path_relates", "read_command", "read_subject", "read_who"]
