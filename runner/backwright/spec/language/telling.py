"""Statements of a sentence's tree as clauses: one function for each kind of statement, found by its tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from backwright.naming import plural, singular, snake
from backwright.spec.language import clauses as say
from backwright.spec.language.accesses import ACCESS
from backwright.spec.language.chart import Chart, Node
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.listings import LISTS
from backwright.spec.language.names import Context
from backwright.spec.language.nouns import resource_in
from backwright.spec.language.said import Said
from backwright.spec.language.saying import SIGNS, Saying, is_typed
from backwright.spec.language.services import SERVICE
from backwright.spec.language.words import words
from backwright.spec.lexicon import lexicon
from backwright.spec.model import OnDelete, OperationName
from backwright.spec.nouns import is_plural

Told = Iterator[Clause]
_SIGNING_IN = frozenset({"registration", "login", "authentication", "auth", "accounts", "sign-up", "sign-in"})
_EACH = frozenset({"both", "each", "all", "each of them", "all of them", "both of them", "each one"})


class Telling(Saying):
    """Turns the statements of one sentence into clauses."""

    def __init__(self, chart: Chart, context: Context) -> None:
        """Keep the sentence's words and what is known."""
        super().__init__(chart)
        self.context = context
        self.switched: list[Noun] = []

    def clauses(self, node: Node) -> Told:
        """Yield the clauses of a statement, and those that follow from its members."""
        for clause in _TELL[node.tag](self, node):
            yield from self._with_members(clause)
        for aside in _elsewhere(node):
            yield say.Ignored(tuple(self.chart.text(aside).split()))

    def _with_members(self, clause: Clause) -> Told:
        """Yield a clause with the resources, comparisons and sets that its members name as clauses of their own."""
        if not isinstance(clause, (say.Has, say.Bare)):
            yield clause
            return
        subject = clause.subject if isinstance(clause, say.Has) else ()
        yield replace(clause, members=tuple(said for said in clause.members if not said.children and not said.together))
        for said in clause.members:
            if said.children:
                noun = tuple(said.name)
                yield say.Declare((noun,), "add", counted=True)
                yield say.Has(noun, said.children)
                if subject:
                    yield say.Relates(noun, (Said(target="_".join(subject), words=said.words),))
                self.context.declared.add(snake("_".join(noun)))
            if said.pair:
                yield say.Together(tuple((name,) for name in said.pair), subject)
            if said.together:
                yield say.Together(tuple((name,) for name in said.together), subject)
            for left, sign, right in said.checks:
                yield say.Compare((left,) if left else tuple(said.name), sign, (right,))

    def subject(self, node: Node | None) -> tuple[Noun, bool]:
        """Return who a statement is about, and whether all that were named are."""
        if node is None:
            return (), False
        resource = node.one("r")
        if resource is None:
            return (), self.chart.text(node).lower() in _EACH
        return self.noun(resource), False

    def member_ref(self, node: Node) -> tuple[Noun, Noun]:
        """Return the words of a member and of the resource it is said to be of."""
        return self.noun(node.one("n")), self.noun(node.one("o"))


def _elsewhere(node: Node) -> Iterator[Node]:
    """Yield the parts of a statement that only tell where something is: ``shops on our map``."""
    for _, part in node.parts():
        if isinstance(part, Node):
            if part.tag == "elsewhere":
                yield part
            else:
                yield from _elsewhere(part)


def _declare(t: Telling, node: Node) -> Told:
    """Resources with their members; one that is there already and is said for another is a member of that."""
    tailer, items = node.one("t"), node.one("n")
    there = [one.one("r") for one in items.all("i")] if tailer is not None and items is not None else []
    if tailer is not None and there and all(one is not None and resource_in(t.context.spec, t.noun(one)) for one in there):
        owners = [tuple(t.target(target).split("_")) for target in tailer.all("t")]
        for owner in owners:
            yield say.Has(owner, tuple(Said(name=list(t.noun(one))) for one in there), adds=True)
        return
    verb = "add" if node.has("Adding") else ""
    members = t.members(node.one("m"))
    items = node.one("n")
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
        t.context.declared.add(snake("_".join(noun)))
    if members and nouns and themes == nouns and all(is_bare_plural(said) for said in members):
        for said in members:
            yield say.Declare((tuple(said.name),), "add", counted=True)
            t.context.declared.add(snake("_".join(said.name)))
    elif members and nouns:
        yield say.Has(nouns[-1], _of(nouns[-1], members))
    tailer = node.one("t")
    if tailer is not None and tailer.has("t"):
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
        t.context.declared.add(snake("_".join(noun)))


def _has(t: Telling, node: Node) -> Told:
    subjects: list[Node | None] = [*node.all("s")]
    for one in subjects or [None]:
        subject, everyone = t.subject(one)
        yield say.Has(subject, t.members(node.one("m")), optional=node.tag == "mayhave", all_of_them=everyone)
        t.context.described.add(snake("_".join(subject)))
        if subject:
            t.context.declared.add(snake("_".join(subject)))


def _has_children(t: Telling, node: Node) -> Told:
    subject, _ = t.subject(node.one("s"))
    noun = t.noun(node.one("r"))
    yield say.Declare((noun,), "", counted=True)
    yield say.Has(noun, t.members(node.one("k")))
    if subject:
        yield say.Relates(noun, (Said(target="_".join(subject), words=t.chart.text(node).split()),))
    t.context.declared.add(snake("_".join(noun)))


def _set_null_of(t: Telling, node: Node) -> Told:
    yield say.Deletion(t.noun(node.one("n")), ("it",), OnDelete.SET_NULL)


def _has_of(t: Telling, node: Node) -> Told:
    subject, _ = t.subject(node.one("s"))
    yield say.Has(subject, t.members(node.one("m")))
    target = node.one("t")
    if target is not None:
        yield say.Relates(subject, (Said(target=t.target(target), words=t.chart.text(target).split()),))
    t.context.declared.add(snake("_".join(subject)))


def _has_many(t: Telling, node: Node) -> Told:
    subject, many = t.noun(node.one("s")), t.noun(node.one("k"))
    yield say.Has(subject, (Said(name=list(many), many=True, words=["many", *many]),))
    t.context.declared.add(snake("_".join(subject)))


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
    if subject:
        t.context.declared.add(snake("_".join(subject)))


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
        t.context.declared.add(snake("_".join(noun)))


def _without_that(_t: Telling, _node: Node) -> Told:
    yield say.Loosen()


def _one_to_one_it(_t: Telling, _node: Node) -> Told:
    yield say.Single()


def _must_to(t: Telling, node: Node) -> Told:
    for owner in node.all("o"):
        yield say.Has(t.noun(owner), t.members(node.one("m")), adds=True, must=True)


def _longer(t: Telling, node: Node) -> Told:
    yield say.Describe(t.noun(node.one("n")), _details(t, node), t.noun(node.one("o")))


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


def _chain(t: Telling, node: Node) -> Told:
    nouns = [t.noun(one) for one in node.all("c")]
    for noun in nouns:
        yield say.Declare((noun,), "", counted=True)
        t.context.declared.add(snake("_".join(noun)))


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
    t.context.declared.add(snake("_".join(noun)))


def _nothing(t: Telling, node: Node) -> Told:
    yield say.Ignored(tuple(t.chart.text(node).split()))


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
                t.context.declared.add(snake("_".join(member.name)))
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
    t.context.declared.add(snake("_".join(child)))


def _needs(t: Telling, node: Node) -> Told:
    """``products need a weight`` adds to what is there; of what is not there it says what it has."""
    for clause in _add_to(t, node):
        if isinstance(clause, say.Has) and clause.subject and not t.context.knows(clause.subject):
            yield replace(clause, adds=False)
            t.context.declared.add(snake("_".join(clause.subject)))
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


def _rename(t: Telling, node: Node) -> Told:
    old, new = node.one("old"), node.one("new")
    if old is not None and new is not None:
        yield _renamed(t, old, new, is_field=node.tag == "renamefield")


def _renamed(t: Telling, old: Node, new: Node, *, is_field: bool = False) -> say.Rename:
    name = t.noun(new.one("w")) or t.noun(new)
    if old.tag == "resource":
        return say.Rename(t.noun(old.one("r")), name)
    subject, of = t.member_ref(old)
    return say.Rename(subject, name, of, is_field)


def _renames(t: Telling, node: Node) -> Told:
    for moved in node.all("m"):
        yield from _rename(t, moved)


def _rename_of(t: Telling, node: Node) -> Told:
    new = node.one("new")
    for owner in node.all("o"):
        if new is not None:
            yield say.Rename(t.noun(node.one("n")), t.noun(new.one("w")), t.noun(owner))


def _rename_it(t: Telling, node: Node) -> Told:
    new = node.one("new")
    if new is not None:
        yield say.Rename((), t.noun(new.one("w")))


def _remove(t: Telling, node: Node) -> Told:
    for removed in node.all("r"):
        if removed.tag == "resource":
            yield say.Remove((t.noun(removed.one("r")),))
        else:
            subject, of = t.member_ref(removed)
            yield say.Remove((subject,), of, is_field=removed.has("FieldWord"))


def _remove_from(t: Telling, node: Node) -> Told:
    names = tuple(t.noun(one) for one in node.all("n"))
    for owner in node.all("o"):
        yield say.Remove(names, t.noun(owner), is_field=True)


def _remove_it(_t: Telling, _node: Node) -> Told:
    yield say.Remove(())


def _replace(t: Telling, node: Node) -> Told:
    old = node.one("old")
    if old is not None:
        subject, of = t.member_ref(old)
    else:
        subject = t.noun(node.one("n"))
        of = ()
    of = of or t.noun(node.one("o"))
    yield say.Replace(subject, t.members(node.one("m")), of)


def _details(t: Telling, node: Node) -> Said:
    said = Said(words=t.chart.text(node).split())
    for detail in (*node.all("d"), *(one for more in node.all("m") for one in more.all("d"))):
        t.detail(said, detail)
    return said


def _describe(t: Telling, node: Node) -> Told:
    said = _details(t, node)
    apart = None
    if is_typed(said) and said.target:
        apart = Said(target=said.target, on_delete=said.on_delete, words=said.words)
        said = replace(said, target="", on_delete=None)
    for one in node.all("s"):
        subject, of = t.member_ref(one)
        yield say.Describe(subject, said, of or _at(t, node))
    if apart is not None:
        yield say.Relates((), (apart,))


def _at(t: Telling, node: Node) -> Noun:
    place = node.one("at")
    return () if place is None else t.noun(place.one("o"))


def _describe_it(t: Telling, node: Node) -> Told:
    yield say.Describe((), _details(t, node))


def _describe_them(t: Telling, node: Node) -> Told:
    said = _details(t, node)
    if node.tag in ("nonerequired", "allrequired"):
        said.flags["optional"] = node.tag == "nonerequired"
    first = t.chart.keys[node.start]
    yield say.DescribeThem(said, two=first in ("both", "neither") or "both" in said.words or "two" in said.words)


def _flagged(**flags: bool) -> Callable[[Telling, Node], Told]:
    def tell(t: Telling, node: Node) -> Told:
        for one in node.all("s"):
            subject, of = t.member_ref(one)
            yield say.Describe(subject, Said(flags=dict(flags), words=t.chart.text(node).split()), of)

    return tell


def _aspect(t: Telling, node: Node) -> Told:
    reference, aspect = node.one("s"), node.one("a")
    values = node.all("v")
    if reference is None or aspect is None:
        return
    subject, of = t.member_ref(reference)
    said = Said(words=t.chart.text(node).split())
    value = values[0] if node.has("Be") and len(values) == 1 else (values[-1] if values else None)
    if value is not None and value.tag.count("..") == 1:
        t.detail(said, Node("range", (None, "r", value), node.start, node.end))
    elif aspect.tag == "default" and value is not None:
        inner = value.one("v") or value
        said.default = t.text(inner)
    elif value is not None:
        number = t.number(value.one("NumberOf") or value)
        if number is not None:
            limit = "minimum" if aspect.tag == "minimum" else "maximum"
            is_length = "length" in t.chart.text(aspect).lower() or "character" in t.chart.text(aspect).lower()
            if aspect.tag == "shortest":
                said.lengths["min_length"] = int(number)
            elif is_length or (node.one("u") is not None and node.one("u").tag == "length"):  # type: ignore[union-attr]
                said.lengths["max_length"] = int(number)
            else:
                said.bounds[limit] = number
    yield say.Describe(subject, said, of or _at(t, node))


def _aspect_range(t: Telling, node: Node) -> Told:
    reference = node.one("s")
    if reference is not None:
        subject, of = t.member_ref(reference)
        said = Said(words=t.chart.text(node).split())
        t.detail(said, Node("range", node.bindings, node.start, node.end))
        yield say.Describe(subject, said, of)


def _defaulted(t: Telling, node: Node) -> Told:
    reference, value = node.one("s"), node.one("v")
    if reference is not None and value is not None:
        subject, of = t.member_ref(reference)
        yield say.Describe(subject, Said(default=t.text(value), words=t.chart.text(node).split()), of)


def _capped(t: Telling, node: Node) -> Told:
    reference = node.one("s")
    number = t.number(node.one("n"))
    if reference is not None and number is not None:
        subject, of = t.member_ref(reference)
        unit = node.one("u")
        said = Said(words=t.chart.text(node).split())
        if unit is not None and unit.tag == "length":
            said.lengths["max_length"] = int(number)
        else:
            said.bounds["maximum"] = number
        yield say.Describe(subject, said, of)


def _distinct(t: Telling, node: Node) -> Told:
    yield say.Describe(t.noun(node.one("n")), Said(flags={"unique": True}), t.noun(node.one("o")))


def _starts(t: Telling, node: Node) -> Told:
    value = node.one("v")
    if value is not None:
        yield say.Starts(t.noun(node.one("o")), t.text(value))


def _add_value(t: Telling, node: Node) -> Told:
    reference = node.one("s")
    values = tuple(t.text(value) for value in node.all("v"))
    if reference is not None:
        subject, of = t.member_ref(reference)
        yield say.Describe(subject, Said(enum=values, words=t.chart.text(node).split()), of, to="values")
    else:
        owner = t.noun(node.one("o"))
        yield say.Describe(("status",), Said(enum=values, words=t.chart.text(node).split()), owner, to="values")


def _deletion(t: Telling, node: Node) -> Told:
    rule = {"cascade": OnDelete.CASCADE, "cascadeit": OnDelete.CASCADE, "restrict": OnDelete.RESTRICT}
    child = node.one("c")
    known = child if child is None or child.tag != "ResOrPronoun" else None
    noun = t.noun(known)
    yield say.Deletion(t.noun(node.one("p")), noun or ("it",), rule.get(node.tag, OnDelete.SET_NULL))


def _moves(t: Telling, node: Node) -> Told:
    moves: list[tuple[str, str]] = []
    listed = node.one("m")
    last: list[str] = []
    for part in listed.all("m") if listed is not None else ():
        starts = [t.text(one) for one in part.all("a")] or last[-1:]
        path = [t.text(one) for one in part.all("b")]
        others = [t.text(one) for one in part.all("o")]
        if not path:
            continue
        moves += [(start, path[0]) for start in starts]
        moves += list(zip(path, path[1:], strict=False))
        before = path[-2] if len(path) > 1 else (starts[-1] if starts else "")
        moves += [(before, other) for other in others] if before else []
        last = path
    yield say.Moves(_move_subject(t, node), tuple(dict.fromkeys(moves)))


def _move_subject(t: Telling, node: Node) -> Noun:
    subject = node.one("s")
    if subject is None or subject.tag in ("statusword", "itself"):
        return ()
    if subject.tag == "resource":
        return t.noun(subject.one("r"))
    name, of = t.member_ref(subject)
    return (*of, *name)


def _becomes(t: Telling, node: Node) -> Told:
    to, start = node.one("v"), node.one("w")
    if to is not None and start is not None:
        yield say.Moves(_move_subject(t, node), ((t.text(start), t.text(to)),))


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
    yield say.Declare((kept,), weak=True)


def _themed(t: Telling, node: Node) -> Told:
    theme, items = node.one("t"), node.one("n")
    if theme is not None:
        yield say.Ignored(tuple(t.chart.text(theme).split()))
    for item in items.all("i") if items is not None else ():
        noun = t.noun(item.one("r"))
        yield say.Declare((noun,), "add", counted=True)
        t.context.declared.add(snake("_".join(noun)))


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
    t.context.declared.add(snake("_".join(noun)))


def _story_list(t: Telling, node: Node) -> Told:
    yield from _story_declare(t, node)
    listing = node.one("l")
    if listing is not None:
        yield from t.clauses(listing)


def _kinded(t: Telling, node: Node) -> Told:
    item = node.one("n")
    yield from _declare(t, node) if item is not None else iter(())


_TELL: Mapping[str, Callable[[Telling, Node], Told]] = {
    "declare": _declare,
    "signatures": _signatures,
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
    "withoutit": _without_it,
    "many2many": _many_to_many,
    "chain": _chain,
    "focus": _focus,
    "declarefocus": _declare_focus,
    "headed": _declare_focus,
    "focusmember": _focus_member,
    "onetoone": _relates,
    "heading": _nothing,
    "bare": _bare,
    "together": _together,
    "check": _check,
    "addto": _add_to,
    "needs": _needs,
    "childlist": _child_list,
    "rename": _rename,
    "renamefield": _rename,
    "renames": _renames,
    "renameof": _rename_of,
    "renameit": _rename_it,
    "remove": _remove,
    "unneeded": _remove,
    "unused": _remove,
    "removefrom": _remove_from,
    "removeit": _remove_it,
    "replace": _replace,
    "describe": _describe,
    "describeit": _describe_it,
    "describethem": _describe_them,
    "nonerequired": _describe_them,
    "allrequired": _describe_them,
    "required": _flagged(optional=False),
    "uniqued": _flagged(unique=True),
    "nullable": _flagged(optional=True),
    "indexed": _flagged(index=True),
    "hidden": _flagged(write_only=True),
    "aspect": _aspect,
    "aspectrange": _aspect_range,
    "defaulted": _defaulted,
    "capped": _capped,
    "distinct": _distinct,
    "starts": _starts,
    "addvalue": _add_value,
    "addvalueto": _add_value,
    "cascade": _deletion,
    "cascadeit": _deletion,
    "restrict": _deletion,
    "setnull": _deletion,
    "moves": _moves,
    "becomes": _becomes,
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
    **ACCESS,
    **LISTS,
    **SERVICE,
}
