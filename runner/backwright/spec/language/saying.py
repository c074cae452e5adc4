"""Members of a sentence's tree as what was said of each: names, types, limits, options, targets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from backwright.naming import snake
from backwright.spec.language.chart import Chart, Node
from backwright.spec.language.names import NUMBERS, known_resource_named, noun_at
from backwright.spec.language.said import Said
from backwright.spec.language.tokens import Misread
from backwright.spec.language.words import words
from backwright.spec.model import OnDelete

SIGNS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_RULES = {"cascade": OnDelete.CASCADE, "restrict": OnDelete.RESTRICT, "setnull": OnDelete.SET_NULL}
_LIMITS = {"least": "minimum", "above": "exclusive_minimum", "most": "maximum", "below": "exclusive_maximum"}
_FLAGS: Mapping[str, Mapping[str, bool]] = {
    "optional": {"optional": True},
    "required": {"optional": False},
    "unique": {"unique": True},
    "notunique": {"unique": False},
    "index": {"index": True},
    "immutable": {"immutable": True},
    "readonly": {"read_only": True},
    "writeonly": {"write_only": True},
}


class Saying:
    """Turns the nodes of one sentence into what they say."""

    def __init__(self, chart: Chart) -> None:
        """Keep the sentence's words."""
        self.chart = chart

    def noun(self, node: Node | None) -> tuple[str, ...]:
        """Return the words of a name."""
        return () if node is None else noun_at(self.chart, node.start, node.end)

    def is_possible(self, node: Node | None) -> bool:
        """Whether words only allow something: ``may belong to``."""
        return node is not None and self.chart.keys[node.start] in ("may", "can", "could", "might")

    def text(self, node: Node) -> str:
        """Return a value as it was written, without quotes; of a value to choose from the words joined by ``_``."""
        tokens = self.chart.tokens[node.start : node.end]
        joined = "_" if node.tag == "value" and len(tokens) > 1 else " "
        return joined.join(token.value for token in tokens)

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
        self._type(said, node) if node.tag in _TYPES else self.detail(said, node)

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

    def _target(self, node: Node | None) -> tuple[str, ...]:
        return () if node is None else self.noun(node.one("r") or node)

    def target(self, node: Node) -> str:
        """Return the resource that a relation points at, its words joined."""
        return "_".join(self._target(node))

    def _words(self, node: Node) -> list[str]:
        return [token.text for token in self.chart.tokens[node.start : node.end]]

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

    def _pre(self, said: Said, node: Node) -> None:
        if node.tag in _FLAGS:
            said.flags.update(_FLAGS[node.tag])
        elif node.tag == "positive":
            said.bounds["exclusive_minimum"] = Decimal(0)
        elif node.tag == "nonnegative":
            said.bounds["minimum"] = Decimal(0)
        elif node.tag in ("exactly", "upto"):
            number = node.one("n")
            if number is not None:
                said.lengths["max_length"] = int(Decimal(number.tag))
                if node.tag == "exactly":
                    said.lengths["min_length"] = int(Decimal(number.tag))

    def detail(self, said: Said, node: Node) -> None:
        """Let a detail say more of a member."""
        said.words = said.words or self._words(node)
        if node.tag in _FLAGS:
            said.flags.update(_FLAGS[node.tag])
        elif node.tag in _TYPES or node.tag == "type":
            self._type(said, node)
        elif node.tag in _DETAILS:
            _DETAILS[node.tag](self, said, node)

    def _type(self, said: Said, node: Node) -> None:
        if node.tag == "type":
            for label in ("TypeOf", "FirmType", "SoftType", "it"):
                for inner in node.all(label):
                    self._type(said, inner)
            return
        if node.tag == "array":
            item = node.one("i")
            said.type, said.items = "array", _TYPES.get(item.tag, "string") if item is not None else "string"
            return
        if said.type and said.type != _TYPES[node.tag] and not {said.type, _TYPES[node.tag]} <= _LIKE:
            raise Misread(self._words(node), f"two types are said, {said.type} and {_TYPES[node.tag]}")
        said.type = _TYPES[node.tag]
        said.shares_type = self.chart.keys[node.end - 1] in _PLURAL_TYPES
        precision, scale, length = node.one("p"), node.one("s"), node.one("l")
        if precision is not None and scale is not None:
            said.arguments = {"precision": int(precision.tag), "scale": int(scale.tag)}
        if length is not None:
            said.lengths["max_length"] = int(length.tag)

    def _enum(self, said: Said, node: Node) -> None:
        values = node.one("v") or node.one("EnumWords")
        inner = node.one("d")
        if values is None and inner is not None:
            self._enum(said, inner)
        elif values is not None:
            said.enum = tuple(dict.fromkeys(self.text(value) for value in values.all("v")))
            if said.type in _NEVER_CHOSEN:
                raise Misread(self._words(values), f"say of what these are the values; {said.type} has none")
            said.type = ""
            last = ""
            for label, value in values.parts():
                if label == "Preset":
                    said.default = last
                elif label == "v" and isinstance(value, Node):
                    last = self.text(value)

    def _default(self, said: Said, node: Node) -> None:
        value = node.one("v")
        if value is not None:
            text = self.text(value)
            said.default = NUMBERS.get(text.lower(), text)

    def _example(self, said: Said, node: Node) -> None:
        value = node.one("v")
        said.example = None if value is None else self.text(value)

    def _unique_per(self, said: Said, node: Node) -> None:
        name = node.one("p")
        said.flags["unique"] = True
        said.unique_per = [snake("_".join(self.noun(name)))]

    def _pattern(self, said: Said, node: Node) -> None:
        value = node.one("p")
        if value is not None:
            text = self.chart.tokens[value.start].text
            said.pattern = text if text.startswith("^") else text[1:-1]

    def _points(self, said: Said, node: Node) -> None:
        target = node.one("r")
        said.target = "_".join(self._target(target))

    def _on_delete(self, said: Said, node: Node) -> None:
        rule = node.one("rule") or node.one("OnDeleteRule")
        said.on_delete = _RULES.get(rule.tag if rule is not None else "cascade", OnDelete.CASCADE)
        if rule is not None and rule.tag == "words":
            said.on_delete = next(
                (_RULES[one.tag] for one in rule.all("OnDeleteRule")), _rule_of(self.chart.text(rule).lower())
            )

    def _cascades(self, said: Said, _node: Node) -> None:
        said.on_delete = OnDelete.CASCADE

    def _unit(self, said: Said, node: Node) -> None:
        unit = node.one("Unit")
        if unit is not None and unit.tag == "money" and said.type in ("", "number"):
            said.type = "decimal"

    def _digits(self, said: Said, _node: Node) -> None:
        said.type = "decimal"

    def _bound(self, said: Said, node: Node) -> None:
        number = self.number(node.one("n"))
        if number is None:
            return
        if self._is_length(node, said):
            least = node.tag in ("least", "above")
            exact = int(number) + {"above": 1, "below": -1}.get(node.tag, 0)
            said.lengths["min_length" if least else "max_length"] = exact
            return
        said.bounds[_LIMITS[node.tag]] = number

    def _is_length(self, node: Node, said: Said) -> bool:
        unit = node.one("u")
        if unit is None:
            return False
        if unit.tag == "money" and said.type in ("", "number"):
            said.type = "decimal"
        return unit.tag == "length"

    def _range(self, said: Said, node: Node) -> None:
        whole = node.one("r") or node.one("Range")
        if whole is not None:
            low, high = (Decimal(part) for part in whole.tag.split(".."))
        else:
            first, second = self.number(node.one("a")), self.number(node.one("b"))
            if first is None or second is None:
                return
            low, high = first, second
        if self._is_length(node, said) or node.tag == "lengths":
            said.lengths.update(min_length=int(low), max_length=int(high))
        else:
            said.bounds.update(minimum=low, maximum=high)

    def _exact(self, said: Said, node: Node) -> None:
        number = self.number(node.one("n"))
        unit = node.one("u")
        if number is None or (unit is not None and unit.tag != "length"):
            return
        said.lengths.update(min_length=int(number), max_length=int(number))

    def _length(self, said: Said, node: Node) -> None:
        number = self.number(node.one("n"))
        if number is not None:
            said.lengths["max_length" if node.tag == "longest" else "min_length"] = int(number)

    def _positive(self, said: Said, _node: Node) -> None:
        said.bounds["exclusive_minimum"] = Decimal(0)

    def _nonnegative(self, said: Said, _node: Node) -> None:
        said.bounds["minimum"] = Decimal(0)

    def number(self, node: Node | None) -> Decimal | None:
        """Return a number; None where there is none."""
        if node is None:
            return None
        inner = node.one("Num")
        if inner is not None:
            return Decimal(inner.tag)
        text = node.tag if node.tag != "NumberOf" else self.chart.text(node).lower()
        try:
            return Decimal(NUMBERS.get(text, text))
        except InvalidOperation:
            return None

    def _compared(self, said: Said, node: Node) -> None:
        operator = node.one("op")
        sign = SIGNS[operator.tag if operator is not None else "lt"]
        left = snake("_".join(self.noun(node.one("a"))))
        said.checks.append((left, sign, snake("_".join(self.noun(node.one("b"))))))

    def _unique_pair(self, said: Said, node: Node) -> None:
        said.pair = tuple(snake("_".join(self.noun(one))) for one in node.all("u"))

    def _skip(self, _said: Said, _node: Node) -> None:
        """Do nothing: units and formats change nothing."""


def _rule_of(text: str) -> OnDelete:
    if "null" in text:
        return OnDelete.SET_NULL
    return OnDelete.RESTRICT if text.startswith(("restrict", "prevent", "protect", "no", "block")) else OnDelete.CASCADE


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


def _alike(one: Said, other: Said) -> bool:
    """Whether two names begin or end with the same word: ``salary_from`` and ``salary_to``."""
    first, second = ("_".join(said.name).lower().split("_") for said in (one, other))
    return len(first) > 1 and len(second) > 1 and (first[0] == second[0] or first[-1] == second[-1])


def _apart(said: Said) -> Iterator[Said]:
    """Yield a field, and apart from it what its resource belongs to: ``seconds > 0, belongs to album``."""
    if not (said.target and said.name and is_typed(said)):
        yield said
        return
    yield replace(said, target="", on_delete=None)
    yield Said(target=said.target, on_delete=said.on_delete, words=said.words)


def is_typed(said: Said) -> bool:
    """Whether what was said is of a field, not of a relation."""
    return bool(said.type or said.bounds or said.lengths or said.enum or said.pattern or said.default is not None)


_NEVER_CHOSEN = frozenset(
    {"decimal", "boolean", "datetime", "date", "time", "uuid", "url", "email", "password", "money"}
)
"""Types whose values are not listed."""
_PLURAL_TYPES = frozenset(
    {
        "datetimes",
        "date-times",
        "dates",
        "decimals",
        "numbers",
        "integers",
        "strings",
        "booleans",
        "uuids",
        "texts",
        "floats",
    }
    | {"timestamps", "ints", "bools", "flags"}
)
_LIKE = frozenset(
    {"string", "text", "url", "email", "date", "datetime", "number", "integer", "decimal", "money", "time"}
)
"""Types that people say beside each other: ``a text field with a URL``."""
_TYPES: Mapping[str, str] = {
    name: name
    for name in (
        *("string", "integer", "bigint", "number", "decimal", "boolean", "datetime", "uuid", "text", "date", "time"),
        *("json", "money", "email", "password", "array"),
    )
} | {"uri": "url"}
_DETAILS: Mapping[str, Callable[[Saying, Said, Node], None]] = {
    "enum": Saying._enum,
    "default": Saying._default,
    "example": Saying._example,
    "uniqueper": Saying._unique_per,
    "pattern": Saying._pattern,
    "target": Saying._points,
    "ondelete": Saying._on_delete,
    "cascades": Saying._cascades,
    "unit": Saying._unit,
    "digits": Saying._digits,
    "least": Saying._bound,
    "above": Saying._bound,
    "most": Saying._bound,
    "below": Saying._bound,
    "range": Saying._range,
    "lengths": Saying._range,
    "exact": Saying._exact,
    "longest": Saying._length,
    "shortest": Saying._length,
    "positive": Saying._positive,
    "nonnegative": Saying._nonnegative,
    "uniquepair": Saying._unique_pair,
    "compared": Saying._compared,
    "against": Saying._compared,
    "ignore": Saying._skip,
}
__all__ = ["Saying", "words"]
