"""The command starts at once: help loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest
from backwright.cli.app import run_command
from backwright.cli.overview import COMMANDS, overview

HEAVY = {
    "alembic",
    "anthropic",
    "fastapi",
    "git",
    "httpx",
    "jinja2",
    "libcst",
    "pydantic",
    "pytest",
    "rich",
    "ruamel",
    "sqlalchemy",
    "typer",
    "yaml",
}
PROBE = """
import sys
from backwright.cli.main import main
try:
    status = main()
except SystemExit as exit:
    status = exit.code
print("LOADED", " ".join(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
sys.exit(status)
"""


def loaded_by(*arguments: str) -> set[str]:
    result = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(result.stderr.rpartition("LOADED")[2].split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_and_version_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(*arguments) & HEAVY


def test_every_command_of_the_overview_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        assert run_command([name, "--help"]) == 0
        assert f"agent {name}" in capsys.readouterr().out


def test_the_overview_is_what_the_bare_command_shows(capsys: pytest.CaptureFixture[str]) -> None:
    run_command([])
    captured = capsys.readouterr()
    assert overview().strip() in captured.out + captured.err


def test_the_package_itself_loads_nothing_heavy() -> None:
    code = "import sys, backwright; print(' '.join(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {name.partition(".")[0] for name in result.stdout.split()} & HEAVY


def test_a_probe_that_loads_something_heavy_is_noticed() -> None:
    assert "yaml" in loaded_by("agents", "list")
