"""The review of a diff: our rules over the whole tree, bandit and ruff on its files, less what was there before."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import PurePosixPath

from backwright.finding import Finding, Severity
from backwright.reviewer.beside import findings_in, merged
from backwright.reviewer.rules import bundled_rules
from backwright.verify.static import Result, as_warning, check_of, excused, files_did

Tree = Mapping[PurePosixPath, bytes]
Review = Callable[[Tree], tuple[Finding, ...]]


@dataclass(frozen=True)
class Diff:
    """The Python files of a backend as they shall be, those that a run adds or changes, and what those held before."""

    tree: Tree
    changed: frozenset[PurePosixPath]
    before: Callable[[PurePosixPath], bytes | None]

    @cached_property
    def earlier(self) -> Tree:
        """The whole tree as it was before the run."""
        contents = {path: self.before(path) for path in self.changed}
        kept = {path: content for path, content in self.tree.items() if path not in self.changed}
        return kept | {path: content for path, content in contents.items() if content is not None}

    def of_changed(self, tree: Tree) -> Tree:
        """Return only those files of a tree that the run touches."""
        return {path: tree[path] for path in sorted(self.changed) if path in tree}


def reviewed(diff: Diff, reviews: Sequence[Review]) -> Result:
    """Review what a run changes, as one list without doubles.

    Of our own rules only errors in changed files that were not there before stop a run; the rest is shown. Of bandit
    and ruff only what the run brings in is shown, and of that what bandit calls high stops it.
    """
    began = time.monotonic()
    ours = tuple({finding: None for review in reviews for finding in review(diff.tree)})
    theirs = findings_in(diff.of_changed(diff.tree))
    own = frozenset(ours)
    one_list = merged(ours, theirs, bundled_rules())
    findings = [
        *_judged(diff, tuple(one for one in one_list if one in own), reviews),
        *_brought_in(diff, tuple(one for one in one_list if one not in own)),
    ]
    return check_of("review", began, findings, files_did(len(diff.tree), "reviewed", "reviewed"))


def _judged(diff: Diff, found: tuple[Finding, ...], reviews: Sequence[Review]) -> list[Finding]:
    """Return what our rules find, as warnings where it was there before or is in files that the run leaves alone."""
    is_grave = any(finding.severity is Severity.ERROR for finding in found)
    old = tuple(finding for review in reviews for finding in review(diff.earlier)) if is_grave else ()
    here = tuple(finding for finding in found if PurePosixPath(finding.path) in diff.changed)
    elsewhere = (as_warning(finding) for finding in found if finding not in here)
    return [*excused(here, old), *elsewhere]


def _brought_in(diff: Diff, found: tuple[Finding, ...]) -> list[Finding]:
    """Return what was not found as often before in that file; of several alike, those in changed lines are new."""
    paths = {PurePosixPath(finding.path) for finding in found}
    earlier = {path: content for path, content in diff.of_changed(diff.earlier).items() if path in paths}
    if not earlier:
        return list(found)
    known = Counter(_matter(finding) for finding in findings_in(earlier))
    touched = {path: _changed_lines(earlier[path], diff.tree[path]) for path in earlier}
    new = []
    for finding in sorted(found, key=lambda one: _is_touched(one, touched)):
        known[_matter(finding)] -= 1
        if known[_matter(finding)] < 0:
            new.append(finding)
    return sorted(new, key=lambda one: (one.path, one.start, one.code))


def _matter(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.path, finding.message


def _is_touched(finding: Finding, touched: Mapping[PurePosixPath, frozenset[int]]) -> bool:
    lines = touched.get(PurePosixPath(finding.path))
    return lines is None or any(line in lines for line in range(finding.start, finding.end + 1))


def _changed_lines(before: bytes, after: bytes) -> frozenset[int]:
    """Return the lines, from 1, that a file did not have before."""
    matcher = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    changed = (range(low + 1, high + 1) for tag, _, _, low, high in matcher.get_opcodes() if tag != "equal")
    return frozenset(line for lines in changed for line in lines)
