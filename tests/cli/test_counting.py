"""Numbers are said as people say them: one check passes, two checks pass."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import backwright
from backwright.counting import counted, tallied

_NUMBER = re.compile(r"(len\(.*\)|\bcount|\bnumber)$")
_PLURAL = re.compile(
    r" (checks|files|findings|lines|notes|resources|paths|errors|warnings|skills|bases|tests|fields|commits|records)\b"
)
_TOLD_APART = {"counting.py", "static.py", "history.py", "lookup.py"}
"""Modules that write a plural after they looked whether it is one."""


def test_one_is_singular() -> None:
    assert [counted(number, "check") for number in (0, 1, 2)] == ["0 checks", "1 check", "2 checks"]
    assert tallied({"passed": 1, "failed": 0, "errors": 1}) == "1 passed, 1 error"
    assert tallied({"errors": 2, "skipped": 1}) == "2 errors, 1 skipped"


def test_no_message_puts_a_number_before_a_fixed_plural() -> None:
    root = Path(backwright.__file__).parent
    wrong = [
        f"{path.relative_to(root)}:{line}"
        for path in sorted(root.rglob("*.py"))
        if path.name not in _TOLD_APART
        for line in _fixed_plurals(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def _fixed_plurals(source: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr)
        for value, after in zip(node.values, node.values[1:], strict=False)
        if isinstance(value, ast.FormattedValue) and _NUMBER.search(ast.unparse(value.value))
        if isinstance(after, ast.Constant) and _PLURAL.match(str(after.value))
    ]
