"""Statements about lists and about switches of a resource, as clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Node
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.telling import Teller, Telling, Told
from backwright.spec.language.tokens import Misread
from backwright.spec.model import FilterOperator, KeyType

_RANGE = (FilterOperator.GE, FilterOperator.LE)


def _listing(t: Telling, node: Node) -> Told:
    subject: Noun = ()
    for part in node.all("l"):
        subject = _subject(t, part) or subject
        yield _part(t, part, subject)


def _subject(t: Telling, part: Node) -> Noun:
    nested = [*part.all("s"), *part.all("o"), *part.all("OnList"), part]
    for one in nested:
        for label in ("o", "Known"):
            for known in one.all(label):
                noun = _known(t, known)
                if noun:
                    return noun
    return ()


def _known(t: Telling, node: Node) -> Noun:
    if node.tag == "name":
        return t.noun(node)
    inner = node.one("o") or node.one("Known")
    return () if inner is None else _known(t, inner)


def _part(t: Telling, part: Node, subject: Noun) -> Clause:
    t.context.is_listed |= part.tag in ("filter", "sort", "search")
    if part.tag == "filter":
        fields = part.one("f")
        return say.Listing(
            subject, filters=tuple(said for one in (fields.all("f") if fields else ()) for said in _filters(t, one))
        )
    if part.tag in ("sort", "search"):
        listed = part.one("n")
        names = tuple(t.noun(one) for one in (listed.all("n") if listed else ()))
        return say.Listing(subject, sort=names) if part.tag == "sort" else say.Listing(subject, search=names)
    if part.tag == "paginated":
        return say.Listing(subject)
    if part.tag == "again":
        if not t.context.is_listed:
            raise Misread(t.chart.text(part).split(), "say by which fields")
        return say.Listing(subject)
    if part.tag == "pagination":
        kind = part.one("k")
        return say.Listing(subject, pagination="" if kind is None else kind.tag)
    return _pages(t, part, subject)


def _pages(t: Telling, part: Node, subject: Noun) -> Clause:
    whole = part.one("PageSize") if part.tag in ("ListPart",) else part
    part = whole or part
    size = t.number(part.one("size"))
    most = t.number(part.one("max"))
    for inner in part.all("PageMax"):
        most = t.number(inner.one("max")) or most
    return say.Listing(
        subject or _subject(t, part),
        page_size=None if size is None else int(size),
        max_page_size=None if most is None else int(most),
    )


def _filters(t: Telling, node: Node) -> Iterator[tuple[Noun, tuple[FilterOperator, ...]]]:
    """Yield the filter of each field that is said: ``price and stock can be filtered with >=``."""
    _, operators = _filter(t, node)
    for name in node.all("n"):
        yield t.noun(name), operators


def _filter(t: Telling, node: Node) -> tuple[Noun, tuple[FilterOperator, ...]]:
    noun = t.noun(node.one("n"))
    if node.tag == "range":
        return noun, _RANGE
    if node.tag == "min":
        return noun, (FilterOperator.GE,)
    if node.tag == "max":
        return noun, (FilterOperator.LE,)
    operators = node.one("Ops1")
    if operators is None:
        return noun, ()
    if operators.tag == "range":
        return noun, _RANGE
    return noun, tuple(dict.fromkeys(FilterOperator(one.tag) for one in operators.all("c")))


def _switch(name: str, value: object) -> Teller:
    def tell(t: Telling, node: Node) -> Told:
        subjects = [t.noun(one) for one in node.all("o") if one.tag == "name"]
        for one in (*node.all("s"), *node.all("SubjectOf")):
            subjects += [t.noun(one.one("o"))]
        t.switched = subjects or t.switched
        for subject in t.switched or [()]:
            yield say.Option(name, value, subject)

    return tell


def _key(t: Telling, node: Node) -> Told:
    kind = node.one("KeyKind")
    value = KeyType.UUID if kind is not None and kind.tag == "uuid" else KeyType.INTEGER
    yield from _switch("key", value)(t, node)


LISTS: Mapping[str, Teller] = {
    "listing": _listing,
    "soft": _switch("soft_delete", True),
    "timestamps": _switch("timestamps", True),
    "notimestamps": _switch("timestamps", False),
    "locking": _switch("optimistic_locking", True),
    "key": _key,
}
