"""Statements that add resources, and what they are spoken of: themes, stories, headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backwright.naming import plural, singular, snake
from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Node
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.nouns import resource_in
from backwright.spec.language.said import Said
from backwright.spec.language.telling import Teller, Telling, Told
from backwright.spec.language.words import words
from backwright.spec.model import OperationName
from backwright.spec.nouns import is_plural

_SIGNING_IN = frozenset({"registration", "login", "authentication", "auth", "accounts", "sign-up", "sign-in"})


def _declare(t: Telling, node: Node) -> Told:
    """Resources with their members; one that is there already and is said for another is a member of that."""
    tailer, items = node.one("t"), node.one("n")
    there = _there(t, items)
    if tailer is not None and there:
        for target in tailer.all("t"):
            yield say.Has(tuple(t.target(target).split("_")), there, adds=True)
        return
    verb = "add" if node.has("Adding") else ""
    members = t.members(node.one("m"))
    nouns: list[Noun] = []
    themes: list[Noun] = []
    if items is None:
        yield say.Bare(members)
        return
    for item in items.all("i") if items.tag in ("NewItems", "PluralItems") else [items]:
        resource = item.one("r") or item.one("i")
        if resource is None:
            continue
        noun = t.noun(resource)
        own = _of(noun, t.members(item.one("m")))
        crud = "crud" in t.chart.text(item).lower().split() or "crud" in t.chart.text(node).lower().split()
        counted = item.has("Kind") or is_plural(noun[-1].lower())
        nouns.append(noun)
        plain = items.tag == "PluralItems"
        if _is_theme(t, item, noun):
            yield say.Declare((noun,), weak=True)
            themes.append(noun)
            continue
        yield say.Declare((noun,), verb, counted, article=_has_article(t, item), crud=crud, plain=plain)
        if own:
            yield say.Has(noun, own)
        if item.has("ro"):
            yield say.Offer((OperationName.LIST, OperationName.GET), noun)
    if members and nouns and themes == nouns and all(is_bare_plural(said) for said in members):
        for said in members:
            yield say.Declare((tuple(said.name),), "add", counted=True)
    elif members and nouns:
        yield say.Has(nouns[-1], _of(nouns[-1], members))
    yield from _all_belong(t, tailer, nouns)


def _there(t: Telling, items: Node | None) -> tuple[Said, ...]:
    """Return the named resources as members, if all of them are there already."""
    named = [one.one("r") for one in items.all("i")] if items is not None else []
    nouns = [t.noun(one) for one in named if one is not None]
    are_there = len(nouns) == len(named) and all(resource_in(t.context.spec, noun) for noun in nouns)
    return tuple(Said(name=list(noun)) for noun in nouns) if are_there else ()


def _all_belong(t: Telling, tailer: Node | None, nouns: Sequence[Noun]) -> Told:
    """Yield that the new resources belong to what ``… for users`` names, but for that one itself."""
    if tailer is None or not tailer.has("t"):
        return
    targets = {plural(snake(t.target(target))) for target in tailer.all("t")}
    for noun in nouns:
        if plural(snake("_".join(noun))) not in targets or len(nouns) == 1:
            yield _belongs(t, tailer, noun)


def _is_theme(t: Telling, item: Node, noun: Noun) -> bool:
    """Whether ``an API for a crossword collection`` only says what the backend is for."""
    said = set(t.chart.text(item).lower().split())
    return (
        bool(said & {"api", "apis", "backend", "service", "app"})
        and bool(said & {"a", "an", "my", "our"})
        and not is_plural(noun[-1].lower())
        and not t.context.knows(noun)
    )


def is_bare_plural(said: Said) -> bool:
    """Whether a member is only a plural: ``books``."""
    return bool(said.name) and not said.said and is_plural(said.name[-1].lower())


def _of(noun: Noun, members: tuple[Said, ...]) -> tuple[Said, ...]:
    """Return members without the name of their own resource: ``readings (reading belongs to sensor)``."""
    own = singular(snake("_".join(noun)))
    return tuple(
        replace(said, name=[]) if said.target and said.name and snake("_".join(said.name)) == own else said
        for said in members
    )


def _has_article(t: Telling, item: Node) -> bool:
    determiners = item.one("Dets")
    return determiners is not None and bool({"a", "an"} & set(t.chart.text(determiners).lower().split()))


def _belongs(t: Telling, tailer: Node, noun: Noun) -> Clause:
    details = Said()
    for tail in tailer.all("d"):
        for detail in tail.all("d"):
            t.detail(details, detail)
    kind = {"forthem": "loose", "onetoone": "one_to_one"}.get(tailer.tag, "")
    members = tuple(
        replace(details, target=t.target(target), kind=kind, many=tailer.has("m"), words=t.chart.text(tailer).split())
        for target in tailer.all("t")
    )
    return say.Relates(noun, members)


def _signatures(t: Telling, node: Node) -> Told:
    for signature in node.all("i"):
        noun = t.noun(signature.one("r"))
        yield say.Declare((noun,), "", counted=True)
        yield say.Has(noun, t.members(signature.one("m")))


def _chain(t: Telling, node: Node) -> Told:
    nouns = [t.noun(one) for one in node.all("c")]
    for noun in nouns:
        yield say.Declare((noun,), "", counted=True)


def _focus(t: Telling, node: Node) -> Told:
    yield say.Focus(t.noun(node.one("s")))


def _focus_member(t: Telling, node: Node) -> Told:
    reference = node.one("m")
    if reference is not None:
        yield say.Focus(*t.member_ref(reference))


def _declare_focus(t: Telling, node: Node) -> Told:
    noun = t.noun(node.one("s"))
    if node.tag == "headed" and not is_plural(noun[-1].lower()) and noun[-1].lower() not in words("uncounted"):
        yield say.Declare((noun,), weak=True)
        return
    yield say.Declare((noun,), "", counted=True)
    yield say.Focus(noun)
    members = t.members(node.one("m"))
    if members:
        yield say.Has(noun, members)


def _nothing(t: Telling, node: Node) -> Told:
    yield say.Ignored(tuple(t.chart.text(node).split()))


def _theme(t: Telling, node: Node) -> Told:
    theme = node.one("t")
    text = t.noun(theme) if theme is not None else ()
    kept = tuple(word for word in text if word.lower() not in words("articles"))
    if node.tag in ("backend", "heading", "prose") or not kept:
        yield say.Ignored(tuple(t.chart.text(node).split()))
        return
    if _SIGNING_IN & {word.lower() for word in kept}:
        yield say.Setting("auth", "jwt")
        return
    if is_plural(kept[-1].lower()):
        t.context.likely.add(singular(snake("_".join(kept))))
    yield say.Declare((kept,), weak=True)


def _themed(t: Telling, node: Node) -> Told:
    theme, items = node.one("t"), node.one("n")
    if theme is not None:
        yield say.Ignored(tuple(t.chart.text(theme).split()))
    for item in items.all("i") if items is not None else ():
        noun = t.noun(item.one("r"))
        yield say.Declare((noun,), "add", counted=True)


def _story(t: Telling, node: Node) -> Told:
    inner = node.one("s")
    if inner is not None:
        yield from t.clauses(inner)


def _story_declare(t: Telling, node: Node) -> Told:
    noun = t.noun(node.one("r"))
    known = t.context.knows(noun)
    if not known:
        yield say.Declare((noun,), "", counted=is_plural(noun[-1].lower()))
    yield say.Focus(noun)
    members = t.members(node.one("m"))
    if members:
        yield say.Has(noun, members)
    target = node.one("t")
    if target is not None and not known:
        yield say.Relates(noun, (Said(target="_".join(t.noun(target)), kind="loose"),))


def _story_list(t: Telling, node: Node) -> Told:
    yield from _story_declare(t, node)
    listing = node.one("l")
    if listing is not None:
        yield from t.clauses(listing)


DECLARATIONS: Mapping[str, Teller] = {
    "declare": _declare,
    "signatures": _signatures,
    "chain": _chain,
    "focus": _focus,
    "declarefocus": _declare_focus,
    "headed": _declare_focus,
    "focusmember": _focus_member,
    "heading": _nothing,
    "themefor": _theme,
    "themeof": _theme,
    "themed": _themed,
    "backend": _theme,
    "prose": _theme,
    "story": _story,
    "storydeclare": _story_declare,
    "storylist": _story_list,
    "aside": _nothing,
    "retract": _nothing,
}
