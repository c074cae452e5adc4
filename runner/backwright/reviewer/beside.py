"""What bandit and ruff find beside our own rules, and one list of both without doubles."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from backwright.errors import BackwrightError, Place
from backwright.executor import Limits, Outcome, clean_environment, execute
from backwright.finding import Finding, Severity
from backwright.reviewer.project import is_looked_at
from backwright.reviewer.rules import Rules

LIMITS = Limits(seconds=120, output=32 * 2**20)
SELECTED = "S,B,ASYNC,FAST"
BANDIT_SEVERITY = {"HIGH": Severity.ERROR, "MEDIUM": Severity.WARNING, "LOW": Severity.INFO}
ERRORS = {"invalid-syntax"}
IMPORTS = "B403,B404"
"""bandit's remarks on imports alone: what is done with them is found where it is done."""
BANDIT_FILES = 200
"""With so many files a process of bandit has enough to do."""
BANDIT_CODE = re.compile(r"B[1-7]\d\d$")


def findings_beside(root: Path, paths: Sequence[PurePosixPath]) -> tuple[Finding, ...]:
    """Return what ruff's S, B, ASYNC and FAST and, where it is installed, bandit find in files below a folder.

    Raises:
        BackwrightError: one of them broke off: what it would have found is not known.
    """
    if not paths:
        return ()
    names = [f"./{path}" for path in paths]
    with tempfile.TemporaryDirectory(prefix="backwright-beside-") as scratch:
        environment = clean_environment(Path(scratch))
        found = _ruff(root, names, environment)
        if importlib.util.find_spec("bandit") is not None:
            found += _bandit(root, names, environment)
    return tuple(found)


def findings_in(tree: Mapping[PurePosixPath, bytes]) -> tuple[Finding, ...]:
    """Return what the other tools find in the application's files of a tree that is not on disk."""
    paths = tuple(path for path in sorted(tree) if is_looked_at(path))
    with tempfile.TemporaryDirectory(prefix="backwright-reviewed-") as name:
        for path in paths:
            (Path(name) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(name) / path).write_bytes(tree[path])
        return findings_beside(Path(name), paths)


def _ruff(root: Path, names: list[str], environment: dict[str, str]) -> list[Finding]:
    from ruff import find_ruff_bin

    argv = [
        find_ruff_bin(),
        "check",
        "--isolated",
        "--no-cache",
        "--output-format=json",
        f"--select={SELECTED}",
        *names,
    ]
    outcome = execute(argv, cwd=root, env=environment, limits=LIMITS)
    return [_of_ruff(root, entry) for entry in _read("ruff", outcome) if entry.get("code") not in (None, *ERRORS)]


def _read(tool: str, outcome: Outcome) -> Any:  # noqa: ANN401 - JSON, each tool's own
    """Return what a tool found; its exit status only says whether that is anything."""
    try:
        return json.loads(outcome.stdout)
    except ValueError as error:
        why = f"stopped after {LIMITS.seconds:.0f} s" if outcome.timed_out else outcome.text.rpartition("\n")[2]
        raise BackwrightError(f"{tool} broke off its review: {why or f'status {outcome.status}'}") from error


def _of_ruff(root: Path, entry: dict[str, object]) -> Finding:
    start, end = entry["location"], entry["end_location"]
    assert isinstance(start, dict)  # noqa: S101 - ruff's JSON
    assert isinstance(end, dict)  # noqa: S101 - ruff's JSON
    place = Place(_relative(root, str(entry["filename"])), start["row"], end=end["row"])
    return Finding(str(entry["code"]), Severity.WARNING, place, str(entry["message"]))


def _bandit(root: Path, names: list[str], environment: dict[str, str]) -> list[Finding]:
    """Return what bandit finds; it looks at one file after the other, so many are parted among the processors."""
    parts = min(os.cpu_count() or 1, -(-len(names) // BANDIT_FILES))
    shares = [names[start::parts] for start in range(parts)]
    if parts == 1:
        return _bandit_on(root, names, environment)
    with ThreadPoolExecutor(parts) as threads:
        found = threads.map(lambda share: _bandit_on(root, share, environment), shares)
        return [finding for several in found for finding in several]


def _bandit_on(root: Path, names: list[str], environment: dict[str, str]) -> list[Finding]:
    # -P: else a module beside the files under review could stand in for one of bandit's, and would be run.
    argv = [sys.executable, "-P", "-m", "bandit", "--quiet", "--skip", IMPORTS, "--format", "json", *names]
    outcome = execute(argv, cwd=root, env=environment, limits=LIMITS)
    return [
        Finding(
            entry["test_id"],
            BANDIT_SEVERITY.get(entry["issue_severity"], Severity.INFO),
            Place(_relative(root, entry["filename"]), entry["line_number"], end=max(entry["line_range"])),
            entry["issue_text"],
        )
        for entry in _read("bandit", outcome)["results"]
    ]


def _relative(root: Path, name: str) -> str:
    path = root / name
    return path.resolve().relative_to(root.resolve()).as_posix()


def merged(ours: Iterable[Finding], theirs: Iterable[Finding], rules: Rules) -> tuple[Finding, ...]:
    """Return one list: of findings at the same place about the same matter, ours, else ruff's, stays.

    Where ruff's stays for bandit's, so does the heavier of both severities: ruff has none of its own.
    """
    kept = list(ours)
    by_path: dict[str, list[int]] = {}
    for at, finding in enumerate(kept):
        by_path.setdefault(finding.path, []).append(at)
    for finding in sorted(theirs, key=lambda one: (BANDIT_CODE.match(one.code) is not None, one.code)):
        there = by_path.setdefault(finding.path, [])
        same = next((at for at in there if _is_same(finding, kept[at], rules)), None)
        if same is None:
            there.append(len(kept))
            kept.append(finding)
        elif kept[same].code not in rules and finding.severity is Severity.ERROR:
            kept[same] = replace(kept[same], severity=Severity.ERROR)
    return tuple(sorted(kept, key=lambda one: (one.path, one.start, one.code)))


def _is_same(finding: Finding, other: Finding, rules: Rules) -> bool:
    if finding.path != other.path or finding.start > other.end or other.start > finding.end:
        return False
    if finding.code == other.code:
        return finding.message == other.message
    rule = rules.get(other.code)
    if rule is not None:
        return finding.code in rule.same
    return BANDIT_CODE.match(finding.code) is not None and other.code == f"S{finding.code[1:]}"
