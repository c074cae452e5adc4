"""Statements about what resources have and belong to, as clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from backwright.naming import singular, snake
from backwright.spec.language import clauses as say
from backwright.spec.language.alterations import details
from backwright.spec.language.chart import Node
from backwright.spec.language.details import SIGNS
from backwright.spec.language.nouns import resource_in
from backwright.spec.language.said import Said
from backwright.spec.language.telling import Teller, Telling, Told
from backwright.spec.language.words import words
from backwright.spec.lexicon import lexicon
from backwright.spec.model import OnDelete
from backwright.spec.nouns import is_plural


def _has(t: Telling, node: Node) -> Told:
    subjects: list[Node | None] = [*node.all("s")]
    for one in subjects or [None]:
        subject, everyone = t.subject(one)
        yield say.Has(subject, t.members(node.one("m")), optional=node.tag == "mayhave", all_of_them=everyone)
        t.context.described.add(snake("_".join(subject)))


def _has_children(t: Telling, node: Node) -> Told:
    subject, _ = t.subject(node.one("s"))
    noun = t.noun(node.one("r"))
    yield say.Declare((noun,), "", counted=True)
    yield say.Has(noun, t.members(node.one("k")))
    if subject:
        yield say.Relates(noun, (Said(target="_".join(subject), words=t.chart.text(node).split()),))


def _set_null_of(t: Telling, node: Node) -> Told:
    yield say.Deletion(t.noun(node.one("n")), ("it",), OnDelete.SET_NULL)


def _has_of(t: Telling, node: Node) -> Told:
    subject, _ = t.subject(node.one("s"))
    yield say.Has(subject, t.members(node.one("m")))
    target = node.one("t")
    if target is not None:
        yield say.Relates(subject, (Said(target=t.target(target), words=t.chart.text(target).split()),))


def _has_many(t: Telling, node: Node) -> Told:
    subject, many = t.noun(node.one("s")), t.noun(node.one("k"))
    yield say.Has(subject, (Said(name=list(many), many=True, words=["many", *many]),))


def _has_it(t: Telling, node: Node) -> Told:
    yield say.Has((), t.members(node.one("m")), optional=node.tag == "mayhaveit")


def _only_required(t: Telling, node: Node) -> Told:
    subjects = [t.member_ref(one) for one in node.all("s")]
    for subject, of in subjects:
        yield say.OnlyRequired(subject, of, others=node.tag == "onlyrequired")
    if not subjects:
        yield say.OnlyRequired(())


def _fields(t: Telling, node: Node) -> Told:
    yield say.Has((), t.members(node.one("m")))


def _relates(t: Telling, node: Node) -> Told:
    subject, _ = t.subject(node.one("s"))
    details = Said()
    for tail in node.all("d"):
        if tail.tag == "named":
            details.name = list(t.noun(tail.one("n")))
        for detail in tail.all("d"):
            t.detail(details, detail)
    members = tuple(
        replace(details, target=t.target(target), many=node.has("m"), words=t.chart.text(node).split())
        for target in node.all("t")
    )
    members += tuple(_pointed(t, one) for one in node.all("p"))
    if node.tag == "onetoone":
        members = tuple(replace(said, kind="one_to_one") for said in members)
    yield say.Relates(subject, members, optional=node.tag == "mayrelate" or t.is_possible(node.one("Belongs")))
    t.context.described.add(snake("_".join(subject)))


def _pointed(t: Telling, node: Node) -> Said:
    details = Said()
    for tail in node.all("d"):
        if tail.tag == "none":
            details.flags["optional"] = True
        if tail.tag == "named":
            details.name = list(t.noun(tail.one("n")))
        for detail in tail.all("d"):
            t.detail(details, detail)
    target = node.one("t")
    return replace(
        details, target="" if target is None else t.target(target), many=node.has("m"), words=t.chart.text(node).split()
    )


def _relates_new(t: Telling, node: Node) -> Told:
    subject, _ = t.subject(node.one("s"))
    for signature in node.all("i"):
        noun = t.noun(signature.one("r"))
        yield say.Declare((noun,), "", counted=True)
        yield say.Has(noun, t.members(signature.one("m")))
        yield say.Relates(subject, (Said(target="_".join(noun), words=t.chart.text(node).split()),))


def _without_that(_t: Telling, _node: Node) -> Told:
    yield say.Loosen()


def _one_to_one_it(_t: Telling, _node: Node) -> Told:
    yield say.Single()


def _must_to(t: Telling, node: Node) -> Told:
    for owner in node.all("o"):
        yield say.Has(t.noun(owner), t.members(node.one("m")), adds=True, must=True)


def _longer(t: Telling, node: Node) -> Told:
    yield say.Describe(t.noun(node.one("n")), details(t, node), t.noun(node.one("o")))


def _without_it(t: Telling, node: Node) -> Told:
    subject, _ = t.subject(node.one("s"))
    target = node.one("t")
    if target is not None:
        yield say.Relates(subject, (Said(target=t.target(target), words=t.chart.text(node).split()),), optional=True)
    else:
        yield say.Loosen()


def _many_to_many(t: Telling, node: Node) -> Told:
    subject, _ = t.subject(node.one("s"))
    target = node.one("t")
    if target is not None:
        yield say.ManyToMany(subject, tuple(t.target(target).split("_")))


def _bare(t: Telling, node: Node) -> Told:
    yield say.Bare(t.members(node.one("m")))


def _together(t: Telling, node: Node) -> Told:
    names = tuple(t.noun(one) for one in node.all("n"))
    subject = t.noun(node.one("s")) or t.noun(node.one("r"))
    if subject and not t.context.knows(subject):
        subject = ()
    yield say.Together(names, () if subject and subject[0].lower() in ("it", "they") else subject)


def _check(t: Telling, node: Node) -> Told:
    operator = node.one("op")
    sign = SIGNS[operator.tag if operator is not None else "lt"]
    yield say.Compare(t.noun(node.one("a")), sign, t.noun(node.one("b")))


def _add_to(t: Telling, node: Node) -> Told:
    members = t.members(node.one("m"))
    for detail in (*node.all("d"), *(one for more in node.all("x") for one in more.all("d"))):
        for member in members:
            t.detail(member, detail)
    members += t.members(node.one("k"))
    owners = [t.noun(one) for one in node.all("o")]
    on = node.one("OnKnown")
    if on is not None:
        owners += [t.noun(one) for one in (*on.all("o"), *on.all("u"))]
    strange = on.all("u") if on is not None else []
    are_many = all(member.name and is_plural(member.name[-1].lower()) for member in members)
    for owner in owners or [()]:
        adds = bool(strange) or not owner or resource_in(t.context.spec, owner) is not None
        kept: list[Said] = []
        for member in members:
            if owner and _is_child(t, member) and (are_many or _is_sure(t, member)):
                yield say.Declare((tuple(member.name),), "add", counted=True)
                yield say.Relates(tuple(member.name), (Said(target="_".join(owner), words=member.words),))
            else:
                kept.append(member)
        if kept:
            yield say.Has(owner, tuple(kept), adds=adds)
        elif owner:
            yield say.Focus(tuple(member.name) if members else owner)


def _child_list(t: Telling, node: Node) -> Told:
    """``orders have line items: product, quantity``: rows of their own that belong to an order."""
    owner, child = t.noun(node.one("o")), t.noun(node.one("c"))
    yield say.Declare((child,), "", counted=True)
    yield say.Has(child, t.members(node.one("m")))
    yield say.Relates(child, (Said(target="_".join(owner), words=t.chart.text(node).split()),))


def _needs(t: Telling, node: Node) -> Told:
    """``products need a weight`` adds to what is there; of what is not there it says what it has."""
    for clause in _add_to(t, node):
        if isinstance(clause, say.Has) and clause.subject and not t.context.knows(clause.subject):
            yield replace(clause, adds=False)
        else:
            yield clause


def _is_sure(t: Telling, member: Said) -> bool:
    """Whether a member in a list with others is a resource: it is known as one, or spoken of as one."""
    name = singular(snake("_".join(member.name)))
    return lexicon().knows(name) or name in t.context.described or name in t.context.likely


def _is_child(t: Telling, member: Said) -> bool:
    """Whether a member is a resource of its own: ``add milestones to projects``."""
    if member.said.keys() - {"many"} or member.article or not member.name:
        return False
    name = snake("_".join(member.name))
    return (
        is_plural(name.rpartition("_")[2])
        and name not in lexicon().fields
        and not t.context.knows(tuple(member.name))
        and (singular(name) not in words("shared") or singular(name) in t.context.described)
        and (lexicon().knows(singular(name)) or singular(name) in t.context.described or name not in words("texts"))
    )


MEMBERSHIPS: Mapping[str, Teller] = {
    "has": _has,
    "mayhave": _has,
    "hasof": _has_of,
    "hasmany": _has_many,
    "hasit": _has_it,
    "haschildren": _has_children,
    "setnullof": _set_null_of,
    "mayhaveit": _has_it,
    "onlyrequired": _only_required,
    "allbut": _only_required,
    "relatesit": _relates,
    "relatesnew": _relates_new,
    "withoutit": _without_it,
    "withoutthat": _without_that,
    "onetooneit": _one_to_one_it,
    "mustto": _must_to,
    "longer": _longer,
    "fields": _fields,
    "relates": _relates,
    "mayrelate": _relates,
    "many2many": _many_to_many,
    "onetoone": _relates,
    "bare": _bare,
    "together": _together,
    "check": _check,
    "addto": _add_to,
    "needs": _needs,
    "childlist": _child_list,
}
