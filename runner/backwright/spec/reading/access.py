"""Who may do what: ``only admins may delete invoices``, ``listing is public, everything else needs authentication``."""

from __future__ import annotations

from backwright.naming import singular, snake
from backwright.spec.model import OperationName
from backwright.spec.reading.clauses import Allow, Clause, Noun, Offer, Owned, Setting, Who
from backwright.spec.reading.forms import found
from backwright.spec.reading.operations import ALL, PASSIVES, read_operations
from backwright.spec.reading.talk import Talk
from backwright.spec.reading.tokens import Cursor, Phrases
from backwright.spec.reading.vocabulary import phrases, words

PUBLIC = Who(frozenset({"public"}))
SIGNED_IN = Who(frozenset({"authenticated"}))
OWNER = Who(frozenset({"owner"}))
_PREDICATES = {
    "public": PUBLIC,
    "open": PUBLIC,
    "open to all": PUBLIC,
    "open to everyone": PUBLIC,
    "open to anyone": PUBLIC,
    "free for all": PUBLIC,
    "open to everybody": PUBLIC,
    "for everyone": PUBLIC,
    "for everybody": PUBLIC,
    "for anyone": PUBLIC,
    "open to the public": PUBLIC,
    "without authentication": PUBLIC,
    "without login": PUBLIC,
    "without a login": PUBLIC,
    "without logging in": PUBLIC,
    "publicly accessible": PUBLIC,
    "publicly readable": PUBLIC,
    "unauthenticated": PUBLIC,
    "anonymous": PUBLIC,
    "publicly available": PUBLIC,
    "accessible to everyone": PUBLIC,
    "accessible to anyone": PUBLIC,
    "available to everyone": PUBLIC,
    "available to anyone": PUBLIC,
    "without a token": PUBLIC,
    "open for everyone": PUBLIC,
    "open for all": PUBLIC,
    "open for anyone": PUBLIC,
    "without signing in": PUBLIC,
    "free": PUBLIC,
    "for all": PUBLIC,
    "public to everyone": PUBLIC,
    "no login needed": PUBLIC,
    "visible to everyone": PUBLIC,
    "visible to all": PUBLIC,
    "visible to anyone": PUBLIC,
    "not protected": PUBLIC,
    "unprotected": PUBLIC,
    "open to visitors": PUBLIC,
    "open to guests": PUBLIC,
    "authenticated": SIGNED_IN,
    "authentication": SIGNED_IN,
    "a login": SIGNED_IN,
    "login": SIGNED_IN,
    "a token": SIGNED_IN,
    "a jwt": SIGNED_IN,
    "jwt": SIGNED_IN,
    "protected": SIGNED_IN,
    "auth": SIGNED_IN,
    "a valid token": SIGNED_IN,
    "a valid jwt": SIGNED_IN,
    "being logged in": SIGNED_IN,
    "logging in": SIGNED_IN,
    "an account": SIGNED_IN,
    "private": SIGNED_IN,
    "secured": SIGNED_IN,
    "a signed-in user": SIGNED_IN,
    "a logged-in user": SIGNED_IN,
    "to be logged in": SIGNED_IN,
    "behind a login": SIGNED_IN,
    "behind jwt": SIGNED_IN,
    "behind auth": SIGNED_IN,
    "behind login": SIGNED_IN,
    "behind authentication": SIGNED_IN,
    "signed in": SIGNED_IN,
    "logged in": SIGNED_IN,
    "jwt authentication": SIGNED_IN,
    "jwt auth": SIGNED_IN,
    "a bearer token": SIGNED_IN,
    "to be signed in": SIGNED_IN,
    "protected by jwt": SIGNED_IN,
    "protected with jwt": SIGNED_IN,
    "secured with jwt": SIGNED_IN,
    "a jwt token": SIGNED_IN,
    "an access token": SIGNED_IN,
    "behind the login": SIGNED_IN,
    "behind a jwt": SIGNED_IN,
    "signing in": SIGNED_IN,
    "a session": SIGNED_IN,
    "a user": SIGNED_IN,
    "secured by jwt": SIGNED_IN,
    "bearer token": SIGNED_IN,
    "protected by a login": SIGNED_IN,
    "protected by login": SIGNED_IN,
}
_PREDICATE_PHRASES = Phrases(_PREDICATES)
_ABOUT = Phrases(["about", "of", "on", "for", "with", "under", "in", "regarding", "around", "to", "concerning"])


def read_who(cursor: Cursor, talk: Talk) -> Who | None:
    """Read whom something is allowed: ``the owner or an admin``, ``signed-in users``, ``role reader``."""
    who = _one_who(cursor, talk)
    while who is not None:
        before = cursor.position
        if not cursor.accept("or", "and", ",", "&", "/"):
            break
        cursor.accept("or", "and")
        cursor.accept("by")
        more = _one_who(cursor, talk)
        if more is None:
            cursor.position = before
            break
        who = who.joined(more)
    if who is not None:
        cursor.phrase("themselves", "himself", "alone")
    return who


def _one_who(cursor: Cursor, talk: Talk) -> Who | None:
    before = cursor.position
    cursor.accept("only")
    named = _named_role(cursor, talk)
    if named:
        return Who(frozenset({"role"}), (named,))
    if not talk.is_resource((cursor.word(),)):
        if found(
            cursor,
            (
                r"(?:the |a |only the )?(?:user|person|account|one|member|people|users) (?:who"
                r"|that|which) (?:has |have |originally )?[a-z]+ (?:it|them)(?= |$)"
            ),
        ):
            return OWNER
        for key, who in (("owners", OWNER), ("signed_in", SIGNED_IN), ("anyone", PUBLIC)):
            phrase = cursor.one_of(phrases(key))
            if phrase:
                return who
    cursor.position = before
    cursor.accept("only")
    cursor.skip(words("articles") - {"all", "any", "every"} | {"any", "all", "every"})
    word = cursor.word()
    if cursor.sees("warehouse staff"):
        cursor.position += 2
        return Who(frozenset({"role"}), ("warehouse",))
    if (word in words("roles") and not talk.is_resource((word,))) or singular(word) in talk.roles or word in talk.roles:
        two = cursor.phrase("staff members")
        if not two:
            cursor.take()
        name = singular(word) if word not in ("hr", "staff", "sales") and not two else "staff" if two else word
        if cursor.accept("("):
            role = _named_role(cursor, talk)
            if role:
                name = role
            cursor.accept(")")
        name = {"administrator": "admin", "superuser": "admin"}.get(name, name)
        cursor.phrase("users", "role", "roles", "accounts", "user")
        return Who(frozenset({"role"}), (name,))
    cursor.position = before
    return None


def _named_role(cursor: Cursor, talk: Talk) -> str:
    """Read ``the warehouse role``, ``role reader``, ``users with the role editor``."""
    at = found(
        cursor,
        (
            r"(?:the |an? |any )?(?:users?|people|accounts?|members|callers|those|someone"
            r"|anyone|everyone)?(?: ?(?:with|in|having|who have) )(?:the |an? )?roles? (?P<role>[\w-]+)"
        ),
        (
            r"(?:the |an? |any )?(?:users?|people|accounts?|members|callers|those|someone"
            r"|anyone|everyone) (?:with|in|having|who have) (?:the |an? )?(?P<role>[\w-]+) roles?"
        ),
        r"(?:the |an? |any )?roles? (?P<role>(?!for|to|of|is|are|can|may|and|or|called|named)[\w-]+)",
        r"(?:the |an? |any )(?P<role>[\w-]+) roles?",
        r"(?P<role>[\w-]+) role",
        r"(?:the |an? )?roles? (?:called|named) (?P<role>[\w-]+)",
    )
    if at is None:
        return ""
    name = snake(at.noun("role")[0])
    if name in ("a", "the", "new", "user", "with", "only", "no"):
        cursor.position -= 1
        return ""
    talk.roles.add(name)
    return name


def read_access(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read one sentence about who may call what; None where it is not about that."""
    before = cursor.position
    for read in (_for_rest, _who_may, _let_who, _object_is, _operations_are, _protect, _no_token, _fragment):
        clauses = read(cursor, talk)
        if clauses is not None:
            return clauses
        cursor.position = before
    return None


def _for_rest(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    """``JWT for the rest``, ``admins only for everything else``, ``all of it behind JWT``."""
    everything = bool(cursor.one_of(phrases("access_everything")))
    if everything:
        cursor.accept("is", "are", "should", "needs")
    phrase = cursor.one_of(_PREDICATE_PHRASES)
    if not phrase or (not _at_end(cursor) and not cursor.accept("for", "on")):
        return None
    cursor.accept("required", "needed")
    if everything and _at_end(cursor):
        return [Setting("default_access", next(iter(_PREDICATES[phrase].kinds)))]
    if cursor.before() not in ("for", "on") or not cursor.one_of(phrases("access_rest")) or not _at_end(cursor):
        return None
    more: list[Clause] = [Setting("auth", "jwt")] if "jwt" in phrase else []
    return [*more, Allow(_PREDICATES[phrase], (), (), rest=True)]


def _who_may(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``only admins may delete invoices``, ``anyone reads``, ``nobody else can see them``."""
    nobody = cursor.phrase(
        "nobody else",
        "no one else",
        "nobody",
        "no one",
        "no other user",
        "none of the others",
        "noone",
        "noone else",
        "not even others",
    )
    only = bool(cursor.accept("only", "just"))
    who = None if nobody else OWNER if only and cursor.accept("they", "he", "she") else read_who(cursor, talk)
    if who is None and not nobody:
        who = _unknown_role(cursor, talk, only=only)
    if who is None and not nobody:
        return None
    cursor.accept("only")
    not_ = cursor.one_of(phrases("access_not_modals")) if not nobody else ""
    modal = "" if not_ else cursor.one_of(phrases("access_modals"))
    cursor.accept("only", "also", "additionally", "not", "be")
    if cursor.word(-1) == "not":
        return None
    start = cursor.position
    operations = read_operations(cursor)
    if not operations or (
        not modal
        and not nobody
        and not only
        and cursor.word(-1) in ("file", "files", "place", "books", "book", "open", "use", "see", "request", "report")
        and not talk.known(cursor)
    ):
        return None
    if cursor.tokens[start].lower in (
        "see",
        "sees",
        "view",
        "list",
        "read",
        "get",
        "gets",
        "edit",
        "delete",
        "change",
        "access",
        "manage",
        "work",
    ):
        cursor.phrase("all", "everything", "all of them")
    own = bool(
        cursor.phrase(
            "their own ones",
            "his own ones",
            "their own",
            "his own",
            "his",
            "her own",
            "own",
            "her",
            "its own",
            "only their own",
            "only own",
            "only his own",
            "theirs",
            "just their own",
            "your own",
            "one 's own",
            "what they created",
            "what they wrote",
            "what is theirs",
            "their",
        )
    )
    subject = _object(cursor, talk)
    subject, operations = _tail(cursor, talk, subject, operations)
    if not _at_end(cursor):
        return None
    if who is None:
        own, not_ = "else" in nobody or "other" in nobody, ""
    return _allowed(who, operations, subject, denied=bool(not_), own=own)


def _allowed(
    who: Who | None, operations: tuple[OperationName, ...], subject: Noun, *, denied: bool, own: bool
) -> list[Clause] | None:
    """Return what it means that somebody may (or, ``denied``, may not) do this; nobody where ``who`` is None."""
    without: list[Clause] = [Offer(operations, subject, without=True)]
    if denied and who is not None:
        return without if who.kinds == SIGNED_IN.kinds or who == PUBLIC else None
    if own:
        return [Owned(subject), Allow(OWNER, operations, subject, own=True)]
    return without if who is None else [Allow(who, operations, subject, everything=operations == ALL)]


def _tail(
    cursor: Cursor, talk: Talk, subject: Noun, operations: tuple[OperationName, ...]
) -> tuple[Noun, tuple[OperationName, ...]]:
    if cursor.accept("via", "through", "with", "using"):
        method = cursor.word()
        if method in ("patch", "put", "post", "delete", "get"):
            cursor.take()
            operations = {"patch": (OperationName.UPDATE,), "put": (OperationName.REPLACE,)}.get(method, operations)
            cursor.accept("requests")
        cursor.phrase("the api")
    if cursor.accept("on", "of", "for"):
        subject = _object(cursor, talk) or subject
    if cursor.accept("("):
        more = read_operations(cursor)
        if more and cursor.accept(")"):
            operations = more
        else:
            cursor.position = len(cursor.tokens) + 1
    cursor.phrase(
        "only",
        "freely",
        "without a token",
        "without login",
        "without logging in",
        "without an account",
        "at all",
        "again",
        "too",
        "as well",
        "then",
        "any more",
        "anymore",
        "any longer",
        "without authentication",
        "through the api",
        "over the api",
        "via the api",
        "without signing in",
        "from the api",
        "alone",
    )
    return subject, operations


def _at_end(cursor: Cursor) -> bool:
    return (
        cursor.ended
        or cursor.word()
        in (",", "and", "but", ";", ".", "while", "or", "then", ":", "whereas", "plus", ")", "so", "because")
        or cursor.kind() == "dash"
    )


def _unknown_role(cursor: Cursor, talk: Talk, *, only: bool) -> Who | None:
    """Read ``only librarians may …``: a plural that is no resource and may do something."""
    token = cursor.peek()
    if (
        token is None
        or token.kind != "word"
        or talk.is_resource((token.text,))
        or not (only or token.lower.endswith("s"))
    ):
        return None
    if token.lower in ("it", "they", "users", "them", "this", "that", "one") or singular(token.lower) == token.lower:
        return None
    after = Cursor(cursor.tokens)
    after.position = cursor.position + 1
    if not after.one_of(phrases("access_modals")) or after.word(-1) in ("to", "should", "must", "will"):
        return None
    if not read_operations(after):
        return None
    cursor.take()
    return Who(frozenset({"role"}), (singular(token.lower),))


def _object(cursor: Cursor, talk: Talk) -> Noun:
    """Read what the operations are on: a known resource, or a pronoun (which names nothing)."""
    known = talk.take_known(cursor)
    if known:
        cursor.accept("resource", "resources", "endpoint", "endpoints", "table")
        return known
    if cursor.phrase(
        "all of them",
        "them all",
        "them",
        "it",
        "one",
        "ones",
        "these",
        "those",
        "this",
        "all of it",
        "their own ones",
        "new ones",
        "new one",
        "any of them",
        "any",
        "all",
        "everything",
        "each of them",
        "any of it",
    ):
        return ()
    before = cursor.position
    cursor.skip(words("articles"))
    token = cursor.peek()
    following = cursor.word(1)
    if (
        token is not None
        and token.kind == "word"
        and following in ("", ",", "and", ";", "but", "(", "or", "only")
        and token.lower not in ("via", "on", "of", "for", "only", "freely", "at", "and", "or", "but")
        and (cursor.position > before or token.lower.endswith("s"))
    ):
        return (cursor.take().value,)
    cursor.position = before
    return ()


def _let_who(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``let only the warehouse role update it``, ``allow admins to delete posts``."""
    if not cursor.phrase(
        "let",
        "allow",
        "permit",
        "make sure that only",
        "make sure only",
        "ensure only",
        "ensure that only",
        "make sure",
        "ensure that",
        "ensure",
        "only allow",
        "only let",
        "allow only",
        "let only",
        "permit only",
        "i want only",
        "we want only",
        "i want",
        "we want",
    ):
        return None
    if cursor.before() == "only":
        cursor.position -= 1
    return _who_may(cursor, talk)


def _object_is(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``spots can be read by everyone``, ``permits are for signed-in users only``, ``orders must never be deleted``."""
    if cursor.word() == "new":
        return None
    rest = bool(cursor.one_of(phrases("access_rest")))
    everything = False if rest else bool(cursor.one_of(phrases("access_everything")))
    subject: Noun = ()
    if (rest or everything) and cursor.one_of(_ABOUT):
        subject = talk.take_known(cursor)
        if not subject:
            cursor.phrase("it", "them", "this api", "the api", "here", "this backend", "this service")
    elif not rest and not everything:
        subject = talk.take_known(cursor)
        if (
            not subject
            and not cursor.accept("they", "it", "them", "these")
            and not cursor.sees(
                "read by",
                "written by",
                "written only by",
                "can be",
                "only readable by",
                "readable by",
                "read only by",
                "visible to",
                "visible only to",
                "only visible to",
                "must never be",
                "must not be",
                "never deleted",
                "deletable by",
                "editable by",
                "deletable only by",
                "editable only by",
                "only deletable by",
                "only editable by",
                "created by",
                "managed by",
                "deleted by",
                "deleted only by",
                "edited by",
                "edited only by",
                "updated by",
                "updated only by",
                "created only by",
                "accessible by",
                "accessible to",
            )
        ):
            return None
        cursor.accept("api", "endpoints", "endpoint", "routes", "resource", "itself", "themselves", "router")
    negative = cursor.one_of(phrases("access_not_modals"))
    modal = "" if negative else cursor.one_of(phrases("access_copulas")) or cursor.one_of(phrases("access_modals"))
    cursor.skip(
        frozenset(
            {
                "be",
                "only",
                "all",
                "also",
                "both",
                "always",
                "fully",
                "completely",
                "to",
                "strictly",
                "been",
                "exclusively",
            }
        )
    )
    narrow = cursor.before() == "only"
    if cursor.word() in PASSIVES or (cursor.word() == "neither" and cursor.take()):
        return _passive(cursor, talk, subject, negative=bool(negative), rest=rest)
    if negative or not (modal or rest):
        return None
    return _predicate(cursor, talk, subject, rest=rest, everything=everything, narrow=narrow)


def _passive(cursor: Cursor, talk: Talk, subject: Noun, *, negative: bool, rest: bool) -> list[Clause] | None:
    operations = read_operations(cursor)
    if not operations:
        return None
    if negative:
        cursor.phrase(
            "through the api",
            "via the api",
            "at all",
            "any more",
            "anymore",
            "by anyone",
            "by anybody",
            "by the api",
            "over the api",
            "any longer",
            "again",
            "once created",
            "in any way",
        )
        return [Offer(operations, subject, without=True)] if _at_end(cursor) else None
    if not cursor.one_of(phrases("access_for")):
        cursor.phrase("through the api", "via the api", "only")
        return [Offer(operations, subject)] if _at_end(cursor) else None
    who = read_who(cursor, talk) or _role_after(cursor, talk)
    if who is None:
        return None
    cursor.phrase("only", "alone", "without a token", "without login", "without logging in")
    return [Allow(who, operations, subject, rest=rest)] if _at_end(cursor) else None


def _role_after(cursor: Cursor, talk: Talk) -> Who | None:
    """Read an unknown plural behind ``by``: ``only by librarians``."""
    cursor.skip(words("articles"))
    token = cursor.peek()
    if token is None or token.kind != "word" or not token.lower.endswith("s") or talk.is_resource((token.text,)):
        return None
    cursor.take()
    return Who(frozenset({"role"}), (singular(token.lower),)) if _at_end(cursor) or cursor.word() == "only" else None


def _predicate(
    cursor: Cursor, talk: Talk, subject: Noun, *, rest: bool, everything: bool, narrow: bool = False
) -> list[Clause] | None:
    start = cursor.position
    who: Who | None = None
    if cursor.phrase("admin-only", "admins-only", "admin only", "admins only"):
        who = Who(frozenset({"role"}), ("admin",))
    phrase = "" if who else cursor.one_of(_PREDICATE_PHRASES)
    if phrase:
        who = _PREDICATES[phrase]
        cursor.phrase("as well", "too", "required", "needed")
        before = cursor.position
        if cursor.accept("to", "for"):
            operations = read_operations(cursor)
            if operations and _at_end(cursor):
                return [Allow(who, operations, subject)]
            cursor.position = before
    elif who is None:
        behind = cursor.one_of(phrases("access_for")) or cursor.before() in ("for",)
        who = read_who(cursor, talk) or (_role_after(cursor, talk) if behind else None)
        if who is None and behind and cursor.accept("the"):
            who = read_who(cursor, talk)
        if who is None:
            cursor.position = start
            return None
        if not behind and not cursor.phrase("only") and not rest and not narrow:
            return None
        cursor.phrase("only", "alone")
    if who is None or not _at_end(cursor):
        return None
    if everything and not subject and who.kinds <= {"authenticated", "public"}:
        return [Setting("default_access", next(iter(who.kinds)))]
    return [Allow(who, () if rest else ALL, subject, everything=not rest, rest=rest)]


def _operations_are(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``listing is public``, ``public reading``, ``deletion only for admins``, ``delete: admin``."""
    public = cursor.phrase("public", "open", "anonymous", "publicly", "admin-only", "admin only", "authenticated")
    rest = bool(cursor.one_of(phrases("access_rest"))) if not public else False
    cursor.skip(words("articles") - {"all"})
    operations = () if rest else read_operations(cursor)
    if not operations and not rest:
        return None
    cursor.accept("endpoint", "endpoints", "route", "routes", "access", "operation", "operations", "requests")
    subject: Noun = ()
    before = cursor.position
    if cursor.accept("of", "on", "for", "to") or talk.known(cursor):
        subject = talk.take_known(cursor)
        if not subject and not (cursor.before() == "of" and cursor.accept("them", "it")):
            cursor.position = before
    if public:
        who = (
            PUBLIC
            if public in ("public", "open", "anonymous", "publicly")
            else SIGNED_IN
            if public == "authenticated"
            else Who(frozenset({"role"}), ("admin",))
        )
        return [Allow(who, operations, subject)] if _at_end(cursor) else None
    opened = (
        cursor.one_of(phrases("access_copulas"))
        or cursor.accept(":", "=", "-", "->")
        or cursor.one_of(phrases("access_for"))
    )
    negative = cursor.phrase(
        "not offered",
        "not allowed",
        "not possible",
        "not available",
        "forbidden",
        "disabled",
        "off",
        "not needed",
        "not supported",
        "not permitted",
        "not there",
        "prohibited",
        "never allowed",
        "never possible",
        "switched off",
        "turned off",
        "impossible",
    )
    if negative and opened:
        return [Offer(operations, subject, without=True)] if _at_end(cursor) else None
    if not opened:
        return None
    cursor.skip(frozenset({"only", "be", "strictly", "still"}))
    place = cursor.position
    clauses = _predicate(cursor, talk, subject, rest=rest, everything=False)
    cursor.position = cursor.position if clauses else place
    clauses = clauses or _bare_who(cursor, talk, subject, operations, rest=rest)
    if clauses is None:
        return None
    return [
        Allow(c.who, () if rest else operations, c.subject, rest=rest) if isinstance(c, Allow) else c for c in clauses
    ]


def _bare_who(
    cursor: Cursor, talk: Talk, subject: Noun, operations: tuple[OperationName, ...], *, rest: bool
) -> list[Clause] | None:
    who = read_who(cursor, talk)
    cursor.accept("only")
    return None if who is None or not _at_end(cursor) else [Allow(who, operations, subject, rest=rest)]


def _protect(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``protect create, update and delete of posts with the editor role``, ``require a login for writing posts``."""
    verb = cursor.phrase(
        "protect",
        "secure",
        "guard",
        "restrict",
        "limit",
        "lock down",
        "lock",
        "reserve",
        "require",
        "demand",
        "close off",
        "put",
        "hide",
        "keep",
        "force",
        "ask for",
        "open",
        "open up",
        "make",
        "should require",
        "must require",
        "gate",
    )
    if verb in ("require", "demand", "ask for", "should require", "must require", "force"):
        return _demand(cursor, talk)
    if not verb:
        return None
    operations, subject, everything = _protected(cursor, talk)
    is_said = bool(subject or operations or everything)
    who = _guard(cursor, talk, alone=is_said and verb in ("protect", "secure", "guard", "lock", "lock down"))
    if who == SIGNED_IN and verb in ("make", "open", "keep", "put") and not subject and not operations:
        return None
    return _guarded(cursor, who, operations, subject, everything=everything)


def _demand(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read ``a login for writing posts`` behind ``require``."""
    phrase = cursor.one_of(_PREDICATE_PHRASES)
    who = _PREDICATES[phrase] if phrase else read_who(cursor, talk)
    if who is None or (not cursor.accept("for", "on", "to", "when", "before", "in order to") and not _at_end(cursor)):
        return None
    if cursor.word(1) == "to":
        cursor.accept("anyone", "someone")
    if cursor.ended:
        return [Allow(who, ALL, (), everything=True)]
    operations, subject, everything = _protected(cursor, talk)
    return _guarded(cursor, who, operations, subject, everything=everything)


def _protected(cursor: Cursor, talk: Talk) -> tuple[tuple[OperationName, ...], Noun, bool]:
    """Read what is protected: operations, the resource, and whether it is everything."""
    cursor.accept("the", "all")
    everything = bool(cursor.one_of(phrases("access_everything")))
    operations = () if everything else read_operations(cursor)
    cursor.accept("of", "on", "for", "in", "to", "access")
    cursor.accept("to", "of", "on")
    subject = talk.take_known(cursor)
    if not subject:
        cursor.phrase("them", "it", "these")
    if not operations and cursor.accept("list", "listing", "lists"):
        operations = (OperationName.LIST,)
    cursor.accept("endpoints", "endpoint", "api", "routes", "router", "resource", "operations")
    return operations, subject, everything


def _guard(cursor: Cursor, talk: Talk, *, alone: bool) -> Who | None:
    """Read ``with the editor role`` behind what is protected; ``alone`` where a login is meant if no more is said."""
    if not cursor.accept("with", "by", "to", "for", "behind", "under", "public", "via", "using"):
        return SIGNED_IN if alone and _at_end(cursor) else None
    if cursor.before() == "public":
        return PUBLIC
    phrase = cursor.one_of(_PREDICATE_PHRASES)
    who = _PREDICATES[phrase] if phrase else read_who(cursor, talk)
    cursor.phrase("only", "alone")
    return who


def _guarded(
    cursor: Cursor, who: Who | None, operations: tuple[OperationName, ...], subject: Noun, *, everything: bool
) -> list[Clause] | None:
    if who is None or not _at_end(cursor):
        return None
    if everything and not subject and who.kinds <= {"authenticated"}:
        return [Setting("default_access", "authenticated")]
    return [Allow(who, operations or ALL, subject, everything=not operations)]


def _no_token(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``do not require a token for reading categories``, ``no login needed to read posts``."""
    if not found(
        cursor,
        (
            r"(?:do not|never|no longer|stop) (?:require|ask for|demand|requiring|asking for"
            r"|need) (?:an? )?(?:valid )?(?:token|login|jwt|authentication|auth|account|log in)(?: any ?more)?"
        ),
        (
            r"no (?:login|token|authentication|auth|jwt|account|log in|sign-in|registration"
            r"|credentials) (?:is |are )?(?:needed|required|necessary|at all)?"
        ),
        r"without (?:a |any |needing a )?(?:login|token|logging in|signing in)",
    ):
        return None
    if not cursor.accept("for", "to", "when", "on", "in order to"):
        return [Allow(PUBLIC, ALL, (), everything=True, narrow=True)] if _at_end(cursor) else None
    cursor.accept("the")
    operations = read_operations(cursor)
    cursor.accept("of", "on")
    subject = talk.take_known(cursor)
    if not subject:
        cursor.phrase("them", "it", "this", "this endpoint")
    return [Allow(PUBLIC, operations or ALL, subject, everything=not operations)] if _at_end(cursor) else None


def _fragment(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``admins only``, ``public``, ``JWT required``, ``must be logged in``, ``for moderators``."""
    at = found(
        cursor,
        (
            r"(?:it |this |they |which |that )?(?:requires|require|requiring|needs|with|using"
            r"|needing|behind|protected by|protected with|secured by|secured with|it needs"
            r"|is protected by|guarded by) (?:an? )?(?:valid )?(?:jwt|token|login|authentication"
            r"|auth|bearer token|jwt token|jwt auth|jwt authentication|access token)(?: auth"
            r"| authentication| token)?(?: required)?{end}"
        ),
        (
            r"(?:an? )?(?:jwt|token|login|auth|authentication|jwt token|jwt auth|bearer token"
            r"|logged in users?|account|sign-in) (?:is )?(?:required|needed|necessary|protected"
            r"|only|mandatory){end}"
        ),
        r"(?:jwt|auth|login)-(?:protected|only|required|secured){end}",
        (
            r"(?:must|has to|have to|should|needs? to|one must|you must|you have to|users must"
            r"|callers must|the user must|the caller must|the user has to) be (?:logged in"
            r"|signed in|authenticated|logged-in|signed-in)(?: to use it| for (?:that|this|it))?{end}"
        ),
        r"protected{end}",
        r"authenticated{end}",
        r"authentication{end}(?=$)",
    )
    if at is not None:
        return [Allow(SIGNED_IN, ALL, (), everything=True, narrow=True)]
    if found(
        cursor,
        (
            r"(?:it is |that is |which is |is |all |and |fully |completely |both |they are )?(?:public"
            r"|open to (?:all|everyone|anyone)|publicly (?:readable|accessible)|unauthenticated"
            r"|for everyone|no (?:auth|authentication) (?:needed|required))(?: access| endpoint)?{end}"
        ),
    ):
        return [Allow(PUBLIC, ALL, (), everything=True, narrow=True)]
    callable_ = cursor.phrase(
        "callable by",
        "callable only by",
        "only callable by",
        "for",
        "only for",
        "by",
        "available to",
        "restricted to",
        "limited to",
        "accessible to",
        "open to",
        "accessible only to",
        "usable by",
        "only by",
        "reserved for",
        "exclusively for",
        "allowed for",
        "allowed to",
        "only usable by",
        "available only to",
        "which only",
        "that only",
        "to be called by",
        "to be used by",
        "only available to",
        "only accessible to",
        "visible to",
        "accessible by",
        "can be called by",
        "can only be called by",
        "may only be called by",
        "may be called by",
        "should only be callable by",
        "is for",
        "which is for",
        "only callable for",
        "can be used by",
        "can only be used by",
        "executable by",
    )
    start = cursor.position
    who = read_who(cursor, talk)
    only = who is not None and bool(
        cursor.phrase(
            "only",
            "can call it",
            "may call it",
            "can use it",
            "may use it",
            "can do that",
            "may do that",
            "can do so",
            "may do so",
            "alone",
            "may trigger it",
            "can trigger it",
        )
    )
    narrow = who is not None and cursor.tokens[start].lower == "only"
    if who is not None and cursor.accept("("):
        role = _named_role(cursor, talk)
        if not role or not cursor.accept(")"):
            return None
        who = Who(frozenset({"role"}), (role,))
    if who is None or not (callable_ or only or narrow) or not _at_end(cursor):
        return None
    return [Allow(who, ALL, (), everything=True, narrow=True)]
