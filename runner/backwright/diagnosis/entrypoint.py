"""Where a backend's application object is, as its manifest or its modules say."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FIRST = ("main.py", "app.py", "server.py", "api.py", "application.py", "asgi.py")
_MOST_BYTES = 500_000


@dataclass(frozen=True)
class Entrypoint:
    """A dotted module and the attribute that is the application, or a function that makes it."""

    module: str
    attribute: str


def find_entrypoint(root: Path) -> Entrypoint | None:
    """Return the application of a backend: ``[tool.fastapi] entrypoint``, else the first module that makes one."""
    return _in_manifest(root / "pyproject.toml") or next(_in_modules(root), None)


def _in_manifest(manifest: Path) -> Entrypoint | None:
    try:
        tools = tomllib.loads(manifest.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    module, _, attribute = str(tools.get("fastapi", {}).get("entrypoint", "")).partition(":")
    return Entrypoint(module, attribute or "app") if module else None


def _in_modules(root: Path) -> Iterator[Entrypoint]:
    files = [path for path in root.rglob("*.py") if not _is_aside(path.relative_to(root))]
    files.sort(key=lambda path: (_rank(path), len(path.parts), str(path)))
    for path in files:
        attribute = _made_in(path)
        if attribute is not None:
            parts = path.relative_to(root).with_suffix("").parts
            if parts[0] == "src":
                parts = parts[1:]
            yield Entrypoint(".".join(parts), attribute)


def _is_aside(path: Path) -> bool:
    return any(
        part.startswith(".") or part in ("tests", "test", "venv", "node_modules", "build") for part in path.parts
    )


def _rank(path: Path) -> int:
    return _FIRST.index(path.name) if path.name in _FIRST else len(_FIRST)


def _made_in(path: Path) -> str | None:
    """Return the name that a module gives its application; a function that returns one counts after an object."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    makers = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _makes(node)}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            called = ast.unparse(node.value.func).rpartition(".")[2]
            if isinstance(target, ast.Name) and (called == "FastAPI" or called in makers):
                return target.id
    return min(makers, default=None)


def _makes(function: ast.FunctionDef) -> bool:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(ast.unparse(call.func).rpartition(".")[2] == "FastAPI" for call in calls)
