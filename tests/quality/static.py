"""Bars that are read off the code without running it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.quality.measure import ANY_DATABASE, Row
from tests.quality.processes import Finished, python, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.quality.subject import Subject

CONFIG = Path(__file__).with_name("config")
REDOCLY = "@redocly/cli@2.77.0"

SUPPRESSION = re.compile(
    r"#\s*(noqa|nosec|type:\s*ignore|pragma:\s*no\s*(cover|branch)|pyright:\s*ignore"
    r"|pylint:\s*disable|fmt:\s*(off|skip)|isort:\s*skip|mypy:|ruff:\s*noqa)",
    re.IGNORECASE,
)
EXCLUDING_KEYS = frozenset({
    "exclude", "extend-exclude", "exclude_lines", "exclude_also", "exclude_dirs", "omit",
    "ignore_errors", "ignore_missing_imports", "follow_imports", "skips", "partial_branches",
})  # fmt: skip


def static_rows(subject: Subject) -> list[Row]:
    """Measure lint, format, types, security and suppressions."""
    return [
        _ruff(subject),
        _ruff_format(subject),
        _mypy(subject),
        _bandit(subject),
        _suppressions(subject),
    ]


def _row(subject: Subject, name: str, finished: Finished, findings: int) -> Row:
    ok = finished.status == 0 and findings == 0
    measured = str(findings) if findings or ok else f"exit status {finished.status}"
    detail = "" if ok else finished.output[-6000:]
    return Row(subject.style, ANY_DATABASE, name, "0", measured, ok, detail, finished.seconds)


def _ruff(subject: Subject) -> Row:
    argv = python("-m", "ruff", "check", "--no-cache", "--ignore-noqa", "--config")
    done = run([*argv, str(CONFIG / "ruff.toml"), "--output-format", "concise", "."], subject.root)
    found = len(re.findall(r"^\S+:\d+:\d+: ", done.output, re.MULTILINE))
    return _row(subject, "ruff findings", done, found)


def _ruff_format(subject: Subject) -> Row:
    argv = python("-m", "ruff", "format", "--no-cache", "--check", "--config")
    done = run([*argv, str(CONFIG / "ruff.toml"), "."], subject.root)
    found = len(re.findall(r"^Would reformat", done.output, re.MULTILINE))
    return _row(subject, "files to format", done, found)


def _mypy(subject: Subject) -> Row:
    argv = python("-m", "mypy", "--config-file", str(CONFIG / "mypy.ini"), "--strict")
    cache = ["--cache-dir", str(subject.root / ".mypy_cache")]
    done = run([*argv, *cache, *subject.python_roots()], subject.root)
    found = len(re.findall(r": error: ", done.output))
    return _row(subject, "mypy --strict errors", done, found)


def _bandit(subject: Subject) -> Row:
    sources = [name for name in subject.python_roots() if name != "tests"]
    argv = python("-m", "bandit", "-q", "-r", "--ignore-nosec", "-f", "json", *sources)
    done = run(argv, subject.root)
    try:
        report = json.loads(done.output[done.output.index("{") :])
        found = len(report["results"]) + len(report["errors"])
    except ValueError:
        found = 0
    return _row(subject, "bandit findings", done, found)


def _suppressions(subject: Subject) -> Row:
    found = [*_comments(subject.root), *_excludes(subject.root)]
    return Row(
        subject.style,
        ANY_DATABASE,
        "suppressions",
        "0",
        str(len(found)),
        not found,
        "\n".join(found),
    )


def _comments(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*.py")):
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if SUPPRESSION.search(line):
                yield f"{path.relative_to(root)}:{number}: {line.strip()}"


def _excludes(root: Path) -> Iterator[str]:
    path = root / "pyproject.toml"
    if not path.is_file():
        return

    def walk(value: object, at: str) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                here = f"{at}.{key}"
                if key in EXCLUDING_KEYS:
                    yield f"pyproject.toml: {here}"
                yield from walk(inner, here)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner, at)

    yield from walk(tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}), "tool")


def openapi_row(subject: Subject, document: Path) -> Row:
    """Lint the OpenAPI document the backend serves with Redocly's recommended rules."""
    argv = ["npx", "--yes", REDOCLY, "lint", str(document), "--format", "checkstyle"]
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = run([*argv, "--config", str(CONFIG / "redocly.yaml")], document.parent, quiet, 300)
    problems = re.findall(r'severity="error"', done.output)
    return _row(subject, "OpenAPI lint errors", done, len(problems))
