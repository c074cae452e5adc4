"""A request as clauses: each sentence is read by the first reader of its form; a word left over refuses it all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backwright.naming import singular
from backwright.spec.model import BackendSpec, OperationName
from backwright.spec.reading.access import read_access
from backwright.spec.reading.clauses import (
    Allow,
    Bare,
    Clause,
    Declare,
    Describe,
    Focus,
    Has,
    Ignored,
    Noun,
    Offer,
    Remove,
    Rename,
    Replace,
    Who,
)
from backwright.spec.reading.commands import read_command
from backwright.spec.reading.declaring import _name, read_bare, read_declaration
from backwright.spec.reading.details import read_detail
from backwright.spec.reading.forms import found
from backwright.spec.reading.layout import Sentence, sentences_of
from backwright.spec.reading.listing import read_listing
from backwright.spec.reading.members import read_members
from backwright.spec.reading.operations import ALL, READ, read_operations
from backwright.spec.reading.said import Said
from backwright.spec.reading.service import owner_forms, read_service
from backwright.spec.reading.statements import _deletion, read_statement
from backwright.spec.reading.talk import Talk
from backwright.spec.reading.tokens import Cursor, Misread, Token
from backwright.spec.reading.vocabulary import phrases, words

_SEPARATORS = frozenset(
    {
        ",",
        "and",
        "but",
        "then",
        "also",
        "while",
        "plus",
        "&",
        "+",
        "where",
        "whereas",
        ":",
        "with",
        "finally",
        "that",
        "or",
    }
)
_LABELS = frozenset({"few changes", "a few changes", "some changes", "i need the following",
    "we need the following", "fields", "attributes", "columns", "entities", "resources", "models",
    "acceptance", "acceptance criteria", "requirements", "note", "must have", "user story", "story",
    "context", "goal", "features", "criteria", "todo", "spec", "data model", "resource", "entity", "model",
    "need", "we need", "please", "please add", "properties", "the following", "rules", "scope", "details",
    "tasks", "changes", "data", "tables", "schema", "constraints", "also", "endpoints", "task",
    "bootstrap", "api", "access", "nice to have", "auth please", "changes please", "permissions",
    "fields are", "the fields", "as follows", "feature", "backend", "acceptance tests", "conditions",
    "given", "fields of it", "wanted", "ac", "expected", "request", "add", "todo list", "needs",
    "what we need", "to do", "do this", "for the api", "private", "public part", "crud", "new resources",
    "new resource", "new fields", "entities and fields"})  # fmt: skip
_INTRO = re.compile(
    r"^(?:we|i)(?: are| am)? (?:run|have|own|operate|running|building|build|making|writing|starting|working on"
    r"|want to build|manage|are|am) (?:a|an|our|the) [\w -]{1,40}$"
)
_STORY = (
    r"(?:as|being) (?:an? |the )?(?P<who>[\w-]+(?: [\w-]+){0,4}?)(?: ,)? i (?:want|would like|need|wish|must"
    r"|should|have|can|like|expect)(?: to)?(?: be able to| have)?"
)
_SPRINT = re.compile(r"^(?:sprint|milestone|phase|iteration|step|version|release|epic|week|part|v)\.? ?\d[\w.]*$")
_SHORT_TITLE = 2
_LONGEST_NAME = 3
_LONGEST_HEADING = 4
_LONGEST_LABEL = 7
_NO_RESOURCES = frozenset(
    {"roles", "role", "auth", "database", "rate", "filter", "sort", "search", "cors", "api",
     "name", "service", "db", "layout", "who", "only", "get", "post", "key", "ids"}
)  # fmt: skip


def read_clauses(text: str, spec: BackendSpec) -> tuple[list[Clause], Talk]:
    """Return what the clauses of a request say, in order.

    Raises:
        Misread: with the words that were not understood.
    """
    talk = Talk(spec, roles=set(spec.service.auth.roles))
    talk.begins = lambda cursor: _begins_once(cursor, talk)
    clauses: list[Clause] = []
    sentences = sentences_of(text)
    last = sentences[-1].tokens[-1] if sentences else None
    if (
        last is not None
        and last.kind != "quoted"
        and last.lower in ("and", "or", "with", "without", "of", "for", ",", "(", "using", "a", "an", "having", "the")
    ):
        raise Misread([token.text for token in sentences[-1].tokens], "the request ends too early")
    _foresee(sentences, talk)
    for sentence in sentences:
        clauses += _sentence(sentence, talk, clauses)
    return clauses, talk


def _foresee(sentences: tuple[Sentence, ...], talk: Talk) -> None:
    """Find the nouns that sentences are about, so that earlier ones can speak of them."""
    for sentence in sentences:
        line = " ".join(token.lower for token in sentence.tokens)
        for match in re.finditer(
            r"(?:^|, |\band |\bwhere |: )(?:each |every |an? |the )?([a-z_-]{3,})(?: [a-z_]+ed)? (?:only |just "
            r"|also |each |all )?(?:has|have|belongs? to|gets?|carry|carries|consists? of|needs?|contains?|is "
            r"just)\b(?! to\b)",
            line,
        ):
            word = match[1]
            if word not in words("signed_in") | words("anyone") | {
                "that",
                "which",
                "who",
                "they",
                "and",
                "both",
                "each",
                "should",
                "must",
                "can",
                "may",
                "not",
                "also",
                "only",
                "admins",
                "users",
            } and word not in words("roles"):
                plural_subject = f"{word} ha" in line and singular(word) != word
                article = re.search(
                    rf"\b(?:each|every|an?) {re.escape(word)} (?:has|belongs|gets|needs|carries|consists|contains"
                    rf"|is just)\b",
                    line,
                )
                if article or plural_subject or "belong" in match[0]:
                    talk.name((word,))


def _sentence(sentence: Sentence, talk: Talk, before: list[Clause]) -> list[Clause]:
    cursor = Cursor(sentence.tokens)
    if sentence.title or _is_prose(cursor, talk):
        inner = _quietly(sentence, talk) if sentence.title else None
        if inner is not None:
            return inner
        talk.ignored += [token.text for token in sentence.tokens]
        return []
    clauses = _label(cursor, sentence, talk, before)
    _remember(clauses, talk)
    while True:
        _skip_between(cursor, talk)
        if cursor.ended:
            return clauses
        start = cursor.position
        more = _clause(cursor, talk)
        if more is None or (cursor.position == start):
            raise Misread([token.text for token in cursor.tokens[start:]])
        clauses += more


def _quietly(sentence: Sentence, talk: Talk) -> list[Clause] | None:
    """Read a ticket's title where it can be read; None where it is prose."""
    last = sentence.tokens[-1].lower
    if (
        len(sentence.tokens) <= _SHORT_TITLE
        and last.endswith("s")
        and all(token.is_name for token in sentence.tokens)
        and singular(last) != last
    ):
        noun = tuple(token.value for token in sentence.tokens)
        talk.name(noun)
        return [Focus(noun)] if not _new(noun, talk) else [Declare((noun,), ""), Focus(noun)]
    if len(sentence.tokens) <= 1:
        return None
    try:
        return _sentence(Sentence(sentence.tokens, sentence.depth, sentence.heads, sentence.first), talk, [])
    except Misread:
        return None


def _is_prose(cursor: Cursor, talk: Talk) -> bool:
    line = " ".join(token.lower for token in cursor.tokens)
    return (
        line in phrases("prose")
        or bool(_SPRINT.match(line))
        or bool(_INTRO.match(line) and not talk.is_resource(tuple(line.split()[-1:])))
    )


def _skip_between(cursor: Cursor, talk: Talk) -> None:
    """Take separators, politeness and words without an effect."""
    while not cursor.ended:
        before = cursor.position
        if (
            cursor.word() in (",", "and", "but", "then", "also", "&", "+", ":", ".", "plus", "while", "whereas")
            or cursor.kind() == "dash"
        ):
            cursor.take()
        elif _purpose(cursor, talk) or _prose(cursor, talk):
            pass
        elif _is_polite(cursor):
            talk.ignored += cursor.one_of(phrases("polite")).split()
        elif (cursor.word() == "where" and talk.begins(_moved(cursor, 1))) or (
            cursor.word() in ("with", "where", "that", "using", "on", "or", "which")
            and talk.begins(_moved(cursor, 1))
            and not talk.begins(cursor)
        ):
            cursor.take()
        elif cursor.word() in words("noise") - {"all", "both", "only", "list", "small"} and not _is_kept(cursor):
            talk.ignored.append(cursor.take().text)
        elif cursor.phrase(
            "thank you",
            "as well",
            "if possible",
            "by the way",
            "of course",
            "for me",
            "for us",
            "hi there",
            "hi team",
            "version one",
            "from now on",
            "with crud",
            "full crud",
            "in addition",
        ):
            pass
        if cursor.position == before:
            return


def _is_polite(cursor: Cursor) -> bool:
    phrase = phrases("polite").at(cursor)
    return phrase not in ("", "task", "todo", "goal") and bool(cursor.sees(phrase))


def _moved(cursor: Cursor, by: int) -> Cursor:
    other = Cursor(cursor.tokens)
    other.position = cursor.position + by
    return other


def _is_kept(cursor: Cursor) -> bool:
    """Whether a word of no effect is a part of something here: ``always unique``, ``next step``."""
    return cursor.word() in ("well", "so", "next", "first", "as", "rest", "full") and cursor.word(1) in (
        "as",
        "name",
        "that",
        "is",
        "of",
        "the",
        "with",
        "needs",
        "requires",
    )


def _purpose(cursor: Cursor, talk: Talk) -> bool:
    phrase = phrases("purposes").at(cursor)
    if not phrase:
        return False
    while not cursor.ended and cursor.kind() not in ("dash",):
        talk.ignored.append(cursor.take().text)
    return True


def _prose(cursor: Cursor, talk: Talk) -> bool:
    phrase = cursor.one_of(phrases("prose"))
    if phrase and (cursor.ended or cursor.word() in (",", ".", "and")):
        talk.ignored += phrase.split()
        return True
    cursor.position -= len(phrase.split())
    return False


def _begins_once(cursor: Cursor, talk: Talk) -> bool:
    """Return what ``_begins`` says, looked up where it was asked at this place before and nothing new is known."""
    key = (id(cursor.tokens), cursor.position, len(talk.named), len(talk.roles), talk.at_hand)
    if key not in talk.begun:
        talk.begun[key] = (cursor.tokens, _begins(cursor, talk))
    return talk.begun[key][1]


def _begins(cursor: Cursor, talk: Talk) -> bool:
    """Whether a clause of its own begins here, so that a list before it ends."""
    inner = _moved(cursor, 0)
    if phrases("purposes").at(inner) or phrases("prose").at(inner):
        return True
    inner.skip(
        frozenset(
            {
                "and",
                ",",
                "then",
                "also",
                "but",
                "where",
                "finally",
                "please",
                "while",
                "whereas",
                "it",
                "should",
                "they",
                "i",
                "we",
                "with",
            }
        )
        if inner.word() not in ("it", "they", "should") or True
        else frozenset()
    )
    if inner.ended:
        return False
    if inner.word() in ("list", "get", "delete", "bulk") and inner.word(1) in ("", ".") and inner.before() == "plus":
        return True
    for read in (read_service, read_listing, read_access, owner_forms, read_command, _offer):
        probe = _moved(inner, 0)
        ignored = list(talk.ignored)
        roles = set(talk.roles)
        named = set(talk.named)
        try:
            hit = read(probe, talk)
        except Misread:
            hit = None
        talk.ignored[:], talk.roles, talk.named = ignored, roles, named
        if hit is not None:
            return True
    return _statement_begins(inner, talk)


def _statement_begins(cursor: Cursor, talk: Talk) -> bool:
    probe = _moved(cursor, 0)
    guard = talk.begins
    talk.begins = lambda _: False
    named = set(talk.named)
    try:
        from backwright.spec.reading.statements import (
            _compare,
            _deletion,
            _has,
            _is_verb,
            _moves,
            _own,
            _owned,
            _relates,
            _starts,
            _together,
            _unique_once,
            read_subject,
        )

        for read in (_deletion, _own, _owned, _together, _unique_once, _starts, _compare, _moves):
            probe.position = cursor.position
            if read(probe, talk) is not None:
                return True
        probe.position = cursor.position
        article = probe.word() in words("articles")
        subject = read_subject(probe)
        if (
            not subject
            and probe.word() in ("has", "have", "needs", "gets", "carries")
            and probe.word(1) not in ("to", "at", "no", "exactly", "between")
            and probe.kind(1) != "number"
            and not probe.sees("has to be")
        ):
            return True
        if not subject or not _is_verb(probe):
            return False
        if talk.is_resource(subject) and (probe.position - cursor.position <= len(subject) + 1):
            at = probe.position
            return (
                _has(probe, talk, subject) is not None
                or _relates(_moved(probe, at - probe.position), talk, subject) is not None
                or probe.word() in ("can", "may", "must", "should")
            )
        del article
        return (
            probe.word()
            in (
                "is",
                "are",
                "must",
                "should",
                "can",
                "may",
                "has",
                "needs",
                "defaults",
                "goes",
                "starts",
                "will",
                "shall",
                "ought",
            )
            and probe.word() not in ("defaults",)
            and probe.position > cursor.position
        )
    except Misread:
        return False
    finally:
        talk.begins = guard
        talk.named = named


def _label(cursor: Cursor, sentence: Sentence, talk: Talk, before: list[Clause]) -> list[Clause]:
    """Read ``Fields:``, ``Book:``, ``projects:``, ``Resource: Shipment`` and bullets that are headings."""
    if cursor.ended:
        return []
    at = _mark_behind_label(cursor)
    is_heading = sentence.heads and len(cursor.tokens) <= _LONGEST_HEADING
    label = cursor.tokens[:at] if at is not None else cursor.tokens if is_heading else ()
    if not label:
        return []
    line = " ".join(token.lower for token in label)
    if _skip_label(cursor, talk, line, at):
        return []
    if _is_resource_label(line) and at is not None and at + 1 < len(cursor.tokens):
        cursor.position = at + 1
        return _heading(cursor, talk)
    if found_fields := found(_moved(cursor, 0), r"(?:the )?fields (?:of|for) {a}{x} :"):
        cursor.position = (at or 0) + 1
        talk.name(found_fields.noun("x"))
        noun = found_fields.noun("x")
        return [Declare((noun,), ""), Focus(noun)] if _new(noun, talk) else [Focus(noun)]
    return _labelled(cursor, sentence, talk, _Label(label, at), has_subject=talk.has_subject or bool(before))


def _mark_behind_label(cursor: Cursor) -> int | None:
    """Return where the colon, ``=`` or dash stands that may end a label; None where there is none."""
    for at, token in enumerate(cursor.tokens[:_LONGEST_LABEL]):
        if token.text in (":", "=") or (token.kind == "dash" and at <= _LONGEST_NAME):
            return at
    return None


def _is_resource_label(line: str) -> bool:
    return line in ("resource", "entity", "model", "table")


def _skip_label(cursor: Cursor, talk: Talk, line: str, at: int | None) -> bool:
    """Pass over a label that says nothing itself, or over a whole sentence that only gives a reason."""
    follows = at is not None and at + 1 < len(cursor.tokens)
    if _is_resource_label(line) and follows:
        return False
    is_dash = at is not None and cursor.tokens[at].kind == "dash"
    if (
        ((line in _LABELS and not talk.is_resource(tuple(line.split()))) or _SPRINT.match(line))
        and not (is_dash and line not in ("also",))
        and not (at is None and line in ("crud",))
    ):
        cursor.position = len(cursor.tokens) if at is None else at + 1
        return True
    if (
        line in ("description", "why", "background", "context", "reason", "motivation")
        and follows
        and not _is_field(cursor, (at or 0) + 1)
    ):
        talk.ignored += [token.text for token in cursor.tokens]
        cursor.position = len(cursor.tokens)
        return True
    return False


def _new(noun: tuple[str, ...], talk: Talk) -> bool:
    from backwright.spec.reading.nouns import resource_in

    return resource_in(talk.spec, noun) is None


def _is_field(cursor: Cursor, at: int) -> bool:
    """Whether details of a field stand at a place: ``text, optional``."""
    inner = Cursor(cursor.tokens)
    inner.position = at
    said = Said(name=["x"])
    try:
        return read_detail(inner, said, typed=True) and (
            inner.ended
            or inner.word()
            in (",", "and", "(", ";", "-", "unique", "optional", "default", "between", "max", "min", "up", "from", "of")
            or inner.kind() in ("dash", "op", "number", "range", "word")
        )
    except Misread:
        return False


def _heading(cursor: Cursor, talk: Talk) -> list[Clause]:
    name = _name(cursor)
    if not name:
        return []
    cursor.skip(frozenset({"resource", "crud", "api", "endpoints"}))
    talk.name(name)
    return [Declare((name,), "add"), Focus(name)] if _new(name, talk) else [Focus(name)]


@dataclass(frozen=True)
class _Label:
    """What stands before a colon, ``=`` or dash, and where that mark is; None: a heading without one."""

    tokens: tuple[Token, ...]
    at: int | None

    @property
    def is_plain(self) -> bool:
        return all(token.is_name for token in self.tokens)

    def ends(self, cursor: Cursor) -> bool:
        """Whether nothing stands behind it."""
        return self.at is None or self.at + 1 >= len(cursor.tokens)


def _labelled(cursor: Cursor, sentence: Sentence, talk: Talk, label: _Label, *, has_subject: bool) -> list[Clause]:
    """Read what a label that names a resource says: one that is known, or one that it declares."""
    is_dash = label.at is not None and cursor.tokens[label.at].kind == "dash"
    inner = Cursor(label.tokens)
    inner.skip(words("articles"))
    known = talk.take_known(inner)
    if (
        known
        and (inner.ended or (inner.skip(frozenset({"resource", "crud", "api", "table", "endpoints"})) and inner.ended))
        and not (is_dash and not sentence.heads and label.at is None)
    ):
        if label.at is not None and is_dash and not _is_list(cursor, label.at + 1, talk):
            return []
        return _known_label(cursor, talk, label, known)
    words_ = tuple(token.value for token in label.tokens)
    if label.at is not None and not label.ends(cursor) and not is_dash:
        if label.is_plain and _is_field(cursor, label.at + 1) and has_subject:
            return []
        if label.is_plain and _declares(words_):
            return _declared_label(cursor, talk, words_, label.at)
    is_alone = label.at is None or label.at + 1 == len(cursor.tokens)
    if is_alone and sentence.heads and label.is_plain:
        return _declared_label(cursor, talk, words_, len(label.tokens))
    return []


def _known_label(cursor: Cursor, talk: Talk, label: _Label, known: Noun) -> list[Clause]:
    cursor.position = len(label.tokens) + (1 if label.at is not None else 0)
    declared: list[Clause] = [Declare((known,), "")] if _new(known, talk) else []
    rest = _moved(cursor, 0)
    if label.ends(cursor) or talk.begins(rest) or phrases("add").at(rest) or phrases("remove").at(rest):
        return [*declared, Focus(known)]
    members = read_members(cursor, talk.begins)
    return [*declared, Has(known, members, adds=not declared)] if members else [*declared, Focus(known)]


def _declares(label: tuple[str, ...]) -> bool:
    """Whether words before a colon can name a new resource: no verb of a change, no setting."""
    verbs = words("change") | words("remove") | words("rename") | (words("add") if len(label) > 1 else frozenset())
    return 1 <= len(label) <= _LONGEST_NAME and label[0].lower() not in verbs | _NO_RESOURCES


def _is_list(cursor: Cursor, at: int, talk: Talk) -> bool:
    inner = Cursor(cursor.tokens)
    inner.position = at
    return any(token.text == "," for token in inner.rest()) or talk.begins(inner)


def _declared_label(cursor: Cursor, talk: Talk, words_: tuple[str, ...], at: int) -> list[Clause]:
    """Declare what stands before a colon, unless it is a theme: ``jobs board:``, ``photos api``."""
    from backwright.spec.reading.declaring import _resources_follow

    inner = Cursor(cursor.tokens[:at])
    name = _name(inner)
    if not name:
        return []
    rest = inner.skip(
        words("backend_nouns")
        | {"crud", "endpoints", "resource", "table", "model", "please", "api", "rest", "resources"}
    )
    if not inner.ended:
        return []
    after = _moved(Cursor(cursor.tokens), at + 1) if at < len(cursor.tokens) else _moved(cursor, 0)
    if rest and not after.ended and _resources_follow(after):
        cursor.position = at + 1
        talk.ignored += list(words_)
        return []
    themed = bool(rest) and rest[-1].lower() in words("backend_nouns")
    talk.name(name)
    cursor.position = at + 1
    cursor.position = min(cursor.position, len(cursor.tokens))
    declared = Declare(
        (name,), "add" if not themed else "theme", weak=themed and singular(name[-1].lower()) == name[-1].lower()
    )
    if cursor.ended or talk.begins(cursor):
        return [declared, Focus(name)]
    members = read_members(cursor, talk.begins)
    return [declared, Has(name, members)] if members else [declared, Focus(name)]


def _clause(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    start = cursor.position
    readers = (
        _story,
        _deletion,
        _offer,
        read_service,
        read_listing,
        read_command,
        read_access,
        owner_forms,
        read_statement,
        _one_member,
        _stored,
        read_declaration,
        read_bare,
        _focus,
    )
    for read in readers:
        cursor.position = start
        try:
            clauses = read(cursor, talk)
        except Misread:
            if read in (read_bare, read_declaration, _one_member):
                raise
            continue
        if clauses is not None and cursor.position > start and read is not _story:
            talk.ignored += cursor.skip(words("noise") - {"list", "all", "both", "only"})
        if clauses is not None and (cursor.position > start) and (read is _story or _parted(cursor)):
            _remember(clauses, talk)
            return clauses
    cursor.position = start
    if phrases("add").at(cursor):
        raise Misread(
            [token.text for token in cursor.rest()],
            "name the resource: add products CRUD; or say its name and the resource it is for",
        )
    return None


def _parted(cursor: Cursor) -> bool:
    """Whether a clause may end here."""
    return (
        cursor.ended
        or cursor.before() in (":", "with")
        or cursor.kind(-1) == "dash"
        or cursor.word()
        in _SEPARATORS
        | {
            "(",
            "so",
            "on",
            "using",
            "in",
            "because",
            "without",
            "for",
            "via",
            "who",
            "which",
            "instead",
            "please",
            "too",
            "as",
            "from",
            "when",
            "by",
            "to",
            "otherwise",
            "only",
            "if",
            "secured",
            "protected",
            "again",
            "of",
            "since",
            "public",
            "no",
            "now",
            "there",
            "callable",
            "behind",
            "any",
            "requires",
            "stores",
            "filterable",
            "sortable",
            "searchable",
            "sorted",
            "filtered",
            "paginated",
            "needs",
            "backed",
            "not",
        }
        or cursor.kind() in ("dash",)
    )


def _remember(clauses: list[Clause], talk: Talk) -> None:
    for clause in clauses:
        if isinstance(clause, (Declare, Has)):
            talk.has_subject = True
        if isinstance(clause, (Remove, Rename, Describe, Focus, Replace)) or (isinstance(clause, Has) and clause.adds):
            talk.at_hand = True
        if isinstance(clause, Allow):
            talk.roles.update(clause.who.roles)


def _one_member(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read ``tracking_number - string, 10 to 40 chars, unique``: one field and its details, a colon or dash between."""
    start = cursor.position
    at = start + 1
    while (
        at < len(cursor.tokens)
        and at - start <= _LONGEST_NAME
        and cursor.tokens[at - 1].is_name
        and cursor.tokens[at].text != ":"
        and cursor.tokens[at].kind != "dash"
    ):
        at += 1
    if (
        at >= len(cursor.tokens)
        or not (cursor.tokens[at].text == ":" or cursor.tokens[at].kind == "dash")
        or not all(t.is_name for t in cursor.tokens[start:at])
        or not talk.has_subject
    ):
        return None
    said = Said(name=[token.value for token in cursor.tokens[start:at] if token.lower not in words("articles")])
    cursor.position = at + 1
    while not cursor.ended:
        before = cursor.position
        if (
            said.said
            and not (cursor.accept(",", "and", ";", "but") or (cursor.kind() == "dash" and cursor.take()))
            and cursor.word() not in ("(", "with", "default", "max", "min")
            and cursor.kind() not in ("op", "number", "range", "word")
        ):
            break
        if said.said and talk.begins(cursor):
            cursor.position = before
            break
        if not read_detail(cursor, said, typed=True):
            cursor.position = before
            break
    if not said.said or not _parted(cursor):
        cursor.position = start
        return None
    return [Bare((said,))]


def _stored(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read ``which stores the article in the database``: what every backend does."""
    start = cursor.position
    at = found(
        cursor,
        r"(?:(?:which|that|and|it) )*(?:stores?|saves?|persists?|writes?|inserts?|storing|saving|puts) (?:{a}{x} "
        r")?(?:in|to|into) (?:the |a |our )?(?:db|database|data base|table|store)(?: too)?{end}",
        r"(?:which|that|and|it) (?:returns?) (?:{a}{x} )?(?:as json|in json){end}",
    )
    if at is None:
        return None
    talk.ignored += [token.text for token in at.tokens[start : cursor.position]]
    return [Ignored()]


def _story(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read ``As a customer I want to``; who it is goes by unless it is an admin who may do something."""
    start = cursor.position
    at = found(cursor, _STORY)
    if at is None:
        return None
    talk.ignored += [token.text for token in at.tokens[start : cursor.position]]
    return []


def _offer(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    """Read which operations there are: ``no delete``, ``POST only``, ``read-only``, ``can be listed and created``."""
    start = cursor.position
    subject = talk.take_known(cursor)
    if subject:
        cursor.phrase("are", "is", "should be", "must be", "api", ":", "stay", "should stay", "become", "shall be")
    if found(cursor, r"(?:(?:make|keep|turn|set) )(?:{a}{x} )(?:to |into )?read[- ]?only{end}") or found(
        cursor, r"(?:make|keep) (?:them|it) read[- ]?only"
    ):
        noun = tuple(
            token.value
            for token in cursor.tokens[start + 1 : cursor.position - 1]
            if token.lower not in words("articles") | {"to", "read", "them", "it"}
        )
        if not noun or talk.is_resource(noun):
            return [Offer(READ, noun)]
    cursor.position = start + 0
    subject = talk.take_known(cursor)
    cursor.phrase(
        "are", "is", "should be", "must be", "stay", "api :", ":", "should stay", "shall be", "must stay"
    ) if subject else cursor.phrase(
        "it is",
        "they are",
        "should be",
        "they should be",
        "it should be",
        "keep it",
        "make it",
        "make them",
        "all of it",
        "both",
        "must be",
    )
    if cursor.accept("read-only", "readonly") or cursor.phrase("read only", "only readable"):
        cursor.phrase("via the api", "through the api", "api", "please")
        if subject or cursor.ended or cursor.word() in (",", "and", ";", "-"):
            return [Offer(READ, subject)]
    cursor.position = start
    for read in (_no_operations, _only_operations):
        clauses = read(cursor, talk)
        if clauses is not None:
            return clauses
        cursor.position = start
    return None


def _no_operations(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    subject = talk.take_known(cursor)
    cursor.accept(":") if subject else None
    if not cursor.phrase(
        "no",
        "without",
        "there is no",
        "but no",
        "except",
        "but not",
        "everything but",
        "everything except",
        "all but",
        "not",
        "all except",
        "there are no",
        "do not offer",
        "leave out",
        "skip",
        "omit",
        "they have no",
        "it has no",
        "with no",
        "minus",
        "there should be no",
        "have no",
        "has no",
        "no need for",
        "we do not need",
        "all operations but",
        "all operations except",
        "all crud operations except",
        "excluding",
        "there must be no",
        "i do not need",
        "do not need",
        "do not expose",
        "never",
        "we do not want",
        "do not allow",
        "disallow",
        "forbid",
        "disable",
        "no one needs",
        "do not support",
    ):
        return None
    everything = cursor.word(-1) in ("but", "except") and cursor.word(-2) in ("everything", "all", "operations")
    cursor.skip(words("articles"))
    operations = read_operations(cursor)
    if not operations:
        return None
    cursor.phrase(
        "endpoints",
        "endpoint",
        "routes",
        "at all",
        "route",
        "operations",
        "is needed",
        "needed",
        "operation",
        "please",
        "support",
        "is possible",
        "is offered",
        "allowed",
        "possible",
        "offered",
    ) and cursor.phrase("at all", "needed", "please")
    if not subject and cursor.accept("for", "on", "of"):
        subject = talk.take_known(cursor)
        if not subject and not cursor.accept("them", "it", "now"):
            return None
    if not subject and (known := talk.take_known(cursor)):
        subject = known
    cursor.phrase("them", "it", "please") if not subject else None
    del everything
    return [Offer(operations, subject, without=True)] if _parted(cursor) else None


def _only_operations(cursor: Cursor, talk: Talk) -> list[Clause] | None:
    subject = talk.take_known(cursor)
    cursor.accept(":", "-") if subject else None
    opened = cursor.phrase("only offer", "offer only", "just", "only", "we only need", "only expose",
        "expose only", "it only needs", "only with", "can only be", "can be", "may be", "may only be",
        "they can be", "it can be", "i only need", "they can only be", "limited to", "needs only",
        "with only", "should only be", "should only offer", "should only have", "only has", "only have",
        "have only", "has only", "should offer only", "supports only", "only supports", "only support",
        "we only do", "restrict to", "only need", "need only", "operations :", "endpoints :", "allow only",
        "only allow", "must only be", "just needs", "it needs only", "just need", "we just need",
        "only allows", "only needs", "offers only", "they may only be", "shall only be", "only do",
        "i just need", "should just be")  # fmt: skip
    operations = read_operations(cursor)
    if not operations or operations == ALL:
        return None
    cursor.phrase("endpoints", "endpoint", "operations", "operation", "routes", "requests", "route")
    tail = cursor.phrase(
        "only",
        "and nothing else",
        ", nothing else",
        "nothing else",
        "and that is all",
        ", nothing more",
        ", nothing besides",
        "and nothing more",
        "is all we need",
        "is enough",
        "suffice",
        "are enough",
        "suffices",
        "will do",
        ", that is it",
        ", that is all",
        "is all i need",
        "and that is it",
    )
    if not subject and cursor.accept("for", "on", "of"):
        subject = talk.take_known(cursor)
        if not subject:
            return None
    if opened in ("we only do", "only do") and operations == (OperationName.UPDATE,):
        return [Offer((OperationName.REPLACE,), subject, without=True)]
    upper = all(
        token.text.isupper()
        or not token.is_name
        or token.lower in ("and", "only", "or", "just", "the", "we", "offer", "need", "endpoints", "plus")
        for token in cursor.tokens[: cursor.position]
    )
    passive = opened in (
        "can be",
        "may be",
        "they can be",
        "it can be",
        "can only be",
        "may only be",
        "they can only be",
        "should only be",
        "must only be",
        "they may only be",
        "shall only be",
        "should just be",
    )
    if not ((opened and opened not in ("can be", "may be")) or tail or upper or passive):
        return None
    if cursor.word() in ("by",):
        return None
    cursor.accept(":") if tail else None
    adds = opened == "" and not tail
    return (
        [Offer(operations, subject, adds=adds)]
        if _parted(cursor)
        or cursor.before() == ":"
        or (not cursor.ended and cursor.tokens[cursor.position - 1].text == ":")
        else None
    )


def _focus(cursor: Cursor, _talk: Talk) -> list[Clause] | None:
    """Read ``nobody uses the description of products any more``, ``plus list``, ``the theme`` of what follows."""
    at = found(
        cursor,
        r"(?:nobody|no one|noone|we no longer|we never|i no longer|we do not) (?:really )?(?:uses?|needs?|reads?"
        r"|wants?|fills? in|looks? at) {a}{x}(?: (?:of|on|in|from) {a}{y})?(?: any ?more| any more| any longer| "
        r"at all)?{end}",
        r"{a}{x} (?:of|on|in) {a}{y} (?:is|are) (?:never used|not used|unused|obsolete|useless|no longer used|no "
        r"longer needed|not needed)(?: any ?more| at all)?{end}",
    )
    if at is not None:
        return [Focus(at.noun("x"), at.noun("y") if at.match["y"] else ())]
    start = cursor.position
    operations = read_operations(cursor)
    if operations and cursor.ended and (cursor.tokens[start - 1].lower in ("plus", ",", "and") if start else False):
        return [Offer(operations, (), adds=True)]
    return None


__all__ = ["OperationName", "Who", "read_clauses"]
