"""The terminals of the grammar: names of resources, fields and roles, numbers, values, and what else is no fixed word.

A name is one to four words. What each word costs says how likely it is part of a name: a word that no grammar knows is
the likeliest, one that the grammar uses is less so, and some never are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from backwright.naming import plural, singular, snake
from backwright.spec.apply import members
from backwright.spec.language.chart import Chart, Node, Outcomes
from backwright.spec.language.nouns import name_of, resource_in
from backwright.spec.language.words import words
from backwright.spec.lexicon import lexicon
from backwright.spec.model import BackendSpec
from backwright.spec.nouns import is_plural

_ORDINARY, _USED, _UNLIKELY, _INNER = 1.0, 1.5, 2.6, 1.2
_LISTED = 0.5
_PARTICIPLES = ("ed", "en", "ld", "lt", "nt")
_MORE = 0.15
_MOST = 4
_PEOPLE = frozenset({"user", "users", "owner", "owners", "author", "authors", "admin", "admins"})
"""Those who may do something are no place where something is."""
_GENERIC = frozenset({"entries", "items", "lines", "records", "rows", "positions", "labels"})
_SPECIFIC = frozenset({"log", "record", "order", "track", "stock", "file", "list", "book", "run"})
"""Plurals that are seldom a name after these words, which may be verbs: ``log entries``, ``record labels``."""
_WANTING = frozenset(
    {"must", "should", "shall", "unique", "optional", "required", "mandatory", "rename", "remove", "add"}
)
"""Words that ask for something."""
_GOING_ON = frozenset({"and", "but", "so", "where", "with", "which", "therefore", "hence", "plus"})
"""What can follow words that only tell the situation."""
NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30",
    "fifty": "50", "hundred": "100", "zero": "0", "thousand": "1000", "forty": "40", "sixty": "60",
}  # fmt: skip


@dataclass
class Context:
    """What is known while a sentence is read: the backend, and the resources that were declared so far.

    ``is_listed`` is whether something was said of the fields that lists are filtered or sorted by.
    """

    spec: BackendSpec
    declared: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    described: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    likely: set[str] = field(default_factory=set)
    spoken: list[tuple[str, ...]] = field(default_factory=list)
    is_listed: bool = False

    def knows(self, noun: tuple[str, ...]) -> bool:
        """Whether a name is that of a resource."""
        if not noun:
            return False
        name = name_of(noun)
        if name in self.declared or plural(name) in self.declared or singular(name) in self.declared:
            return True
        if any(one.endswith((f"_{name}", f"_{plural(name)}")) for one in self.declared):
            return True
        return resource_in(self.spec, noun) is not None

    def has_field(self, name: str) -> bool:
        """Whether some resource has such a field."""
        names = {name, singular(name)}
        return bool(names & self.fields) or any(names & members(one).keys() for one in self.spec.resources)


def _context(chart: Chart) -> Context:
    assert isinstance(chart.context, Context)  # noqa: S101 - the reader gives no other
    return chart.context


def known_resource_named(chart: Chart, noun: Sequence[str]) -> bool:
    """Whether a name is that of a resource."""
    return _context(chart).knows(tuple(noun))


def _word_cost(chart: Chart, at: int) -> float | None:
    """Return what a token costs as a word of a name; None where it cannot be one."""
    token = chart.tokens[at]
    if token.kind == "quoted":
        return _ORDINARY if token.value and len(token.value.split()) <= _MOST else None
    if token.kind != "word" or token.lower in words("never_names"):
        return None
    if token.lower in words("unlikely"):
        return _UNLIKELY
    return _USED if token.lower in chart.grammar.words else _ORDINARY


def _name(chart: Chart, at: int, most: int) -> Outcomes:
    """Return the names that begin here: value is a node, cost by the words."""
    found: Outcomes = {}
    cost = 0.0
    for end in range(at, min(at + most, chart.size)):
        token = chart.tokens[end]
        step = _word_cost(chart, end)
        if step is None:
            if token.key == "<s>" and end > at:
                cost += _INNER
                continue
            if end == at or token.lower not in words("inner"):
                break
            cost += _INNER
            if token.lower in words("last") and _ends(chart, end + 1):
                found[end + 1] = (cost, Node("name", None, at, end + 1))
            if token.lower in words("last"):
                break
            continue
        if token.kind == "quoted" and end > at:
            break
        if end == at and token.lower in words("not_first"):
            step += 2.0
        cost += step + (_MORE if end > at else 0.0)
        found[end + 1] = (cost, Node("name", None, at, end + 1))
        if token.kind == "quoted":
            break
    return found


def _ends(chart: Chart, at: int) -> bool:
    """Whether a list element can end here: at a mark, a dash, the end, or a type."""
    if at >= chart.size or chart.tokens[at].kind in ("mark", "dash", "op"):
        return True
    return any(
        at_end >= chart.size or chart.tokens[at_end].kind in ("mark", "dash")
        for at_end in (*chart.read("FirmType", at), *chart.read("SoftType", at))
    )


def noun_at(chart: Chart, start: int, end: int) -> tuple[str, ...]:
    """Return the words of a name as they were written."""
    return tuple(chart.tokens[place].value for place in range(start, end) if chart.keys[place] != "<s>")


def field_name(chart: Chart, at: int) -> Outcomes:
    """Read the name of a field: what is usually one costs less."""
    found = _name(chart, at, _MOST)
    for end, (cost, node) in list(found.items()):
        name = snake("_".join(noun_at(chart, at, end)))
        context = _context(chart)
        if name in words("switches"):
            del found[end]
        elif context.has_field(name):
            found[end] = (min(cost, 0.8), node)
        elif end - at > 1 and (context.knows((name,)) or _is_moment(chart, end)):
            found[end] = (min(cost, 0.8 if _is_moment(chart, end) else 1.0), node)
        elif context.knows((name,)) and name not in lexicon().fields and end - at == 1:
            found[end] = (cost + 0.3, node)
        elif _is_usual(name):
            found[end] = (min(cost, 1.0), node)
        elif singular(name) in context.likely and singular(name) != name:
            found[end] = (cost + 2.0, node)
    if not found and chart.tokens[at].lower in words("last") and _ends(chart, at + 1):
        found[at + 1] = (2.0, Node("name", None, at, at + 1))
    return found


def _is_moment(chart: Chart, end: int) -> bool:
    """Whether a name ends in ``at`` or ``on`` and a type follows: ``ends at datetime``."""
    return chart.keys[end - 1] in ("at", "on") and end < chart.size and bool(chart.read("FirmType", end))


def _is_usual(name: str) -> bool:
    return name in lexicon().fields


def any_resource(chart: Chart, at: int) -> Outcomes:
    """Read the name of a resource, there or not."""
    found = _name(chart, at, _MOST - 1)
    context = _context(chart)
    for end, (cost, node) in list(found.items()):
        noun = noun_at(chart, at, end)
        is_generic = end - at == 1 and chart.keys[at] in words("generic_nouns") | words("verbs")
        is_generic = is_generic or (end - at > 1 and chart.keys[at] in ("uuid", "primary") and chart.keys[end - 1] == "key")
        if is_generic or any(chart.keys[place] in words("inner") for place in range(at, end)):
            del found[end]
        elif context.knows(noun):
            found[end] = (0.4, node)
        elif (
            end - at > 1
            and is_plural(chart.keys[end - 1])
            and context.knows(noun[:-1])
            and not context.knows(noun[-1:])
        ):
            found[end] = (0.9, node)
        elif singular(name_of(noun)) in context.likely:
            found[end] = (0.6, node)
        else:
            last = chart.keys[end - 1]
            is_many = is_plural(last) or last in words("uncounted") or (at > 0 and chart.tokens[at].text[:1].isupper())
            known_end = end - at > 1 and context.knows(noun[-1:])
            bent = end - at > 1 and not is_many and any(is_plural(word) for word in chart.keys[at : end - 1])
            is_field = "_" in last and not is_plural(last)
            found[end] = (
                cost
                + ((0.3 if end - at > 1 and last in _GENERIC else 1.0) if last in chart.grammar.words or is_field else 0.0)
                + (0.0 if is_many else 1.0)
                + (1.5 if bent else 0.0)
                + (0.5 if known_end else 0.0)
                + (2.0 if at and end - at == 1 and last in _GENERIC and chart.keys[at - 1] in _SPECIFIC else 0.0),
                node,
            )
    return found


def plural_resource(chart: Chart, at: int) -> Outcomes:
    """Read the plural name of a resource, there or not."""
    return {end: outcome for end, outcome in any_resource(chart, at).items() if is_plural(chart.keys[end - 1].lower())}


def likely_resource(chart: Chart, at: int) -> Outcomes:
    """Read the plural name of a resource that is there, is spoken of elsewhere, or is a usual one."""
    likely = _context(chart).likely
    return {
        end: outcome
        for end, outcome in plural_resource(chart, at).items()
        if _context(chart).knows(noun := noun_at(chart, at, end))
        or singular(name_of(noun)) in likely
        or lexicon().knows(singular(name_of(noun)))
    }


def known_resource(chart: Chart, at: int) -> Outcomes:
    """Read the name of a resource that is there."""
    context = _context(chart)
    found: Outcomes = {}
    for end, (_, node) in _name(chart, at, _MOST - 1).items():
        noun = noun_at(chart, at, end)
        if context.knows(noun):
            found[end] = (0.3, node)
        elif singular(name_of(noun)) in context.likely:
            found[end] = (0.5, node)
    return found


def resource_there(chart: Chart, at: int) -> Outcomes:
    """Read the name of a resource that is there or was declared before this sentence."""
    context = _context(chart)
    return {end: outcome for end, outcome in known_resource(chart, at).items() if context.knows(noun_at(chart, at, end))}


def known_field(chart: Chart, at: int) -> Outcomes:
    """Read the name of a field that is there."""
    context = _context(chart)
    return {
        end: (0.3, node)
        for end, (_, node) in _name(chart, at, _MOST).items()
        if context.has_field(snake("_".join(noun_at(chart, at, end))))
    }


def any_name(chart: Chart, at: int) -> Outcomes:
    """Read a new name."""
    return _name(chart, at, _MOST)


def role_name(chart: Chart, at: int) -> Outcomes:
    """Read the name of a role: one that is known or usual, else a plural that is no resource: ``landlords``."""
    context = _context(chart)
    found = {}
    for end, (cost, node) in any_role(chart, at).items():
        noun = noun_at(chart, at, end)
        last = chart.keys[end - 1]
        name = singular(snake("_".join(noun)))
        if name in context.roles:
            found[end] = (0.5, node)
        elif context.knows(noun):
            if name in words("roles"):
                found[end] = (1.8, node)
        elif name in words("roles"):
            found[end] = (0.8, node)
        elif singular(last) in words("roles") and chart.keys[at] not in chart.grammar.words:
            found[end] = (1.0, node)
        elif end == at + 1 and is_plural(last) and last not in chart.grammar.words and "_" not in last:
            found[end] = (cost + 1.3, node)
    return found


def any_role(chart: Chart, at: int) -> Outcomes:
    """Read what is said to be a role: any name of one or two words."""
    return {
        end: (cost + 0.3, node)
        for end, (cost, node) in _name(chart, at, 2).items()
        if not words("not_roles") & set(chart.keys[at:end])
    }


def owner_word(chart: Chart, at: int) -> Outcomes:
    """Read ``owner``, ``author`` and the like, where these are no resources."""
    key = chart.keys[at]
    context = _context(chart)
    if singular(key) not in words("owners") or context.knows((key,)) or singular(key) in context.likely:
        return {}
    return {at + 1: (0.1, Node("owner", None, at, at + 1))}


def number(chart: Chart, at: int) -> Outcomes:
    """Read a number, in digits or words."""
    token = chart.tokens[at]
    if token.kind == "number":
        return {at + 1: (0.1, Node(token.value, None, at, at + 1))}
    if token.kind == "word" and token.lower in NUMBERS:
        if at + 1 < chart.size and chart.keys[at + 1] in ("hundred", "thousand"):
            value = int(NUMBERS[token.lower]) * int(NUMBERS[chart.keys[at + 1]])
            return {at + 2: (0.2, Node(str(value), None, at, at + 2))}
        return {at + 1: (0.2, Node(NUMBERS[token.lower], None, at, at + 1))}
    return {}


def _of_kind(*kinds: str) -> Callable[[Chart, int], Outcomes]:
    def read(chart: Chart, at: int) -> Outcomes:
        token = chart.tokens[at]
        return {at + 1: (0.1, Node(token.lower, None, at, at + 1))} if token.kind in kinds else {}

    return read


def enum_value(chart: Chart, at: int) -> Outcomes:
    """Read a value to choose from: a word or two, a number, what stands in quotes."""
    token = chart.tokens[at]
    if token.kind in ("number", "quoted"):
        return {at + 1: (0.5, Node("value", None, at, at + 1))}
    found: Outcomes = {}
    cost = 0.0
    for end in range(at, min(at + 3, chart.size)):
        word = chart.tokens[end]
        is_letter = word.text in ("A", "I")
        never = words("never_values") - {"yes", "no", "off"}
        if word.kind not in ("word", "number") or (word.lower in never and not is_letter):
            break
        cost += 0.9 if end == at else 1.2
        if word.lower in words("telling"):
            cost += 1.5
        if "_" in word.lower or not lexicon().fields.get(word.lower, "boolean").startswith("boolean"):
            cost += 0.8
        found[end + 1] = (cost, Node("value", None, at, end + 1))
    return found


def slash_value(chart: Chart, at: int) -> Outcomes:
    """Read one word of ``red/white/rosé``."""
    token = chart.tokens[at]
    if token.kind in ("number", "quoted"):
        return {at + 1: (0.5, Node("value", None, at, at + 1))}
    if token.kind != "word" or token.lower in words("never_values"):
        return {}
    return {at + 1: (0.7, Node("value", None, at, at + 1))}


def default_value(chart: Chart, at: int) -> Outcomes:
    """Read a default: a number, a word, what stands in quotes."""
    token = chart.tokens[at]
    if token.kind in ("quoted", "number", "day", "email", "url", "hex"):
        return {at + 1: (0.2, Node("value", None, at, at + 1))}
    if token.kind == "word" and token.lower in NUMBERS and token.lower != "one":
        return {at + 1: (0.3, Node("value", None, at, at + 1))}
    is_code = token.text.isupper() and len(token.text) > 1
    never = words("never_values") - {"on", "off", "no", "yes", "new", "open"}
    if token.kind != "word" or (token.lower in never and not is_code):
        return {}
    found: Outcomes = {at + 1: (1.5 if _is_usual(token.lower) or chart.read("FirmType", at) else 0.5, Node("value", None, at, at + 1))}
    following = chart.tokens[at + 1] if at + 1 < chart.size else None
    if (
        following is not None
        and following.kind == "word"
        and following.lower not in words("never_values")
        and following.lower not in chart.grammar.words
    ):
        found[at + 2] = (1.4, Node("value", None, at, at + 2))
    return found


def example_value(chart: Chart, at: int) -> Outcomes:
    """Read an example: one token, or words up to a mark."""
    found: Outcomes = {}
    cost = 0.2
    if chart.tokens[at].kind == "word" and chart.keys[at] in words("never_names") - words("articles"):
        return found
    for end in range(at, min(at + 6, chart.size)):
        token = chart.tokens[end]
        if token.kind == "mark" and token.text in ",;()":
            break
        if token.kind == "word" and token.lower in ("and", "or", "with", "which", "that") and end > at:
            break
        cost += 0.3 if end == at else 1.1
        found[end + 1] = (cost, Node("example", None, at, end + 1))
        if token.kind == "quoted":
            break
    return found


def any_word(chart: Chart, at: int) -> Outcomes:
    """Read whatever stands here but a parenthesis."""
    token = chart.tokens[at]
    return {} if token.text in ("(", ")") else {at + 1: (0.8, Node("word", None, at, at + 1))}


def anything(chart: Chart, at: int) -> Outcomes:
    """Read what follows; crossing a mark costs much more than words do."""
    found: Outcomes = {}
    cost = 0.0
    for end in range(at, chart.size):
        cost += 4.0 if chart.tokens[end].kind in ("mark", "dash") and chart.tokens[end].text != "'s" else 0.1
        found[end + 1] = (cost, Node("aside", None, at, end + 1))
    return found


def gerund(chart: Chart, at: int) -> Outcomes:
    """Read nothing, where the next word names a deed and does not command it: ``reading``, ``GET``, ``access``."""
    token = chart.tokens[at]
    is_noun = token.lower.endswith(("ing", "tion", "al")) or token.text.isupper() or token.lower in words("deeds")
    return {at: (0.0, Node("gerund", None, at, at))} if is_noun else {}


def participle(chart: Chart, at: int) -> Outcomes:
    """Read ``placed``, ``written`` and the like, which say how one belongs to another."""
    word = chart.keys[at]
    is_one = chart.tokens[at].kind == "word" and (word.endswith(_PARTICIPLES) or word in words("participles"))
    return {at + 1: (0.4, Node("participle", None, at, at + 1))} if is_one else {}


def title(chart: Chart, at: int) -> Outcomes:
    """Read what stands before a colon and names nothing that is there: ``Big news:``, ``Lost & found office:``."""
    known = _context(chart)
    for end in range(at, min(at + 7, chart.size)):
        token = chart.tokens[end]
        if token.key == ":":
            if is_plural(chart.keys[end - 1]):
                return {}
            return {end: (2.2 + 0.2 * (end - at), Node("title", None, at, end))} if end - at > 1 else {}
        if token.kind not in ("word", "number", "quoted") and token.key not in ("&", "--", "/", "<s>"):
            return {}
        is_about = chart.keys[at] in ("from", "per", "re", "fwd", "via", "mail", "email", "note", "subject")
        names_one = token.kind == "word" and known.knows((token.lower,)) and not is_about
        if token.lower in words("verbs") or names_one:
            return {}
    return {}


def reason(chart: Chart, at: int) -> Outcomes:
    """Read why something is wanted: no word that asks for something stands in it."""
    found: Outcomes = {}
    cost = 0.0
    for end in range(at, chart.size):
        if chart.keys[end] in _WANTING:
            break
        cost += 4.0 if chart.tokens[end].kind in ("mark", "dash") and chart.keys[end] != "<s>" else 0.1
        found[end + 1] = (cost, Node("aside", None, at, end + 1))
    return found


def clause(chart: Chart, at: int) -> Outcomes:
    """Read words up to the next mark."""
    found: Outcomes = {}
    for end in range(at, min(at + 8, chart.size)):
        if chart.tokens[end].kind not in ("word", "number", "quoted"):
            break
        found[end + 1] = (0.1 * (end - at + 1), Node("clause", None, at, end + 1))
    return found


def context(chart: Chart, at: int) -> Outcomes:
    """Read what only tells the situation: ``we organise bus trips for seniors``; nothing in it asks for anything."""
    first = chart.tokens[at].lower
    if first not in words("situations") or (at and chart.tokens[at - 1].kind not in ("mark", "dash")):
        return {}
    known = _context(chart)
    found: Outcomes = {}
    cost = 2.0
    for end in range(at, chart.size):
        token = chart.tokens[end]
        if token.lower in words("asking") or token.text in "():=<>" or token.kind in ("number", "path", "range", "url"):
            break
        if token.kind in ("word", "quoted") and known.has_field(token.lower):
            cost += 2.0
        cost += 3.0 if token.kind in ("mark", "dash") and token.key != "<s>" else 0.25
        following = chart.keys[end + 1]
        ends = end + 1 == chart.size or chart.tokens[end + 1].kind in ("mark", "dash") or following in _GOING_ON
        if end - at > 1 and ends:
            found[end + 1] = (cost, Node("aside", None, at, end + 1))
    return found


def unknown_words(chart: Chart, at: int) -> Outcomes:
    """Read up to three words that name nothing that is known, up to the end, a mark, or words that go on."""
    known = _context(chart)
    found: Outcomes = {}
    for end, (cost, _) in _name(chart, at, _MOST - 1).items():
        noun = noun_at(chart, at, end)
        ends = [noun[place:] for place in range(len(noun))]
        if any(
            known.knows(one) or known.has_field(snake("_".join(one))) or singular(name_of(one)) in known.likely
            for one in ends
        ) or _PEOPLE & set(chart.keys[at:end]):
            break
        found[end] = (0.5 * cost, Node("unknown", None, at, end))
    return found


def usual_ahead(chart: Chart, at: int) -> Outcomes:
    """Read nothing where the name of a usual field or a type comes soon: ``title, url``, not ``red, green``."""
    for place in range(at, min(at + 12, chart.size)):
        pair = "_".join(token.lower for token in chart.tokens[place : place + 2])
        if _is_usual(chart.keys[place]) or _is_usual(pair) or chart.read("FirmType", place):
            return {at: (0.0, Node("ahead", None, at, at))}
    return {}


def single_before(chart: Chart, at: int) -> Outcomes:
    """Read nothing: what stands in parentheses after a plural is hardly a list of values."""
    before = at - 1
    while before > 0 and chart.keys[before] in ("(", ":", "--"):
        before -= 1
    is_many = before >= 0 and is_plural(chart.keys[before])
    return {at: (3.0 if is_many else 0.0, Node("single", None, at, at))}


def itself(chart: Chart, at: int) -> Outcomes:
    """Read the name of the service that is there: ``the blog needs a login``."""
    name = _context(chart).spec.service.name.split("-")
    end = at + len(name)
    return {end: (0.2, Node("itself", None, at, end))} if chart.keys[at:end] == name else {}


def http_method(chart: Chart, at: int) -> Outcomes:
    """Read a method of HTTP; written in capitals, as ``put`` and ``delete`` are words too."""
    token = chart.tokens[at]
    is_one = token.kind == "word" and token.text in ("GET", "POST", "PUT", "PATCH", "DELETE")
    return {at + 1: (0.1, Node(token.lower, None, at, at + 1))} if is_one else {}


def enum_like(chart: Chart, at: int) -> Outcomes:
    """Read the name of a field that usually has values to choose from: ``status``, ``ticket type``."""
    return {end: outcome for end, outcome in field_name(chart, at).items() if chart.keys[end - 1] in words("enum_like")}


def some_words(most: int) -> Callable[[Chart, int], Outcomes]:
    """Return a terminal of up to so many words."""

    def read(chart: Chart, at: int) -> Outcomes:
        found: Outcomes = {}
        for end in range(at, min(at + most, chart.size)):
            token = chart.tokens[end]
            if token.kind not in ("word", "quoted") or (token.lower in words("never_names") - words("inner")):
                break
            found[end + 1] = (0.4 * (end - at + 1), Node("words", None, at, end + 1))
        return found

    return read


def one_word(chart: Chart, at: int) -> Outcomes:
    """Read one word that the grammar has no other use for, or a verb."""
    step = _word_cost(chart, at)
    if step is None:
        return {}
    return {at + 1: (step + (0.5 if step > _ORDINARY else 0), Node("word", None, at, at + 1))}


def slug(chart: Chart, at: int) -> Outcomes:
    """Read the name of a service: ``bike-rental``, ``"library"``."""
    token = chart.tokens[at]
    if token.kind == "quoted":
        return {at + 1: (0.3, Node("slug", None, at, at + 1))}
    step = _word_cost(chart, at)
    return {} if step is None else {at + 1: (step, Node("slug", None, at, at + 1))}


def soft_type_after(chart: Chart, at: int) -> Outcomes:
    """Read ``date``, ``text`` or ``number`` as the type of the name before: ``published_on date``, ``bio text``."""
    before = chart.tokens[at - 1] if at else None
    if before is None or before.kind not in ("word", "quoted"):
        return {}
    outcomes = chart.read("SoftType", at)
    is_whole = (
        before.kind == "quoted"
        or "_" in before.text
        or before.lower.endswith(("_on", "_at", "_until", "_from"))
        or (chart.keys[at] in ("text", "texts") and before.lower in words("texts"))
        or (chart.keys[at] in ("number", "money", "currency") and before.lower in words("amounts"))
        or (chart.keys[at] in ("flag",) and before.lower.endswith("ed"))
        or (chart.keys[at] in ("date",) and before.lower in ("on", "at", "until", "from", "by", "deadline", "date"))
        or (chart.keys[at] in ("url", "link") and before.lower in ("website", "homepage", "site", "url", "link"))
    )
    cost = 0.0 if is_whole else 4.0
    return {end: (spent + cost, Node("type", (None, "it", node), at, end)) for end, (spent, node) in outcomes.items()}


TERMINALS: Mapping[str, Callable[[Chart, int], Outcomes]] = {
    "FieldName": field_name,
    "AnyRes": any_resource,
    "Clause": clause,
    "Title": title,
    "Gerund": gerund,
    "Participle": participle,
    "Reason": reason,
    "Unknown": unknown_words,
    "UsualAhead": usual_ahead,
    "Context": context,
    "EnumLike": enum_like,
    "Single": single_before,
    "HttpMethod": http_method,
    "Itself": itself,
    "PluralRes": plural_resource,
    "LikelyRes": likely_resource,
    "Known": known_resource,
    "KnownField": known_field,
    "There": resource_there,
    "AnyName": any_name,
    "RoleName": role_name,
    "AnyRole": any_role,
    "OwnerWord": owner_word,
    "Num": number,
    "Range": _of_kind("range"),
    "Rate": _of_kind("rate"),
    "Pattern": _of_kind("pattern"),
    "Path": _of_kind("path"),
    "Url": _of_kind("url"),
    "Text": _of_kind("quoted"),
    "EnumValue": enum_value,
    "SlashValue": slash_value,
    "DefaultValue": default_value,
    "Example": example_value,
    "AnyWord": any_word,
    "Anything": anything,
    "Words3": some_words(3),
    "Words": some_words(5),
    "OneWord": one_word,
    "Slug": slug,
    "VerbName": participle,
    "SoftAfter": soft_type_after,
}
