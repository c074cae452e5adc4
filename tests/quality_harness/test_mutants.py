"""Planted faults: what is changed, what is left alone, and that each is a change."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from tests.quality.mutants import mutants, mutate


def changed(source: str) -> set[str]:
    """Return every mutant of a module as source."""
    text = dedent(source)
    return {ast.unparse(mutate(text, one.node, one.change)) for one in mutants(text)}


def body_of(*lines: str) -> str:
    return "def f(a, b):\n" + "\n".join(f"    {line}" for line in lines)


@pytest.mark.parametrize(
    ("line", "mutated"),
    [
        ("return a < b", "return a <= b"),
        ("return a < b", "return a >= b"),
        ("return a == b", "return a != b"),
        ("return a in b", "return a not in b"),
        ("return a is None", "return a is not None"),
        ("return a and b", "return a or b"),
        ("return not a", "return a"),
        ("return a + b", "return a - b"),
        ("return a", "return None"),
        ("return 1", "return 2"),
        ("return True", "return False"),
        ("return 'x'", "return 'XXxXX'"),
        ("return a.where(b)", "return a"),
        ("return f(a, b)", "return f(b, a)"),
        ("return f(a, b=b)", "return f(a)"),
        ("return a.desc()", "return a.asc()"),
        ("return status.HTTP_200_OK", "return 418"),
        ("a.b = 1", "pass"),
        ("raise a", "pass"),
        ("f(a)", "pass"),
    ],
)
def test_a_line_is_changed(line: str, mutated: str) -> None:
    assert body_of(mutated) in changed(body_of(line))


def test_a_condition_is_turned_round() -> None:
    assert body_of("if not a:", "    b()") in changed(body_of("if a:", "    b()"))


def test_functions_with_decorators_are_changed_too() -> None:
    source = "@router.get('/x', status_code=201)\ndef f(limit: int=100):\n    return limit"

    found = changed(source)

    assert source.replace("return limit", "return None") in found
    assert source.replace("100", "101") in found
    assert source.replace("201", "202") in found


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n    """Say something."""',
        "def f(a: Annotated[int, Query(ge=1)]):\n    pass",
        "def f():\n    logger.info('words', extra={'a': 1})",
        "LIMIT = 100",
    ],
)
def test_words_and_types_are_left_alone(source: str) -> None:
    assert changed(source) == set()


def test_every_mutant_is_a_change_that_compiles() -> None:
    source = dedent(
        """
        async def f(session, query, *, limit=10):
            total = await session.scalar(select(x).where(x.a == query.a).limit(limit)) or 0
            for row in rows:
                if row.a >= 1 and not row.b:
                    continue
                row.c += 1
            return [total, -limit, "x" if total else "y"]
        """
    )
    plain = ast.unparse(ast.parse(source))
    found = mutants(source)

    for one in found:
        text = ast.unparse(mutate(source, one.node, one.change))
        compile(text, "mutant", "exec")
        assert text != plain, one
    assert len({(one.node, one.change) for one in found}) == len(found)
