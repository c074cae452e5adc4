"""The target's own formatter, so that laying code out in another way is no edit.

The settings of ruff or Black that govern the backend's folder are taken over into a configuration of our own: what
else stands in the target's file (rules of another ruff, required versions) has no say.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from backwright.errors import BadInput, Place
from backwright.target.tree import Tree

_CONFIGURATIONS = (".ruff.toml", "ruff.toml", "pyproject.toml")
_LAYOUT = ("line-length", "indent-width", "target-version", "src", "exclude", "extend-exclude", "format")
_SORTERS = {"I", "I0", "I00", "I001", "ALL"}
_IMPORT = re.compile(rb"^\s*(?:from|import)\s+(\w[\w.]*)", re.MULTILINE)
_MANIFEST = "pyproject.toml"
_DEEPEST = 5
"""How many configurations may extend each other."""


@dataclass(frozen=True)
class TargetFormatter:
    """Formats trees of files (paths relative to the backend) as the target's ``config`` (relative to its root) says.

    ``modules`` are the target's Python files, relative to the backend: sorting imports needs to know its own modules
    from those of others.
    """

    config: PurePosixPath
    settings: str
    sorts_imports: bool
    sources: tuple[PurePosixPath, ...]
    modules: frozenset[PurePosixPath]

    def __call__(self, trees: Sequence[Tree]) -> list[Tree]:
        """Return the trees with their Python formatted; a file that is no Python stays as it is."""
        from backwright.codegen.assemble import ruff_binary

        python = [{path: content for path, content in tree.items() if path.suffix == ".py"} for tree in trees]
        if not any(python):
            return list(trees)
        with tempfile.TemporaryDirectory(prefix="backwright-format-") as name:
            root = Path(name)
            named = self._named(python) if self.sorts_imports else set()
            places = [self._lay_out(root / str(number), tree, named) for number, tree in enumerate(python)]
            if self.sorts_imports:
                self._run(root, ruff_binary(), "check", "--fix-only", "--select", "I")
            self._run(root, ruff_binary(), "format")
            return [
                {**tree, **{path: file.read_bytes() for path, file in files.items()}}
                for tree, files in zip(trees, places, strict=True)
            ]

    def _named(self, trees: Sequence[Tree]) -> Set[PurePosixPath]:
        """Return the files of the target's own modules that these files import."""
        known = self.modules.union(*trees)
        names = {name.decode() for tree in trees for content in tree.values() for name in _IMPORT.findall(content)}
        modules = {source.joinpath(*name.split(".")) for name in names for source in self.sources}
        inits = {parent / "__init__.py" for module in modules for parent in (module, *module.parents)}
        return known & (inits | {module.with_suffix(".py") for module in modules if module.name})

    def _lay_out(self, root: Path, tree: Tree, named: Collection[PurePosixPath]) -> dict[PurePosixPath, Path]:
        if not tree:
            return {}
        root.mkdir()
        for path in named:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
        (root / "ruff.toml").write_text(self.settings, encoding="utf-8", newline="\n")
        files = {path: root / PurePosixPath(*(part for part in path.parts if part != "..")) for path in tree}
        for path, file in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(tree[path])
        return files

    def _run(self, root: Path, *command: str) -> None:
        """Run ruff on a folder. That a file is no Python does not matter here; that the settings are wrong does."""
        command = (*command, "--quiet", "--no-cache", ".")
        result = subprocess.run(command, cwd=root, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        if result.returncode and result.stderr.startswith((b"ruff failed", b"error: ")) and b".py" not in result.stderr:
            said = result.stderr.decode("utf-8", "replace").strip().splitlines()[-1].strip()
            raise BadInput(f"ruff cannot format with these settings: {said}", place=Place(str(self.config)))


def find_formatter(ours: Tree, prefix: PurePosixPath) -> TargetFormatter | None:
    """Return the formatter that a target configures for the folder ``prefix``, or None.

    Raises:
        BadInput: the configuration is no TOML.
    """
    for folder in (prefix, *prefix.parents):
        for name in _CONFIGURATIONS:
            path = folder / name
            if path in ours:
                settings = _settings(ours, path)
                if settings is not None:
                    sorts = _sorts_imports(settings)
                    sources = tuple(PurePosixPath(source) for source in settings.get("src", (".", "src")))
                    return TargetFormatter(path, _layout(settings), sorts, sources, _modules(ours, prefix))
    return None


def _settings(ours: Tree, path: PurePosixPath, depth: int = 0) -> dict[str, Any] | None:
    """Return ruff's settings in one file with those it extends, Black's as ruff's, None where there are neither."""
    whole = _read(ours, path)
    if path.name == _MANIFEST:
        tools = whole.get("tool", {})
        settings = tools.get("ruff")
        if settings is None and "black" in tools:
            return _from_black(tools["black"])
    else:
        settings = whole
    if not isinstance(settings, dict):
        return None
    extended = settings.get("extend")
    above = path.parent / str(extended) if extended else None
    if above is None or above not in ours or depth == _DEEPEST:
        return settings
    return _joined(_settings(ours, above, depth + 1) or {}, settings)


def _read(ours: Tree, path: PurePosixPath) -> dict[str, Any]:
    try:
        return tomllib.loads(ours[path].decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not readable as TOML: {error}", place=Place(str(path))) from error


def _from_black(black: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {"format": {}}
    if "line-length" in black:
        settings["line-length"] = black["line-length"]
    if black.get("skip-string-normalization"):
        settings["format"]["quote-style"] = "preserve"
    if black.get("skip-magic-trailing-comma"):
        settings["format"]["skip-magic-trailing-comma"] = True
    return settings


def _joined(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {key: _joined(under[key], over[key]) for key in under.keys() & over.keys() if isinstance(over[key], dict)}
    return {**under, **over, **both}


def _sorts_imports(settings: Mapping[str, Any]) -> bool:
    lint = {**settings, **settings.get("lint", {})}
    selected = {*lint.get("select", ()), *lint.get("extend-select", ())}
    ignored = {*lint.get("ignore", ()), *lint.get("extend-ignore", ())}
    return bool(selected & _SORTERS) and not ignored & _SORTERS


def _layout(settings: Mapping[str, Any]) -> str:
    kept = {key: settings[key] for key in _LAYOUT if key in settings}
    isort = settings.get("lint", {}).get("isort") or settings.get("isort")
    lines = [f"{key} = {_toml(value)}" for key, value in kept.items()]
    if isort:
        lines.append(f"lint.isort = {_toml(isort)}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Write a value of TOML in one line; strings, numbers and booleans are JSON's."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(str(key))} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _modules(ours: Tree, prefix: PurePosixPath) -> frozenset[PurePosixPath]:
    paths = (path for path in ours if path.suffix == ".py" and path.is_relative_to(prefix))
    return frozenset(path.relative_to(prefix) for path in paths)
