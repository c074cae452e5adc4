"""The facts of what the reader returned, in the form of ``expectation.facts_of``, and how the two are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from backwright.errors import BackwrightError
from backwright.spec.apply import apply_change
from backwright.spec.change import Reading
from backwright.spec.conventions import Conventions, new_service
from backwright.spec.model import (
    Access,
    ActionSpec,
    BackendSpec,
    FieldSpec,
    FieldType,
    Format,
    OnDelete,
    OperationSpec,
    RelationKind,
    RelationSpec,
    ResourceSpec,
)
from backwright.spec.request import classify, read_request
from backwright.spec.shorttypes import MONEY
from backwright.spec.yaml import read_spec

from tests.requests.expectation import Fact, facts_of

HERE = Path(__file__).parent
_TYPES: dict[tuple[FieldType, Format | None], str] = {
    (FieldType.STRING, Format.DATE_TIME): "date-time",
    (FieldType.STRING, Format.URI): "uri",
}
_LIMITS = {"minimum": "least", "maximum": "most", "exclusive_minimum": "above", "exclusive_maximum": "below"}
_FLAGS = ("unique", "index", "immutable")
_RULES = {OnDelete.CASCADE: "cascade", OnDelete.SET_NULL: "set null"}


@dataclass(frozen=True)
class Outcome:
    """How one request was read: ``exact``, ``refused`` rightly, ``refused wrongly``, ``read wrongly``; and why."""

    id: str
    verdict: str
    missing: frozenset[Fact] = frozenset()
    extra: frozenset[Fact] = frozenset()
    message: str = ""


def entries(name: str) -> list[dict[str, Any]]:
    """Return the requests of a file with their expectations."""
    return list(yaml.safe_load((HERE / f"{name}.yaml").read_text()))


def backends() -> dict[str, BackendSpec]:
    """Return the backends that requests are said to, by name."""
    found = {}
    for name, parts in yaml.safe_load((HERE / "backends.yaml").read_text()).items():
        if not parts:
            found[name] = BackendSpec(service=new_service("backend", Conventions()))
            continue
        service = dict(parts["service"])
        service["auth"] = {"kind": service["auth"], "roles": service.pop("roles", [])}
        files = {"service.yaml": yaml.safe_dump(service).encode()}
        for resource, members in parts["resources"].items():
            files[f"{resource}.yaml"] = yaml.safe_dump({"fields": _forms(members)}).encode()
        found[name] = read_spec(files)
    return found


def _forms(members: Mapping[str, Any]) -> dict[str, str]:
    """Return short forms as the spec has them: ``decimal(12,2)`` was parted at its comma by YAML's flow style."""
    forms: dict[str, str] = {}
    for field, form in members.items():
        if form is None:
            last = next(reversed(forms))
            forms[last] += f",{field}"
        else:
            forms[field] = str(form).replace("string(..", "string(")
    return forms


def judge(entry: Mapping[str, Any], start: BackendSpec) -> Outcome:
    """Read a request and compare what came out with what is meant."""
    expect = entry["expect"]
    text = entry["request"]
    is_refusal = isinstance(expect, Mapping) and "refuse" in expect
    kind = classify(text)
    if expect in ("review", "apply"):
        return Outcome(entry["id"], "exact" if kind == expect else "read wrongly", message=kind)
    try:
        reading = read_request(text, start, Conventions())
        after = apply_change(start, reading.change)
    except BackwrightError as error:
        message = f"{error.message} {error.hint or ''}".lower()
        if not is_refusal:
            return Outcome(entry["id"], "refused wrongly", message=str(error.message))
        words = [str(word).lower() for word in expect["refuse"]]
        is_named = not words or any(_stem(word) in message for word in words)
        return Outcome(entry["id"], "refused" if is_named else "refused wrongly", message=str(error.message))
    if is_refusal:
        return Outcome(entry["id"], "read wrongly", message="not refused")
    return _compared(entry, start, after, reading)


def _stem(word: str) -> str:
    return word.rstrip("s").removesuffix("ing") if len(word) > 4 else word


def _compared(entry: Mapping[str, Any], start: BackendSpec, after: BackendSpec, reading: Reading) -> Outcome:
    expect = entry["expect"]
    if expect == "nothing":
        changes = bool(reading.change.steps)
        return Outcome(
            entry["id"], "read wrongly" if changes else "exact", message=str(reading.change) if changes else ""
        )
    wanted = frozenset(_plain(fact) for fact in facts_of(expect))
    got = frozenset(_plain(fact) for fact in _facts(start, after, reading, expect))
    verdict = "exact" if wanted == got else "read wrongly"
    return Outcome(entry["id"], verdict, wanted - got, got - wanted)


def _plain(fact: Fact) -> Fact:
    """Return a fact whose enum values are written with ``_``, and whose values are compared as text."""
    path, value = fact
    if isinstance(value, str) and value.startswith("enum("):
        value = ", ".join(part.strip().replace(" ", "_") for part in value[5:-1].split(","))
    return path, value


def _facts(start: BackendSpec, after: BackendSpec, reading: Reading, expect: Mapping[str, Any]) -> Iterator[Fact]:
    yield "outcome", "build"
    renamed = _renamed(reading)
    said = expect.get("resources") or {}
    old = {resource.name: resource for resource in start.resources}
    new = {resource.name: resource for resource in after.resources}
    for name in old.keys() - new.keys() - set(renamed.values()):
        yield f"resources.{name}", "removed"
    for name, resource in new.items():
        before = old.get(renamed.get(name, name))
        if before is None:
            yield f"resources.{name}", "new"
            yield from _of_new(resource, said.get(name) or {})
        elif (
            before != resource.model_copy(update={"name": before.name, "singular": before.singular})
            or name in renamed
            or name in said
        ):
            yield from _of_changed(before, resource, said.get(name), reading, renamed)
    yield from _service(after, expect.get("service") or {}, reading)


def _renamed(reading: Reading) -> dict[str, str]:
    return {step.name: step.resource for step in reading.change.steps if step.kind == "rename_resource"}


def _of_new(resource: ResourceSpec, said: Mapping[str, Any]) -> Iterator[Fact]:
    at = f"resources.{resource.name}"
    if said.get("fields") == "usual":
        yield f"{at}.fields", "usual"
    else:
        forms = said.get("fields") or {}
        for field in resource.fields:
            yield from _field(f"{at}.fields.{field.name}", field, str(forms.get(field.name, "usual")))
    for relation in resource.relations:
        if said.get("fields") != "usual" or relation.name in (said.get("relations") or {}):
            yield (
                f"{at}.relations.{relation.name}",
                _relation(relation, (said.get("relations") or {}).get(relation.name)),
            )
    yield from _parts(at, resource, None, said)


def _of_changed(
    before: ResourceSpec,
    after: ResourceSpec,
    said: Mapping[str, Any] | None,
    reading: Reading,
    renames: Mapping[str, str],
) -> Iterator[Fact]:
    at = f"resources.{after.name}"
    if said is None:
        lead = before.model_copy(
            update={
                "relations": tuple(
                    r.model_copy(update={"target": {v: k for k, v in renames.items()}.get(r.target, r.target)})
                    for r in before.relations
                )
            }
        )
        if lead == after:
            return
    yield at, "there"
    if after.name in renames:
        yield f"{at}.renamed_from", before.name
    said = said or {}
    fields = {
        step.name: step.field
        for step in reading.change.steps
        if step.kind == "rename_field" and step.resource == after.name
    }
    forms = said.get("fields") or {}
    old_members = {**{f.name: f for f in before.fields}, **{r.name: r for r in before.relations}}
    new_members: dict[str, FieldSpec | RelationSpec] = {
        **{f.name: f for f in after.fields},
        **{r.name: r for r in after.relations},
    }
    for name in old_members.keys() - new_members.keys() - set(fields.values()):
        part = "fields" if isinstance(old_members[name], FieldSpec) else "relations"
        yield f"{at}.{part}.{name}", "removed"
    for name, member in new_members.items():
        part = "fields" if isinstance(member, FieldSpec) else "relations"
        if name in fields:
            yield f"{at}.{part}.{name}", f"renamed from {fields[name]}"
        elif isinstance(member, FieldSpec):
            if old_members.get(name) != member or name in forms:
                before_it = old_members.get(name)
                form = str(forms.get(name, "usual"))
                kept = set() if not isinstance(before_it, FieldSpec) else set(_field("", before_it, form))
                said_of_it = {path.rpartition(".")[2] for path, _ in _form_facts(form)} | {"type"}
                for path, value in _field(f"{at}.{part}.{name}", member, form):
                    last = path.rpartition(".")[2]
                    if last in said_of_it or (f".{last}", value) not in kept:
                        yield path, value
        elif (old_members.get(name) != member and not _is_led(old_members.get(name), member, renames)) or name in (
            said.get("relations") or {}
        ):
            yield f"{at}.{part}.{name}", _relation(member, (said.get("relations") or {}).get(name))
    yield from _parts(at, after, before, said)


def _is_led(old: object, new: RelationSpec, renames: Mapping[str, str]) -> bool:
    return (
        isinstance(old, RelationSpec)
        and old.model_copy(update={"target": new.target}) == new
        and renames.get(new.target) == old.target
    )


def _relation(relation: RelationSpec, form: object) -> str:
    many = {
        RelationKind.MANY_TO_MANY: "many to many",
        RelationKind.HAS_MANY: "has many",
        RelationKind.ONE_TO_ONE: "one to one",
    }
    if relation.kind in many:
        return f"{many[relation.kind]} {relation.target}"
    optional = "" if relation.required else " optional"
    rule = "on delete " + _RULES.get(relation.on_delete, "restrict")
    said_rule = relation.on_delete in _RULES or "on delete" in str(form)
    if (
        relation.on_delete is OnDelete.CASCADE
        and form is not None
        and "on delete" not in str(form)
        and "cascade" not in str(form)
    ):
        said_rule = relation.on_delete in _RULES
    if optional and relation.on_delete is OnDelete.SET_NULL and "optional" not in str(form):
        optional = ""
    return f"-> {relation.target}{optional}" + (f" {rule}" if said_rule else "")


def _field(at: str, field: FieldSpec, form: str) -> Iterator[Fact]:
    """Yield what is compared of a field; of what is usual only what the expectation says itself."""
    wanted = {path.rpartition(".")[2]: value for path, value in _form_facts(form)}
    said_type = wanted.get("type", "usual")
    yield f"{at}.type", "usual" if said_type == "usual" else _type(field)
    named = said_type != "usual"
    for attribute, name in _LIMITS.items():
        value = getattr(field, attribute)
        if value is not None and (named or name in wanted):
            yield f"{at}.{name}", float(value)
    for attribute, name in (("min_length", "shortest"), ("max_length", "longest")):
        if name in wanted:
            yield f"{at}.{name}", getattr(field, attribute)
    for flag in _FLAGS:
        if getattr(field, flag) and ((named and flag == "unique") or flag in wanted):
            yield f"{at}.{flag}", True
    for attribute, name in (("read_only", "readonly"), ("write_only", "writeonly")):
        if getattr(field, attribute) and (named or name in wanted):
            yield f"{at}.{name}", True
    if not field.required and field.nullable and (named or "optional" in wanted) and "readonly" not in wanted:
        yield f"{at}.optional", True
    if field.default is not None and (named or "default" in wanted):
        yield f"{at}.default", str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
    if field.pattern is not None and (named or "pattern" in wanted):
        yield f"{at}.pattern", field.pattern
    if "example" in wanted:
        yield f"{at}.example", str(field.examples[0]) if field.examples else None


def _form_facts(form: str) -> Iterator[Fact]:
    from tests.requests.expectation import field_facts

    if form != "removed" and not form.startswith("renamed from"):
        yield from field_facts("x", form)


def _type(field: FieldSpec) -> str:
    if field.enum is not None:
        return "enum(" + ", ".join(field.enum) + ")"
    if field.type is FieldType.ARRAY:
        return f"array of {_type(field.items) if field.items else 'string'}"
    if (field.type, field.format) in _TYPES:
        return _TYPES[field.type, field.format]
    return str(field.format if field.format not in (None, Format.INT32, Format.INT64) else field.type)


def _who(operation: OperationSpec | ActionSpec) -> str:
    if operation.access is None:
        return "any"
    kinds = (
        {"owner"}
        if operation.access is Access.OWNER
        else set()
        if operation.access is Access.ROLE
        else {str(operation.access)}
    )
    return " ".join(sorted(kinds | set(operation.roles)))


def _parts(at: str, resource: ResourceSpec, before: ResourceSpec | None, said: Mapping[str, Any]) -> Iterator[Fact]:
    yield from _operations(at, resource, before, said.get("operations"))
    old = before or ResourceSpec(name=resource.name, singular=resource.singular)
    for action in resource.actions:
        if action not in old.actions or action.name in (said.get("actions") or {}):
            yield f"{at}.actions.{action.name}", _who(action)
    if resource.list.filters != old.list.filters or "filters" in said:
        wanted = said.get("filters")
        for name, operators in (resource.list.filters or {}).items():
            listed = tuple(sorted(str(one) for one in operators)) if isinstance(wanted, Mapping) else None
            yield f"{at}.filters.{_unnamed(resource, name)}", listed
    for key in ("sort", "search"):
        if getattr(resource.list, key) != getattr(old.list, key) or key in said:
            yield f"{at}.{key}", tuple(sorted(_unnamed(resource, name) for name in getattr(resource.list, key) or ()))
    for key in ("page_size", "max_page_size"):
        if key in said:
            yield f"{at}.{key}", getattr(resource.list, key)
    if resource.list.pagination != old.list.pagination or "pagination" in said:
        yield f"{at}.pagination", str(resource.list.pagination)
    yield from _switches(at, resource, old, said)


def _unnamed(resource: ResourceSpec, name: str) -> str:
    return name.removesuffix("_id") if any(name == f"{r.name}_id" for r in resource.relations) else name


def _operations(
    at: str, resource: ResourceSpec, before: ResourceSpec | None, said: Mapping[str, str] | None
) -> Iterator[Fact]:
    there = {str(one.name): _who(one) for one in resource.operations}
    default = ResourceSpec(name="x", singular="x")
    old = {str(one.name): _who(one) for one in (before or default).operations}
    if said is None:
        if there.keys() != old.keys() or (before is not None and there != old and not resource.owner):
            yield from ((f"{at}.operations.{name}", who) for name, who in there.items())
        return
    if "others" in said:
        named = {name: who for name, who in there.items() if name in said or who != old.get(name)}
        yield from ((f"{at}.operations.{name}", who) for name, who in named.items())
        if there.keys() == old.keys() | {name for name in said if name != "others"}:
            yield f"{at}.operations.others", "unchanged"
        return
    for name, who in there.items():
        yield f"{at}.operations.{name}", who


def _switches(at: str, resource: ResourceSpec, old: ResourceSpec, said: Mapping[str, Any]) -> Iterator[Fact]:
    for key in ("owner", "soft_delete", "timestamps", "optimistic_locking", "nested_under", "key"):
        value = getattr(resource, key)
        if value != getattr(old, key) or key in said:
            yield f"{at}.{key}", str(value) if key in ("key",) else value
    if resource.unique_together != old.unique_together:
        yield f"{at}.unique_together", tuple(sorted(tuple(sorted(names)) for names in resource.unique_together))
    if resource.checks != old.checks:
        from tests.requests.expectation import _check

        yield f"{at}.checks", tuple(sorted(_check(check.expression) for check in resource.checks))
    for transition in resource.transitions:
        if transition not in old.transitions:
            yield f"{at}.transitions", (transition.field, tuple(sorted(transition.moves)))


def _service(after: BackendSpec, said: Mapping[str, Any], reading: Reading) -> Iterator[Fact]:
    service = after.service
    simple = {
        "auth": service.auth.kind,
        "cookie": service.auth.cookie,
        "register": service.auth.registration,
        "layout": str(service.layout),
        "session": str(service.session),
    }
    for key in said:
        at = f"service.{key}"
        if key == "health":
            if any("health check" in line for line in reading.assumptions):
                yield at, True
        elif key == "roles":
            yield (
                at,
                tuple(
                    sorted(
                        set(service.auth.roles) & set(said[key])
                        | (set(service.auth.roles) - _before(reading, service.auth.roles))
                    )
                ),
            )
        elif key == "profile":
            for field in service.auth.profile:
                yield from _field(f"{at}.{field.name}", field, str(said[key].get(field.name, "usual")))
        elif key == "rate_limit":
            limits = {str(route): limit for route, limit in service.auth.rate_limits.items()}
            limits |= {"all": service.rate_limit} if service.rate_limit else {}
            yield from ((f"{at}.{route}", limit) for route, limit in limits.items())
        elif key == "default_access":
            yield at, _default(after)
        elif key == "cors_origins":
            yield at, tuple(sorted(service.cors_origins))
        else:
            yield at, simple.get(key, getattr(service, key, None))


def _before(reading: Reading, roles: tuple[str, ...]) -> set[str]:
    return set(roles)


def _default(after: BackendSpec) -> str:
    if after.service.auth.kind == "none":
        return "public"
    accesses = {operation.access for resource in after.resources for operation in resource.operations}
    return (
        "public"
        if accesses == {Access.PUBLIC}
        else "authenticated"
        if accesses <= {None, Access.AUTHENTICATED}
        else "mixed"
    )


assert MONEY
