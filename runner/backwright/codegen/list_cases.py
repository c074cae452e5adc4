"""What to store and to ask in tests of a list: filters, sort orders, searches, and what each must find."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from backwright.codegen.listing import RANGE, TIMESTAMPS, filters, search_fields, sort_keys
from backwright.codegen.names import query_parameter
from backwright.codegen.python_source import value_source
from backwright.codegen.samples import Json, samples
from backwright.spec.model import FieldSpec, FieldType, FilterOperator, Format, KeyType, ResourceSpec

Source = dict[str, Any]
HALF = 2
KEEPS: dict[FilterOperator, Callable[[Any, Any], bool]] = {
    FilterOperator.EQ: operator.eq,
    FilterOperator.NE: operator.ne,
    FilterOperator.LT: operator.lt,
    FilterOperator.LE: operator.le,
    FilterOperator.GT: operator.gt,
    FilterOperator.GE: operator.ge,
    FilterOperator.IN: lambda value, asked: value in asked,
    FilterOperator.CONTAINS: lambda value, asked: asked.lower() in value.lower(),
}


def list_cases(resource: ResourceSpec, sent: Iterable[FieldSpec], rows: int) -> Source:
    """Return the values to store and the queries to ask of a list, as source and plain data.

    Args:
        resource: The resource that is listed.
        sent: Its fields that a client may send.
        rows: How many rows a test may make.
    """
    by_name = {field.name: field for field in sent if not field.write_only}
    offered = {name: compared for name, compared in filters(resource).items() if name in by_name}
    sorts = [name for name in sort_keys(resource) if name in by_name and is_ordered(by_name[name], rows)]
    values = {name: stored_values(by_name[name], rows) for name in [*offered, *(s for s in sorts if s not in offered)]}
    equal = next((name for name in sorts if not by_name[name].unique), None)
    return {
        "values": [{"name": name, "source": value_source(list(rows))} for name, rows in values.items()],
        "filters": [
            case for name, compared in offered.items() for case in filter_cases(by_name[name], compared, values[name])
        ],
        "wrong_filters": [case for name in offered for case in wrong_filter(by_name[name], offered[name])],
        "sorts": value_source(sorts) if sorts else "",
        "server_sorts": value_source(server_sorts(resource)) if server_sorts(resource) else "",
        "tie": equal,
        "times": time_filters(resource),
        "searches": list(search_cases(resource, by_name)),
        "has_search": bool(search_fields(resource)),
    }


def time_filters(resource: ResourceSpec) -> list[tuple[str, str]]:
    """Return the times that the server sets with the operators that compare them."""
    return [
        (name, comparison.value)
        for name in TIMESTAMPS
        if resource.timestamps
        for comparison in filters(resource).get(name, ())
        if comparison in RANGE[1:]
    ]


def server_sorts(resource: ResourceSpec) -> list[str]:
    """Return the sort keys that the server sets and that count upwards."""
    upwards = ["id"] if resource.key is KeyType.INTEGER else []
    upwards += list(TIMESTAMPS) if resource.timestamps else []
    return [name for name in sort_keys(resource) if name in upwards]


def is_ordered(field: FieldSpec, rows: int) -> bool:
    """Whether all databases put the values of the tests in the same order, and there are some to put."""
    values = stored_values(field, rows)
    if field.type is FieldType.STRING and field.format is not Format.UUID:
        plain = ["".join(c for c in str(value).lower() if c.isalnum()) for value in values]
        return len(values) > 1 and plain == sorted(set(plain))
    return len(values) > 1


def stored_values(field: FieldSpec, rows: int) -> tuple[Json, ...]:
    """Return different values in increasing order, one for each row that may be made."""
    found = samples(field, rows)
    return tuple(sorted(found)) if field.enum is not None else found  # type: ignore[type-var]


def filter_cases(field: FieldSpec, compared: tuple[FilterOperator, ...], values: tuple[Json, ...]) -> Iterator[Source]:
    """Yield a query per operator, with the positions of the rows it keeps."""
    pivot = values[len(values) // HALF]
    for comparison in compared:
        asked: Json | list[Json] = pivot
        if comparison is FilterOperator.IN:
            asked = [values[0], values[-1]]
        elif comparison is FilterOperator.CONTAINS:
            asked = part_of(field, str(pivot))
        keep = KEEPS[comparison]
        parameter = query_parameter(field.name, comparison)
        yield {
            "field": field.name,
            "label": parameter,
            "query": f"{{{value_source(parameter)}: {value_source(asked)}}}",
            "expected": value_source([index for index, value in enumerate(values) if keep(value, asked)]),
        }


def part_of(field: FieldSpec, value: str) -> str:
    """Return the end of a value in the other case where any text may be asked for, else the value."""
    end = value[1:].upper()
    is_free = (
        field.pattern is None and field.format in (None, Format.TEXT) and len(end) >= max(field.min_length or 0, 1)
    )
    return end if is_free else value


def wrong_filter(field: FieldSpec, compared: tuple[FilterOperator, ...]) -> Iterator[Source]:
    """Yield a value that a filter on the field cannot be compared with."""
    is_typed = field.type is not FieldType.STRING or field.enum is not None
    if is_typed or field.format in (Format.DATE, Format.DATE_TIME, Format.TIME, Format.UUID):
        yield from ({"name": query_parameter(field.name, one), "source": '"x"'} for one in compared[:1])


def search_cases(resource: ResourceSpec, by_name: Mapping[str, FieldSpec]) -> Iterator[Source]:
    """Yield a value for each searched field, and a part of it that no other value has."""
    defaults = {
        name: str(samples(field, 1)[0]).lower() for name, field in by_name.items() if field.type is FieldType.STRING
    }
    for name in search_fields(resource):
        field = by_name.get(name)
        if field is None or field.type is not FieldType.STRING:
            continue
        value, term = search_value(field)
        others = [text for other, text in defaults.items() if other != name or not field.unique]
        if not any(term.lower() in text for text in others):
            yield {"field": name, "value": value_source(value), "term": value_source(term)}


def search_value(field: FieldSpec) -> tuple[str, str]:
    """Return a value, and what to search it by: a word of it in the other case where it may hold words."""
    free = field.pattern is None and field.enum is None
    form = {Format.EMAIL: "zebra@example.com", Format.URI: "https://example.com/zebra"}.get(field.format or Format.TEXT)
    value = form or "some zebra here".ljust(field.min_length or 0, ".")
    is_long_enough = len(value) >= (field.min_length or 0)
    if free and is_long_enough and (field.max_length is None or len(value) <= field.max_length):
        return value, "ZEBRA"
    last = str(samples(field)[-1])
    return last, last
