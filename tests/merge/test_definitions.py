"""Reading source as definitions, and merging lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import backwright
import pytest
from backwright.target.definitions import read_items, write_items
from backwright.target.lines import Clash, merge_lines

PACKAGE = Path(backwright.__file__).parent

ODD = {
    "empty": "",
    "comment only": "# nothing here\n",
    "docstring only": '"""Words."""\n',
    "several on a line": "a = 1; b = 2\nclass A: pass\nif a: b = 3\n",
    "comments that dangle": "def a():\n    return 1\n    # in a\n# after a\n\n\ndef b():\n    pass\n",
    "a class of comments": "class A:\n    # first\n\n    x = 1\n\n    # last\n\n\n# end\n",
    "decorators over lines": "@a(\n    1,\n)\n# why\n@b\nclass C(\n    D,\n):\n    # in it\n    x: int\n",
    "strings over lines": 'x = """\n# no comment\n\ndef no():\n"""\ny = 1\n',
    "both branches": "if a:\n    b = 1\nelse:\n    b = 2\ntry:\n    import c\nexcept ImportError:\n    c = None\n",
    "overloads": "@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a):\n    return a\n",
    "continued lines": "x = 1 + \\\n    2\nfrom a import \\\n    b\n",
}


@pytest.mark.parametrize("source", ODD.values(), ids=ODD)
def test_the_items_are_the_source_again(source: str) -> None:
    assert write_items(read_items(source)) == source


def test_the_items_of_our_own_modules_are_their_source_again() -> None:
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert write_items(read_items(source)) == source, path


def test_comments_belong_to_what_follows_them() -> None:
    first, second = read_items(ODD["comments that dangle"])
    assert first.lines[-1] == "    # in a"
    assert second.lines[0] == "# after a"


@pytest.mark.parametrize(
    ("ours", "theirs", "together", "expected"),
    [
        ("Abc", "abC", False, "AbC"),
        ("Abc", "aBc", False, "ABc"),
        ("axbc", "abcy", False, "axbcy"),
        ("axbc", "aybc", True, "axybc"),
        ("axbc", "aybc", False, None),
        ("axbc", "axbc", False, "axbc"),
        ("axzbc", "axbc", True, None),
        ("aXc", "aYc", True, None),
        ("ac", "abc", False, "ac"),
        ("ac", "aBc", True, None),
        ("", "abcd", True, "d"),
    ],
)
def test_lines(ours: str, theirs: str, together: bool, expected: str | None) -> None:
    merged = merge_lines("abc", ours, theirs, together=together)
    if expected is None:
        assert isinstance(merged, Clash)
    else:
        assert merged == tuple(expected)


def test_that_neither_git_nor_a_parser_is_loaded_before_it_is_needed() -> None:
    code = "import sys, backwright.target.bring; print({'git', 'libcst', 'ruamel', 'ruff'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
