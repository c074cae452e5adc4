"""The formatter that a target configures."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from backwright.errors import BadInput
from backwright.target.formatting import find_formatter

P = PurePosixPath
SOURCE = (
    b"import yaml\nfrom app.b import b\nfrom app.a import a\n\nx = call(first_argument, second_argument, 'third')\n"
)
SORTED = b"import yaml\n\nfrom app.a import a\nfrom app.b import b\n"


def formatted(
    config: dict[str, str], prefix: str = ".", path: str = "app/c.py", source: bytes = SOURCE
) -> bytes | None:
    tree = {P(name): text.encode() for name, text in config.items()}
    tree |= {P(prefix) / "app/a.py": b"", P(prefix) / "app/b.py": b""}
    formatter = find_formatter(tree, P(prefix))
    return formatter([{P(path): source}])[0][P(path)] if formatter else None


@pytest.mark.parametrize(
    "config", [{}, {"pyproject.toml": "[project]\nname = 'a'\n"}, {"pyproject.toml": "[tool.mypy]\n"}]
)
def test_a_target_without_one_has_none(config: dict[str, str]) -> None:
    assert formatted(config) is None


@pytest.mark.parametrize(
    "config",
    [
        {"ruff.toml": "line-length = 30"},
        {".ruff.toml": "line-length = 30"},
        {"pyproject.toml": "[tool.ruff]\nline-length = 30"},
        {"pyproject.toml": "[tool.black]\nline-length = 30"},
        {"ruff.toml": 'extend = "base.toml"', "base.toml": "line-length = 30"},
        {"ruff.toml": "line-length = 30\nlint.select = ['NOSUCHRULE']\nrequired-version = '==0.0.1'"},
    ],
)
def test_its_settings_are_followed(config: dict[str, str]) -> None:
    assert b"x = call(\n    first_argument,\n" in (formatted(config) or b"")


def test_imports_are_sorted_where_the_target_does() -> None:
    sorting = formatted({"ruff.toml": 'lint.select = ["E", "I"]'})
    assert sorting is not None
    assert sorting.startswith(SORTED)
    assert formatted({"ruff.toml": 'lint.select = ["E"]'}) == SOURCE.replace(b"'third'", b'"third"')
    assert formatted({"ruff.toml": 'lint.extend-select = ["I001"]'}) == sorting


def test_black_keeps_quotes_where_it_is_told_to() -> None:
    assert b"'third'" in (formatted({"pyproject.toml": "[tool.black]\nskip-string-normalization = true"}) or b"")


def test_the_nearest_configuration_counts() -> None:
    config = {"ruff.toml": "line-length = 30", "services/shop/pyproject.toml": "[tool.ruff]\nline-length = 100"}
    assert b"call(first_argument, " in (formatted(config, prefix="services/shop") or b"")
    assert b"call(\n" in (formatted(config, prefix="services/other") or b"")


def test_what_is_no_python_stays() -> None:
    assert formatted({"ruff.toml": ""}, source=b"def broken(:\n  x=1\n") == b"def broken(:\n  x=1\n"
    assert formatted({"ruff.toml": ""}, path="a.txt", source=b"x=1\n") == b"x=1\n"


def test_a_configuration_that_is_no_toml_is_named() -> None:
    with pytest.raises(BadInput, match="TOML") as raised:
        formatted({"ruff.toml": "line-length = = 3"})
    assert raised.value.place is not None
    assert raised.value.place.path == "ruff.toml"


def test_settings_that_no_ruff_knows_are_named() -> None:
    with pytest.raises(BadInput, match="these settings") as raised:
        formatted({"ruff.toml": "line-length = 'wide'"})
    assert raised.value.place is not None
    assert raised.value.place.path == "ruff.toml"
