"""What one detail says of a member: its type, limits, values, options, target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from backwright.naming import snake
from backwright.spec.language.chart import Chart, Node
from backwright.spec.language.names import NUMBERS, noun_at
from backwright.spec.language.said import Said
from backwright.spec.language.tokens import Misread
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
TYPES: Mapping[str, str] = {
    name: name
    for name in (
        *("string", "integer", "bigint", "number", "decimal", "boolean", "datetime", "uuid", "text", "date", "time"),
        *("json", "money", "email", "password", "array"),
    )
} | {"uri": "url"}


class Details:
    """Turns the nodes of one sentence into details of its members."""

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

    def _target(self, node: Node | None) -> tuple[str, ...]:
        return () if node is None else self.noun(node.one("r") or node)

    def target(self, node: Node) -> str:
        """Return the resource that a relation points at, its words joined."""
        return "_".join(self._target(node))

    def _words(self, node: Node) -> list[str]:
        return [token.text for token in self.chart.tokens[node.start : node.end]]

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
        elif node.tag in TYPES or node.tag == "type":
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
            said.type, said.items = "array", TYPES.get(item.tag, "string") if item is not None else "string"
            return
        if said.type and said.type != TYPES[node.tag] and not {said.type, TYPES[node.tag]} <= _LIKE:
            raise Misread(self._words(node), f"two types are said, {said.type} and {TYPES[node.tag]}")
        said.type = TYPES[node.tag]
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


_DETAILS: Mapping[str, Callable[[Details, Said, Node], None]] = {
    "enum": Details._enum,
    "default": Details._default,
    "example": Details._example,
    "uniqueper": Details._unique_per,
    "pattern": Details._pattern,
    "target": Details._points,
    "ondelete": Details._on_delete,
    "cascades": Details._cascades,
    "unit": Details._unit,
    "digits": Details._digits,
    "least": Details._bound,
    "above": Details._bound,
    "most": Details._bound,
    "below": Details._bound,
    "range": Details._range,
    "lengths": Details._range,
    "exact": Details._exact,
    "longest": Details._length,
    "shortest": Details._length,
    "positive": Details._positive,
    "nonnegative": Details._nonnegative,
    "uniquepair": Details._unique_pair,
    "compared": Details._compared,
    "against": Details._compared,
    "ignore": Details._skip,
}
