"""Statements that change what is there, as clauses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Node
from backwright.spec.language.clauses import Noun
from backwright.spec.language.said import Said
from backwright.spec.language.saying import is_typed
from backwright.spec.language.telling import Teller, Telling, Told
from backwright.spec.model import OnDelete


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
        yield from (_rename_of if moved.has("o") else _rename)(t, moved)


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


def details(t: Telling, node: Node) -> Said:
    """Return all that a statement says of one member."""
    said = Said(words=t.chart.text(node).split())
    for detail in (*node.all("d"), *(one for more in node.all("m") for one in more.all("d"))):
        t.detail(said, detail)
    return said


def _describe(t: Telling, node: Node) -> Told:
    said = details(t, node)
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
    yield say.Describe((), details(t, node))


def _describe_them(t: Telling, node: Node) -> Told:
    said = details(t, node)
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
        moves += list(pairwise(path))
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


ALTERATIONS: Mapping[str, Teller] = {
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
}
