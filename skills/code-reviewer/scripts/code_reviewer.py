"""Finds faults in FastAPI code by reading it; nothing of it is imported or run.

The rules are beside this script, in ``assets/rules.json``; a rule that is not in there is not looked for.
"""

from __future__ import annotations

from pathlib import Path

from backwright.finding import Finding
from backwright.reviewer.analysis import review_tree
from backwright.reviewer.rules import read_rules
from backwright.target.tree import Tree


def review(tree: Tree) -> tuple[Finding, ...]:
    """Return the findings of all rules on a tree, in the order of files and lines."""
    return review_tree(tree, read_rules(Path(__file__).parent.parent / "assets" / "rules.json"))
