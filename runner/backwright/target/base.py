"""What the generator wrote last: lock files and stored bytes in ``specs/backend/.base/``.

``<part>.lock.json`` (a part is ``service`` or a resource) says which spec was applied and names for every path its
owner, its base and the generator's version; ``objects/<digest>`` holds the base's bytes by their SHA-256. One file per
part keeps two branches from colliding.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from backwright.errors import BadInput, Place
from backwright.spec.find import SPEC_FOLDER, STORED_BASES
from backwright.target.tree import Changes

if TYPE_CHECKING:
    from backwright.spec.model import BackendSpec

FOLDER = SPEC_FOLDER / ".base"
OBJECTS = STORED_BASES
ATTRIBUTES = FOLDER / ".gitattributes"
SERVICE = "service"
_SUFFIX = ".lock.json"
_ATTRIBUTES_TEXT = b"* linguist-generated=true\nobjects/** -text -diff\n"

Read = Callable[[PurePosixPath], bytes | None]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PathLock(BaseModel):
    """What is known of one generated path.

    ``base`` is the SHA-256 of what was generated, ``generator`` the version that did. A file written ``once`` belongs
    to people. ``moved_to`` is where it lies now (relative to the backend, None: where it was generated); ``deleted``
    says that people deleted it, and ``base`` is then what it was when they did.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    skill: str
    base: Digest
    generator: str
    once: bool = False
    moved_to: PurePosixPath | None = None
    deleted: bool = False


class Part(BaseModel):
    """A part of the backend: its spec as applied (None: the resource was removed) and its paths."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    spec: dict[str, Any] | None = None
    paths: dict[PurePosixPath, PathLock] = Field(default_factory=dict)


@dataclass(frozen=True)
class Objects:
    """Stored bytes by digest: those in the tree, read and checked when asked for, and those new in this run."""

    read: Read
    added: Mapping[str, bytes] = field(default_factory=dict)

    def get(self, digest: str, path: PurePosixPath) -> bytes:
        """Return the base of ``path``.

        Raises:
            BadInput: it is missing or damaged, and the file at ``path`` is no longer as it was generated either.
        """
        if digest in self.added:
            return self.added[digest]
        stored = object_path(digest)
        content = self.read(stored)
        if content is not None and digest_of(content) == digest:
            return content
        standing = self.read(path)
        if standing is not None and digest_of(standing) == digest:
            return standing  # two branches may have disagreed on whether the object is still needed
        fault = "is missing" if content is None else "is damaged: its bytes do not match its name"
        hint = f"it is what {path} was generated as; bring it back from git's history"
        raise BadInput(f"the stored base {fault}", place=Place(str(stored)), hint=hint)


@dataclass(frozen=True)
class Locked:
    """All parts by name, and the stored bytes."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    objects: Objects = field(default_factory=lambda: Objects(lambda _: None))

    def paths(self) -> dict[PurePosixPath, PathLock]:
        """Return every generated path with what is known of it."""
        return {path: lock for part in self.parts.values() for path, lock in part.paths.items()}

    def spec(self) -> BackendSpec | None:
        """Return the spec as it was last applied, or None for a backend that was never generated.

        Raises:
            BadInput: the locked spec is of no shape that can be read.
        """
        from backwright.spec.model import BackendSpec

        service = self.parts.get(SERVICE)
        if service is None or service.spec is None:
            return None
        resources = [part.spec for name, part in sorted(self.parts.items()) if name != SERVICE and part.spec]
        try:
            return BackendSpec.model_validate({"service": service.spec, "resources": resources})
        except ValidationError as error:
            first = error.errors()[0]
            index = first["loc"][1] if first["loc"][0] == "resources" and len(first["loc"]) > 1 else None
            name = resources[index]["name"] if isinstance(index, int) and "name" in resources[index] else SERVICE
            where = ".".join(map(str, first["loc"]))
            raise BadInput(f"the locked spec cannot be read: {where}: {first['msg']}", place=_place(name)) from error

    def with_spec(self, spec: BackendSpec) -> Locked:
        """Return this lock with the spec that has been applied now; parts that are no longer in it keep no spec."""
        applied = {SERVICE: spec.service, **{resource.name: resource for resource in spec.resources}}
        dumped = {
            name: model.model_dump(mode="json", by_alias=True, exclude_defaults=True) for name, model in applied.items()
        }
        names = sorted({*self.parts, *dumped})
        parts = {name: self.parts.get(name, Part()).model_copy(update={"spec": dumped.get(name)}) for name in names}
        return replace(self, parts={name: part for name, part in parts.items() if part.spec or part.paths})


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def object_path(digest: str) -> PurePosixPath:
    """Return where the bytes of that digest are stored, relative to the backend."""
    return OBJECTS / digest


def lock_path(part: str) -> PurePosixPath:
    """Return the lock file of a part, relative to the backend."""
    return FOLDER / f"{part}{_SUFFIX}"


def read_locked(read: Read, paths: Iterable[PurePosixPath]) -> Locked:
    """Read all lock files among ``paths`` (relative to the backend); stored bytes are read when they are needed.

    Raises:
        BadInput: a lock file cannot be read, or two of them name one path.
    """
    parts: dict[str, Part] = {}
    owner: dict[PurePosixPath, str] = {}
    for path in sorted(path for path in paths if path.parent == FOLDER and path.name.endswith(_SUFFIX)):
        name = path.name.removesuffix(_SUFFIX)
        parts[name] = _read_part(path, read(path) or b"")
        for generated in parts[name].paths:
            if generated in owner:
                raise BadInput(f"{generated} is locked in {owner[generated]}{_SUFFIX} too", place=Place(str(path)))
            owner[generated] = name
    return Locked(parts, Objects(read))


def _read_part(path: PurePosixPath, content: bytes) -> Part:
    line = content.find(b"\n<<<<<<< ")
    if line >= 0:
        number = content[: line + 1].count(b"\n") + 1
        hint = "take one side, then apply the spec again"
        raise BadInput("a merge was left unresolved here", place=Place(str(path), number), hint=hint)
    try:
        part = Part.model_validate(json.loads(content))
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error.msg}", place=Place(str(path), error.lineno, error.colno)) from error
    except (UnicodeDecodeError, ValidationError) as error:
        raise BadInput(f"not a lock file: {_first(error)}", place=Place(str(path))) from error
    for generated in part.paths:
        if generated.is_absolute() or ".." in generated.parts:
            raise BadInput(f"{generated} is outside the backend", place=Place(str(path)))
    return part


def _first(error: UnicodeDecodeError | ValidationError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return str(error)
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


def write_locked(locked: Locked) -> dict[PurePosixPath, bytes]:
    """Return the files that hold a lock, but for objects that were stored before; equal locks are equal bytes."""
    files = {lock_path(name): _dump(part) for name, part in locked.parts.items()}
    if files:
        files[ATTRIBUTES] = _ATTRIBUTES_TEXT
    needed = _digests(locked)
    files |= {object_path(digest): content for digest, content in locked.objects.added.items() if digest in needed}
    return files


def locked_changes(locked: Locked, read: Read, paths: Iterable[PurePosixPath]) -> Changes:
    """Return what must be written and deleted so that ``paths`` (relative to the backend) hold exactly this lock."""
    there = {path for path in paths if str(path).startswith(f"{FOLDER}/")}
    written = write_locked(locked)
    changes: dict[PurePosixPath, bytes | None] = {
        path: content for path, content in written.items() if path not in there or read(path) != content
    }
    kept = {*written, *(object_path(digest) for digest in _digests(locked))}
    return {**changes, **dict.fromkeys(sorted(there - kept))}


def _digests(locked: Locked) -> set[str]:
    """Return the digests whose bytes a later merge needs: files written once are never merged."""
    return {lock.base for lock in locked.paths().values() if not lock.once}


def _dump(part: Part) -> bytes:
    document = {
        "format": part.format,
        "spec": part.spec,
        "paths": {
            str(path): lock.model_dump(mode="json", exclude_defaults=True) for path, lock in sorted(part.paths.items())
        },
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _place(part: str) -> Place:
    return Place(str(lock_path(part)))
