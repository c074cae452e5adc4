"""A skill, typed: its frontmatter, its instructions, and every file of its folder as it was hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from backwright.finding import Finding, Severity


@dataclass(frozen=True)
class SkillSpec:
    """What an agent can do.

    ``allowed_tools`` None means that nothing is said about them. ``files`` are the bytes of the whole folder by path in
    it and ``digest`` their sha256, in hex: what is run later is these bytes, not what the folder holds by then.
    ``build`` and ``review`` are paths in the folder. ``origin`` is ``project``, ``user``, ``bundled`` or ``path``.
    """

    name: str
    description: str
    folder: Path
    body: str
    digest: str
    license: str | None = None
    compatibility: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    allowed_tools: tuple[str, ...] | None = None
    build: PurePosixPath | None = None
    review: PurePosixPath | None = None
    requires: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    origin: str = "path"
    files: Mapping[PurePosixPath, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def build_script(self) -> Path | None:
        """The script whose ``build`` writes a part of a backend."""
        return self.folder / self.build if self.build else None

    @property
    def review_script(self) -> Path | None:
        """The script whose ``review`` looks at a tree."""
        return self.folder / self.review if self.review else None

    @property
    def summary(self) -> str:
        """The description in one line."""
        return " ".join(self.description.split())


@dataclass(frozen=True)
class SkillFile:
    """One skill as it was found; ``spec`` is None where there is no description, or no file to read."""

    spec: SkillSpec | None
    findings: tuple[Finding, ...]
    path: Path
    scope: str = "path"

    @property
    def error(self) -> Finding | None:
        """Why there is no spec."""
        return next((finding for finding in self.findings if finding.severity is Severity.ERROR), None)
