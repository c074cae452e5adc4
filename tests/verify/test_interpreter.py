"""Which interpreter runs the target, and what its environment file says."""

from __future__ import annotations

from pathlib import Path

import pytest
from backwright.errors import BadInput
from backwright.verify.interpreter import find_interpreter, read_env_file, without_values


@pytest.mark.parametrize("place", [".venv/bin/python", ".venv/Scripts/python.exe"])
def test_the_nearest_environment_wins(tmp_path: Path, place: str) -> None:
    backend, repository = tmp_path / "shop" / "backend", tmp_path / "shop"
    assert find_interpreter([backend, repository]) is None
    for folder in (repository, backend):
        (folder / place).parent.mkdir(parents=True)
        (folder / place).touch()
        assert find_interpreter([backend, repository]) == folder / place


def test_the_environment_file_is_read_simply(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    lines = ("\ufeff# comment", "", "A=1", " export B = two words  # said", "C='#not a comment' # but this")
    path.write_text("\n".join((*lines, 'D="x=y"', "E=", "F=a#b", "G=$A", "")), encoding="utf-8")
    assert read_env_file(path) == {
        "A": "1",
        "B": "two words",
        "C": "#not a comment",
        "D": "x=y",
        "E": "",
        "F": "a#b",
        "G": "$A",
    }


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_env_file(tmp_path / "none.env")


def test_values_are_taken_out_of_texts_the_longest_first() -> None:
    values = {"SHORT": "true", "KEY": "abcdef", "LONG": "abcdefghi"}
    assert without_values("true abcdef abcdefghi", values) == "true [redacted:KEY] [redacted:LONG]"
