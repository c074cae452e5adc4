"""The lock files and the stored base."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import PurePosixPath

import pytest
from backwright.errors import BadInput
from backwright.spec.model import BackendSpec, FieldSpec, FieldType, Format, ResourceSpec, ServiceSpec
from backwright.target.base import (
    Locked,
    Objects,
    Part,
    PathLock,
    digest_of,
    lock_path,
    locked_changes,
    object_path,
    read_locked,
    write_locked,
)

P = PurePosixPath
CONTENT = b"ONE = 1\n"


def locked(*names: str, content: bytes = CONTENT) -> Locked:
    lock = PathLock(skill="crud", base=digest_of(content), generator="1")
    parts = {name: Part(spec={"name": name}, paths={P(f"app/{name}.py"): lock}) for name in names}
    return Locked(parts, Objects(lambda _: None, {digest_of(content): content}))


def test_it_is_read_as_it_was_written() -> None:
    tree = write_locked(locked("products"))
    again = read_locked(tree.get, tree)
    assert again.parts == locked("products").parts
    assert again.objects.get(digest_of(CONTENT), P("app/products.py")) == CONTENT
    assert write_locked(again) == {path: it for path, it in tree.items() if "objects" not in path.parts}


def test_equal_locks_are_equal_bytes() -> None:
    one, other = locked("a", "b"), locked("b", "a")
    assert write_locked(one) == write_locked(other)


def test_all_of_it_is_marked_as_generated() -> None:
    assert b"linguist-generated" in write_locked(locked("products"))[P("specs/backend/.base/.gitattributes")]


def test_what_nothing_refers_to_is_removed() -> None:
    tree = write_locked(locked("products"))
    changes = locked_changes(locked("products", content=b"TWO = 2\n"), tree.get, tree)
    assert changes[object_path(digest_of(CONTENT))] is None
    assert changes[object_path(digest_of(b"TWO = 2\n"))] == b"TWO = 2\n"
    assert set(locked_changes(Locked(), tree.get, tree).values()) == {None}
    assert locked_changes(read_locked(tree.get, tree), tree.get, tree) == {}


def test_two_branches_with_a_resource_each_share_no_file() -> None:
    tree = write_locked(locked("orders")) | write_locked(locked("products"))
    assert set(read_locked(tree.get, tree).parts) == {"orders", "products"}


def test_a_missing_object_is_made_up_for_by_the_file_itself() -> None:
    tree = write_locked(locked("products")) | {P("app/products.py"): CONTENT}
    del tree[object_path(digest_of(CONTENT))]
    assert read_locked(tree.get, tree).objects.get(digest_of(CONTENT), P("app/products.py")) == CONTENT


@pytest.mark.parametrize(("content", "fault"), [(None, "is missing"), (b"other", "is damaged")])
def test_a_damaged_object_is_named(content: bytes | None, fault: str) -> None:
    path = object_path(digest_of(CONTENT))
    tree = write_locked(locked("products")) | {P("app/products.py"): b"edited"}
    tree = {**tree, path: content} if content is not None else {p: it for p, it in tree.items() if p != path}
    with pytest.raises(BadInput, match=fault) as raised:
        read_locked(tree.get, tree).objects.get(digest_of(CONTENT), P("app/products.py"))
    assert raised.value.place is not None
    assert raised.value.place.path == str(path)


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b'{\n"format": 1,\n', "not JSON", 3),
        (b"{\n<<<<<<< ours\n=======\n>>>>>>> theirs\n}\n", "left unresolved", 2),
        (b'{"format": 2}', "format", None),
        (b'{"format": 1, "paths": {"a.py": {"skill": "x", "base": "1", "generator": "1"}}}', "base", None),
        (
            b'{"format": 1, "paths": {"../a.py": {"skill": "x", "base": "%s", "generator": "1"}}}' % (b"0" * 64),
            "outside",
            None,
        ),
        (b"\xff", "not a lock file", None),
    ],
)
def test_a_damaged_lock_is_named(content: bytes, message: str, line: int | None) -> None:
    path = lock_path("products")
    with pytest.raises(BadInput, match=message) as raised:
        read_locked({path: content}.get, [path])
    assert raised.value.place is not None
    assert (raised.value.place.path, raised.value.place.line) == (str(path), line)


def test_two_parts_cannot_have_one_path() -> None:
    tree = write_locked(locked("products"))
    tree[lock_path("orders")] = tree[lock_path("products")]
    with pytest.raises(BadInput, match="is locked in orders"):
        read_locked(tree.get, tree)


SPEC = BackendSpec(
    service=ServiceSpec(name="shop"),
    resources=(
        ResourceSpec(
            name="products",
            singular="product",
            fields=(
                FieldSpec(
                    name="price",
                    type=FieldType.NUMBER,
                    format=Format.DECIMAL,
                    default=Decimal("1.50"),
                    minimum=Decimal(0),
                ),
                FieldSpec(name="code", default="12", required=False),
                FieldSpec(name="stock", type=FieldType.INTEGER, default=3),
            ),
        ),
    ),
)


def test_the_spec_comes_back_as_it_was_applied() -> None:
    tree = write_locked(Locked().with_spec(SPEC))
    assert read_locked(tree.get, tree).spec() == SPEC


def test_a_backend_that_was_never_generated_has_no_spec() -> None:
    assert Locked().spec() is None


def test_a_removed_resource_leaves_its_migrations_locked_and_nothing_else() -> None:
    once = PathLock(skill="schema", base=digest_of(CONTENT), generator="1", once=True)
    applied = Locked({"products": Part(paths={P("migrations/1.py"): once})}).with_spec(SPEC)
    removed = applied.with_spec(SPEC.model_copy(update={"resources": ()}))
    assert removed.parts["products"] == Part(paths={P("migrations/1.py"): once})
    assert Locked().with_spec(SPEC).with_spec(SPEC.model_copy(update={"resources": ()})).parts.keys() == {"service"}
    assert removed.spec() == SPEC.model_copy(update={"resources": ()})


def test_a_locked_spec_that_cannot_be_read_is_named() -> None:
    tree = write_locked(Locked().with_spec(SPEC))
    document = json.loads(tree[lock_path("products")])
    document["spec"]["fields"][0]["type"] = "colour"
    tree[lock_path("products")] = json.dumps(document).encode()
    with pytest.raises(BadInput, match="type") as raised:
        read_locked(tree.get, tree).spec()
    assert raised.value.place is not None
    assert raised.value.place.path == str(lock_path("products"))
