"""Statements about who may do what, as clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Node
from backwright.spec.language.clauses import Who
from backwright.spec.language.deeds import (
    METHODS,
    OPERATIONS,
    OWNER,
    OWNERS,
    PUBLIC,
    READ,
    SIGNED_IN,
    Deed,
    all_subjects,
    deeds_of,
    of_node,
    operations_of,
    resources_for,
    subjects,
    who_of,
)
from backwright.spec.language.endpoints import ENDPOINTS
from backwright.spec.language.said import Said
from backwright.spec.language.telling import Teller, Telling, Told
from backwright.spec.language.tokens import Misread
from backwright.spec.model import OperationName as Op


def _is_only(t: Telling, node: Node) -> bool:
    """Whether nobody else may: ``only admins delete``, but not ``admins may only read``."""
    who, deeds = node.one("w"), node.one("d") or node.one("op")
    said = t.chart.keys[node.start : node.end]
    return any(
        (
            word in ("only", "solely", "exclusively", "nobody", "merely")
            or (word == "just" and after not in ("like", "as"))
        )
        and not (who is not None and deeds is not None and who.end <= place < deeds.start)
        for place, (word, after) in enumerate(zip(said, [*said[1:], ""], strict=True), node.start)
    )


def _allowed(t: Telling, node: Node) -> Who:
    """Return who may: those that are named, and those that are said to be able to as well."""
    found = who_of(t, node.one("w"))
    for also in node.all("AlsoWho"):
        found = found.joined(who_of(t, also.one("w")))
    for also in node.all("v"):
        found = found.joined(who_of(t, also))
    if any(extra.tag == "nologin" for extra in node.all("Extra")):
        return PUBLIC
    return PUBLIC if "public" in found.kinds else found


def _allow(t: Telling, node: Node) -> Told:
    who = _shut_out(t, node, _allowed(t, node))
    listed = [one for extra in node.all("Extra") for one in extra.all("op")]
    methods = [one for extra in node.all("Extra") if extra.tag == "via" for one in extra.all("Method")]
    deeds = of_node(t, node)
    if listed:
        more = operations_of(t, listed[0])
        deeds = [
            replace(one, operations=more if len(listed[0].all("o")) > 1 else (*one.operations, *more), everything=False)
            for one in deeds
        ]
    elif methods:
        named = {op for one in methods for op in METHODS[t.chart.tokens[one.start].lower]}
        deeds = [replace(one, operations=tuple(op for op in one.operations if op in named)) for one in deeds]
    for deed in deeds:
        for method, path in deed.calls:
            yield say.Endpoint((method,), path)
            yield say.Allow(who, (), (), everything=True, narrow=True)
        if not deed.calls:
            yield say.Allow(
                who,
                deed.operations,
                deed.subject,
                deed.everything,
                narrow=deed.narrow,
                only=_is_only(t, node),
                loose=deed.loose,
                it=deed.it,
            )
    for deed in deeds_of(t, node, "n"):
        yield from _denied(t, node, who, replace(deed, subject=deed.subject or deeds[-1].subject))
    for again in node.all("Again"):
        for deed in deeds_of(t, again, "again"):
            yield say.Allow(who, deed.operations, deed.subject or deeds[0].subject, everything=deed.everything)


def _allow_new(t: Telling, node: Node) -> Told:
    """A resource that is first spoken of by who makes it: ``members write reviews with stars``."""
    noun = t.noun(node.one("r"))
    yield say.Declare((noun,), "add", counted=True)
    if node.has("m"):
        yield say.Has(noun, t.members(node.one("m")))
    for target in node.all("t"):
        yield say.Relates(noun, (Said(target=t.target(target), words=t.chart.text(target).split()),))
    yield say.Allow(_allowed(t, node), (Op.CREATE,), noun)


def _nobody_else(t: Telling, node: Node) -> Told:
    deeds = of_node(t, node)
    for deed in deeds or [Deed((), ())]:
        yield say.Allow(OWNER, deed.operations, deed.subject)


def _visible(t: Telling, node: Node) -> Told:
    for subject in all_subjects(t, node):
        yield say.Allow(who_of(t, node.one("w")), READ, subject)


def _publicly(t: Telling, node: Node) -> Told:
    operations = operations_of(t, node.one("Ops") or node.one("op")) or READ
    for subject in all_subjects(t, node):
        yield say.Allow(PUBLIC, operations, subject)


def _deny(t: Telling, node: Node) -> Told:
    for deed in deeds_of(t, node):
        yield from _denied(t, node, who_of(t, node.one("w")), deed)


def _denied(t: Telling, node: Node, who: Who, deed: Deed) -> Told:
    if who.kinds == {"public"}:
        yield say.Allow(SIGNED_IN, deed.operations, deed.subject)
    elif "owner" in who.kinds:
        raise Misread(t.chart.text(node).split(), "say who may do it")
    else:
        yield say.Deny(who, deed.operations, deed.subject)


def _nobody(t: Telling, node: Node) -> Told:
    for deed in of_node(t, node):
        yield say.Offer(deed.operations, deed.subject, without=True)


def _open_but(t: Telling, node: Node) -> Told:
    for deed in deeds_of(t, node):
        yield say.Allow(PUBLIC, deed.operations, deed.subject, everything=deed.everything)
    others = deeds_of(t, node, "e")
    named = [deed.subject for deed in deeds_of(t, node) if deed.subject]
    for deed in others:
        yield say.Allow(SIGNED_IN, deed.operations, deed.subject or (named[0] if named else ()))


def _lock_all(_t: Telling, _node: Node) -> Told:
    yield from resources_for(SIGNED_IN)


def _that_is(t: Telling, node: Node) -> Told:
    inner = node.one("x")
    if inner is not None:
        yield from t.clauses(inner)


def _shut_out(t: Telling, node: Node, who: Who) -> Who:
    """Return who may where it is said from whom something is kept: ``hide customers from anonymous users``."""
    if not node.has("shut"):
        return who
    if who.kinds != {"public"}:
        raise Misread(t.chart.text(node).split(), "say who may do it")
    return SIGNED_IN


def _protect(t: Telling, node: Node) -> Told:
    who = _shut_out(t, node, who_of(t, node.one("w")) if node.has("w") else SIGNED_IN)
    for subject in all_subjects(t, node):
        yield say.Allow(who, (), subject, everything=True)


def _protect_admin(_t: Telling, _node: Node) -> Told:
    yield say.ProtectAdmin()


def _protect_all(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w")) if node.has("w") else SIGNED_IN
    yield from resources_for(who)


def _protect_ops(t: Telling, node: Node) -> Told:
    for deed in deeds_of(t, node):
        yield say.Allow(SIGNED_IN, deed.operations, deed.subject, everything=deed.everything)


def _open(t: Telling, node: Node) -> Told:
    for deed in of_node(t, node):
        yield say.Allow(PUBLIC, deed.operations, deed.subject, everything=deed.everything)


def _open_all(t: Telling, node: Node) -> Told:
    for subject in all_subjects(t, node):
        yield say.Allow(PUBLIC, (), subject, everything=True)


def _make_open(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w"))
    operation = node.one("Op")
    for subject in all_subjects(t, node):
        if operation is not None:
            yield say.Allow(who, OPERATIONS[operation.tag], subject)
        else:
            yield say.Allow(who, (), subject, everything=True)


def _whole(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w"))
    for subject in all_subjects(t, node):
        yield say.Allow(who, (), subject, everything=True)


def _rest(t: Telling, node: Node) -> Told:
    yield say.Allow(who_of(t, node.one("w")), (), (), rest=True, loose=True)


def _rest_protected(_t: Telling, _node: Node) -> Told:
    yield say.Allow(SIGNED_IN, (), (), rest=True, loose=True)


def _rest_api(t: Telling, node: Node) -> Told:
    yield from resources_for(who_of(t, node.one("w")))


def _no_endpoint(t: Telling, node: Node) -> Told:
    path = node.one("p")
    for method in node.all("m"):
        if path is not None:
            parts = [part for part in t.chart.tokens[path.start].text.split("/") if part]
            single = len(parts) > 1
            word = t.chart.tokens[method.start].lower
            operations = (Op.GET if single else Op.LIST,) if word == "get" else METHODS[word]
            yield say.Offer(operations, (parts[0],), without=True)


def _owns_new(t: Telling, node: Node) -> Told:
    noun = t.noun(node.one("o"))
    members = t.members(node.one("m"))
    if not t.context.knows(noun):
        yield say.Declare((noun,), "", counted=True)
    if members:
        yield say.Has(noun, members)
    yield say.Owned(noun)


def _everything(t: Telling, node: Node) -> Told:
    yield from resources_for(who_of(t, node.one("w")))


def _everything_but(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w"))
    if who.kinds != {"authenticated"}:
        raise Misread(t.chart.text(node).split(), "say who may do the rest")
    yield from resources_for(who)
    for deed in deeds_of(t, node):
        yield say.Allow(PUBLIC, deed.operations, deed.subject, deed.everything, loose=deed.loose)


def _that(t: Telling, node: Node) -> Told:
    yield say.Allow(who_of(t, node.one("w")), (), (), everything=True, narrow=True)


def _owned(t: Telling, node: Node) -> Told:
    text = t.chart.text(node).split()
    resource = next((word for word in reversed(text) if word.lower() in OWNERS and t.context.knows((word,))), "")
    for subject in all_subjects(t, node):
        if resource:
            yield say.Relates(subject, (Said(target=resource, words=text),))
        else:
            yield say.Owned(subject)


def _own_only(t: Telling, node: Node) -> Told:
    """``users can only see their own tasks``: rows belong to users; more is only said where it says more."""
    own = node.one("Own")
    owned = subjects(t, own) if own is not None else []
    if own is not None and not owned:
        owned = [t.noun(one) for one in own.all("r")]
    who = who_of(t, node.one("w")) if node.has("w") else SIGNED_IN
    operations = tuple(dict.fromkeys(op for one in node.all("op") for op in operations_of(t, one)))
    members = t.members(node.one("m"))
    for subject in owned or [()]:
        if members and subject and not t.context.knows(subject):
            yield say.Declare((subject,), "", counted=True)
            yield say.Has(subject, members)
        yield say.Owned(subject, operations)
        if (operations and not set(operations) & set(READ)) or ("role" in who.kinds and operations):
            yield say.Allow(OWNER, operations, subject)
        for also in node.all("OwnAlso"):
            yield say.Allow(who_of(t, also.one("w")), operations or READ, subject)


def _private(t: Telling, node: Node) -> Told:
    for subject in all_subjects(t, node):
        yield say.Owned(subject)


def _owns(t: Telling, node: Node) -> Told:
    resource = node.one("r") or node.one("o")
    yield say.Owned(t.noun(resource))


def _nobody_but(t: Telling, node: Node) -> Told:
    yield from _allow(t, node)


ACCESS: Mapping[str, Teller] = {
    **ENDPOINTS,
    "allow": _allow,
    "allownew": _allow_new,
    "andallowed": _allow,
    "deny": _deny,
    "nobody": _nobody,
    "nobodybut": _nobody_but,
    "nobodyelse": _nobody_else,
    "openbut": _open_but,
    "lockall": _lock_all,
    "thatis": _that_is,
    "visible": _visible,
    "publicly": _publicly,
    "protect": _protect,
    "protectadmin": _protect_admin,
    "protectall": _protect_all,
    "protectops": _protect_ops,
    "open": _open,
    "openall": _open_all,
    "makeopen": _make_open,
    "whole": _whole,
    "rest": _rest,
    "restprotected": _rest_protected,
    "everything": _everything,
    "everythingbut": _everything_but,
    "restapi": _rest_api,
    "noendpoint": _no_endpoint,
    "ownsnew": _owns_new,
    "that": _that,
    "owned": _owned,
    "ownonly": _own_only,
    "ownwho": _own_only,
    "private": _private,
    "owns": _owns,
}
