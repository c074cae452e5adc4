"""The wheel is whole, and does the main job from an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTENT = ("agents", "skills", "memory")


def run(*argv: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """Run a command that must succeed, and return what it printed."""
    result = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{argv}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a checkout of what git has and the work tree's changes to it."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    tracked = run("git", "ls-files", "-z").split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_exactly_what_git_has_of_package_and_content(wheel: Path) -> None:
    tracked = [name for name in run("git", "ls-files", "-z").split("\0") if name and (ROOT / name).exists()]
    expected = {name.removeprefix("runner/") for name in tracked if name.startswith("runner/backwright/")}
    expected |= {f"backwright/content/{name}" for name in tracked if name.split("/")[0] in CONTENT}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected


@pytest.mark.slow
def test_the_main_job_runs_from_the_wheel_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv, shop = tmp_path / "venv", tmp_path / "shop"
    run(sys.executable, "-m", "venv", venv)
    scripts = venv / ("Scripts" if os.name == "nt" else "bin")
    quiet = ("--quiet", "--disable-pip-version-check", "--constraint", ROOT / "constraints.txt")
    run(scripts / "python", "-m", "pip", "install", *quiet, wheel)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    run(
        scripts / "agent", "run", "fastapi-backend", "add products CRUD", "--repo", shop, "--yes", cwd=tmp_path, env=env
    )
    log = run("git", "log", "--format=%B", cwd=shop)
    assert "Prompt-Record: 0001" in log
    assert "def create_app" in (shop / "app" / "main.py").read_text()
    assert run("git", "status", "--porcelain", cwd=shop) == ""
