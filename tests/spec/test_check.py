from __future__ import annotations

import pytest
from backwright.errors import Place
from backwright.finding import Severity
from backwright.spec.check import check
from backwright.spec.support import unsupported
from backwright.spec.yaml import read_spec


def codes(text: str, **more: str) -> list[str]:
    files = {"service.yaml": b"name: shop\n", "things.yaml": text.encode()}
    files |= {f"{name}.yaml": body.encode() for name, body in more.items()}
    return [finding.code for finding in check(read_spec(files))]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fields: {id: integer}\n", "SPEC111"),
        ("fields: {created_at: datetime}\n", "SPEC111"),
        ("fields: {metadata: json}\n", "SPEC112"),
        ("fields: {model_config: string}\n", "SPEC112"),
        ("fields: {class: string}\n", "SPEC113"),
        ("fields: {limit: integer}\n", "SPEC114"),
        ("fields: {other_id: integer, other: -> Thing optional}\n", "SPEC110"),
        ("fields: {a: integer 5..1}\n", "SPEC153"),
        ("fields: {a: integer > 3 < 4}\n", "SPEC153"),
        ("fields: {a: 'decimal(10,2) > 0 < 0.01'}\n", "SPEC153"),
        ("fields: {a: string >= 3}\n", "SPEC150"),
        ("fields: {a: {type: string, minLength: 9, maxLength: 3}}\n", "SPEC152"),
        ("fields: {a: {type: number, format: decimal}}\n", "SPEC130"),
        ("fields: {a: 'decimal(2,4)'}\n", "SPEC131"),
        ("fields: {a: 'enum(x, y) = z'}\n", "SPEC140"),
        ("fields: {a: integer = 9 <= 3}\n", "SPEC140"),
        ("fields: {a: integer = many}\n", "SPEC140"),
        ("fields: {a: 'decimal(10,2) = 1.555'}\n", "SPEC140"),
        ("fields: {a: date = tomorrow}\n", "SPEC140"),
        ("fields: {a: integer 1..3 backfill 9}\n", "SPEC141"),
        ("fields: {a: 'enum(x, x)'}\n", "SPEC134"),
        ("fields: {a: {type: string, pattern: '(['}}\n", "SPEC161"),
        ("fields: {a: {type: string, pattern: '(?P<x>a)'}}\n", "SPEC162"),
        ("fields: {a: {type: string, pattern: '(?=a)b'}}\n", "SPEC163"),
        ("fields: {a: integer <= 9999999999}\n", "SPEC155"),
        ("fields: {a: 'decimal(4,2) <= 100'}\n", "SPEC156"),
        ("fields: {a: string = x unique}\n", "SPEC143"),
        ("fields: {a: {type: string, required: false, nullable: false}}\n", "SPEC142"),
        ("fields: {a: string}\nlist: {sort: [b]}\n", "SPEC120"),
        ("fields: {a: integer}\nlist: {search: [a]}\n", "SPEC121"),
        ("fields: {}\nlist: {page_size: 50, max_page_size: 10}\n", "SPEC122"),
        ("fields: {a: -> Thing on delete set null}\n", "SPEC171"),
        ("fields: {parent: -> Thing}\n", "SPEC172"),
    ],
)
def test_what_is_wrong_has_a_code(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_ring_of_required_relations_is_found() -> None:
    found = codes("fields: {other: -> Other}\n", others="fields: {thing: -> Thing}\n")
    assert found == ["SPEC172", "SPEC172"]


def test_one_optional_relation_breaks_the_ring() -> None:
    assert codes("fields: {other: -> Other optional}\n", others="fields: {thing: -> Thing}\n") == []


def test_what_points_into_a_ring_is_not_blamed() -> None:
    others = {"others": "fields: {other: -> Other}\n", "third": "fields: {}\n"}
    spec = read_spec(
        {
            "service.yaml": b"name: s\n",
            "things.yaml": b"fields: {other: -> Other}\n",
            "others.yaml": others["others"].encode(),
        }
    )
    assert [finding.message.split(":")[0] for finding in check(spec)] == ["others.other"]


def test_a_usual_spec_is_clean() -> None:
    lines = (
        "name: string(1..200) unique",
        "price: decimal(10,2) >= 0",
        "type: enum(a, b) = a",
        "rate: integer = 1 1..5",
    )
    assert codes("fields:\n" + "".join(f"  {line}\n" for line in lines)) == []


def test_a_finding_knows_its_line() -> None:
    places: dict[str, Place] = {}
    spec = read_spec({"service.yaml": b"name: shop\n", "things.yaml": b"fields:\n  a: string\n  id: integer\n"}, places)
    (finding,) = check(spec, places)
    assert (finding.place.line, finding.severity) == (3, Severity.ERROR)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("soft_delete: true\n", "soft delete (things)"),
        ("list: {pagination: cursor}\n", "cursor pagination (things)"),
        ("fields: {tags: {type: array, items: string}}\n", "lists as values (things.tags)"),
        ("fields: {parts: {kind: has_many, target: things}}\n", "has-many relations (things.parts)"),
        ("actions: {ship: }\n", "custom operations (things)"),
        ("operations: [list, bulk]\n", "bulk operations (things)"),
        ("key: composite\nkey_fields: [a]\n", "composite keys (things)"),
    ],
)
def test_what_no_skill_writes_is_named_with_its_place(text: str, name: str) -> None:
    spec = read_spec({"service.yaml": b"name: shop\n", "things.yaml": text.encode()})
    assert name in unsupported(spec)


def test_what_can_be_written_is_not_named() -> None:
    spec = read_spec(
        {"service.yaml": b"name: s\n", "things.yaml": b"key: uuid\nfields: {a: string, b: -> Thing optional}\n"}
    )
    assert unsupported(spec) == ()


def test_authentication_ownership_and_access_rules_are_written() -> None:
    rules = b"owner: user\noperations: {list: [admin], get: {access: owner, roles: [admin]}}\n"
    spec = read_spec({"service.yaml": b"name: s\nauth: {kind: jwt, roles: [admin]}\n", "things.yaml": rules})
    assert unsupported(spec) == ()


def test_two_resources_of_one_singular_clash() -> None:
    assert codes("singular: x\nfields: {}\n", others="singular: x\nfields: {}\n") == ["SPEC104"]
