"""Statements about who may do what, about operations and endpoints, as clauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backwright.naming import singular, snake
from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Node
from backwright.spec.language.clauses import Clause, Noun, Who
from backwright.spec.language.nouns import resource_in
from backwright.spec.language.said import Said
from backwright.spec.language.tokens import Misread
from backwright.spec.language.words import words
from backwright.spec.model import OperationName as Op
from backwright.spec.nouns import is_plural

if TYPE_CHECKING:
    from backwright.spec.language.telling import Telling

Told = Iterator[Clause]
_OWNERS = frozenset({"author", "authors", "owner", "owners", "creator", "creators", "person", "account", "member"})
_PRONOUNS = frozenset({"them", "they", "those", "these"})
READ = (Op.LIST, Op.GET)
EDIT = (Op.REPLACE, Op.UPDATE)
WRITE = (Op.CREATE, Op.REPLACE, Op.UPDATE, Op.DELETE)
ALL = (*READ, *WRITE)
_OPERATIONS: Mapping[str, tuple[Op, ...]] = {
    "list": (Op.LIST,),
    "get": (Op.GET,),
    "read": READ,
    "create": (Op.CREATE,),
    "edit": EDIT,
    "update": (Op.UPDATE,),
    "replace": (Op.REPLACE,),
    "delete": (Op.DELETE,),
    "write": WRITE,
    "bulk": (Op.BULK,),
    "all": ALL,
}
_METHODS = {"get": READ, "post": (Op.CREATE,), "put": (Op.REPLACE,), "patch": (Op.UPDATE,), "delete": (Op.DELETE,)}
_CALLING = frozenset({"call", "use", "calls", "uses", "called", "used", "hit", "reach", "it", "that", "this"})
PUBLIC = Who(frozenset({"public"}))
SIGNED_IN = Who(frozenset({"authenticated"}))
OWNER = Who(frozenset({"owner"}))
EVERYTHING: Noun = ("*",)
"""Stands for every resource: ``everyone may read everything``."""


def who_of(t: Telling, node: Node | None) -> Who:
    """Return who is meant."""
    found: Who | None = None
    for one in node.all("w") if node is not None and node.tag == "Who" else [node] if node is not None else []:
        who = _one(t, one)
        found = who if found is None else found.joined(who)
    if found is None:
        return SIGNED_IN
    if "public" in found.kinds:
        return PUBLIC
    return found


def _one(t: Telling, node: Node) -> Who:
    if node.tag != "role":
        return Who(frozenset({node.tag}))
    named = [one for aside in node.all("RoleAside") for one in aside.all("x")] or node.all("r")
    for one in named:
        _check_role(t, node, one)
    return Who(frozenset({"role"}), tuple(role_of(t.noun(one)) for one in named))


def _check_role(t: Telling, node: Node, name: Node) -> None:
    """Refuse a word that nothing says to be a role: ``this is confidential``."""
    noun = t.noun(name)
    role = role_of(noun)
    is_alone = (node.start, node.end) == (name.start, name.end)
    is_listed = role in t.context.roles or role in words("roles") or role.rpartition("_")[2] in words("roles")
    if is_alone and not is_listed and not is_plural(noun[-1].lower()):
        raise Misread(noun, f"if this is a role, call it the role {' '.join(noun)}")


def role_of(noun: Noun) -> str:
    """Return the name of a role: the singular in snake_case."""
    name = snake("_".join(noun))
    return {"administrator": "admin"}.get(singular(name), singular(name)) if name not in ("hr", "sales") else name


def operations_of(t: Telling, node: Node | None) -> tuple[Op, ...]:
    """Return the operations that verbs name; methods in parentheses say it more exactly: ``edit (PATCH)``."""
    found: list[Op] = []
    for one in node.all("o") if node is not None else ():
        methods = [method for listed in one.all("x") for method in listed.all("h")]
        token = t.chart.tokens[one.start]
        if methods:
            operations = tuple(op for method in methods for op in _METHODS[method.tag])
        elif token.text.isupper() and token.lower in _METHODS and one.tag != "bulk":
            operations = _METHODS[token.lower]
        else:
            operations = _OPERATIONS[(one.one("Op") or one).tag]
        found += operations
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Deed:
    """What is done to which resource.

    ``everything`` is whether all that can be done is meant, ``loose`` whether no object was said at all, ``narrow``
    whether an endpoint may be meant that was spoken of: ``call it``. ``calls`` are methods and paths of endpoints that
    are not there; ``it`` is whether a pronoun stands for the resource.
    """

    operations: tuple[Op, ...]
    subject: Noun
    everything: bool = False
    loose: bool = False
    narrow: bool = False
    it: bool = False
    calls: tuple[tuple[str, str], ...] = ()


def deeds_of(t: Telling, node: Node, label: str = "d") -> list[Deed]:
    """Return what is done; where only one of several names the resource, it is the one of all."""
    found: list[Deed] = []
    for one in (deed for deeds in node.all(label) for deed in deeds.all("d")):
        if one.tag == "calls":
            found += [_called(t, call) for call in one.all("e")]
        elif one.tag == "verb":
            found.append(Deed((Op.CREATE,), t.noun(one.one("v"))))
        else:
            verbs = one.one("op")
            everything = verbs is not None and any((o.one("Op") or o).tag == "all" for o in verbs.all("o"))
            said = " ".join(t.chart.text(obj).lower() for obj in one.all("obj"))
            loose = not one.has("o") and said in ("", "all", "any", "for all", "on all", "each")
            nouns = _subjects(t, one)
            narrow = everything and not nouns and bool(set(t.chart.keys[one.start : one.end]) & _CALLING)
            it = not nouns and bool(set(said.split()) & {"it", "them", "these", "those", "this", "that"})
            found += [Deed(operations_of(t, verbs), noun, everything, loose, narrow, it) for noun in nouns or [()]]
    named = [deed.subject for deed in found if deed.subject] or list(_spoken_of(t, node))[:1]
    return [deed if deed.subject or not named else replace(deed, subject=named[0]) for deed in found]


def _called(t: Telling, call: Node) -> Deed:
    path = call.one("p")
    text = "" if path is None else t.chart.tokens[path.start].text
    parts = [part for part in text.split("/") if part]
    methods = [t.chart.tokens[one.start].lower for one in call.all("m")]
    noun = ((parts or [""])[0].replace("-", "_"),)
    if len(parts) not in (1, 2) or resource_in(t.context.spec, noun) is None:
        return Deed((), (), calls=tuple((method, text) for method in methods))
    reading = (Op.LIST,) if len(parts) == 1 else (Op.GET,)
    operations = (op for method in methods for op in (reading if method == "get" else _METHODS[method]))
    return Deed(tuple(operations), noun)


def _spoken_of(t: Telling, node: Node) -> Iterator[Noun]:
    """Yield the resources that are named by whose they are: ``the one who created a task``."""
    for who in node.all("w"):
        for one in who.all("w") if who.tag == "Who" else [who]:
            for known in (*one.all("Known"), *(k for dets in one.all("Dets") for k in dets.all("Known"))):
                yield t.noun(known)


def _subjects(t: Telling, *nodes: Node | None) -> list[Noun]:
    found: list[Noun] = []
    for node in nodes:
        if node is None:
            continue
        found += [t.noun(one) for one in node.all("o") if one.tag == "name"]
        found += [t.noun(one) for one in node.all("u")]
        if node.tag == "OpObject" and t.chart.text(node).lower() in ("everything", "anything"):
            found.append(EVERYTHING)
        for inner in ("OpObject", "obj", "OfObject", "ObjectSubject", "OthersOf", "Own"):
            found += _subjects(t, *node.all(inner))
    return list(dict.fromkeys(found))


def _all_subjects(t: Telling, node: Node) -> list[Noun]:
    own = [t.noun(one) for one in node.all("o") if one.tag == "name"]
    nested = _subjects(t, *(node.all("obj") + node.all("OfObject") + node.all("OpObject") + node.all("OthersOf") + node.all("Own")))
    found = list(dict.fromkeys([*own, *nested]))
    if found:
        t.context.spoken = found
        return found
    return t.context.spoken if len(t.context.spoken) > 1 and _PRONOUNS & set(t.chart.text(node).lower().split()) else [()]


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


def _of_node(t: Telling, node: Node) -> list[Deed]:
    """Return what is done, by verbs and their objects or by objects and what may be done with them."""
    if node.has("d"):
        return deeds_of(t, node)
    operations = operations_of(t, node.one("op"))
    verbs = node.one("op")
    everything = verbs is not None and any((o.one("Op") or o).tag == "all" for o in verbs.all("o"))
    return [Deed(operations, subject, everything) for subject in _all_subjects(t, node)]


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
    deeds = _of_node(t, node)
    if listed:
        more = operations_of(t, listed[0])
        deeds = [
            replace(one, operations=more if len(listed[0].all("o")) > 1 else (*one.operations, *more), everything=False)
            for one in deeds
        ]
    elif methods:
        named = {op for one in methods for op in _METHODS[t.chart.tokens[one.start].lower]}
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


def _nobody_else(t: Telling, node: Node) -> Told:
    deeds = _of_node(t, node)
    for deed in deeds or [Deed((), ())]:
        yield say.Allow(OWNER, deed.operations, deed.subject)


def _visible(t: Telling, node: Node) -> Told:
    for subject in _all_subjects(t, node):
        yield say.Allow(who_of(t, node.one("w")), READ, subject)


def _publicly(t: Telling, node: Node) -> Told:
    operations = operations_of(t, node.one("Ops") or node.one("op")) or READ
    for subject in _all_subjects(t, node):
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
    for deed in _of_node(t, node):
        yield say.Offer(deed.operations, deed.subject, without=True)


def _open_but(t: Telling, node: Node) -> Told:
    for deed in deeds_of(t, node):
        yield say.Allow(PUBLIC, deed.operations, deed.subject, everything=deed.everything)
    others = deeds_of(t, node, "e")
    named = [deed.subject for deed in deeds_of(t, node) if deed.subject]
    for deed in others:
        yield say.Allow(SIGNED_IN, deed.operations, deed.subject or (named[0] if named else ()))


def _lock_all(_t: Telling, _node: Node) -> Told:
    yield from _everything_for(SIGNED_IN)


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
    for subject in _all_subjects(t, node):
        yield say.Allow(who, (), subject, everything=True)


def _protect_admin(_t: Telling, _node: Node) -> Told:
    yield say.ProtectAdmin()


def _protect_all(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w")) if node.has("w") else SIGNED_IN
    yield from _everything_for(who)


def _everything_for(who: Who) -> Told:
    if who.kinds == {"authenticated"}:
        yield say.Setting("default_access", "authenticated")
    elif who.kinds == {"public"}:
        yield say.Setting("default_access", "public")
    else:
        yield say.Allow(who, (), (), everything=True)


def _protect_ops(t: Telling, node: Node) -> Told:
    for deed in deeds_of(t, node):
        yield say.Allow(SIGNED_IN, deed.operations, deed.subject, everything=deed.everything)


def _open(t: Telling, node: Node) -> Told:
    for deed in _of_node(t, node):
        yield say.Allow(PUBLIC, deed.operations, deed.subject, everything=deed.everything)


def _open_all(t: Telling, node: Node) -> Told:
    for subject in _all_subjects(t, node):
        yield say.Allow(PUBLIC, (), subject, everything=True)


def _make_open(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w"))
    operation = node.one("Op")
    for subject in _all_subjects(t, node):
        if operation is not None:
            yield say.Allow(who, _OPERATIONS[operation.tag], subject)
        else:
            yield say.Allow(who, (), subject, everything=True)


def _whole(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w"))
    for subject in _all_subjects(t, node):
        yield say.Allow(who, (), subject, everything=True)


def _rest(t: Telling, node: Node) -> Told:
    yield say.Allow(who_of(t, node.one("w")), (), (), rest=True, loose=True)


def _rest_protected(_t: Telling, _node: Node) -> Told:
    yield say.Allow(SIGNED_IN, (), (), rest=True, loose=True)


def _rest_api(t: Telling, node: Node) -> Told:
    yield from _everything_for(who_of(t, node.one("w")))


def _no_endpoint(t: Telling, node: Node) -> Told:
    path = node.one("p")
    for method in node.all("m"):
        if path is not None:
            parts = [part for part in t.chart.tokens[path.start].text.split("/") if part]
            single = len(parts) > 1
            word = t.chart.tokens[method.start].lower
            operations = (Op.GET if single else Op.LIST,) if word == "get" else _METHODS[word]
            yield say.Offer(operations, (parts[0],), without=True)


def _owns_new(t: Telling, node: Node) -> Told:
    noun = t.noun(node.one("o"))
    members = t.members(node.one("m"))
    if not t.context.knows(noun):
        yield say.Declare((noun,), "", counted=True)
        t.context.declared.add(snake("_".join(noun)))
    if members:
        yield say.Has(noun, members)
    yield say.Owned(noun)


def _everything(t: Telling, node: Node) -> Told:
    yield from _everything_for(who_of(t, node.one("w")))


def _everything_but(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w"))
    if who.kinds != {"authenticated"}:
        raise Misread(t.chart.text(node).split(), "say who may do the rest")
    yield from _everything_for(who)
    for deed in deeds_of(t, node):
        yield say.Allow(PUBLIC, deed.operations, deed.subject, deed.everything, loose=deed.loose)


def _that(t: Telling, node: Node) -> Told:
    yield say.Allow(who_of(t, node.one("w")), (), (), everything=True, narrow=True)


def _owned(t: Telling, node: Node) -> Told:
    text = t.chart.text(node).split()
    resource = next((word for word in reversed(text) if word.lower() in _OWNERS and t.context.knows((word,))), "")
    for subject in _all_subjects(t, node):
        if resource:
            yield say.Relates(subject, (Said(target=resource, words=text),))
        else:
            yield say.Owned(subject)


def _own_only(t: Telling, node: Node) -> Told:
    """``users can only see their own tasks``: rows belong to users; more is only said where it says more."""
    own = node.one("Own")
    subjects = _subjects(t, own) if own is not None else []
    if own is not None and not subjects:
        subjects = [t.noun(one) for one in own.all("r")]
    who = who_of(t, node.one("w")) if node.has("w") else SIGNED_IN
    operations = tuple(dict.fromkeys(op for one in node.all("op") for op in operations_of(t, one)))
    members = t.members(node.one("m"))
    for subject in subjects or [()]:
        if members and subject and not t.context.knows(subject):
            yield say.Declare((subject,), "", counted=True)
            yield say.Has(subject, members)
            t.context.declared.add(snake("_".join(subject)))
        yield say.Owned(subject, operations)
        if (operations and not set(operations) & set(READ)) or ("role" in who.kinds and operations):
            yield say.Allow(OWNER, operations, subject)
        for also in node.all("OwnAlso"):
            yield say.Allow(who_of(t, also.one("w")), operations or READ, subject)


def _private(t: Telling, node: Node) -> Told:
    for subject in _all_subjects(t, node):
        yield say.Owned(subject)


def _owns(t: Telling, node: Node) -> Told:
    resource = node.one("r") or node.one("o")
    yield say.Owned(t.noun(resource))


def _offer(t: Telling, node: Node) -> Told:
    for deed in deeds_of(t, node):
        yield say.Offer(deed.operations, deed.subject, adds=deed.operations == (Op.BULK,))
    if node.has("d"):
        return
    operations = operations_of(t, node.one("op"))
    for subject in _all_subjects(t, node):
        yield say.Offer(operations, subject, adds=operations == (Op.BULK,))


def _new_offer(t: Telling, node: Node) -> Told:
    noun = t.noun(node.one("r"))
    if not t.context.knows(noun):
        yield say.Declare((noun,), "", counted=True)
        t.context.declared.add(snake("_".join(noun)))
    yield say.Offer(operations_of(t, node.one("op")), noun)


def _read_only(t: Telling, node: Node) -> Told:
    for subject in _all_subjects(t, node):
        yield say.Offer(READ, subject)


def _append_only(t: Telling, node: Node) -> Told:
    for subject in _all_subjects(t, node):
        yield say.Offer((*EDIT, Op.DELETE), subject, without=True)


def _read_only_for(t: Telling, node: Node) -> Told:
    who = who_of(t, node.one("w"))
    if "role" in who.kinds or "owner" in who.kinds:
        raise Misread(t.chart.text(node).split(), "say who may do the rest")
    for subject in _all_subjects(t, node):
        yield say.Allow(who, READ, subject)


def _without(t: Telling, node: Node) -> Told:
    operations = tuple(dict.fromkeys(op for one in node.all("op") for op in operations_of(t, one)))
    operations += tuple(op for one in node.all("h") for method in one.all("h") for op in _METHODS[method.tag])
    for subject in _all_subjects(t, node):
        yield say.Offer(operations, subject, without=True)


def _offer_more(t: Telling, node: Node) -> Told:
    for subject in _all_subjects(t, node):
        yield say.Offer(operations_of(t, node.one("op")), subject, adds=True)


def _bulk(t: Telling, node: Node) -> Told:
    for subject in _all_subjects(t, node):
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
    """Return an endpoint; the resource its path begins with is there from here on."""
    text = t.chart.tokens[path.start].text
    first = next((part for part in text.split("/") if part), "")
    t.context.declared.add(snake(first))
    return say.Endpoint(methods, text)


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
            one = _one(t, who) if who is not None and who.tag != "Who" else who_of(t, who)
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
        t.context.declared.add(snake("_".join(noun)))
        yield from _tails(t, node)


def _method_of(t: Telling, node: Node) -> Told:
    method = node.one("m")
    noun = t.noun(node.one("r"))
    if method is not None:
        operations = {"get": (Op.LIST,), **{key: _METHODS[key] for key in ("post", "put", "patch", "delete")}}
        yield say.OneOf(noun, operations[t.chart.tokens[method.start].lower])
        yield from _tails(t, node)


def _endpoint_to(t: Telling, node: Node) -> Told:
    verb = node.one("op")
    noun = t.noun(node.one("r"))
    text = t.chart.text(node).lower()
    operations = _OPERATIONS[verb.tag] if verb is not None else (Op.LIST,)
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
    t.context.declared.add(snake("_".join(noun)))
    members = t.members(item.one("m")) if item is not None else ()
    if members:
        yield say.Has(noun, members)
    yield from _tails(t, node)


def _action(t: Telling, node: Node) -> Told:
    path, owner = node.one("p"), node.one("o")
    if path is not None:
        methods = tuple(t.chart.tokens[one.start].lower for one in node.all("m"))
        paths = [(methods or ("post",), t.chart.tokens[path.start].text)]
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
        t.context.declared.add(snake("_".join(child)))
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


def _nobody_but(t: Telling, node: Node) -> Told:
    yield from _allow(t, node)


ACCESS: Mapping[str, Callable[[Telling, Node], Told]] = {
    "allow": _allow,
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
