"""What is said of the service: database, style, authentication, roles, limits, origins, its name."""

from __future__ import annotations

import re

from backwright.naming import singular, snake
from backwright.spec.model import KeyType, Layout, SessionKind
from backwright.spec.reading.clauses import Allow, Clause, Noun, Option, Owned, Profile, Setting, Who
from backwright.spec.reading.forms import found
from backwright.spec.reading.members import read_members
from backwright.spec.reading.numbers import number_at
from backwright.spec.reading.operations import read_operations
from backwright.spec.reading.talk import Talk
from backwright.spec.reading.tokens import Cursor, Phrases
from backwright.spec.reading.vocabulary import phrases, words

_OPEN = (
    r"(?:(?:use|using|with|on|in|backed by|running on|run on|run it on|store (?:everything"
    r"|it|data|the data) in|stored in|database|db|database :|db :|switch to|switch us over to"
    r"|switch us to|switch the database to|switch over to|move to|move it to|change the database to"
    r"|the database (?:is|should be|shall be)|data in|for|based on|built on|target"
    r"|via|as database use|as the database use|it should use|it uses|should use|make it"
    r"|keep it|we use|we run|set the database to|go with|persisted in|saved in|by"
    r"|the db (?:is|should be)|work with|works with|and|move the data to|migrate to"
    r"|set up for|powered by|implemented with|written with|needs|need|as|of|database should be"
    r"|db should be|i want|we want|we need|to|from \w+ to|change from \w+ to|switch from \w+ to"
    r"|change database to|store data in|put the data in|put everything in|prefer"
    r"|instead use|runs on|the) )*"
)
_CLOSE = (
    r"(?: (?:please|as (?:the |a )?(?:database|db|backend|store)|database|db|storage"
    r"|backend|is fine|is enough|will do|as storage|style|sessions?|mode|instead(?: of \w+)?"
    r"|for storage|for (?:the )?(?:data|database|db)|as our database|engine|to begin with"
    r"|for now|works|is ok|suffices|is good enough|everywhere|throughout|code|sqlalchemy"
    r"|access|endpoints|as the dialect|for everything|handlers|database access|db access"
    r"|service|app))*"
)
_FORMS: tuple[tuple[str, str, object], ...] = (
    ("database", r"(?:postgresql|postgres|pg|postgre)", "postgresql"),
    ("database", r"(?:sqlite3?|sq lite)", "sqlite"),
    ("session", r"(?:async|asynchronous|asyncio)(?: sqlalchemy)?", SessionKind.ASYNC),
    ("session", r"(?:sync|synchronous)(?: sqlalchemy)?", SessionKind.SYNC),
    (
        "layout",
        (
            r"(?:one folder per (?:feature|resource)|a folder per (?:feature|resource)|folders? (?:per"
            r"|by) feature|(?:feature|by feature|layout by feature|layout feature|per feature"
            r"|feature-based|layout : feature|organi[sz]ed by feature|grouped by feature"
            r"|structured by feature|features)(?: layout| folders| structure)?)"
        ),
        Layout.FEATURE,
    ),
    (
        "layout",
        (
            r"(?:layout by layer|layout layer|layered|by layer|one folder per layer|layer-based"
            r"|per layer|layer layout|layout : layer|organi[sz]ed by layer|grouped by layer"
            r"|structured by layer|a folder per layer|folders by layer|layered architecture)(?: layout"
            r"| structure)?"
        ),
        Layout.LAYER,
    ),
)
_SIMPLE: tuple[tuple[str, object, tuple[str, ...]], ...] = (
    (
        "auth",
        "none",
        (
            (
                r"(?:with )?(?:without|no|drop|remove|disable|turn off|get rid of|switch off"
                r"|strip|skip|leave out|take out|needs no|need no|there is no|minus) (?:the "
                r"|any |all |all the |user )*(?:auth|authentication|authorization|authorisation"
                r"|login|logins|accounts|user accounts|security|jwt)(?! needed| required| necessary)(?: at all"
                r"| entirely| completely| please| again| altogether| whatsoever| from (?:it|the api"
                r"|this|the backend))?"
            ),
            r"auth(?:entication)? (?:is )?(?:off|none|not needed|disabled|: none|= none|: off)",
            (
                r"(?:do not|we do not|i do not) (?:need|want|use) (?:any |a )?(?:auth|authentication"
                r"|login|accounts)(?: here| for this| at all)?"
            ),
            r"unauthenticated(?: api| backend)?",
            r"nobody (?:needs|has) to log in",
        ),
    ),
    (
        "auth",
        "api_key",
        (
            (
                r"(?:secure|protect|guard|secured|protected|authenticate|authenticated|authentication"
                r"|auth|guarded) (?:it |the (?:\w+ )?(?:api|backend|service) |them |everything "
                r"|the whole api |all endpoints |access |this api |this )?(?:by|with|via|using"
                r"|through|is by) (?:an? |the )?(?:api[- ]keys?|x-api-key(?: header)?)(?: instead(?: of \w+)?)?"
            ),
            (
                r"(?:with |use |using |by |via |an? |switch to |add |support |enable |require "
                r"|requires |requiring |change to |and )*api[- ]keys?(?: auth| authentication"
                r"| authorization| header| for auth| for authentication| security| instead of jwt"
                r"| instead| only| based auth| based authentication| required| needed| access)*"
            ),
            r"auth : api[ _-]key",
        ),
    ),
    (
        "cookie",
        True,
        (
            (
                r"(?:with |use |using |keep |store |put |send |add )*(?:the )?(?:jwt|token|tokens"
                r"|login|auth|session|sessions|access token|refresh token|authentication|tokens)? ?(?:in"
                r"|in an?|in the|as|as an?|via|by|through|into|with) (?:secure |http-only |httponly )*cookies?"
                r"(?: instead of (?:a |the |bearer )*(?:headers?|tokens?)| mode| with csrf(?: protection)?"
                r"| instead| auth| authentication)*"
            ),
            (
                r"(?:use |with |using |switch to |add |enable )*cookie(?:-based|s)? (?:auth|authentication"
                r"|login|mode|sessions?)(?: with csrf(?: protection)?| instead of bearer tokens)?"
            ),
            (
                r"(?:switch|move|change) (?:the )?(?:auth|authentication|login|tokens?)(?: over)? to (?:secure "
                r"|http-?only )*cookies?"
            ),
            (
                r"(?:jwt |(?:user )?login |log in |auth )?(?:with |by |via )?(?:a |the )?(?:jwts?"
                r"|tokens?) (?:stored |kept |held |put |sent )?(?:in|as|via) (?:an? |the )?(?:secure "
                r"|http-?only )*cookies?"
            ),
            r"csrf protection",
            r"(?:use |with |via |through )cookies(?: instead of (?:a |the |bearer )*(?:tokens?|headers?|bearers?))?",
            r"(?:use |using |with )cookies for (?:the )?(?:login|auth|authentication)(?: instead of headers)?",
        ),
    ),
    (
        "register",
        False,
        (
            (
                r"(?:disable|turn off|close|switch off|no|without|remove|forbid|block|stop|drop"
                r"|prevent|do not allow|disallow|deactivate) (?:the |any |all |open |public "
                r"|self |self-)*(?:registration|sign-?up|signups?|registrations|self-registration"
                r"|sign up|registering|register endpoint)(?: for the public| please| at all| endpoint)?"
            ),
            (
                r"(?:registration|sign-?up|sign up|self-registration|public registration|open registration) "
                r"(?:is |should be |must be |stays |shall be )?(?:closed|disabled|off|not open"
                r"|not possible|not allowed|turned off|switched off|not needed|forbidden|impossible)"
            ),
            r"accounts are (?:made|created|added|set up) by (?:us|admins?|the admin|an admin|staff|hand)(?: only)?",
            (
                r"(?:nobody|no one|people|users|visitors) (?:can|may|should be able to)(?: not)? (?:register"
                r"|sign up)(?: themselves| on their own| by themselves)?"
            ),
            r"only admins (?:create|make|add|can create|may create|can add) (?:accounts|users|user accounts)",
            (
                r"(?:users|people|visitors) (?:can|may|should|must) not (?:be able to )?(?:register"
                r"|sign up)(?: themselves| on their own)?"
            ),
        ),
    ),
    (
        "auth",
        "jwt",
        (
            (
                r"(?:(?:add|use|using|with|via|by|enable|implement|introduce|need|needs|we need"
                r"|i need|i want|we want|want|turn on|include|including|set up|and|support|basic"
                r"|simple|proper|user|users|has|have|a|the|provide|switch to|full|secured by"
                r"|secured with|protected by|protected with|switch on|email|e-mail|password|email/password"
                r"|standard|token|give me|offer|normal|plus|on|secure|allow|real|an|create|build|write"
                r"|to create|need to create|fastapi|rest|backend for|backend with|service for|api for"
                r"|endpoints? for|endpoints? to|authenticated) )*(?:jwt|jwts"
                r"|jwt-based|token-based|json web tokens?|bearer tokens?|authentication|auth"
                r"|login|log in|log-in|logins|registration|register|sign-?up|sign up|sign-?in"
                r"|sign in|logout|log out|user accounts|accounts|user management|user registration"
                r"|password reset|refresh tokens?|change password|access tokens?)(?:(?: ?,| and"
                r"| with| \+| &| / | via| plus| by| for| using| ?;)* (?:a |the |an |user |password "
                r"|email |e-mail |by |and |of |email/password )*(?:jwt|auth|authentication|login"
                r"|log in|registration|register|sign-?up|sign-?in|sign up|sign in|logout|log out"
                r"|tokens?|refresh tokens?|profiles?|profile management|profile page|password reset"
                r"|endpoints?|password|email|e-mail|users|accounts|protection|support|me endpoint"
                r"|user accounts|management|authorization|jwts|access tokens?|flow|session|bearer tokens"
                r"|please|change password|password change|rotation|everywhere|for the api|api"
                r"|system|function|functionality|routes|forgot password|reset|forms?|required for all"
                r"|that returns? (?:an? )?(?:jwt|access|bearer)?(?: tokens?)?|validation|checks?|verification"
                r"|which returns? (?:an? )?(?:jwt|access|bearer)?(?: tokens?)?|returning (?:an? )?(?:jwt )?tokens?))*"
            ),
            (
                r"(?:(?:add|with|have|for|let|allow) )?(?:(?:users?|people|customers|members"
                r"|visitors|everyone|everybody|they|you|one|accounts|clients|staff|the user) )(?:who "
                r"|that |to )?(?:(?:can|should be able to|may|must|should|have to|need to|must be able to"
                r"|are able to|shall|will|need to be able to|to) )?(?:register|sign up|log in"
                r"|sign in|log on|login|log out|create an account|authenticate|registers?|signs? up"
                r"|logs? in)(?:(?: ?,| and| or| then| with| by| via| using| to| \+)* (?:can "
                r"|a |an |their |his |jwt|tokens?|register|log in|login|sign in|log out|logout"
                r"|sign up|change|reset|their|password|passwords|email|e-mail|get|gets|receive"
                r"|view|edit|profile|profiles|update|a|the|manage|access|it|address))*"
            ),
        ),
    ),
    (
        "https",
        True,
        (
            (
                r"(?:force|enforce|redirect to|require|only|use|with|https :|turn on|enable|make it"
                r"|over|serve over|serve it over|only over|redirect http to|add|always use|redirect everything "
                r"to|allow only) https(?: only| everywhere| redirect| redirects| in production)?"
            ),
            r"https[- ](?:only|redirect|redirects|everywhere|enforced)",
            r"(?:redirect|forward) (?:all )?http (?:requests |traffic )?to https",
        ),
    ),
    (
        "cache",
        True,
        (
            (
                r"(?:(?:turn on|enable|add|use|with|also|switch on|introduce|activate|and|please"
                r"|some|set up|want|http|give it|in-memory|a) )*(?:response |http |a |get )*(?:caching"
                r"|cache|cached responses|response cache)(?: for| of| on)?(?: (?:responses?|reads?"
                r"|get requests|requests|lists?|the responses|get responses|everything|all lists"
                r"|all get requests|list responses|get endpoints))?"
            ),
            r"cache (?:the |all )?(?:responses|get responses|lists|get requests|reads)",
            r"responses (?:should be|must be|are|shall be) cached",
        ),
    ),
    (
        "health",
        True,
        (
            (
                r"(?:(?:add|include|including|with|expose|plus|and|provide|need|also|a|an|the"
                r"|simple|offer|i need|we need|we want|want|have|there should be|give it|give me) )*(?:health[- "
                r"]?check|health endpoint|healthcheck|health route|/health|get /health|liveness endpoint"
                r"|/healthz|health probe|liveness probe|readiness endpoint|liveness check|readiness check"
                r"|/health endpoint|get /health endpoint|health status endpoint)s?(?: endpoint"
                r"| route| included| too| please| is included| for the load balancer)?"
            ),
        ),
    ),
)
_UUIDS = (
    r"(?:with |use |using |and |have |has |by |their |the |its |a |should |switch to "
    r"|should have |must have |should be |must be |identified by |it should use "
    r"|should use )*(?:random )?(?:uuids?|guids?)(?: ?(?:as|for|:)? ?(?:the |an "
    r"|a |all |their )?(?:primary )?(?:ids?|keys?|identifiers?|primary keys?|pks?))+"
)
_INTEGERS = (
    r"(?:with |use |using |and |have |by |their |the |a )*(?:integers?|int|auto-?increment"
    r"(?:ing)?|numeric|serial)(?: ?(?:as|for|:)? ?(?:the |an |a |integer |all )?(?:primary )?"
    r"(?:ids?|keys?|primary keys?|pks?))+"
)
_IDS_ARE = (
    r"(?:(?:the )?(?:primary )?(?:ids?|keys?|primary keys?|pk|key|identifiers?) )(?:is "
    r"|are |should be |must be |as |of type |: ?|= ?|being |type )*(?:an? )?(?P<kind>uuids?"
    r"|guids?|integers?|int|uuid4)"
)
_RESOURCE_OPTIONS: tuple[tuple[str, object, tuple[str, ...]], ...] = (
    (
        "soft_delete",
        True,
        (
            (
                r"(?:(?:with|use|using|enable|and|add|also|support|want|turn on|should|must|be"
                r"|is|are|implement|have|has|a|get|gets|shall|only|need|needs|we want|i want"
                r"|supports) )*(?:soft[- ]?(?:deletes?|deletion|deleting|deleted|deletable)|(?:can be "
                r"|be )?deleted softly)(?: only| instead of (?:hard deleting|really deleting"
                r"|being removed|a real delete|hard delete|hard deletes|removing))?"
            ),
            (
                r"(?:should |must |are |is )?never (?:be )?(?:really|physically|actually|hard) (?:deleted"
                r"|removed)(?: ?, only marked(?: as deleted)?)?"
            ),
            (
                r"(?:mark|marked|flag|flagged) as deleted instead of (?:really |being |actually )*(?:removed"
                r"|deleted|removing|deleting)(?: them| it)?"
            ),
            (
                r"(?:deleting|delete) (?:should |must |shall |may )?only (?:marks?|flags?|hides?) (?:them"
                r"|it|rows|the row|a row)(?: as deleted)?"
            ),
            (
                r"deleted (?:rows|ones|records|entries) (?:should |must |are |stay |be |remain )*(?:kept"
                r"|hidden|stay|in the database|only hidden|only marked)+(?: in the database)?"
            ),
        ),
    ),
    (
        "timestamps",
        False,
        (
            (
                r"(?:without|no|skip|leave out|drop|drop the|remove the|do not need) (?:the "
                r"|any |created_at/updated_at |automatic )*(?:timestamps?|created_at(?: ?/ ?"
                r"| and | or )updated_at|created/updated timestamps)(?: needed| on \w+)?"
            ),
        ),
    ),
    (
        "timestamps",
        True,
        (
            (
                r"(?:(?:with|and|include|including|add|plus|have|has|the|need|usual|automatic"
                r"|record|track|keep|use|get|gets|should have|created/updated|created and updated"
                r"|audit|creation and update|create/update) )*(?:timestamps|created/updated timestamps"
                r"|created_at(?: ?/ ?| and | , |/)updated_at(?: timestamps)?|created/updated)"
            ),
        ),
    ),
    (
        "optimistic_locking",
        True,
        (
            (
                r"(?:(?:with|use|using|enable|and|add|want|turn on|needs?|support|should use"
                r"|must use|for|has|get|gets) )*(?:optimistic (?:locking|concurrency(?: control)?"
                r"|locks)|etags?(?: and if-match| with if-match| / if-match)?|if-match(?: headers?)?)(?: with "
                r"etags?| \( etags? \)| via etags?| by etag| using etags?)?(?: support)?"
            ),
        ),
    ),
)
_RATE_UNIT = r"(?:per|a|an|each|every|/) ?(?P<unit>second|minute|hour|day|min|sec)"
_ROUTES = {
    "login": (
        "login",
        "log in",
        "logins",
        "sign in",
        "signing in",
        "logging in",
        "/login",
        "/auth/login",
        "login attempts",
        "sign-in",
        "the login endpoint",
        "post /auth/login",
        "post /login",
        "login endpoint",
        "sign-ins",
        "login route",
        "login requests",
    ),
    "register": (
        "register",
        "registration",
        "sign up",
        "signup",
        "sign-up",
        "registrations",
        "registering",
        "/register",
        "sign-ups",
        "/auth/register",
        "the registration endpoint",
        "signups",
    ),
    "refresh": ("refresh", "token refresh"),
    "password_reset": ("password reset", "password resets", "password-reset"),
    "all": (
        "all endpoints",
        "all",
        "everything",
        "the api",
        "all requests",
        "the whole api",
        "the service",
        "every endpoint",
        "all routes",
        "requests",
        "clients",
        "each client",
        "globally",
        "per client",
        "overall",
        "every client",
        "api",
        "every route",
        "calls",
        "each ip",
        "per ip",
        "all calls",
        "the backend",
        "a client",
    ),
}
_ROUTE_NAMES = {phrase: route for route, every in _ROUTES.items() for phrase in every}
_ROUTE_PHRASES = Phrases(_ROUTE_NAMES)


def read_service(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read one thing said of the service, or a switch of a resource; None where it is about something else."""
    before = cursor.position
    for read in (_rate, _roles, _origins, _named, _prefix, _profile, _options, _database, _switches):
        clauses = read(cursor, talk)
        if clauses is not None and _at_end(cursor):
            return clauses
        cursor.position = before
    return None


def _at_end(cursor: Cursor) -> bool:
    ends = (
        ",",
        "and",
        "but",
        ";",
        "+",
        "&",
        ")",
        "(",
        "then",
        "with",
        "for",
        "so",
        ":",
        "on",
        "plus",
        "that",
        "or",
        "using",
        "where",
        ".",
        "which",
        "in",
        "pls",
        "please",
        "thanks",
        "everywhere",
    )
    return cursor.ended or cursor.word() in ends or cursor.kind() == "dash"


def _switches(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    for name, value, patterns in _SIMPLE:
        before = cursor.position
        for pattern in patterns:
            if found(cursor, pattern) and _at_end(cursor):
                if (
                    name == "auth"
                    and value == "jwt"
                    and cursor.word() == "for"
                    and not cursor.sees("for the", "for all", "for everything", "for users", "for it")
                ):
                    cursor.position = before
                    continue
                if name == "auth" and value == "jwt" and cursor.word() == "for":
                    start = cursor.position
                    if not cursor.phrase(
                        "for the rest",
                        "for the api",
                        "for all endpoints",
                        "for everything",
                        "for users",
                        "for it",
                        "for the whole api",
                        "for all routes",
                        "for all of it",
                    ) or cursor.before() in ("rest", "endpoints", "everything", "routes"):
                        cursor.position = start if cursor.before() not in ("api", "it", "users") else cursor.position
                        cursor.position = before
                        continue
                if (
                    name == "auth"
                    and value == "none"
                    and cursor.tokens[before].lower in ("without", "no", "with", "minus", "skip", "leave")
                ):
                    return [Setting("without_auth", True)]
                return [Setting("cookie", True), Setting("auth", "jwt")] if name == "cookie" else [Setting(name, value)]
            cursor.position = before
    return None


def _database(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    for name, pattern, value in _FORMS:
        if found(cursor, rf"{_OPEN}{pattern}{_CLOSE}"):
            return [Setting(name, value)]
    return None


def _options(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    before = cursor.position
    cursor.phrase("for", "on", "in", "give", "make", "enable soft delete for") if talk.known(cursor, 1) else None
    subject = talk.take_known(cursor)
    cursor.accept(":") if subject else None
    cursor.phrase("should", "must", "get", "use", "need", "have") if subject else None
    for name, value, patterns in _RESOURCE_OPTIONS:
        at = cursor.position
        if found(cursor, *patterns):
            return [Option(name, value, subject or _option_of(cursor, talk, "for", "on", "to", "of", "in"))]
        cursor.position = at
    for pattern, key in ((_UUIDS, KeyType.UUID), (_INTEGERS, KeyType.INTEGER)):
        if found(cursor, pattern):
            return [Option("key", key, subject or _option_of(cursor, talk, "for", "on", "of", "in"))]
    at_ids = found(cursor, _IDS_ARE)
    if at_ids is not None:
        cursor.phrase("everywhere", "please", "not integers", "instead of integers")
        return [Option("key", KeyType.UUID if at_ids.text("kind")[:1] in "ug" else KeyType.INTEGER, subject)]
    cursor.position = before
    return None


def _option_of(cursor: Cursor, talk: Talk, *prepositions: str) -> Noun:
    """Read the resource a switch is for, behind one of these words; empty where it is for all that were said."""
    if not cursor.accept(*prepositions):
        return ()
    subject = talk.take_known(cursor)
    if not subject and not cursor.phrase("both", "all of them", "them", "it", "everything", "all resources", "all"):
        cursor.position -= 1
    return subject


def _rate(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    start = cursor.position
    opened = cursor.one_of(phrases("service_rate_words"))
    cursor.accept("on", "for", ":", "to", "of")
    route = _route(cursor)
    opened = cursor.one_of(phrases("service_rate_words")) or opened
    cursor.skip(
        frozenset(
            {
                "to",
                "of",
                "is",
                ":",
                "at",
                "most",
                "max",
                "maximum",
                "by",
                "a",
                "only",
                "be",
                "and",
                "should",
                "must",
                "with",
                "=",
                "limited",
            }
        )
    )
    limit = _limit(cursor)
    if limit is None or (not opened and not route):
        cursor.position = start
        return None
    if not route and cursor.accept("for", "on", "to", "at"):
        route = _route(cursor)
        if not route:
            cursor.position = start
            return None
    cursor.phrase(
        "per client",
        "per ip",
        "per user",
        "per address",
        "each",
        "per account",
        "for each client",
        "per ip address",
        "from one address",
        "per caller",
    )
    return [Setting("rate_limit", (route or "all", limit))]


def _route(cursor: Cursor) -> str:
    cursor.accept("the")
    phrase = cursor.one_of(_ROUTE_PHRASES)
    cursor.accept("endpoint", "route", "attempts", "requests") if phrase else None
    return _ROUTE_NAMES[phrase] if phrase else ""


def _limit(cursor: Cursor) -> str | None:
    if cursor.kind() == "rate":
        return cursor.take().lower
    number = number_at(cursor)
    if number is None:
        return None
    before = cursor.position
    cursor.take()
    cursor.accept(
        "requests",
        "attempts",
        "calls",
        "tries",
        "times",
        "logins",
        "request",
        "attempt",
        "hits",
        "posts",
        "registrations",
        "sign-ups",
    )
    at = found(cursor, _RATE_UNIT)
    if at is None:
        cursor.position = before
        return None
    unit = {"min": "minute", "sec": "second"}.get(at.text("unit"), at.text("unit"))
    return f"{number}/{unit}"


def _roles(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``introduce roles admin and clerk``, ``roles: admin, worker``, ``add a role called editor``, ``staff role``."""
    opened = found(
        cursor,
        (
            r"(?:(?:add|introduce|create|define|with|have|there are|there is|we need|we have"
            r"|use|need|and|the|a|an|two|three|four|new|another|user|set up|i need|we want"
            r"|support|also|following|these|it has|users have|users have one of|of|different"
            r"|our|it needs|give us|want|has) )*roles?(?: (?:called|named|are|is|for|should be"
            r"|:|exist|-))*(?: :)?(?= )"
        ),
    )
    names: list[str] = []
    if opened is not None:
        while cursor.kind() in ("word", "quoted") and cursor.word() not in (
            "for",
            "with",
            "can",
            "may",
            "that",
            "only",
            "has",
            "have",
            "is",
            "to",
            "in",
            "who",
            "management",
            "based",
        ):
            cursor.skip(words("articles"))
            token = cursor.take()
            following = cursor.word()
            if following in ("can", "may", "must", "should", "is", "has", "are", "only", "to"):
                return None
            names.append(snake(token.value))
            cursor.accept("role")
            if not cursor.accept(",", "and", "&", "or", "/", "+"):
                break
            cursor.accept("and", "or")
            if talk.begins(cursor):
                cursor.position -= 1
                break
        if not names:
            return None
    else:
        at = found(
            cursor,
            (
                r"(?:(?:add|introduce|create|with|have|need|and|the|an?|new|define|i need|we need"
                r"|there is|there are|use|want) )*(?P<roles>(?!each|each|per|with|and|the|a|an)[\w-]+(?: ?"
                r"(?:,|and|&|,? and|/) (?:an? )?[\w-]+)*) roles?{end}"
            ),
        )
        if at is None:
            return None
        names = [
            snake(word)
            for word in re.findall(r"[\w-]+", at.text("roles"))
            if word not in ("and", "an", "a", "or", "user", "users")
        ]
        if not names or any(name in ("user", "roles", "role", "no") or talk.is_resource((name,)) for name in names):
            return None
    extra = _may(cursor, talk, names) if cursor.accept("who", "that", "which") else []
    found_names = tuple(name if name in ("hr", "staff", "sales") else singular(name) for name in names)
    talk.roles.update(found_names)
    return [Setting("roles", found_names), *extra]


def _may(cursor: Cursor, talk: Talk, names: list[str]) -> list[Clause]:
    """Read ``who may delete comments`` behind a new role."""
    start = cursor.position
    operations = (
        read_operations(cursor)
        if cursor.phrase("may", "can", "is allowed to", "are allowed to", "should be able to", "may only", "can only")
        else ()
    )
    subject = talk.take_known(cursor) if operations else ()
    if not operations or not subject:
        cursor.position = start - 1
        return []
    return [Allow(Who(frozenset({"role"}), tuple(names)), operations, subject)]


def _origins(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    tokens = cursor.rest()
    urls = [token.text.rstrip("/.,") for token in tokens if token.kind == "url"]
    line = " ".join(token.lower for token in tokens)
    if not urls or not re.search(
        (
            r"\b(cors|origins?|web app|browser|call us|call the api|frontend|front-end|cross-origin"
            r"|website|site|allow|spa|client|app|requests? from|access)\b"
        ),
        line,
    ):
        return None
    allowed = words("service_origin_words")
    end = 0
    for at, token in enumerate(tokens):
        if token.kind != "url" and token.lower not in allowed and token.text not in (",", "(", ")", ":", "&"):
            break
        end = at + 1
        if token.kind == "url" and not any(later.kind == "url" for later in tokens[at + 1 :]):
            while end < len(tokens) and (
                tokens[end].lower in allowed - {"and", "add", "use", "enable", "set"} or tokens[end].text in ("(", ")")
            ):
                end += 1
            break
    if sum(token.kind == "url" for token in tokens[:end]) != len(urls):
        return None
    cursor.position += end
    return [Setting("cors_origins", tuple(dict.fromkeys(urls)))]


def _named(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    """``call the service bike-rental``, ``a backend called meter-readings``, ``the service is called shop``."""
    at = found(
        cursor,
        (
            r"(?:call|name|rename) (?:the |this |our )?(?:service|backend|api|project|app"
            r"|application|it)(?: to| as)? (?P<name>[\w-]+)(?= |$)"
        ),
        (
            r"(?:(?:start|create|build|make|new|set up|generate|i need|i want|we need|bootstrap"
            r"|scaffold|give me|add|the|a|an|our|start with|init|initialise|initialize|fresh"
            r"|this|for) )*(?:service|backend|api|project|app|application)(?: is| should be"
            r"| shall be| will be)? (?:called|named|with the name|name|name is|by the name of) (?P<name>[\w-]+)(?= |$)"
        ),
        (
            r"(?:(?:start|create|build|make|new|set up|generate|bootstrap|scaffold|fresh"
            r"|a|init) )+(?:service|backend|project|app|application) (?P<name>(?!for|with"
            r"|on|that|which|to|in|using|where|and|called|named|without)[\w-]+)(?= on| with| :| ,|$)"
        ),
        r"(?:service|project|backend|app)(?: name)? : ?(?P<name>[\w-]+)(?= on| with| ,|$)",
        r"(?:the )?(?:service|backend|project|api) name (?:is |should be |= )?(?P<name>[\w-]+)(?= |$)",
        r"(?:it is|it should be|it shall be) (?:called|named) (?P<name>[\w-]+)(?= |$)",
        r"name it (?P<name>[\w-]+)(?= |$)",
        r"call it (?P<name>[\w-]+)(?= |$)",
        r"(?:the )?name of the (?:service|backend|project|api) (?:is |should be |shall be )(?P<name>[\w-]+)(?= |$)",
    )
    if at is None or not _at_end(cursor):
        return None
    token = at.part("name")[0]
    if token.kind != "quoted" and token.lower in words("articles") | {"for", "with", "of", "on", "please"}:
        return None
    cursor.phrase("please", "from now on")
    return [Setting("name", token.value)]


def _prefix(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    at = found(
        cursor,
        (
            r"(?:(?:with|use|using|set|change|make|the|api|path|route|url|common|and|a|an"
            r"|its|under|put|switch|move|everything|serve|mount|all|routes|endpoints|of|it"
            r"|our|every|should|have|get|prefixed) )*(?:api |url |path |route )?(?:prefix"
            r"|base path|base url|root path|root)(?: should be| is| to| of| must be| :| ="
            r"| from \S+ to| shall be| be)* (?P<path>/\S+)"
        ),
        (
            r"(?:(?:serve|mount|put|everything|all|the|api|routes|endpoints|should|be|live"
            r"|lives|is|are|run|it|of|our|whole|must|move|available|served|mounted|start"
            r"|starts|sit) )+(?:under|at|below|with|behind|on|to) (?P<path>/api\S*|/v\d\S*)"
        ),
        r"(?:prefix|prefixed with|versioned under|under) (?P<path>/\S+)",
    )
    return None if at is None else [Setting("api_prefix", at.text("path").rstrip("/.,"))]


def _profile(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``users have a full name and an avatar``, ``user profiles with a bio``: fields of accounts."""
    if talk.is_resource(("users",)) or talk.is_resource(("profiles",)):
        return None
    if found(
        cursor,
        (
            r"(?:(?:the|a|an|each|every|registered|signed-in|logged-in|my|our|add|and|with"
            r"|plus|including) )*(?:users?|user profiles?|profiles?|user accounts?|accounts?"
            r"|the profile of users|user|profile of users|the profile of the signed-in user)(?: should"
            r"| must| can| may| also| will| shall)* (?:have|has|with|contain|contains|include"
            r"|includes|get|gets|need|needs|hold|holds|store|stores|containing|including"
            r"|:|consists? of|carry|carries)(?: also| a profile with| profiles with| profile with)?(?= )"
        ),
    ):
        return _profile_members(cursor, talk)
    return _profile_added(cursor, talk)


def _profile_members(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read the fields behind ``users have``; None where they are no fields of accounts."""
    members = read_members(cursor, talk.begins)
    if not members or any(
        (
            member.name
            and snake("_".join(member.name)) in ("own", "access", "role", "roles", "account", "accounts", "login")
        )
        or (member.many and not member.said.get("type"))
        for member in members
    ):
        return None
    kept = tuple(member for member in members if snake("_".join(member.name)) not in ("email", "password", "e_mail"))
    return [Setting("auth", "jwt"), *([Profile(kept)] if kept else [])]


def _profile_added(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``add a phone number to users``, ``extend users with a bio``."""
    start = cursor.position
    if not cursor.phrase(
        "add",
        "extend users with",
        "extend the user with",
        "give users",
        "give each user",
        "give every user",
        "store",
        "extend the user profile with",
        "extend user profiles with",
        "users also need",
        "let users have",
    ):
        return None
    members = read_members(cursor, talk.begins)
    if members and (
        cursor.phrase(
            "to the user profile",
            "to user profiles",
            "to users",
            "to the user",
            "to the profile",
            "to the users",
            "to the profile of users",
            "to user accounts",
            "to the user account",
            "to accounts",
            "to profiles",
            "for users",
            "to every user",
            "to each user",
            "to the user profiles",
            "to the account",
        )
        or cursor.tokens[start].lower in ("extend", "give", "users")
    ):
        return [Setting("auth", "jwt"), Profile(members)]
    return None


def owner_forms(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read that rows belong to the signed-in user: ``posts belong to the user who wrote them``."""
    del talk
    return (
        [Owned()]
        if cursor.phrase(
            "owned by the user",
            "belonging to the user",
            "per user",
            "belonging to a user",
            "owned by a user",
            "of the signed-in user",
            "for each user separately",
            "user-owned",
            "owned by users",
            "tied to the user",
        )
        else None
    )
