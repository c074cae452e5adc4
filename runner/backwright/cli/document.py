"""What commands write for ``--json``."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backwright.finding import Finding


def write_json(document: object) -> None:
    """Write a document to stdout, indented; what JSON has no form for is written as its text."""
    sys.stdout.write(json.dumps(document, indent=2, default=str) + "\n")


def finding_document(finding: Finding) -> dict[str, object]:
    """Return a finding with its place in one text, ``path:line:column``."""
    return {**dataclasses.asdict(finding), "place": str(finding.place)}


def file_document(path: Path, scope: str, findings: Iterable[Finding], spec: object) -> dict[str, object]:
    """Return a definition's file as it was read; ``spec`` is None where it cannot be used."""
    from backwright.agents.flaw import shown_path

    found = [finding_document(finding) for finding in findings]
    return {"path": shown_path(path), "scope": scope, "findings": found, "spec": spec}
