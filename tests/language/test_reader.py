from __future__ import annotations

import ast
import contextlib
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from backwright.spec.conventions import Conventions, new_service
from backwright.spec.language import (
    accesses,
    alterations,
    declarations,
    deeds,
    details,
    endpoints,
    listings,
    memberships,
    names,
    notation,
    reader,
    saying,
    services,
    telling,
    terminals,
)
from backwright.spec.language import clauses as say
from backwright.spec.language.chart import Group, Item, Ref, Word
from backwright.spec.language.clauses import Clause, Who
from backwright.spec.language.reader import grammar, read_clauses
from backwright.spec.language.statements import TELLERS
from backwright.spec.language.terminals import TERMINALS
from backwright.spec.language.tokens import Misread, tokens_of
from backwright.spec.language.words import all_words
from backwright.spec.model import BackendSpec, KeyType, OnDelete
from backwright.spec.model import OperationName as Op
from backwright.spec.yaml import read_spec
from hypothesis import given, settings
from hypothesis import strategies as st

EMPTY = BackendSpec(service=new_service("shop", Conventions()))
SHOP = read_spec(
    {
        "service.yaml": b"name: shop\n",
        "products.yaml": b"fields:\n  name: string\n  price: decimal(10,2)\n  stock: integer\n  sku: string\n",
        "customers.yaml": b"fields:\n  name: string\n",
        "orders.yaml": b"fields:\n  number: string\n  status: enum(new, paid, shipped)\n  customer: -> Customer\n",
    }
)
_TELLING = (
    *(accesses, alterations, declarations, deeds, details, endpoints),
    *(listings, memberships, reader, saying, services, telling),
)
ADMIN, SIGNED_IN, PUBLIC = Who(frozenset({"role"}), ("admin",)), deeds.SIGNED_IN, deeds.PUBLIC
LANGUAGE = Path(inspect.getfile(reader)).parent


def clauses(text: str, spec: BackendSpec = SHOP) -> list[Clause]:
    return read_clauses(text, spec).clauses


def members(clause: Clause) -> dict[str, dict[str, object]]:
    assert isinstance(clause, (say.Has, say.Relates, say.Bare, say.Profile))
    return {"_".join(said.name): said.said for said in clause.members}


# resources.grammar


def test_a_resource_is_declared_and_has_members() -> None:
    declared, has = clauses("add books with a title and pages: int")
    assert declared == say.Declare((("books",),), "add", counted=True)
    assert isinstance(has, say.Has)
    assert has.subject == ("books",)
    assert members(has) == {"title": {}, "pages": {"type": "integer"}}


def test_a_signature_declares_a_resource_with_its_members() -> None:
    declared, has = clauses("add Book(title, isbn: string)")
    assert isinstance(declared, say.Declare)
    assert declared.names == (("Book",),)
    assert members(has) == {"title": {}, "isbn": {"type": "string"}}


def test_what_a_resource_has_adds_to_one_that_is_there() -> None:
    (has,) = clauses("products have a colour")
    assert isinstance(has, say.Has)
    assert (has.subject, members(has)) == (("products",), {"colour": {}})


def test_one_belongs_to_another_and_may_do_so() -> None:
    must, may = clauses("each order belongs to a customer. orders may belong to a product")
    assert isinstance(must, say.Relates)
    assert isinstance(may, say.Relates)
    assert (must.subject, must.optional, members(must)[""]["target"]) == (("order",), False, "customer")
    assert (may.subject, may.optional, members(may)[""]["target"]) == (("orders",), True, "product")


def test_many_to_many() -> None:
    assert clauses("products and orders are many-to-many") == [say.ManyToMany(("products",), ("orders",))]


def test_a_resource_with_many_of_another() -> None:
    (has,) = clauses("an author has many books")
    assert members(has) == {"books": {"many": True}}


# fields.grammar


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("an optional note", {"note": {"flags": {"optional": True}}}),
        ("a unique code (string)", {"code": {"flags": {"unique": True}, "type": "string"}}),
        ("a weight (decimal(8,3))", {"weight": {"type": "decimal", "arguments": {"precision": 8, "scale": 3}}}),
        ("a colour one of red, green or blue", {"colour": {"enum": ("red", "green", "blue")}}),
        ("a level low/high, default low", {"level": {"enum": ("low", "high"), "default": "low"}}),
        ("a token of exactly 8 characters", {"token": {"lengths": {"min_length": 8, "max_length": 8}}}),
        ("an is_gift flag", {"is_gift": {"type": "boolean"}}),
        ("labels: list of strings", {"labels": {"type": "array", "items": "string"}}),
        ("labels: string list", {"labels": {"type": "array", "items": "string"}}),
        ("labels: string[]", {"labels": {"type": "array", "items": "string"}}),
        ("a number array scores", {"scores": {"type": "array", "items": "number"}}),
    ],
)
def test_members_have_types_limits_and_options(said: str, means: Mapping[str, dict[str, object]]) -> None:
    assert members(clauses(f"add gadgets with {said}")[1]) == means


def test_bounds_are_numbers() -> None:
    (has,) = clauses("products have a rating between 1 and 5.5")
    assert {key: str(value) for key, value in members(has)["rating"]["bounds"].items()} == {  # type: ignore[attr-defined]
        "minimum": "1",
        "maximum": "5.5",
    }


def test_two_types_for_one_field_are_misread() -> None:
    with pytest.raises(Misread, match="two types are said"):
        clauses("add gadgets with a size (integer, boolean)")


# changes.grammar


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("rename sku to code in products", say.Rename(("sku",), ("code",), ("products",))),
        ("rename products to articles", say.Rename(("products",), ("articles",))),
        ("remove stock from products", say.Remove((("stock",),), ("products",), is_field=True)),
        ("remove customers", say.Remove((("customers",),))),
        ("name and sku are unique together", say.Together((("name",), ("sku",)))),
        ("the stock must be less than the price", say.Compare(("stock",), "<", ("price",))),
        ("when a customer is deleted, delete its orders", say.Deletion(("customer",), ("orders",), OnDelete.CASCADE)),
        (
            "an order moves from new to paid and from paid to shipped",
            say.Moves(("order",), (("new", "paid"), ("paid", "shipped"))),
        ),
    ],
)
def test_a_change_is_one_clause(text: str, clause: Clause) -> None:
    assert clauses(text) == [clause]


@pytest.mark.parametrize(
    ("text", "of", "to", "details"),
    [
        ("make sku unique on products", ("products",), "", {"flags": {"unique": True}}),
        ("sku is optional", (), "", {"flags": {"optional": True}}),
        ("sku is at most 20 characters", (), "", {"lengths": {"max_length": 20}}),
        ("add cancelled to the status of orders", ("orders",), "values", {"enum": ("cancelled",)}),
        ("hide sku", (), "", {"flags": {"write_only": True}}),
    ],
)
def test_more_is_said_of_a_field(text: str, of: tuple[str, ...], to: str, details: dict[str, object]) -> None:
    (clause,) = clauses(text)
    assert isinstance(clause, say.Describe)
    assert (clause.of, clause.to, clause.details.said) == (of, to, details)


def test_a_field_is_replaced_by_others() -> None:
    (clause,) = clauses("replace sku with code in products")
    assert isinstance(clause, say.Replace)
    assert (clause.old, clause.of) == (("sku",), ("products",))
    assert [said.name for said in clause.new] == [["code"]]


# access.grammar


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("only admins may delete products", say.Allow(ADMIN, (Op.DELETE,), ("products",), only=True)),
        ("everyone can read products", say.Allow(PUBLIC, (Op.LIST, Op.GET), ("products",))),
        ("visitors and admins can read products", say.Allow(PUBLIC, (Op.LIST, Op.GET), ("products",))),
        ("signed-in users can create orders", say.Allow(SIGNED_IN, (Op.CREATE,), ("orders",))),
        ("orders cannot be deleted", say.Offer((Op.DELETE,), ("orders",), without=True)),
        ("products are read-only", say.Offer((Op.LIST, Op.GET), ("products",))),
        ("bulk create for products", say.Offer((Op.BULK,), ("products",), adds=True)),
        ("customers are private to the user who created them", say.Owned(("customers",))),
        ("everything requires a login", say.Setting("default_access", "authenticated")),
        ("add POST /orders/{id}/cancel", say.Endpoint(("post",), "/orders/{id}/cancel")),
        ("nest orders under customers", say.Option("nested_under", "customers", ("orders",))),
    ],
)
def test_who_may_do_what_is_one_clause(text: str, clause: Clause) -> None:
    assert clauses(text) == [clause]


# lists.grammar


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "products can be filtered by price and sorted by name",
            [
                say.Listing(("products",), filters=((("price",), ()),)),
                say.Listing(("products",), sort=(("name",),)),
            ],
        ),
        ("products can be searched by name", [say.Listing(("products",), search=(("name",),))]),
        ("50 products per page, at most 200", [say.Listing(("products",), page_size=50, max_page_size=200)]),
        ("use cursor pagination for orders", [say.Listing(("orders",), pagination="cursor")]),
        ("use cursor pagination instead of offset pagination", [say.Listing((), pagination="cursor")]),
        ("soft delete orders", [say.Option("soft_delete", value=True, subject=("orders",))]),
        ("products have timestamps", [say.Option("timestamps", value=True, subject=("products",))]),
        ("use uuid keys for orders", [say.Option("key", KeyType.UUID, ("orders",))]),
    ],
)
def test_what_lists_and_resources_offer(text: str, found: list[Clause]) -> None:
    assert clauses(text) == found


# service.grammar


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("use sqlite", "database", "sqlite"),
        ("use postgres 16", "database", "postgresql"),
        ("add jwt authentication", "auth", "jwt"),
        ("no authentication", "without_auth", True),
        ("registration is invite-only", "register", False),
        ("allow cors from https://shop.example/", "cors_origins", ("https://shop.example",)),
        ("limit login to 5 requests per minute", "rate_limit", ("login", "5/minute")),
        ("serve it under /api/v2", "api_prefix", "/api/v2"),
        ("call the service bike-rental", "name", "bike-rental"),
        ('set the api title to "My shop"', "title", "My shop"),
        ("roles: admin, editor", "roles", ("admin", "editor")),
    ],
)
def test_a_setting_of_the_service(text: str, name: str, value: object) -> None:
    assert clauses(text) == [say.Setting(name, value)]


def test_fields_of_users_are_a_profile_without_what_every_user_has() -> None:
    auth, profile = clauses("users have an email and a phone")
    assert auth == say.Setting("auth", "jwt")
    assert members(profile) == {"phone": {}}


# sentence.grammar


def test_a_sentence_of_several_statements_is_a_clause_each() -> None:
    assert clauses("make sku unique, and rename products to articles")[1] == say.Rename(("products",), ("articles",))


def test_words_without_an_effect_are_kept_as_such() -> None:
    read = read_clauses("Hi team, remove customers. Thanks!", SHOP)
    assert read.clauses == [say.Remove((("customers",),))]
    assert {"Hi", "Thanks"} <= {word for phrase in read.ignored for word in phrase.split()}


def test_what_was_said_is_taken_back() -> None:
    assert clauses("remove customers. scratch that. remove orders") == [say.Remove((("orders",),))]


def test_what_cannot_be_read_is_named_from_where_it_begins() -> None:
    with pytest.raises(Misread) as misread:
        clauses("remove customers and colourless green ideas of sleep that")
    assert misread.value.words[-1] == "that"
    assert "customers" not in misread.value.words


_SAID = (
    "add remove rename products orders customers name price a the with and to from ( ) , . : - only admins may "
    "delete unique optional is are belongs one of 1..5 20 characters list by /orders login required each has"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_SAID.split()), min_size=1, max_size=9))
def test_any_words_are_read_or_misread(said: list[str]) -> None:
    with contextlib.suppress(Misread):
        assert isinstance(clauses(" ".join(said)), list)


# The grammar and the code fit together.


def refs(items: tuple[Item, ...]) -> Iterator[Ref]:
    for item in items:
        if isinstance(item, Ref):
            yield item
        elif isinstance(item, Group):
            for choice in item.choices:
                yield from refs(choice)


def labels(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Ref):
            yield item.label
        elif isinstance(item, Group):
            yield from [item.label] if item.label else []
            for choice in item.choices:
                yield from labels(choice)


def reached(*names_of_rules: str) -> set[str]:
    found: set[str] = set()
    todo = [*names_of_rules]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            rule = grammar().rules.get(name)
            todo += [ref.name for one in (rule.alternatives if rule else ()) for ref in refs(one.items)]
    return found


def tags(name: str) -> set[str]:
    """The tags of the nodes that a rule gives."""
    if name in TERMINALS:
        return set()
    found: set[str] = set()
    for one in grammar().rules[name].alternatives:
        if one.passes:
            found |= {tag for item in one.items if isinstance(item, Ref) for tag in tags(item.name)}
        else:
            found.add(one.tag)
    return found


def labelled(rule: str, label: str) -> set[str]:
    """The tags of what a rule binds to a label."""
    parts = (ref for one in grammar().rules[rule].alternatives for ref in refs(one.items) if ref.label == label)
    return {tag for ref in parts for tag in tags(ref.name)}


def strings(*modules: ModuleType) -> set[str]:
    """The strings that code compares and looks up."""
    found: set[str] = set()
    for path in [Path(inspect.getfile(module)) for module in modules] or LANGUAGE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def statements() -> set[str]:
    heads = labelled("Head", "n") | labelled("Head", "f")
    nested = {tag for rule in grammar().rules for label in ("l", "x") for tag in labelled(rule, label)}
    return tags("Statement") | tags("Attached") | heads | (nested & TELLERS.keys())


def test_every_rule_and_terminal_is_reached_from_a_sentence_or_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in LANGUAGE.glob("*.py"))
    found = reached(*re.findall(r'\bread\("(\w+)"', code))
    assert sorted((grammar().rules.keys() | TERMINALS.keys()) - found) == []


def test_every_statement_has_a_teller() -> None:
    assert sorted(statements() - TELLERS.keys()) == []


def test_every_teller_has_a_statement() -> None:
    assert sorted(TELLERS.keys() - statements()) == []


def test_every_setting_has_a_teller_and_every_teller_a_setting() -> None:
    told = services._SIMPLE.keys() | services._TOLD.keys()
    attached = labelled("Attached", "p")
    assert sorted((tags("SettingPart") | attached) ^ told) == []


def test_every_detail_that_the_code_knows_is_said_by_the_grammar() -> None:
    said = {one.tag for rule in grammar().rules.values() for one in rule.alternatives}
    known = details._DETAILS.keys() | details.TYPES.keys() | details._FLAGS.keys() | details._LIMITS.keys()
    assert sorted(known - said) == []


def test_every_detail_of_the_grammar_is_known_to_the_code() -> None:
    known = details._DETAILS.keys() | details.TYPES.keys() | details._FLAGS.keys() | {"type"}
    assert sorted(tags("Detail") - known) == []


def test_every_operation_of_the_grammar_is_known_to_the_code_and_the_other_way_round() -> None:
    said = tags("Op") | tags("AccessOp") | tags("NounOp")
    assert sorted(said ^ deeds.OPERATIONS.keys()) == []


def test_every_label_is_asked_for() -> None:
    used = {
        label
        for rule in grammar().rules.values()
        for one in rule.alternatives
        for label in labels(one.items)
        if label[0].islower()
    }
    assert sorted(used - strings(*_TELLING)) == []


def test_every_word_of_the_grammar_can_be_a_token() -> None:
    marks = {"<s>"}
    assert sorted(key for key in grammar().keys - marks if [one.key for one in tokens_of(key)] != [key]) == []


def test_every_list_of_words_is_used() -> None:
    assert sorted(all_words().lists.keys() - strings()) == []


def test_every_function_and_constant_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in LANGUAGE.parents[2].rglob("*.py"))
    unused = []
    for module in (*_TELLING, names, notation, terminals):
        for one in ast.parse(inspect.getsource(module)).body:
            targets = (
                one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
            )
            found = [target.id for target in targets if isinstance(target, ast.Name) and target.id != "__all__"]
            found += [one.name] if isinstance(one, (ast.FunctionDef, ast.ClassDef)) else []
            unused += [name for name in found if len(re.findall(rf"\b{name}\b", code)) == 1]
    assert unused == []


def test_no_table_has_a_key_twice() -> None:
    twice = []
    for path in LANGUAGE.glob("*.py"):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Dict):
                keys = [key.value for key in one.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
                twice += [f"{path.name}: {key}" for key in dict.fromkeys(keys) if keys.count(key) > 1]
    assert twice == []


def test_no_group_has_words_that_can_never_stand_there() -> None:
    def empty(items: tuple[Item, ...]) -> bool:
        return any(
            (isinstance(item, Word) and not item.words)
            or (isinstance(item, Group) and any(not choice or empty(choice) for choice in item.choices))
            for item in items
        )

    found = [rule.name for rule in grammar().rules.values() for one in rule.alternatives if empty(one.items)]
    assert found == []
