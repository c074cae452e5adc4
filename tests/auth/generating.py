"""Backends with and without authentication, written to disk as they are and as they become."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from backwright.codegen.assemble import Generated, assemble
from backwright.codegen.build import Revision
from backwright.codegen.project import own_project
from backwright.skills.generate import contributions_of, generate
from backwright.skills.lookup import bundled_skills
from backwright.spec.change import ChangeService, SpecChange
from backwright.spec.model import AuthSpec, BackendSpec, Layout, ResourceSpec, ServiceSpec, SessionKind

from tests.skills_app.building import product, write

STYLES = {
    "async by layer": (Layout.LAYER, SessionKind.ASYNC),
    "sync by feature": (Layout.FEATURE, SessionKind.SYNC),
}
NONE = AuthSpec(kind="none")
EVERYTHING = AuthSpec.model_validate({
    "kind": "jwt",
    "cookie": True,
    "api_keys": True,
    "registration": False,
    "roles": ["admin", "editor"],
    "profile": [
        {"name": "full_name", "max_length": 100},
        {"name": "user_name", "unique": True, "min_length": 3, "max_length": 32, "pattern": "^[a-z0-9_]+$"},
        {"name": "class", "required": False, "nullable": True},
        {"name": "birthday", "format": "date", "required": False, "nullable": True},
        {"name": "woken_at", "format": "time"},
        {"name": "credit", "type": "number", "format": "decimal", "required": False, "default": "0.00"},
        {"name": "newsletter", "type": "boolean", "required": False, "default": False},
        {"name": "size", "enum": ["s", "m"], "required": False, "default": "m"},
        {"name": "points", "type": "integer", "readOnly": True, "default": 0},
    ],
})  # fmt: skip


def backend(style: str, auth: AuthSpec, *resources: ResourceSpec) -> BackendSpec:
    """Return a backend of that style; of products where no resources are named."""
    layout, session = STYLES[style]
    service = ServiceSpec(name="shop", layout=layout, session=session, auth=auth)
    return BackendSpec(service=service, resources=resources or (product(),))


def texts(spec: BackendSpec) -> Mapping[PurePosixPath, str]:
    """Return what is generated for a new backend."""
    return {path: owned.file.content for path, owned in generate(spec).items()}


def write_change(folder: Path, written: Generated, before: BackendSpec | None, after: BackendSpec) -> Generated:
    """Write a backend that becomes another, over what was there; return all its files."""
    revisions = tuple(_revisions(written))
    change = SpecChange(steps=(ChangeService(service=after.service),) if before else ())
    parts = contributions_of(bundled_skills(), after, previous=before, change=change, revisions=revisions)
    kept = {path: owned for path, owned in written.items() if owned.file.once}
    generated = {**kept, **assemble(parts, own_project(after.service))}
    for path in written.keys() - generated.keys():
        (folder / path).unlink()
    write(generated, folder)
    return generated


def _revisions(written: Generated) -> Iterator[Revision]:
    """Yield the migrations among the files, each with the one before it."""
    for owned in written.values():
        if owned.file.once:
            named = dict(re.findall(r'^(revision|down_revision) = (?:"(.*)"|None)$', owned.file.content, re.MULTILINE))
            yield Revision(named["revision"], tuple(filter(None, (named["down_revision"],))))
