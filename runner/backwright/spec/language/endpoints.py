"""Statements about operations and endpoints, as clauses."""

from __future__ import annotations

from collections.abc import Mapping

from backwright.naming import snake
from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Node
from backwright.spec.language.deeds import (
    EDIT,
    METHODS,
    OPERATIONS,
    PUBLIC,
    READ,
    all_subjects,
    deeds_of,
    named_who,
    operations_of,
    who_of,
)
from backwright.spec.language.telling import Teller, Telling, Told
from backwright.spec.language.tokens import Misread
from backwright.spec.model import OperationName as Op


def _offer(t: Telling, node: Node) -> Told:
    for deed in deeds_of(t, node):
        yield say.Offer(deed.operations, deed.subject, adds=deed.operations == (Op.BULK,))
    if node.has("d"):
        return
    operations = operations_of(t, node.one("op"))
    for subject in all_subjects(t, node):
        yield say.Offer(operations, subject, adds=operations == (Op.BULK,))


def _new_offer(t: Telling, node: Node) -> Told:
    noun = t.noun(node.one("r"))
    if not t.context.knows(noun):
        yield say.Declare((noun,), "", counted=True)
    yield say.Offer(operations_of(t, node.one("op")), noun)


def _read_only(t: Telling, node: Node) -> Told:
    for subject in all_subjects(t, node):
        yield say.Offer(READ, subject)


def _append_only(t: Telling, node: Node) -> Told:
    for subject in all_subjects(t, node):
        yield say.Offer((*EDIT, Op.DELETE), subject, without=True)


def _read_only_for(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w"))
    if "role" in who.kinds or "owner" in who.kinds:
        raise Misread(t.chart.text(node).split(), "say who may do the rest")
    for subject in all_subjects(t, node):
        yield say.Allow(who, READ, subject)


def _without(t: Telling, node: Node) -> Told:
    operations = tuple(dict.fromkeys(op for one in node.all("op") for op in operations_of(t, one)))
    operations += tuple(op for one in node.all("h") for method in one.all("h") for op in METHODS[method.tag])
    for subject in all_subjects(t, node):
        yield say.Offer(operations, subject, without=True)


def _offer_more(t: Telling, node: Node) -> Told:
    for subject in all_subjects(t, node):
        yield say.Offer(operations_of(t, node.one("op")), subject, adds=True)


def _bulk(t: Telling, node: Node) -> Told:
    for subject in all_subjects(t, node):
        yield say.Offer((Op.BULK,), subject, adds=True)


def _only(_t: Telling, _node: Node) -> Told:
    yield say.OnlyThese()


def _endpoint(t: Telling, node: Node) -> Told:
    path = node.one("p")
    methods = tuple(t.chart.tokens[one.start].lower for one in node.all("m"))
    if path is not None:
        yield _at(t, methods or ("post",), path)
        yield from _tails(t, node)


def _at(t: Telling, methods: tuple[str, ...], path: Node) -> say.Endpoint:
    return say.Endpoint(methods, t.chart.tokens[path.start].text)


def _endpoints(t: Telling, node: Node) -> Told:
    method = ""
    for label, value in node.parts():
        if isinstance(value, Node) and label == "m":
            method = t.chart.tokens[value.start].lower
        elif isinstance(value, Node) and label == "p":
            yield _at(t, (method,), value)
            if node.has("w"):
                yield say.Allow(who_of(t, node.one("w")), (), (), everything=True, narrow=True)
    yield from _tails(t, node)


def _tails(t: Telling, node: Node) -> Told:
    for tail in node.all("EndTail"):
        if tail.tag == "who":
            who = tail.one("w")
            one = named_who(t, who) if who is not None and who.tag != "Who" else who_of(t, who)
            yield say.Allow(one, (), (), everything=True, narrow=True)
        elif tail.tag == "what":
            if tail.has("w"):
                yield say.Allow(PUBLIC, (), (), everything=True, narrow=True)
            if tail.has("m"):
                yield say.Has((), t.members(tail.one("m")))
        elif tail.tag == "members":
            yield say.Has((), t.members(tail.one("m")))
        elif tail.tag == "list":
            listing = tail.one("l")
            if listing is not None:
                yield from t.clauses(listing)


def _ops_of(t: Telling, node: Node) -> Told:
    item = node.one("i")
    if item is not None:
        noun = t.noun(item.one("r"))
        yield say.OneOf(noun, operations_of(t, node.one("op")))
        members = t.members(item.one("m"))
        if members:
            yield say.Has(noun, members)
        yield from _tails(t, node)


def _method_of(t: Telling, node: Node) -> Told:
    method = node.one("m")
    noun = t.noun(node.one("r"))
    if method is not None:
        operations = {"get": (Op.LIST,), **{key: METHODS[key] for key in ("post", "put", "patch", "delete")}}
        yield say.OneOf(noun, operations[t.chart.tokens[method.start].lower])
        yield from _tails(t, node)


def _endpoint_to(t: Telling, node: Node) -> Told:
    verb = node.one("op")
    noun = t.noun(node.one("r"))
    text = t.chart.text(node).lower()
    operations = OPERATIONS[verb.tag] if verb is not None else (Op.LIST,)
    if operations == (Op.GET,) and not (
        " a " in text.split(" to ")[-1] or " one " in text or " single " in text or " id" in text
    ):
        operations = (Op.LIST,)
    yield say.OneOf(noun, operations)
    yield from _tails(t, node)


def _endpoint_returns(t: Telling, node: Node) -> Told:
    text = t.chart.text(node).lower().split()
    single = bool({"single", "id"} & set(text))
    item = node.one("i")
    noun = t.noun(node.one("r") if item is None else item.one("r"))
    yield say.OneOf(noun, (Op.GET,) if single else (Op.LIST,))
    members = t.members(item.one("m")) if item is not None else ()
    if members:
        yield say.Has(noun, members)
    yield from _tails(t, node)


def _action(t: Telling, node: Node) -> Told:
    owner = node.one("o")
    if node.has("p"):
        methods = tuple(dict.fromkeys(t.chart.tokens[one.start].lower for one in node.all("m")))
        paths = [(methods or ("post",), t.chart.tokens[path.start].text) for path in node.all("p")]
    else:
        plural_of = snake("_".join(t.noun(owner)))
        names = [snake("_".join(t.noun(one.one("w") or one))) for one in node.all("a")]
        paths = [(("post",), f"/{plural_of}/{{id}}/{name}") for name in names]
    for methods, text in paths:
        yield say.Endpoint(methods, text)
        if node.has("w"):
            yield say.Allow(who_of(t, node.one("w")), (), (), everything=True, narrow=True)
        yield from _tails(t, node)


def _nested(t: Telling, node: Node) -> Told:
    child = t.noun(node.one("c"))
    known = node.one("q")
    path = node.one("p")
    if not t.context.knows(child):
        yield say.Declare((child,), "", counted=True)
    if known is not None:
        parent = t.noun(known)
    elif path is not None:
        parts = [part for part in t.chart.tokens[path.start].text.split("/") if part]
        parent = (parts[0],)
    else:
        return
    yield say.Option("nested_under", "_".join(parent).replace("-", "_"), child)


def _nested_it(t: Telling, node: Node) -> Told:
    path = node.one("p")
    known = node.one("q")
    parts = [part for part in t.chart.tokens[path.start].text.split("/") if part] if path is not None else []
    parent = t.noun(known) if known is not None else tuple(parts[:1])
    child = tuple(part for part in parts[1:] if not part.startswith(("{", ":", "<")))
    if parent:
        yield say.Option("nested_under", "_".join(parent).replace("-", "_"), child)


def _nested_path(t: Telling, node: Node) -> Told:
    path = node.one("p") or node.one("Path")
    methods = tuple(t.chart.tokens[one.start].lower for one in node.all("m"))
    if path is not None:
        yield say.Endpoint(methods, t.chart.tokens[path.start].text)


ENDPOINTS: Mapping[str, Teller] = {
    "offer": _offer,
    "newoffer": _new_offer,
    "readonly": _read_only,
    "readonlyof": _read_only,
    "appendonly": _append_only,
    "readonlyfor": _read_only_for,
    "without": _without,
    "offermore": _offer_more,
    "bulkof": _bulk,
    "only": _only,
    "endpoint": _endpoint,
    "endpoints": _endpoints,
    "opsof": _ops_of,
    "methodof": _method_of,
    "methodto": _endpoint_to,
    "endpointto": _endpoint_to,
    "endpointreturns": _endpoint_returns,
    "action": _action,
    "nested": _nested,
    "nestedit": _nested_it,
    "nestedpath": _nested_path,
}
