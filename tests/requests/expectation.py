"""What a request is expected to mean, in a form that two writers' expectations and a read spec can be compared in.

The notation is in ``NOTATION.md``. Everything is brought to plain facts, one path and one value each
(``resources.orders.fields.note.type``), so that two meanings are the same when their facts are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Fact = tuple[str, object]

_TYPES = (
    "usual|string|text|integer|number|decimal|boolean|date-time|datetime|date|time|uuid|email|uri|url|password"
    r"|enum\([^)]*\)|array of \w+"
)
_FORM = re.compile(rf"^(?P<type>{_TYPES})(?P<size>\([^)]*\))?(?P<rest>.*)$", re.DOTALL)
_SAID = re.compile(
    r"""\s*(?:(?P<op>>=|<=|>|<)\s*(?P<limit>-?[\d.]+)|(?P<low>-?[\d.]+?)\.\.(?P<high>-?[\d.]+)|pattern\s+(?P<pattern>"[^"]*"|\S+)"""
    r"""|example\s+(?P<example>"[^"]*"|'[^']*'|.+?(?=\s+(?:optional|unique|index|immutable|readonly|writeonly)\b|$))"""
    r"""|=\s*(?P<default>"[^"]*"|'[^']*'|[^\s]+)|(?P<flag>optional|required|unique|index|immutable|readonly|writeonly)|,)"""
)
_LIMITS = {">": "above", ">=": "least", "<": "below", "<=": "most"}


class NotInNotation(ValueError):
    """A form that ``NOTATION.md`` does not know."""


def facts_of(expect: object) -> frozenset[Fact]:
    """Return an expectation as facts.

    Raises:
        NotInNotation: it is not written as the notation says.
    """
    if isinstance(expect, str):
        return frozenset({("outcome", expect)})
    if not isinstance(expect, Mapping):
        raise NotInNotation(f"an expectation is a word or a mapping, not {expect!r}")
    if "refuse" in expect:
        return frozenset({("outcome", "refuse")})
    return frozenset({("outcome", "build"), *_facts(expect)})


def _facts(expect: Mapping[str, Any]) -> Iterator[Fact]:
    for name, resource in (expect.get("resources") or {}).items():
        at = f"resources.{name}"
        yield at, "new" if resource.get("new") else "removed" if resource.get("removed") else "there"
        yield from _resource(at, resource)
    for key, value in (expect.get("service") or {}).items():
        at = f"service.{key}"
        if key == "profile":
            for field, form in value.items():
                yield from field_facts(f"{at}.{field}", form)
        elif isinstance(value, list):
            yield at, tuple(sorted(map(str, value)))
        elif isinstance(value, Mapping):
            yield from ((f"{at}.{inner}", str(said)) for inner, said in value.items())
        else:
            yield at, value


def _resource(at: str, resource: Mapping[str, Any]) -> Iterator[Fact]:
    for key, value in resource.items():
        if key in _PARTS:
            yield from _PARTS[key](f"{at}.{key}", value)
        elif key not in ("new", "removed"):
            yield f"{at}.{key}", value


def _fields(at: str, value: Any) -> Iterator[Fact]:
    if value == "usual":
        yield at, "usual"
        return
    for name, form in value.items():
        yield from field_facts(f"{at}.{name}", form)


def _relations(at: str, value: Any) -> Iterator[Fact]:
    yield from ((f"{at}.{name}", " ".join(str(form).split())) for name, form in value.items())


def _calls(at: str, value: Any) -> Iterator[Fact]:
    named = value if isinstance(value, Mapping) else dict.fromkeys(value, "any")
    yield from ((f"{at}.{name}", _access(str(access))) for name, access in named.items())


def _filters(at: str, value: Any) -> Iterator[Fact]:
    named = value if isinstance(value, Mapping) else dict.fromkeys(value)
    yield from ((f"{at}.{name}", tuple(sorted(operators)) if operators else None) for name, operators in named.items())


def _names(at: str, value: Any) -> Iterator[Fact]:
    yield at, tuple(sorted(value))


def _sets(at: str, value: Any) -> Iterator[Fact]:
    yield at, tuple(sorted(tuple(sorted(names)) for names in value))


def _transitions(at: str, value: Any) -> Iterator[Fact]:
    yield at, (value["field"], tuple(sorted(tuple(move) for move in value["moves"])))


def _checks(at: str, value: Any) -> Iterator[Fact]:
    yield at, tuple(sorted(_check(expression) for expression in value))


_PARTS: Mapping[str, Callable[[str, Any], Iterator[Fact]]] = {
    "fields": _fields,
    "relations": _relations,
    "operations": _calls,
    "actions": _calls,
    "filters": _filters,
    "sort": _names,
    "search": _names,
    "unique_together": _sets,
    "transitions": _transitions,
    "checks": _checks,
}


def _access(said: str) -> str:
    """Return who may call, as sorted words; ``role`` only says that a role's name follows."""
    return " ".join(sorted(set(re.findall(r"[\w-]+", said)) - {"or", "and", "role"}))


def _check(expression: str) -> str:
    """Return a comparison with the smaller side first: ``end > start`` is ``start < end``."""
    left, operator, right = re.split(r"\s*(<=|>=|<|>)\s*", expression, maxsplit=1)
    return f"{right} {operator.replace('>', '<')} {left}" if ">" in operator else f"{left} {operator} {right}"


def field_facts(at: str, form: object) -> Iterator[Fact]:
    """Yield the facts of one field's form, ``decimal(10,2) >= 0 optional``."""
    text = str(form).strip()
    if text == "removed" or text.startswith("renamed from "):
        yield at, text
        return
    found = _FORM.match(text)
    if found is None:
        raise NotInNotation(f"{at}: {text!r}")
    type_ = {"datetime": "date-time", "url": "uri"}.get(found["type"], found["type"])
    if type_.startswith("enum"):
        type_ = "enum(" + ", ".join(part.strip().strip("\"'") for part in type_[5:-1].split(",")) + ")"
    yield f"{at}.type", type_
    if found["size"] and type_ in ("string", "text", "usual"):
        least, _, most = found["size"][1:-1].partition("..")
        if least.strip():
            yield f"{at}.shortest", int(least)
        if (most or least).strip() and not found["size"][1:-1].endswith(".."):
            yield f"{at}.longest", int(most or least)
    yield from _said(at, found["rest"], text)


def _said(at: str, rest: str, whole: str) -> Iterator[Fact]:
    position = 0
    while rest[position:].strip():
        match = _SAID.match(rest, position)
        if match is None:
            raise NotInNotation(f"{at}: {rest[position:]!r} in {whole!r}")
        position = match.end()
        if match["op"]:
            yield f"{at}.{_LIMITS[match['op']]}", float(match["limit"])
        elif match["low"]:
            yield f"{at}.least", float(match["low"])
            yield f"{at}.most", float(match["high"])
        elif match["default"]:
            yield f"{at}.default", match["default"].strip("\"'")
        elif match["pattern"]:
            yield f"{at}.pattern", match["pattern"].strip('"')
        elif match["flag"] and match["flag"] != "required":
            yield f"{at}.{match['flag']}", True
