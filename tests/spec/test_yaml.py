from __future__ import annotations

from pathlib import Path

import pytest
from backwright.errors import BadInput
from backwright.spec.model import BackendSpec, FieldSpec, Format, OnDelete, ResourceSpec
from backwright.spec.yaml import read_spec, read_spec_file, read_spec_text, write_resource, write_spec

SERVICE = b"name: shop\n"


def refused(**files: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_spec({"service.yaml": SERVICE, **{f"{name}.yaml": text.encode() for name, text in files.items()}})
    return caught.value


def fields_of(text: str) -> tuple[FieldSpec, ...]:
    spec = read_spec({"service.yaml": SERVICE, "things.yaml": f"fields:\n{text}".encode()})
    return spec.resources[0].fields


PRODUCTS = """\
# What we sell.
name: products   # the plural

fields:
    # shown everywhere
    'name': string(1..200)   # short, please
    price: decimal(10,2) >= 0

    # taken from the supplier
    sku:
        type: string
        maxLength: 50     # theirs
        unique: true
    stock: integer = 0 >= 0  # pieces
# the end
"""


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("fields:\n  a: strng\n", 2, 6, "strng is not a type"),
        ("fields:\n  a: integer >= x\n", 2, 17, "a number is expected"),
        ("fields:\n  a: string\n  a: string\n", 3, 3, "first in line 2"),
        ("fields:\n  a:\n    typ: string\n", 3, 5, "'typ' is not a key"),
        ("fields:\n  a:\n    type: string\n    maxLength: long\n", 4, 16, "a whole number"),
        ("fields:\n  a: -> Nothing\n", 2, 3, "not a resource"),
        ("fields: [a]\n", 1, 9, "a mapping"),
        ("timestamps: maybe\n", 1, 13, "true or false"),
        ("key: guid\n", 1, 6, "not one of integer, uuid"),
        ("fields:\n  A: string\n", 2, 3, "not a name"),
        ("\n\n\n\n\n\nfields: {a: [}\n", 7, 14, "not YAML"),
        ("list:\n  page_size: 5000\n", 2, 14, "less than or equal to 1000"),
        ("name: others\n", 1, 7, "the name is others"),
    ],
)
def test_what_is_wrong_is_shown_with_its_place(text: str, line: int, column: int, words: str) -> None:
    error = refused(things=text)
    assert error.place is not None
    assert (error.place.path, error.place.line, error.place.column) == ("specs/backend/things.yaml", line, column)
    assert words in error.message


@pytest.mark.parametrize(
    "text",
    [
        "fields: &a {}\n",
        "fields: *a\n",
        "fields: !!python/object:os.system {}\n",
        "fields: {}\n---\nfields: {}\n",
        "a: " + "[" * 60 + "]" * 60 + "\n",
        "# " + "x" * 1_100_000 + "\n",
    ],
    ids=["anchor", "alias", "tag", "documents", "depth", "size"],
)
def test_what_a_spec_has_no_use_for_is_refused(text: str) -> None:
    assert refused(things=text).place is not None


def test_text_that_is_not_utf8_is_refused_with_its_line() -> None:
    with pytest.raises(BadInput, match="not UTF-8") as caught:
        read_spec({"service.yaml": b"name: shop\ntitle: \xff\n"})
    assert caught.value.place is not None
    assert caught.value.place.line == 2


def test_an_unknown_key_is_met_with_the_nearest_one() -> None:
    assert refused(things="timestamp: true\n").hint == "Did you mean timestamps?"


def test_short_forms_mean_the_model() -> None:
    price, rating, status, note = fields_of(
        "  price: decimal(10,2) >= 0\n  rating: integer 1..5\n  status: enum(new, paid) = new\n  note: text optional\n"
    )
    assert (price.format, price.precision, price.scale, price.minimum) == (Format.DECIMAL, 10, 2, 0)
    assert (rating.minimum, rating.maximum, rating.required) == (1, 5, True)
    assert (status.enum, status.default, status.required, status.nullable) == (("new", "paid"), "new", False, False)
    assert (note.format, note.max_length, note.required, note.nullable) == (Format.TEXT, 10_000, False, True)


def test_short_and_long_forms_say_the_same() -> None:
    short, long = fields_of(
        "  a: string(1..9) unique\n  b: {type: string, minLength: 1, max_length: 9, unique: true}\n"
    )
    assert short.model_copy(update={"name": "b"}) == long


def test_words_of_yaml_1_1_stay_words() -> None:
    (field,) = fields_of("  a: {type: string, enum: [on, off, 1.0]}\n")
    assert field.enum == ("on", "off", "1.0")


def test_a_relation_finds_its_resource_by_singular_or_plural() -> None:
    spec = read_spec(
        {
            "service.yaml": SERVICE,
            "people.yaml": b"fields: {}\n",
            "pets.yaml": b"fields:\n  owner: -> Person\n  vet: -> people optional on delete set null\n",
        }
    )
    owner, vet = spec.resources[1].relations
    assert (owner.target, vet.target, vet.on_delete, vet.required) == ("people", "people", OnDelete.SET_NULL, False)


def test_one_field_changed_changes_one_line() -> None:
    old = resource(PRODUCTS)
    new = old.model_copy(update={"fields": tuple(renewed(field) for field in old.fields)})
    assert write_resource(new, PRODUCTS) == PRODUCTS.replace("decimal(10,2) >= 0", "decimal(12,2) >= 0")


def renewed(field: FieldSpec) -> FieldSpec:
    return field.model_copy(update={"precision": 12}) if field.name == "price" else field


def resource(text: str) -> ResourceSpec:
    found = read_spec_text(text, "products.yaml")
    assert isinstance(found, ResourceSpec)
    return found


def test_a_key_of_a_long_form_is_changed_in_place() -> None:
    old = resource(PRODUCTS)
    fields = tuple(f.model_copy(update={"max_length": 60}) if f.name == "sku" else f for f in old.fields)
    written = write_resource(old.model_copy(update={"fields": fields}), PRODUCTS)
    assert written == PRODUCTS.replace("maxLength: 50 ", "maxLength: 60 ")


def test_a_renamed_field_keeps_its_line() -> None:
    old = resource(PRODUCTS)
    fields = tuple(f.model_copy(update={"name": "quantity"}) if f.name == "stock" else f for f in old.fields)
    written = write_resource(old.model_copy(update={"fields": fields}), PRODUCTS)
    assert written == PRODUCTS.replace("stock:", "quantity:")


def test_a_removed_field_takes_only_its_line() -> None:
    old = resource(PRODUCTS)
    fields = tuple(field for field in old.fields if field.name != "price")
    written = write_resource(old.model_copy(update={"fields": fields}), PRODUCTS)
    assert written == PRODUCTS.replace("    price: decimal(10,2) >= 0\n", "")


def test_a_new_field_comes_after_the_one_before_it() -> None:
    old = resource(PRODUCTS)
    new = FieldSpec(name="color", max_length=50)
    fields = (*old.fields[:2], new, *old.fields[2:])
    written = write_resource(old.model_copy(update={"fields": fields}), PRODUCTS)
    line = "    price: decimal(10,2) >= 0\n"
    assert written == PRODUCTS.replace(line, f"{line}    color: string(50)\n")


def test_windows_line_ends_stay() -> None:
    text = PRODUCTS.replace("\n", "\r\n")
    old = resource(text)
    fields = (*old.fields, FieldSpec(name="color", max_length=50))
    written = write_resource(old.model_copy(update={"fields": fields}), text)
    assert written.count("\n") == written.count("\r\n") == text.count("\r\n") + 1


def test_renamed_from_and_backfill_go_once_applied() -> None:
    text = "name: products\nfields:\n  quantity: integer renamed_from stock  # pieces\n  weight: integer backfill 3\n"
    old = resource(text)
    fields = tuple(field.model_copy(update={"renamed_from": None, "backfill": None}) for field in old.fields)
    written = write_resource(old.model_copy(update={"fields": fields}), text)
    assert written == "name: products\nfields:\n  quantity: integer  # pieces\n  weight: integer\n"


def without(text: str, *, keys: str = "", fields: str = "") -> str:
    """Return the text once the resource has no such keys or fields any more."""
    old = resource(text)
    kept = tuple(
        field.model_copy(update={"renamed_from": None, "backfill": None})
        for field in old.fields
        if field.name not in fields.split()
    )
    return write_resource(old.model_copy(update={"fields": kept, **dict.fromkeys(keys.split())}), text)


def test_comments_of_what_was_said_once_go_with_it_and_others_stay() -> None:
    text = (
        "# All that we sell.\nname: goods\n# Ticket 12: the old name\n# goes in March.\nrenamed_from: products\n"
        "# What it costs.\nfields:\n  price:\n    type: integer\n    # it was cost\n    renamed_from: cost\n"
        "    # in cents\n    minimum: 1\n"
    )
    assert without(text, keys="renamed_from") == (
        "# All that we sell.\nname: goods\n# What it costs.\nfields:\n  price:\n    type: integer\n"
        "    # in cents\n    minimum: 1\n"
    )


def test_a_comment_at_the_top_of_a_file_is_about_the_file() -> None:
    text = "# All that we sell.\nrenamed_from: products\nname: goods\nfields:\n  price: integer\n"
    assert without(text, keys="renamed_from").startswith("# All that we sell.\nname: goods\n")


@pytest.mark.parametrize(
    ("lines", "gone", "left"),
    [
        ("# in cents\nprice: integer\n# pieces\nstock: integer\n", "price", "# pieces\nstock: integer\n"),
        ("stock: integer\n# in cents\nprice: integer\n", "price", "stock: integer\n"),
        ("# in cents\nprice: integer\n\nstock: integer\n", "price", "\nstock: integer\n"),
        ("# money\nprice: integer\ncost: integer\n", "price", "# money\ncost: integer\n"),
        ("# money\nprice: integer\ncost: integer\n\nstock: integer\n", "price cost", "\nstock: integer\n"),
        ("# apart\n\nprice: integer\n# pieces\nstock: integer\n", "price", "# apart\n\n# pieces\nstock: integer\n"),
    ],
)
def test_a_comment_goes_only_with_all_that_it_can_be_about(lines: str, gone: str, left: str) -> None:
    def whole(block: str) -> str:
        inner = "".join(f"  {line}" if line.strip() else line for line in block.splitlines(keepends=True))
        return f"name: products\nfields:\n{inner}timestamps: false\n"

    assert without(whole(lines), fields=gone) == whole(left)


def test_a_renamed_resource_keeps_the_text_of_its_file() -> None:
    spec = BackendSpec.model_validate({"service": {"name": "shop"}, "resources": [resource(PRODUCTS)]})
    items = spec.resources[0].model_copy(update={"name": "items", "singular": "item"})
    files = write_spec(spec.model_copy(update={"resources": (items,)}), {"products.yaml": PRODUCTS})
    assert files["items.yaml"] == PRODUCTS.replace("name: products", "name: items")
    assert "products.yaml" not in files


def test_a_file_may_be_a_backend_or_a_resource(tmp_path: Path) -> None:
    whole = tmp_path / "backend.yaml"
    whole.write_text("service: {name: shop}\nresources:\n  products:\n    fields: {name: string}\n")
    alone = tmp_path / "products.yaml"
    alone.write_text("fields: {name: string}\n")
    backend, one = read_spec_file(whole), read_spec_file(alone)
    assert isinstance(backend, BackendSpec)
    assert one == backend.resources[0]


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_spec_file(tmp_path / "none.yaml")
    with pytest.raises(BadInput, match="not a file"):
        read_spec_file(tmp_path)


def test_a_spec_without_a_service_is_refused() -> None:
    with pytest.raises(BadInput, match="no service"):
        read_spec({"products.yaml": b"fields: {}\n"})
