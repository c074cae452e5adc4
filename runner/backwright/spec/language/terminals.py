"""What the grammar reads by a function: numbers, values, asides, and the names of `names`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backwright.naming import singular, snake
from backwright.spec.language.chart import Chart, Node, Outcomes
from backwright.spec.language.names import (
    MOST,
    NUMBERS,
    ORDINARY,
    PARTICIPLES,
    any_name,
    any_resource,
    any_role,
    context_of,
    field_name,
    is_usual,
    known_field,
    known_resource,
    likely_resource,
    noun_at,
    owner_word,
    plural_resource,
    read_name,
    resource_there,
    role_name,
    word_cost,
)
from backwright.spec.language.nouns import name_of
from backwright.spec.language.words import words
from backwright.spec.lexicon import lexicon
from backwright.spec.nouns import is_plural

_DEEDS = ("ing", "tion", "al", "able", "ible")
_PEOPLE = frozenset({"user", "users", "owner", "owners", "author", "authors", "admin", "admins"})
"""Those who may do something are no place where something is."""
_WANTING = frozenset(
    {"must", "should", "shall", "unique", "optional", "required", "mandatory", "rename", "remove", "add"}
)
"""Words that ask for something."""
_GOING_ON = frozenset({"and", "but", "so", "where", "with", "which", "therefore", "hence", "plus"})
"""What can follow words that only tell the situation."""


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
    is_other = is_usual(token.lower) or bool(chart.read("FirmType", at))
    found: Outcomes = {at + 1: (1.5 if is_other else 0.5, Node("value", None, at, at + 1))}
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
    is_noun = token.lower.endswith(_DEEDS) or token.text.isupper() or token.lower in words("deeds")
    return {at: (0.0, Node("gerund", None, at, at))} if is_noun else {}


def participle(chart: Chart, at: int) -> Outcomes:
    """Read ``placed``, ``written`` and the like, which say how one belongs to another."""
    word = chart.keys[at]
    is_one = chart.tokens[at].kind == "word" and (word.endswith(PARTICIPLES) or word in words("participles"))
    return {at + 1: (0.4, Node("participle", None, at, at + 1))} if is_one else {}


def title(chart: Chart, at: int) -> Outcomes:
    """Read what stands before a colon and names nothing that is there: ``Big news:``, ``Lost & found office:``."""
    known = context_of(chart)
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
    known = context_of(chart)
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
    known = context_of(chart)
    found: Outcomes = {}
    for end, (cost, _) in read_name(chart, at, MOST - 1).items():
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
        if is_usual(chart.keys[place]) or is_usual(pair) or chart.read("FirmType", place):
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
    name = context_of(chart).spec.service.name.split("-")
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
    step = word_cost(chart, at)
    if step is None:
        return {}
    return {at + 1: (step + (0.5 if step > ORDINARY else 0), Node("word", None, at, at + 1))}


def slug(chart: Chart, at: int) -> Outcomes:
    """Read the name of a service: ``bike-rental``, ``"library"``."""
    token = chart.tokens[at]
    if token.kind == "quoted":
        return {at + 1: (0.3, Node("slug", None, at, at + 1))}
    step = word_cost(chart, at)
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
