"""Hypothesis strategies: backend specs that could be written by a person."""

from __future__ import annotations

import keyword
from decimal import Decimal

from backwright.naming import plural, singular
from backwright.spec.model import (
    ActionSpec,
    BackendSpec,
    CheckSpec,
    FieldSpec,
    FieldType,
    Format,
    KeyType,
    ListSpec,
    OnDelete,
    OperationName,
    OperationSpec,
    RelationKind,
    RelationSpec,
    ResourceSpec,
    ServiceSpec,
)
from backwright.spec.shorttypes import LENGTHS, completed
from hypothesis import strategies as st

NAMES = ("name", "price", "stock", "a1", "on", "yes", "null", "sort_order", "x_y_z", "description", "true", "n", "key")
RESOURCES = ("products", "orders", "order_items", "people", "categories", "news", "addresses")
WORDS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=12
) | st.sampled_from(
    ["a: b", "# c", "- x", "on", "1.0", "it's", 'say "hi"', "[a", "{b", "x #y", " lead", "end ", "~", "?"]
)


def identifiers(*known: str) -> st.SearchStrategy[str]:
    return st.sampled_from(known).filter(lambda name: not keyword.iskeyword(name))


@st.composite
def fields(draw: st.DrawFn, name: str) -> FieldSpec:
    kind = draw(
        st.sampled_from(
            [
                "string",
                "text",
                "email",
                "uuid",
                "date",
                "integer",
                "decimal",
                "number",
                "boolean",
                "enum",
                "json",
                "array",
            ]
        )
    )
    keys: dict[str, object] = {}
    if kind in ("string", "text", "email"):
        format_ = {"string": None, "text": Format.TEXT, "email": Format.EMAIL}[kind]
        length = draw(st.sampled_from([LENGTHS[format_], 20, 300]))
        keys = {"format": format_, "max_length": length, "min_length": draw(st.none() | st.integers(0, 10))}
        keys["default"] = draw(st.none() | WORDS)
        keys["pattern"] = draw(st.none() | st.sampled_from(["^[a-z]+$", "^#: 'x'"]))
    elif kind in ("uuid", "date"):
        keys = {"format": Format(kind)}
    elif kind == "integer":
        keys = {"type": FieldType.INTEGER, "format": draw(st.sampled_from([None, Format.INT64]))}
        keys |= draw(limits(st.integers(-100, 100).map(Decimal)))
        keys["default"] = draw(st.none() | st.integers(-5, 5))
    elif kind == "decimal":
        keys = {"type": FieldType.NUMBER, "format": Format.DECIMAL, "precision": 10, "scale": draw(st.integers(0, 4))}
        keys |= draw(limits(st.decimals(-100, 100, places=2)))
        keys["default"] = draw(st.none() | st.decimals(-5, 5, places=2))
    elif kind == "number":
        keys = {"type": FieldType.NUMBER, "default": draw(st.none() | st.floats(-5, 5))}
    elif kind == "boolean":
        keys = {"type": FieldType.BOOLEAN, "default": draw(st.none() | st.booleans())}
    elif kind == "enum":
        keys = {
            "enum": tuple(draw(st.lists(WORDS | st.sampled_from(["new", "paid"]), min_size=1, max_size=4, unique=True)))
        }
    elif kind == "json":
        keys = {"type": FieldType.OBJECT}
    else:
        keys = {"type": FieldType.ARRAY, "items": FieldSpec(name="item", max_length=50), "max_items": 5}
    for flag in ("unique", "index", "immutable", "read_only", "write_only"):
        keys[flag] = draw(st.integers(0, 5)) == 0
    keys["required"] = draw(st.sampled_from([None, None, True, False]))
    keys["nullable"] = draw(st.sampled_from([None, None, True, False]))
    keys["description"] = draw(st.none() | WORDS)
    keys["examples"] = tuple(draw(st.lists(WORDS | st.integers(-5, 5) | st.booleans(), max_size=2)))
    return FieldSpec(name=name, **completed(keys))


@st.composite
def limits(draw: st.DrawFn, numbers: st.SearchStrategy[Decimal]) -> dict[str, Decimal]:
    words = draw(
        st.lists(
            st.sampled_from(["minimum", "maximum", "exclusive_minimum", "exclusive_maximum"]), max_size=2, unique=True
        )
    )
    return {word: draw(numbers) for word in words}


@st.composite
def relations(draw: st.DrawFn, name: str, targets: tuple[str, ...]) -> RelationSpec:
    return RelationSpec(
        name=name,
        target=draw(st.sampled_from(targets)),
        kind=draw(st.sampled_from([RelationKind.BELONGS_TO] * 4 + [RelationKind.HAS_MANY])),
        required=draw(st.booleans()),
        on_delete=draw(st.sampled_from(list(OnDelete))),
        unique=draw(st.booleans()),
        description=draw(st.none() | WORDS),
    )


@st.composite
def resources(draw: st.DrawFn, name: str, targets: tuple[str, ...]) -> ResourceSpec:
    names = draw(st.lists(st.sampled_from(NAMES), max_size=5, unique=True))
    ends = draw(st.lists(st.sampled_from(("parent", "owner", "category")), max_size=2, unique=True))
    operations = draw(st.lists(st.sampled_from(list(OperationName)), min_size=1, unique=True))
    return ResourceSpec(
        name=name,
        singular=draw(st.sampled_from([singular(name), "thing_" + singular(name)])),
        description=draw(st.none() | WORDS),
        key=draw(st.sampled_from([KeyType.INTEGER, KeyType.UUID])),
        fields=tuple(draw(fields(field)) for field in names),
        relations=tuple(draw(relations(end, targets)) for end in ends),
        operations=draw(
            st.sampled_from(
                [ResourceSpec(name="x", singular="x").operations, tuple(OperationSpec(name=o) for o in operations)]
            )
        ),
        list=draw(
            st.sampled_from(
                [ListSpec(), ListSpec(page_size=20), ListSpec(sort=("name",), filters={"name": ("eq", "contains")})]
            )
        ),
        timestamps=draw(st.booleans()),
        unique_together=draw(st.sampled_from([(), (("a1", "name"), ("price", "stock"))])),
        checks=draw(st.sampled_from([(), (CheckSpec(name="low", expression="price > 0"),)])),
        actions=draw(st.sampled_from([(), (ActionSpec(name="ship", input=(FieldSpec(name="to", max_length=9),)),)])),
    )


@st.composite
def backends(draw: st.DrawFn) -> BackendSpec:
    names = tuple(draw(st.lists(st.sampled_from(RESOURCES), max_size=4, unique=True)))
    assert all(plural(name) == name for name in names)
    service = ServiceSpec(
        name=draw(st.sampled_from(["shop", "todo-api"])),
        title=draw(st.none() | WORDS),
        version=draw(st.sampled_from(["0.1.0", "1.0"])),
        cors_origins=draw(st.sampled_from([(), ("https://a.example",)])),
    )
    return BackendSpec(service=service, resources=tuple(draw(resources(name, names)) for name in sorted(names)))
