"""The review itself: every detector over one project, what was suppressed taken out, as findings in order."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from backwright.errors import Place
from backwright.finding import Finding, Severity
from backwright.reviewer.detectors import DETECTORS
from backwright.reviewer.found import Found
from backwright.reviewer.modules import Module
from backwright.reviewer.project import Project, is_looked_at
from backwright.reviewer.rules import Rules, bundled_rules

UNREAD = "CR000"
IGNORED = re.compile(r"#\s*backwright:\s*ignore\[([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)\]\s*(.*)")


def review(root: Path, paths: Iterable[PurePosixPath] | None = None) -> tuple[Finding, ...]:
    """Review a backend on disk; nothing of it is imported or run.

    Args:
        root: The backend's folder.
        paths: Whose findings are wanted, relative to ``root``; all files are read all the same. None: of all.
    """
    found = review_tree(python_tree(root), bundled_rules())
    wanted = None if paths is None else {str(path) for path in paths}
    return tuple(finding for finding in found if wanted is None or finding.place.path in wanted)


def python_tree(root: Path) -> dict[PurePosixPath, bytes]:
    """Read the Python files below a folder that belong to the application."""
    paths = ((PurePosixPath(path.relative_to(root).as_posix()), path) for path in sorted(root.rglob("*.py")))
    return {relative: path.read_bytes() for relative, path in paths if is_looked_at(relative) and path.is_file()}


def review_tree(tree: Mapping[PurePosixPath, bytes], rules: Rules) -> tuple[Finding, ...]:
    """Return the findings of all rules on the files of a tree, in the order of files and lines."""
    project = Project(tree)
    return (*(_finding(found, rules) for found in _found(project, rules)), *_unread(project))


def found_in(tree: Mapping[PurePosixPath, bytes], rules: Rules) -> tuple[Found, ...]:
    """Return what the detectors of some rules find, each once, in the order of files and lines."""
    return _found(Project(tree), rules)


def _found(project: Project, rules: Rules) -> tuple[Found, ...]:
    with _uncollected():
        return _detected(project, rules)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let nobody look for garbage meanwhile: the trees of a project are millions of objects, and none of them is."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _detected(project: Project, rules: Rules) -> tuple[Found, ...]:
    found: dict[tuple[str, int, str, str], Found] = {}
    for detector in DETECTORS:
        for one in detector(project):
            if one.code in rules and not is_ignored(one.module, one.code, one.line, one.end):
                key = (str(one.module.path), one.line, one.code, str(sorted(one.values.items())))
                found.setdefault(key, one)
    return tuple(found[key] for key in sorted(found))


def _unread(project: Project) -> Iterator[Finding]:
    """Yield a line for each file that no rule could look at: newer syntax than this Python's, or none."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for path, error in sorted(project.code.unread.items()):
        if is_looked_at(path):
            message = f"not reviewed: Python {version} cannot parse it ({error})"
            yield Finding(UNREAD, Severity.INFO, Place(str(path)), message)


def is_ignored(module: Module, code: str, start: int, end: int) -> bool:
    """Whether a comment in the lines of a finding, or alone on the one before, lets it pass and says why.

    The comment is ``# backwright: ignore[CODE] reason``; without a reason it counts for nothing.
    """
    if b"backwright:" not in module.source:
        return False
    lines = module.source.decode("utf-8", "replace").splitlines()
    before = lines[start - 2].strip() if start > 1 else ""
    around = [*([before] if before.startswith("#") else []), *lines[start - 1 : end]]
    for line in around:
        match = IGNORED.search(line)
        if match and code in re.split(r"\s*,\s*", match[1]) and match[2].strip():
            return True
    return False


def _finding(found: Found, rules: Rules) -> Finding:
    rule = rules[found.code]
    place = Place(str(found.module.path), found.line, end=found.end)
    return Finding(found.code, rule.severity, place, rule.message.format(**found.values), rule.fix)
