"""Every rule fires on its variants, at the marked lines, and on none of its near misses.

A file in ``cases`` holds those of one rule. ``== fires: NAME`` or ``== quiet: NAME`` begins a case; its text is
``main.py`` up to ``-- FILE``, which begins another file. Lines that end in ``# here`` are where findings begin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest
from backwright.reviewer.rules import bundled_rules

from .conftest import KNOWN, Review

FOLDER = Path(__file__).parent / "cases"
RULES = sorted(path.stem for path in FOLDER.iterdir())
Case = tuple[str, str, str]
InFile = Callable[[str], object]


def cases(kind: str) -> list[Case]:
    found = []
    for code in RULES:
        parts = re.split(r"^== (fires|quiet): (.*)\n", (FOLDER / f"{code}.txt").read_text(), flags=re.MULTILINE)
        found += [(code, name, text) for which, name, text in zip(*[iter(parts[1:])] * 3, strict=True) if which == kind]
    return found


def files_of(text: str) -> Mapping[PurePosixPath, bytes]:
    main, *others = re.split(r"^-- (\S+)\n", text, flags=re.MULTILINE)
    files = {"main.py": KNOWN + main, **dict(zip(others[::2], others[1::2], strict=True))}
    return {PurePosixPath(path): content.encode() for path, content in files.items()}


def marked(files: Mapping[PurePosixPath, bytes]) -> list[tuple[str, int]]:
    lines = [(path, n, line) for path in files for n, line in enumerate(files[path].decode().splitlines(), start=1)]
    return sorted((str(path), number) for path, number, line in lines if line.endswith("# here"))


def found(review: Review, code: str, files: Mapping[PurePosixPath, bytes]) -> list[tuple[str, int]]:
    return sorted((finding.path, finding.start) for finding in review(files) if finding.code == code)


@pytest.mark.parametrize(("code", "name", "text"), cases("fires"), ids=lambda value: value.split("\n")[0][:60])
def test_a_fault_is_found_where_it_lies(review: Review, code: str, name: str, text: str) -> None:
    files = files_of(text)
    assert marked(files)
    assert found(review, code, files) == marked(files)


@pytest.mark.parametrize(("code", "name", "text"), cases("quiet"), ids=lambda value: value.split("\n")[0][:60])
def test_a_near_miss_is_none(review: Review, code: str, name: str, text: str) -> None:
    assert found(review, code, files_of(text)) == []


def test_every_rule_is_tried_directly_through_a_helper_and_through_another_module_faulty_and_not() -> None:
    assert set(RULES) == set(bundled_rules())
    ways = ("through a helper", "through another module")
    for kind, wanted in (("fires", ("direct", *ways)), ("quiet", ways)):
        names = [(code, name) for code, name, _ in cases(kind)]
        missing = [
            (code, way)
            for code in RULES
            for way in wanted
            if not any(one == code and name.startswith(way) for one, name in names)
        ]
        assert (kind, missing) == (kind, [])
