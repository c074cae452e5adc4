"""The words of one sentence for those who tell what its statements mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from backwright.naming import snake
from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Chart, Node
from backwright.spec.language.clauses import Clause, Noun
from backwright.spec.language.names import Context
from backwright.spec.language.said import Said
from backwright.spec.language.saying import Saying

Told = Iterator[Clause]


_EACH = frozenset({"both", "each", "all", "each of them", "all of them", "both of them", "each one"})


class Telling(Saying):
    """Turns the statements of one sentence into clauses."""

    def __init__(self, chart: Chart, context: Context, tellers: Mapping[str, Teller]) -> None:
        """Keep the sentence's words, what is known, and who tells what a statement of each tag means."""
        super().__init__(chart)
        self.context = context
        self.tellers = tellers
        self.switched: list[Noun] = []

    def clauses(self, node: Node) -> Told:
        """Yield the clauses of a statement, and those that follow from its members."""
        for told in self.tellers[node.tag](self, node):
            for clause in self._with_members(told):
                self._learn(clause)
                yield clause
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
            if said.pair:
                yield say.Together(tuple((name,) for name in said.pair), subject)
            if said.together:
                yield say.Together(tuple((name,) for name in said.together), subject)
            for left, sign, right in said.checks:
                yield say.Compare((left,) if left else tuple(said.name), sign, (right,))

    def _learn(self, clause: Clause) -> None:
        """Know the resources that a clause adds or says something of, for the sentences that follow."""
        if isinstance(clause, say.Declare) and not clause.weak:
            self.context.declared |= {snake("_".join(noun)) for noun in clause.names}
        elif isinstance(clause, (say.Relates, say.OneOf)) or (isinstance(clause, say.Has) and not clause.adds):
            self.context.declared |= {snake("_".join(clause.subject))} - {""}
        elif isinstance(clause, say.Endpoint):
            self.context.declared |= {snake(part) for part in clause.path.split("/")[:2] if part}

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


Teller = Callable[[Telling, Node], Told]


def _elsewhere(node: Node) -> Iterator[Node]:
    """Yield the parts of a statement that only tell where something is: ``shops on our map``."""
    for _, part in node.parts():
        if isinstance(part, Node):
            if part.tag == "elsewhere":
                yield part
            else:
                yield from _elsewhere(part)
