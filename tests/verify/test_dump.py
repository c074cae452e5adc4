"""Two schemas are equal if every fact of their dumps is; how their DDL is laid out does not matter."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from backwright.verify.dump import differences, normalised
from backwright.verify.worker import _schema

ONE = """
CREATE TABLE products (
  id INTEGER NOT NULL, name VARCHAR(10) DEFAULT 'It''s (a), b' NOT NULL, price NUMERIC CHECK (price > 0),
  CONSTRAINT pk_products PRIMARY KEY (id), CONSTRAINT ck_name CHECK (length(name) >= 1 AND name IN ('A', 'b'))
);
CREATE TABLE reviews (id INTEGER PRIMARY KEY, product_id INTEGER, FOREIGN KEY(product_id) REFERENCES products (id));
CREATE INDEX ix_name ON products (name);
"""


def dump(folder: Path, sql: str) -> list[dict[str, object]]:
    path = folder / "schema.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(sql)
    connection.close()
    return _schema(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id INTEGER NOT NULL, name", 'id INTEGER   NOT NULL,\n"name"'),
        ("length(name) >= 1", "length( name )>=1"),
        ("CREATE INDEX ix_name", "create index ix_name"),
    ],
)
def test_layout_and_quotes_do_not_matter(tmp_path: Path, old: str, new: str) -> None:
    assert old in ONE
    assert differences(dump(tmp_path, ONE), dump(tmp_path, ONE.replace(old, new))) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("VARCHAR(10)", "VARCHAR(20)", "column products.name"),
        ("'It''s (a), b'", "'It''s (a), B'", "DEFAULT"),
        ("CHECK (price > 0)", "CHECK (price >= 0)", "check of column products.price"),
        ("IN ('A', 'b')", "IN ('a', 'b')", "constraint products"),
        ("CONSTRAINT ck_name CHECK", "CONSTRAINT ck_other CHECK", "constraint products"),
        ("REFERENCES products (id)", "REFERENCES products (id) ON DELETE CASCADE", "ON DELETE CASCADE"),
        ("product_id INTEGER,", "product_id INTEGER NOT NULL,", "NOT NULL"),
        ("CREATE INDEX ix_name ON products (name);", "", "index ix_name on products"),
        ("CREATE INDEX ix_name", "CREATE UNIQUE INDEX ix_name", "index ix_name on products"),
    ],
)
def test_every_other_difference_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ONE
    lines = differences(dump(tmp_path, ONE), dump(tmp_path, ONE.replace(old, new)))
    assert any(said in line for line in lines), lines


def test_a_missing_table_is_named_from_both_sides(tmp_path: Path) -> None:
    one, two = dump(tmp_path, ONE), dump(tmp_path, "CREATE TABLE x (id INTEGER)")
    assert "table x: the models have it, the migrations do not: there" in differences(one, two)
    assert "table x: the migrations leave it, the models do not have it: there" in differences(two, one)


def test_text_in_quotes_stays_as_it_is() -> None:
    assert normalised("""CHECK ( "State"  IN ('New  one',\n 'b') )""") == "check(state in('New  one','b'))"
