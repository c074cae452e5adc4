"""What a skill returns: files, each with one owner, and typed inserts into files of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass(frozen=True)
class File:
    """The content of one file.

    ``part`` names what it belongs to, a resource or ``service``: with it the file is locked. A file written ``once``
    (a migration, the body of a custom action) is never regenerated: it belongs to people from then on.
    """

    content: str
    part: str = "service"
    once: bool = False
    executable: bool = False


@dataclass(frozen=True, order=True)
class Router:
    """A router to be served: the module and the attribute that holds it."""

    module: str
    attribute: str = "router"


@dataclass(frozen=True, order=True)
class ModelImport:
    """A model to be known where the metadata is collected."""

    module: str
    name: str


@dataclass(frozen=True, order=True)
class Setting:
    """A setting the app reads: its name, Python type, default (as source) and the comment of ``.env.example``."""

    name: str
    annotation: str
    default: str
    comment: str


@dataclass(frozen=True, order=True)
class Dependency:
    """A distribution the backend needs, as a PEP 508 requirement; ``group`` None is the app itself, else ``dev``."""

    requirement: str
    group: str | None = None


@dataclass(frozen=True, order=True)
class Fixture:
    """A pytest fixture the tests need: its name, the module that defines it."""

    name: str
    module: str


Insert = Router | ModelImport | Setting | Dependency | Fixture


@dataclass(frozen=True)
class Contribution:
    """Files by path (relative to the backend's root) and inserts; a path has one owner among all skills."""

    files: Mapping[PurePosixPath, File] = field(default_factory=dict)
    inserts: tuple[Insert, ...] = ()
    assumptions: tuple[str, ...] = ()
