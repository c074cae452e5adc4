"""Reviews: what the skills that review have to say about the Python files of a backend."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from backwright.errors import NotSupported

if TYPE_CHECKING:
    from backwright.finding import Finding
    from backwright.resolve import Resolved
    from backwright.run_options import Options
    from backwright.skills.loader import ReviewFunction
    from backwright.skills.spec import SkillSpec
    from backwright.target.staged import Staged


def reviews_of(resolved: Resolved) -> tuple[ReviewFunction, ...]:
    """Return the ``review`` functions of the skills the agent has."""
    from backwright.skills.loader import load_review

    return tuple(load_review(skill) for skill in resolved.skills if skill.review_script)


def review_tree(resolved: Resolved, staged: Staged, options: Options) -> tuple[Finding, ...]:
    """Return all findings on the Python files below the backend's folder, by place.

    Where the task is a complaint ("the /users endpoint takes 5 seconds"), what it is about is measured first and its
    causes lead the list, heaviest first.

    Raises:
        NotSupported: the agent has no skill that reviews.
        BadInput: the environment file given cannot be read.
    """
    reviews = reviews_of(resolved)
    if not reviews:
        raise NotSupported(f"{resolved.agent.name} has no skill that reviews", hint="List code-reviewer under skills:.")
    return (*_measured(resolved, staged, options), *_findings(reviews, staged.read_below(resolved.target.backend)))


def _measured(resolved: Resolved, staged: Staged, options: Options) -> tuple[Finding, ...]:
    """Return the causes of what the task complains of, with places from the repository's root."""
    from backwright.diagnosis.diagnose import diagnose
    from backwright.diagnosis.symptom import symptom_of
    from backwright.verify.interpreter import find_interpreter, read_env_file

    symptom = symptom_of(resolved.task)
    if symptom is None:
        return ()
    target = resolved.target
    own = find_interpreter((target.root / target.backend, target.root))
    python = options.python.absolute() if options.python else own or Path(sys.executable)
    environment = read_env_file(options.env_file) if options.env_file else {}
    return diagnose(symptom, staged.materialise() / target.backend, python, environment).findings


def review_folder(skill: SkillSpec, repo: Path) -> tuple[Finding, ...]:
    """Return what one skill finds in a folder as it lies on disk, tracked or not; ignored files are left out."""
    from backwright.skills.loader import load_review

    return _findings((load_review(skill),), _working_tree(repo))


def _working_tree(repo: Path) -> Mapping[PurePosixPath, bytes]:
    from backwright.target.repository import open_target
    from backwright.target.worktree import read_working_tree

    target = open_target(repo)
    return read_working_tree(target, target.backend)


def _findings(reviews: tuple[ReviewFunction, ...], files: Mapping[PurePosixPath, bytes]) -> tuple[Finding, ...]:
    from backwright.reviewer.beside import findings_in, merged
    from backwright.reviewer.rules import bundled_rules

    tree = {path: content for path, content in files.items() if path.suffix == ".py"}
    found = {finding for review in reviews for finding in review(tree)}
    return merged(found, findings_in(tree), bundled_rules())
