"""Sentences about things: ``a plant has a name``, ``rooms belong to a hotel``, ``the slug must be unique``."""

from __future__ import annotations

from itertools import pairwise

from backwright.spec.model import OnDelete, OperationName
from backwright.spec.reading.clauses import (
    Allow,
    Clause,
    Compare,
    Declare,
    Deletion,
    Describe,
    Has,
    ManyToMany,
    Moves,
    Noun,
    Owned,
    Relates,
    Starts,
    Together,
    Who,
)
from backwright.spec.reading.details import read_detail, target_name
from backwright.spec.reading.forms import Found, found
from backwright.spec.reading.members import read_members
from backwright.spec.reading.operations import read_operations
from backwright.spec.reading.said import Said
from backwright.spec.reading.talk import Talk
from backwright.spec.reading.tokens import Cursor, Misread, Phrases
from backwright.spec.reading.vocabulary import phrases, words

_IMPERATIVES = frozenset(
    {
        "add",
        "create",
        "build",
        "make",
        "remove",
        "drop",
        "rename",
        "delete",
        "generate",
        "implement",
        "let",
        "give",
        "set",
        "change",
        "use",
        "define",
        "please",
        "introduce",
        "replace",
        "copy",
        "insert",
    }
)
_LONGEST_SUBJECT = 4
"""The words a subject may have before its last one."""
_LONGEST_SIDE = 3
"""The most words one side of a comparison may have."""
_OWNER = Who(frozenset({"owner"}))
_LINKS = ("and", "that", "which", "where", "while", "who", "but", "then", "whereby", "as", "also", "with")
_COMPARATORS = {
    "before": "<",
    "earlier than": "<",
    "less than": "<",
    "smaller than": "<",
    "lower than": "<",
    "below": "<",
    "<": "<",
    "after": ">",
    "later than": ">",
    "greater than": ">",
    "larger than": ">",
    "more than": ">",
    "higher than": ">",
    "bigger than": ">",
    ">": ">",
    "above": ">",
    "not after": "<=",
    "not later than": "<=",
    "at most": "<=",
    "not more than": "<=",
    "not greater than": "<=",
    "<=": "<=",
    "not before": ">=",
    "not earlier than": ">=",
    "at least": ">=",
    "not less than": ">=",
    "not smaller than": ">=",
    ">=": ">=",
    "no later than": "<=",
    "no earlier than": ">=",
    "on or after": ">=",
    "on or before": "<=",
    "strictly before": "<",
    "strictly after": ">",
    "not exceed": "<=",
    "not be after": "<=",
    "not be later than": "<=",
    "not be before": ">=",
    "not be earlier than": ">=",
    "not be less than": ">=",
    "not be greater than": "<=",
    "not be more than": "<=",
    "not be lower than": ">=",
    "not be higher than": "<=",
    "not be smaller than": ">=",
    "not be larger than": "<=",
    "come after": ">",
    "comes after": ">",
    "come before": "<",
    "comes before": "<",
    "lie after": ">",
    "lie before": "<",
    "lies after": ">",
    "lies before": "<",
    "never exceed": "<=",
    "never exceeds": "<=",
    "not be above": "<=",
    "not be below": ">=",
    "exceed": ">",
    "not exceeds": "<=",
    "smaller or equal to": "<=",
    "greater than or equal to": ">=",
    "less than or equal to": "<=",
    "never be before": ">=",
    "never be after": "<=",
    "not lie before": ">=",
    "not lie after": "<=",
    "not come before": ">=",
    "equal to or after": ">=",
    "the same as or after": ">=",
    "the same as or later than": ">=",
}
_COMPARATOR_PHRASES = Phrases(_COMPARATORS)
_DELETIONS: tuple[tuple[str, OnDelete], ...] = (
    (
        (
            r"(?:when|if|once) {a}{x} (?:is|gets) (?:deleted|removed)(?: ,)? keep {a}{y}(?: and"
            r"| ,) set (?:the|their|its) [a-z_]+ to null{end}"
        ),
        OnDelete.SET_NULL,
    ),
    (
        (
            r"(?:deleting|removing|to delete|to remove|the deletion of|deletion of) {a}{x} (?:also "
            r"|should |should also |must |must also |will |shall )*(?:deletes?|removes?|takes?) (?:also "
            r"|with it |along )*{a}{y}(?: too| as well| along| with it| away)?$"
        ),
        OnDelete.CASCADE,
    ),
    (
        (
            r"(?:when|if|once|whenever|as soon as) {a}{x} (?:is|gets|are|get|has been|was) (?:deleted"
            r"|removed)(?: ,| then| so)* (?:so are |also delete |delete |remove |also remove "
            r"|then delete |then remove )(?:also )*{a}{y}(?: too| as well| with it| along with it)?"
        ),
        OnDelete.CASCADE,
    ),
    (
        (
            r"(?:when|if|once|whenever|as soon as) {a}{x} (?:is|gets|are|get|has been|was) (?:deleted"
            r"|removed)(?: ,| then| so)* {a}{y} (?:should|must|are|is|get|gets|go|goes|shall"
            r"|have to|need to|has to|will|can|disappear|also|too|ought to|vanish|be|deleted"
            r"|removed|away|as well|with it|gone|along|them|it)+(?: (?:should|must|are|is"
            r"|get|gets|go|goes|also|too|be|deleted|removed|away|as well|with it|gone|along"
            r"|as|well|to|with|it|them|disappear|vanish|along))*"
        ),
        OnDelete.CASCADE,
    ),
    (
        (
            r"{a}{y} (?:are|is|get|gets|should be|must be|ought to be|shall be|have to be"
            r"|should get|will be|should all be|be|go|need to be|must get|should also be"
            r"|has to be) (?:also )?(?:deleted|removed|away|gone) (?:together |along )?(?:with"
            r"|when|if|once|whenever) {a}{x}(?: (?:they|it) belongs? to| they are on| it is on"
            r"| (?:is|gets|are) (?:deleted|removed)| goes| is gone| they are part of)?$"
        ),
        OnDelete.CASCADE,
    ),
    (
        (
            r"(?:delete|remove|drop) {a}{y} (?:together with|along with|when|if|whenever"
            r"|once) {a}{x} (?:is|gets|are|has been) (?:deleted|removed|gone)"
        ),
        OnDelete.CASCADE,
    ),
    (r"(?:delete|remove|cascade) {a}{y} (?:together with|along with) {a}{x}$", OnDelete.CASCADE),
    (
        r"(?:deletion|deletes|deleting) (?:of {a}{x} )?(?:should |must )?cascades? (?:to|from \w+ to) {a}{y}",
        OnDelete.CASCADE,
    ),
    (r"cascade(?: the)? (?:deletes?|deletion|deleting) (?:of|from) {a}{x} to {a}{y}", OnDelete.CASCADE),
    (r"(?:deleting|removing) {a}{x} (?:should |must )?cascades? to {a}{y}", OnDelete.CASCADE),
    (
        (
            r"{a}{x} (?:who|that|which) (?:still )?(?:has|have|contains?|holds?) {a}{y} (?:can"
            r"|may|must|should) (?:not|never) be (?:deleted|removed)"
        ),
        OnDelete.RESTRICT,
    ),
    (
        (
            r"{a}{x} (?:with|having|containing|that still has|that still have) {a}{y} (?:can"
            r"|may|must|should) (?:not|never) be (?:deleted|removed)"
        ),
        OnDelete.RESTRICT,
    ),
    (
        (
            r"{a}{x} (?:can|may|must|should) (?:not|never) be (?:deleted|removed) (?:while"
            r"|as long as|if|when|until|so long as) (?:it|they|he|she|there)? ?(?:still )?(?:has"
            r"|have|is|are|contains?|holds?) (?:still )?{a}{y}(?: in it| left| there| on it"
            r"| for it| in them)?$"
        ),
        OnDelete.RESTRICT,
    ),
    (
        (
            r"{a}{x} (?:can|may|must|should) (?:not|never) be (?:deleted|removed) (?:while"
            r"|as long as|if|when|until|so long as) (?:any |there are |it has |some )*{a}{y} (?:still )?"
            r"(?:points? to it|references? it|refers? to it|exists?|belongs? to it|uses? it"
            r"|is left|are left|refer to it|depend on it|are in it|is in it|is using it|are using it"
            r"|have it|has it|link to it|is linked to it|are linked to it|reference it|remain)$"
        ),
        OnDelete.RESTRICT,
    ),
    (
        (
            r"(?:do not allow|forbid|prevent|block|refuse|disallow|never allow|it must not be possible"
            r"|it should not be possible) (?:deleting|to delete|removing|the deletion of"
            r"|deletion of) {a}{x} (?:with|that has|that have|that still has|that still have"
            r"|while it has|if it has|when it has|as long as it has|having|which has|which have"
            r"|which still have|which still has|while there are|who has|who have|who still have"
            r"|as long as there are) (?:still )?{a}{y}$"
        ),
        OnDelete.RESTRICT,
    ),
    (
        (
            r"(?:deleting|removing) {a}{x} (?:is forbidden|is blocked|is not allowed|must be blocked"
            r"|should be blocked|must fail|fails|should fail|is refused|must be refused) (?:while"
            r"|as long as|if|when) (?:it|they|there)? ?(?:still )?(?:has|have|are) (?:still )?{a}{y}$"
        ),
        OnDelete.RESTRICT,
    ),
    (
        (
            r"(?:deleting|removing) {a}{x} (?:should |must |will )?(?:keeps?|leaves?) {a}{y}(?: with no \w+"
            r"| without \w+| without a \w+| in place| untouched)?$"
        ),
        OnDelete.SET_NULL,
    ),
    (
        (
            r"(?:when|if|once) {a}{x} (?:is|gets|are) (?:deleted|removed)(?: ,)? {a}{y} (?:stay"
            r"|stays|remain|remains|are kept|is kept|should stay|should be kept|keep existing"
            r"|must stay|should remain|survive)(?: without (?:a |an |any |one )?\w*| with no \w+"
            r"| there| but lose their \w+)?$"
        ),
        OnDelete.SET_NULL,
    ),
    (
        (
            r"(?:when|if|once) {a}{x} (?:is|gets|are) (?:deleted|removed)(?: ,)? (?:set "
            r"|clear )(?:the )?[\w ]*?(?:of|on) {a}{y}(?: to null)?$"
        ),
        OnDelete.SET_NULL,
    ),
)
_OWN_WORDS = (
    r"(?:their own|his own|her own|own|only own|its own|just their own|only their own"
    r"|only his own|only her own|only their|my own)"
)
_USERS = (
    r"(?:(?:every|each|any|all|the|a|signed-in|logged-in|registered|other|normal"
    r"|ordinary|regular) )*(?:users?|members?|people|persons?|customers?|everyone"
    r"|everybody|one|employees?|accounts?|student|students|clients?|they|person|i"
    r"|you|anyone|owners?|authors?|sellers?|readers?|guests?|workers?|patients?|teachers?"
    r"|drivers?|players?|tenants?|user)"
)
_OWN: tuple[str, ...] = (
    (
        rf"{_USERS}(?: (?:can|may|should|must|shall|only|just|be able to|able to|to|is"
        r"|are|allowed|will|always|therefore))* (?P<ops>[\w-]+(?: ?(?:,|and|or|/|, and"
        rf"|, or|&) [\w-]+)*)(?: only| just)? {_OWN_WORDS}(?: {{x}})?{{end}}"
    ),
    (
        rf"{_USERS} (?P<ops>gets?|sees?|owns?|manages?|views?|has|have|keeps?|works? with"
        rf"|accesses|access|lists?|reads?)(?: only| just)? {_OWN_WORDS} {{x}}{{end}}"
    ),
    rf"{_USERS} (?P<ops>owns?|own) (?:their|his|her|its) {{x}}{{end}}",
    (
        rf"(?:only|just) {_OWN_WORDS}? ?{{x}} (?:are|is|should be|must be) (?P<ops>visible"
        r"|readable|editable|accessible)(?: to (?:a |each |every |the )?users?)?$"
    ),
)


def read_statement(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read one sentence about a resource or field; None where it is no such sentence."""
    before = cursor.position
    for read in (
        _chain,
        _goes_with,
        _link_to,
        _default_is,
        _together,
        _unique_once,
        _deletion,
        _owned,
        _own,
        _both_many,
        _moves,
        _starts,
        _compare,
        _predicate,
    ):
        clauses = read(cursor, talk)
        if clauses is not None:
            return clauses
        cursor.position = before
    return None


def at_end(cursor: Cursor) -> bool:
    """Whether a clause may end here."""
    return (
        cursor.ended
        or cursor.word()
        in (
            ",",
            "and",
            "but",
            ";",
            "+",
            ")",
            "&",
            "where",
            "while",
            "plus",
            "then",
            "also",
            "or",
            "so",
            "because",
            "whereas",
        )
        or cursor.kind() == "dash"
    )


def _chain(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``organisations -> teams -> players``: each belongs to the one before."""
    names: list[Noun] = []
    while cursor.kind() in ("word", "quoted"):
        names.append((cursor.take().value,))
        if not cursor.accept("->", ">"):
            break
    if len(names) <= 1 or not at_end(cursor):
        return None
    for name in names:
        talk.name(name)
    pairs = pairwise(names)
    return [Declare(tuple(names), "add"), *(Relates(low, (Said(target="_".join(high)),)) for high, low in pairs)]


def _link_to(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``link products to a supplier``."""
    at = found(
        cursor,
        (
            r"(?:link|connect|relate|tie|associate|attach) {a}{x} (?:to|with) (?:an? |one "
            r"|exactly one |the |their |its ){y}{end}"
        ),
    )
    if at is None or not talk.is_resource(at.noun("x")) or not talk.is_resource(at.noun("y")):
        return None
    return [Relates(_noun(at, "x"), (Said(target="_".join(_noun(at, "y"))),))]


def _default_is(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    """``the default status of orders should be paid``."""
    at = found(
        cursor,
        (
            r"(?:the )?default (?:value )?(?:of |for )?(?:the )?{x} (?:of|in|on|for) {a}{y} (?:is"
            r"|should be|must be|shall be|becomes) (?P<value>[\w.-]+){end}"
        ),
    )
    return None if at is None else [Describe(_noun(at, "x"), Said(default=at.noun("value")[0]), _noun(at, "y"))]


def _noun(at: Found, name: str) -> Noun:
    return tuple(word for word in at.noun(name) if word.lower() not in words("articles") | {"they", "it", "related"})


def _deletion(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    start = cursor.position
    for pattern, rule in _DELETIONS:
        at = found(cursor, pattern)
        if at is None:
            continue
        groups = at.match.groupdict()
        if at_end(cursor) and groups.get("x") and groups.get("y"):
            return [Deletion(_noun(at, "x"), _noun(at, "y") or ("it",), rule)]
        cursor.position = start
    return None


def _goes_with(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``… and is deleted along with its task``: of what was spoken of last."""
    at = found(
        cursor,
        (
            r"(?:is|are|gets?|goes?|should be|must be) (?:also )?(?:deleted|removed|away) (?:along"
            r"|together) with (?:its|their|the|that) {x}{end}"
        ),
    )
    return (
        None
        if at is None or not talk.is_resource(at.noun("x"))
        else [Deletion(_noun(at, "x"), ("it",), OnDelete.CASCADE)]
    )


def _owned(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``posts belong to the user who wrote them``; ``each note has an owner``; ``owned by the signed-in user``."""
    start = cursor.position
    cursor.skip(words("articles") | {"where", "that", "which", "and"})
    subject = read_subject(cursor)
    if talk.is_resource(("users",)):
        return None
    owned = cursor.phrase(
        "belong to",
        "belongs to",
        "is owned by",
        "are owned by",
        "owned by",
        "should belong to",
        "must belong to",
        "are tied to",
        "is tied to",
        "are private to",
        "is private to",
        "belonging to",
        "belong only to",
        "are attached to",
        "has to belong to",
        "must be owned by",
        "should be owned by",
        "are assigned to",
        "are linked to",
        "is linked to",
        "is assigned to",
        "always belong to",
        "always belongs to",
        "has an owner ,",
        "are per",
        "is per",
    ) and (
        found(
            cursor,
            (
                r"(?:the |a )?(?:signed-in |logged-in )?(?:user|person|account|one|member) (?:who"
                r"|that|which) (?:has |originally )?[a-z]+ (?:it|them)"
            ),
        )
        or cursor.one_of(phrases("owned_by"))
        or (cursor.before() == "per" and cursor.accept("user"))
    )
    if owned and at_end(cursor):
        return [Owned(subject)]
    cursor.position = start
    at = found(
        cursor,
        (
            r"(?:{a}{x} )?(?:is|are|should be|must be|stay|stays|keep them|make them|make {a}{z}) "
            r"(?:strictly |fully |completely )?(?:private|user-owned|personal)(?: to (?:the "
            r"|each |their |its |a )*(?:user|users|owner|owners|creator|author)(?: who (?:created"
            r"|wrote|made) (?:them|it))?)?{end}"
        ),
        (
            r"(?:{a}{x} )?(?:is|are|should be|must be) (?:only )?(?:visible|accessible|readable)(?: only)? "
            r"(?:to|for|by) (?:their|its|the|his)(?: respective| own)? (?:owner|owners|creator"
            r"|creators|author|authors)(?: only)?{end}"
        ),
    )
    if at is not None:
        noun = _noun(at, "x") if at.match["x"] else _noun(at, "z") if at.match.groupdict().get("z") else ()
        if not noun or talk.is_resource(noun):
            return (
                [
                    Owned(noun),
                    Allow(
                        _OWNER,
                        tuple(name for name in OperationName if name not in (OperationName.CREATE, OperationName.BULK)),
                        noun,
                        own=True,
                    ),
                ]
                if "visible" not in at.match[0] and "readable" not in at.match[0]
                else [Owned(noun), Allow(_OWNER, (OperationName.LIST, OperationName.GET), noun, own=True)]
            )
    cursor.position = start
    return None


def _own(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``users can only see their own tasks``, ``each user gets only his own photos``."""
    at = found(cursor, *(pattern.replace("{{x}}", "{x}").replace("{{end}}", "{end}") for pattern in _OWN))
    if at is None:
        return None
    noun = _noun(at, "x") if at.match.groupdict().get("x") else ()
    if (
        noun
        and noun[0].lower() in ("ones", "one", "data", "stuff", "rows", "records", "entries", "items")
        and not talk.is_resource(noun)
    ):
        noun = ()
    said = at.text("ops")
    inner = Cursor(at.part("ops"))
    operations = read_operations(inner)
    if said in ("own", "owns", "has", "have", "keeps", "keep"):
        return [Owned(noun)]
    if said in ("works with", "work with", "manages", "manage", "access", "accesses") or said.startswith(
        ("manage", "access")
    ):
        return [Owned(noun)]
    if not inner.ended or not operations:
        if said in ("gets", "get"):
            operations = (OperationName.LIST, OperationName.GET)
        else:
            return None
    allowed = tuple(operation for operation in operations if operation is not OperationName.CREATE)
    return [Owned(noun), *([Allow(_OWNER, allowed, noun, own=True)] if allowed else [])]


def _together(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    at = found(
        cursor,
        (
            r"(?:the )?(?:combination|pair|combinations|tuple) (?:of )?{a}{x} (?:and|\+|,"
            r"|with) {a}{y}(?: and {a}{z})? (?:must be|is|should be|has to be|are|must stay"
            r"|may only occur once|must not repeat|needs to be)(?: unique)?(?: per {a}{w}"
            r"| on {a}{v}| in {a}{u})?{end}"
        ),
        (
            r"{a}{x} (?:and|\+) {a}{y}(?: and {a}{z})? (?:must be|are|should be|have to be"
            r"|is|need to be|must|be|together are|together must be) ?(?:unique together|jointly unique"
            r"|together unique|unique in combination|unique as a pair|unique as a combination"
            r"|unique)(?: together| in combination)?(?: on {a}{v}| in {a}{u})?{end}"
        ),
        (
            r"unique(?:ness)? (?:together|constraint|index|key|combination)? ?(?:on|of|over"
            r"|across|for|:)? ?\(? ?{a}{x} ?(?:and|\+|,) {a}{y}(?: and {a}{z})?(?: \))?{end}"
        ),
        r"(?:make |the )?{a}{x} (?:and|\+) {a}{y} unique together(?: on {a}{v}| in {a}{u})?{end}",
    )
    if at is None or ("unique" not in at.match[0] and "once" not in at.match[0] and "repeat" not in at.match[0]):
        return None
    groups = at.match.groupdict()
    names = tuple(_noun(at, key) for key in ("x", "y", "z", "w") if groups.get(key))
    if (
        "combination" not in at.match[0]
        and "pair" not in at.match[0]
        and "together" not in at.match[0]
        and "jointly" not in at.match[0]
        and "constraint" not in at.match[0]
    ):
        return None
    subject = next((_noun(at, key) for key in ("v", "u") if groups.get(key)), ())
    return [Together(names, subject)]


def _unique_once(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``a customer can review a product only once``, ``one review per customer and product``."""
    at = found(
        cursor,
        r"(?:only |at most |exactly |just )*(?:one|a single) {x} per {y} (?:and|per|\+) {a}{z}{end}",
        (
            r"(?:an? |each |every )?{y} (?:can|may|must) (?:have |leave |write |give |place "
            r"|own |hold )?(?:only |at most |just |no more than )*one {x} (?:per|for each"
            r"|for every|for a|for the same|on a|on the same|for) {a}{z}{end}"
        ),
    )
    if at is None or not talk.is_resource(_noun(at, "x")):
        return None
    return [Together((_noun(at, "y"), _noun(at, "z")), _noun(at, "x"))]


def _both_many(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    """``a post has many tags and a tag has many posts``, ``tasks can have many labels, labels many tasks``."""
    has = (
        r"(?:can |may |should |must |could |will )?(?:have|has|be on|be in|belong to"
        r"|belongs to|contain|contains|be part of|appear on|appear in|take|takes|attend"
        r"|attends|join|joins|be linked to|carry|be used in|be used by|occur in|be attached to"
        r"|be assigned to|cover|include|use|be tagged with|visit|be at)? ?"
    )
    many = r"(?:many|several|multiple|any number of|lots of|various|more than one|one or more|zero or more)"
    at = found(
        cursor,
        (
            rf"{{a}}{{x}} {has}{many} {{y}}(?: ,| and| ;| while| , and| whereas)+ {{a}}{{z}} {has}(?:to "
            rf"|on |in )?{many}(?: {{w}})?(?: too| as well)?{{end}}"
        ),
        (
            r"many[- ]to[- ]many(?: relation| relationship| link| relations)?(?: between"
            r"| of| from| :| for)? {a}{x} (?:and|to|with|<->|-) {a}{y}{end}"
        ),
        (
            r"{a}{x} and {a}{y} (?:are|have|should be|should have|is|need|form|as) (?:an? )?(?:many[- ]to[- "
            r"]many|m2m|n:m|m:n)(?: relation| relationship| related)?{end}"
        ),
        (
            r"(?:add |create |introduce |with |we need |i need )*(?:an? )?(?:many[- ]to[- ]many"
            r"|m2m|n:m|m:n)(?: relation| relationship| link)?(?: between| from| :)? {a}{x} (?:and"
            r"|to|with) {a}{y}{end}"
        ),
        r"(?:link|connect|relate) {a}{x} (?:and|to|with) {a}{y} (?:as )?many[- ]to[- ]many{end}",
    )
    if at is None:
        return None
    return [ManyToMany(_noun(at, "x"), _noun(at, "y"))]


def _moves(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    """``status goes from submitted to approved or rejected``; ``draft -> published -> archived``."""
    start = cursor.position
    cursor.skip(words("articles"))
    subject = read_subject(cursor)
    if not cursor.phrase(
        "goes",
        "go",
        "moves",
        "move",
        "can go",
        "may go",
        "can only go",
        "may only go",
        "can move",
        "may move",
        "can only move",
        "may only move",
        "changes",
        "can change",
        "may change",
        "can only change",
        "may only change",
        "moves only",
        "must go",
        "transitions",
        "transition",
        "can only transition",
        "can transition",
        "may transition",
        "may only transition",
        "only moves",
        "only goes",
        "should go",
        "should move",
        "should only go",
        "should only move",
        ":",
        "flows",
        "follows",
        "passes",
        "runs",
        "advances",
    ):
        cursor.position = start
        return None
    moves: list[tuple[str, str]] = []
    while not cursor.ended:
        before = cursor.position
        if moves:
            if not cursor.accept(",", "and", "then", "or"):
                break
            cursor.accept("and", "then")
        cursor.accept("only")
        states: list[list[str]] = []
        if cursor.accept("from"):
            states.append(_states(cursor))
        elif cursor.word(1) in ("->", "to") and cursor.kind() in ("word", "quoted"):
            states.append([cursor.take().value])
        elif moves and cursor.accept("to"):
            states = [[moves[-1][1]], _states(cursor)]
        if len(states) <= 1:
            while cursor.accept("to", "->", "into"):
                states.append(_states(cursor))
                cursor.phrase("and then", ", then", "then") if cursor.sees(
                    "and then to", ", then to", "then to"
                ) else None
        if len(states) <= 1 or not all(states):
            cursor.position = before
            break
        for low, high in pairwise(states):
            moves += [(one, other) for one in low for other in high]
    if not moves or not at_end(cursor):
        cursor.position = start
        return None
    return [Moves(subject, tuple(dict.fromkeys(moves)))]


def _states(cursor: Cursor) -> list[str]:
    found_states: list[str] = []
    while cursor.kind() in ("word", "quoted"):
        if found_states and cursor.word(-1) not in ("or", ",", "/"):
            break
        token = cursor.take()
        found_states += token.value.split("/")
        if (cursor.word() == "or" and cursor.kind(1) in ("word", "quoted") and cursor.word(1) not in ("from",)) or (
            cursor.word() == "," and cursor.word(2) == "or"
        ):
            cursor.take()
        else:
            break
    return found_states


def _starts(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """``new expenses are submitted``, ``a new order starts as draft``."""
    at = found(
        cursor,
        (
            r"(?:an? |every |each |all )?new (?:{x} )?(?:are|is|start|starts|begin|begins"
            r"|get|gets|start out|starts out|should be|should start|must start|have|has|default"
            r"|defaults)(?: as| in| with| at| off as| out as| to| the status| status| the state)* "
            r"(?P<value>[\w-]+)(?: by default| at first)?{end}"
        ),
    )
    if at is None or at.text("value") in words("articles") | {"unique", "optional", "required", "public"}:
        return None
    noun = _noun(at, "x") if at.match["x"] else ()
    if noun and not talk.is_resource(noun) and noun[-1].lower() not in ("ones", "one"):
        return None
    return [Starts(noun if talk.is_resource(noun) else (), at.noun("value")[0])]


def read_subject(cursor: Cursor) -> Noun:
    """Read the subject of a sentence up to its verb, of up to four words."""
    cursor.skip(words("articles") - {"that", "this"})
    start = cursor.position
    taken: list[str] = []
    while cursor.kind() in ("word", "quoted", "dot") or cursor.word() == "'s":
        if not taken and cursor.word() in (
            "have",
            "has",
            "need",
            "needs",
            "belong",
            "belongs",
            "get",
            "gets",
            "is",
            "are",
            "must",
            "should",
            "consist",
            "consists",
            "contain",
            "contains",
            "carry",
            "carries",
            "include",
            "includes",
            "comprise",
            "stores",
        ):
            break
        if (
            taken
            and cursor.word() == "also"
            and cursor.word(1) in ("a", "an", "has", "have", "need", "needs", "get", "gets")
        ):
            break
        if (
            (cursor.kind() != "quoted" and len(taken) > 0 and (_is_verb(cursor)))
            or len(taken) > _LONGEST_SUBJECT
            or (
                cursor.kind() != "quoted"
                and cursor.word() in ("with", "and", "or", "that", "which", "who", "where", "to")
            )
        ):
            break
        token = cursor.take()
        if token.lower not in ("'s", ".") and token.lower not in words("articles"):
            taken.append(token.value)
    if not taken or (len(taken) > 1 and taken[0].lower() in _IMPERATIVES):
        cursor.position = start
        return ()
    return tuple(taken)


def _is_verb(cursor: Cursor) -> bool:
    return (
        bool(
            phrases("statements_copulas").at(cursor)
            or phrases("have").at(cursor)
            or phrases("belong").at(cursor)
            or phrases("may_have").at(cursor)
            or phrases("may_belong").at(cursor)
            or _COMPARATOR_PHRASES.at(cursor)
            or (
                cursor.word() in words("link") and cursor.word(1) in ("one", "a", "an", "exactly", "each", "the", "two")
            )
        )
        and cursor.word()
        not in (
            "list",
            "record",
            "range",
            "default",
            "start",
            "end",
            "lists",
            "records",
            "on",
            "features",
            "default",
            "before",
            "after",
            "track",
        )
    ) or cursor.sees(
        "start as", "starts as", "default to", "has", "have", "also a", "also an", "consist of", "consists of"
    ) != ""


def _compare(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    """``start has to be before end``, ``ends_at after starts_at``."""
    start = cursor.position
    cursor.skip(
        words("articles") | {"where", "ensure", "make", "sure", "that", "check", "and"}
        if cursor.word() in ("ensure", "make", "check", "where")
        else words("articles")
    )
    left: list[str] = []
    while (
        cursor.kind() in ("word", "quoted")
        and len(left) < _LONGEST_SIDE
        and not (left and (_COMPARATOR_PHRASES.at(cursor) or phrases("statements_copulas").at(cursor)))
    ):
        left.append(cursor.take().value)
    cursor.phrase(
        "has to be",
        "have to be",
        "must be",
        "should be",
        "is",
        "are",
        "must lie",
        "must come",
        "must always be",
        "needs to be",
        "must",
        "can",
        "may",
        "should",
        "has to",
        "always",
        "shall be",
        "must be strictly",
        "has to lie",
        "has to come",
        "is always",
        "ought to be",
        "should always be",
    )
    operator = cursor.one_of(_COMPARATOR_PHRASES)
    if (
        not left
        or not operator
        or cursor.kind() not in ("word", "quoted")
        or cursor.word() in ("zero", "one", "two", "creation", "it", "three", "ten", "being")
    ):
        cursor.position = start
        return None
    cursor.skip(words("articles"))
    right: list[str] = []
    while (
        cursor.kind() in ("word", "quoted")
        and len(right) < _LONGEST_SIDE
        and not at_end(cursor)
        and cursor.word() not in ("in", "of", "for", "on")
    ):
        right.append(cursor.take().value)
    if (
        not right
        or not at_end(cursor)
        or left[0].lower() in ("only", "deleting", "when", "if")
        or right[0].lower() in ("characters", "chars")
    ):
        cursor.position = start
        return None
    return [Compare(tuple(left), _COMPARATORS[operator], tuple(right))]


def _predicate(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    start = cursor.position
    while cursor.accept(*_LINKS):
        pass
    if cursor.word() in ("let", "make", "have") and talk.known(cursor, 1):
        cursor.take()
    if cursor.word() == "only":
        return None
    cursor.skip(words("articles") | {"both"})
    subject = read_subject(cursor)
    of: Noun = ()
    if not subject and not _is_verb(cursor):
        cursor.position = start
        return None
    clauses = _has(cursor, talk, subject) or _relates(cursor, talk, subject) or _links(cursor, talk, subject)
    if clauses is not None:
        return clauses
    return _describe(cursor, talk, subject, of)


def _has(cursor: Cursor, talk: Talk, subject: Noun) -> list[Clause] | None:
    start = cursor.position
    optional = bool(cursor.one_of(phrases("may_have")))
    if not optional and cursor.sees(
        "has to be",
        "have to be",
        "has to",
        "have to",
        "needs to be",
        "need to be",
        "needs a login",
        "gets deleted",
        "get deleted",
        "need a login",
        "gets removed",
    ):
        return None
    verb = (
        "may have"
        if optional
        else cursor.one_of(phrases("have")) or (cursor.accept("also") if cursor.word(1) in ("a", "an") else "")
    )
    if not verb:
        return None
    cursor.phrase(
        "the following fields :",
        "the fields :",
        "the following :",
        "the fields",
        "the following fields",
        "fields",
        "these fields :",
        ":",
        "fields :",
        "the attributes",
        "attributes",
        "attributes :",
        "a field called",
        "in total",
        "these fields",
        "following fields :",
        "the properties",
        "the columns",
        "columns",
        "also",
        "just",
        "only",
    )
    if subject and not talk.is_resource(subject) and _only_details(cursor):
        cursor.position = start
        return None
    members = read_members(cursor, talk.begins)
    if not members:
        cursor.position = start
        return None
    if not at_end(cursor):
        return None
    everyone = subject and subject[0].lower() in ("each", "both", "every", "they", "all", "it")
    return [
        Has(
            () if everyone else subject,
            members,
            optional=optional,
            all_of_them=(bool(subject) and subject[0].lower() in ("each", "both", "all"))
            or bool(start and cursor.tokens[start - 1].lower in ("both", "each", "all")),
        )
    ]


def _only_details(cursor: Cursor) -> bool:
    """Whether details follow and no names: ``title has at most 200 characters``."""
    inner = Cursor(cursor.tokens)
    inner.position = cursor.position
    try:
        if (
            inner.word() in ("a", "an")
            and inner.kind(1) == "word"
            and inner.word(1) not in ("default", "length", "maximum", "minimum", "max", "min")
        ):
            return False
        return inner.word() not in ("many", "several", "multiple") and read_detail(inner, Said()) and at_end(inner)
    except Misread:
        return False


def _relates(cursor: Cursor, talk: Talk, subject: Noun) -> list[Clause] | None:
    start = cursor.position
    optionally = bool(cursor.accept("optionally"))
    optional = bool(cursor.one_of(phrases("may_belong"))) or optionally
    if not (optional and not optionally) and not cursor.one_of(phrases("belong")):
        cursor.position = start
        return None
    if cursor.before() in ("on", "in", "for") and cursor.word() not in words("articles") | {
        "one",
        "exactly",
        "many",
        "several",
        "multiple",
    }:
        cursor.position = start
        return None
    members: list[Said] = []
    while True:
        said = Said()
        optional_one = bool(cursor.accept("optionally", "maybe", "possibly"))
        cursor.accept("to")
        optional_one = bool(cursor.accept("optionally", "maybe")) or optional_one
        cursor.skip(words("articles") | {"one", "exactly", "single", "both"})
        if cursor.one_of(phrases("many")):
            said.many = True
        if cursor.accept("optional"):
            optional_one = True
        said.target = target_name(cursor)
        if not said.target:
            cursor.position = start
            return None
        if optional or optional_one:
            said.flags["optional"] = True
        while not at_end(cursor) and read_detail(cursor, said):
            pass
        members.append(said)
        before = cursor.position
        if cursor.accept("and", ",", "plus"):
            cursor.accept("and")
            if cursor.word() == "to" or (
                cursor.word() in ("a", "an", "one", "optionally") and not talk.begins(cursor) and talk.known(cursor)
            ):
                continue
        cursor.position = before
        break
    return [Relates(subject, tuple(members), optional)] if at_end(cursor) else None


def _links(cursor: Cursor, _talk: Talk, subject: Noun) -> list[Clause] | None:
    """``appointments link one doctor and one patient``."""
    start = cursor.position
    if not subject or not cursor.accept(*words("link")):
        return None
    cursor.accept("together")
    members: list[Said] = []
    while cursor.word() in ("a", "an", "one", "exactly", "each", "the", "every"):
        cursor.skip(words("articles") | {"one", "exactly"})
        target = target_name(cursor)
        if not target:
            break
        members.append(Said(target=target))
        before = cursor.position
        if not (cursor.accept("and", ",", "to", "with") and cursor.word() in ("a", "an", "one", "exactly", "the")):
            cursor.position = before
            break
    if not members or not at_end(cursor):
        cursor.position = start
        return None
    return [Relates(subject, tuple(members))]


def _describe(cursor: Cursor, talk: Talk, subject: Noun, of: Noun) -> list[Clause] | None:
    """Read what a field is or must be, to the end of what is said of it."""
    start = cursor.position
    if not subject or not (
        phrases("statements_copulas").at(cursor)
        or cursor.word() in ("optional", "unique", "required", "max", "min", "mandatory", "=", ">", ">=", "<=", "<")
    ):
        cursor.position = start
        return None
    if cursor.phrase(
        "may exist without",
        "can exist without",
        "may be without",
        "can be without",
        "may have no",
        "does not need",
        "do not need",
        "does not have to have",
        "can have no",
        "may exist without having",
        "does not always have",
        "does not have to belong to",
        "need not have",
        "do not have to have",
        "can live without",
        "do not need to have",
        "may come without",
        "need not belong to",
        "do not have to belong to",
        "does not need to have",
        "can exist with no",
        "may not have",
    ):
        target = read_subject(cursor)
        cursor.phrase("any more", "any longer", "anymore", "to exist")
        return [Describe(target, Said(flags={"optional": True}), subject)] if target and at_end(cursor) else None
    said = Said()
    at = cursor.position
    while not cursor.ended:
        before = cursor.position
        separated = bool(said.said) and (
            cursor.accept(",", "and", "but", ";") or (cursor.kind() == "dash" and cursor.take())
        )
        cursor.accept("and", "but") if separated else None
        if separated and talk.begins(cursor):
            cursor.position = before
            break
        cursor.phrase(
            "any longer",
            "any more",
            "anymore",
            "please",
            "too",
            "as well",
            "when creating",
            "from now on",
            "now",
            "again",
        )
        _skip_rather(cursor)
        if cursor.position > before and not separated and said.said and not cursor.ended:
            continue
        if not cursor.ended and not read_detail(cursor, said, typed=True):
            cursor.position = before
            break
    if cursor.position == at or not said.said or not at_end(cursor):
        cursor.position = start
        return None
    return [Describe(subject, said, of)]


def _skip_rather(cursor: Cursor) -> None:
    """Take ``rather than 5``, ``instead of 100``: what it was before."""
    if cursor.phrase("rather than", "instead of", "not just", "and not", "not only") and not cursor.ended:
        cursor.take()
        cursor.accept("characters", "chars")
