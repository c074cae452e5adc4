"""Put the contributions of all skills together into one generated tree."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NoReturn

from backwright.codegen.contribution import Contribution, Dependency, File, Insert, ModelImport, Router
from backwright.codegen.project import Project
from backwright.errors import BackwrightError, EngineFailed, NotSupported

GENERATOR = "1"
"""The generator's version, as lock files record it; raised when what is written for the same spec changes."""

_WITHOUT_MANIFEST = 'target-version = "py311"\n[lint.isort]\nknown-first-party = ["app", "tests"]\n'
"""What the backend's own settings amount to for imports, where the skill that writes them does not run."""
MANIFEST = PurePosixPath("pyproject.toml")


@dataclass(frozen=True)
class Owned:
    """A generated file and the skill that owns its path."""

    skill: str
    file: File


Generated = Mapping[PurePosixPath, Owned]


def assemble(contributions: Mapping[str, Contribution], project: Project) -> Generated:
    """Return the files of all skills (by name), with their inserts brought in and Python formatted.

    Raises:
        EngineFailed: two skills want the same path, or what was generated is no Python.
        NotSupported: an insert that this project has no place for.
    """
    files: dict[PurePosixPath, Owned] = {}
    for skill, contribution in sorted(contributions.items()):
        for path, file in contribution.files.items():
            if path in files:
                raise EngineFailed(f"{path}: wanted by the skills {files[path].skill} and {skill}")
            files[path] = Owned(skill, file)
    inserts = [insert for _, contribution in sorted(contributions.items()) for insert in contribution.inserts]
    _bring_in(files, inserts, project)
    return _formatted(files)


def _bring_in(files: dict[PurePosixPath, Owned], inserts: Iterable[Insert], project: Project) -> None:
    dependencies = []
    for insert in inserts:
        match insert:
            case Dependency():
                dependencies.append(insert)
            case Router() | ModelImport() if project.registers_by_discovery:
                continue  # found by looking into the package
            case _:
                raise NotSupported(f"{type(insert).__name__} inserts into a project that registers by hand")
    manifest = files.get(MANIFEST)
    if manifest:
        text = with_dependencies(manifest.file.content, dependencies)
        files[MANIFEST] = replace(manifest, file=replace(manifest.file, content=text))


def with_dependencies(manifest: str, dependencies: Iterable[Dependency]) -> str:
    """Return a ``pyproject.toml`` in which these requirements stand, sorted, in their arrays.

    The arrays are ``dependencies = [`` and, for a group, ``<group> = [``, one requirement a line; a requirement that
    is there already (by distribution name) is left as it is.
    """
    lines = manifest.splitlines()
    by_array: dict[str, set[str]] = {}
    for dependency in dependencies:
        by_array.setdefault(dependency.group or "dependencies", set()).add(dependency.requirement)
    for array, wanted in sorted(by_array.items()):
        start = lines.index(f"{array} = [") + 1 if f"{array} = [" in lines else _no_array(array)
        end = lines.index("]", start)
        there = {line.strip().strip('",') for line in lines[start:end]}
        known = {_distribution(requirement) for requirement in there}
        new = {requirement for requirement in wanted if _distribution(requirement) not in known}
        lines[start:end] = [f'    "{requirement}",' for requirement in sorted(there | new, key=str.lower)]
    return "\n".join(lines) + "\n"


def _no_array(array: str) -> NoReturn:
    raise EngineFailed(f"pyproject.toml has no array {array} to name a dependency in")


def _distribution(requirement: str) -> str:
    name = requirement
    for stop in "[<>=!~; ":
        name = name.split(stop, 1)[0]
    return name.lower().replace("_", "-")


def _formatted(files: Mapping[PurePosixPath, Owned]) -> Generated:
    python = {path: owned for path, owned in files.items() if path.suffix == ".py"}
    if not python:
        return dict(files)
    with tempfile.TemporaryDirectory(prefix="backwright-format-") as folder:
        root = Path(folder)
        for path, owned in python.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(owned.file.content.encode())
        manifest = files.get(MANIFEST)
        if manifest:
            (root / MANIFEST).write_bytes(manifest.file.content.encode())
        else:
            (root / "ruff.toml").write_text(_WITHOUT_MANIFEST, encoding="utf-8")
        _ruff(root, "check", "--quiet", "--no-cache", "--fix-only", "--exit-zero", "--select", "I", ".")
        _ruff(root, "format", "--no-cache", ".")
        result = dict(files)
        for path, owned in python.items():
            text = (root / path).read_bytes().decode()
            if text != owned.file.content:
                result[path] = replace(owned, file=replace(owned.file, content=text))
    return result


def ruff_binary() -> str:
    """Return the path of the ruff that came with us.

    Raises:
        BackwrightError: it is not installed beside this interpreter.
    """
    from ruff import find_ruff_bin

    try:
        return str(find_ruff_bin())
    except FileNotFoundError as error:
        raise BackwrightError(f"ruff is not installed for {sys.executable}", hint="pip install ruff") from error


def _ruff(root: Path, *arguments: str) -> None:
    result = subprocess.run(
        [ruff_binary(), *arguments], cwd=root, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if result.returncode:
        raise EngineFailed(f"what was generated cannot be formatted: {result.stderr.strip()}")
