"""Members of a sentence's tree as what was said of each, one by one and of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backwright.naming import snake
from backwright.spec.language.chart import Chart, Node
from backwright.spec.language.details import TYPES, Details
from backwright.spec.language.names import known_resource_named
from backwright.spec.language.said import Said


class Saying(Details):
    """Turns the nodes of one sentence into what they say of members."""

    def members(self, node: Node | None) -> tuple[Said, ...]:
        """Return what is said of each member of a list, and of all of them."""
        if node is None:
            return ()
        found: list[Said] = []
        optionally = False
        for label, value in node.parts():
            if not isinstance(value, Node):
                continue
            if label == "Between":
                optionally = value.tag == "optionally"
            elif label == "f":
                found += [
                    replace(said, flags={**said.flags, "optional": True}) if optionally else said
                    for said in self.member(value)
                ]
                optionally = False
            elif label == "g":
                _spread(found, self.chart)
                self._all(found, value)
        _spread(found, self.chart)
        return tuple(part for said in found for part in _apart(said))

    def _all(self, found: list[Said], tail: Node) -> None:
        both = self.chart.text(tail).lower().startswith("both")
        target = tail.one("r")
        for said in found[-2:] if both else found:
            if target is not None:
                said.target = self.target(target)
            for detail in tail.all("d"):
                own = set(said.said)
                more = Said()
                self.detail(more, detail)
                if not ("type" in own and more.type):
                    said.join(more)

    def member(self, node: Node) -> Iterator[Said]:
        """Yield what one member says: several for ``belongs to a doctor and a patient``."""
        if node.tag in ("points", "manytomany"):
            for target in node.all("t"):
                yield self._pointing(node, target)
            return
        if node.tag == "uniqueset":
            yield Said(
                together=tuple(snake("_".join(self.noun(one))) for one in node.all("u")), words=self._words(node)
            )
            return
        said = self._begun(node)
        for label, value in node.parts():
            if not isinstance(value, Node):
                continue
            if label == "pre":
                self._pre(said, value)
            elif label == "type":
                self._type(said, value)
            elif label == "d":
                self._typed(said, value)
            elif label == "tail":
                self._tail(said, value)
            elif label == "Dets":
                said.article = True
        yield said

    def _begun(self, node: Node) -> Said:
        """Return what the kind of a member alone says of it."""
        said = Said(name=list(self.noun(node.one("name"))), words=self._words(node))
        if node.has("CountOf"):
            said.kind = "one"
        if node.tag == "flag":
            said.type = "boolean"
        elif node.tag == "howmany":
            said.type = "integer"
        elif node.tag == "whenever":
            said.name.append("at")
            said.type = "datetime"
        elif node.tag == "many":
            said.many = True
            said.children = self.members(node.one("k"))
        elif node.tag == "namedpoints":
            said.target = "_".join(self._target(node.one("t")))
        elif node.tag == "maybe":
            said.flags["optional"] = True
            said.kind = "one"
        elif node.tag == "one":
            said.kind = "one"
        return said

    def _typed(self, said: Said, node: Node) -> None:
        self._type(said, node) if node.tag in TYPES else self.detail(said, node)

    def _pointing(self, node: Node, target: Node) -> Said:
        said = Said(target="_".join(self._target(target)), words=self._words(node), many=node.has("m"))
        if node.tag == "manytomany":
            said.many = True
        if self.is_possible(node.one("Belongs")):
            said.flags["optional"] = True
        for value in node.all("pre"):
            self._pre(said, value)
        for value in node.all("tail"):
            self._tail(said, value)
        return said

    def _tail(self, said: Said, node: Node) -> None:
        for label, value in node.parts():
            if not isinstance(value, Node):
                continue
            if label == "inner":
                for detail in value.all("d"):
                    self.detail(said, detail)
                for note in value.all("n"):
                    said.note = said.note or self.chart.text(note)
            elif label == "d":
                self.detail(said, value)
            elif label == "SoftHere":
                self._tail(said, value)


def _spread(found: list[Said], chart: Chart) -> None:
    """Let a type in the plural be that of the members before it: ``start and end as datetimes``."""
    for at, said in enumerate(found):
        if not said.shares_type:
            continue
        is_pair = at > 0 and _alike(found[at - 1], said)
        for earlier in reversed(found[:at]):
            if is_pair and not _alike(earlier, said):
                break
            if earlier.said.keys() - {"flags"} or known_resource_named(chart, earlier.name):
                break
            earlier.type = said.type
            earlier.arguments = dict(said.arguments)
        first = next((one for one in found[:at] if one.type == said.type), None)
        if first is not None and first.flags and not said.flags:
            said.flags.update(first.flags)


def _apart(said: Said) -> Iterator[Said]:
    """Yield a field, and apart from it what its resource belongs to: ``seconds > 0, belongs to album``."""
    if not (said.target and said.name and is_typed(said)):
        yield said
        return
    yield replace(said, target="", on_delete=None)
    yield Said(target=said.target, on_delete=said.on_delete, words=said.words)


def _alike(one: Said, other: Said) -> bool:
    """Whether two names begin or end with the same word: ``salary_from`` and ``salary_to``."""
    first, second = ("_".join(said.name).lower().split("_") for said in (one, other))
    return len(first) > 1 and len(second) > 1 and (first[0] == second[0] or first[-1] == second[-1])


def is_typed(said: Said) -> bool:
    """Whether what was said is of a field, not of a relation."""
    return bool(said.type or said.bounds or said.lengths or said.enum or said.pattern or said.default is not None)
